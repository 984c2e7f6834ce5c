// SPDX-License-Identifier: MIT
#include "measures/morlet.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "measures/fourier.hpp"
#include "measures/require.hpp"

namespace measures {

namespace {

using Complex = std::complex<double>;
constexpr double cut = 5;  // standard deviations: what is cut off is below 4e-6 of the peak

/// The transform of a padded sequence, kept so that every frequency uses it.
class Convolution {
 public:
  Convolution(std::span<const double> x, double mean, std::size_t half)
      : n_{x.size()}, fourier_{fast_length(x.size() + 2 * half + 1)} {
    auto data = fourier_.data();
    std::ranges::fill(data, 0.0);
    for (std::size_t i = 0; i < n_; ++i) data[i] = x[i] - mean;
    fourier_.forward();
    signal_.assign(data.begin(), data.end());
  }

  /// Σ_j x(t + j) w*(j), j = −h … h, at every t.
  std::vector<Complex> correlate(std::span<const Complex> wavelet) {
    const auto half = wavelet.size() / 2;
    auto data = fourier_.data();
    std::ranges::fill(data, 0.0);
    for (std::size_t j = 0; j < wavelet.size(); ++j)  // reversed in time, centre at 0
      data[(half + data.size() - j) % data.size()] = std::conj(wavelet[j]);
    fourier_.forward();
    for (std::size_t k = 0; k < data.size(); ++k) data[k] *= signal_[k];
    fourier_.backward();
    std::vector<Complex> result(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(n_));
    for (auto& c : result) c /= static_cast<double>(data.size());
    return result;
  }

 private:
  std::size_t n_;
  ComplexFourier fourier_;
  std::vector<Complex> signal_;
};

double mean_of(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return x.empty() ? 0 : sum / static_cast<double>(x.size());
}

/// Axes of a spectrogram of n samples; the density is filled in by the caller.
Spectrogram axes(std::size_t columns, std::size_t samples, double sampling_hz,
                 std::span<const double> frequency_hz, double cycles, std::size_t hop) {
  Spectrogram s;
  s.frequency_hz.assign(frequency_hz.begin(), frequency_hz.end());
  for (std::size_t i = 0; i < columns; ++i)
    s.time_s.push_back(static_cast<double>(i * hop) / sampling_hz);
  const double length = static_cast<double>(samples) / sampling_hz;
  for (const double f : frequency_hz) {
    const double width = morlet_width_s(f, cycles);
    s.reach_s.push_back(2 * width);
    // |W|² of noise is correlated as exp(−τ²/2σ²), whose integral is σ√(2π).
    s.effective.push_back(std::max(1.0, length / (width * std::sqrt(2 * std::numbers::pi))));
  }
  return s;
}

}  // namespace

double morlet_width_s(double frequency_hz, double cycles) {
  return cycles / (2 * std::numbers::pi * frequency_hz);
}

std::vector<Complex> morlet_wavelet(double frequency_hz, double sampling_hz, double cycles) {
  require(sampling_hz > 0, "a wavelet needs a positive sampling rate, not {} Hz", sampling_hz);
  require(cycles > 0, "a wavelet needs a positive number of cycles, not {}", cycles);
  require(frequency_hz > 0 && frequency_hz < sampling_hz / 2,
          "a wavelet of {} Hz needs more than {} samples per second, not {}", frequency_hz,
          2 * frequency_hz, sampling_hz);
  const double width = morlet_width_s(frequency_hz, cycles) * sampling_hz;  // samples
  const auto half = static_cast<std::ptrdiff_t>(std::ceil(cut * width));
  std::vector<Complex> w;
  double energy = 0;
  for (auto i = -half; i <= half; ++i) {
    const auto t = static_cast<double>(i);
    const double envelope = std::exp(-t * t / (2 * width * width));
    w.push_back(std::polar(envelope, 2 * std::numbers::pi * frequency_hz * t / sampling_hz));
    energy += envelope * envelope;
  }
  for (auto& c : w) c /= std::sqrt(energy);
  return w;
}

std::vector<Complex> morlet_transform(std::span<const double> samples, double sampling_hz,
                                      double frequency_hz, double cycles) {
  require(!samples.empty(), "a wavelet transform needs samples");
  const auto wavelet = morlet_wavelet(frequency_hz, sampling_hz, cycles);
  return Convolution{samples, mean_of(samples), wavelet.size() / 2}.correlate(wavelet);
}

Spectrogram morlet(std::span<const double> samples, double sampling_hz,
                   std::span<const double> frequency_hz, double cycles, std::size_t hop) {
  require(!samples.empty() && !frequency_hz.empty(),
          "a spectrogram needs samples and frequencies, not {} and {}", samples.size(),
          frequency_hz.size());
  require(hop > 0, "columns of a spectrogram must be at least one sample apart");
  std::vector<std::vector<Complex>> wavelets;
  std::size_t half = 0;
  for (const double f : frequency_hz) {
    wavelets.push_back(morlet_wavelet(f, sampling_hz, cycles));
    half = std::max(half, wavelets.back().size() / 2);
  }
  const auto columns = (samples.size() + hop - 1) / hop;
  auto s = axes(columns, samples.size(), sampling_hz, frequency_hz, cycles, hop);
  Convolution convolution{samples, mean_of(samples), half};
  for (const auto& wavelet : wavelets) {
    const auto w = convolution.correlate(wavelet);
    for (std::size_t i = 0; i < columns; ++i)
      s.density.push_back(2 * std::norm(w[i * hop]) / sampling_hz);
  }
  return s;
}

MorletStream::MorletStream(double sampling_hz, std::vector<double> frequency_hz, double cycles,
                           std::size_t hop)
    : sampling_hz_{sampling_hz},
      frequency_hz_{std::move(frequency_hz)},
      cycles_{cycles},
      hop_{hop} {
  require(hop > 0, "columns of a spectrogram must be at least one sample apart");
  for (const double f : frequency_hz_) {
    wavelets_.push_back(morlet_wavelet(f, sampling_hz, cycles));
    half_ = std::max(half_, wavelets_.back().size() / 2);
  }
  recent_.assign(half_, 0.0);  // zeros before the first sample
}

void MorletStream::add(std::span<const double> samples) {
  for (const double x : samples) {
    recent_.push_back(x);
    ++taken_;
    if (taken_ != next_ + half_ + 1) continue;
    // recent_ ends half_ samples after the column's instant and begins half_ before it.
    const double* centre = recent_.data() + recent_.size() - 1 - half_;
    for (const auto& wavelet : wavelets_) {
      const double* from = centre - wavelet.size() / 2;
      Complex sum = 0;
      for (std::size_t j = 0; j < wavelet.size(); ++j) sum += from[j] * std::conj(wavelet[j]);
      columns_.push_back(2 * std::norm(sum) / sampling_hz_);
    }
    next_ += hop_;
    const auto keep = std::min(recent_.size(), 2 * half_ + 1);
    recent_.erase(recent_.begin(), recent_.end() - static_cast<std::ptrdiff_t>(keep));
  }
}

Spectrogram MorletStream::complete() const {
  const auto rows = frequency_hz_.size();
  const auto columns = rows > 0 ? columns_.size() / rows : 0;
  auto s = axes(columns, taken_, sampling_hz_, frequency_hz_, cycles_, hop_);
  for (double& t : s.time_s) t += static_cast<double>(forgotten_ * hop_) / sampling_hz_;
  s.density.resize(columns_.size());
  for (std::size_t i = 0; i < columns; ++i)
    for (std::size_t f = 0; f < rows; ++f) s.density[f * columns + i] = columns_[i * rows + f];
  return s;
}

Spectrogram MorletStream::take() {
  auto columns = complete();
  forgotten_ += columns.time_s.size();
  columns_.clear();
  return columns;
}

std::vector<double> log_frequencies(double low_hz, double high_hz, std::size_t count) {
  require(low_hz > 0 && high_hz > low_hz && count > 1,
          "frequencies in equal ratios need 0 < low < high and two of them, not {} to {} Hz and {}",
          low_hz, high_hz, count);
  std::vector<double> f;
  for (std::size_t i = 0; i < count; ++i)
    f.push_back(low_hz * std::pow(high_hz / low_hz,
                                  static_cast<double>(i) / static_cast<double>(count - 1)));
  return f;
}

}  // namespace measures
