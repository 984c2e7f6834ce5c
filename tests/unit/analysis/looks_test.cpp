// SPDX-License-Identifier: MIT
// What looks back while a run goes on, beside the same measures on the whole of what it looked at.
#include "looks.hpp"

#include <cmath>

#include "measures/cross_spectra.hpp"
#include "measures/granger.hpp"
#include "measures/morlet.hpp"
#include "measures/phase_locking.hpp"
#include "measures/transfer_entropy.hpp"
#include "measures/triggered.hpp"
#include "measures/welch.hpp"
#include "test.hpp"
#include "tutti/error.hpp"
#include "tutti/random.hpp"

using namespace analysis;
using namespace tutti;

namespace {

constexpr Duration step{1'000'000'000};  // 1 ms
constexpr Duration window = 10 * step;   // of the module
constexpr std::int64_t length = 600, period = 250;

double noise(std::size_t i, std::uint64_t element) {
  return Random{1, stream_id("looks"), element}.normal(i);
}

/// Two signals, b following a, and spikes at a's crests.
struct World {
  Flow flow;
  Events events;
  std::size_t done = 0;

  World() {
    flow.unit = "mV";
    flow.step = step;
    flow.elements = {"electrode", Elements::range(0, 2), {{"a", 0, 1}, {"b", 1, 1}}, {}};
    flow.latest.assign(2, 0.0);
    events.elements = {"neuron", Elements::range(0, 30), {{"exc", 0, 20}, {"inh", 20, 10}}, {}};
  }
  static double value(std::size_t i, std::uint64_t e) {
    const double rhythm = std::cos(2 * std::acos(-1.0) * 0.04 * static_cast<double>(i));  // 40 Hz
    return e == 0 ? noise(i, 0) + rhythm : noise(i, 1) + (i > 0 ? 0.8 * value(i - 1, 0) : 0.0);
  }
  static bool spikes(std::size_t i) { return i % 25 == 0; }
  /// One window's samples (up to its begin, as a port gives them) and spikes (up to its end).
  Window next() {
    flow.fresh.clear(), events.fresh.clear();
    const Time begin = time_zero + static_cast<std::int64_t>(done) * step;
    for (std::size_t i = done < 10 ? 0 : done - 9; i <= done; ++i)
      if (i > 0 || done == 0) flow.push(at(i), {value(i, 0), value(i, 1)});
    for (std::size_t i = done + 1; i <= done + 10; ++i)
      if (spikes(i)) events.fresh.push_back({at(i), i % 20}), events.fresh.push_back({at(i), 25});
    done += 10;
    return {begin, begin + window};
  }
  static Time at(std::size_t i) { return time_zero + static_cast<std::int64_t>(i) * step; }
};

/// Runs a stage for three results and hands over each with the samples it is from: `first` of them
/// begins the stretch.
template <typename Check>
void look(std::vector<Operand> operands, const LookBackStage::Maker& maker, World& world,
          Check check) {
  LookBackStage stage{"test", std::move(operands), length * step, period * step, maker};
  stage.prepare();
  std::int64_t due = length + period;
  while (due < length + 4 * period) {
    const auto window_now = world.next();
    stage.flow().fresh.clear();
    stage.work(window_now);
    const bool now = window_now.begin >= World::at(static_cast<std::size_t>(due));
    BOOST_TEST_REQUIRE(stage.flow().fresh.size() == (now ? 1U : 0U));
    if (!now) continue;
    BOOST_TEST((stage.flow().fresh[0].time == World::at(static_cast<std::size_t>(due))));
    check(static_cast<std::size_t>(due - period - length + 1), stage.flow().fresh[0]);
    due += period;
  }
}

std::vector<double> samples(std::size_t first, std::uint64_t e) {
  std::vector<double> values;
  for (std::size_t i = first; i < first + length; ++i) values.push_back(World::value(i, e));
  return values;
}

std::vector<double> spikes_ms(std::size_t first) {
  std::vector<double> times;
  for (std::size_t i = first; i < first + length; ++i)
    if (World::spikes(i)) times.push_back(static_cast<double>(i - first));
  return times;
}

constexpr std::size_t segment = 132;  // 2 · 600 / 9, even

}  // namespace

BOOST_AUTO_TEST_SUITE(looks)

BOOST_AUTO_TEST_CASE(a_spectrum_is_welchs_of_the_last_window) {
  World world;
  const auto maker = [](const Frame& f) { return psd(f, {10, 200}); };
  look({{&world.flow, nullptr, "lfp", ""}}, maker, world, [](std::size_t first, const auto& found) {
    std::vector<double> expected;
    for (std::uint64_t e = 0; e < 2; ++e) {
      const auto spectrum = measures::welch(samples(first, e), 1000, segment);
      for (std::size_t k = 0; k < spectrum.frequency_hz.size(); ++k)
        if (spectrum.frequency_hz[k] >= 10 && spectrum.frequency_hz[k] <= 200)
          expected.push_back(spectrum.density[k]);
      BOOST_TEST(found.effective == spectrum.effective);
    }
    BOOST_TEST(found.values == expected);
  });
}

BOOST_AUTO_TEST_CASE(coherence_and_causality_are_the_offline_ones) {
  World world, other;
  const std::vector<Operand> pair{{&world.flow, nullptr, "lfp[a]", "a"},
                                  {&world.flow, nullptr, "lfp[1]", "1"}};
  look(
      pair,
      [](const Frame& f) {
        return coherence(f, {0, 500});
      },
      world,
      [](std::size_t first, const auto& found) {
        BOOST_TEST(found.values ==
                   measures::coherence(samples(first, 0), samples(first, 1), 1000, segment));
        BOOST_TEST(found.effective > 7);
      });
  look({{&other.flow, nullptr, "lfp[a]", "a"}, {&other.flow, nullptr, "lfp[b]", "b"}}, granger,
       other, [](std::size_t first, const auto& found) {
         const auto g = measures::granger(samples(first, 0), samples(first, 1), 1000, segment);
         BOOST_TEST(found.values ==
                    (std::vector{g.mean_first_to_second(), g.mean_second_to_first()}));
         BOOST_TEST(found.values[0] > 0.1);  // ½ ln(1 + 0.64) = 0.25 for noise in the limit
         BOOST_TEST(found.values[0] > 3 * found.values[1]);
       });
}

BOOST_AUTO_TEST_CASE(locking_of_spikes_and_of_signals_is_the_offline_one) {
  World world, other;
  const auto maker = [](const Frame& f) { return phase_locking(f, {20, 80}, 5, 7); };
  const auto f = measures::log_frequencies(20, 80, 5);
  look({{nullptr, &world.events, "activity[exc]", "exc"}, {&world.flow, nullptr, "lfp[0]", "0"}},
       maker, world, [&](std::size_t first, const auto& found) {
         for (std::size_t k = 0; k < 5; ++k) {
           const auto locking =
               measures::spike_field_locking(spikes_ms(first), samples(first, 0), 1000, f[k]);
           BOOST_TEST(found.values[k] == locking.locking);
           BOOST_TEST(found.effective <= locking.effective);
         }
         BOOST_TEST(found.values[2] > 0.9);  // 40 Hz is what spikes keep to
       });
  look({{&other.flow, nullptr, "lfp[0]", "0"}, {&other.flow, nullptr, "lfp[1]", "1"}}, maker, other,
       [&](std::size_t first, const auto& found) {
         for (std::size_t k = 0; k < 5; ++k)
           BOOST_TEST(
               found.values[k] ==
               measures::phase_locking(samples(first, 0), samples(first, 1), 1000, f[k]).locking);
       });
}

BOOST_AUTO_TEST_CASE(an_average_around_spikes_is_the_offline_one) {
  World world;
  const auto maker = [](const Frame& f) { return triggered(f, 20 * step); };
  look({{nullptr, &world.events, "activity[exc]", "exc"}, {&world.flow, nullptr, "lfp[0]", "0"}},
       maker, world, [](std::size_t first, const auto& found) {
         const auto average =
             measures::spike_triggered_average(spikes_ms(first), samples(first, 0), 1000, 20, 20);
         BOOST_TEST(found.values == average.mean);
         BOOST_TEST(found.effective == average.effective);
       });
}

BOOST_AUTO_TEST_CASE(transfer_entropy_takes_letters_and_gives_both_ways) {
  World world;
  // Letters: signs, so that there are two of each.
  const auto maker = [](const Frame& f) {
    auto made = transfer_entropy(f, 1);
    return Look{made.elements,
                [find = made.find](Stretch s) {
                  for (auto& signal : s.signals)
                    for (double& x : signal) x = x > 0 ? 1 : 0;
                  return find(s);
                },
                made.line};
  };
  look({{&world.flow, nullptr, "lfp[0]", "0"}, {&world.flow, nullptr, "lfp[1]", "1"}}, maker, world,
       [](std::size_t first, const auto& found) {
         auto a = samples(first, 0), b = samples(first, 1);
         for (auto* signal : {&a, &b})
           for (double& x : *signal) x = x > 0 ? 1 : 0;
         BOOST_TEST(found.values[0] == measures::transfer_entropy(a, b).normalised);
         BOOST_TEST(found.values[1] == measures::transfer_entropy(b, a).normalised);
         BOOST_TEST(found.values[0] > found.values[1]);
       });
}

BOOST_AUTO_TEST_CASE(operands_that_do_not_fit_are_refused_by_name) {
  World world;
  Flow coarse = world.flow, uneven = world.flow;
  coarse.step = 5 * step, uneven.step = {};
  const auto refused = [](std::vector<Operand> operands, Duration stretch, const char* why) {
    LookBackStage stage{"granger", std::move(operands), stretch, period * step, granger};
    BOOST_CHECK_EXCEPTION(stage.prepare(), Error, [&](const Error& e) {
      return std::string{e.what()}.find(why) != std::string::npos;
    });
  };
  const Operand a{&world.flow, nullptr, "lfp[0]", "0"};
  refused({a, {&world.flow, nullptr, "lfp", "nobody"}}, length * step, "no element \"nobody\"");
  refused({a, {&coarse, nullptr, "rate[0]", "0"}}, length * step, "to one grid");
  refused({a, {&uneven, nullptr, "beta[0]", "0"}}, length * step, "no even sampling");
  refused({a, a}, 20 * step, "holds 20 samples");
}

BOOST_AUTO_TEST_SUITE_END()
