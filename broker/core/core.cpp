// SPDX-License-Identifier: MIT
#include "core/core.hpp"

#include <algorithm>

namespace tutti::broker {

Core::Core(config::RunSpec run, Limits limits, Seconds now)
    : run_{std::move(run)}, limits_{limits}, now_{now}, began_{now}, moved_{now} {
  for (std::uint32_t m = 0; m < run_.modules.size(); ++m)
    for (int r = 0; r < run_.modules[m].ranks; ++r) {
      Member member;
      member.module = m;
      member.rank = static_cast<std::uint32_t>(r);
      members_.push_back(std::move(member));
    }
}

void Core::go_on_from(Time cut) {
  for (auto& member : members_) member.progress.clock = cut;
  last_clock_ = lease_ = cut;
}

Core::Member* Core::find(const Peer& peer) {
  for (auto& member : members_)
    if (member.joined && member.peer == peer) return &member;
  return nullptr;
}

std::string Core::name(const Member& member) const {
  const auto& spec = run_.modules[member.module];
  return spec.ranks == 1 ? spec.name : fmt::format("{} rank {}", spec.name, member.rank);
}

std::vector<Core::Member*> Core::of_module(std::uint32_t module) {
  std::vector<Member*> found;
  for (auto& member : members_)
    if (member.module == module) found.push_back(&member);
  return found;
}

void Core::send(const Peer& peer, control::Message message) {
  out_.emplace_back(peer, std::move(message));
}

void Core::send_all(const control::Message& message) {
  for (const auto& member : members_)
    if (member.joined && !member.left) send(member.peer, message);
}

Out Core::receive(const Peer& peer, const control::Message& message, Seconds now) {
  now_ = now;
  if (const auto* hello = std::get_if<control::Join>(&message)) {
    join(peer, *hello, now);
    return std::exchange(out_, {});
  }
  if (const auto* watch = std::get_if<control::Watch>(&message)) {
    watchers_.push_back({peer, 1e-3 * std::max(watch->every_ms, 20U), now});
    return std::exchange(out_, {});
  }
  if (const auto* order = std::get_if<control::Command>(&message)) {
    command(peer, *order);
    return std::exchange(out_, {});
  }
  if (const auto* loss = std::get_if<control::Lost>(&message)) {
    lost(*loss);
    return std::exchange(out_, {});
  }
  Member* member = find(peer);
  if (member == nullptr) return {};  // somebody who never joined: no concern of the run
  if (member->lost) return {};       // its last words
  member->heard = now;
  if (const auto* offer = std::get_if<control::Offer>(&message)) {
    take_offer(*member, *offer);
  } else if (const auto* want = std::get_if<control::Want>(&message)) {
    take_want(*member, *want);
  } else if (const auto* projection = std::get_if<control::Projection>(&message)) {
    pass_on(*member, *projection);
  } else if (const auto* progress = std::get_if<control::Progress>(&message)) {
    member->progress = *progress;
    renew_lease();
  } else if (const auto* finished = std::get_if<control::Done>(&message)) {
    done(*member, *finished);
  } else if (const auto* answer = std::get_if<control::Saved>(&message)) {
    saved(*member, *answer);
  } else if (const auto* failure = std::get_if<control::Failed>(&message)) {
    failed(*member, *failure);
  } else {
    end(Fault::protocol, fmt::format("{} sent a message that only a broker sends", name(*member)),
        name(*member));
  }
  return std::exchange(out_, {});
}

Out Core::tick(Seconds now) {
  now_ = now;
  look_for_trouble();
  keep_pace();
  keep_wall_rhythm();
  if (constexpr Seconds period = 1; now - beat_ >= period && !ended()) {
    beat_ = now;  // a lease that says nothing new is still a sign of life
    send_all(control::Lease{lease_});
  }
  for (auto& watcher : watchers_)
    if (now >= watcher.next) {
      watcher.next = now + watcher.period;
      send(watcher.peer, status());
    }
  return std::exchange(out_, {});
}

control::Status Core::status() const {
  control::Status s;
  s.phase = paused_ && phase_ == control::Phase::running ? control::Phase::paused : phase_;
  s.stop = time_zero + run_.stop;
  s.clock = slowest();
  s.ok = ok_, s.fault = fault_, s.reason = reason_, s.culprit = culprit_;
  for (const auto& member : members_)
    s.members.push_back({run_.modules[member.module].name, member.rank, member.join.pid,
                         member.done ? member.done->clock : member.progress.clock,
                         member.done ? control::Activity::done : member.progress.activity,
                         waits_for(member), member.progress.line, member.progress.compute_seconds,
                         member.progress.wait_seconds});
  s.notices = notices_;
  if (ended()) s.summary = summary();
  return s;
}

std::vector<std::int64_t> Core::live_pids(const std::string& host) const {
  std::vector<std::int64_t> pids;
  for (const auto& member : members_)
    if (member.joined && !member.left && member.join.host == host) pids.push_back(member.join.pid);
  return pids;
}

}  // namespace tutti::broker
