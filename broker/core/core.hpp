// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/steering.hpp"
#include "tutti/config/match.hpp"
#include "tutti/config/run_file.hpp"
#include "tutti/control/messages.hpp"

namespace tutti::broker {

/// Whoever sends to the broker: ZeroMQ's routing id, opaque here.
using Peer = std::string;
/// What the broker answers: messages and whom they are for.
using Out = std::vector<std::pair<Peer, control::Message>>;
/// Wall-clock time that the shell hands in [s]; the core reads no clock.
using Seconds = double;

/// How patient the broker is.
struct Limits {
  Seconds join = 30;        ///< From start until every process has come, and agreed.
  Seconds silence = 10;     ///< Without a sign of life.
  Seconds examination = 5;  ///< For the shell to look what is the matter with who is silent.
  Seconds stuck = 30;       ///< Everybody waits and nothing moves.
  Seconds farewell = 3;     ///< For others to close their files once the run has failed.
  Seconds suspicion = 0.5;  ///< Between "I was told to die" and blaming the one who said so.
};

/// A process that has said nothing for longer than it may.
struct Silent {
  std::int64_t pid = 0;
  std::string module;
  std::uint32_t rank = 0;
};

/// The broker without sockets, clocks and threads: a pure function from messages (and what the
/// shell finds out about processes) to messages. It introduces processes to each other in two
/// phases (ports, then elements), sends everybody off, renews leases, and ends the run when one
/// fails.
class Core {
 public:
  Core(config::RunSpec run, Limits limits, Seconds now);

  /// What an earlier run was told, to be told again at the same simulated times. Before anybody
  /// joins.
  void replay(std::vector<Steered> script) { script_ = std::move(script); }
  /// What was steered since the last call.
  std::vector<Steered> take_log() { return std::exchange(log_, {}); }

  Out receive(const Peer& peer, const control::Message& message, Seconds now);
  /// To be called a few times a second: deadlines, leases, reports to watchers.
  Out tick(Seconds now);
  /// The shell saw that a process is gone.
  Out gone(std::int64_t pid, const std::string& how, Seconds now);
  /// Processes on this machine that ought to have spoken: the shell may look what is the matter
  /// with them, and say so. Whoever it says nothing about ends the run a few seconds later.
  std::vector<Silent> silent(const std::string& host) const;
  Out hung(std::int64_t pid, const std::string& what, Seconds now);
  /// Somebody sent what is no message: a member ends the run by that, a stranger is none of ours.
  Out nonsense(const Peer& peer, const std::string& what, Seconds now);
  /// The launcher's word that the run must end (its own signal, mpirun's failure).
  Out abort(Fault fault, const std::string& reason, Seconds now);

  /// A run that goes on from a checkpoint at `cut`. Before anybody joins.
  void go_on_from(Time cut);
  /// A checkpoint that is complete, for the shell to say so beside it.
  struct Checkpoint {
    Time at{};
    std::string folder;  ///< Below the run folder.
  };
  std::vector<Checkpoint> take_checkpoints() { return std::exchange(checkpoints_, {}); }
  /// A checkpoint as soon as can be, and then the end. False where that is impossible now.
  bool save_and_stop(Seconds now, Out& out);

  bool ended() const { return phase_ == control::Phase::ended; }
  bool ok() const { return ok_; }
  control::Status status() const;
  /// Processes on this machine that may still run, for the shell to watch.
  std::vector<std::int64_t> live_pids(const std::string& host) const;

 private:
  struct Member {
    std::uint32_t module = 0;
    std::uint32_t rank = 0;
    Peer peer;
    control::Join join;
    control::Progress progress;
    std::optional<control::Done> done;
    bool joined = false, left = false;
    bool lost = false;  ///< The run goes on without.
    Seconds heard = 0;
    std::map<std::string, ElementTable> offers;  ///< By output port.
    std::map<std::string, Elements> wants;       ///< By input port.
  };
  struct Watcher {
    Peer peer;
    Seconds period = 0.2, next = 0;
  };

  // joining.cpp
  void join(const Peer& peer, const control::Join& message, Seconds now);
  void match_ports();
  void take_offer(Member& member, const control::Offer& offer);
  void take_want(Member& member, const control::Want& want);
  void pass_on(Member& member, const control::Projection& projection);
  void forward_tables(std::uint32_t module, const std::string& port);
  void start_if_complete();
  bool all_told() const;
  std::optional<std::string> missing_elements() const;
  control::Start make_start() const;
  std::string still_missing() const;

  // running.cpp
  Duration least_lead() const;
  void renew_lease();
  void keep_pace();
  void anchor_pace();
  void look_for_trouble();
  std::string wait_chain() const;
  std::string waits_for(const Member& member) const;
  Time furthest() const;
  Time next_common(Time t) const;
  Time slowest() const;

  // diagnosis.cpp
  bool is_silent(const Member& member) const;
  void end_silent(const Member& member, const std::string& what);
  std::optional<std::size_t> awaited_by(const Member& member) const;
  std::string circle() const;
  // saving.cpp
  /// Who asked for a checkpoint, and by which message.
  struct Asker {
    Peer peer;
    std::uint32_t id = 0;
  };
  /// A checkpoint that has been ordered.
  struct Saving {
    Time at{};
    std::vector<Asker> askers;
    bool then_stop = false;
    std::string trouble;
    std::set<const Member*> owed_by;  ///< Those who have not answered.
  };
  /// `saving.at`: when at the earliest; returns when.
  Time order_checkpoint(Saving saving);
  Time try_checkpoint(Time at);
  Time plan_checkpoints(Time lease);
  void keep_wall_rhythm();
  void saved(Member& member, const control::Saved& message);
  void close_checkpoints();
  void close(const Saving& done);
  void check_keepers() const;
  Duration memory() const;
  static std::string folder_of(Time at);

  // steering.cpp
  void command(const Peer& peer, const control::Command& order);
  std::string follow(const control::Command& order, Time& at);
  void grant(Time lease);
  Duration step_of(const std::string& full_name) const;
  void inject(const control::Send& what, Time at, bool again = false);
  bool is_connected(std::uint32_t module, const std::string& input) const;
  void check_input(const control::Send& what, const std::string& port,
                   const std::vector<Member*>& ranks, bool again) const;
  void replay_steering();

  // ending.cpp
  void done(Member& member, const control::Done& message);
  void leave_if_all_done();
  void failed(Member& member, const control::Failed& message);
  void lost(const control::Lost& message);
  /// It may have ended because another did; `text` is what is said of it if it turns out not so.
  void suspect(const Member& member, std::string text);
  bool spans_hosts(const Member& member) const;
  void blame();
  void end(Fault fault, const std::string& reason, const std::string& culprit);
  /// A member is no more, or no good: the run ends by that, or goes on without its module.
  void lose(const Member& member, Fault fault, const std::string& reason);
  void go_on_without(std::uint32_t module, const std::string& reason);
  void part_if_all_left();
  std::string summary() const;

  Member* find(const Peer& peer);
  std::string name(const Member& member) const;
  std::vector<Member*> of_module(std::uint32_t module);
  void send(const Peer& peer, control::Message message);
  void send_all(const control::Message& message);

  config::RunSpec run_;
  Limits limits_;
  std::vector<Member> members_;
  std::vector<Watcher> watchers_;
  config::Matching matching_;
  control::Phase phase_ = control::Phase::joining;
  Seconds beat_ = 0;  ///< When everybody last heard from us.
  Seconds now_, began_, moved_, ended_at_ = 0, granted_at_ = 0;
  Time last_clock_{}, lease_{};
  Duration lead_{}, least_lead_{};  ///< Of the lease before the slowest.
  bool paused_ = false, stopping_ = false;
  std::vector<Steered> script_, log_;
  std::deque<Saving> savings_;  ///< By time, which is the order in which they are answered.
  std::vector<Checkpoint> checkpoints_;
  Time next_checkpoint_{};
  Seconds saved_at_ = 0;
  std::optional<Time> replayed_stop_;
  Seconds paced_from_ = 0;  ///< With `pace:`, simulated time was `paced_clock_` then.
  Time paced_clock_{};
  bool ok_ = true;
  Fault fault_ = Fault::peer;
  std::string reason_, culprit_;
  std::optional<std::pair<std::size_t, Seconds>> suspect_;  ///< Told to die by somebody else?
  std::string suspect_text_;
  std::vector<std::string> notices_;
  Out out_;
};

}  // namespace tutti::broker
