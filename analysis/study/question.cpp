// SPDX-License-Identifier: MIT
#include "study/question.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <vector>

#include "measures/morlet.hpp"
#include "study/answers.hpp"
#include "tutti/config/match.hpp"
#include "tutti/error.hpp"

namespace study {

using tutti::Error;
using tutti::Fault;

Band band_of(const std::string& text) {
  // Edges as the field uses them, e.g. Buzsáki & Draguhn 2004, fig. 1.
  static const std::map<std::string, Band> named{{"delta", {1, 4}},
                                                 {"theta", {4, 8}},
                                                 {"alpha", {8, 13}},
                                                 {"beta", {13, 30}},
                                                 {"gamma", {30, 80}}};
  if (const auto found = named.find(text); found != named.end()) return found->second;
  const auto dash = text.find('-');
  Band band;
  const auto number = [&](std::size_t first, std::size_t last, double& value) {
    const auto [end, fault] = std::from_chars(text.data() + first, text.data() + last, value);
    return fault == std::errc{} && end == text.data() + last;
  };
  if (dash != std::string::npos && number(0, dash, band.low_hz) &&
      number(dash + 1, text.size(), band.high_hz) && band.low_hz >= 0 && band.high_hz > band.low_hz)
    return band;
  throw Error{Fault::usage,
              "\"{}\" is no band{}; say delta, theta, alpha, beta, gamma, or two frequencies in Hz "
              "as in 13-30",
              text,
              tutti::config::did_you_mean(text, {"delta", "theta", "alpha", "beta", "gamma"})};
}

std::span<const Measure> measures() {
  static constexpr std::array all{
      Measure{"rates", "spikes and mean rate of every population", rates_table},
      Measure{"histogram", "rate of every population in bins (--bin, 5 ms)", histogram_table},
      Measure{"psth", "rate of --to around the spikes of --from (--window, 50 ms; --bin, 1 ms)",
              psth_table},
      Measure{"intervals", "CV, CV2, LV and Fano factor of every population (--window, 100 ms)",
              intervals_table},
      Measure{"correlation", "mean pairwise correlation and synchrony of counts (--bin, 5 ms)",
              correlation_table},
      Measure{"cross-correlation", "of --from with a later --to (--bin, 5 ms; --window, 100 ms)",
              cross_correlation_table},
      Measure{"spectrum", "Welch's power spectrum of --of (--window: segment)", spectrum_table},
      Measure{"multitaper", "multitaper spectrum of --of, seven tapers", multitaper_table},
      Measure{"band", "power in a band (--band, beta), element by element", band_table},
      Measure{"spectrogram", "Morlet's power over time of --of (--band: from, to; --bin: columns)",
              spectrogram_table},
      Measure{"csd", "current source density along a probe, over time", csd_table},
      Measure{"coherence", "between --from and --to; with a population, spike-field coherence",
              coherence_table},
      Measure{"phase-locking", "of --from to --to over frequencies (--band)", phase_locking_table},
      Measure{"triggered", "average of signal --to around spikes of --from (--window, 50 ms)",
              triggered_table},
      Measure{"granger", "spectral Granger causality, both ways (--bin, 5 ms; --order: by a fit)",
              granger_table},
      Measure{"transfer-entropy", "normalised, both ways (--bin, 20 ms; --seed)",
              transfer_entropy_table}};
  return all;
}

Table answer(const std::string& name, Question question) {
  question.range = question.recording->clip(question.range);
  std::vector<std::string> names;
  for (const auto& measure : measures()) {
    names.emplace_back(measure.name);
    if (name != measure.name) continue;
    try {
      auto table = measure.answer(question);
      table.what = name;
      return table;
    } catch (const std::invalid_argument& e) {  // a measure's own words on data it cannot take
      throw Error{Fault::usage, "{}: {}", name, e.what()};
    }
  }
  throw Error{Fault::usage, "there is no measure \"{}\"{}; there are {}", name,
              tutti::config::did_you_mean(name, names), fmt::join(names, ", ")};
}

double lowest_hz(double cycles, double length_ms, double least) {
  const double reach_ms = 2 * 1e3 * measures::morlet_width_s(1, cycles);  // at 1 Hz
  return std::max(least, 4 * reach_ms / length_ms);
}

std::vector<Population> populations_for(const Question& q) {
  std::vector<Population> chosen;
  if (!q.of.empty()) return {q.recording->population(q.of).within(q.range)};
  for (const auto& p : q.recording->populations()) chosen.push_back(p.within(q.range));
  if (chosen.empty())
    throw Error{Fault::usage, "{}: no spikes were recorded; name a spike port with `record:`",
                q.recording->path().string()};
  return chosen;
}

const Signal& signal_for(const Question& q) {
  if (!q.of.empty()) return q.recording->signal(q.of.substr(0, q.of.find('[')));
  if (const auto* field = q.recording->field()) return *field;
  if (!q.recording->signals().empty()) return q.recording->signals().front();
  throw Error{Fault::usage, "{}: no signal was recorded; name one with `record:` in the run file",
              q.recording->path().string()};
}

}  // namespace study
