// SPDX-License-Identifier: MIT
#include "measures/cross_spectra.hpp"

#include <algorithm>
#include <complex>

#include "measures/effective.hpp"
#include "measures/require.hpp"
#include "measures/spectrum.hpp"
#include "measures/welch.hpp"

namespace measures {

namespace {
Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }
}  // namespace

CrossSpectraStream::CrossSpectraStream(std::size_t channels, double sampling_hz,
                                       std::size_t segment)
    : channels_{channels},
      sampling_hz_{sampling_hz},
      segment_{segment},
      fourier_{segment},
      window_{hann(segment)},
      pending_(channels),
      sum_((segment / 2 + 1) * channels * (channels + 1) / 2) {
  require(channels > 0, "spectral matrices need at least one channel");
  require(sampling_hz > 0, "a spectrum needs a positive sampling rate, not {} Hz", sampling_hz);
}

void CrossSpectraStream::add(std::span<const double> sample) {
  require(sample.size() == channels_, "a sample of {} values for {} channels", sample.size(),
          channels_);
  for (std::size_t c = 0; c < channels_; ++c) pending_[c].push_back(sample[c]);
  if (pending_.front().size() < segment_) return;
  take_segment();
  const auto hop = static_cast<std::ptrdiff_t>(segment_ - segment_ / 2);
  for (auto& channel : pending_) channel.erase(channel.begin(), channel.begin() + hop);
}

void CrossSpectraStream::take_segment() {
  const auto bins = segment_ / 2 + 1;
  std::vector<std::complex<double>> x(bins * channels_);
  for (std::size_t c = 0; c < channels_; ++c) {
    double mean = 0;
    for (const double v : pending_[c]) mean += v;
    mean /= static_cast<double>(segment_);
    auto in = fourier_.input();
    for (std::size_t i = 0; i < segment_; ++i) in[i] = (pending_[c][i] - mean) * window_[i];
    const auto coefficients = fourier_.transform();
    for (std::size_t k = 0; k < bins; ++k) x[k * channels_ + c] = coefficients[k];
  }
  auto sum = sum_.begin();
  for (std::size_t k = 0; k < bins; ++k) {
    const auto* at = x.data() + k * channels_;
    for (std::size_t i = 0; i < channels_; ++i)
      for (std::size_t j = 0; j <= i; ++j) *sum++ += at[i] * std::conj(at[j]);
  }
  ++segments_;
}

SpectralMatrices CrossSpectraStream::mean() const {
  double window_power = 0;
  for (const double w : window_) window_power += w * w;
  const auto averages = static_cast<double>(std::max<std::size_t>(segments_, 1));
  SpectralMatrices result{frequencies(segment_, sampling_hz_),
                          {},
                          segments_,
                          effective_averages(window_, segment_ - segment_ / 2, segments_)};
  const auto n = index(channels_);
  auto sum = sum_.begin();
  for (std::size_t k = 0; k < result.frequency_hz.size(); ++k) {
    const double scale = one_sided(k, segment_) / (sampling_hz_ * window_power * averages);
    auto& s = result.density.emplace_back(n, n);
    for (Eigen::Index a = 0; a < n; ++a)
      for (Eigen::Index b = 0; b <= a; ++b) {
        s(a, b) = *sum++ * scale;
        s(b, a) = std::conj(s(a, b));
      }
  }
  return result;
}

SpectralMatrices cross_spectra(std::span<const std::vector<double>> channels, double sampling_hz,
                               std::size_t segment) {
  CrossSpectraStream stream{channels.size(), sampling_hz, segment};
  const auto n = channels.front().size();
  for (const auto& channel : channels)
    require(channel.size() == n, "channels of {} and {} samples", n, channel.size());
  require(n >= segment, "{} samples do not fill one segment of {}", n, segment);
  std::vector<double> sample(channels.size());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < channels.size(); ++c) sample[c] = channels[c][i];
    stream.add(sample);
  }
  return stream.mean();
}

std::vector<double> coherence(const SpectralMatrices& spectra, std::size_t a, std::size_t b) {
  std::vector<double> result;
  for (const auto& s : spectra.density) {
    const double power = s(index(a), index(a)).real() * s(index(b), index(b)).real();
    result.push_back(power > 0 ? std::norm(s(index(a), index(b))) / power : 0);
  }
  return result;
}

std::vector<double> coherence(std::span<const double> a, std::span<const double> b,
                              double sampling_hz, std::size_t segment) {
  const std::vector<std::vector<double>> channels{{a.begin(), a.end()}, {b.begin(), b.end()}};
  return coherence(cross_spectra(channels, sampling_hz, segment));
}

}  // namespace measures
