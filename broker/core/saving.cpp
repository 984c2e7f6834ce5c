// SPDX-License-Identifier: MIT
// Checkpoints: every process saves when its own clock passes one simulated time, and goes on. That
// time is so far ahead when it is chosen that every output can remember what will be on its way
// then (checkpoint/past.hpp); so nobody waits for anybody, and what was saved is one state all the
// same.
#include <algorithm>

#include "core/core.hpp"
#include "tutti/plan/rules.hpp"

namespace tutti::broker {

using control::Phase;

/// How far back targets look, and frames reach, on any connection.
Duration Core::memory() const {
  Duration longest{1};
  for (const auto& c : matching_.connections)
    longest =
        std::max(longest, plan::looks_back(c.delay, c.source_step, c.target_step) + c.interval);
  return longest;
}

/// Throws Error{usage} that says why no checkpoint can be made, if so.
void Core::check_keepers() const {
  std::string names;
  for (const auto& member : members_)
    if (member.lost)
      throw Error{Fault::usage, "no checkpoint can be made: {} was lost", name(member)};
  for (const auto& member : members_)
    if (!member.join.keeps && names.find(run_.modules[member.module].name) == std::string::npos)
      names += (names.empty() ? "" : ", ") + run_.modules[member.module].name;
  if (!names.empty())
    throw Error{Fault::usage,
                "no checkpoint can be made: {} cannot save what {} (see `Module::keep`)", names,
                names.find(',') == std::string::npos ? "it knows" : "they know"};
}

Time Core::order_checkpoint(Saving saving) {
  check_keepers();
  if (saving_)
    throw Error{Fault::usage, "a checkpoint at {} is being made; ask again after it", saving_->at};
  const Time earliest = std::max(lease_, furthest()) + memory();
  saving.at = next_common(std::max(saving.at, earliest));
  if (saving.at >= time_zero + run_.stop)
    throw Error{Fault::usage,
                "a checkpoint could be made at {} at the earliest, and the run ends at {}",
                saving.at, time_zero + run_.stop};
  saving_ = saving;
  for (auto& member : members_) member.owes_save = true;
  send_all(control::Save{saving.at, saving.at - memory(), folder_of(saving.at)});
  if (paused_) {  // to there, and as far past it as others may need somebody to be
    Duration longest{1};
    for (const auto& module : run_.modules) longest = std::max(longest, module.step);
    grant(saving.at + longest);
  }
  return saving.at;
}

/// "checkpoint/250ms", in the run folder.
std::string Core::folder_of(Time at) {
  std::string name = fmt::format("{}", at);
  std::erase(name, ' ');
  return "checkpoint/" + name;
}

/// Those that the run file asks for, by simulated time: before the lease goes near the next one.
void Core::plan_checkpoint(Time lease) {
  const auto& wish = run_.checkpoint;
  if (saving_ || !wish.every || lease + memory() < next_checkpoint_) return;
  const Time due = next_checkpoint_;
  if (due < time_zero + run_.stop) try_checkpoint(due);
  next_checkpoint_ = plan::up((saving_ ? saving_->at : due) + Duration{1}, *wish.every);
}

/// While one is being made, a lease must leave room to order the next.
Time Core::before_next_checkpoint(Time lease) const {
  if (!saving_ || !run_.checkpoint.every) return lease;
  return std::min(lease,
                  std::max({lease_, saving_->at + least_lead_, next_checkpoint_ - memory()}));
}

/// And by wall time.
void Core::keep_wall_rhythm() {
  if (!run_.checkpoint.wall_s || phase_ != Phase::running || paused_ || stopping_ || saving_)
    return;
  if (now_ - saved_at_ < *run_.checkpoint.wall_s) return;
  saved_at_ = now_;
  try_checkpoint(time_zero);
}

/// One that the run file asks for. Close to the end there is none.
void Core::try_checkpoint(Time at) {
  try {
    order_checkpoint({at, {}, 0, false, {}});
  } catch (const Error&) {
  }
}

void Core::saved(Member& member, const control::Saved& message) {
  if (!saving_ || message.at != saving_->at || !member.owes_save)
    return end(Fault::protocol, fmt::format("{} saved out of turn", name(member)), name(member));
  if (!message.text.empty()) saving_->trouble = fmt::format("{}: {}", name(member), message.text);
  member.owes_save = false;
  close_checkpoint();
}

/// Once everybody has answered.
void Core::close_checkpoint() {
  if (!saving_ || std::ranges::any_of(members_, &Member::owes_save)) return;
  const auto done = *std::exchange(saving_, std::nullopt);
  saved_at_ = moved_ = now_;
  const bool ok = done.trouble.empty();
  if (ok) {
    checkpoints_.push_back({done.at, folder_of(done.at)});
    control::Command note;
    note.verb = control::Command::Verb::checkpoint, note.then_stop = done.then_stop;
    log_.push_back({done.at, note});
  }
  const auto words = ok ? fmt::format("saved at {} in {}", done.at, folder_of(done.at))
                        : fmt::format("could not be saved at {}: {}", done.at, done.trouble);
  if (!done.peer.empty()) send(done.peer, control::Answer{done.id, ok, done.at, words});
  if (done.then_stop && ok) {
    stopping_ = true;
    reason_ = fmt::format("stopped after its checkpoint in {}", folder_of(done.at));
  } else {
    renew_lease();
  }
}

bool Core::save_and_stop(Seconds now, Out& out) {
  now_ = now;
  if (phase_ != Phase::running || saving_ || stopping_) return false;
  try {
    order_checkpoint({time_zero, {}, 0, true, {}});
  } catch (const Error&) {
    return false;
  }
  out = std::exchange(out_, {});
  return true;
}

}  // namespace tutti::broker
