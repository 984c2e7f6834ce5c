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

/// Leases run ahead: a new one is due when half of the last is used up, and it is long enough to
/// last for about half a second of wall time, which is also how soon a pause takes effect.
void Core::renew_lease(bool in_need) {
  if (phase_ != Phase::running || paused_ || stopping_) return;
  if (lease_ >= time_zero + run_.stop) return;
  if (lease_ - furthest() > lead_ / 2 && !(in_need && lease_ - furthest() < lead_ / 4)) return;
  const Seconds since = now_ - granted_at_;
  if (since < 0.25 && lead_ < run_.stop) lead_ *= 4;
  if (since > 1.0 && lead_ > Duration{2}) lead_ /= 2;
  lease_ = std::max(lease_, furthest() + lead_);
  granted_at_ = now_;
  send_all(control::Lease{lease_});
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

void Core::command(const Peer& peer, const control::Command& order) {
  using Verb = control::Command::Verb;
  control::Answer answer{order.id, true, lease_, {}};
  if (phase_ != Phase::running) {
    answer.ok = order.verb == Verb::stop;
    answer.text = "the run is not going on";
    if (order.verb == Verb::stop)
      end(Fault::interrupted, order.reason.empty() ? "stopped by request" : order.reason, "");
    send(peer, answer);
    return;
  }
  switch (order.verb) {
    case Verb::pause:
      paused_ = true;
      answer.text = fmt::format("pauses at {}", lease_);
      break;
    case Verb::resume:
      paused_ = false;
      answer.at = furthest();
      answer.text = fmt::format("goes on from {}", answer.at);
      granted_at_ = now_;
      lease_ = std::max(lease_, furthest() + lead_);
      send_all(control::Lease{lease_});
      break;
    case Verb::step:
      paused_ = true;
      lease_ = std::max(lease_, furthest()) + std::max(order.step, Duration{1});
      answer.at = lease_;
      answer.text = fmt::format("goes on to {}", lease_);
      send_all(control::Lease{lease_});
      break;
    case Verb::cut:
      if (const auto at = next_common(std::max(lease_, furthest())); at > time_zero + run_.stop) {
        answer.ok = false;
        answer.text =
            fmt::format("the steps have no common instant between {} and the end", lease_);
      } else {
        paused_ = true;
        lease_ = answer.at = at;
        answer.text = fmt::format("comes to rest at {}", at);
        send_all(control::Lease{lease_});
      }
      break;
    case Verb::stop:
      stopping_ = true;
      reason_ = order.reason.empty() ? "stopped by request" : order.reason;
      answer.text = fmt::format("stops at {}", lease_);
      break;
  }
  send(peer, answer);
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
  if (suspect_ && now_ - suspect_->second > limits_.suspicion && phase_ != Phase::leaving) {
    const auto& member = members_[suspect_->first];
    return end(Fault::peer, fmt::format("{}: {}", name(member), suspect_text_), name(member));
  }
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
    if (!member.done && now_ - member.heard > limits_.silence)
      return end(Fault::peer,
                 fmt::format("{} has given no sign of life for {:.0f} s, last at {}", name(member),
                             limits_.silence, member.progress.clock),
                 name(member));
  const bool all_wait = std::ranges::all_of(
      members_, [](const Member& m) { return m.done || m.progress.activity == Activity::waiting; });
  const Time clock = furthest() + (slowest() - time_zero);
  if (clock != last_clock_ || !all_wait || paused_) moved_ = now_, last_clock_ = clock;
  if (stopping_ && all_wait && now_ - moved_ > 0.3)
    return end(Fault::interrupted, fmt::format("{} at {}", reason_, slowest()), "");
  if (now_ - moved_ > limits_.stuck)
    end(Fault::deadline,
        fmt::format("nothing has moved for {:.0f} s: {}", limits_.stuck, wait_chain()), "");
}

}  // namespace tutti::broker
