// SPDX-License-Identifier: MIT
#pragma once
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace measures {

/// Power over time and frequency.
struct Spectrogram {
  std::vector<double> time_s;        ///< of each column, from the first sample
  std::vector<double> frequency_hz;  ///< of each row
  std::vector<double> density;       ///< frequencies × times, one-sided [unit²/Hz]
  std::vector<double> reach_s;       ///< by frequency: this near to an end, the end shows
  std::vector<double> effective;     ///< by frequency: independent values in a row

  std::span<const double> row(std::size_t frequency) const {
    return {density.data() + frequency * time_s.size(), time_s.size()};
  }
};

/// A Morlet wavelet of `cycles`: exp(2πi f t) under a Gaussian with standard deviation
/// cycles / (2πf), cut at five of them, of unit energy (Σ |w|² = 1). Odd length, centre in the
/// middle. Throws std::invalid_argument unless 0 < frequency < fs/2 and cycles > 0.
std::vector<std::complex<double>> morlet_wavelet(double frequency_hz, double sampling_hz,
                                                 double cycles);

/// Standard deviation in time of that wavelet [s].
double morlet_width_s(double frequency_hz, double cycles);

/// Signal times wavelet at every sample, zeros taken beyond the ends.
std::vector<std::complex<double>> morlet_transform(std::span<const double> samples,
                                                   double sampling_hz, double frequency_hz,
                                                   double cycles = 7);

/// Morlet's spectrogram of a whole sequence less its mean, at every `hop`-th sample. Scaled to
/// density: white noise has the same value as in Welch's spectrum; a sine A sin(2πft) has A²σ√π at
/// its frequency, with σ = cycles / (2πf) (Torrence & Compo 1998, another scale).
Spectrogram morlet(std::span<const double> samples, double sampling_hz,
                   std::span<const double> frequency_hz, double cycles = 7, std::size_t hop = 1);

/// The same while samples come in, without taking the mean away, which is only known at the end:
/// the lowest wavelets let it through to less than exp(−cycles²/2).
class MorletStream {
 public:
  MorletStream(double sampling_hz, std::vector<double> frequency_hz, double cycles = 7,
               std::size_t hop = 1);

  void add(std::span<const double> samples);

  /// Columns that are complete: the longest wavelet lies within what has come. Ends look as if the
  /// signal were 0 before the first sample.
  Spectrogram complete() const;

  /// The columns that complete() would add to those taken before; they are forgotten, so that
  /// memory does not grow with time.
  Spectrogram take();

  /// How much later than its instant a column is known [samples].
  std::size_t delay() const { return half_; }

  /// Calls fields(x) for what has been taken, to be written or read.
  template <typename Fields>
  void visit(Fields& fields) {
    fields(recent_), fields(columns_);
    fields(taken_), fields(forgotten_), fields(next_);
  }

 private:
  double sampling_hz_;
  std::vector<double> frequency_hz_;
  double cycles_;
  std::size_t hop_;
  std::vector<std::vector<std::complex<double>>> wavelets_;
  std::size_t half_ = 0;         // of the longest wavelet
  std::vector<double> recent_;   // the last 2 half_ + 1 samples at most, oldest first
  std::size_t taken_ = 0;        // samples so far
  std::vector<double> columns_;  // times × frequencies
  std::size_t forgotten_ = 0;    // columns before those
  std::size_t next_ = 0;         // the sample of the next column
};

/// `count` frequencies from low to high in equal ratios, which suits wavelets [Hz].
std::vector<double> log_frequencies(double low_hz, double high_hz, std::size_t count);

}  // namespace measures
