// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tutti/random.hpp"
#include "tutti/time.hpp"

namespace player {

using tutti::Duration;
using tutti::Time;

/// Far beyond any run: what a recipe without an end stops at.
inline constexpr Time never = tutti::time_of(std::int64_t{1} << 62);

/// Independent trains with exponentially distributed intervals, in (start, stop].
/// With `dead_time` no interval is shorter, and the mean rate stays `rate_hz`; with `depth` the
/// rate is rate · (1 + depth · sin(2π · frequency · t)). One or the other.
struct Poisson {
  std::uint64_t number = 0;
  double rate_hz = 0;
  Time start{};
  Time stop = never;
  Duration dead_time{};
  double depth = 0;  ///< 0 to 1
  double frequency_hz = 0;
};

/// Every neuron at first, first + interval, … up to stop; neuron i is `stagger`·i later.
struct Regular {
  std::uint64_t number = 0;
  Duration interval{};
  Time first{};
  Time stop = never;
  Duration stagger{};
};

struct ListedSpike {
  Time time{};
  double weight = 1;
  friend bool operator==(const ListedSpike&, const ListedSpike&) = default;
};

/// Spikes that are known: written in the model, or read from a file. One ascending list per neuron.
struct Listed {
  std::vector<std::vector<ListedSpike>> trains;
};

/// One population of a spike port.
struct SpikeRecipe {
  std::string population;
  double weight = 1;  ///< Of each spike; multiplies those of Listed.
  std::variant<Poisson, Regular, Listed> trains;

  std::uint64_t number() const;
};

/// One neuron's train, spike by spike. What it gives depends on (seed, stream, element) alone.
class Train {
 public:
  /// `recipe` is borrowed; `node` counts within it, `element` within the port.
  Train(const SpikeRecipe& recipe, std::uint64_t seed, std::uint64_t stream, std::uint64_t node,
        std::uint64_t element);
  /// The next spike, later than all before it unless they are Listed; nothing at the end.
  std::optional<ListedSpike> next();

 private:
  std::optional<Time> next(const Poisson& recipe);
  std::optional<Time> next(const Regular& recipe);

  const SpikeRecipe* recipe_;
  tutti::Random random_;
  std::uint64_t node_;
  std::uint64_t counter_ = 0;
  Time last_{};
};

}  // namespace player
