// SPDX-License-Identifier: MIT
// A network as a picture: where its cells are, who reaches whom, and how degrees and delays spread.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/inspect.hpp"

namespace cell {
namespace {

constexpr std::array colours{"#4477aa", "#ee6677", "#228833", "#ccbb44",
                             "#66ccee", "#aa3377", "#bbbbbb", "#222255"};
const char* colour(std::size_t k) { return colours[k % colours.size()]; }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

std::string label(double x, double y, const std::string& text, const char* anchor = "start",
                  const char* more = "") {
  return fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='{}' {}>{}</text>\n", x, y, anchor,
                     more, escaped(text));
}

/// Somata from the side, x across and y down, at most 4000 of them.
std::string somata(const Atlas& atlas, double left, double top, double size) {
  const auto& model = atlas.model();
  const auto total = model.cell_count();
  const auto every = std::max<std::uint64_t>(1, total / 4000);
  Point low{1e300, 1e300, 0, 0}, high{-1e300, -1e300, 0, 0};
  for (std::uint64_t gid = 0; gid < total; gid += every) {
    const auto at = atlas.position(gid);
    low.x = std::min(low.x, at.x), low.y = std::min(low.y, at.y);
    high.x = std::max(high.x, at.x), high.y = std::max(high.y, at.y);
  }
  std::string svg = label(left, top - 8, "somata [um]: x across, y down");
  const double extent = std::max({high.x - low.x, high.y - low.y, 1.0});
  for (std::uint64_t gid = 0; gid < total; gid += every) {
    const auto at = atlas.position(gid);
    const auto k = static_cast<std::size_t>(&model.population_of(gid) - model.populations.data());
    svg += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='1.5' fill='{}' fill-opacity='.6'/>\n",
                       left + (at.x - low.x) / extent * size, top + (at.y - low.y) / extent * size,
                       colour(k));
  }
  if (total > 0)
    svg += label(left, top + size + 16,
                 fmt::format("x {:.4g} … {:.4g}, y {:.4g} … {:.4g}", low.x, high.x, low.y, high.y));
  return svg;
}

/// Connections by population, darker for more (in logarithms).
std::string matrix(const Model& model, const Survey& s, double left, double top, double size) {
  const auto n = model.populations.size();
  const double cell = size / static_cast<double>(std::max<std::size_t>(n, 1));
  double most = 1;
  for (const auto& row : s.matrix)
    for (const auto c : row) most = std::max(most, static_cast<double>(c));
  std::string svg =
      label(left, top - 8,
            fmt::format("connections, from rows to columns; darker is more, up to {:.0f}", most));
  for (std::size_t from = 0; from < n; ++from) {
    const double y = top + cell * static_cast<double>(from);
    svg += label(left - 6, y + cell / 2 + 4, model.populations[from].name, "end");
    // aslant, so that long names of narrow columns do not meet
    const double under = left + cell * (static_cast<double>(from) + 0.5) + 4;
    svg +=
        label(under, top + size + 14, model.populations[from].name, "end",
              fmt::format("transform='rotate(-35 {:.1f} {:.1f})'", under, top + size + 14).c_str());
    for (std::size_t to = 0; to < n; ++to) {
      const auto c = static_cast<double>(s.matrix[from][to]);
      const double depth = c == 0 ? 0 : 0.1 + 0.9 * std::log1p(c) / std::log1p(most);
      const double x = left + cell * static_cast<double>(to);
      svg += fmt::format(
          "<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' fill='#4477aa' "
          "fill-opacity='{:.2f}' stroke='#ddd'/>\n",
          x, y, cell, cell, depth);
      if (c > 0 && n <= 10)
        svg += label(x + cell / 2, y + cell / 2 + 4, fmt::format("{}", s.matrix[from][to]),
                     "middle", depth > 0.6 ? "fill='white'" : "");
    }
  }
  return svg;
}

std::string sources(const Model& model, const Projection& p) {
  std::string all;
  for (const auto k : p.from) all += (all.empty() ? "" : ", ") + model.populations[k].name;
  return p.from.size() > 4 ? fmt::format("{} populations", p.from.size()) : all;
}

/// A bar for each bin, with the least and the most below and the mean above.
std::string histogram(const Spread& s, const std::string& title, const char* fill, double left,
                      double top, double width, double height) {
  std::string svg = label(left, top - 6, title);
  if (s.counts.empty()) return svg;
  if (s.least == s.most)
    return svg + label(left, top + height / 2, fmt::format("all {:.4g}", s.least));
  const double most = std::max(1.0, *std::ranges::max_element(s.counts));
  const double bin = width / static_cast<double>(s.counts.size());
  for (std::size_t k = 0; k < s.counts.size(); ++k) {
    const double h = height * s.counts[k] / most;
    svg += fmt::format("<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' fill='{}'/>\n",
                       left + bin * static_cast<double>(k), top + height - h, bin * 0.9, h, fill);
  }
  svg += fmt::format("<path d='M{0:.1f} {1:.1f}h{2:.1f}' stroke='#888'/>\n", left, top + height,
                     width);
  svg += label(left, top + height + 13, fmt::format("{:.4g}", s.least));
  svg += label(left + width, top - 6, fmt::format("{:.3g} ± {:.2g}", s.mean, s.deviation), "end",
               "fill='#666'");
  svg += label(left + width, top + height + 13, fmt::format("{:.4g}", s.most), "end");
  return svg;
}

}  // namespace

std::string picture(const Atlas& atlas, const Survey& s) {
  const auto& model = atlas.model();
  constexpr double size = 320, row = 115, width = 1000;
  const double height = 460 + row * static_cast<double>(s.projections.size());
  std::string svg = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0:.0f} {1:.0f}' width='{0:.0f}' "
      "height='{1:.0f}' font-family='sans-serif' font-size='11'>\n"
      "<rect width='100%' height='100%' fill='white'/>\n",
      width, height);
  svg += label(20, 24,
               fmt::format("{} cells, {} connections, {} synapses", model.cell_count(),
                           s.connections, s.synapses),
               "start", "font-size='15'");
  svg += somata(atlas, 20, 60, size);
  svg += matrix(model, s, 480, 60, size);
  for (std::size_t k = 0; k < model.populations.size(); ++k)
    svg += label(840, 70 + 16 * static_cast<double>(k),
                 fmt::format("● {} ({})", model.populations[k].name, model.populations[k].number),
                 "start", fmt::format("fill='{}'", colour(k)).c_str());
  double y = 460;
  for (const auto& one : s.projections) {
    const auto to = one.projection->to;
    const auto* point = model.cells[model.populations[to].cell].point;
    const auto unit = point == nullptr ? "uS" : point->unit_of(one.projection->receptor);
    svg +=
        label(20, y - 22,
              fmt::format("{} to {}", sources(model, *one.projection), model.populations[to].name),
              "start", "font-weight='bold'");
    constexpr double wide = 215, apart = 245;
    const auto draw = [&](int column, const Spread& spread, const std::string& title) {
      svg += histogram(spread, title, colour(to), 20 + apart * column, y, wide, 50);
    };
    draw(0, one.in_degree, "in-degree");
    draw(1, one.out_degree, "out-degree");
    draw(2, one.weight, unit[0] == '1' ? "weight" : fmt::format("weight [{}]", unit));
    draw(3, one.delay_ms, "delay [ms]");
    y += row;
  }
  return svg + "</svg>\n";
}

}  // namespace cell
