// SPDX-License-Identifier: MIT
#include "app/report.hpp"

#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

/// Sums of several quantities over all cells of all ranks; `mine` is [quantity][cell]. Collective.
std::vector<double> total(Module& module, const std::vector<std::int64_t>& cells,
                          const std::vector<std::vector<double>>& mine) {
  const std::size_t width = mine.size() + 1;
  std::vector<double> rows;  // cell number, then its quantities; exact for cells below 2^53
  for (std::size_t c = 0; c < cells.size(); ++c) {
    rows.push_back(static_cast<double>(cells[c]));
    for (const auto& quantity : mine) rows.push_back(quantity[c]);
  }
  std::map<double, std::vector<double>> by_cell;
  for (const auto& bytes : module.gather(std::as_bytes(std::span{rows}))) {
    std::vector<double> theirs(bytes.size() / sizeof(double));
    std::memcpy(theirs.data(), bytes.data(), theirs.size() * sizeof(double));
    for (std::size_t i = 0; i + width <= theirs.size(); i += width)
      by_cell[theirs[i]] = {theirs.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                            theirs.begin() + static_cast<std::ptrdiff_t>(i + width)};
  }
  std::vector<double> sums(mine.size());
  for (const auto& [cell, values] : by_cell)
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += values[k];
  return sums;
}

}  // namespace

Report::Report(const rxd::Network& network, const Medium& medium)
    : network_{network}, medium_{medium} {
  for (std::size_t v = 0; v < network.variables().size(); ++v) before_.push_back(medium.amounts(v));
}

void Report::add_input(const std::string& name, std::size_t variable, const Charge& charge,
                       double amount_per_charge, const std::vector<double>& applied,
                       const std::vector<std::size_t>& at) {
  const std::size_t parts = medium_.parts().size();
  Input input{name, network_.variables()[variable].name, amount_per_charge,
              std::vector<double>(parts), std::vector<double>(parts)};
  for (std::size_t k = 0; k < at.size(); ++k) {
    const std::size_t part = medium_.part_of(at[k]);
    if (part == parts) continue;  // another rank accounts for it
    input.received_pC[part] += charge.received()[k];
    input.applied_amol[part] += applied[k];
  }
  inputs_.push_back(std::move(input));
}

void Report::visit(State& state) {
  for (std::size_t p = 0; p < medium_.parts().size(); ++p)
    state.entry("before", static_cast<std::uint64_t>(medium_.parts()[p]), [&](Fields& fields) {
      for (auto& amounts : before_) fields(amounts[p]);
    });
}

void Report::write(Module& module) const {
  std::vector<std::vector<double>> quantities = before_;
  for (std::size_t v = 0; v < network_.variables().size(); ++v)
    quantities.push_back(medium_.amounts(v));
  for (const auto& input : inputs_) {
    quantities.push_back(input.received_pC);
    quantities.push_back(input.applied_amol);
  }
  const std::vector<double> sums = total(module, medium_.parts(), quantities);
  if (module.ranks().rank != 0) return;
  const std::size_t variables = network_.variables().size();
  nlohmann::ordered_json json;
  for (std::size_t v = 0; v < variables; ++v)
    json["amounts"][network_.variables()[v].name] = {{"begin_amol", sums[v]},
                                                     {"end_amol", sums[variables + v]}};
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const double received_pC = sums[2 * variables + 2 * i];
    const double applied = sums[2 * variables + 2 * i + 1];
    const double received = received_pC * inputs_[i].amount_per_charge;
    json["inputs"][inputs_[i].name] = {{"into", inputs_[i].variable},
                                       {"received_pC", received_pC},
                                       {"received_amol", received},
                                       {"applied_amol", applied},
                                       {"in_flight_amol", received - applied}};
  }
  const auto path = module.folder() / (module.name() + ".rxd.json");
  std::ofstream out{path};
  out << json.dump(2) << "\n";
  if (!out) throw Error{Fault::io, "cannot write {}", path.string()};
}

}  // namespace tutti::rxd_app
