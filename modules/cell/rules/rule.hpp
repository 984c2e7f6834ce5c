// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cell::rules {

/// Which pairs of two populations are joined.
struct Rule {
  enum class Kind {
    all_to_all,
    one_to_one,       ///< Equal node numbers.
    probability,      ///< Each pair by itself.
    fixed_indegree,   ///< `number` sources for each target.
    fixed_outdegree,  ///< `number` targets for each source.
    fixed_total,      ///< `number` pairs in all, each drawn from all pairs.
    small_world,  ///< `number` nearest in a ring, rewired with `probability` (Watts & Strogatz).
    list,
  };
  Kind kind = Kind::all_to_all;
  double probability = 1;
  std::uint64_t number = 0;
  bool self = false;      ///< A cell may reach itself.
  bool multapses = true;  ///< A pair may be joined more than once (drawn with replacement).
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs{};  ///< (source, target) nodes.
};

/// Two populations that a rule joins.
struct Ends {
  std::uint64_t sources = 0, targets = 0;
  bool same = false;  ///< They are one population.
};

/// One connection of a rule.
struct Pair {
  std::uint64_t source = 0;  ///< Node number.
  std::uint64_t target = 0;  ///< Node number.
  std::uint64_t draw = 0;    ///< Unique at its target: what its other random numbers hang on.
};

/// Calls `found` for every connection of a rule whose target is in `mine` (ascending node numbers).
/// The network is a function of (seed, stream) alone: not of how targets are shared out. Of one
/// target, connections come in a fixed order. Throws Error where the rule asks for more different
/// sources or targets than there are.
void for_each_pair(const Rule& rule, const Ends& ends, std::uint64_t seed, std::uint64_t stream,
                   std::span<const std::uint64_t> mine,
                   const std::function<void(const Pair&)>& found);

/// What is wrong with a rule for these populations, or "".
std::string problem_of(const Rule& rule, const Ends& ends);

}  // namespace cell::rules
