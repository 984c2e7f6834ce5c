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
/// populations take `otherwise_ms`. Signals of unlike sampling need a bin.
struct Pair {
  Series from, to;
};
Pair pair(const Recording& recording, const std::string& from, const std::string& to,
          const Range& range, std::optional<double> bin_ms, double otherwise_ms);

/// Whether a population has that name.
bool is_population(const Recording& recording, const std::string& name);

/// One element of a signal within a range, at the signal's own sampling.
Series element(const Signal& signal, std::size_t which, const Range& range);

/// The element that varies most, as an operand: "probe.v_ext[3]".
std::string strongest(const Signal& signal, const Range& range);

}  // namespace study
