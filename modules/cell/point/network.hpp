// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "point/model.hpp"
#include "point/part.hpp"
#include "point/team.hpp"
#include "rules/connections.hpp"

namespace cell::point {

using rules::Distribution;

/// A population of point neurons with a shared clock.
struct PopulationSpec {
  std::uint64_t first_gid = 0, number = 0;
  const Model* model = nullptr;
  Values values{};
  std::vector<std::pair<std::size_t, std::vector<double>>> initial{};  ///< State, one per neuron.
};

/// What joins cells (or elements of an input) with a population.
struct ProjectionSpec {
  rules::Connections connections{};    ///< Weights in the model's unit; delays, see least_delay.
  std::optional<std::size_t> input{};  ///< From an input port; sources are places of its elements.
  std::size_t to = 0;                  ///< Population; it has some of the connections' targets.
  std::size_t receptor = 0;
  std::uint64_t least_delay = 0;  ///< [steps] Rounded to whole steps, a shorter one is refused.
  std::optional<ShortTerm> short_term{};
  std::optional<Plasticity> plasticity{};  ///< In place of short_term.
};

/// Poisson trains onto a population, one per neuron.
struct DriveSpec {
  std::string name{};
  std::size_t to = 0;
  std::size_t receptor = 0;
  double rate_per_ms = 0, weight = 0, start_ms = 0, stop_ms = 1e300;
  std::function<double(double t_ms)> rate_hz{};  ///< In place of rate_per_ms.
};

/// A current into some cells of a population.
struct InjectionSpec {
  std::string name{};  ///< What noise hangs on.
  std::size_t to = 0;
  tutti::Elements cells{};  ///< gids
  Current current{};
};

/// How cells are shared out: cell g belongs to rank g mod ranks, and there to thread
/// g / ranks mod threads.
struct Share {
  std::uint64_t rank = 0, ranks = 1, threads = 1;
};

/// The point neurons of one rank, with all that arrives at them.
class Network {
 public:
  Network(double dt_ms, std::uint64_t seed, Share share);

  std::size_t add(const PopulationSpec& population);
  /// After all populations. Throws Error{config} where a delay is shorter than least_delay or
  /// longer than 65534 steps, and what Connections::for_each throws.
  void connect(const ProjectionSpec& projection);
  void drive(const DriveSpec& drive);
  void inject(const InjectionSpec& injection);
  /// After everything; `window` is the longest stretch of one advance() [steps].
  void start(std::uint64_t window);

  /// Spikes of any rank's cells, sorted. They take effect in the next advance().
  void deliver(std::span<const Spike> spikes);
  /// Spikes that arrive at an input at `instant`, sorted.
  void deliver_input(std::size_t input, std::span<const Spike> spikes);
  /// The reward from `instant` [steps] on, for rewarded synapses.
  void reward(std::uint64_t instant, double value);
  /// Mean relative weight (0 … 1) of the plastic synapses of some neurons of this rank.
  std::vector<double> plastic_means(const tutti::Elements& gids) const;
  /// Pairs all spikes so far, so that for_each_contact gives today's weights of plastic synapses.
  void settle();
  /// Advances to `to` [steps]; the firings of this rank since, by (instant, gid).
  std::span<const Spike> advance(std::uint64_t to);
  /// Saves all of it, or finds it again at `now` [steps]. After start().
  void visit(tutti::State& state, std::uint64_t now);

  std::uint64_t now() const { return now_; }
  std::uint64_t synapses() const;
  std::uint64_t events() const;
  std::size_t synapse_bytes() const;
  /// A state of a neuron of this rank.
  double state(std::uint64_t gid, std::size_t which) const;
  /// All contacts of this rank: source, target gid, weight, delay [steps]; for tests and inspect.
  void for_each_contact(const std::function<void(std::uint64_t source, std::uint64_t target,
                                                 double weight, std::uint32_t delay)>& found) const;

 private:
  void close();
  PoissonDrive::Mean mean_of(const DriveSpec& d) const;
  std::uint16_t steps_of(const rules::Connection& c, const ProjectionSpec& p) const;
  Part::Fan fan(const ProjectionSpec& p, const Part& part) const;

  double dt_ms_;
  std::uint64_t seed_;
  Share share_;
  std::vector<PopulationSpec> populations_;
  std::vector<Part> parts_;
  std::unique_ptr<Team> team_;
  std::vector<std::vector<Spike>> fired_by_;  // [part]
  std::vector<Spike> pending_, fired_;
  std::vector<std::pair<std::size_t, std::vector<Spike>>> pending_inputs_;
  std::uint64_t now_ = 0;
  bool closed_ = false;
};

}  // namespace cell::point
