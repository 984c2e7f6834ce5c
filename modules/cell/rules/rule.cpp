// SPDX-License-Identifier: MIT
#include "rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "tutti/error.hpp"

namespace cell::rules {
namespace {

using Found = std::function<void(const Pair&)>;

/// What each kind of rule needs.
struct Task {
  const Rule& rule;
  const Ends& ends;
  std::uint64_t seed, stream;
  std::span<const std::uint64_t> mine;
  const Found& found;

  bool no_self() const { return ends.same && !rule.self; }
  /// The one partner that a cell may not have, if there is one.
  std::optional<std::uint64_t> barred_source(std::uint64_t target) const {
    return no_self() ? ends.as_source(target) : std::nullopt;
  }
  std::optional<std::uint64_t> barred_target(std::uint64_t source) const {
    return no_self() ? ends.as_target(source) : std::nullopt;
  }
  tutti::Random random(std::uint64_t element) const { return {seed, stream, element}; }
  bool is_mine(std::uint64_t target) const { return std::ranges::binary_search(mine, target); }
};

void all_pairs(const Task& t) {
  for (const auto target : t.mine) {
    const auto barred = t.barred_source(target);
    for (std::uint64_t s = 0; s < t.ends.sources; ++s)
      if (s != barred) t.found({s, target, s});
  }
}

void equal_nodes(const Task& t) {
  for (const auto target : t.mine)
    if (target < t.ends.sources) t.found({target, target, 0});
}

/// From one chosen source to the next by geometric jumps, so that the work is that of the
/// connections made and not of the pairs.
void by_probability(const Task& t) {
  const double p = t.rule.probability;
  if (p >= 1) return all_pairs(t);
  if (p <= 0) return;
  const double scale = 1 / std::log1p(-p);
  for (const auto target : t.mine) {
    const auto random = t.random(target);
    const auto barred = t.barred_source(target);
    double next = 0;
    for (std::uint64_t k = 0;; ++k) {
      next += std::floor(std::log(random.uniform(k)) * scale);
      if (!(next < static_cast<double>(t.ends.sources))) break;
      const auto s = static_cast<std::uint64_t>(next);
      if (s != barred) t.found({s, target, k});
      next += 1;
    }
  }
}

void by_indegree(const Task& t) {
  for (const auto target : t.mine) {
    draw_partners(t.random(target), t.rule.number, t.ends.sources, t.barred_source(target),
                  t.rule.multapses, [&](std::uint64_t s, std::uint64_t k) {
                    t.found({s, target, k});
                  });
  }
}

/// Every rank draws the targets of every source and keeps its own.
void by_outdegree(const Task& t) {
  for (std::uint64_t source = 0; source < t.ends.sources; ++source) {
    draw_partners(t.random(source), t.rule.number, t.ends.targets, t.barred_target(source),
                  t.rule.multapses, [&](std::uint64_t target, std::uint64_t k) {
                    if (t.is_mine(target)) t.found({source, target, source * t.rule.number + k});
                  });
  }
}

void by_total(const Task& t) {
  const auto random = t.random(0);
  std::unordered_set<std::uint64_t> taken;  // asked only whether something is in it
  std::uint64_t draw = 0;
  for (std::uint64_t k = 0; k < t.rule.number;) {
    const auto s = random.below(draw++, t.ends.sources),
               target = random.below(draw++, t.ends.targets);
    if (s == t.barred_source(target)) continue;
    if (!t.rule.multapses && !taken.insert(s * t.ends.targets + target).second) continue;
    if (t.is_mine(target)) t.found({s, target, k});
    ++k;
  }
}

/// Each cell to the `number` / 2 next on either side; one in `probability` goes anywhere instead.
void in_small_world(const Task& t) {
  const std::uint64_t n = t.ends.targets;
  for (std::uint64_t source = 0; source < t.ends.sources; ++source) {
    const auto random = t.random(source);
    for (std::uint64_t k = 0; k < t.rule.number; ++k) {
      const std::uint64_t away = k / 2 + 1;
      std::uint64_t target = (k % 2 == 0 ? source + away : source + n - away) % n;
      if (random.uniform(2 * k) < t.rule.probability) {
        target = random.below(2 * k + 1, n - 1);
        if (target >= source) ++target;
      }
      if (t.is_mine(target)) t.found({source, target, source * t.rule.number + k});
    }
  }
}

void listed(const Task& t) {
  for (std::uint64_t k = 0; k < t.rule.pairs.size(); ++k) {
    const auto& [source, target] = t.rule.pairs[k];
    if (source < t.ends.sources && t.is_mine(target)) t.found({source, target, k});
  }
}

}  // namespace

std::string problem_of(const Rule& rule, const Ends& ends) {
  using Kind = Rule::Kind;
  const bool no_self = ends.same && !rule.self;
  if (rule.kind == Kind::small_world &&
      !(ends.same && ends.sources == ends.targets && rule.number + 1 < ends.targets))
    return fmt::format(
        "small_world joins a population with itself and needs more cells ({}) than "
        "neighbours ({}) by two",
        ends.targets, rule.number);
  if (rule.kind == Kind::list)
    for (const auto& [source, target] : rule.pairs)
      if (source >= ends.sources || target >= ends.targets)
        return fmt::format("[{}, {}] is no pair of {} sources and {} targets", source, target,
                           ends.sources, ends.targets);
  const std::uint64_t partners = rule.kind == Kind::fixed_indegree ? ends.sources : ends.targets;
  if (rule.kind == Kind::fixed_indegree || rule.kind == Kind::fixed_outdegree) {
    if (!rule.multapses && rule.number + (no_self ? 1 : 0) > partners)
      return fmt::format(
          "{} different partners are asked for and there are {}; lower the number "
          "or allow multapses",
          rule.number, partners - (no_self && partners > 0 ? 1 : 0));
  }
  const std::uint64_t pairs =
      ends.sources * ends.targets - (no_self ? std::min(ends.sources, ends.targets) : 0);
  if (rule.kind == Kind::fixed_total && rule.number > 0 &&
      (pairs == 0 || (!rule.multapses && rule.number > pairs)))
    return fmt::format("{} pairs are asked for and there are {}; lower the number{}", rule.number,
                       pairs, pairs == 0 ? "" : " or allow multapses");
  return "";
}

void for_each_pair(const Rule& rule, const Ends& ends, std::uint64_t seed, std::uint64_t stream,
                   std::span<const std::uint64_t> mine, const Found& found) {
  if (const auto problem = problem_of(rule, ends); !problem.empty())
    throw tutti::Error{tutti::Fault::config, "{}", problem};
  if (ends.sources == 0 || ends.targets == 0) return;
  const Task task{rule, ends, seed, stream, mine, found};
  switch (rule.kind) {
    case Rule::Kind::all_to_all:
      return all_pairs(task);
    case Rule::Kind::one_to_one:
      return equal_nodes(task);
    case Rule::Kind::probability:
      return by_probability(task);
    case Rule::Kind::fixed_indegree:
      return by_indegree(task);
    case Rule::Kind::fixed_outdegree:
      return by_outdegree(task);
    case Rule::Kind::fixed_total:
      return by_total(task);
    case Rule::Kind::small_world:
      return in_small_world(task);
    case Rule::Kind::list:
      return listed(task);
  }
}

}  // namespace cell::rules
