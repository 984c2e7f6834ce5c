// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tutti/control/messages.hpp"

/// What observers and a run's gateway say to each other, as plain values. The wire form and who
/// says what when is documented in schema/tap.capnp and docs/reference/tap.md.
namespace tutti::tap {

inline constexpr std::uint32_t protocol_version = 1;

struct Hello {
  std::string name, token;
};

/// A port of a module: an output that can be tapped, or an input that takes steering.
struct PortInfo {
  std::string module;
  PortDescription port;
  Duration step{};
  std::uint64_t elements = 0;  ///< On all ranks.
  std::string full_name() const { return module + "." + port.name; }
};

struct Welcome {
  std::string run, folder;
  Time stop{};
  std::vector<PortInfo> outputs, inputs;
};

/// What becomes of the samples of a signal between two that are sent.
enum class Reduce : std::uint8_t {
  latest,   ///< Only the sample at each multiple of `every` is sent.
  mean,     ///< The mean over (t - every, t].
  min_max,  ///< The least and the greatest over (t - every, t]: two values an element.
};
/// Values per element and instant.
constexpr std::size_t width_of(Reduce reduce) { return reduce == Reduce::min_max ? 2 : 1; }

struct Subscribe {
  std::uint32_t id = 0;
  std::string port;
  Elements elements;  ///< Empty: all.
  Duration every{};   ///< Signals; 0: every sample.
  Reduce reduce = Reduce::latest;
  Duration history{};
  bool single = false;
};

struct Stream {
  std::uint32_t id = 0;
  PortInfo info;
  ElementTable table;
  Duration every{};
  Reduce reduce = Reduce::latest;
};

struct Unsubscribe {
  std::uint32_t id = 0;
};

/// A stretch (from, to] of a stream: spikes have elements, samples have values.
struct Batch {
  std::uint32_t id = 0;
  std::uint64_t sequence = 0, lost = 0;
  Time from{}, to{};
  PortKind kind = PortKind::spikes;
  std::vector<std::int64_t> times;      ///< [ticks], ascending
  std::vector<std::uint64_t> elements;  ///< Spikes: as many.
  std::vector<std::byte> values;  ///< Samples: float64 or float32, time × element × width_of.
};

struct Refused {
  std::uint32_t id = 0;
  std::string text;
};
struct Bye {};

using Word = std::variant<Hello, Welcome, Subscribe, Stream, Unsubscribe, Batch, control::Status,
                          control::Command, control::Answer, Refused, Bye>;

/// One ZeroMQ message body.
std::vector<std::byte> encode(const Word& word);

/// Reads what `encode` wrote. Throws Error{protocol} for anything else: bytes from outside are
/// checked, sizes are bounded by `bytes`.
Word decode(std::span<const std::byte> bytes);

}  // namespace tutti::tap
