// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measures/intervals.hpp"
#include "measures/rates.hpp"
#include "plot/figures.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Population;
using study::Question;

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

/// Names and sizes at the middle of each population's rows, moved apart where those are few.
void draw_names(const Panel& panel, const std::vector<Population>& all) {
  auto& c = panel.canvas();
  const double x = panel.box().x + panel.box().width + 8;
  double first = 0, lowest = panel.box().y;  // that is still free
  for (std::size_t k = 0; k < all.size(); ++k) {
    const double next = first + static_cast<double>(all[k].neurons);
    const double y = std::max(panel.at(0, (first + next) / 2).y, lowest);
    c.text({x, y - 1}, all[k].name, {7.5, category(k), Align::left, true});
    c.text({x, y + 8}, fmt::format("n = {}", all[k].neurons), {6.5, grey});
    lowest = y + 20, first = next;
  }
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
  draw_names(panel, all);
  for (std::size_t k = 0; k < all.size(); ++k) {
    std::vector<Point> dots;
    for (std::size_t i = 0; spikes <= most_paths && i < all[k].times_ms.size(); ++i)
      dots.push_back(
          panel.at(all[k].times_ms[i], first + static_cast<double>(all[k].nodes[i]) + 0.5));
    c.dots(dots, category(k), diameter);
    const double next = first + static_cast<double>(all[k].neurons);
    if (k > 0) {
      const double edge = panel.at(0, first).y;
      c.line({panel.box().x, edge}, {panel.box().x + panel.box().width, edge}, pale, 0.4);
    }
    first = next;
  }
}

/// A bin in which the whole shows about a hundred steps, of a round number of ms.
double nice_bin(const study::Range& range) {
  constexpr double most = 125;
  for (const double bin : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0})
    if (range.length_ms() / bin <= most) return bin;
  return range.length_ms() / most;
}

/// How the neurons of one population differ in something.
struct Spread {
  Population population;
  std::vector<double> values;  ///< Of those that have one.
};

/// A dot for every neuron, a line for their mean.
Figure by_neuron(const char* name, std::string caption, const std::vector<Spread>& all,
                 const std::string& label, const char* unit) {
  Figure figure{name, std::move(caption), 90 + 75 * static_cast<double>(all.size()), 210, {}};
  figure.draw = [=, width = figure.width](Canvas& c) {
    std::vector<double> every;
    for (const auto& s : all) every.insert(every.end(), s.values.begin(), s.values.end());
    const auto n = static_cast<double>(all.size());
    const Panel panel{c, {50, 12, width - 65, 155}, {0, n}, Scale::over(every, true)};
    for (std::size_t k = 0; k < all.size(); ++k) {
      const auto& values = all[k].values;
      const double middle = static_cast<double>(k) + 0.5;
      std::vector<Point> dots;
      double sum = 0;
      for (std::size_t i = 0; i < values.size(); ++i) {
        // Spread by the golden ratio: even, and the same each time.
        const double aside = std::fmod(0.618033988749895 * static_cast<double>(i), 1.0) - 0.5;
        dots.push_back(panel.at(middle + 0.5 * aside, values[i]));
        sum += values[i];
      }
      const double mean = sum / static_cast<double>(values.size());
      if (!values.empty())
        c.line(panel.at(middle - 0.33, mean), panel.at(middle + 0.33, mean), ink, 1.4);
      c.dots(dots, category(k).with_opacity(0.6), values.size() > 300 ? 1.4 : 2.8);
      const auto foot = panel.at(middle, panel.y_scale().low);
      const auto& p = all[k].population;
      c.text({foot.x, foot.y + 15}, p.name, {7.5, category(k), Align::centre, true});
      c.text({foot.x, foot.y + 25}, values.empty() ? "none" : fmt::format("{:.3g}{}", mean, unit),
             {7, ink, Align::centre});
      c.text({foot.x, foot.y + 34}, fmt::format("n = {}", values.size()),
             {6.5, grey, Align::centre});
    }
    panel.y_axis(label, ticks(panel.y_scale()));
    c.line({50, 170}, {width - 15, 170}, ink, 0.6);  // populations have names, not numbers
  };
  return figure;
}

}  // namespace

Figure raster(const Question& q) {
  const auto all = study::populations_for(q);
  double neurons = 0;
  std::size_t spikes = 0;
  for (const auto& p : all) neurons += static_cast<double>(p.neurons), spikes += p.times_ms.size();
  const double bin = q.bin_ms.value_or(nice_bin(q.range));
  const auto bins = measures::Bins::within(q.range.start_ms, q.range.stop_ms, bin);
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
    std::vector<double> every, edges = bins.lower_edges();
    edges.push_back(bins.edge_ms(bins.count));
    for (const auto& p : all) {
      rates.push_back(measures::rates(p.times_ms, bins, std::max<std::uint64_t>(p.neurons, 1)));
      every.insert(every.end(), rates.back().begin(), rates.back().end());
    }
    const Panel below{c, {50, 195, 350, 65}, time, Scale::over(every, true)};
    for (std::size_t k = 0; k < rates.size(); ++k) {
      const auto [x, y] = steps(edges, rates[k]);  // a rate belongs to its whole bin
      below.between(x, std::vector<double>(y.size(), 0.0), y, category(k).with_opacity(0.18));
      below.line(x, y, category(k), 0.9);
    }
    below.y_axis("rate [Hz]", ticks(below.y_scale(), 3));
    below.time_axis();
  };
  return figure;
}

Figure rates(const Question& q) {
  std::vector<Spread> all;
  for (auto& p : study::populations_for(q)) {
    all.push_back({p, {}});
    for (const auto& train : p.trains())
      all.back().values.push_back(static_cast<double>(train.size()) / q.range.length_ms() * 1e3);
  }
  return by_neuron(
      "rates",
      fmt::format("Mean rate of each neuron over {:g} ms (dots), and of its population "
                  "(line).",
                  q.range.length_ms()),
      all, "rate [Hz]", " Hz");
}

Figure irregularity(const Question& q) {
  std::vector<Spread> all;
  for (auto& p : study::populations_for(q)) {
    all.push_back({p, {}});
    for (const auto& train : p.trains())
      if (const auto i = measures::irregularity(measures::intervals(train)); i.intervals >= 2)
        all.back().values.push_back(i.cv);
  }
  if (std::ranges::all_of(all, [](const Spread& s) { return s.values.empty(); }))
    throw std::invalid_argument{
        "no neuron has three spikes, and so two intervals, in this stretch"};
  return by_neuron(
      "intervals",
      "Coefficient of variation of the intervals of each neuron that fired three times "
      "or more (dots), and its mean (line); 1 for a Poisson process, 0 for a clock.",
      all, "CV of intervals", "");
}

}  // namespace plot
