// SPDX-License-Identifier: MIT
// The first spikes of a player called thalamus with seed 7, as a run with two ranks recorded them:
// 1000 Poisson neurons at 20 Hz and 7 regular ones. They change only where random numbers do, and
// then every published run does: a new file needs a commit of its own that says why.
#include <fstream>

#include "model.hpp"
#include "spike_player.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"

using namespace player;

BOOST_AUTO_TEST_SUITE(golden_player)

BOOST_AUTO_TEST_CASE(a_seed_gives_the_spikes_that_it_always_gave) {
  const auto model = read_model(
      tutti::config::parse_yaml(
          "spikes:\n"
          "- {population: a, poisson: {number: 1000, rate: 20 Hz}}\n"
          "- {population: b, weight: 2, regular: {number: 7, interval: 10 ms, stagger: 0.1 ms}}\n",
          "golden.yaml"),
      "thalamus");
  SpikePlayer player{model.spikes, 7, tutti::stream_id("player/thalamus/spikes"), {0, 1007}};
  std::string played = "tick,element,weight\n";
  const tutti::Window window{tutti::time_zero, tutti::time_zero + tutti::parse_duration("100 ms")};
  int rows = 0;
  player.play(window, [&](std::uint64_t element, Time time, double weight) {
    if (rows++ < 400) played += fmt::format("{},{},{:g}\n", tutti::ticks(time), element, weight);
  });
  std::ifstream file{test::source() / "tests/golden/player/trains.csv"};
  const std::string golden{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  BOOST_REQUIRE(golden.size() > 400);
  BOOST_TEST((played == golden));
}

BOOST_AUTO_TEST_SUITE_END()
