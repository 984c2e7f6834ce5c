// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "point/model.hpp"
#include "point/part.hpp"
#include "rules/rule.hpp"

namespace cell::point {

/// A population of point neurons with a shared clock.
struct PopulationSpec {
  std::uint64_t first_gid = 0, number = 0;
  const Model* model = nullptr;
  Values values{};
  std::vector<std::pair<std::size_t, std::vector<double>>> initial{};  ///< State, one per neuron.
};

/// A number for each connection: constant, or drawn.
struct Distribution {
  enum class Kind { constant, normal, uniform, lognormal };
  Kind kind = Kind::constant;
  double a = 0;  ///< The constant, the mean (also of lognormal), or the lower end.
  double b = 0;  ///< Standard deviation, or the upper end.
  double least = -1e300, most = 1e300;  ///< What is drawn outside is drawn again.
};

/// The `number`-th value of a distribution.
double draw(const Distribution& distribution, const tutti::Random& random, std::uint64_t number);

/// A rule between cells (or elements of an input) and a population.
struct ProjectionSpec {
  std::string name{};                  ///< What its random numbers hang on.
  std::optional<std::size_t> input{};  ///< From an input port; its elements are the sources.
  std::uint64_t first_source = 0, sources = 0;  ///< gids, or places among elements.
  std::size_t to = 0;                           ///< Population.
  bool same = false;                            ///< From the population to itself.
  rules::Rule rule{};
  std::size_t receptor = 0;
  Distribution weight{};    ///< [the model's unit]
  Distribution delay_ms{};  ///< Rounded to whole steps, at least `least_delay` of them.
  std::uint64_t least_delay = 0;
  std::optional<ShortTerm> short_term{};
};

/// Poisson trains onto a population, one per neuron.
struct DriveSpec {
  std::string name{};
  std::size_t to = 0;
  std::size_t receptor = 0;
  double rate_per_ms = 0, weight = 0, start_ms = 0, stop_ms = 1e300;
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
  /// After all populations.
  void connect(const ProjectionSpec& projection);
  void drive(const DriveSpec& drive);
  /// After everything; `window` is the longest stretch of one advance() [steps].
  void start(std::uint64_t window);

  /// Spikes of any rank's cells, sorted. They take effect in the next advance().
  void deliver(std::span<const Spike> spikes);
  /// Spikes that arrive at an input at `instant`, sorted.
  void deliver_input(std::size_t input, std::span<const Spike> spikes);
  /// Advances to `to` [steps]; the firings of this rank since, by (instant, gid).
  std::span<const Spike> advance(std::uint64_t to);

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
  template <typename F>
  void in_parallel(F&& task);

  double dt_ms_;
  std::uint64_t seed_;
  Share share_;
  std::vector<PopulationSpec> populations_;
  std::vector<Part> parts_;
  std::vector<std::vector<Spike>> fired_by_;  // [part]
  std::vector<Spike> pending_, fired_;
  std::vector<std::pair<std::size_t, std::vector<Spike>>> pending_inputs_;
  std::uint64_t now_ = 0;
  bool closed_ = false;
};

}  // namespace cell::point
