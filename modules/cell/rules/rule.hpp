// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tutti/elements.hpp"
#include "tutti/random.hpp"

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
  std::vector<double> weights{}, delays_ms{};  ///< Of the pairs, in place of what others say.
};

/// The two groups of cells that a rule joins, numbered from 0 each.
struct Ends {
  std::uint64_t sources = 0, targets = 0;
  bool same = false;  ///< A cell may be in both.
  /// Which cells they are where `same` and the two groups differ.
  const tutti::Elements* source_cells = nullptr;
  const tutti::Elements* target_cells = nullptr;

  /// A target's number among the sources, if it is one of them.
  std::optional<std::uint64_t> as_source(std::uint64_t target) const {
    return other(target, target_cells, source_cells, sources);
  }
  std::optional<std::uint64_t> as_target(std::uint64_t source) const {
    return other(source, source_cells, target_cells, targets);
  }

 private:
  std::optional<std::uint64_t> other(std::uint64_t number, const tutti::Elements* from,
                                     const tutti::Elements* to, std::uint64_t limit) const {
    if (!same) return std::nullopt;
    if (from != nullptr && to != nullptr && !(*from == *to)) return to->index_of(from->at(number));
    return number < limit ? std::optional{number} : std::nullopt;
  }
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

/// Draws `number` partners of one cell from `limit`, itself left out where `own` is one of them:
/// calls `partner` with each and its place in the order.
template <typename Partner>
void draw_partners(const tutti::Random& random, std::uint64_t number, std::uint64_t limit,
                   std::optional<std::uint64_t> own, bool multapses, Partner&& partner) {
  const std::uint64_t choice = limit - (own ? 1 : 0);
  if (choice == 0) return;
  std::unordered_set<std::uint64_t> taken;  // asked only whether something is in it
  std::uint64_t draw = 0;
  for (std::uint64_t k = 0; k < number; ++k) {
    auto s = random.below(draw++, choice);
    if (!multapses)
      while (!taken.insert(s).second) s = random.below(draw++, choice);
    partner(own && s >= *own ? s + 1 : s, k);
  }
}

/// What is wrong with a rule for these populations, or "".
std::string problem_of(const Rule& rule, const Ends& ends);

}  // namespace cell::rules
