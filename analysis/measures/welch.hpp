// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "measures/fourier.hpp"
#include "measures/spectrum.hpp"

namespace measures {

/// Hann's window of n points, periodic: ½ − ½ cos(2πi/n).
std::vector<double> hann(std::size_t n);

/// Welch's estimate while samples come in: segments of `segment` samples that overlap by half,
/// less their mean, under Hann's window, scaled to density (Welch 1967). Chunks may be of any
/// size: the bytes of the result do not depend on them.
class WelchStream {
 public:
  /// Throws std::invalid_argument unless both are positive.
  WelchStream(double sampling_hz, std::size_t segment);

  /// Takes the next samples.
  void add(std::span<const double> samples);

  /// Number of complete segments so far.
  std::size_t segments() const { return segments_; }

  /// Mean over all complete segments; all zero before the first.
  Spectrum mean() const;

  /// Of the latest complete segment alone, which is what a live display shows.
  Spectrum latest() const;

  /// Calls fields(x) for what has been taken, to be written or read.
  template <typename Fields>
  void visit(Fields& fields) {
    fields(pending_), fields(sum_), fields(latest_), fields(segments_);
  }

 private:
  void take_segment();
  Spectrum scaled(const std::vector<double>& squares, std::size_t averages) const;

  double sampling_hz_;
  std::size_t segment_;
  std::size_t hop_;
  RealFourier fourier_;
  std::vector<double> window_;
  double window_power_ = 0;  // Σ w²
  std::vector<double> pending_;
  std::vector<double> sum_;     // Σ |X|² over segments
  std::vector<double> latest_;  // |X|² of the last one
  std::size_t segments_ = 0;
};

/// Welch's estimate of a whole sequence. `segment` 0 takes the length at which eight segments that
/// overlap by half cover it. Throws std::invalid_argument where the sequence has no segment.
Spectrum welch(std::span<const double> samples, double sampling_hz, std::size_t segment = 0);

}  // namespace measures
