// SPDX-License-Identifier: MIT
#pragma once
#include "bands.hpp"
#include "look_back.hpp"

/// The measures that look back, each as a function of what its window holds.
namespace analysis {

/// Welch's spectrum of every signal: eight segments that overlap by half [unit²/Hz]; within `band`.
Look psd(const Frame& frame, Edges band);
/// Coherence of two signals at each frequency of Welch's, within `band`.
Look coherence(const Frame& frame, Edges band);
/// Phase locking of the first signal to the second, or of spikes to the only one, at `count`
/// frequencies in equal ratios.
Look phase_locking(const Frame& frame, Edges band, std::size_t count, double cycles);
/// Granger causality both ways, mean over frequency [nat].
Look granger(const Frame& frame);
/// Normalised transfer entropy both ways, between rates or counts in bins.
Look transfer_entropy(const Frame& frame, std::uint64_t seed);
/// Mean of the signal from `reach` before to `reach` after the spikes: an element per lag, with a
/// column `lag` [ms].
Look triggered(const Frame& frame, tutti::Duration reach);

}  // namespace analysis
