// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measures/cross_spectra.hpp"
#include "measures/effective.hpp"
#include "measures/granger.hpp"
#include "measures/morlet.hpp"
#include "measures/phase_locking.hpp"
#include "measures/rates.hpp"
#include "measures/spectrum.hpp"
#include "measures/transfer_entropy.hpp"
#include "measures/triggered.hpp"
#include "study/answers.hpp"
#include "study/series.hpp"
#include "study/shapes.hpp"

namespace study {

namespace {

/// A segment at which eight that overlap by half cover n samples, or the one asked for; even.
std::size_t even_segment(const Question& q, const Series& s) {
  const auto n = segment_of(s, q.window_ms);
  return n - n % 2;
}

std::string arrow(const std::string& from, const std::string& to) { return from + " → " + to; }

/// Spike times of a population relative to the first sample of a signal.
std::vector<double> relative(const Population& p, double start_ms) {
  auto times = p.times_ms;
  for (double& t : times) t -= start_ms;
  return times;
}

}  // namespace

Table coherence_table(const Question& q) {
  need_both(q, "coherence", "populations or signals");
  const auto [from, to] = pair(*q.recording, q.from, q.to, q.range, q.bin_ms, 1);
  const std::vector<std::vector<double>> both{from.values, to.values};
  const auto spectra = measures::cross_spectra(both, from.sampling_hz(), even_segment(q, from));
  const auto c = measures::coherence(spectra);
  const double limit = measures::coherence_threshold(spectra.effective);
  std::vector<double> phase;
  for (const auto& s : spectra.density) phase.push_back(std::arg(s(0, 1)));
  Table table;
  const std::vector<double> level(c.size(), limit);
  table.notes.push_back(
      fmt::format("{} and {}: {} segments, worth {:.1f} independent ones; unrelated signals stay "
                  "below {:.3f} at one "
                  "frequency (95 %)",
                  from.name, to.name, spectra.averages, spectra.effective, limit));
  table.add("frequency", "Hz", spectra.frequency_hz);
  table.add("coherence", "1", c);
  table.add("95 % of chance", "1", level);
  table.add("phase", "rad", std::move(phase));
  return table;
}

Table phase_locking_table(const Question& q) {
  need_both(q, "phase-locking", "spikes of a population or a signal, and a signal");
  const bool spikes = is_population(*q.recording, q.from);
  const auto p = spikes ? Pair{{}, series(*q.recording, q.to, q.range, q.bin_ms)}
                        : pair(*q.recording, q.from, q.to, q.range, q.bin_ms, 1);
  const auto times = spikes
                         ? relative(q.recording->population(q.from).within(q.range), p.to.start_ms)
                         : std::vector<double>{};
  const double fs = p.to.sampling_hz();
  const double lowest = lowest_hz(q.cycles, q.range.length_ms(), 4);
  const auto band = q.band.value_or(Band{lowest, std::min(100.0, 0.4 * fs)});
  if (band.low_hz >= band.high_hz)
    throw std::invalid_argument{
        fmt::format("a stretch of {:g} ms is too short for wavelets of {:g} cycles below {:g} Hz: "
                    "take a longer one or fewer --cycles",
                    q.range.length_ms(), q.cycles, band.high_hz)};
  if (spikes) need_variation(p.to);
  std::vector<double> f = measures::log_frequencies(band.low_hz, band.high_hz, 32);
  std::vector<double> locking, level, phase, pairwise, effective, chance;
  for (const double hz : f) {
    const auto l = spikes ? measures::spike_field_locking(times, p.to.values, fs, hz, q.cycles)
                          : measures::phase_locking(p.from.values, p.to.values, fs, hz, q.cycles);
    locking.push_back(l.locking), phase.push_back(l.phase), pairwise.push_back(l.pairwise);
    effective.push_back(l.effective), chance.push_back(l.p);
    // Rayleigh's: n independent angles exceed a length r with probability exp(−n r²).
    level.push_back(std::min(1.0, std::sqrt(-std::log(0.05) / l.effective)));
  }
  if (effective.back() == 0)
    throw std::invalid_argument{
        fmt::format("{} has no spike between what the two ends of the stretch reach", q.from)};
  const auto best = static_cast<std::size_t>(std::ranges::max_element(locking) - locking.begin());
  Table table;
  table.notes.push_back(
      fmt::format("{} to {}: strongest at {:.3g} Hz, {:.3f} at {:.2f} rad from the crest, p = "
                  "{:.2g}, from {:.0f} "
                  "independent {}",
                  q.from, q.to, f[best], locking[best], phase[best], chance[best], effective[best],
                  spikes ? "spikes" : "values"));
  table.add("frequency", "Hz", std::move(f));
  table.add("locking", "1", std::move(locking));
  table.add("95 % of chance", "1", std::move(level));
  table.add("phase", "rad", std::move(phase));
  table.add("pairwise consistency", "1", std::move(pairwise));
  table.add("effective", "", std::move(effective));
  table.add("p", "1", std::move(chance));
  return table;
}

Table triggered_table(const Question& q) {
  need_both(q, "triggered", "a population, and a signal");
  const auto& p = q.recording->population(q.from);
  const auto s = series(*q.recording, q.to, q.range, q.bin_ms);
  const double reach = q.window_ms.value_or(50);
  const auto spikes = p.within(q.range);
  const auto a = measures::spike_triggered_average(relative(spikes, s.start_ms), s.values,
                                                   s.sampling_hz(), reach, reach);
  need_events(spikes, a.events, reach);
  Table table;
  table.notes.push_back(fmt::format("{} around {} spikes of {}, worth {:.0f} independent ones",
                                    s.name, a.events, p.name, a.effective));
  table.add("lag", "ms", a.lag_ms);
  table.add("mean", s.unit, a.mean);
  table.add("standard error", s.unit, a.error);
  return table;
}

Table granger_table(const Question& q) {
  need_both(q, "granger", "populations or signals");
  const auto bin = q.bin_ms.value_or(5);  // the rhythms of networks lie below 100 Hz
  const auto [from, to] = pair(*q.recording, q.from, q.to, q.range, bin, bin);
  measures::Granger g;
  std::string how;
  if (q.order) {
    const std::vector<std::vector<double>> both{from.values, to.values};
    const auto model = measures::fit_autoregressive(both, *q.order);
    const auto f = measures::frequencies(512, from.sampling_hz());
    g = measures::granger(measures::factor_of(model, f, from.sampling_hz()), f);
    g.averages = model.samples;
    how = fmt::format(
        "autoregressive fit of order {}: {} coefficients from {} samples of each, "
        "whose innovations are independent",
        *q.order, 4 * *q.order, model.samples);
  } else {
    g = measures::granger(from.values, to.values, from.sampling_hz(), even_segment(q, from));
    how = fmt::format("Wilson's factor of {} segments, worth {:.1f} independent ones", g.averages,
                      g.effective);
  }
  Table table;
  const auto say = [&](const Series& a, const Series& b, const std::vector<double>& f,
                       double mean) {
    const auto peak = static_cast<std::size_t>(std::ranges::max_element(f) - f.begin());
    table.notes.push_back(fmt::format("{}: {:.4g} nat in the mean, peak {:.4g} at {:.4g} Hz",
                                      arrow(a.name, b.name), mean, f[peak], g.frequency_hz[peak]));
  };
  say(from, to, g.first_to_second, g.mean_first_to_second());
  say(to, from, g.second_to_first, g.mean_second_to_first());
  table.notes.push_back(how);
  table.add("frequency", "Hz", g.frequency_hz);
  table.add(arrow(from.name, to.name), "nat", g.first_to_second);
  table.add(arrow(to.name, from.name), "nat", g.second_to_first);
  return table;
}

Table transfer_entropy_table(const Question& q) {
  need_both(q, "transfer-entropy", "populations");
  const auto& a = q.recording->population(q.from);
  const auto& b = q.recording->population(q.to);
  const double bin = q.bin_ms.value_or(20);
  const auto bins = measures::Bins::within(q.range.start_ms, q.range.stop_ms, bin);
  const auto ca = measures::bin_counts(a.times_ms, bins),
             cb = measures::bin_counts(b.times_ms, bins);
  for (const auto& [p, counts] : {std::pair{&a, &ca}, {&b, &cb}})
    need_variation({p->name, "spikes", q.range.start_ms, bin, *counts});
  const auto there = measures::transfer_entropy(ca, cb, 30, q.seed);
  const auto back = measures::transfer_entropy(cb, ca, 30, q.seed);
  Table table;
  table.notes.push_back(fmt::format(
      "counts of all neurons in bins of {} ms, {} transitions, worth {:.0f} independent "
      "ones, 30 shuffles (seed {}); normalised: less the shuffles' mean, over H(future "
      "| past)",
      bin, there.samples, measures::effective_samples(ca, cb), q.seed));
  table.add("direction", {arrow(a.name, b.name), arrow(b.name, a.name)});
  table.add("transfer entropy", "bit", {there.bits, back.bits});
  table.add("shuffled", "bit", {there.shuffled, back.shuffled});
  table.add("H(future | past)", "bit", {there.uncertainty, back.uncertainty});
  table.add("normalised", "1", {there.normalised, back.normalised});
  return table;
}

}  // namespace study
