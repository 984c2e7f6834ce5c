// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>

/// How many independent values stand behind an estimate: neighbours in time repeat one another.
namespace measures {

/// Independent periodograms' worth in `segments` of them under `window`, `hop` samples apart:
/// K / (1 + 2 Σ_j (1 − j/K) ρ_j²), ρ_j = Σ w(i) w(i + j hop) / Σ w² (Welch 1967). Hann's window and
/// half overlap: about 0.95 K.
double effective_averages(std::span<const double> window, std::size_t hop, std::size_t segments);

/// Independent samples' worth in a sequence for the error of its mean: n / (1 + 2 Σ_k ρ(k)), summed
/// while pairs of neighbouring autocorrelations are positive (Geyer 1992). n for white noise,
/// n (1 − a)/(1 + a) for x(t) = a x(t − 1) + noise. 0 for an empty sequence.
double effective_samples(std::span<const double> x);

/// The same for the error of a correlation of two sequences: n / (1 + 2 Σ_k ρ_a(k) ρ_b(k)), of
/// which the square root of the inverse is the standard error where they are unrelated (Bartlett
/// 1946). Requires one length; throws std::invalid_argument if not.
double effective_samples(std::span<const double> a, std::span<const double> b);

/// Independent values' worth in the mean of a sequence over events: n² / Σ_ij ρ(t_i − t_j), with
/// the autocorrelation ρ of the sequence, summed as above. `events` counts those at each sample.
/// Events that come together see the same value, and no number of them is worth more than the
/// sequence itself. 0 for no events; requires one length, throws std::invalid_argument if not.
double effective_events(std::span<const double> events, std::span<const double> x);

/// The coherence that unrelated signals exceed with probability `p`, from `averages` independent
/// segments: 1 − p^(1/(averages − 1)) (Carter 1977). 1 for fewer than two.
double coherence_threshold(double averages, double p = 0.05);

}  // namespace measures
