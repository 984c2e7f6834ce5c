// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "point/current.hpp"
#include "point/delivery.hpp"
#include "point/neurons.hpp"
#include "point/plastic_table.hpp"
#include "point/poisson.hpp"
#include "point/release.hpp"
#include "point/short_term.hpp"

namespace cell::point {

/// A spike on its way: 8 bytes, so that exchanging them is cheap.
struct Spike {
  std::uint32_t source = 0;   ///< gid, or place among the elements of an input.
  std::uint32_t instant = 0;  ///< In steps of dt.
  friend auto operator<=>(const Spike& a, const Spike& b) = default;
};

/// What one thread advances: some neurons, everything that arrives at them, and a ring of slots
/// [instant][receptor][neuron] in which that is summed.
///
/// Sums are in the order (spike's instant, source, projection) whatever the number of parts, and
/// neurons are independent in between, so results do not depend on how neurons are shared out.
class Part {
 public:
  /// Neurons of one population in this part.
  struct Group {
    std::uint64_t first_gid = 0;       ///< Of the population.
    std::vector<std::uint64_t> nodes;  ///< Ascending.
    std::uint32_t first = 0;           ///< Its first neuron's place in the part.
    std::unique_ptr<Neurons> neurons;
    std::size_t receptors = 2;
  };
  /// Synapses from sources numbered first, first + 1, …: in `table`, or in `plastic`.
  struct Fan {
    std::uint64_t first = 0, count = 0;
    SynapseTable table;
    std::optional<ShortTermStates> short_term{};
    std::optional<Release> release{};
    std::unique_ptr<PlasticTable> plastic{};

    std::uint64_t size() const { return plastic ? plastic->size() : table.size(); }
    std::uint64_t row_size(std::size_t source) const {
      return plastic ? plastic->row_size(source) : table.row_size(source);
    }
    Contact at(std::size_t source, std::uint64_t k) const {
      return plastic ? plastic->at(source, k) : table.at(source, k);
    }
    std::uint64_t longest_delay() const {
      return plastic ? plastic->longest_delay() : table.longest_delay();
    }
  };

  void add_group(Group group);
  std::vector<Group>& groups() { return groups_; }
  const std::vector<Group>& groups() const { return groups_; }
  /// Places that synapses target are neuron + receptor × stride.
  std::size_t stride() const { return stride_; }
  /// gids by place.
  const std::vector<std::uint32_t>& gids() const { return gids_; }
  /// Fixes the number of neurons; before targets are named.
  void close();
  void add_fan(Fan fan) { fans_.push_back(std::move(fan)); }
  void add_input_fan(std::size_t input, Fan fan);
  /// Into neurons of a group, by their places in it.
  void add_injection(std::size_t group, Injection injection) {
    injections_.emplace_back(group, std::move(injection));
  }
  void add_drive(PoissonDrive drive) { drives_.push_back(std::move(drive)); }
  /// Makes the ring; `window` is the longest stretch of one advance() [steps]. After all fans.
  void start(std::uint64_t window, double dt_ms);

  /// Spikes of the network, sorted. All of them arrive later than the last advance().
  void deliver(std::span<const Spike> spikes);
  /// Spikes at an input port, sorted; `instant` is that of their arrival.
  void deliver_input(std::size_t input, std::span<const Spike> spikes);
  /// The reward from `instant` on.
  void reward(std::uint64_t instant, double value) { rewards_.set(instant, value); }
  /// Pairs all spikes so far at plastic synapses.
  void settle(std::uint64_t now);
  /// Mean relative weight (0 … 1) of the plastic synapses of each neuron, by place; 0 without any.
  std::vector<double> plastic_means() const;
  /// Steps in (from, to]; firings are appended by (instant, place).
  void advance(std::uint64_t from, std::uint64_t to, std::vector<Spike>& fired);
  /// Saves or finds, at `now`, each neuron with what is under way to it, as entries "points" by
  /// gid, and what its synapses remember, as parts "points synapses …" and "points
  /// input …" by source and by gid.
  void visit(tutti::State& state, std::uint64_t now);
  /// What all parts know alike of the past.
  void visit_past(tutti::Fields& fields) { rewards_.visit(fields), fields(settled_); }
  void take_past(const Part& from) { rewards_ = from.rewards_, settled_ = from.settled_; }

  std::uint64_t events() const { return events_; }  ///< Synaptic events so far.
  std::uint64_t synapses() const;
  std::size_t synapse_bytes() const;
  /// Contacts between cells: source, target gid, weight, delay [steps].
  void for_each_contact(
      const std::function<void(std::uint64_t, std::uint64_t, double, std::uint32_t)>& found) const;

 private:
  void deliver(std::vector<Fan>& fans, std::span<const Spike> spikes);
  template <typename F>
  void for_each_fan(F&& f);
  void inject(std::uint64_t instant);
  void visit_arrivals(tutti::Fields& fields, const Group& group, std::size_t neuron,
                      std::uint64_t now);

  std::vector<Group> groups_;
  std::vector<std::uint32_t> gids_;  // by place
  std::vector<Fan> fans_;
  std::vector<std::vector<Fan>> input_fans_;
  std::vector<PoissonDrive> drives_;
  std::vector<std::pair<std::size_t, Injection>> injections_;  // by group
  double dt_ms_ = 0;
  std::vector<PlasticTable*> plastic_;  // of all fans, inputs too
  Rewards rewards_;
  std::uint64_t settled_ = 0;
  std::size_t stride_ = 0, receptors_ = 1;
  std::uint64_t mask_ = 0;
  std::vector<double> ring_;  // [slot][receptor][stride]
  std::vector<std::uint32_t> now_;
  std::uint64_t events_ = 0;
};

}  // namespace cell::point
