// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace measures {

/// How much angles agree.
struct PhaseLocking {
  double locking = 0;    ///< |mean exp(iφ)|, 0 … 1; about 1/√count for unrelated angles
  double phase = 0;      ///< of that mean [rad], −π … π
  double pairwise = 0;   ///< pairwise phase consistency, locking² without that bias (Vinck 2010)
  double effective = 0;  ///< independent angles behind it
  double p = 1;          ///< of Rayleigh's test against angles that do not agree
};

/// Of independent angles [rad]. NaN where there are none.
PhaseLocking phase_locking(std::span<const double> angles);

/// Of the phase of `a` less that of `b` at one frequency, both taken by Morlet wavelets
/// (Lachaux 1999). Ends within two widths of the wavelet are left out. Throws
/// std::invalid_argument where lengths differ or nothing is left between the ends.
PhaseLocking phase_locking(std::span<const double> a, std::span<const double> b, double sampling_hz,
                           double frequency_hz, double cycles = 7);

/// Of the phase of a signal, whose first sample is at 0, at the time of each spike. A phase of 0 is
/// the signal's crest at that frequency. Spikes within one wavelet see nearly the same phase: n of
/// them are worth n² / Σ_t |W(t)|², with the wavelet transform W of the spikes themselves.
PhaseLocking spike_field_locking(std::span<const double> spikes_ms, std::span<const double> signal,
                                 double sampling_hz, double frequency_hz, double cycles = 7);

}  // namespace measures
