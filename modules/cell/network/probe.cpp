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
    Cell cell{k, type.cable.segments.size(), {}};
    for (std::size_t s = 0; s < type.cable.segments.size(); ++s)
      if (chosen(output, type, s)) {
        cell.segments.push_back(s);
        numbers.push_back(network.first_segment()[gid] + s);
      }
    if (!cell.segments.empty()) cells_.push_back(std::move(cell));
  }
  values_.resize(numbers.size());
  elements_ = tutti::Elements::of(std::move(numbers));
  if (output.what != What::i_membrane) return;
  place_membranes(network.gids().size());
}

/// Cells of which some segments are chosen are read behind the others, and picked from there.
void Probe::place_membranes(std::size_t cells) {
  std::size_t at = 0, behind = elements_.size();
  for (const auto& cell : cells_)
    if (!cell.whole()) behind += cell.count;
  values_.resize(behind);
  membranes_.resize(cells);
  behind = elements_.size();
  for (const auto& cell : cells_) {
    membranes_[cell.number] = values_.data() + (cell.whole() ? at : behind);
    if (!cell.whole()) behind += cell.count;
    at += cell.segments.size();
  }
}

std::span<const double> Probe::read(Network& network) {
  if (output_.what == What::i_membrane) network.cells().read_membranes(membranes_);
  std::size_t at = 0;
  for (const auto& cell : cells_) {
    const auto to = std::span{values_}.subspan(at, cell.segments.size());
    at += cell.segments.size();
    std::span<const double> all = to;
    if (output_.what == What::i_membrane) {
      all = {membranes_[cell.number], cell.count};
    } else {
      whole_.resize(cell.count);
      read(network, cell.number, cell.whole() ? to : std::span{whole_});
      if (!cell.whole()) all = whole_;
    }
    if (!cell.whole())
      for (std::size_t k = 0; k < to.size(); ++k) to[k] = all[cell.segments[k]];
  }
  return std::span{values_}.first(at);
}

bool Probe::place(std::span<const tutti::SignalOutput::Run> runs, std::vector<float*>& to) const {
  to.assign(membranes_.size(), nullptr);
  std::size_t at = 0;
  auto run = runs.begin();
  for (const auto& cell : cells_) {
    if (run == runs.end()) break;
    if (cell.whole() && run->first == at && run->count == cell.count) to[cell.number] = (run++)->to;
    at += cell.segments.size();
  }
  return run == runs.end();
}

void Probe::read(Network& network, std::uint32_t cell, std::span<double> to) const {
  auto& population = network.cells();
  switch (output_.what) {
    case What::v:
      return population.read(engine::Quantity::v, cell, to);
    case What::i_ca:
      return population.read(engine::Quantity::i_ca, cell, to);
    case What::i_na:
      return population.read(engine::Quantity::i_na, cell, to);
    case What::i_k:
      return population.read(engine::Quantity::i_k, cell, to);
    case What::cai:
      return population.read(engine::Quantity::cai, cell, to);
    case What::state:
      return population.read_state(cell, output_.mechanism, output_.state, to);
    case What::current:
      return population.read_current(cell, output_.mechanism, to);
    case What::i_membrane:
      return population.read(engine::Quantity::i_membrane, cell, to);
  }
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
