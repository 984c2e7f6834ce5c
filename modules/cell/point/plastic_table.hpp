// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "point/delivery.hpp"
#include "point/plasticity.hpp"

namespace cell::point {

/// Where the targets of synapses belong: each to a neuron, whose firings they share.
struct Owners {
  std::size_t neurons = 0;
  std::vector<std::uint32_t> of{};  ///< By target; where empty, a target's remainder by `neurons`.
};

/// The plastic synapses of one projection onto some neurons, in rows by source.
///
/// A delay is all on the side of the target, as with PyNN's dendritic_delay_fraction of 1: what a
/// target fires reaches its synapses after the delay, what a source fires at once. Weights change
/// when the source fires, with everything since its last spike; what reaches a synapse at one
/// instant from both sides does not pair.
class PlasticTable {
 public:
  /// Throws Error{config} where a weight lies outside w_min … w_max.
  PlasticTable(const Plasticity& rule, std::size_t sources, Owners owners, double dt_ms,
               const SynapseTable::Source& contacts);

  std::uint64_t size() const { return synapse_.size(); }
  std::size_t bytes() const;
  std::uint64_t longest_delay() const { return longest_; }
  std::uint64_t row_size(std::size_t source) const { return row_[source + 1] - row_[source]; }
  /// As it is now, without spikes that are still to be paired.
  Contact at(std::size_t source, std::uint64_t k) const;
  /// Adds each u, as it was after its source's last spike, to its neuron's, and counts it.
  void add_relative(std::vector<double>& sum, std::vector<double>& count) const {
    for (const auto& s : synapse_) sum[owner_of(s)] += s.u, count[owner_of(s)] += 1;
  }

  /// A neuron fired. Instants do not go back.
  void fired(std::uint32_t neuron, std::uint64_t instant);
  /// A source fired at `instant`: its weights change, and `arrive` is called with each target, its
  /// delay [steps] and weight. All firings up to `instant` less the delay must be known.
  template <typename Arrive>
  void deliver(std::size_t source, std::uint64_t instant, const Rewards& rewards, Arrive&& arrive) {
    for (auto k = row_[source]; k < row_[source + 1]; ++k) {
      const auto& s = synapse_[k];
      follow(source_[source], k, instant, rewards);
      arrive(s.target, s.delay, weight_of(s));
    }
    leave_trace(source_[source], instant);
  }
  /// Pairs all spikes up to `instant` and forgets those that can pair no more.
  void settle(std::uint64_t instant, const Rewards& rewards);

  /// Saves or finds the traces of each source, as entry first + number of "PART sources", and of
  /// each neuron (`gids` says who they are) its firings and weights, as an entry of "PART targets".
  void visit(tutti::State& state, const std::string& part, std::uint64_t first,
             std::span<const std::uint64_t> gids);

 private:
  struct Synapse {
    double u = 0;
    std::uint64_t delay = 0;
    std::uint32_t target = 0;
  };
  /// A spike of a target with its traces just after it.
  struct Firing {
    std::uint64_t instant;
    double fast, slow;
  };
  struct Source {
    double fast = 0, slow = 0;  // traces just after its last spike
    std::uint64_t last = 0;     // spike
    std::uint64_t done = 0;     // up to here everything is paired
  };

  double weight_of(const Synapse& s) const {
    return rule_.w_min + s.u * (rule_.w_max - rule_.w_min);
  }
  std::size_t owner_of(const Synapse& s) const {
    return owners_.of.empty() ? s.target % owners_.neurons : owners_.of[s.target];
  }
  void follow(const Source& source, std::uint64_t synapse, std::uint64_t instant,
              const Rewards& rewards);
  void leave_trace(Source& source, std::uint64_t instant) const;
  void pair(const Source& source, std::uint64_t synapse, std::uint64_t to, const Rewards& rewards);
  void depress(const Source& source, std::uint64_t synapse, std::uint64_t instant);
  void change(Synapse& synapse, double amount) const;
  const std::vector<Firing>& firings_of(const Synapse& s) const { return firings_[owner_of(s)]; }

  Plasticity rule_;
  double dt_ms_;
  Owners owners_;
  Decay fast_of_source_, fast_of_target_, slow_of_source_, slow_of_target_, eligible_;
  std::vector<std::uint64_t> row_;
  std::vector<Synapse> synapse_;
  std::vector<double> eligibility_;  // of each synapse; none where there is no reward
  std::vector<Source> source_;
  std::vector<std::vector<Firing>> firings_;  // by neuron
  std::vector<bool> targeted_;                // by neuron
  std::uint64_t longest_ = 0;
};

}  // namespace cell::point
