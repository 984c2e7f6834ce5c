// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "study/recording.hpp"
#include "study/table.hpp"

namespace study {

/// Frequencies [Hz].
struct Band {
  double low_hz = 0, high_hz = 0;
};

/// The lowest frequency [Hz], or `least`, at which wavelets of that many cycles leave half of a
/// stretch between what its two ends reach.
double lowest_hz(double cycles, double length_ms, double least);

/// "beta" (delta 1–4, theta 4–8, alpha 8–13, beta 13–30, gamma 30–80) or "13-30", in Hz. Throws
/// tutti::Error{usage}.
Band band_of(const std::string& text);

/// What is asked of a recording. What is not said takes the measure's default.
struct Question {
  const Recording* recording = nullptr;
  std::string of;        ///< A population, a signal or an element; empty: what fits.
  std::string from, to;  ///< Of measures between two.
  Range range;
  std::optional<double> bin_ms;     ///< Width of bins of spikes and of averages of signals.
  std::optional<double> window_ms;  ///< Length of a segment, lag or surroundings.
  std::optional<Band> band;
  std::optional<std::size_t> order;  ///< Granger: of an autoregressive fit instead of Wilson's.
  std::optional<double> at_ms;       ///< Of pictures of one instant.
  double cycles = 7;                 ///< Of wavelets.
  double conductivity = 0.3;         ///< [S/m]
  std::uint64_t seed = 1;            ///< Of shuffles.
};

/// One measure by name.
struct Measure {
  const char* name;
  const char* doc;  ///< What it gives and what it needs, in one line.
  Table (*answer)(const Question&);
};

/// All there are, in the order in which a manual lists them.
std::span<const Measure> measures();

/// The answer of the measure of that name. Throws tutti::Error{usage} for an unknown name (with the
/// nearest one), for a question that lacks something, and where the data are too short.
Table answer(const std::string& name, Question question);

/// The signal that `question.of` names, or else the field, or else the first one. Throws
/// tutti::Error{usage} where there is none.
const Signal& signal_for(const Question& question);

/// The populations that `question.of` names, or all, cut to its range. Throws tutti::Error{usage}
/// where no spikes were recorded, or none under that name.
std::vector<Population> populations_for(const Question& question);

}  // namespace study
