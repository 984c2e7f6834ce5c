// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include "case.hpp"
#include "tutti/plan/planner.hpp"

namespace contract {

/// A stream of whole numbers that is the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_{seed} {}
  /// From `low` to `high`, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  template <typename T>
  T one_of(std::initializer_list<T> list) {
    return list.begin()[between(0, static_cast<std::int64_t>(list.size()) - 1)];
  }

 private:
  std::mt19937_64 random_;
};

/// One to five modules and up to eight connections of every kind; may be mistaken or never run.
Case random_case(Dice& dice);

/// Follows the planner's own advice until the case runs. Throws if the advice does not end, or if a
/// loop that it names is no loop.
void mend(Case& model);

/// Intervals and credits that nobody planned: they may or may not run.
std::vector<tutti::plan::EdgePlan> random_plan(const Case& model, Dice& dice);

}  // namespace contract
