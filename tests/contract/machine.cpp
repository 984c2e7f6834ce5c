// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace contract {
namespace {

double add_up(const std::vector<double>& values) {
  double total = 0.0;
  for (const double value : values) total += value;
  return total;
}

/// The first multiple of `grid` at or after `t`; t may be negative.
std::int64_t up(std::int64_t t, std::int64_t grid) {
  const std::int64_t rest = ((t % grid) + grid) % grid;
  return rest == 0 ? t : t + grid - rest;
}

}  // namespace

std::vector<double> Machine::sample(std::int64_t t) const {
  std::vector<double> values;
  for (std::int64_t e = spec_.first; e < spec_.first + spec_.count; ++e) {
    const auto element = static_cast<double>(e);
    if (spec_.ramp) {
      // whole numbers in the cases: exact as long as they stay below 2^53
      values.push_back(spec_.ramp->a * static_cast<double>(t) + spec_.ramp->b * element +
                       spec_.ramp->c);
    } else if (spec_.square) {
      const std::int64_t root = t / *spec_.square + e;
      values.push_back(static_cast<double>(root * root));
    } else {
      values.push_back(state_ + element);
    }
  }
  return values;
}

std::vector<double> Machine::direct(const std::vector<double>& signals) const {
  const double total = add_up(signals);
  std::vector<double> values;
  for (std::int64_t e = spec_.first; e < spec_.first + spec_.count; ++e)
    values.push_back(0.5 * total + static_cast<double>(e));
  return values;
}

Sent Machine::advance(std::int64_t begin, const std::vector<TakenSpike>& spikes,
                      const Readings& readings) {
  const std::int64_t end = begin + spec_.step;
  Sent sent;
  for (const auto& spike : spikes) state_ = 0.5 * state_ + static_cast<double>(spike.element + 1);
  if (spec_.relay) relay(end, spikes, sent.spikes);
  if (!readings.signals.empty()) state_ = state_ + 0.25 * (add_up(readings.signals) - state_);
  for (const auto& sample : readings.trace) state_ = 0.5 * state_ + sample.value;
  if (spec_.threshold && state_ >= spec_.threshold->at) {
    state_ = state_ - spec_.threshold->at;
    sent.spikes.push_back({end - spec_.threshold->lag, spec_.first});
  }
  if (spec_.train) train(begin, sent.spikes);
  if (spec_.messages)
    for (std::int64_t t = up(begin + 1, *spec_.messages); t <= end; t += *spec_.messages)
      sent.notes.push_back({t, fmt::format("{}:{}", spec_.name, t / *spec_.messages)});
  std::ranges::sort(sent.spikes);
  return sent;
}

void Machine::relay(std::int64_t end, const std::vector<TakenSpike>& spikes,
                    std::vector<Spike>& sent) {
  const std::size_t count = std::min(spikes.size(), spec_.relay->most);
  for (std::size_t n = 0; n < count; ++n)
    waiting_.push_back(
        {spikes[n].arrival + spec_.relay->offset, spec_.first + spikes[n].element % spec_.count});
  for (const Spike& spike : waiting_)
    if (spike.t <= end) sent.push_back(spike);
  std::erase_if(waiting_, [&](const Spike& spike) { return spike.t <= end; });
}

void Machine::train(std::int64_t begin, std::vector<Spike>& sent) const {
  for (std::int64_t k = 0; k < spec_.count; ++k) {
    std::int64_t t = spec_.train->phase + k * spec_.train->stagger;
    t += std::max<std::int64_t>(0, up(begin + 1 - t, spec_.train->period));
    for (; t <= begin + spec_.step; t += spec_.train->period)
      if (t > begin) sent.push_back({t, spec_.first + k});
  }
}

}  // namespace contract
