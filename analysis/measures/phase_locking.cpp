// SPDX-License-Identifier: MIT
#include "measures/phase_locking.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "measures/morlet.hpp"
#include "measures/require.hpp"

namespace measures {

namespace {

using Complex = std::complex<double>;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

PhaseLocking summary(Complex mean, double n) {
  PhaseLocking result{std::abs(mean), std::arg(mean), unknown, n, 1};
  const double z = n * result.locking * result.locking;
  if (n > 1) result.pairwise = (z - 1) / (n - 1);
  // Biostatistical Analysis (4th ed.), eq. 27.4: good to three digits from n = 10 on.
  result.p =
      std::clamp(std::exp(std::sqrt(1 + 4 * n + 4 * (n * n - n * z)) - (1 + 2 * n)), 0.0, 1.0);
  return result;
}

/// The samples that an end does not reach: [first, last).
struct Inner {
  std::size_t first = 0, last = 0;
};
Inner inner(std::size_t n, double sampling_hz, double frequency_hz, double cycles) {
  const auto edge =
      static_cast<std::size_t>(std::ceil(2 * morlet_width_s(frequency_hz, cycles) * sampling_hz));
  require(n > 2 * edge, "{} samples leave nothing between ends of {} samples at {} Hz", n, edge,
          frequency_hz);
  return {edge, n - edge};
}

}  // namespace

PhaseLocking phase_locking(std::span<const double> angles) {
  if (angles.empty()) return {unknown, unknown, unknown, 0, 1};
  Complex sum = 0;
  for (const double angle : angles) sum += std::polar(1.0, angle);
  const auto n = static_cast<double>(angles.size());
  return summary(sum / n, n);
}

PhaseLocking phase_locking(std::span<const double> a, std::span<const double> b, double sampling_hz,
                           double frequency_hz, double cycles) {
  require(a.size() == b.size(), "two signals of one length are needed, not {} and {} samples",
          a.size(), b.size());
  const auto [first, last] = inner(a.size(), sampling_hz, frequency_hz, cycles);
  const auto wa = morlet_transform(a, sampling_hz, frequency_hz, cycles);
  const auto wb = morlet_transform(b, sampling_hz, frequency_hz, cycles);
  Complex sum = 0;
  for (auto i = first; i < last; ++i) {
    const Complex product = wa[i] * std::conj(wb[i]);
    if (const double size = std::abs(product); size > 0) sum += product / size;
  }
  const auto n = static_cast<double>(last - first);
  // The product of two unrelated transforms is correlated over time as exp(−τ²/2σ²).
  const double memory = morlet_width_s(frequency_hz, cycles) * std::sqrt(2 * std::numbers::pi);
  return summary(sum / n, std::max(1.0, n / sampling_hz / memory));
}

PhaseLocking spike_field_locking(std::span<const double> spikes_ms, std::span<const double> signal,
                                 double sampling_hz, double frequency_hz, double cycles) {
  const auto [first, last] = inner(signal.size(), sampling_hz, frequency_hz, cycles);
  const auto w = morlet_transform(signal, sampling_hz, frequency_hz, cycles);
  Complex sum = 0;
  double n = 0;
  std::vector<double> counts(signal.size());
  for (const double t : spikes_ms) {
    const double place = t * 1e-3 * sampling_hz;
    if (place < static_cast<double>(first) || place > static_cast<double>(last - 1)) continue;
    // To the nearest sample, and from there at the pace of the frequency.
    const double nearest = std::round(place);
    const double rest = (place - nearest) / sampling_hz;
    sum += std::polar(1.0, std::arg(w[static_cast<std::size_t>(nearest)]) +
                               2 * std::numbers::pi * frequency_hz * rest);
    counts[static_cast<std::size_t>(nearest)] += 1, n += 1;
  }
  if (n < 1) return {unknown, unknown, unknown, 0, 1};
  double power = 0;
  for (const auto& c : morlet_transform(counts, sampling_hz, frequency_hz, cycles))
    power += std::norm(c);
  return summary(sum / n, std::clamp(n * n / std::max(power, 1e-300), 1.0, n));
}

}  // namespace measures
