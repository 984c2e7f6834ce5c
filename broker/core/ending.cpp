// SPDX-License-Identifier: MIT
// How a run ends: all are done, or one fails and the others close their files first.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/core.hpp"
#include "tutti/control/loss.hpp"
#include "tutti/version.hpp"

namespace tutti::broker {

using control::Phase;

void Core::done(Member& member, const control::Done& message) {
  member.done = message;
  if (phase_ == Phase::running) leave_if_all_done();
}

void Core::leave_if_all_done() {
  if (!std::ranges::all_of(members_, [](const auto& m) { return m.done.has_value(); })) return;
  phase_ = Phase::leaving;
  ended_at_ = now_;
  for (auto& m : members_) m.left = true;
  part_if_all_left();
}

void Core::failed(Member& member, const control::Failed& message) {
  if (phase_ == Phase::leaving) {  // its goodbye after our stop
    member.left = true;
    return part_if_all_left();
  }
  member.progress.clock = std::max(member.progress.clock, message.clock);
  if (message.fault == Fault::interrupted || message.fault == Fault::peer) {
    // told to die, perhaps because another process died first: see who else is missing
    member.left = true;
    return suspect(member, fmt::format("{}: {}", name(member), message.text));
  }
  // the one who failed stays in the room until the others have closed their files
  lose(member, message.fault,
       fmt::format("{} at {}: {}", name(member), message.clock, message.text));
}

void Core::suspect(const Member& member, std::string text) {
  if (suspect_) return;
  suspect_ = {static_cast<std::size_t>(&member - members_.data()), now_};
  suspect_text_ = std::move(text);
}

/// Whether mpirun may have ended this process because another died where the shell cannot see it.
bool Core::spans_hosts(const Member& member) const {
  return member.join.job != 0 && std::ranges::any_of(members_, [&](const Member& other) {
           return other.joined && !other.left && other.join.job == member.join.job &&
                  other.join.host != member.join.host;
         });
}

/// Of the processes on other hosts than the suspect's, the first that fell silent before it ended;
/// those that mpirun ended later have said so.
void Core::blame() {
  const auto& taken = members_[suspect_->first];
  const Member* culprit = nullptr;
  for (const auto& member : members_)
    if (member.joined && !member.left && !member.done && member.join.job == taken.join.job &&
        member.join.host != taken.join.host && member.heard < suspect_->second &&
        (culprit == nullptr || member.heard < culprit->heard))
      culprit = &member;
  if (culprit == nullptr) return lose(taken, Fault::peer, suspect_text_);
  lose(
      *culprit, Fault::peer,
      fmt::format("{} is gone at {}: its process {} on {} fell silent, and mpirun ended the others",
                  name(*culprit), culprit->progress.clock, culprit->join.pid, culprit->join.host));
}

Out Core::gone(std::int64_t pid, const std::string& how, Seconds now) {
  now_ = now;
  for (auto& member : members_) {
    if (!member.joined || member.join.pid != pid || member.left) continue;
    member.left = true;
    const auto text = fmt::format("{} is gone at {}: {}", name(member), member.progress.clock, how);
    if (phase_ == Phase::leaving || phase_ == Phase::ended)
      part_if_all_left();
    else if (spans_hosts(member))
      suspect(member, text);
    else
      lose(member, Fault::peer, text);
  }
  return std::exchange(out_, {});
}

void Core::lose(const Member& member, Fault fault, const std::string& reason) {
  const auto policy = control::loss_of(matching_.connections, member.module);
  if (phase_ != Phase::running || policy == OnLoss::stop || policy == OnLoss::wait ||
      !run_.modules[member.module].own_job)
    return end(fault, reason, name(member));
  go_on_without(member.module, reason);
}

/// Its other ranks end, nobody waits for it any more, and people hear of it.
void Core::go_on_without(std::uint32_t module, const std::string& reason) {
  suspect_.reset();
  suspect_text_.clear();
  for (auto* member : of_module(module)) {
    if (!member->left)
      send(member->peer, control::Stop{Fault::peer, "the run goes on without: " + reason});
    send(member->peer, control::Bye{});
    member->lost = member->left = true;
    if (!member->done) member->done = control::Done{member->progress.clock, {}, 0, 0, 0, 0};
    member->progress.line = "lost";
    for (auto& saving : savings_)
      if (saving.owed_by.erase(member) > 0)
        saving.trouble = fmt::format("{} was lost", name(*member));
  }
  send_all(control::Lost{run_.modules[module].name, reason});
  notices_.push_back(reason + "; the run goes on without");
  moved_ = now_;
  close_checkpoints();
  renew_lease();
  leave_if_all_done();
}

/// Of a process that has joined we know more than its launcher: its pid, and its last words.
void Core::lost(const control::Lost& message) {
  for (const auto& member : members_)
    if (!member.joined && run_.modules[member.module].name == message.module)
      return end(Fault::peer,
                 fmt::format("{} ended before it joined: {}", name(member), message.how),
                 name(member));
}

Out Core::abort(Fault fault, const std::string& reason, Seconds now) {
  now_ = now;
  end(fault, reason, "");
  return std::exchange(out_, {});
}

void Core::end(Fault fault, const std::string& reason, const std::string& culprit) {
  if (phase_ == Phase::leaving || phase_ == Phase::ended) return;
  phase_ = Phase::leaving;
  ended_at_ = now_;
  ok_ = false;
  fault_ = fault;
  reason_ = reason;
  culprit_ = culprit;
  for (const auto& member : members_)
    if (member.joined && !member.left && name(member) != culprit)
      send(member.peer, control::Stop{Fault::peer, "the run ends: " + reason});
  for (auto& member : members_)
    if (!member.joined || name(member) == culprit) member.left = true;
  part_if_all_left();
}

/// The last act: everybody may go, and watchers hear how it was.
void Core::part_if_all_left() {
  if (phase_ != Phase::leaving || !std::ranges::all_of(members_, &Member::left)) return;
  phase_ = Phase::ended;
  for (const auto& member : members_)
    if (member.joined) send(member.peer, control::Bye{});
  for (const auto& watcher : watchers_) send(watcher.peer, status());
}

std::string Core::summary() const {
  nlohmann::ordered_json all;
  all["release"] = version;
  all["ok"] = ok_;
  for (const auto& notice : notices_) all["notices"].push_back(notice);
  if (!ok_) {
    all["fault"] = tutti::name(fault_);
    all["reason"] = reason_;
    all["culprit"] = culprit_;
  }
  all["clock_ms"] = to_ms(slowest());
  auto& modules = all["modules"] = nlohmann::ordered_json::array();
  std::map<std::string, std::vector<std::uint64_t>> hashes;
  for (const auto& member : members_) {
    const auto& module = run_.modules[member.module].name;
    modules.push_back(
        {{"module", module},
         {"rank", member.rank},
         {"host", member.join.host},
         {"pid", member.join.pid},
         {"isa", member.join.isa},
         {"clock_ms", to_ms(member.done ? member.done->clock : member.progress.clock)},
         {"compute_s", member.progress.compute_seconds},
         {"wait_s", member.progress.wait_seconds}});
    if (!member.done) continue;
    modules.back()["frames_sent"] = member.done->frames;
    modules.back()["bytes_sent"] = member.done->bytes;
    for (const auto& hash : member.done->hashes) {
      auto& sums = hashes[module + "." + hash.port];
      sums.resize(std::max(sums.size(), hash.bins.size()));
      for (std::size_t k = 0; k < hash.bins.size(); ++k) sums[k] += hash.bins[k];
    }
  }
  if (ok_ && run_.hash_bin) {
    all["hash_bin_ms"] = to_ms(*run_.hash_bin);
    for (const auto& [port, sums] : hashes) {
      auto& bins = all["hashes"][port] = nlohmann::ordered_json::array();
      for (const auto sum : sums) bins.push_back(fmt::format("{:016x}", sum));
    }
  }
  return all.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);  // peers' bytes
}

}  // namespace tutti::broker
