// SPDX-License-Identifier: MIT
#include "engine/electrodes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tutti/random.hpp"

namespace cell::engine {
namespace {

/// The first step whose midpoint is not before `time`; a hair of tolerance for decimal fractions.
std::int64_t first_step(double time_ms, double dt_ms) {
  const double steps = time_ms / dt_ms - 0.5;
  if (steps > 9e18) return std::numeric_limits<std::int64_t>::max();
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(steps - 1e-9)));
}

}  // namespace

std::size_t Electrodes::add(const Entrance& at, const Clamp& clamp, double dt_ms) {
  currents_.push_back(
      {at,
       {first_step(clamp.delay_ms, dt_ms), first_step(clamp.delay_ms + clamp.duration_ms, dt_ms)},
       clamp.amplitude_nA,
       0});
  return currents_.size() - 1;
}

void Electrodes::add(const Entrance& at, const VoltageClamp& clamp, double dt_ms) {
  double from_ms = 0;
  for (const auto& level : clamp.levels) {
    const double to_ms = from_ms + level.duration_ms, uS = 1 / clamp.resistance_MOhm;
    currents_.push_back(
        {at, {first_step(from_ms, dt_ms), first_step(to_ms, dt_ms)}, uS * level.mV, uS});
    from_ms = to_ms;
  }
}

void Electrodes::add(const Entrance& at, const NoiseClamp& clamp, double dt_ms) {
  const double keep = clamp.tau_ms > 0 ? std::exp(-dt_ms / clamp.tau_ms) : 0;
  noises_.push_back(
      {at,
       {first_step(clamp.delay_ms, dt_ms), first_step(clamp.delay_ms + clamp.duration_ms, dt_ms)},
       clamp,
       keep,
       clamp.sd_nA * std::sqrt(1 - keep * keep)});
}

void Electrodes::add(const Entrance& at, const GapJunction& gap) {
  gaps_.push_back({at, gap.conductance_uS, gap.peer});
}

void Electrodes::initialise() {
  for (auto& noise : noises_) noise.deviation = 0;
  now_.clear();
  nodes_.clear();
  from_gap_.clear();
}

void Electrodes::put(const Entrance& at, double nA, double uS, bool gap) {
  now_.push_back({at.row, at.lane, nA, uS});
  nodes_.push_back(at.node);
  from_gap_.push_back(gap ? 1 : 0);
}

std::span<const Injection> Electrodes::at_step(std::int64_t step, std::span<const double> peers) {
  now_.clear();
  nodes_.clear();
  from_gap_.clear();
  for (const auto& c : currents_)
    if (c.when.has(step)) put(c.at, c.nA, c.uS, false);
  for (auto& noise : noises_) {
    if (!noise.when.has(step)) continue;
    const tutti::Random random{noise.spec.seed, noise.spec.stream, noise.spec.element};
    // the first one is drawn from what the process tends to
    const double spread = step == noise.when.first ? noise.spec.sd_nA : noise.spread;
    noise.deviation =
        noise.keep * noise.deviation + spread * random.normal(static_cast<std::uint64_t>(step));
    put(noise.at, noise.spec.mean_nA + noise.deviation, 0, false);
  }
  for (const auto& gap : gaps_) put(gap.at, gap.uS * peers[gap.peer], gap.uS, true);
  return now_;
}

void Electrodes::visit(tutti::Fields& fields, int lane, const std::function<int(int)>& row_of) {
  for (auto& noise : noises_)
    if (noise.at.lane == lane) fields(noise.deviation);
  struct Flow {
    double nA, uS;
    std::int64_t node, gap;
  };
  std::vector<Flow> flows;
  for (std::size_t k = 0; k < now_.size() && fields.saving(); ++k)
    if (now_[k].lane == lane) flows.push_back({now_[k].nA, now_[k].uS, nodes_[k], from_gap_[k]});
  fields(flows);
  if (fields.saving()) return;
  for (const auto& flow : flows) {
    const int node = static_cast<int>(flow.node);
    put({lane, row_of(node), node}, flow.nA, flow.uS, flow.gap != 0);
  }
}

}  // namespace cell::engine
