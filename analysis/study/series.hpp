// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "study/recording.hpp"

namespace study {

/// One quantity over time, evenly sampled.
struct Series {
  std::string name;
  std::string unit;
  double start_ms = 0;
  double step_ms = 1;
  std::vector<double> values;
  double sampling_hz() const { return 1e3 / step_ms; }
  double time_ms(std::size_t i) const { return start_ms + static_cast<double>(i) * step_ms; }
};

/// What a name stands for:
///   pyramidal        spikes per neuron of a population in bins [Hz]
///   probe.v_ext[5]   the sixth element of a signal
///   probe.v_ext      the mean over its elements
/// With `bin_ms`, samples of a signal are averaged over bins; without it a signal keeps its own
/// sampling, and a population takes 5 ms. Throws tutti::Error{usage} that lists what there is.
Series series(const Recording& recording, const std::string& name, const Range& range,
              std::optional<double> bin_ms);

/// Two of them on one grid: without `bin_ms`, a signal's own sampling holds for both; two
/// populations take `otherwise_ms`. Signals of unlike sampling need a bin. Throws
/// std::invalid_argument where one of them does not vary.
struct Pair {
  Series from, to;
};
Pair pair(const Recording& recording, const std::string& from, const std::string& to,
          const Range& range, std::optional<double> bin_ms, double otherwise_ms);

/// Throws std::invalid_argument that says what to do where a series has fewer samples.
void need_samples(const Series& s, std::size_t least);
/// Throws std::invalid_argument where a series is constant, so that nothing can be related to it.
void need_variation(const Series& s);

/// Samples of a segment of `window_ms`, or of that of which eight that overlap by half cover the
/// series. Throws std::invalid_argument where there are too few samples or the series has no room.
std::size_t segment_of(const Series& s, std::optional<double> window_ms);

/// Whether a population has that name.
bool is_population(const Recording& recording, const std::string& name);

/// One element of a signal within a range, at the signal's own sampling.
Series element(const Signal& signal, std::size_t which, const Range& range);

/// The element that varies most, as an operand: "probe.v_ext[3]".
std::string strongest(const Signal& signal, const Range& range);

}  // namespace study
