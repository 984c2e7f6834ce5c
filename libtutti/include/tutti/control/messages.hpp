// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tutti/element_table.hpp"
#include "tutti/error.hpp"
#include "tutti/port.hpp"
#include "tutti/time.hpp"

/// What processes, broker and watchers say to each other, as plain values. The wire form and who
/// says what when is documented in schema/control.capnp; the names are the same.
namespace tutti::control {

inline constexpr std::uint32_t protocol_version = 1;

struct Join {
  std::string module;
  std::uint32_t rank = 0;
  std::uint32_t ranks = 1;
  std::int64_t pid = 0;
  std::string host;
  std::int32_t world_rank = -1;
  std::string isa;
  std::vector<PortDescription> ports;
  std::string release;
  std::uint32_t job = 0;
  std::string endpoint;
  bool keeps = false;  ///< Its module's state can go into a checkpoint.
};

/// One connection as both of its ends see it.
struct Connection {
  std::uint32_t id = 0;
  std::string from_module, from_port, to_module, to_port;
  std::uint32_t from_number = 0, to_number = 0;  ///< Modules in the run file's order.
  PortKind kind = PortKind::spikes;
  Duration delay{}, source_step{}, target_step{};
  Time source_end{};   ///< The source's last step of the run.
  double scale = 1.0;  ///< From the source's unit to the target's.
  Take take = Take::latest;
  bool direct = false, mean = false, weighted = false, single = false;
  bool has_initial = false;
  double initial = 0.0;  ///< In the target's unit.
  std::int64_t offset = 0;
  bool missing_zero = false;
  OnLoss on_loss = OnLoss::stop;
  std::optional<std::uint32_t> stands_in;  ///< For this connection, once its source is lost.
  std::uint32_t source_ranks = 1, target_ranks = 1;
  Duration interval{};  ///< One frame covers this much.
  std::uint32_t credits = 0, credit_batch = 1;

  std::string from() const { return from_module + "." + from_port; }
  std::string to() const { return to_module + "." + to_port; }
};

struct Matched {
  std::vector<Connection> connections;
  std::string isa;
};
struct Offer {
  std::string port;
  ElementTable table;
};
struct Table {
  std::uint32_t connection = 0;
  std::vector<ElementTable> parts;  ///< By rank of the source.
};
struct Want {
  std::string port;
  Elements elements;
};
struct Projection {
  std::uint32_t connection = 0, source_rank = 0, target_rank = 0;
  std::uint32_t rows = 0;
  std::int32_t fraction_bits = 0;
  std::vector<std::uint32_t> groups;  ///< Columns in each.
  std::vector<float> values;          ///< [column][row]
};
struct Route {
  std::uint32_t connection = 0;
  std::vector<Elements> sources, targets;  ///< By rank; in the target's numbers (offset added).
};
struct Members {
  std::string module;
  std::vector<std::int32_t> world_ranks;
  std::uint32_t job = 0;
  std::vector<std::string> endpoints;  ///< By rank.
};
struct Start {
  std::vector<Route> routes;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;  ///< Module numbers, low first.
  std::vector<Members> modules;
  Time lease{};
};
enum class Activity : std::uint8_t { joining, computing, waiting, done };
struct Progress {
  Time clock{};
  Activity activity = Activity::computing;
  std::uint32_t connection = 0, source_rank = 0;
  Time needed{};
  std::string line, what;
  double compute_seconds = 0, wait_seconds = 0;
};
struct Lease {
  Time until{};
};
struct PortHash {
  std::string port;
  std::vector<std::uint64_t> bins;
};
struct Done {
  Time clock{};
  std::vector<PortHash> hashes;
  double compute_seconds = 0, wait_seconds = 0;
  std::uint64_t frames = 0, bytes = 0;
};
struct Bye {};
struct Failed {
  Fault fault = Fault::model;
  std::string text;
  Time clock{};
};
struct Stop {
  Fault fault = Fault::peer;
  std::string reason;
};
struct Watch {
  std::uint32_t every_ms = 200;
};
struct MemberStatus {
  std::string module;
  std::uint32_t rank = 0;
  std::int64_t pid = 0;
  Time clock{};
  Activity activity = Activity::joining;
  std::string waits_for, line;
  double compute_seconds = 0, wait_seconds = 0;
};
enum class Phase : std::uint8_t { joining, matching, running, paused, leaving, ended };
struct Status {
  Phase phase = Phase::joining;
  Time stop{}, clock{};
  std::vector<MemberStatus> members;
  bool ok = true;
  Fault fault = Fault::peer;  ///< Where it ended and not ok.
  std::string reason, culprit;
  std::string summary;               ///< JSON, where it ended.
  std::vector<std::string> notices;  ///< What people should know, oldest first.
};
/// What a person gives to an input port of a running module.
struct Send {
  std::string port;   ///< "cortex.drive"
  Elements elements;  ///< Of the port's numbering; empty: all.
  PortKind kind = PortKind::spikes;
  double weight = 1.0;             ///< Spikes: one to each element.
  double value = 0.0;              ///< A signal, in the port's unit,
  Duration duration{};             ///<   for so long; 0: until another one comes,
  bool add = false;                ///<   on top of what the sources say, else in its place.
  std::string media_type;          ///< A message,
  std::vector<std::byte> message;  ///< its bytes.
};
struct Command {
  enum class Verb : std::uint8_t { pause, resume, step, stop, cut, send, mark, checkpoint };
  std::uint32_t id = 0;
  Verb verb = Verb::pause;
  Duration step{};
  std::string reason;  ///< Of a stop; or the text of a mark.
  Send send{};
  bool then_stop = false;  ///< A checkpoint.
};
/// A `send` that takes effect in the window that begins at `at`.
struct Inject {
  Time at{};
  Send what;
};
/// What all processes are to save when they reach `at`; whoever is told has it before him. Sources
/// remember what they say after `since`.
struct Save {
  Time at{}, since{};
  std::string folder;
};
/// Its answer; `text` says what went wrong, if anything.
struct Saved {
  Time at{};
  std::string text;
};
/// A module is no more. To a process: it goes on without.
struct Lost {
  std::string module, how;
};
struct Answer {
  std::uint32_t id = 0;
  bool ok = true;
  Time at{};
  std::string text;
};

using Message =
    std::variant<Join, Matched, Offer, Table, Want, Start, Progress, Lease, Done, Bye, Failed, Stop,
                 Watch, Status, Command, Answer, Projection, Lost, Inject, Save, Saved>;

/// One ZeroMQ message body.
std::vector<std::byte> encode(const Message& message);

/// Reads what `encode` wrote. Throws Error{protocol} for anything else: bytes from outside are
/// checked, sizes are bounded.
Message decode(std::span<const std::byte> bytes);

}  // namespace tutti::control
