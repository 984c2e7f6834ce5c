// SPDX-License-Identifier: MIT
#include "pipeline_keys.hpp"

#include <charconv>
#include <map>

#include "measures/spectrum.hpp"

namespace analysis {

using namespace tutti;

const config::Table& input_table() {
  static const config::Table table{
      "input",
      "A port into the pipeline.",
      {config::choice("kind", {"spikes", "signal"}, "what flows").by_default("signal"),
       config::text("unit", "of a signal: what the stages compute in").by_default("mV")}};
  return table;
}

const config::Table& stage_table() {
  static const config::Table table{
      "stage",
      "One measure while the run goes on. Its result is a signal port of its name.",
      {config::choice(
           "measure",
           {"rate", "mean", "average", "csd", "filter", "band_power", "spectrogram", "psd",
            "coherence", "phase_locking", "granger", "transfer_entropy", "triggered", "trigger"},
           "what it computes")
           .needed(),
       config::text("of", "an input or an earlier stage"),
       config::text("from",
                    "measures between two: one side, as STAGE[ELEMENT], or an element of "
                    "`of`; spikes of phase_locking and triggered, as INPUT[POPULATION]"),
       config::text("to", "the other side"),
       config::time("bin", "rate, average, spectrogram: width of a bin")
           .above(0)
           .by_default("5 ms"),
       config::text("band",
                    "delta, theta, alpha, beta, gamma, or 13-30 in Hz: of filter and "
                    "band_power (beta), psd and coherence (all), spectrogram and "
                    "phase_locking (4-100)"),
       config::integer("frequencies", "spectrogram, phase_locking: how many, in equal ratios")
           .between(2, 200)
           .by_default("24"),
       config::real("cycles", "spectrogram, phase_locking: of Morlet's wavelets")
           .between(2, 30)
           .by_default("7"),
       config::time("window", "what is looked back on").above(0).by_default("250 ms"),
       config::time("every",
                    "measures that look back: how often; a result is there that much "
                    "later")
           .above(0)
           .by_default("250 ms"),
       config::time("reach", "triggered: how far before and after a spike")
           .above(0)
           .by_default("50 ms"),
       config::integer("seed", "transfer_entropy: of shuffles").at_least(0).by_default("1"),
       config::integer("order", "filter: of Butterworth's band-pass").between(1, 8).by_default("2"),
       config::real("above", "trigger: the threshold, in the source's unit").by_default("0"),
       config::time("refractory", "trigger: at most one spike in that time")
           .above(0)
           .by_default("100 ms"),
       config::quantity("conductivity", "S/m", "csd: of the tissue")
           .above(0)
           .by_default("0.3 S/m")}};
  return table;
}

Edges band_of(const config::View& view, Edges otherwise) {
  static const std::map<std::string, Edges> named{{"delta", {1, 4}},
                                                  {"theta", {4, 8}},
                                                  {"alpha", {8, 13}},
                                                  {"beta", {13, 30}},
                                                  {"gamma", {30, 80}}};
  if (!view.has("band")) return otherwise;
  const auto text = view.text("band");
  if (const auto found = named.find(text); found != named.end()) return found->second;
  Edges band;
  const char* last = text.data() + text.size();
  const auto [dash, fault] = std::from_chars(text.data(), last, band.low_hz);
  if (fault == std::errc{} && dash != last && *dash == '-') {
    const auto [end, wrong] = std::from_chars(dash + 1, last, band.high_hz);
    if (wrong == std::errc{} && end == last && band.low_hz > 0 && band.high_hz > band.low_hz)
      return band;
  }
  view.error("band", "\"{}\" is no band; write delta, theta, alpha, beta, gamma, or 13-30 (Hz)",
             text);
  return otherwise;
}

std::string unit_of(const std::string& measure, const std::string& source) {
  if (measure == "rate") return "Hz";
  if (measure == "band_power") return measures::squared(source);
  if (measure == "psd" || measure == "spectrogram") return measures::density_unit(source);
  if (measure == "csd") return "uA/mm^3";
  for (const char* ratio : {"granger", "transfer_entropy", "coherence", "phase_locking"})
    if (measure == ratio) return "1";
  return source;
}

std::optional<Reference> reference_of(const std::string& text) {
  const auto open = text.find('[');
  if (open == std::string::npos) return Reference{text, {}};
  if (open == 0 || open + 2 >= text.size() || text.find(']') != text.size() - 1) return {};
  return Reference{text.substr(0, open), text.substr(open + 1, text.size() - open - 2)};
}

}  // namespace analysis
