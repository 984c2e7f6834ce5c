// SPDX-License-Identifier: MIT
#include "looks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measures/cross_spectra.hpp"
#include "measures/effective.hpp"
#include "measures/granger.hpp"
#include "measures/morlet.hpp"
#include "measures/phase_locking.hpp"
#include "measures/transfer_entropy.hpp"
#include "measures/triggered.hpp"
#include "measures/welch.hpp"

namespace analysis {

using namespace tutti;

namespace {

/// The segment of which eight that overlap by half cover a window; even.
std::size_t segment_of(const Frame& frame) {
  const auto n = 2 * frame.samples / 9;
  return n - n % 2;
}

/// The stretch of Welch's frequencies that lies in a band.
struct Stripe {
  std::size_t first = 0;
  std::vector<double> frequency_hz;
  template <typename T>
  std::vector<double> of(const std::vector<T>& values) const {
    const auto from = values.begin() + static_cast<std::ptrdiff_t>(first);
    return {from, from + static_cast<std::ptrdiff_t>(frequency_hz.size())};
  }
};

Stripe stripe(const Frame& frame, Edges band) {
  Stripe result;
  const auto all = measures::frequencies(segment_of(frame), frame.sampling_hz);
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all[k] < band.low_hz || all[k] > band.high_hz) continue;
    if (result.frequency_hz.empty()) result.first = k;
    result.frequency_hz.push_back(all[k]);
  }
  if (result.frequency_hz.empty())
    throw std::invalid_argument{
        fmt::format("no frequency between {} and {} Hz: in this window they are {:.3g} Hz apart, "
                    "up to {:.3g} Hz",
                    band.low_hz, band.high_hz, all[1], all.back())};
  return result;
}

/// "strongest 0.8 at 21 Hz", over all signals.
std::string strongest(const std::vector<double>& values, const std::vector<double>& frequency_hz,
                      const char* unit) {
  const auto at = std::ranges::max_element(values) - values.begin();
  return fmt::format("{:.3g}{} at {:.3g} Hz", values[static_cast<std::size_t>(at)], unit,
                     frequency_hz[static_cast<std::size_t>(at) % frequency_hz.size()]);
}

/// Two directions, a value each.
Look both_ways(const Frame& frame, const char* unit, std::function<Found(const Stretch&)> find) {
  const auto &a = frame.names.at(0), &b = frame.names.at(1);
  return {table_of("direction", {a + "_to_" + b, b + "_to_" + a}), std::move(find),
          [a, b, unit](const std::vector<double>& v) {
            return fmt::format("{}→{} {:.3f} {:.3f}{}", a, b, v[0], v[1], unit);
          }};
}

}  // namespace

Look psd(const Frame& frame, Edges band) {
  const auto part = stripe(frame, band);
  return {frequency_table(frame.names, part.frequency_hz),
          [part, segment = segment_of(frame)](const Stretch& s) {
            Found found;
            for (const auto& signal : s.signals) {
              const auto spectrum = measures::welch(signal, s.sampling_hz, segment);
              const auto density = part.of(spectrum.density);
              found.values.insert(found.values.end(), density.begin(), density.end());
              found.effective = spectrum.effective;
            }
            return found;
          },
          [f = part.frequency_hz](const auto& v) { return "peak " + strongest(v, f, ""); }};
}

Look coherence(const Frame& frame, Edges band) {
  const auto part = stripe(frame, band);
  return {frequency_table({"coherence"}, part.frequency_hz),
          [part, segment = segment_of(frame)](const Stretch& s) {
            const auto spectra = measures::cross_spectra(s.signals, s.sampling_hz, segment);
            return Found{part.of(measures::coherence(spectra)), spectra.effective};
          },
          [f = part.frequency_hz](const auto& v) { return strongest(v, f, ""); }};
}

Look phase_locking(const Frame& frame, Edges band, std::size_t count, double cycles) {
  const auto f = measures::log_frequencies(band.low_hz, band.high_hz, count);
  const double longest = 4 * measures::morlet_width_s(band.low_hz, cycles) * frame.sampling_hz;
  if (longest >= static_cast<double>(frame.samples) || 2 * band.high_hz >= frame.sampling_hz)
    throw std::invalid_argument{fmt::format(
        "wavelets from {} to {} Hz need a window of more than {:.3g} s and more than {} samples "
        "per second",
        band.low_hz, band.high_hz, longest / frame.sampling_hz, 2 * band.high_hz)};
  return {frequency_table({"locking"}, f),
          [f, cycles](const Stretch& s) {
            Found found;
            for (const double hz : f) {
              const auto locking = s.signals.size() == 1
                                       ? measures::spike_field_locking(s.spikes_ms, s.signals[0],
                                                                       s.sampling_hz, hz, cycles)
                                       : measures::phase_locking(s.signals[0], s.signals[1],
                                                                 s.sampling_hz, hz, cycles);
              if (locking.effective == 0) return Found{};  // no spike, no phase
              found.values.push_back(locking.locking);
              found.effective = found.values.size() == 1
                                    ? locking.effective
                                    : std::min(found.effective, locking.effective);
            }
            return found;
          },
          [f](const auto& v) { return strongest(v, f, ""); }};
}

Look granger(const Frame& frame) {
  return both_ways(frame, " nat", [segment = segment_of(frame)](const Stretch& s) {
    const auto g = measures::granger(s.signals[0], s.signals[1], s.sampling_hz, segment);
    return Found{{g.mean_first_to_second(), g.mean_second_to_first()}, g.effective};
  });
}

Look transfer_entropy(const Frame& frame, std::uint64_t seed) {
  return both_ways(frame, "", [seed](const Stretch& s) {
    constexpr std::size_t shuffles = 30;
    const auto &a = s.signals[0], &b = s.signals[1];
    const auto there = measures::transfer_entropy(a, b, shuffles, seed);
    const auto back = measures::transfer_entropy(b, a, shuffles, seed);
    return Found{{there.normalised, back.normalised}, measures::effective_samples(a, b)};
  });
}

Look triggered(const Frame& frame, Duration reach) {
  const auto half = std::llround(to_s(reach) * frame.sampling_hz);
  if (2 * half + 1 >= static_cast<std::int64_t>(frame.samples))
    throw std::invalid_argument{fmt::format(
        "a window of {} samples holds nothing around a spike when {} before and after it count",
        frame.samples, reach)};
  const auto count = static_cast<std::size_t>(2 * half + 1);
  ElementTable table{"lag", Elements::range(0, count), {{frame.names.at(0), 0, count}}, {}};
  std::vector<double> lag;
  for (auto k = -half; k <= half; ++k)
    lag.push_back(1e3 * static_cast<double>(k) / frame.sampling_hz);
  table.set("lag", "ms", lag);
  return {std::move(table),
          [reach_ms = to_ms(reach)](const Stretch& s) {
            auto average = measures::spike_triggered_average(s.spikes_ms, s.signals[0],
                                                             s.sampling_hz, reach_ms, reach_ms);
            if (average.events == 0) return Found{};
            return Found{std::move(average.mean), average.effective};
          },
          [lag](const std::vector<double>& v) {
            const auto at = std::ranges::max_element(v, {}, [](double x) { return std::abs(x); });
            return fmt::format("{:.3g} at {:.3g} ms", *at,
                               lag[static_cast<std::size_t>(at - v.begin())]);
          }};
}

}  // namespace analysis
