// SPDX-License-Identifier: MIT
#include "network/probe.hpp"

#include <algorithm>

namespace cell {
namespace {

using What = OutputModel::What;

bool has_mechanism(const engine::CellType& type, int mechanism, int segment) {
  const auto& name = engine::mechanisms()[static_cast<std::size_t>(mechanism)].name;
  return std::ranges::any_of(type.mechanisms, [&](const engine::MechanismUse& use) {
    return use.name == name && std::ranges::binary_search(use.segments, segment);
  });
}

bool chosen(const OutputModel& o, const engine::CellType& type, std::size_t s) {
  const bool of_mechanism = o.what == What::state || o.what == What::current;
  return o.on.has_segment(type, s) &&
         (!of_mechanism || has_mechanism(type, o.mechanism, static_cast<int>(s)));
}

}  // namespace

Probe::Probe(const OutputModel& output, const Network& network) : output_{output} {
  std::vector<std::uint64_t> numbers;
  for (std::uint32_t k = 0; k < network.gids().size(); ++k) {
    const auto gid = network.gids()[k];
    if (!output.on.has_cell(network.model(), gid)) continue;
    const auto& type = network.model().cell_of(gid).type;
    Cell cell{k, {}};
    for (std::size_t s = 0; s < type.cable.segments.size(); ++s)
      if (chosen(output, type, s)) {
        cell.segments.push_back(s);
        numbers.push_back(network.first_segment()[gid] + s);
      }
    if (!cell.segments.empty()) cells_.push_back(std::move(cell));
  }
  values_.resize(numbers.size());
  elements_ = tutti::Elements::of(std::move(numbers));
}

std::span<const double> Probe::read(Network& network) {
  auto& population = network.cells();
  std::size_t at = 0;
  for (const auto& [cell, segments] : cells_) {
    const auto count = population.type(cell).cable.segments.size();
    const bool all = segments.size() == count;  // then there is nothing to pick
    whole_.resize(count);
    const auto to = all ? std::span{values_}.subspan(at, count) : std::span{whole_};
    switch (output_.what) {
      case What::v:
        population.read(engine::Quantity::v, cell, to);
        break;
      case What::i_membrane:
        population.read(engine::Quantity::i_membrane, cell, to);
        break;
      case What::i_ca:
        population.read(engine::Quantity::i_ca, cell, to);
        break;
      case What::i_na:
        population.read(engine::Quantity::i_na, cell, to);
        break;
      case What::i_k:
        population.read(engine::Quantity::i_k, cell, to);
        break;
      case What::cai:
        population.read(engine::Quantity::cai, cell, to);
        break;
      case What::state:
        population.read_state(cell, output_.mechanism, output_.state, to);
        break;
      case What::current:
        population.read_current(cell, output_.mechanism, to);
    }
    if (all)
      at += count;
    else
      for (const auto s : segments) values_[at++] = whole_[s];
  }
  return values_;
}

const char* unit_of(const OutputModel& output) {
  switch (output.what) {
    case What::v:
      return "mV";
    case What::cai:
      return "mM";
    case What::state:
      return "1";
    default:
      return "nA";
  }
}

}  // namespace cell
