// SPDX-License-Identifier: MIT
#include "network/changing_synapses.hpp"

#include <algorithm>

namespace cell {
namespace {

constexpr double ms_per_tick = 1e-9;

std::size_t count_of(const std::vector<ChangingSynapses::Made>& made, std::uint64_t first) {
  if (made.empty()) return 0;
  return std::ranges::max(made, {}, &ChangingSynapses::Made::source).source - first + 1;
}

}  // namespace

ChangingSynapses::ChangingSynapses(const Projection& p, const std::vector<Made>& made,
                                   std::size_t cells, tutti::Duration dt, std::uint64_t seed)
    : name_{p.name}, dt_{dt} {
  if (!made.empty()) first_ = std::ranges::min(made, {}, &Made::source).source;
  rows_.resize(count_of(made, first_));
  if (p.plasticity) {
    make_plastic(*p.plasticity, made, cells);
    return;
  }
  for (const auto& one : made) rows_[one.source - first_].push_back(one);
  if (p.short_term->sites == 0) {
    short_term_.emplace(*p.short_term, rows_.size(), ms_per_tick);
    return;
  }
  std::vector<std::vector<point::Release::Ends>> ends(rows_.size());
  for (std::size_t s = 0; s < rows_.size(); ++s)
    for (const auto& one : rows_[s]) ends[s].push_back({one.source, one.target});
  release_.emplace(*p.short_term, ends, ms_per_tick, seed, tutti::stream_id(name_ + "/release"));
}

void ChangingSynapses::make_plastic(const point::Plasticity& rule, const std::vector<Made>& made,
                                    std::size_t cells) {
  point::Owners owners{cells, {}};
  for (const auto& one : made) {
    if (owners.of.size() <= one.synapse) owners.of.resize(one.synapse + 1);
    owners.of[one.synapse] = one.cell;
  }
  const auto steps_of = [&](const Made& one) {
    // a boundary halfway between two steps is the first's, as where events act (Network::step_of)
    return static_cast<std::uint64_t>((2 * one.delay.count() + dt_.count() - 1) /
                                      (2 * dt_.count()));
  };
  const auto count = std::max<std::size_t>(rows_.size(), 1);
  plastic_.emplace(rule, count, std::move(owners), tutti::to_ms(dt_), [&](const auto& found) {
    for (const auto& one : made)
      found(point::Contact{static_cast<std::uint32_t>(one.source - first_), one.synapse, one.weight,
                           steps_of(one)});
  });
}

void ChangingSynapses::deliver(std::uint64_t source, tutti::Time t, const point::Rewards& rewards,
                               const Arrive& arrive) {
  const auto place = source - first_;  // wraps for one below
  if (source < first_ || place >= rows_.size()) return;
  if (plastic_) {
    const auto instant = (tutti::ticks(t) + dt_.count() - 1) / dt_.count();
    const auto step = static_cast<std::uint64_t>(instant);
    plastic_->deliver(place, step, rewards,
                      [&](std::uint32_t synapse, std::uint64_t delay, double weight) {
                        const auto at = instant + static_cast<std::int64_t>(delay);
                        arrive(synapse, tutti::time_zero + dt_ * at, weight);
                      });
    return;
  }
  const auto& row = rows_[place];
  const auto tick = static_cast<std::uint64_t>(tutti::ticks(t));
  const auto one = [&](std::size_t k, double share) {
    if (share > 0) arrive(row[k].synapse, t + row[k].delay, row[k].weight * share);
  };
  if (release_) return release_->deliver(place, tick, one);
  const double scale = short_term_->spike(place, tick);
  for (std::size_t k = 0; k < row.size(); ++k) one(k, scale);
}

}  // namespace cell
