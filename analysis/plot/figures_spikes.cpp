// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measures/rates.hpp"
#include "plot/figures.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Population;
using study::Question;

std::vector<Population> populations(const Question& q) {
  std::vector<Population> all;
  for (const auto& p : q.recording->populations())
    if (q.of.empty() || q.of == p.name) all.push_back(p.within(q.range));
  if (all.empty() && !q.of.empty()) all.push_back(q.recording->population(q.of).within(q.range));
  if (all.empty())
    throw tutti::Error{tutti::Fault::usage,
                       "{}: no spikes were recorded; name a spike port with `record:`",
                       q.recording->path().string()};
  return all;
}

/// More dots than that are drawn as an image: as many paths would make a file that nothing opens.
constexpr std::size_t most_paths = 60'000;

/// The dots of all populations as pixels, a third of a point wide.
void draw_as_image(const Panel& panel, const std::vector<Population>& all) {
  const auto& box = panel.box();
  const auto columns = static_cast<std::size_t>(3 * box.width);
  const auto rows = static_cast<std::size_t>(3 * box.height);
  std::vector<Colour> pixels(columns * rows, white);
  double first = 0.5;
  for (std::size_t k = 0; k < all.size(); ++k) {
    for (std::size_t i = 0; i < all[k].times_ms.size(); ++i) {
      const auto p = panel.at(all[k].times_ms[i], first + static_cast<double>(all[k].nodes[i]));
      const auto c = static_cast<std::size_t>(std::max(0.0, 3 * (p.x - box.x)));
      const auto r = static_cast<std::size_t>(std::max(0.0, 3 * (p.y - box.y)));
      pixels[std::min(r, rows - 1) * columns + std::min(c, columns - 1)] = category(k);
    }
    first += static_cast<double>(all[k].neurons);
  }
  panel.canvas().image(box, columns, pixels);
}

/// A row per neuron, populations from the top down in their order.
void draw_raster(const Panel& panel, const std::vector<Population>& all, double neurons) {
  // A dot is as high as a row, within what can be seen and told apart.
  const double diameter = std::clamp(0.9 * panel.box().height / neurons, 0.5, 2.2);
  double first = 0;
  auto& c = panel.canvas();
  std::size_t spikes = 0;
  for (const auto& p : all) spikes += p.times_ms.size();
  if (spikes > most_paths) draw_as_image(panel, all);
  for (std::size_t k = 0; k < all.size(); ++k) {
    std::vector<Point> dots;
    for (std::size_t i = 0; spikes <= most_paths && i < all[k].times_ms.size(); ++i)
      dots.push_back(
          panel.at(all[k].times_ms[i], first + static_cast<double>(all[k].nodes[i]) + 0.5));
    c.dots(dots, category(k), diameter);
    const double next = first + static_cast<double>(all[k].neurons);
    const double y = panel.at(0, (first + next) / 2).y, x = panel.box().x + panel.box().width + 8;
    c.text({x, y - 1}, all[k].name, {7.5, category(k), Align::left, true});
    c.text({x, y + 8}, fmt::format("n = {}", all[k].neurons), {6.5, grey});
    if (k > 0) {
      const double edge = panel.at(0, first).y;
      c.line({panel.box().x, edge}, {panel.box().x + panel.box().width, edge}, pale, 0.4);
    }
    first = next;
  }
}

/// A bin in which the whole shows about two hundred steps, of a round number of ms.
double nice_bin(const study::Range& range) {
  for (const double bin : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0})
    if (range.length_ms() / bin <= 250) return bin;
  return range.length_ms() / 250;
}

}  // namespace

Figure raster(const Question& q) {
  const auto all = populations(q);
  double neurons = 0;
  std::size_t spikes = 0;
  for (const auto& p : all) neurons += static_cast<double>(p.neurons), spikes += p.times_ms.size();
  const double bin = q.bin_ms.value_or(nice_bin(q.range));
  auto bins = measures::Bins::over(q.range.start_ms, q.range.stop_ms, bin);
  if (bins.count > 1 && bins.edge_ms(bins.count) > q.range.stop_ms + 1e-9 * bin) --bins.count;
  Figure figure{
      "raster",
      fmt::format("{} spikes of {:.0f} neurons; below, rate per neuron in bins of {:g} ms.", spikes,
                  neurons, bin),
      482,
      300,
      {}};
  figure.draw = [=, range = q.range](Canvas& c) {
    const Scale time{range.start_ms, range.stop_ms};
    const Panel above{c, {50, 14, 350, 160}, time, {neurons, 0}};  // neuron 0 on top
    draw_raster(above, all, neurons);
    above.axes("", "neuron");
    std::vector<std::vector<double>> rates;
    std::vector<double> every, edges;
    for (std::size_t i = 0; i <= bins.count; ++i) edges.push_back(bins.edge_ms(i));
    for (const auto& p : all) {
      rates.push_back(measures::rates(p.times_ms, bins, std::max<std::uint64_t>(p.neurons, 1)));
      every.insert(every.end(), rates.back().begin(), rates.back().end());
    }
    const Panel below{c, {50, 195, 350, 65}, time, Scale::over(every, true)};
    for (std::size_t k = 0; k < rates.size(); ++k) {
      std::vector<double> x, y;  // as steps: a rate belongs to its whole bin
      for (std::size_t i = 0; i < rates[k].size(); ++i)
        x.insert(x.end(), {edges[i], edges[i + 1]}), y.insert(y.end(), {rates[k][i], rates[k][i]});
      below.between(x, std::vector<double>(y.size(), 0.0), y, category(k).with_opacity(0.18));
      below.line(x, y, category(k), 0.9);
    }
    below.axes("time [ms]", "rate [Hz]", 3);
  };
  return figure;
}

Figure rates(const Question& q) {
  const auto all = populations(q);
  Figure figure{
      "rates",
      fmt::format("Mean rate of each neuron over {:g} ms (dots), and of its population (line).",
                  q.range.length_ms()),
      90 + 75 * static_cast<double>(all.size()),
      210,
      {}};
  figure.draw = [=, range = q.range, width = figure.width](Canvas& c) {
    std::vector<std::vector<double>> values;
    std::vector<double> every;
    for (const auto& p : all) {
      values.emplace_back();
      for (const auto& train : p.trains())
        values.back().push_back(static_cast<double>(train.size()) / range.length_ms() * 1e3);
      every.insert(every.end(), values.back().begin(), values.back().end());
    }
    const auto n = static_cast<double>(all.size());
    const Panel panel{c, {50, 12, width - 65, 155}, {0, n}, Scale::over(every, true)};
    for (std::size_t k = 0; k < all.size(); ++k) {
      const double middle = static_cast<double>(k) + 0.5;
      std::vector<Point> dots;
      double sum = 0;
      for (std::size_t i = 0; i < values[k].size(); ++i) {
        // Spread by the golden ratio: even, and the same each time.
        const double aside = std::fmod(0.618033988749895 * static_cast<double>(i), 1.0) - 0.5;
        dots.push_back(panel.at(middle + 0.5 * aside, values[k][i]));
        sum += values[k][i];
      }
      c.dots(dots, category(k).with_opacity(0.45), values[k].size() > 300 ? 1.4 : 2.6);
      const double mean = sum / static_cast<double>(values[k].size());
      c.line(panel.at(middle - 0.33, mean), panel.at(middle + 0.33, mean), ink, 1.4);
      const auto foot = panel.at(middle, panel.y_scale().low);
      c.text({foot.x, foot.y + 17}, all[k].name, {7.5, category(k), Align::centre, true});
      c.text({foot.x, foot.y + 27}, fmt::format("{:.3g} Hz", mean), {7, ink, Align::centre});
    }
    Panel{c, panel.box(), {0, 0.999}, panel.y_scale()}.axes("", "rate [Hz]");
    c.box({47, 168, width - 60, 6}, white);  // populations have names, not numbers
    c.line({50, 170}, {width - 15, 170}, ink, 0.6);
  };
  return figure;
}

}  // namespace plot
