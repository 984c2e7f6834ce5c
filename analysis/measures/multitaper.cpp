// SPDX-License-Identifier: MIT
#include "measures/multitaper.hpp"

#include <complex>

#include "measures/dpss.hpp"
#include "measures/fourier.hpp"
#include "measures/require.hpp"

namespace measures {

Spectrum multitaper(std::span<const double> samples, double sampling_hz, double nw,
                    std::size_t tapers) {
  require(sampling_hz > 0, "a spectrum needs a positive sampling rate, not {} Hz", sampling_hz);
  require(!samples.empty(), "a spectrum needs samples");
  const auto n = samples.size();
  double mean = 0;
  for (const double x : samples) mean += x;
  mean /= static_cast<double>(n);
  RealFourier fourier{n};
  Spectrum result{frequencies(n, sampling_hz), std::vector<double>(n / 2 + 1), tapers,
                  static_cast<double>(tapers)};  // orthogonal, so independent
  for (const auto& taper : dpss(n, nw, tapers)) {
    auto in = fourier.input();
    for (std::size_t i = 0; i < n; ++i) in[i] = (samples[i] - mean) * taper[i];
    const auto coefficients = fourier.transform();
    for (std::size_t k = 0; k < result.density.size(); ++k)
      result.density[k] += std::norm(coefficients[k]);
  }
  for (std::size_t k = 0; k < result.density.size(); ++k)
    result.density[k] *= one_sided(k, n) / (sampling_hz * static_cast<double>(tapers));
  return result;
}

}  // namespace measures
