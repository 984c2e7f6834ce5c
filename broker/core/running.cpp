// SPDX-License-Identifier: MIT
// While the run goes on: leases, steering, and noticing when nothing moves.
#include <algorithm>
#include <numeric>
#include <set>

#include "core/core.hpp"
#include "tutti/plan/rules.hpp"

namespace tutti::broker {

using control::Activity;
using control::Phase;

Time Core::furthest() const {
  Time most{};
  for (const auto& member : members_) most = std::max(most, member.progress.clock);
  return most;
}

Time Core::slowest() const {
  Time least = time_zero + run_.stop;
  for (const auto& member : members_)
    if (!member.done) least = std::min(least, member.progress.clock);
  return least;
}

/// How far ahead of the slowest a lease must reach so that it never stops a run by itself. Where
/// all have come as close to a lease as steps and frames let them, a target is behind it by its own
/// step and by what its sources have not sent: twice that, since a lease is renewed at its half.
Duration Core::least_lead() const {
  std::vector<Duration> behind;
  for (const auto& module : run_.modules) behind.push_back(module.step);
  for (std::size_t round = 0; round < behind.size(); ++round)
    for (const auto& c : matching_.connections) {
      const auto unsent = std::max(behind[c.from_number] + c.interval - c.delay, Duration{});
      auto& target = behind[c.to_number];
      target = std::max(target, run_.modules[c.to_number].step + unsent);
    }
  return std::min(2 * *std::ranges::max_element(behind), run_.stop);
}

/// Leases run ahead of the slowest: a new one is due when half of the last is used up, and it is
/// long enough to last for about half a second of wall time, which is also how soon a pause takes
/// effect.
void Core::renew_lease() {
  if (phase_ != Phase::running || paused_ || stopping_) return;
  if (lease_ >= time_zero + run_.stop) return;
  if (replayed_stop_ && lease_ >= *replayed_stop_) {
    stopping_ = true;
    return;
  }
  if (run_.pace > 0 || lease_ - slowest() > lead_ / 2) return;  // with a pace: keep_pace
  constexpr Seconds very_short_half = 0.01, short_half = 0.1, long_half = 0.4;
  const Seconds since = now_ - granted_at_;
  if (since < short_half && lead_ < run_.stop) lead_ *= since < very_short_half ? 16 : 4;
  if (since > long_half) lead_ = std::max(lead_ / 2, least_lead_);
  grant(std::max(lease_, slowest() + lead_));
}

/// Simulated time may not run ahead of the wall clock by more than a few milliseconds, and where it
/// fell behind, it makes up for it, but still by short leases.
void Core::keep_pace() {
  if (run_.pace <= 0 || phase_ != Phase::running || paused_ || stopping_) return;
  const auto simulated = [&](Seconds wall) {
    return Duration{static_cast<std::int64_t>(1e12 * run_.pace * wall)};
  };
  constexpr Seconds ahead = 0.02;
  const Time lease = std::min({paced_clock_ + simulated(now_ - paced_from_ + ahead),
                               slowest() + least_lead_ + simulated(ahead), time_zero + run_.stop});
  Duration longest{1};
  for (const auto& module : run_.modules) longest = std::max(longest, module.step);
  if (slowest() + longest > lease_) moved_ = now_;  // who waits, waits for the clock
  if (lease > lease_) grant(lease);
  renew_lease();
}

/// The pace counts from here.
void Core::anchor_pace() {
  paced_from_ = now_;
  paced_clock_ = lease_;
}

/// The first instant from `t` on that is a multiple of every module's step; past the end where
/// there is none before.
Time Core::next_common(Time t) const {
  Duration common{1};
  for (const auto& module : run_.modules) {
    const auto factor = module.step / std::gcd(common.count(), module.step.count());
    if (common > run_.stop / factor.count()) return time_zero + run_.stop + Duration{1};
    common *= factor.count();
  }
  return plan::up(t, common);
}

std::string Core::waits_for(const Member& member) const {
  const auto& p = member.progress;
  if (p.activity != Activity::waiting) return {};
  if (!p.what.empty()) return p.what;
  if (p.connection >= matching_.connections.size()) return "?";
  const auto& c = matching_.connections[p.connection];
  return fmt::format("{}{} up to {}", c.from(),
                     c.source_ranks > 1 ? fmt::format(" rank {}", p.source_rank) : "", p.needed);
}

/// "cortex waits for calcium.ca_i up to 3 ms; calcium waits for …": who holds up whom.
std::string Core::wait_chain() const {
  std::string text;
  for (const auto& member : members_) {
    if (member.done) continue;
    const auto what = waits_for(member);
    text += fmt::format("{}{} at {}{}", text.empty() ? "" : "; ", name(member),
                        member.progress.clock, what.empty() ? " computes" : " waits for " + what);
  }
  return text;
}

void Core::look_for_trouble() {
  if (phase_ == Phase::ended) return;
  if (suspect_ && now_ - suspect_->second > limits_.suspicion && phase_ != Phase::leaving)
    return blame();
  if (phase_ == Phase::leaving) {
    if (now_ - ended_at_ > limits_.farewell) {
      for (auto& member : members_) member.left = member.left || !ok_;
      part_if_all_left();
    }
    return;
  }
  if (phase_ == Phase::joining || phase_ == Phase::matching) {
    if (now_ - began_ > limits_.join) end(Fault::deadline, still_missing(), "");
    return;
  }
  for (const auto& member : members_)
    if (is_silent(member) && now_ - member.heard > limits_.silence + limits_.examination)
      return end_silent(member, {});
  constexpr Seconds fresh = 1;  // who has been silent for longer may be anything but waiting
  const bool all_wait = std::ranges::all_of(members_, [&](const Member& m) {
    return m.done || (m.progress.activity == Activity::waiting && now_ - m.heard < fresh);
  });
  const Time clock = furthest() + (slowest() - time_zero);
  if (clock != last_clock_ || !all_wait || (paused_ && !stopping_))
    moved_ = now_, last_clock_ = clock;
  if (stopping_ && all_wait && now_ - moved_ > 0.3)
    return end(Fault::interrupted, fmt::format("{} at {}", reason_, slowest()), "");
  if (now_ - moved_ > limits_.stuck) {
    const auto loop = circle();
    end(Fault::deadline,
        fmt::format("nothing has moved for {:.0f} s{}: {}", limits_.stuck,
                    loop.empty() ? "" : ", each waits for the next in " + loop, wait_chain()),
        "");
  }
}

}  // namespace tutti::broker
