// SPDX-License-Identifier: MIT
// Voxels, and segments along a line: a variable over space and time.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "plot/figures.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "study/series.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Question;
using study::Signal;

constexpr std::array names{"x", "y", "z"};

/// Where elements are, and the axes from that on which they lie farthest apart to that on which
/// they are nearest together.
struct Places {
  std::array<std::vector<double>, 3> at;  // [um]
  std::array<std::size_t, 3> axes{0, 1, 2};
  std::array<double, 3> spread{};

  /// Whether they lie on a line, but for a hundredth of its length.
  bool on_a_line() const {
    return spread[axes[0]] > 0 && spread[axes[1]] <= 0.01 * spread[axes[0]];
  }
};

/// Nothing where the signal has no positions.
std::optional<Places> places_of(const Signal& signal) {
  const auto& table = signal.table();
  if (!table || signal.elements() < 2) return std::nullopt;
  Places places;
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string name = names[k];
    if (const auto* at = table->reals(name)) {
      places.at[k] = *at;
    } else {  // the middle of a segment
      const auto *from = table->reals(name + "0"), *to = table->reals(name + "1");
      if (from == nullptr || to == nullptr) return std::nullopt;
      for (std::size_t i = 0; i < from->size(); ++i)
        places.at[k].push_back(((*from)[i] + (*to)[i]) / 2);
    }
    if (places.at[k].size() != signal.elements()) return std::nullopt;
    const auto [low, high] = std::ranges::minmax(places.at[k]);
    places.spread[k] = high - low;
  }
  std::ranges::stable_sort(places.axes, std::ranges::greater{},
                           [&](std::size_t k) { return places.spread[k]; });
  return places;
}

bool can_be_mapped(const Signal& signal) {
  if (signal.kind() == "electrode") return false;  // `lfp` shows those
  const auto places = places_of(signal);
  return places && (signal.kind() == "voxel" || places->on_a_line());
}

const Signal& signal_to_map(const Question& q) {
  if (q.of.empty())
    for (const auto& s : q.recording->signals())
      if (can_be_mapped(s)) return s;
  const auto& named = study::signal_for(q);
  if (q.of.empty() || !places_of(named))
    throw tutti::Error{tutti::Fault::usage,
                       "map: a signal of voxels, or of segments on a line, is needed{}; `shape` "
                       "shows branched cells",
                       q.of.empty() ? "" : fmt::format(", which {} is not", q.of)};
  return named;
}

Scale range_of(const std::vector<double>& values) {
  const double low = quantile(values, 0.002), high = quantile(values, 0.998);
  return {low, high > low ? high : low + 1};
}

/// Position along the line over time.
Figure over_time(const Signal& s, const Places& places, const Question& q) {
  const auto axis = places.axes[0];
  const auto& along = places.at[axis];
  std::vector<std::size_t> order(along.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return along[i]; });
  const double low = along[order.front()], length = along[order.back()] - low;
  std::vector<std::vector<double>> rows;
  std::vector<double> every;
  // Rows are even in space, which elements need not be; each shows the nearest one.
  const auto count = std::min<std::size_t>(order.size(), 300);
  std::size_t next = 0;
  for (std::size_t r = 0; r < count; ++r) {
    const double place = low + length * static_cast<double>(r) / static_cast<double>(count - 1);
    while (next + 1 < order.size() &&
           std::abs(along[order[next + 1]] - place) <= std::abs(along[order[next]] - place))
      ++next;
    rows.push_back(study::element(s, order[next], q.range).values);
    every.insert(every.end(), rows.back().begin(), rows.back().end());
  }
  const auto scale = readable(s.unit(), largest(every));
  const auto colours = range_of(every);
  Figure figure{"map",
                fmt::format("{} of {} {}s along {} over time.", s.name(), s.elements(), s.kind(),
                            names[axis]),
                482,
                205,
                {}};
  figure.draw = [=, name = s.name(), range = q.range](Canvas& c) {
    const Panel panel{c, {58, 14, 330, 150}, {range.start_ms, range.stop_ms}, {low, low + length}};
    panel.map(rows, true, [&](double v) { return sequential(colours.place(v)); });
    panel.y_axis(fmt::format("{} [µm]", names[axis]), ticks(panel.y_scale()));
    panel.time_axis();
    colour_bar(c, {402, 24, 7, 130}, {colours.low * scale.factor, colours.high * scale.factor},
               labelled(name, scale.unit), sequential);
  };
  return figure;
}

/// A grid along one axis, as fine as neighbours are near each other.
struct Grid {
  double low = 0, width = 1;
  std::size_t count = 1;
  std::size_t index(double at) const {
    return std::min(count - 1, static_cast<std::size_t>(std::llround((at - low) / width)));
  }
  Scale scale() const {
    return {low - width / 2, low + (static_cast<double>(count) - 0.5) * width};
  }
};

Grid grid_of(const std::vector<double>& at) {
  const std::set<double> unlike{at.begin(), at.end()};
  const double low = *unlike.begin(), length = *unlike.rbegin() - low;
  if (length <= 0) return {low, 1, 1};
  double least = length;
  for (auto it = unlike.begin(); std::next(it) != unlike.end(); ++it)
    least = std::min(least, *std::next(it) - *it);
  least = std::max(least, length / 1000);  // finer than paper shows
  return {low, least, static_cast<std::size_t>(std::llround(length / least)) + 1};
}

/// The elements of the layer in the middle of the third axis.
std::vector<std::size_t> middle_layer(const Places& places) {
  const auto& depth = places.at[places.axes[2]];
  const std::set<double> layers{depth.begin(), depth.end()};
  const double middle = *std::next(layers.begin(), static_cast<std::ptrdiff_t>(layers.size() / 2));
  std::vector<std::size_t> layer;
  for (std::size_t i = 0; i < depth.size(); ++i)
    if (depth[i] == middle) layer.push_back(i);
  return layer;
}

/// The instants that are shown: the one asked for, or four from the first to the last.
std::vector<std::size_t> instants(const Signal& s, const Question& q) {
  if (q.at_ms) return {s.sample_at(*q.at_ms)};
  const auto first = s.sample_at(q.range.start_ms), last = s.sample_at(q.range.stop_ms);
  std::vector<std::size_t> all;
  for (std::size_t k = 0; k < 4; ++k) all.push_back(first + k * (last - first) / 3);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// One plane at one instant.
struct Picture {
  double time_ms;
  std::vector<std::vector<double>> rows;  ///< the lowest first; not a number where nothing is
};

/// How planes of one shape lie beside and below each other so that they are largest.
struct Tiling {
  std::size_t columns = 1, lines = 1;
  double gain = 0;  // [pt/um]
};

Tiling tiling_of(std::size_t pictures, double width_um, double height_um) {
  Tiling best;
  for (std::size_t columns = 1; columns <= pictures; columns *= 2) {
    const auto lines = (pictures + columns - 1) / columns;
    const auto n = static_cast<double>(columns), m = static_cast<double>(lines);
    const double gain = std::min((330 - 14 * (n - 1)) / n / width_um, 230 / m / height_um);
    if (gain > best.gain) best = {columns, lines, gain};
  }
  return best;
}

/// A plane of voxels at a few instants.
Figure at_instants(const Signal& s, const Places& places, const Question& q) {
  // The lower letter to the right, as people expect it.
  const auto right = std::min(places.axes[0], places.axes[1]);
  const auto up = std::max(places.axes[0], places.axes[1]);
  const auto layer = middle_layer(places);
  const auto of_layer = [&](std::size_t axis) {
    std::vector<double> at;
    for (const auto i : layer) at.push_back(places.at[axis][i]);
    return at;
  };
  const auto x_at = of_layer(right), y_at = of_layer(up);
  const auto x_grid = grid_of(x_at), y_grid = grid_of(y_at);
  std::vector<Picture> pictures;
  std::vector<double> every;
  for (const auto sample : instants(s, q)) {
    const auto all = s.at(sample);
    Picture p{s.start_ms() + static_cast<double>(sample) * s.step_ms(), {}};
    p.rows.assign(y_grid.count, std::vector<double>(x_grid.count, std::nan("")));
    for (std::size_t i = 0; i < layer.size(); ++i) {
      p.rows[y_grid.index(y_at[i])][x_grid.index(x_at[i])] = all[layer[i]];
      every.push_back(all[layer[i]]);
    }
    pictures.push_back(std::move(p));
  }
  const auto scale = readable(s.unit(), largest(every));
  const auto colours = range_of(every);
  const Scale x = x_grid.scale(), y = y_grid.scale();
  const auto tiles = tiling_of(pictures.size(), x.high - x.low, y.high - y.low);
  const double width = tiles.gain * (x.high - x.low), height = tiles.gain * (y.high - y.low);
  const double right_edge = 58 + static_cast<double>(tiles.columns) * (width + 14);
  const double pitch = height + 30;
  Figure figure{"map",
                fmt::format("{} in a plane of {} of {} voxels, through the middle along {}.",
                            s.name(), layer.size(), s.elements(), names[places.axes[2]]),
                right_edge + 70,
                std::max(static_cast<double>(tiles.lines) * pitch + 24, 150.0),
                {}};
  figure.draw = [=, name = s.name()](Canvas& c) {
    const auto colour = [&](double v) {
      return std::isnan(v) ? white.with_opacity(0) : sequential(colours.place(v));
    };
    for (std::size_t k = 0; k < pictures.size(); ++k) {
      const auto column = k % tiles.columns, line = k / tiles.columns;
      const Panel panel{c,
                        {58 + static_cast<double>(column) * (width + 14),
                         20 + static_cast<double>(line) * pitch, width, height},
                        x,
                        y};
      panel.map(pictures[k].rows, false, colour);
      panel.title(fmt::format("{:g} ms", pictures[k].time_ms));
      if (column == 0)
        panel.y_axis(fmt::format("{} [µm]", names[up]), ticks(y, height > 60 ? 5 : 2));
      if (k + tiles.columns >= pictures.size()) panel.x_axis(fmt::format("{} [µm]", names[right]));
    }
    colour_bar(c, {right_edge, 24, 7, 100},
               {colours.low * scale.factor, colours.high * scale.factor},
               labelled(name, scale.unit), sequential);
  };
  return figure;
}

}  // namespace

bool has_map(const study::Recording& recording) {
  return std::ranges::any_of(recording.signals(), can_be_mapped);
}

Figure map_in_space(const Question& q) {
  const auto& signal = signal_to_map(q);
  const auto places = places_of(signal);
  return places->on_a_line() && !q.at_ms ? over_time(signal, *places, q)
                                         : at_instants(signal, *places, q);
}

}  // namespace plot
