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
  const Time begun = std::max(lease_, furthest());
  // at the very beginning nobody has said anything that could be forgotten
  const Time earliest = begun == time_zero ? begun + Duration{1} : begun + memory();
  saving.at = next_common(std::max(saving.at, earliest));
  if (saving.at >= time_zero + run_.stop)
    throw Error{Fault::usage,
                "a checkpoint could be made at {} at the earliest, and the run ends at {}",
                saving.at, time_zero + run_.stop};
  const auto place = std::ranges::lower_bound(savings_, saving.at, {}, &Saving::at);
  if (place != savings_.end() && place->at == saving.at) {
    place->askers.insert(place->askers.end(), saving.askers.begin(), saving.askers.end());
    place->then_stop = place->then_stop || saving.then_stop;
  } else {
    for (const auto& member : members_) saving.owed_by.insert(&member);
    savings_.insert(place, saving);
    send_all(control::Save{saving.at, saving.at - memory(), folder_of(saving.at)});
  }
  // who asks in a pause gets there, and as far past it as others may need somebody to be
  if (paused_ && (!saving.askers.empty() || saving.then_stop)) {
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

/// Those that the run file asks for, by simulated time: their times are known beforehand, so each
/// is ordered before a lease lets anybody say what has to be remembered for it. Some may be under
/// way at once, while the fast are ahead of the slow. Returns how far the lease may reach.
Time Core::plan_checkpoints(Time lease) {
  constexpr std::size_t most = 16;
  const auto& every = run_.checkpoint.every;
  while (every && next_checkpoint_ < time_zero + run_.stop &&
         next_checkpoint_ <= lease + memory()) {
    if (savings_.size() >= most)
      return std::min(lease, std::max({lease_, savings_.front().at + least_lead_,
                                       next_checkpoint_ - memory()}));
    const Time at = std::max(next_checkpoint_, try_checkpoint(next_checkpoint_));
    next_checkpoint_ = plan::up(at + Duration{1}, *every);
  }
  return lease;
}

/// And by wall time.
void Core::keep_wall_rhythm() {
  if (!run_.checkpoint.wall_s || phase_ != Phase::running || paused_ || stopping_ ||
      !savings_.empty())
    return;
  if (now_ - saved_at_ < *run_.checkpoint.wall_s) return;
  saved_at_ = now_;
  try_checkpoint(time_zero);
}

/// One that the run file asks for; its time. Close to the end there is none.
Time Core::try_checkpoint(Time at) {
  try {
    return order_checkpoint({at, {}, false, {}, {}});
  } catch (const Error&) {
    return at;
  }
}

void Core::saved(Member& member, const control::Saved& message) {
  const auto saving = std::ranges::find(savings_, message.at, &Saving::at);
  if (saving == savings_.end() || saving->owed_by.erase(&member) == 0)
    return end(Fault::protocol, fmt::format("{} saved out of turn", name(member)), name(member));
  if (!message.text.empty()) saving->trouble = fmt::format("{}: {}", name(member), message.text);
  close_checkpoints();
}

/// Those that everybody has answered.
void Core::close_checkpoints() {
  while (!savings_.empty() && savings_.front().owed_by.empty()) {
    const auto done = std::move(savings_.front());
    savings_.pop_front();
    close(done);
  }
}

void Core::close(const Saving& done) {
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
  for (const auto& asker : done.askers)
    send(asker.peer, control::Answer{asker.id, ok, done.at, words});
  if (done.then_stop && ok) {
    stopping_ = true;
    reason_ = fmt::format("stopped after its checkpoint in {}", folder_of(done.at));
  } else {
    renew_lease();
  }
}

bool Core::save_and_stop(Seconds now, Out& out) {
  now_ = now;
  if (phase_ != Phase::running || stopping_) return false;
  if (std::ranges::any_of(savings_, &Saving::then_stop)) return false;
  try {
    order_checkpoint({time_zero, {}, true, {}, {}});
  } catch (const Error&) {
    return false;
  }
  out = std::exchange(out_, {});
  return true;
}

}  // namespace tutti::broker
