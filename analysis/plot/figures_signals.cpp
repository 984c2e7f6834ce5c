// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

/// Eight elements of the first signal, or what was asked for.
std::vector<Series> chosen(const Question& q) {
  if (!q.of.empty() && (q.of.ends_with(']') || study::is_population(*q.recording, q.of)))
    return {study::series(*q.recording, q.of, q.range, q.bin_ms)};
  const auto& signal = study::signal_for(q);
  constexpr std::size_t most = 8;
  const auto n = std::min(most, signal.elements());
  std::vector<Series> all;
  for (std::size_t k = 0; k < n; ++k)  // spread over all there are
    all.push_back(
        study::element(signal, n > 1 ? k * (signal.elements() - 1) / (n - 1) : 0, q.range));
  return all;
}

std::vector<double> times_of(const Series& s) {
  std::vector<double> t;
  for (std::size_t i = 0; i < s.values.size(); ++i) t.push_back(s.time_ms(i));
  return t;
}

/// The traces of a probe, each at its electrode's place, with a bar for their scale.
void draw_profile(const Panel& panel, const study::DepthProfile& v, double spacing,
                  const std::string& unit) {
  std::vector<double> sizes;
  std::vector<std::vector<double>> rows = v.rows;
  for (auto& row : rows) {
    double mean = 0;
    for (const double x : row) mean += x / static_cast<double>(row.size());
    for (double& x : row) x -= mean;
    for (const double x : row) sizes.push_back(std::abs(x));
  }
  // What nearly all stays below: a single spike would leave the rest flat.
  double most = std::max(quantile(sizes, 0.998), largest(sizes) / 2.5);
  if (!(most > 0)) most = 1;
  const double gain = 1.3 * spacing / most;  // [um per unit]
  for (std::size_t d = 0; d < rows.size(); ++d) {
    auto shifted = rows[d];
    for (double& x : shifted) x = v.depth_um[d] + gain * x;
    panel.line(v.time_ms, shifted, ink, 0.6);
  }
  const auto scale = readable(unit, most);
  double bar = std::pow(10, std::floor(std::log10(most * scale.factor)));
  if (5 * bar <= most * scale.factor)
    bar *= 5;
  else if (2 * bar <= most * scale.factor)
    bar *= 2;
  const double length =
      bar / scale.factor * gain / (panel.y_scale().high - panel.y_scale().low) * panel.box().height;
  const Point foot{panel.box().x + panel.box().width + 6, panel.box().y + std::abs(length)};
  panel.canvas().line({foot.x, foot.y - std::abs(length)}, foot, ink, 1.2);
  panel.canvas().text({foot.x + 3, foot.y - std::abs(length) / 2 + 2.5},
                      fmt::format("{:g} {}", bar, printed(scale.unit)), {7});
}

}  // namespace

Figure traces(const Question& q) {
  const auto all = chosen(q);
  const auto name = q.of.empty() ? study::signal_for(q).name() : q.of;
  constexpr double pitch = 44, height = 36;
  const auto n = static_cast<double>(all.size());
  Figure figure{
      "traces",
      all.size() == 1 ? name + "." : fmt::format("{}, {} of its elements.", name, all.size()),
      482,
      52 + n * pitch,
      {}};
  figure.draw = [=, range = q.range](Canvas& c) {
    double most = 0;
    std::vector<double> every;
    for (const auto& s : all) most = std::max(most, largest(s.values));
    const auto scale = readable(all.front().unit, most);
    for (const auto& s : all)
      for (const double v : s.values) every.push_back(v * scale.factor);
    const auto y = Scale::over(every);  // one scale for all, or sizes could not be compared
    const Scale time{range.start_ms, range.stop_ms};
    double widest = 0;
    for (std::size_t k = 0; k < all.size(); ++k) {
      const Panel panel{c, {64, 12 + pitch * static_cast<double>(k), 330, height}, time, y};
      auto values = all[k].values;
      for (double& v : values) v *= scale.factor;
      panel.line(times_of(all[k]), values, ink, 0.7);
      const auto marks = ticks(y, 2);
      panel.y_axis("", marks);
      for (const auto& label : marks.labels) widest = std::max(widest, c.text_width(label, {7}));
      c.text({402, panel.box().y + height / 2 + 2.5}, all[k].name, {7});
      if (k + 1 == all.size()) panel.time_axis();
    }
    c.text({52 - widest, 12 + (n * pitch - pitch + height) / 2}, labelled(name, scale.unit),
           {7.5, ink, Align::centre, false, true});
  };
  return figure;
}

Figure depth(const Question& q) {
  const auto& signal = q.of.empty() && q.recording->field() != nullptr ? *q.recording->field()
                                                                       : study::signal_for(q);
  const auto probe = study::probe_of(signal);
  const auto v = study::potentials(probe, q.range);
  const bool dense = probe.fits_csd();
  const auto density =
      dense ? study::current_density(probe, q.range, q.conductivity) : study::DepthProfile{};
  Figure figure{"lfp",
                fmt::format("Left: potential at {} electrodes less its mean, each trace at its "
                            "electrode's place. ",
                            probe.order.size()),
                482,
                287,
                {}};
  if (dense)
    figure.caption += fmt::format(
        "Right: current source density −σΔ²φ/h², sources red, sinks blue; h = {:g} µm, σ = {:g} "
        "S/m. Colours end where 1 % of the values lie beyond.",
        probe.spacing_um, q.conductivity);
  const double spacing = probe.spacing_um > 0
                             ? probe.spacing_um
                             : (probe.along_um.back() - probe.along_um.front() + 1) /
                                   static_cast<double>(probe.along_um.size());
  figure.draw = [=, unit = signal.unit(), range = q.range](Canvas& c) {
    const Scale time{range.start_ms, range.stop_ms};
    const Scale along{v.depth_um.front() - spacing, v.depth_um.back() + spacing};
    const Panel left{c, {52, 20, dense ? 150.0 : 360.0, 230}, time, along};
    draw_profile(left, v, spacing, unit);
    left.y_axis(fmt::format("{} [µm]", probe.axis), ticks(along, 6));
    left.time_axis();
    left.title("potential");
    if (!dense) return;
    const Panel right{c, {262, 20, 150, 230}, time, along};
    // Colours end where a hundredth of all values lies beyond, or spikes would leave all else pale.
    std::vector<double> sizes;
    for (const auto& row : density.rows)
      for (const double x : row) sizes.push_back(std::abs(x));
    double end = quantile(sizes, 0.99);
    if (!(end > 0)) end = 1;
    const auto scale = readable("uA/mm^3", end);
    const double height = 230 * (density.depth_um.back() - density.depth_um.front() + spacing) /
                          (along.high - along.low);
    const double top = right.at(0, density.depth_um.back() + spacing / 2).y;
    const Panel inner{
        c,
        {262, top, 150, height},
        time,
        {density.depth_um.front() - spacing / 2, density.depth_um.back() + spacing / 2}};
    inner.map(density.rows, true, [&](double x) { return diverging(x / end); });
    auto marks = ticks(along, 6);  // their numbers stand at the left panel
    std::ranges::fill(marks.labels, "");
    right.y_axis("", marks);
    right.time_axis();
    right.title("current source density");
    colour_bar(c, {421, 60, 7, 150}, {-end * scale.factor, end * scale.factor},
               labelled("CSD", scale.unit), [](double p) { return diverging(2 * p - 1); });
  };
  return figure;
}

}  // namespace plot
