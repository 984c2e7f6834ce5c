// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "measures/morlet.hpp"
#include "measures/multitaper.hpp"
#include "measures/welch.hpp"
#include "plot/figures.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "study/probe.hpp"
#include "study/series.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Question;
using study::Series;

/// The factors between which the true value lies with 95 %, around an estimate with that many
/// degrees of freedom: quantiles of χ² by Wilson & Hilferty 1931.
std::pair<double, double> confidence(double freedom) {
  const auto quantile = [&](double z) {
    const double a = 2 / (9 * freedom);
    return freedom * std::pow(std::max(1 - a + z * std::sqrt(a), 1e-3), 3);
  };
  return {freedom / quantile(1.96), freedom / quantile(-1.96)};
}

/// What is drawn: electrodes in order of depth, or one element, or the populations' rates.
struct Lines {
  std::vector<Series> series;
  std::vector<double> along_um;  ///< of electrodes
  std::string axis;
};

Lines lines_for(const Question& q) {
  Lines lines;
  if (!q.of.empty() && (q.of.ends_with(']') || study::is_population(*q.recording, q.of))) {
    lines.series.push_back(study::series(*q.recording, q.of, q.range, q.bin_ms));
    return lines;
  }
  if (q.of.empty() && q.recording->field() == nullptr && !q.recording->populations().empty()) {
    for (const auto& p : q.recording->populations())
      lines.series.push_back(study::series(*q.recording, p.name, q.range, q.bin_ms));
    return lines;
  }
  const auto& signal = study::signal_for(q);
  if (signal.kind() == "electrode") {
    const auto probe = study::probe_of(signal);
    for (const auto e : probe.order) lines.series.push_back(study::element(signal, e, q.range));
    lines.along_um = probe.along_um, lines.axis = probe.axis;
    return lines;
  }
  for (std::size_t e = 0; e < std::min<std::size_t>(7, signal.elements()); ++e)
    lines.series.push_back(study::element(signal, e, q.range));
  return lines;
}

using Estimate = std::function<measures::Spectrum(const Series&)>;

/// Power spectra of what was asked for, and what the caption says of how they were had.
Figure spectra_by(const Question& q, const char* name, const Estimate& estimate,
                  const char* caption) {
  const auto lines = lines_for(q);
  const auto flat = [](const Series& s) {
    return s.values.empty() || std::ranges::min(s.values) == std::ranges::max(s.values);
  };
  if (std::ranges::all_of(lines.series, flat)) study::need_variation(lines.series.front());
  std::vector<measures::Spectrum> all;
  for (const auto& s : lines.series) all.push_back(estimate(s));
  const double effective = all.front().effective;
  Figure figure{name,
                fmt::format(fmt::runtime(caption), fmt::arg("n", all.front().averages),
                            fmt::arg("worth", effective)),
                330,
                216,
                {}};
  const auto band =
      q.band.value_or(study::Band{0, std::min(150.0, all.front().frequency_hz.back())});
  figure.draw = [=](Canvas& c) {
    double most = 0;
    std::vector<double> shown;
    for (const auto& s : all)
      for (std::size_t k = 1; k < s.density.size(); ++k)
        if (s.frequency_hz[k] >= band.low_hz && s.frequency_hz[k] <= band.high_hz &&
            s.density[k] > 0)
          most = std::max(most, s.density[k]), shown.push_back(s.density[k]);
    const auto scale = readable(measures::density_unit(lines.series.front().unit), most);
    double low = shown.empty() ? 0.1 : std::ranges::min(shown);
    low = std::max(low, most * 1e-6) * scale.factor;  // what is smaller is rounding
    if (!(most > 0)) most = 1, low = 0.1;
    const Panel panel{c,
                      {58, 14, 200, 165},
                      {band.low_hz, band.high_hz},
                      {low / 1.3, most * scale.factor * 1.5, true}};
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto density = all[i].density;
      for (double& d : density) d *= scale.factor;
      const bool probe = !lines.along_um.empty() && all.size() > 1;
      const double place =
          static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(all.size() - 1, 1));
      // The lightest yellow cannot be seen on white.
      panel.line(std::span{all[i].frequency_hz}.subspan(1), std::span{density}.subspan(1),
                 probe ? sequential(0.88 * place) : category(i), 0.9);
    }
    const auto [down, up] = confidence(2 * effective);
    const double x = band.low_hz + 0.94 * (band.high_hz - band.low_hz);
    const double middle = panel.y_scale().value(0.85);
    c.line(panel.at(x, middle * down), panel.at(x, middle * up), ink, 1);
    c.dots(std::vector{panel.at(x, middle)}, ink, 3);
    c.text({panel.at(x, middle).x - 4, panel.at(x, middle).y + 2.5}, "95 %",
           {6.5, ink, Align::right});
    panel.axes("frequency [Hz]", labelled("power density", scale.unit));
    if (!lines.along_um.empty() && all.size() > 1)
      colour_bar(c, {276, 30, 7, 130}, {lines.along_um.front(), lines.along_um.back()},
                 fmt::format("{} [µm]", lines.axis), [](double p) { return sequential(0.88 * p); });
    else {
      std::vector<std::string> names;
      for (const auto& s : lines.series) names.push_back(s.name);
      legend(c, {268, 24}, names);
    }
  };
  return figure;
}

}  // namespace

Figure spectra(const Question& q) {
  return spectra_by(
      q, "spectra",
      [&](const Series& s) {
        return measures::welch(s.values, s.sampling_hz(), study::segment_of(s, q.window_ms));
      },
      "Welch's power spectra: {n} segments under Hann's window that overlap by half, worth "
      "{worth:.1f} independent ones. The bar is the 95 % interval.");
}

Figure multitaper_spectra(const Question& q) {
  return spectra_by(
      q, "multitaper",
      [](const Series& s) {
        study::need_samples(s, 32);
        return measures::multitaper(s.values, s.sampling_hz());
      },
      "Thomson's power spectra: {n} orthogonal tapers, worth {worth:.1f} independent spectra. The "
      "bar is the 95 % interval.");
}

Figure spectrogram(const Question& q) {
  auto of = q.of;
  if (of.empty()) {
    of = q.recording->signals().empty() ? q.recording->populations().front().name
                                        : study::strongest(study::signal_for(q), q.range);
  }
  const auto s = study::series(*q.recording, of, q.range, q.bin_ms);
  study::need_samples(s, 32);
  study::need_variation(s);
  const double lowest = study::lowest_hz(q.cycles, q.range.length_ms(), 2);
  const auto band = q.band.value_or(study::Band{lowest, std::min(150.0, 0.4 * s.sampling_hz())});
  const auto f = measures::log_frequencies(band.low_hz, band.high_hz, 90);
  const auto hop = std::max<std::size_t>(1, s.values.size() / 600);
  const auto m = measures::morlet(s.values, s.sampling_hz(), f, q.cycles, hop);
  Figure figure{
      "spectrogram",
      fmt::format("{}: above, the signal; below, its power by Morlet's wavelets of {:g} cycles. "
                  "Veiled: where an end shows. {:.0f} independent values in the lowest row, "
                  "{:.0f} in the highest.",
                  s.name, q.cycles, m.effective.front(), m.effective.back()),
      482,
      283,
      {}};
  figure.draw = [=, range = q.range](Canvas& c) {
    const auto signal_scale = readable(s.unit, largest(s.values));
    auto values = s.values;
    std::vector<double> t;
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] *= signal_scale.factor, t.push_back(s.time_ms(i));
    const Scale time{range.start_ms, range.stop_ms};
    const Panel above{c, {58, 14, 340, 66}, time, Scale::over(values)};
    above.line(t, values, ink, 0.6);
    above.axes("", labelled(s.name, signal_scale.unit), 3);
    const Panel below{c, {58, 96, 340, 150}, time, {band.low_hz, band.high_hz, true}};
    const auto scale = readable(measures::density_unit(s.unit), largest(m.density));
    const double top = std::max(largest(m.density), 1e-300), bottom = top * 1e-3;  // 30 dB
    std::vector<std::vector<double>> rows;
    for (std::size_t k = 0; k < f.size(); ++k) {
      rows.emplace_back();
      for (const double p : m.row(k))
        rows.back().push_back(std::log(std::max(p, bottom) / bottom) / std::log(top / bottom));
    }
    below.map(rows, true, sequential);
    for (const bool left : {true, false}) {
      std::vector<double> edge, inside, y;
      std::vector<Point> veil;
      for (std::size_t k = 0; k < f.size(); ++k) {
        const double reach = std::min(1e3 * m.reach_s[k], range.length_ms() / 2);
        veil.push_back(below.at(left ? range.start_ms + reach : range.stop_ms - reach, f[k]));
      }
      veil.push_back(below.at(left ? range.start_ms : range.stop_ms, f.back()));
      veil.push_back(below.at(left ? range.start_ms : range.stop_ms, f.front()));
      c.polygon(veil, white.with_opacity(0.55));
    }
    below.y_axis("frequency [Hz]", ticks(below.y_scale(), 6));
    below.time_axis();
    colour_bar(c, {408, 106, 7, 130}, {bottom * scale.factor, top * scale.factor, true},
               labelled("power density", scale.unit), sequential);
  };
  return figure;
}

}  // namespace plot
