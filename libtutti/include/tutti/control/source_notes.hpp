// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tutti/control/tap.hpp"

/// What the processes of a run and its gateway say to each other, as plain values. The wire form
/// and who says what when is documented in schema/gateway.capnp.
namespace tutti::tap {

struct Introduction {
  struct Port {
    PortDescription description;
    Elements ids;  ///< Outputs: what this rank offers; inputs: what it takes.
  };
  std::string module;
  std::uint32_t rank = 0, ranks = 1;
  Duration step{};
  std::vector<Port> ports;
};

struct Describe {
  std::string port;
  Elements elements;
};
struct Description {
  std::string port;
  ElementTable table;
};

/// A stream that a process is to give copies for.
struct Order {
  std::uint32_t stream = 0;
  std::string port;
  Elements elements;
  Duration every{};
  Reduce reduce = Reduce::latest;
  bool single = false;
  std::uint64_t bytes_per_second = 0;
};
struct Cancel {
  std::uint32_t stream = 0;
};

/// What one rank has copied of a stream in (from, reached].
struct Chunk {
  std::uint32_t stream = 0;
  Time from{}, reached{};
  std::uint64_t lost = 0;               ///< In all.
  std::vector<std::int64_t> times;      ///< [ticks]
  std::vector<std::uint64_t> elements;  ///< Spikes
  std::vector<std::byte> values;        ///< Signals: time × element × width_of
};

using Note = std::variant<Introduction, Describe, Description, Order, Cancel, Chunk>;

std::vector<std::byte> encode_note(const Note& note);
/// Throws Error{protocol} for bytes that are no note.
Note decode_note(std::span<const std::byte> bytes);

}  // namespace tutti::tap
