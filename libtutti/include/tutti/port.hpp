// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tutti/time.hpp"

namespace tutti {

/// What flows through a port.
enum class PortKind : std::uint8_t {
  spikes,   ///< (element, time), optionally a weight.
  signal,   ///< One value per element at each multiple of the source's step.
  message,  ///< Bytes with a media type.
};
enum class Direction : std::uint8_t { in, out };
/// What a signal input takes of its source at T; see docs/guide/time.md.
enum class Take : std::uint8_t {
  latest,  ///< The last sample at or before T - delay.
  linear,  ///< Between the two samples around T - delay.
  all,     ///< Every sample that arrived in the window that ends at T.
};

/// What happens when the source of a connection is lost (docs/guide/faults.md).
enum class OnLoss : std::uint8_t {
  stop,     ///< The run ends.
  hold,     ///< The last sample goes on; there are no more spikes and messages.
  silence,  ///< Signals are 0 from then on.
  replay,   ///< A player says what was recorded once.
  wait,     ///< The run goes back to its last checkpoint, its source started again.
  gap,      ///< For recordings: signals are no numbers from then on.
};

/// One port of a module, as `--describe` and joining tell it. Plain data.
struct PortDescription {
  std::string name;
  Direction direction = Direction::in;
  PortKind kind = PortKind::spikes;
  std::string unit;          ///< Signals: a UDUNITS name, "1" where there is no dimension.
  std::string element;       ///< What its elements are: "neuron", "segment"; "" takes anything.
  Take take = Take::latest;  ///< Signal inputs.
  bool mean = false;         ///< Signal outputs: the mean over the step that led to the sample.
  bool direct = false;    ///< Signal outputs: a function of the signals read at the same instant.
  bool weighted = false;  ///< Spike outputs: each spike carries a weight.
  bool single = false;    ///< Signal outputs: float32 on the wire.
  bool optional = false;  ///< May stay unconnected.
  std::string doc;
  std::uint64_t elements = 0;  ///< Outputs: how many there are, on all ranks; 0 where not known.
  friend bool operator==(const PortDescription&, const PortDescription&) = default;
};

/// A spike as its target sees it: `time` is the arrival, emission plus delay.
struct Spike {
  Time time;
  std::uint64_t element = 0;
  double weight = 1.0;
  friend bool operator==(const Spike&, const Spike&) = default;
};

std::string_view to_string(PortKind kind);
std::string_view to_string(Direction direction);
std::string_view to_string(Take take);
std::optional<PortKind> port_kind(std::string_view text);
std::optional<Direction> direction(std::string_view text);
std::optional<Take> take(std::string_view text);

}  // namespace tutti
