// SPDX-License-Identifier: MIT
#include "study/series.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "measures/rates.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/error.hpp"

namespace study {

using tutti::Error;
using tutti::Fault;

namespace {

constexpr double default_bin_ms = 5;

/// "probe.v_ext[5]" in its parts.
struct Operand {
  std::string name;
  std::optional<std::size_t> element;
};

Operand parse(const std::string& text) {
  const auto open = text.find('[');
  if (open == std::string::npos) return {text, {}};
  std::size_t element = 0;
  const char* first = text.data() + open + 1;
  const char* last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(first, last, element);
  if (fault != std::errc{} || end + 1 != last || *end != ']')
    throw Error{Fault::usage,
                "\"{}\": what stands in brackets must be the number of an element, as "
                "in probe.v_ext[5]",
                text};
  return {text.substr(0, open), element};
}

/// Means over bins of `factor` samples; what is left over is dropped.
void average(Series& s, double bin_ms) {
  const auto factor = static_cast<std::size_t>(std::llround(bin_ms / s.step_ms));
  if (factor == 0 || std::abs(static_cast<double>(factor) * s.step_ms - bin_ms) > 1e-6 * bin_ms)
    throw Error{Fault::usage, "{}: a bin of {} ms is no multiple of its sampling, {} ms", s.name,
                bin_ms, s.step_ms};
  std::vector<double> means;
  for (std::size_t i = 0; i + factor <= s.values.size(); i += factor) {
    double sum = 0;
    for (std::size_t j = 0; j < factor; ++j) sum += s.values[i + j];
    means.push_back(sum / static_cast<double>(factor));
  }
  s.values = std::move(means);
  s.step_ms = bin_ms;
}

void crop(Series& s, const Range& range) {
  const auto index = [&](double t) {
    const double place = std::ceil((t - s.start_ms) / s.step_ms - 1e-6);
    return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(s.values.size())));
  };
  const auto first = index(range.start_ms), last = std::max(first, index(range.stop_ms));
  s.values.erase(s.values.begin() + static_cast<std::ptrdiff_t>(last), s.values.end());
  s.values.erase(s.values.begin(), s.values.begin() + static_cast<std::ptrdiff_t>(first));
  s.start_ms += static_cast<double>(first) * s.step_ms;
}

Series mean_of(const Signal& signal, const Range& range) {
  Series s = element(signal, 0, range);
  for (std::size_t e = 1; e < signal.elements(); ++e) {
    const auto more = element(signal, e, range);
    for (std::size_t i = 0; i < s.values.size(); ++i) s.values[i] += more.values[i];
  }
  for (double& v : s.values) v /= static_cast<double>(signal.elements());
  s.name = signal.name();
  return s;
}

}  // namespace

std::size_t segment_of(const Series& s, std::optional<double> window_ms) {
  need_samples(s, 32);  // eight segments of seven samples: below that no spectrum says anything
  if (!window_ms) return 2 * s.values.size() / 9;
  const auto n = static_cast<std::size_t>(std::llround(*window_ms / s.step_ms));
  if (n < 4 || n > s.values.size())
    throw std::invalid_argument{fmt::format(
        "a --window of {:g} ms is {} samples of {}, {:g} ms apart; it must be between 4 and {}, "
        "that is {:g} ms",
        *window_ms, n, s.name, s.step_ms, s.values.size(),
        static_cast<double>(s.values.size()) * s.step_ms)};
  return n;
}

bool is_population(const Recording& recording, const std::string& name) {
  return std::ranges::find(recording.populations(), name, &Population::name) !=
         recording.populations().end();
}

Series element(const Signal& signal, std::size_t which, const Range& range) {
  if (which >= signal.elements())
    throw Error{Fault::usage, "{} has elements 0 to {}, not {}", signal.name(),
                signal.elements() - 1, which};
  Series s{signal.label(which), signal.unit(), signal.start_ms(), signal.step_ms(),
           signal.values(which)};
  crop(s, range);
  return s;
}

Series series(const Recording& recording, const std::string& name, const Range& range,
              std::optional<double> bin_ms) {
  const auto operand = parse(name);
  if (is_population(recording, operand.name) && !operand.element) {
    const auto& p = recording.population(operand.name);
    const double bin = bin_ms.value_or(default_bin_ms);
    const auto bins = measures::Bins::within(range.start_ms, range.stop_ms, bin);
    return {p.name, "Hz", range.start_ms, bin,
            measures::rates(p.times_ms, bins, std::max<std::uint64_t>(p.neurons, 1))};
  }
  const auto known = std::ranges::find(recording.signals(), operand.name, &Signal::name);
  if (known == recording.signals().end()) {
    std::vector<std::string> there;
    for (const auto& p : recording.populations()) there.push_back(p.name);
    for (const auto& s : recording.signals()) there.push_back(s.name());
    throw Error{
        Fault::usage, "{} holds nothing named \"{}\"{}; it has: {}",    recording.path().string(),
        operand.name, tutti::config::did_you_mean(operand.name, there), fmt::join(there, ", ")};
  }
  Series s = operand.element ? element(*known, *operand.element, range) : mean_of(*known, range);
  if (operand.element) s.name = name;
  if (bin_ms) average(s, *bin_ms);
  return s;
}

Pair pair(const Recording& recording, const std::string& from, const std::string& to,
          const Range& range, std::optional<double> bin_ms, double otherwise_ms) {
  if (from.empty() || to.empty())
    throw Error{Fault::usage, "say between what: --from and --to, each a population or a signal"};
  if (!bin_ms) {
    std::vector<double> steps;
    for (const auto& name : {from, to})
      if (!is_population(recording, parse(name).name))
        steps.push_back(recording.signal(parse(name).name).step_ms());
    if (steps.empty())
      bin_ms = otherwise_ms;
    else if (steps.size() == 2 && steps[0] != steps[1])
      throw Error{Fault::usage, "{} is sampled every {} ms and {} every {} ms; say a common --bin",
                  from,         steps[0],
                  to,           steps[1]};
    else
      bin_ms = steps.front();
  }
  Pair p{series(recording, from, range, bin_ms), series(recording, to, range, bin_ms)};
  const auto n = std::min(p.from.values.size(), p.to.values.size());
  p.from.values.resize(n), p.to.values.resize(n);
  for (const auto* s : {&p.from, &p.to}) need_variation(*s);
  return p;
}

void need_samples(const Series& s, std::size_t least) {
  if (s.values.size() >= least) return;
  throw std::invalid_argument{fmt::format(
      "{} has {} samples, {:g} ms apart, in this stretch and at least {} are needed: take a longer "
      "stretch{}",
      s.name, s.values.size(), s.step_ms, least, s.unit == "Hz" ? " or a smaller --bin" : "")};
}

void need_variation(const Series& s) {
  need_samples(s, 1);
  const auto [low, high] = std::ranges::minmax(s.values);
  if (low < high) return;
  throw std::invalid_argument{fmt::format("{} does not vary: all of its {} samples are {:g} {}",
                                          s.name, s.values.size(), low, s.unit)};
}

std::string strongest(const Signal& signal, const Range& range) {
  std::size_t best = 0;
  double most = -1;
  for (std::size_t e = 0; e < signal.elements(); ++e) {
    const auto s = element(signal, e, range);
    double sum = 0, squares = 0;
    for (const double v : s.values) sum += v, squares += v * v;
    const auto n = static_cast<double>(s.values.size());
    if (const double variance = squares / n - sum * sum / (n * n); variance > most)
      most = variance, best = e;
  }
  return fmt::format("{}[{}]", signal.name(), best);
}

}  // namespace study
