// SPDX-License-Identifier: MIT
#include "stages.hpp"

#include <cmath>

#include "bands.hpp"
#include "measures/welch.hpp"
#include "signal_stages.hpp"
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
  flow.step = step;
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
    const Time end = source.fresh.back().time;
    stage.work({end - window, end});
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

BOOST_AUTO_TEST_CASE(an_average_is_of_whole_bins_and_comes_at_their_ends) {
  auto source = electrodes({0, 1});
  AverageStage stage{source, 5 * step};
  stage.prepare();
  feed(
      source, stage, 20, [](std::size_t i, std::uint64_t e) { return static_cast<double>(i + e); },
      [](std::size_t done, const Flow& flow) {
        BOOST_TEST_REQUIRE(flow.fresh.size() == 2U);
        BOOST_TEST((flow.fresh[1].time == time_zero + static_cast<std::int64_t>(done) * step));
        // samples done − 5 … done − 1, whose mean is done − 3
        BOOST_TEST(flow.fresh[1].values[0] == static_cast<double>(done) - 3);
        BOOST_TEST(flow.fresh[1].values[1] == static_cast<double>(done) - 2);
      });
  AverageStage wrong{source, 3 * step / 2};
  BOOST_CHECK_THROW(wrong.prepare(), Error);
}

BOOST_AUTO_TEST_CASE(a_spectrogram_while_it_goes_on_is_the_offline_one) {
  auto source = electrodes({0, 1});
  SpectrogramStage stage{source, {20, 100}, 6, 7, 5 * step};
  stage.prepare();
  BOOST_TEST(stage.flow().elements.ids.size() == 12U);
  constexpr std::size_t samples = 1500;
  std::vector<std::vector<double>> whole(2);
  for (std::size_t i = 0; i < samples; ++i)
    for (std::uint64_t e = 0; e < 2; ++e) whole[e].push_back(noise(i, e));
  const auto f = measures::log_frequencies(20, 100, 6);
  std::vector<measures::Spectrogram> offline;
  for (const auto& x : whole) offline.push_back(measures::morlet(x, 1000, f, 7, 5));
  std::size_t column = 0;
  feed(source, stage, samples, noise, [&](std::size_t, const Flow& flow) {
    for (const auto& sample : flow.fresh) {
      // The first sample is at 1 ms; columns are 5 ms apart.
      BOOST_TEST((sample.time == time_zero + static_cast<std::int64_t>(1 + 5 * column) * step));
      for (std::size_t e = 0; e < 2; ++e)
        for (std::size_t k = 0; k < 6; ++k)
          // The mean that offline takes away comes through at exp(−cycles²/2) of its power; ends of
          // both look as if zeros lay beyond, less that mean: only there may they differ by more.
          if (offline[e].time_s[column] > offline[e].reach_s[k] * 2.5)
            BOOST_TEST(std::abs(sample.values[e * 6 + k] - offline[e].row(k)[column]) < 1e-6);
      ++column;
    }
  });
  // All but those for which half the longest wavelet, 5 × 7/(2π·20) s, is still to come.
  BOOST_TEST(column == (samples - 279 + 4) / 5);
  SpectrogramStage wrong{source, {20, 600}, 6, 7, 5 * step};
  BOOST_CHECK_THROW(wrong.prepare(), Error);
}

BOOST_AUTO_TEST_SUITE_END()
