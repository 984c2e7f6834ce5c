// SPDX-License-Identifier: MIT
#include "ask.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "tutti/error.hpp"
#include "tutti/time.hpp"

namespace tutti::cli {

void add_question(CLI::App& verb, Ask& ask) {
  verb.add_option("PATH", ask.path, "a run folder, or a SONATA file")->required();
  verb.add_option("--of", ask.of, "population, signal or element: pyramidal, \"probe.v_ext[5]\"");
  verb.add_option("--from", ask.from, "the first of two");
  verb.add_option("--to", ask.to, "the second of two");
  verb.add_option("--start", ask.start, "leave out what was before: \"100 ms\"");
  verb.add_option("--stop", ask.stop, "leave out what came then and later");
  verb.add_option("--bin", ask.bin, "width of bins: \"5 ms\"");
  verb.add_option("--window", ask.window, "length of segments, lags or surroundings: \"250 ms\"");
  verb.add_option("--band", ask.band, "delta, theta, alpha, beta, gamma, or 13-30 [Hz]");
  verb.add_option("--order", ask.order, "Granger: of an autoregressive fit")
      ->check(CLI::PositiveNumber);
  verb.add_option("--cycles", ask.cycles,
                  "of wavelets: more are sharper in frequency, blurred in time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb.add_option("--conductivity", ask.conductivity, "of the tissue [S/m]")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb.add_option("--seed", ask.seed, "of shuffles")->capture_default_str();
}

study::Question question_of(const Ask& ask, const study::Recording& recording) {
  const auto ms = [](const std::string& text) -> std::optional<double> {
    if (text.empty()) return std::nullopt;
    return to_ms(parse_duration(text));
  };
  study::Question q;
  q.recording = &recording;
  q.of = ask.of, q.from = ask.from, q.to = ask.to;
  q.bin_ms = ms(ask.bin), q.window_ms = ms(ask.window);
  q.range = {ms(ask.start).value_or(0), ms(ask.stop).value_or(q.range.stop_ms)};
  for (const auto& [name, value] : {std::pair{"--bin", q.bin_ms}, {"--window", q.window_ms}})
    if (value && *value <= 0) throw Error{Fault::usage, "{} must be longer than 0", name};
  q.at_ms = ms(ask.at);
  if (!ask.band.empty()) q.band = study::band_of(ask.band);
  if (ask.order > 0) q.order = static_cast<std::size_t>(ask.order);
  q.cycles = ask.cycles;
  q.conductivity = ask.conductivity;
  q.seed = ask.seed;
  return q;
}

std::string file_name(const Ask& ask, const std::string& what) {
  std::string name = what;
  for (const auto& part : {ask.of, ask.from, ask.to})
    if (!part.empty()) name += "-" + part;
  std::erase(name, ']');
  std::ranges::replace_if(
      name, [](char c) { return c == '/' || c == '[' || c == ' '; }, '_');
  return name;
}

}  // namespace tutti::cli
