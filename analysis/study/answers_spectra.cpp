// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measures/effective.hpp"
#include "measures/morlet.hpp"
#include "measures/multitaper.hpp"
#include "measures/welch.hpp"
#include "study/answers.hpp"
#include "study/probe.hpp"
#include "study/series.hpp"
#include "tutti/error.hpp"

namespace study {

namespace {

/// The series asked for: one element or population, or every element of a signal.
std::vector<Series> all_series(const Question& q) {
  if (!q.of.empty() && (is_population(*q.recording, q.of) || q.of.ends_with(']')))
    return {series(*q.recording, q.of, q.range, q.bin_ms)};
  if (q.of.empty() && q.recording->signals().empty()) {
    std::vector<Series> rates;
    for (const auto& p : q.recording->populations())
      rates.push_back(series(*q.recording, p.name, q.range, q.bin_ms));
    return rates;
  }
  const auto& signal = signal_for(q);
  constexpr std::size_t most = 256;
  if (signal.elements() > most)
    throw tutti::Error{tutti::Fault::usage, "{} has {} elements; ask for one, as in --of \"{}[0]\"",
                       signal.name(), signal.elements(), signal.name()};
  std::vector<Series> all;
  for (std::size_t e = 0; e < signal.elements(); ++e) all.push_back(element(signal, e, q.range));
  return all;
}

measures::Spectrum welch_of(const Question& q, const Series& s) {
  return measures::welch(s.values, s.sampling_hz(), segment_of(s, q.window_ms));
}

/// Throws std::invalid_argument where none of a spectrum's frequencies lies in a band.
void need_frequencies(const measures::Spectrum& s, const Band& band) {
  const double apart = s.frequency_hz[1], last = s.frequency_hz.back();
  if (std::floor(std::min(band.high_hz, last) / apart) * apart >= band.low_hz) return;
  throw std::invalid_argument{fmt::format(
      "no frequency between {:g} and {:g} Hz: they are {:.3g} Hz apart, up to {:g} Hz; {}",
      band.low_hz, band.high_hz, apart, last,
      band.low_hz > last ? "choose a lower --band" : "choose a wider --band or a longer --window")};
}

template <typename Estimate>
Table spectra(const Question& q, Estimate estimate, const char* unit_of_number) {
  Table table;
  bool first = true;
  for (const auto& s : all_series(q)) {
    auto spectrum = estimate(s);
    if (first) {
      table.notes.push_back(fmt::format(
          "{} {}, worth {:.1f} independent ones: {:.0f} degrees of freedom; {:.3g} Hz apart",
          spectrum.averages, unit_of_number, spectrum.effective, 2 * spectrum.effective,
          spectrum.frequency_hz.size() > 1 ? spectrum.frequency_hz[1] : 0.0));
      table.add("frequency", "Hz", spectrum.frequency_hz);
    }
    first = false;
    table.add(s.name, measures::density_unit(s.unit), std::move(spectrum.density));
  }
  return table;
}

}  // namespace

Table spectrum_table(const Question& q) {
  return spectra(
      q, [&](const Series& s) { return welch_of(q, s); },
      "segments under Hann's window that overlap by half");
}

Table multitaper_table(const Question& q) {
  return spectra(
      q,
      [](const Series& s) {
        need_samples(s, 32);
        return measures::multitaper(s.values, s.sampling_hz());
      },
      "tapers");
}

Table band_table(const Question& q) {
  const auto band = q.band.value_or(band_of("beta"));
  std::vector<std::string> names;
  std::vector<double> power, share, peak;
  Table table;
  std::string unit;
  for (const auto& s : all_series(q)) {
    const auto spectrum = welch_of(q, s);
    need_frequencies(spectrum, band);
    if (names.empty())
      table.notes.push_back(
          fmt::format("variance between {} and {} Hz; {} segments, worth {:.1f} independent ones",
                      band.low_hz, band.high_hz, spectrum.averages, spectrum.effective));
    names.push_back(s.name);
    power.push_back(spectrum.power(band.low_hz, band.high_hz));
    const double all = spectrum.power();
    share.push_back(all > 0 ? power.back() / all : std::nan(""));  // a constant has no shares
    peak.push_back(spectrum.peak_hz(band.low_hz, band.high_hz));
    unit = s.unit;
  }
  table.add("element", std::move(names));
  table.add("power", measures::squared(unit), std::move(power));
  table.add("share of all", "1", std::move(share));
  table.add("peak", "Hz", std::move(peak));
  return table;
}

Table spectrogram_table(const Question& q) {
  auto of = q.of;
  if (of.empty()) {
    of = q.recording->signals().empty() ? q.recording->populations().front().name
                                        : strongest(signal_for(q), q.range);
  }
  const auto s =
      series(*q.recording, of, q.range, is_population(*q.recording, of) ? q.bin_ms : std::nullopt);
  const double nyquist = s.sampling_hz() / 2;
  need_samples(s, 32);
  const auto band = q.band.value_or(
      Band{lowest_hz(q.cycles, q.range.length_ms(), 4), std::min(120.0, 0.8 * nyquist)});
  const auto hop = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::llround(q.bin_ms.value_or(5) / s.step_ms)));
  const auto f = measures::log_frequencies(band.low_hz, band.high_hz, 48);
  const auto m = measures::morlet(s.values, s.sampling_hz(), f, q.cycles, hop);
  Table table;
  table.notes.push_back(
      fmt::format("{}: Morlet's wavelets of {} cycles, power density", s.name, q.cycles));
  table.notes.push_back(
      fmt::format("independent values in a row: {:.0f} at {:.3g} Hz, {:.0f} at {:.3g} Hz; ends "
                  "show up to {:.0f} ms "
                  "and {:.0f} ms inside",
                  m.effective.front(), f.front(), m.effective.back(), f.back(),
                  1e3 * m.reach_s.front(), 1e3 * m.reach_s.back()));
  std::vector<double> time;
  for (const double t : m.time_s) time.push_back(s.start_ms + 1e3 * t);
  table.add("time", "ms", std::move(time));
  for (std::size_t k = 0; k < f.size(); ++k)
    table.add(fmt::format("{:.4g} Hz", f[k]), measures::density_unit(s.unit),
              {m.row(k).begin(), m.row(k).end()});
  return table;
}

Table csd_table(const Question& q) {
  const auto probe = probe_of(signal_for(q));
  const auto density = current_density(probe, q.range, q.conductivity);
  Table table;
  table.notes.push_back(
      fmt::format("sources positive; {} electrodes {:.4g} um apart, {} S/m; nothing may change "
                  "across the probe",
                  probe.order.size(), probe.spacing_um, q.conductivity));
  double worth = 0;
  for (const auto& row : density.rows) worth = std::max(worth, measures::effective_samples(row));
  table.notes.push_back(fmt::format(
      "every value is of one instant; {} of them, worth at most {:.0f} independent ones",
      density.time_ms.size(), worth));
  table.add("time", "ms", density.time_ms);
  for (std::size_t d = 0; d < density.depth_um.size(); ++d)
    table.add(fmt::format("{:.5g} um", density.depth_um[d]), "uA/mm^3", density.rows[d]);
  return table;
}

}  // namespace study
