// SPDX-License-Identifier: MIT
#include "network/control.hpp"

#include <algorithm>

namespace cell {
namespace {

using What = ControlModel::What;

/// What a cell's type says of a parameter at a segment; nothing where the mechanism is not.
std::optional<double> said_of(const engine::CellType& type, const ControlModel& control,
                              int segment) {
  const auto& info = engine::mechanisms()[static_cast<std::size_t>(control.mechanism)];
  const auto& parameter = info.parameters[static_cast<std::size_t>(control.parameter)];
  for (const auto& use : type.mechanisms) {
    if (use.name != info.name || !std::ranges::binary_search(use.segments, segment)) continue;
    double value = parameter.fallback;
    for (const auto& [name, given] : use.parameters)
      if (name == parameter.name) value = given;
    return value;
  }
  return std::nullopt;
}

}  // namespace

Control::Control(const ControlModel& model, const Network& network) : model_{model} {
  model_.what == What::amplitude ? find_clamps(network) : find_segments(network);
  std::vector<std::uint64_t> numbers;
  for (const auto& p : places_)
    if (p.value == numbers.size())
      numbers.push_back(network.first_segment()[network.gids()[p.cell]] +
                        static_cast<std::uint64_t>(p.segment));
  elements_ = tutti::Elements::of(std::move(numbers));
  now_ = said_;
}

void Control::add(std::uint32_t cell, int segment, std::size_t clamp, double said) {
  const bool again = !places_.empty() && places_.back().cell == cell &&
                     places_.back().segment == segment;  // a second clamp in one place
  if (!again) said_.push_back(said);
  places_.push_back({cell, segment, clamp, said_.size() - 1});
}

void Control::find_segments(const Network& network) {
  for (std::uint32_t cell = 0; cell < network.gids().size(); ++cell) {
    const auto gid = network.gids()[cell];
    if (!model_.on.has_cell(network.model(), gid)) continue;
    const auto& type = network.model().cell_of(gid).type;
    for (std::size_t s = 0; s < type.cable.segments.size(); ++s) {
      if (!model_.on.has_segment(type, s)) continue;
      const int segment = static_cast<int>(s);
      const auto said =
          model_.what == What::gain ? std::optional{1.0} : said_of(type, model_, segment);
      if (said) add(cell, segment, 0, *said);
    }
  }
}

/// Clamps sit in somata.
void Control::find_clamps(const Network& network) {
  const auto& clamp = network.model().clamps[model_.place];
  for (const auto& [cell, number] : network.clamps(model_.place)) {
    const auto gid = network.gids()[cell];
    if (!model_.on.has_cell(network.model(), gid)) continue;
    if (!model_.on.has_segment(network.model().cell_of(gid).type, 0)) continue;
    add(cell, 0, number, clamp.amplitude_nA);
  }
}

void Control::set(Network& network, std::span<const double> values) {
  auto& cells = network.cells();
  for (const auto& [cell, segment, clamp, k] : places_) {
    if (values[k] == now_[k]) continue;
    switch (model_.what) {
      case What::parameter:
        cells.set_parameter(cell, model_.mechanism, model_.parameter, segment, values[k]);
        break;
      case What::gain:
        cells.set_gain(cell, group_of(model_.place), segment, values[k]);
        break;
      case What::amplitude:
        cells.set_clamp(clamp, values[k]);
    }
  }
  now_.assign(values.begin(), values.end());
}

}  // namespace cell
