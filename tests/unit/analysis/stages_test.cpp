// SPDX-License-Identifier: MIT
#include "stages.hpp"

#include <cmath>

#include "measures/granger.hpp"
#include "measures/welch.hpp"
#include "test.hpp"
#include "tutti/error.hpp"
#include "tutti/random.hpp"

using namespace analysis;
using namespace tutti;

namespace {

constexpr Duration step{1'000'000'000};  // 1 ms
constexpr Duration window = 10 * step;   // of the module

Flow electrodes(std::vector<double> y) {
  Flow flow;
  flow.unit = "mV";
  flow.elements = {"electrode", Elements::range(0, y.size()), {{"probe", 0, y.size()}}, {}};
  flow.elements.set("x", "um", std::vector<double>(y.size()));
  flow.elements.set("z", "um", std::vector<double>(y.size()));
  flow.latest.assign(y.size(), 0.0);
  flow.elements.set("y", "um", std::move(y));
  return flow;
}

double noise(std::size_t i, std::uint64_t element) {
  return Random{1, stream_id("stages"), element}.normal(i);
}

/// Feeds samples value(i, element) of 1 ms to a stage, window by window, and hands each window on.
template <typename Value, typename Seen>
void feed(Flow& source, Stage& stage, std::size_t samples, Value value, Seen seen) {
  const auto per_window = static_cast<std::size_t>(window / step);
  for (std::size_t first = 0; first < samples; first += per_window) {
    source.fresh.clear();
    for (std::size_t i = first; i < first + per_window; ++i) {
      std::vector<double> values;
      for (std::uint64_t e = 0; e < source.latest.size(); ++e) values.push_back(value(i, e));
      source.push(time_zero + static_cast<std::int64_t>(i + 1) * step, std::move(values));
    }
    stage.flow().fresh.clear();
    stage.work(source.fresh.back().time);
    seen(first + per_window, stage.flow());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stages)

BOOST_AUTO_TEST_CASE(band_power_is_that_of_the_last_window_alone) {
  auto source = electrodes({0, 1});
  BandPowerStage stage{source, {13, 30}, 100 * step};
  stage.prepare();
  BOOST_TEST(stage.flow().unit == "mV^2");
  feed(source, stage, 300, noise, [&](std::size_t done, const Flow& flow) {
    if (done < 100) {
      BOOST_TEST(flow.fresh.empty());
      return;
    }
    for (std::uint64_t e = 0; e < 2; ++e) {
      std::vector<double> last;
      for (std::size_t i = done - 100; i < done; ++i) last.push_back(noise(i, e));
      BOOST_TEST(flow.latest[e] == measures::welch(last, 1000, 100).power(13, 30));
    }
  });
}

BOOST_AUTO_TEST_CASE(a_filter_lets_its_band_pass_and_nothing_else) {
  auto source = electrodes({0, 1});
  FilterStage stage{source, {13, 30}, 2};
  stage.prepare();
  double inside = 0, outside = 0;
  const auto wave = [](std::size_t i, std::uint64_t e) {  // 20 Hz and 200 Hz
    return std::sin(2 * std::acos(-1.0) * (e == 0 ? 0.02 : 0.2) * static_cast<double>(i));
  };
  feed(source, stage, 3000, wave, [&](std::size_t done, const Flow& flow) {
    if (done < 2000) return;
    for (const auto& sample : flow.fresh)
      inside = std::max(inside, std::abs(sample.values[0])),
      outside = std::max(outside, std::abs(sample.values[1]));
  });
  BOOST_TEST(std::abs(inside - 1) < 0.02);
  BOOST_TEST(outside < 0.02);
}

BOOST_AUTO_TEST_CASE(density_of_a_parabola_is_the_one_of_the_formats_page) {
  // FORMATS: φ = 3z² has −1.8 at σ = 0.3 with lengths in one unit: here um and mV, so −1.8 nA/um³.
  auto source = electrodes({20, 0, 10, 30});  // in any order
  DensityStage stage{source, 0.3};
  stage.prepare();
  BOOST_TEST(stage.flow().elements.ids.numbers() == (std::vector<std::uint64_t>{0, 2}));
  const auto parabola = [&](std::size_t, std::uint64_t e) {
    const double z = source.elements.reals("y")[e];
    return 3 * z * z;
  };
  feed(source, stage, 20, parabola, [&](std::size_t, const Flow& flow) {
    for (const double c : flow.latest) BOOST_CHECK_CLOSE(c, -1.8e6, 1e-9);  // [uA/mm³]
  });
  auto uneven = electrodes({0, 10, 25});
  DensityStage wrong{uneven, 0.3};
  BOOST_CHECK_THROW(wrong.prepare(), Error);
}

BOOST_AUTO_TEST_CASE(a_mean_is_over_all_elements) {
  auto source = electrodes({0, 1, 2, 3});
  MeanStage stage{source};
  stage.prepare();
  feed(
      source, stage, 10, [](std::size_t i, std::uint64_t e) { return static_cast<double>(i * e); },
      [](std::size_t, const Flow& flow) { BOOST_TEST(flow.latest[0] == 9 * 6 / 4.0); });
}

BOOST_AUTO_TEST_CASE(causality_is_the_offline_one_and_comes_one_period_later) {
  auto source = electrodes({0, 1});
  source.elements.populations = {{"a", 0, 1}, {"b", 1, 1}};
  GrangerStage stage{source, "a", "b", 500 * step, 250 * step};
  stage.prepare();
  const auto driven = [](std::size_t i, std::uint64_t e) {  // b follows a
    return e == 0 ? noise(i, 0) : noise(i, 1) + (i > 0 ? 0.8 * noise(i - 1, 0) : 0.0);
  };
  std::size_t results = 0;
  feed(source, stage, 1500, driven, [&](std::size_t done, const Flow& flow) {
    const bool due = done >= 750 && (done - 500) % 250 == 0;
    BOOST_TEST(flow.fresh.size() == (due ? 1U : 0U));
    if (!due) return;
    ++results;
    std::vector<double> a, b;  // the 500 ms that ended one period ago
    for (std::size_t i = done - 750; i < done - 250; ++i)
      a.push_back(driven(i, 0)), b.push_back(driven(i, 1));
    const auto g = measures::granger(a, b, 1000, 110);
    BOOST_TEST(flow.latest[0] == g.mean_first_to_second());
    BOOST_TEST(flow.latest[1] == g.mean_second_to_first());
    BOOST_TEST(flow.latest[0] > 0.1);  // ½ ln(1 + 0.64) = 0.25 in the limit
  });
  BOOST_TEST(results == 4U);
  GrangerStage wrong{source, "a", "nobody", 500 * step, 250 * step};
  BOOST_CHECK_THROW(wrong.prepare(), Error);
}

BOOST_AUTO_TEST_SUITE_END()
