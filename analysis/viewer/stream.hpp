// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "tutti/elements.hpp"
#include "tutti/port.hpp"
#include "tutti/time.hpp"

namespace viewer {

using tutti::Duration;
using tutti::Elements;
using tutti::ticks;
using tutti::Time;

/// A port that can be looked at.
struct StreamInfo {
  std::string port;  ///< "cortex.v"
  tutti::PortKind kind = tutti::PortKind::spikes;
  std::string unit;     ///< Signals: "mV".
  std::string element;  ///< "neuron", "segment", "electrode" ...
  std::string doc;
  Duration step{1};            ///< From one sample to the next.
  std::uint64_t elements = 0;  ///< How many there are.
};

/// What becomes of the samples between two that are shown.
enum class Reduce : std::uint8_t {
  latest,   ///< The sample at each multiple of `every`.
  mean,     ///< Over (t - every, t].
  min_max,  ///< Two values an element: least and greatest over (t - every, t].
};

/// What somebody wants to see of a port. Two clients that want the same share it.
struct Selection {
  std::string port;
  Elements elements;  ///< Of the port; empty means all.
  Duration every{};   ///< Signals: a multiple of the step; 0 is every sample.
  Reduce reduce = Reduce::latest;

  friend bool operator==(const Selection&, const Selection&) = default;
  friend bool operator<(const Selection& a, const Selection& b) {
    const auto key = [](const Selection& s) { return std::tie(s.port, s.every, s.reduce); };
    if (key(a) != key(b)) return key(a) < key(b);
    const auto less = [](const tutti::ElementRange& x, const tutti::ElementRange& y) {
      return std::tie(x.first, x.count, x.stride) < std::tie(y.first, y.count, y.stride);
    };
    const auto x = a.elements.ranges(), y = b.elements.ranges();
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end(), less);
  }
};

/// A stretch of a selection: all that there was in (from, to].
struct Block {
  Time from{}, to{};
  std::uint64_t lost = 0;   ///< Spikes or samples that never came here, in all.
  std::uint64_t index = 0;  ///< Of the first one, counted from where a source began to count.
  std::vector<std::int64_t> times;      ///< [ticks] ascending: of each spike, or of each sample
  std::vector<std::uint64_t> elements;  ///< Spikes: as many.
  std::vector<float> values;            ///< Samples: [time × element × (1, or 2 with min_max)].
  std::uint32_t width = 0;              ///< Values of one sample; 0 for spikes.

  std::size_t bytes() const {
    return sizeof *this + times.size() * 8 + elements.size() * 8 + values.size() * 4;
  }
};

}  // namespace viewer
