// SPDX-License-Identifier: MIT
#include "app/stimulation.hpp"

#include <algorithm>

#include "app/tables.hpp"
#include "tutti/error.hpp"

namespace lfp {

namespace {

/// The contacts that are given a current; asks for them.
std::vector<Electrode> driven(const Model& model, tutti::SignalInput& current) {
  if (!current.connected())
    throw tutti::Error{tutti::Fault::config,
                       "stimulus is connected but {} is not: connect the currents of the "
                       "electrodes, of a player for one, to it",
                       current.name()};
  const auto all = tutti::Elements::range(0, model.electrodes.size());
  const auto extra = difference(current.elements().ids, all);
  if (!extra.empty())
    throw tutti::Error{tutti::Fault::config,
                       "{}: currents for electrodes {}, but there are only {} (from 0)",
                       current.name(), to_string(extra), model.electrodes.size()};
  std::vector<Electrode> electrodes;
  current.elements().ids.for_each(
      [&](std::uint64_t k) { electrodes.push_back(model.electrodes.at(k)); });
  return electrodes;
}

}  // namespace

Stimulation::Stimulation(const Model& model, const tutti::ElementTable& mine,
                         tutti::SignalInput& current)
    : current_{&current},
      forward_{driven(model, current), segments_of(mine), model.medium, model.method},
      potential_(mine.ids.size()) {}

std::span<const double> Stimulation::read(tutti::Time t) {
  const auto current = current_->at(t);
  std::ranges::fill(potential_, 0.0);
  for (std::size_t e = 0; e < current.size(); ++e) {
    const auto row = forward_.row(e);
    for (std::size_t k = 0; k < row.size(); ++k) potential_[k] += row[k] * current[e];
  }
  return potential_;
}

}  // namespace lfp
