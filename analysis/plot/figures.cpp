// SPDX-License-Identifier: MIT
#include "plot/figures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "study/probe.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Recording;

bool has_spikes(const Recording& r) {
  return std::ranges::any_of(r.populations(), [](const auto& p) { return !p.times_ms.empty(); });
}
bool has_two_populations(const Recording& r) {
  return std::ranges::count_if(r.populations(), [](const auto& p) { return !p.times_ms.empty(); }) >
         1;
}
bool has_signal(const Recording& r) { return !r.signals().empty(); }
bool has_field(const Recording& r) { return r.field() != nullptr; }
bool has_segments(const Recording& r) {
  return std::ranges::find(r.signals(), "segment", &study::Signal::kind) != r.signals().end();
}

}  // namespace

std::span<const Kind> kinds() {
  static constexpr std::array all{
      Kind{"raster", "every spike, and population rates below (--bin)", raster, has_spikes},
      Kind{"rates", "mean rate of every neuron, by population", rates, has_spikes},
      Kind{"lfp", "potentials over depth, and current source density", depth, has_field},
      Kind{"spectra", "Welch's spectra of all electrodes, of --of, or of rates (--window, --band)",
           spectra, [](const Recording& r) { return has_field(r) || has_spikes(r); }},
      Kind{"spectrogram", "power over time of the strongest electrode, or of --of (--band)",
           spectrogram, [](const Recording& r) { return has_field(r) || has_spikes(r); }},
      Kind{"traces", "up to eight elements of a signal over time (--of)", traces, has_signal},
      Kind{"correlations", "correlation of every two neurons (--bin)", correlations, has_spikes},
      Kind{"granger", "causality between all populations, or spectra --from and --to (--bin)",
           causality, has_two_populations},
      Kind{"shape", "cells from the front, coloured by a signal of segments (--of, --at)", shape,
           has_segments},
      Kind{"shape3d", "the same, turned", shape_in_space, has_segments}};
  return all;
}

Figure draw(const std::string& name, study::Question question) {
  std::vector<std::string> names;
  for (const auto& kind : kinds()) names.emplace_back(kind.name);
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) {
    question.range = question.recording->clip(question.range);
    try {
      return kinds()[static_cast<std::size_t>(found - names.begin())].draw(question);
    } catch (const std::invalid_argument& e) {  // a measure's own words on data it cannot take
      throw tutti::Error{tutti::Fault::usage, "{}: {}", name, e.what()};
    }
  }
  for (const auto& measure : study::measures()) {
    if (name == measure.name) return lines_of(study::answer(name, question));
    names.emplace_back(measure.name);
  }
  const auto near = tutti::config::nearest(name, names);
  throw tutti::Error{tutti::Fault::usage, "there is no picture \"{}\"{}; there are {}", name,
                     near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
                     fmt::join(names, ", ")};
}

namespace {

/// Lines that share an axis. Values of several units cannot.
struct LineGroup {
  std::string unit;
  std::vector<std::size_t> lines;  ///< columns of the table
};

const std::vector<double>* numbers(const study::Table& table, std::size_t column) {
  return std::get_if<std::vector<double>>(&table.columns[column].values);
}

bool is_error(const study::Table& table, std::size_t column) {
  return column < table.columns.size() && table.columns[column].name == "standard error";
}

std::vector<LineGroup> groups_of(const study::Table& table) {
  std::vector<LineGroup> groups;
  for (std::size_t i = 1; i < table.columns.size(); ++i) {
    if (numbers(table, i) == nullptr || is_error(table, i)) continue;
    const auto& unit = table.columns[i].unit;
    const bool own = unit == "1" || unit.empty();  // shares and numbers of unlike things
    if (own || groups.empty() || groups.back().unit != unit) groups.push_back({unit, {}});
    groups.back().lines.push_back(i);
  }
  return groups;
}

/// What several lines of one measure show.
std::string quantity(const std::string& what) {
  if (what == "granger") return "Granger causality";
  if (what == "csd") return "current source density";
  return what == "histogram" ? "rate" : "power density";
}

void draw_group(const Panel& panel, const study::Table& table, const LineGroup& group,
                const Readable& scale) {
  const auto& x = *numbers(table, 0);
  for (std::size_t k = 0; k < group.lines.size(); ++k) {
    const auto column = group.lines[k];
    auto y = *numbers(table, column);
    for (double& v : y) v *= scale.factor;
    if (is_error(table, column + 1)) {  // it belongs to the line before it
      auto low = y, high = y;
      const auto& error = *numbers(table, column + 1);
      for (std::size_t i = 0; i < y.size(); ++i)
        low[i] -= scale.factor * error[i], high[i] += scale.factor * error[i];
      panel.between(x, low, high, category(k).with_opacity(0.2));
    }
    panel.line(x, y, category(k), 1);
  }
}

}  // namespace

Figure lines_of(const study::Table& table) {
  const auto groups = table.columns.size() < 2 || numbers(table, 0) == nullptr || table.rows() < 3
                          ? std::vector<LineGroup>{}
                          : groups_of(table);
  if (groups.empty())
    throw tutti::Error{tutti::Fault::usage,
                       "{} gives a few numbers, not a line; `tutti measure` prints them",
                       table.what};
  Figure figure{table.what,
                fmt::format("{}.", fmt::join(table.notes, ". ")),
                360,
                24 + 105 * static_cast<double>(groups.size()),
                {}};
  figure.draw = [table, groups](Canvas& c) {
    const auto& x = *numbers(table, 0);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      std::vector<double> every;
      std::vector<std::string> names;
      for (const auto i : groups[g].lines) {
        const auto& y = *numbers(table, i);
        every.insert(every.end(), y.begin(), y.end());
        if (is_error(table, i + 1))  // its band is to be seen as well
          for (std::size_t k = 0; k < y.size(); ++k) {
            const double off = (*numbers(table, i + 1))[k];
            if (std::isfinite(off)) every.insert(every.end(), {y[k] - off, y[k] + off});
          }
        names.push_back(table.columns[i].name);
      }
      const auto scale = readable(groups[g].unit, largest(every));
      for (double& v : every) v *= scale.factor;
      const Panel panel{c,
                        {62, 14 + 105 * static_cast<double>(g), 270, 78},
                        {x.front(), x.back()},
                        Scale::over(every)};
      draw_group(panel, table, groups[g], scale);
      const bool last = g + 1 == groups.size(), alone = names.size() == 1;
      panel.axes(last ? labelled(table.columns.front().name, table.columns.front().unit) : "",
                 labelled(alone ? names.front() : quantity(table.what), scale.unit), 4);
      if (!alone && names.size() <= 7) legend(c, {panel.box().x + 6, panel.box().y + 4}, names);
    }
  };
  return figure;
}

}  // namespace plot
