// SPDX-License-Identifier: MIT
// Any measure with more than a few numbers as lines over its first column.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "plot/figures.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Question;
using study::Table;

constexpr const char* chance = "95 % of chance";
constexpr const char* error_column = "standard error";

/// How the answer of one measure is drawn. `{from}` and `{to}` stand for what was asked.
struct Style {
  const char* measure;
  const char* title;       ///< above the lines
  const char* quantity;    ///< what the lines show; empty: their own names
  const char* x_label;     ///< empty: the first column's name
  bool steps = false;      ///< values are of bins, whose lower edges are the first column
  bool origin = false;     ///< a rule marks 0 on the first axis
  bool both_ways = false;  ///< chance lies below 0 as well
};

constexpr std::array styles{
    Style{"histogram", "", "rate", "", true},
    Style{"psth", "{to} around spikes of {from}", "rate of {to}", "time from spike", true, true},
    Style{"triggered", "{to} around spikes of {from}", "mean of {to}", "time from spike", false,
          true},
    Style{"cross-correlation", "{to} after {from}", "correlation", "lag", false, true, true},
    Style{"coherence", "{from} and {to}", "", ""},
    Style{"phase-locking", "{from} to {to}", "", ""},
    Style{"granger", "", "Granger causality", ""}};

Style style_of(const std::string& measure) {
  const auto* found = std::ranges::find(styles, measure, &Style::measure);
  return found != styles.end() ? *found : Style{"", "", "", ""};
}

std::string filled(const char* pattern, const Question& q) {
  return fmt::format(fmt::runtime(pattern), fmt::arg("from", q.from), fmt::arg("to", q.to));
}

const std::vector<double>* numbers(const Table& table, std::size_t column) {
  return column < table.columns.size()
             ? std::get_if<std::vector<double>>(&table.columns[column].values)
             : nullptr;
}

/// The column of that name right after another one, to which it belongs.
const std::vector<double>* companion(const Table& table, std::size_t column, const char* name) {
  return column + 1 < table.columns.size() && table.columns[column + 1].name == name
             ? numbers(table, column + 1)
             : nullptr;
}

/// Lines that share an axis. Values of several units cannot.
struct LineGroup {
  std::string unit;
  std::vector<std::size_t> lines;  ///< columns of the table
};

std::vector<LineGroup> groups_of(const Table& table) {
  std::vector<LineGroup> groups;
  if (table.rows() < 3 || numbers(table, 0) == nullptr) return groups;
  for (std::size_t i = 1; i < table.columns.size(); ++i) {
    const auto& [name, unit, values] = table.columns[i];
    // What stands behind an estimate is for tables.
    const bool aside = name == error_column || name == chance || name == "p" ||
                       name == "effective" || name == "pairwise consistency";
    if (numbers(table, i) == nullptr || aside) continue;
    const bool own = unit == "1" || unit.empty();  // shares and numbers of unlike things
    if (own || groups.empty() || groups.back().unit != unit) groups.push_back({unit, {}});
    groups.back().lines.push_back(i);
  }
  return groups;
}

/// The first axis: all of it, or of frequencies what was asked for, or else what tissue does.
Scale x_scale(const Table& table, const Style& style, const Question& q) {
  const auto& x = *numbers(table, 0);
  Scale scale{x.front(), x.back(), table.what == "phase-locking"};  // its steps are ratios
  if (style.steps) scale.high += x[1] - x[0];
  if (table.columns.front().unit != "Hz") return scale;
  if (q.band)
    return {std::max(q.band->low_hz, scale.low), std::min(q.band->high_hz, scale.high),
            scale.logarithmic};
  scale.high = std::min(scale.high, 150.0);
  return scale;
}

/// What a panel of lines has in common.
struct Sheet {
  const Table& table;
  const Style& style;
  const LineGroup& group;
  Readable scale;
};

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& v : values) v *= factor;
  return values;
}

/// All that has to be seen: lines, their bands of error, what chance does.
std::vector<double> range_of(const Sheet& s, const Scale& x_axis) {
  std::vector<double> every;
  const auto& x = *numbers(s.table, 0);
  for (const auto i : s.group.lines) {
    const auto& y = *numbers(s.table, i);
    const auto* error = companion(s.table, i, error_column);
    const auto* level = companion(s.table, i, chance);
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (x[k] < x_axis.low || x[k] > x_axis.high) continue;
      every.push_back(y[k]);
      if (error != nullptr) every.insert(every.end(), {y[k] - (*error)[k], y[k] + (*error)[k]});
      if (level != nullptr) every.push_back((*level)[k]);
      if (level != nullptr && s.style.both_ways) every.push_back(-(*level)[k]);
    }
  }
  return scaled(std::move(every), s.scale.factor);
}

/// Whether the names of lines have room above them, in one row.
bool fits_above(const Table& table, const LineGroup& group) {
  double width = 0;  // about 4 pt a letter
  for (const auto i : group.lines)
    width += 24 + 4.0 * static_cast<double>(table.columns[i].name.size());
  return width < 300;
}

void draw_line(const Panel& panel, const Sheet& s, std::size_t k) {
  const auto column = s.group.lines[k];
  const auto& x = *numbers(s.table, 0);
  const auto y = scaled(*numbers(s.table, column), s.scale.factor);
  if (const auto* error = companion(s.table, column, error_column)) {
    auto low = y, high = y;
    for (std::size_t i = 0; i < y.size(); ++i)
      low[i] -= s.scale.factor * (*error)[i], high[i] += s.scale.factor * (*error)[i];
    auto middles = x;
    if (s.style.steps)
      for (double& m : middles) m += (x[1] - x[0]) / 2;
    panel.between(middles, low, high, category(k).with_opacity(0.2));
  }
  if (const auto* level = companion(s.table, column, chance)) {
    panel.line(x, *level, grey, 0.7, true);
    if (s.style.both_ways) panel.line(x, scaled(*level, -1), grey, 0.7, true);
    const auto end = panel.at(panel.x_scale().high, level->back());
    panel.canvas().text({end.x + 4, end.y - 1}, "95 % of", {6.5, grey});
    panel.canvas().text({end.x + 4, end.y + 6.5}, "chance", {6.5, grey});
  }
  if (!s.style.steps) return panel.line(x, y, category(k), 1);
  auto edges = x;
  edges.push_back(2 * x.back() - x[x.size() - 2]);
  const auto corners = steps(edges, y);
  panel.line(corners.x, corners.y, category(k), 1);
}

/// Angles are dots on a circle cut open, pale where chance alone has as much of what lies above.
void draw_phase(Canvas& c, const Box& box, const Scale& x_axis, const Table& table,
                std::size_t column) {
  constexpr double pi = std::numbers::pi;
  const Panel panel{c, box, x_axis, {-pi, pi}};
  const auto &x = *numbers(table, 0), &phase = *numbers(table, column);
  const auto &size = *numbers(table, 1), &level = *numbers(table, 2);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::isfinite(phase[i]) && x[i] >= x_axis.low && x[i] <= x_axis.high)
      c.dots(std::vector{panel.at(x[i], phase[i])},
             category(0).with_opacity(size[i] > level[i] ? 1 : 0.25), 2.6);
  panel.y_axis("phase [rad]", {{-pi, 0, pi}, {"−π", "0", "π"}});
  panel.x_axis("frequency [Hz]");
}

}  // namespace

Figure lines_of(const Table& table, const Question& q) {
  const auto groups = groups_of(table);
  if (groups.empty())
    throw tutti::Error{tutti::Fault::usage,
                       "{} gives a few numbers, not a line; `tutti measure` prints them",
                       table.what};
  const auto style = style_of(table.what);
  constexpr double pitch = 132, height = 100;
  const bool beside = std::ranges::any_of(
      groups, [&](const auto& g) { return g.lines.size() > 1 && !fits_above(table, g); });
  Figure figure{table.what,
                fmt::format("{}.", fmt::join(table.notes, ". ")),
                beside ? 440.0 : 390.0,
                30 + pitch * static_cast<double>(groups.size()),
                {}};
  figure.draw = [table, groups, style, q](Canvas& c) {
    const auto x_axis = x_scale(table, style, q);
    const auto& first = table.columns.front();
    const auto x_label = labelled(*style.x_label != '\0' ? style.x_label : first.name, first.unit);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const bool last = g + 1 == groups.size();
      const Box box{62, 24 + pitch * static_cast<double>(g), 280, height};
      if (groups[g].unit == "rad") {
        draw_phase(c, box, x_axis, table, groups[g].lines.front());
        continue;
      }
      std::vector<double> all;
      std::vector<std::string> names;
      for (const auto i : groups[g].lines) {
        const auto& y = *numbers(table, i);
        all.insert(all.end(), y.begin(), y.end());
        names.push_back(table.columns[i].name);
      }
      const Sheet sheet{table, style, groups[g], readable(groups[g].unit, largest(all))};
      const auto every = range_of(sheet, x_axis);
      const bool positive = std::ranges::none_of(every, [](double v) { return v < 0; });
      const Panel panel{c, box, x_axis, Scale::over(every, positive)};
      if (style.origin) {
        const auto foot = panel.at(0, panel.y_scale().low);
        c.line({foot.x, box.y}, {foot.x, box.y + height}, pale, 0.8);
      }
      for (std::size_t k = 0; k < names.size(); ++k) draw_line(panel, sheet, k);
      panel.y_axis(labelled(*style.quantity != '\0' ? filled(style.quantity, q) : names.front(),
                            sheet.scale.unit),
                   ticks(panel.y_scale(), 4));
      if (last && first.name == "time")
        panel.time_axis();
      else
        panel.x_axis(last ? x_label : "");
      if (g == 0) panel.title(filled(style.title, q));
      if (names.size() < 2 || names.size() > 7) continue;
      const bool above = fits_above(table, groups[g]);
      legend(c, above ? Point{box.x, box.y - 8} : Point{352, box.y + 6}, names, above);
    }
  };
  return figure;
}

}  // namespace plot
