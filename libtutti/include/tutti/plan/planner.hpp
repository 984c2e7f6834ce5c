// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tutti/plan/graph.hpp"
#include "tutti/time.hpp"

/// When each module may advance, decided once and before the run: pure functions of the graph.
namespace tutti::plan {

/// What bounds frames and buffers where no loop does.
struct Limits {
  Duration latency{10'000'000'000};  ///< longest frame by default: 10 ms of simulated time
  double buffer_bytes =
      64.0 * (1 << 20);            ///< what one connection may hold back, if it can be helped
  std::int64_t least_credits = 4;  ///< frames under way at least
  std::int64_t most_credits = 64;  ///< more only where a proof needs it
  double hyperperiod_steps = 1e7;  ///< beyond this, sums alone decide what runs
};

/// How one connection is run. `credits` K: the source enters the window in which frame n ends only
/// once the target's clock has reached the end of frame n-K plus the delay, or the target is done.
/// The target may report its clock only every `credit_batch` frames: the plan is proved for
/// credits - credit_batch + 1.
struct EdgePlan {
  Duration interval{1};  ///< of one frame: whole source steps
  std::int64_t credits = 4;
  std::int64_t credit_batch = 1;
  bool in_loop = false;
  double buffer_bytes = 0.0;  ///< at most this is held back, by Edge::bytes_per_step
  friend bool operator==(const EdgePlan&, const EdgePlan&) = default;
};

/// How it is known that a set of modules can go on for ever.
enum class Proof { sum, played };

/// Modules that all reach each other, with the loop that leaves least room.
struct LoopSet {
  std::vector<std::size_t> modules;
  std::vector<std::size_t> edges;
  Proof proof = Proof::sum;
  /// By how much every delay sum could shrink before a module would have to wait for another for
  /// ever: simulated time of the tightest loop; none where only playing shows that it runs.
  std::optional<Duration> slack;
  std::vector<std::size_t> tightest;  ///< edges of that loop, each one's target the next's source
  /// Compute time over simulated time if each module alone needs 1 and cores abound; 1: nobody
  /// waits for a turn. None where no sum gives it.
  std::optional<double> stretch;
};

struct Plan {
  Duration grid{1};                ///< the longest time that divides every step
  std::vector<EdgePlan> edges;     ///< as in Graph::edges
  std::vector<Time> ends;          ///< per module
  std::vector<LoopSet> loops;      ///< by their first module
  std::vector<std::string> notes;  ///< warnings for people
};

/// Something wrong with a connection (or module, for `step`) before any loop is looked at.
struct Mistake {
  enum class What { step, delay, duplicate, initial, overlap } what;
  std::size_t where;
  std::string text;
};
const char* name(Mistake::What what);

/// A set of modules that cannot go on for ever, and what would mend it.
struct Refusal {
  std::vector<std::size_t> modules;
  std::vector<std::size_t> loop;  ///< edges of one loop that waits for itself
  /// No single delay mends the whole set: `mends` are about the loop named only.
  bool loop_alone = false;
  /// Per edge the smallest delay, in multiples of the gcd of its two steps, that alone mends.
  std::map<std::size_t, std::optional<Duration>> mends;
  std::size_t best = 0;    ///< the edge with the smallest increase
  Duration best_delay{0};  ///< its new delay
  std::string text;        ///< "a → b → a: needs 0.1 ms more delay; raise …"
};

/// A plan, or why there is none.
struct Planned {
  Plan plan;
  std::vector<Mistake> mistakes;
  std::vector<Refusal> refusals;
  bool runs() const { return mistakes.empty() && refusals.empty(); }
};

/// What is wrong with single connections and modules.
std::vector<Mistake> find_mistakes(const Graph& graph);

/// Plans a run. Deterministic; never throws for what the graph says.
Planned make_plan(const Graph& graph, const Limits& limits = {});

/// The sum of contract/README.md: true only if no loop can ever wait for itself under this plan,
/// batches of credits included. Sufficient, not necessary; costs no hyperperiod.
bool proven(const Graph& graph, const std::vector<EdgePlan>& plan);

}  // namespace tutti::plan
