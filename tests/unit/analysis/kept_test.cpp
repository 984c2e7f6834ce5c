// SPDX-License-Identifier: MIT
#include "keeping.hpp"

#include <memory>

#include "looks.hpp"
#include "signal_stages.hpp"
#include "stages.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace analysis;
using namespace tutti;

namespace {

constexpr Duration ms{1'000'000'000};

std::unique_ptr<LookBackStage> causality(const Flow& from) {
  return std::make_unique<LookBackStage>(
      "granger", std::vector<Operand>{{&from, nullptr, "a", "a"}, {&from, nullptr, "b", "b"}},
      100 * ms, 50 * ms, granger);
}

/// Runs a stage for 400 ms on two channels of noise, a sample a ms, and another from what was saved
/// of the first after `cut` windows of 10 ms; gives what flowed from there on.
template <typename Make>
std::vector<std::vector<double>> flows(Make make, int cut, bool resumed) {
  Flow source;
  source.unit = "mV";
  source.step = ms;
  source.elements = {"electrode", Elements::range(0, 2), {{"a", 0, 1}, {"b", 1, 1}}, {}};
  source.latest.assign(2, 0.0);
  std::vector<std::vector<double>> seen;
  auto stage = make(source);
  stage->prepare();
  for (int window = 0; window < 40; ++window) {
    source.fresh.clear();
    for (int i = window * 10; i < window * 10 + 10; ++i) {
      const auto noise = [&](std::uint64_t e) {
        return Random{1, stream_id("kept"), e}.normal(static_cast<std::uint64_t>(i));
      };
      source.push(time_zero + (i + 1) * ms, {noise(0), noise(1) + noise(0)});
    }
    if (window == cut && resumed) {
      std::vector<std::byte> bytes;
      Fields out{bytes};
      stage->visit(out);
      stage = make(source);
      stage->prepare();
      Fields in{bytes, "stage 0"};
      stage->visit(in);
      in.finish();
    }
    stage->flow().fresh.clear();
    stage->work({source.fresh.back().time, source.fresh.back().time + 10 * ms});
    if (window < cut) continue;
    for (const auto& sample : stage->flow().fresh) seen.push_back(sample.values);
  }
  return seen;
}

template <typename Make>
void check(Make make) {
  for (const int cut : {0, 1, 9, 17, 25}) {
    const auto whole = flows(make, cut, false);
    BOOST_TEST(!whole.empty());
    BOOST_TEST((whole == flows(make, cut, true)));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kept)

BOOST_AUTO_TEST_CASE(stages_go_on_from_what_was_saved_to_the_last_bit) {
  check([](const Flow& from) { return std::make_unique<MeanStage>(from); });
  check([](const Flow& from) { return std::make_unique<FilterStage>(from, Edges{13, 30}, 3); });
  check([](const Flow& from) {
    return std::make_unique<BandPowerStage>(from, Edges{13, 30}, 100 * ms);
  });
  check([](const Flow& from) { return std::make_unique<AverageStage>(from, 4 * ms); });
  check([](const Flow& from) {
    return std::make_unique<SpectrogramStage>(from, Edges{20, 100}, 5, 7.0, 5 * ms);
  });
  check([](const Flow& from) {  // results are under way at some of the cuts
    return causality(from);
  });
}

BOOST_AUTO_TEST_CASE(saving_a_result_that_is_being_computed_does_not_lose_it) {
  const auto make = [](const Flow& from) { return causality(from); };
  Flow source;
  source.unit = "mV";
  source.step = ms;
  source.elements = {"electrode", Elements::range(0, 2), {{"a", 0, 1}, {"b", 1, 1}}, {}};
  source.latest.assign(2, 0.0);
  auto stage = make(source);
  stage->prepare();
  for (int i = 0; i < 100; ++i) {
    const auto noise = [&](std::uint64_t e) {
      return Random{1, stream_id("kept"), e}.normal(static_cast<std::uint64_t>(i));
    };
    source.push(time_zero + (i + 1) * ms, {noise(0), noise(1)});
  }
  stage->work({time_zero + 100 * ms, time_zero + 110 * ms});
  std::vector<std::byte> bytes;
  Fields out{bytes};
  stage->visit(out);  // the run goes on
  source.fresh.clear();
  stage->work({time_zero + 150 * ms, time_zero + 160 * ms});
  BOOST_TEST(stage->flow().fresh.size() == 1U);
}

BOOST_AUTO_TEST_CASE(samples_come_back_as_they_were) {
  std::vector<Flow::Sample> samples{{time_zero, {1, 2, 3}}, {time_zero + 5 * ms, {4, 5, 6}}}, again;
  std::vector<std::byte> bytes;
  Fields out{bytes};
  visit(out, samples);
  Fields in{bytes, "kept 0"};
  visit(in, again);
  in.finish();
  BOOST_TEST(again.size() == 2U);
  BOOST_TEST((again[1].time == samples[1].time && again[1].values == samples[1].values));
}

BOOST_AUTO_TEST_SUITE_END()
