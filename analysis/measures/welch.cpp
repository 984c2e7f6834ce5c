// SPDX-License-Identifier: MIT
#include "measures/welch.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <complex>
#include <numbers>

#include "measures/effective.hpp"
#include "measures/require.hpp"

namespace measures {

double Spectrum::power() const {
  if (frequency_hz.size() < 2) return 0;
  double sum = 0;
  for (const double d : density) sum += d;
  return sum * (frequency_hz[1] - frequency_hz[0]);
}

double Spectrum::power(double low_hz, double high_hz) const {
  if (frequency_hz.size() < 2) return 0;
  double sum = 0;
  for (std::size_t k = 0; k < density.size(); ++k)
    if (frequency_hz[k] >= low_hz && frequency_hz[k] <= high_hz) sum += density[k];
  return sum * (frequency_hz[1] - frequency_hz[0]);
}

double Spectrum::peak_hz(double low_hz, double high_hz) const {
  double best = 0, where = 0;
  for (std::size_t k = 0; k < density.size(); ++k)
    if (frequency_hz[k] >= low_hz && frequency_hz[k] <= high_hz && density[k] > best)
      best = density[k], where = frequency_hz[k];
  return where;
}

double Spectrum::band(double low_hz, double high_hz) const {
  double sum = 0;
  std::size_t n = 0;
  for (std::size_t k = 0; k < density.size(); ++k)
    if (frequency_hz[k] >= low_hz && frequency_hz[k] <= high_hz) sum += density[k], ++n;
  return n > 0 ? sum / static_cast<double>(n) : 0;
}

std::vector<double> frequencies(std::size_t length, double sampling_hz) {
  std::vector<double> f(length / 2 + 1);
  for (std::size_t k = 0; k < f.size(); ++k)
    f[k] = static_cast<double>(k) * sampling_hz / static_cast<double>(length);
  return f;
}

double one_sided(std::size_t k, std::size_t length) { return k == 0 || 2 * k == length ? 1 : 2; }

std::string squared(const std::string& unit) {
  if (unit.empty() || unit == "1") return "1";
  const auto word = std::ranges::find_if_not(
      unit, [](unsigned char c) { return std::isalpha(c) != 0 || c == '%'; });
  if (word == unit.end()) return unit + "^2";
  const bool power = *word == '^' && word + 2 == unit.end() && word[1] >= '1' && word[1] <= '4';
  if (!power) return "(" + unit + ")^2";
  return std::string{unit.begin(), word + 1} + static_cast<char>('0' + 2 * (word[1] - '0'));
}

std::string density_unit(const std::string& unit) { return squared(unit) + "/Hz"; }

std::vector<double> hann(std::size_t n) {
  std::vector<double> w(n);
  for (std::size_t i = 0; i < n; ++i)
    w[i] = 0.5 -
           0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n));
  return w;
}

WelchStream::WelchStream(double sampling_hz, std::size_t segment)
    : sampling_hz_{sampling_hz},
      segment_{segment},
      hop_{segment - segment / 2},
      fourier_{segment},
      window_{hann(segment)},
      sum_(segment / 2 + 1),
      latest_(segment / 2 + 1) {
  require(sampling_hz > 0, "a spectrum needs a positive sampling rate, not {} Hz", sampling_hz);
  require(segment >= 4, "a spectrum needs segments of four samples or more, not {}", segment);
  for (const double w : window_) window_power_ += w * w;
}

void WelchStream::add(std::span<const double> samples) {
  while (!samples.empty()) {
    const auto n = std::min(samples.size(), segment_ - pending_.size());
    pending_.insert(pending_.end(), samples.begin(),
                    samples.begin() + static_cast<std::ptrdiff_t>(n));
    samples = samples.subspan(n);
    if (pending_.size() < segment_) continue;
    take_segment();
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(hop_));
  }
}

void WelchStream::take_segment() {
  double mean = 0;
  for (const double x : pending_) mean += x;
  mean /= static_cast<double>(segment_);
  auto in = fourier_.input();
  for (std::size_t i = 0; i < segment_; ++i) in[i] = (pending_[i] - mean) * window_[i];
  const auto coefficients = fourier_.transform();
  for (std::size_t k = 0; k < latest_.size(); ++k) {
    latest_[k] = std::norm(coefficients[k]);
    sum_[k] += latest_[k];
  }
  ++segments_;
}

Spectrum WelchStream::scaled(const std::vector<double>& squares, std::size_t averages) const {
  Spectrum s{frequencies(segment_, sampling_hz_), squares, averages,
             effective_averages(window_, hop_, averages)};
  const double scale =
      1 / (sampling_hz_ * window_power_ * static_cast<double>(std::max<std::size_t>(averages, 1)));
  for (std::size_t k = 0; k < s.density.size(); ++k) s.density[k] *= scale * one_sided(k, segment_);
  return s;
}

Spectrum WelchStream::mean() const { return scaled(sum_, segments_); }
Spectrum WelchStream::latest() const {
  return scaled(latest_, std::min<std::size_t>(segments_, 1));
}

Spectrum welch(std::span<const double> samples, double sampling_hz, std::size_t segment) {
  // k segments of n that overlap by half cover (k + 1) n / 2 samples: eight cover 4.5 n.
  if (segment == 0) segment = std::max<std::size_t>(2 * samples.size() / 9, 1);
  require(samples.size() >= segment, "{} samples do not fill one segment of {}", samples.size(),
          segment);
  WelchStream stream{sampling_hz, segment};
  stream.add(samples);
  return stream.mean();
}

}  // namespace measures
