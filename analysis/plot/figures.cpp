// SPDX-License-Identifier: MIT
#include "plot/figures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "tutti/config/problems.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Recording;

bool has_spikes(const Recording& r) {
  return std::ranges::any_of(r.populations(), [](const auto& p) { return !p.times_ms.empty(); });
}
/// Some neuron fired three times.
bool has_intervals(const Recording& r) {
  return std::ranges::any_of(r.populations(), [](const auto& p) {
    return std::ranges::any_of(p.trains(), [](const auto& t) { return t.size() > 2; });
  });
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
      Kind{"intervals", "irregularity of every neuron's intervals, by population", irregularity,
           has_intervals},
      Kind{"lfp", "potentials over depth, and current source density", depth, has_field},
      Kind{"spectra", "Welch's spectra of all electrodes, of --of, or of rates (--window, --band)",
           spectra, [](const Recording& r) { return has_field(r) || has_spikes(r); }},
      Kind{"multitaper", "the same by seven tapers: less noise, a blur of ±4/length",
           multitaper_spectra, [](const Recording&) { return false; }},
      Kind{"spectrogram", "power over time of the strongest electrode, or of --of (--band)",
           spectrogram, [](const Recording& r) { return has_field(r) || has_spikes(r); }},
      Kind{"traces", "up to eight elements of a signal over time (--of)", traces, has_signal},
      Kind{"correlations", "correlation of every two neurons (--bin)", correlations, has_spikes},
      Kind{"granger", "causality between all populations, or spectra --from and --to (--bin)",
           causality, has_two_populations},
      Kind{"shape", "cells from the front, coloured by a signal of segments (--of, --at)", shape,
           has_segments},
      Kind{"shape3d", "the same, turned", shape_in_space, has_segments},
      Kind{"map", "voxels, or segments on a line, over space and time (--of, --at)", map_in_space,
           has_map}};
  return all;
}

namespace {

/// Measures whose pictures are no plain lines, and the picture that shows what they give.
std::string picture_of(const std::string& name) {
  if (name == "spectrum") return "spectra";
  if (name == "csd") return "lfp";
  return name == "correlation" ? "correlations" : name;
}

}  // namespace

Figure draw(const std::string& asked, study::Question question) {
  const auto name = picture_of(asked);
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
    if (name == measure.name) return lines_of(study::answer(name, question), question);
    if (std::ranges::find(names, measure.name) == names.end()) names.emplace_back(measure.name);
  }
  throw tutti::Error{tutti::Fault::usage, "there is no picture \"{}\"{}; there are {}", name,
                     tutti::config::did_you_mean(name, names), fmt::join(names, ", ")};
}

}  // namespace plot
