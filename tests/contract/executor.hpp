// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "case.hpp"
#include "machine.hpp"
#include "reference.hpp"
#include "tutti/plan/planner.hpp"

namespace contract {

/// What is left of a run that was cut: enough to go on with another plan and other ranks. What was
/// in flight at the cut lies in the boxes of those who will take it.
struct Checkpoint {
  struct Module {
    std::int64_t clock = 0;
    Machine machine;
    Readings readings;  ///< at the clock: everybody has read there, nobody has gone on
  };
  struct Box {
    std::vector<Spike> spikes;
    std::vector<Note> notes;
    std::map<std::int64_t, std::map<std::int64_t, double>> samples;  ///< by time and element
  };
  std::vector<Module> modules;
  std::vector<Box> boxes;  ///< per connection
  Log log;
};

/// Runs a plan in one process as the transports would: modules of several ranks that know only the
/// frames that have reached them, credits that travel late and in batches, and a schedule that is
/// left to chance. What modules see must not depend on any of it.
class Executor {
 public:
  /// `ranks` per module; `seed` decides the schedule and which rank has which element.
  Executor(const Case& model, std::vector<tutti::plan::EdgePlan> plan, std::vector<int> ranks,
           std::uint64_t seed);
  /// Goes on where a run was cut.
  Executor(const Case& model, std::vector<tutti::plan::EdgePlan> plan, std::vector<int> ranks,
           std::uint64_t seed, Checkpoint from);

  /// Gives every module and every frame a chance, in random order. Did anything happen?
  bool round();
  /// Goes on until nothing happens any more.
  void settle();
  bool done() const;

  /// No module enters a window that ends after `t` until told otherwise.
  void lease(std::int64_t t) { lease_ = t; }
  /// The run ends at `t` instead. Requires that nobody has passed it: t >= every lease so far.
  void stop_at(std::int64_t t);
  /// Brings every module to exactly `t`, a multiple of every step, lets it read there, and takes
  /// the run apart. After the reading, not before: a finer target may need, to come to `t`, what a
  /// direct output says at `t`.
  Checkpoint cut_at(std::int64_t t);

  std::int64_t clock(std::size_t module) const { return modules_[module].clock; }
  const Log& log() const { return log_; }
  /// The largest number of whole frames of a connection that were unreleased at once.
  std::int64_t most_under_way(std::size_t edge) const { return links_[edge].most_under_way; }

 private:
  struct Module {
    std::int64_t clock = 0, end = 0;
    bool has_read = false;
    int ranks = 1;
    std::vector<int> owner;  ///< rank of each element
    Readings readings;
  };
  /// Records of one connection: not yet in a frame, in a frame, or arrived.
  struct Records {
    std::vector<Spike> spikes;
    std::vector<Note> notes;
    std::vector<std::tuple<std::int64_t, std::int64_t, double>> samples;
  };
  struct Frame {
    std::int64_t boundary = 0;
    Records records;
  };
  /// From one rank of a source to one of a target; frames arrive in order.
  struct Lane {
    std::deque<Frame> flight;
    std::int64_t heard = -1;
    std::vector<Note> notes;  ///< every rank of a target gets every message
  };
  struct Link {
    Records unsent;
    std::int64_t last_sent = -1;
    std::vector<Lane> lanes;  ///< source ranks × target ranks
    std::vector<Spike> spikes;
    std::map<std::int64_t, std::map<std::int64_t, double>> samples;
    std::int64_t released = 0;        ///< last frame number the target has told of
    std::deque<std::int64_t> told;    ///< on its way to the source
    std::int64_t heard_released = 0;  ///< last frame number the source knows of
    bool target_done = false;
    std::int64_t most_under_way = 0;
  };

  void prepare(std::uint64_t seed);
  bool happen(std::size_t what, std::size_t lane);
  bool act(std::size_t m);
  bool can_read(std::size_t m) const;
  bool can_advance(std::size_t m) const;
  void read(std::size_t m);
  void advance(std::size_t m);
  bool holds(std::size_t e, std::int64_t t) const;
  bool has_credit(std::size_t e) const;
  /// The last frame that the target has done with; one before the first where there is none.
  std::int64_t last_released(std::size_t e) const;
  void speak_sample(std::size_t m, const char* port, std::int64_t t,
                    const std::vector<double>& values);
  void flush(std::size_t m, bool direct);
  void send_frame(std::size_t e);
  void tell_credit(std::size_t m);
  bool deliver(std::size_t e, std::size_t lane);
  bool deliver_credit(std::size_t e);
  std::vector<TakenSpike> take_spikes(std::size_t m);
  std::vector<TakenNote> take_notes(std::size_t m);

  const Case& model_;
  Graph graph_;
  std::vector<tutti::plan::EdgePlan> plan_;
  std::vector<tutti::Time> ends_;
  std::vector<Module> modules_;
  std::vector<Machine> machines_;
  std::vector<Link> links_;
  std::int64_t lease_ = std::int64_t{1} << 62;
  std::int64_t cut_ = -1;  ///< where the run is being cut, or -1
  std::mt19937_64 random_;
  Log log_;
};

}  // namespace contract
