// SPDX-License-Identifier: MIT
#include "spike_recipe.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace player {
namespace {

constexpr double ticks_per_second = 1e12;

/// An interval in seconds as whole ticks: at least one, so that a train never stands still.
Duration interval_of(double seconds) {
  constexpr double longest = 4e18;
  const double ticks = std::clamp(seconds * ticks_per_second, 1.0, longest);
  return tutti::duration_of(std::llround(ticks));
}

/// `a` + `b`, or `never` where that is later.
Time later(Time a, Duration b) { return never - a <= b ? never : a + b; }

double modulation(const Poisson& recipe, Time t) {
  const double phase = recipe.frequency_hz * tutti::to_s(t.time_since_epoch());
  return 1 + recipe.depth * std::sin(2 * std::numbers::pi * (phase - std::floor(phase)));
}

struct Count {
  std::uint64_t operator()(const Poisson& recipe) const { return recipe.number; }
  std::uint64_t operator()(const Regular& recipe) const { return recipe.number; }
  std::uint64_t operator()(const Listed& recipe) const { return recipe.trains.size(); }
};

}  // namespace

std::uint64_t SpikeRecipe::number() const { return std::visit(Count{}, trains); }

Train::Train(const SpikeRecipe& recipe, std::uint64_t seed, std::uint64_t stream,
             std::uint64_t node, std::uint64_t element)
    : recipe_{&recipe}, random_{seed, stream, element}, node_{node} {
  if (const auto* poisson = std::get_if<Poisson>(&recipe.trains)) last_ = poisson->start;
}

std::optional<Time> Train::next(const Poisson& recipe) {
  if (recipe.rate_hz <= 0) return std::nullopt;
  const double dead = tutti::to_s(recipe.dead_time);
  // Thinning (Lewis and Shedler 1979): candidates at the highest rate, kept with rate(t)/highest.
  const double mean = (1 / recipe.rate_hz - dead) / (1 + recipe.depth);
  while (last_ < recipe.stop) {
    const double waited = dead + mean * random_.exponential(2 * counter_);
    const double chance = random_.uniform(2 * counter_ + 1);
    ++counter_;
    last_ = later(last_, interval_of(waited));
    if (last_ > recipe.stop) break;
    if (recipe.depth == 0 || chance * (1 + recipe.depth) < modulation(recipe, last_)) return last_;
  }
  last_ = never;
  return std::nullopt;
}

std::optional<Time> Train::next(const Regular& recipe) {
  const auto node = static_cast<std::int64_t>(node_);
  last_ = counter_++ == 0 ? recipe.first + node * recipe.stagger : later(last_, recipe.interval);
  if (last_ > recipe.stop || last_ == never) return std::nullopt;
  return last_;
}

std::optional<ListedSpike> Train::next() {
  if (const auto* listed = std::get_if<Listed>(&recipe_->trains)) {
    const auto& train = listed->trains[node_];
    if (counter_ >= train.size()) return std::nullopt;
    const ListedSpike& spike = train[counter_++];
    return ListedSpike{spike.time, spike.weight * recipe_->weight};
  }
  const auto* poisson = std::get_if<Poisson>(&recipe_->trains);
  const auto time = poisson != nullptr ? next(*poisson) : next(std::get<Regular>(recipe_->trains));
  if (!time) return std::nullopt;
  return ListedSpike{*time, recipe_->weight};
}

}  // namespace player
