// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "network/model.hpp"
#include "point/plastic_table.hpp"
#include "point/release.hpp"
#include "point/short_term.hpp"

namespace cell {

/// The synapses of one projection onto the cable cells or the event-driven neurons of a rank whose
/// effect hangs on what was before: plastic ones, and those of Tsodyks and Markram.
///
/// Plastic ones pair spikes by whole steps of dt, and their delays are whole steps (a tick, where
/// there is no clock); the others know the instants themselves.
class ChangingSynapses {
 public:
  /// A synapse as its connection made it.
  struct Made {
    std::uint64_t source = 0;   ///< gid, or place among the elements of an input port.
    std::uint64_t target = 0;   ///< gid
    std::uint32_t synapse = 0;  ///< Its number in the solver; of neurons that of the cell.
    std::uint32_t cell = 0;     ///< Its cell's number in the solver.
    double weight = 0;          ///< [the target's unit]
    tutti::Duration delay{};
  };
  /// `cells` of the solver. Throws Error{config} where a plastic weight lies outside w_min … w_max.
  ChangingSynapses(const Projection& projection, const std::vector<Made>& made, std::size_t cells,
                   tutti::Duration dt, std::uint64_t seed);

  /// A source fired at `t`: calls `arrive` with each synapse, when and with which weight.
  /// Spikes of a source come in order, and all firings of cells up to `t` less the delay are known.
  using Arrive = std::function<void(std::uint32_t synapse, tutti::Time at, double weight)>;
  void deliver(std::uint64_t source, tutti::Time t, const point::Rewards& rewards,
               const Arrive& arrive);
  /// A cell of the solver fired in the step that ends at `instant` [steps].
  void fired(std::uint32_t cell, std::uint64_t instant) {
    if (plastic_) plastic_->fired(cell, instant);
  }
  /// Pairs all spikes up to `instant` [steps] and forgets those that can pair no more.
  void settle(std::uint64_t instant, const point::Rewards& rewards) {
    if (plastic_) plastic_->settle(instant, rewards);
  }
  /// Saves or finds what they remember, as parts "PART …" by source and by cell; `gids` of the
  /// solver's cells.
  void visit(tutti::State& state, const std::string& part, std::span<const std::uint64_t> gids) {
    if (plastic_) plastic_->visit(state, part, first_, gids);
    if (short_term_) short_term_->visit(state, part, first_);
    if (release_) release_->visit(state, part, first_, gids);
  }
  /// Adds relative weights (0 … 1) of plastic synapses to their cells', and counts them.
  void add_relative(std::vector<double>& sum, std::vector<double>& count) const {
    if (plastic_) plastic_->add_relative(sum, count);
  }

 private:
  void make_plastic(const point::Plasticity& rule, const std::vector<Made>& made,
                    std::size_t cells);

  std::string name_;
  tutti::Duration dt_;
  std::uint64_t first_ = 0;              // of the sources
  std::vector<std::vector<Made>> rows_;  // by source, of those that are not plastic
  std::optional<point::PlasticTable> plastic_;
  std::optional<point::ShortTermStates> short_term_;
  std::optional<point::Release> release_;
};

/// Mean relative weight (0 … 1) of the plastic synapses onto each of `plastic`, ascending. A Fan
/// has `changing`, a list of ChangingSynapses; `gids` are the cells by their number in the solver.
template <typename Fan>
std::vector<double> mean_relative(const Fan& internal, const std::vector<Fan>& inputs,
                                  const std::vector<std::uint64_t>& gids,
                                  const tutti::Elements& plastic) {
  std::vector<double> sum(gids.size(), 0), count(gids.size(), 0), means(plastic.size(), 0);
  for (const auto& c : internal.changing) c.add_relative(sum, count);
  for (const auto& input : inputs)
    for (const auto& c : input.changing) c.add_relative(sum, count);
  for (std::size_t k = 0; k < gids.size(); ++k)
    if (const auto place = plastic.index_of(gids[k]); place && count[k] > 0)
      means[*place] = sum[k] / count[k];
  return means;
}

}  // namespace cell
