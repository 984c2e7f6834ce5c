// SPDX-License-Identifier: MIT
#include "model.hpp"

#include "sonata/report_writer.hpp"
#include "sonata/spike_writer.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"

using namespace player;

namespace {

Model read(const std::string& yaml, const std::filesystem::path& folder = "/tmp") {
  return read_model(
      tutti::config::parse_yaml(yaml, tutti::config::Location{"m.yaml", 0, 0, folder.string()}),
      "thalamus");
}

bool refused(const std::string& yaml, const std::string& part,
             const std::filesystem::path& folder = "/tmp") {
  try {
    read(yaml, folder);
  } catch (const tutti::Error& error) {
    const std::string text = error.what();
    if (error.fault() == tutti::Fault::config && text.find(part) != std::string::npos) return true;
    BOOST_TEST_MESSAGE("not \"" << part << "\" but: " << text);
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(player_model)

BOOST_AUTO_TEST_CASE(one_population_takes_the_name_of_the_module) {
  const auto model = read("spikes: {poisson: {number: 100, rate: 20 Hz, stop: 0.2 s}}");
  BOOST_REQUIRE(model.spikes.size() == 1u);
  BOOST_TEST(model.spikes[0].population == "thalamus");
  const auto& poisson = std::get<Poisson>(model.spikes[0].trains);
  BOOST_TEST(poisson.rate_hz == 20);
  BOOST_TEST(tutti::to_ms(poisson.stop) == 200);
  BOOST_TEST(model.neurons() == 100u);
  BOOST_TEST(!model.weighted());
}

BOOST_AUTO_TEST_CASE(several_populations_and_signals_are_read) {
  const auto model = read(
      "spikes:\n"
      "- {population: a, regular: {number: 2, interval: 10 ms}, weight: 2}\n"
      "- {population: b, times: [[3 ms, 1 ms], []]}\n"
      "signals:\n"
      "  drive: {unit: nA, number: 3, sine: {amplitude: 200 pA, frequency: 10 Hz, phase: 0.25}}\n"
      "  clamp: {unit: mV, constant: -0.07 V}\n");
  BOOST_TEST(model.neurons() == 4u);
  BOOST_TEST(model.weighted());
  const auto& listed = std::get<Listed>(model.spikes[1].trains);
  BOOST_TEST(tutti::to_ms(listed.trains[0][0].time) == 1);
  BOOST_TEST(listed.trains[1].empty());
  const auto& sine = std::get<Sine>(model.signals[0].shape);
  BOOST_TEST(sine.amplitude == 0.2, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(sine.phase == 0.25);
  BOOST_TEST(std::get<Constant>(model.signals[1].shape).value == -70,
             boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_with_their_place) {
  BOOST_TEST(refused("{}", "nothing to play"));
  BOOST_TEST(refused("spikes: {poison: {number: 1}}", "did you mean \"poisson\"?"));
  BOOST_TEST(refused("spikes: {poisson: {number: 1, rate: 20}}", "20 has no unit"));
  BOOST_TEST(refused("spikes: {weight: 2}", "exactly one of poisson, regular"));
  BOOST_TEST(refused("spikes:\n  times: [[1 ms]]\n  regular: {number: 1, interval: 1 ms}\n",
                     "regular and times at once"));
  BOOST_TEST(refused("spikes: {poisson: {number: 1, rate: 100 Hz, dead_time: 10 ms}}",
                     "m.yaml:1:56: error: a dead time of 10 ms leaves no room for 100 Hz"));
  BOOST_TEST(refused("spikes: [{times: [[1 ms]]}, {times: [[1 ms]]}]", "two populations called"));
  BOOST_TEST(refused("signals: {x: {unit: nA, constant: 3 mV}}", "is a voltage"));
  BOOST_TEST(refused("signals: {x: {unit: nA, constant: 3}}", "no unit"));
  BOOST_TEST(refused("signals: {x: {unit: flurbs, constant: 3 mV}}", "flurbs"));
  BOOST_TEST(refused("signals: {x: {unit: nA}}", "exactly one of constant"));
  BOOST_TEST(refused("spikes: {file: {path: nowhere.h5}}", "nowhere.h5: no such file"));
}

BOOST_AUTO_TEST_CASE(a_file_of_the_legacy_layout_is_played) {
  REQUIRE_SHARED(shared);
  const auto model = read("spikes: {file: {path: lgn_spikes.h5, shift: 1 ms}}",
                          shared / "data/sonata/300_intfire/inputs");
  const auto& listed = std::get<Listed>(model.spikes[0].trains);
  std::size_t spikes = 0;
  for (const auto& train : listed.trains) {
    spikes += train.size();
    BOOST_TEST(std::ranges::is_sorted(train, {}, &ListedSpike::time));
  }
  BOOST_TEST(spikes == 2738u);
}

BOOST_AUTO_TEST_CASE(a_file_of_several_populations_needs_the_name_of_one) {
  const test::TemporaryFolder folder;
  const sonata::PortTable table{"cortex.spikes",
                                "neuron",
                                {0, 1, 2},
                                {{"exc", 0, 2}, {"inh", 2, 1}},
                                {{"x", "um", std::vector<double>{5, 6, 7}}}};
  sonata::SpikeWriter writer{folder.path() / "spikes.h5", {{table, true}}};
  writer.append(0, {{{1'000, 0, 1}, {1'000, 2, 3}, {2'500, 1, 1}}});
  writer.close(10'000);
  BOOST_TEST(
      refused("spikes: {file: {path: spikes.h5}}", "say which with `population:`", folder.path()));
  BOOST_TEST(refused("spikes: {file: {path: spikes.h5, population: ex}}",
                     "has no population ex; it has exc, inh", folder.path()));
  BOOST_TEST(refused("spikes: {file: {path: spikes.h5, population: exc, number: 1}}",
                     "neuron 1 spikes, but `number:` is 1", folder.path()));
  BOOST_TEST(refused("spikes: {file: {path: spikes.h5, population: exc, shift: -2 ns}}",
                     "would come at -1 ns", folder.path()));
  const auto one =
      read("spikes: {file: {path: spikes.h5, population: exc, number: 5}}", folder.path());
  BOOST_TEST(one.neurons() == 5u);

  BOOST_TEST(refused("spikes: {replay: {path: spikes.h5, port: a.b}}", "holds no port a.b",
                     folder.path()));
  const auto all = read("spikes: {replay: {path: spikes.h5}}", folder.path());
  BOOST_REQUIRE(all.spikes.size() == 2u);
  BOOST_TEST(all.spikes[1].population == "inh");
  BOOST_TEST((std::get<Listed>(all.spikes[1].trains).trains[0] ==
              std::vector<ListedSpike>{{tutti::time_of(1'000), 3}}));
  BOOST_TEST(all.weighted());
  BOOST_REQUIRE(all.spike_table.has_value());
  BOOST_TEST(all.spike_table->reals("x")[2] == 7);
  const auto more = read("spikes: [{replay: {path: spikes.h5}}, {times: [[1 ms]]}]", folder.path());
  BOOST_TEST(more.neurons() == 4u);
  BOOST_TEST(!more.spike_table.has_value());
}

BOOST_AUTO_TEST_CASE(a_recorded_signal_is_replayed_with_its_elements) {
  const test::TemporaryFolder folder;
  sonata::PortTable table{"cortex.i", "segment", {0, 4, 5}, {{"exc", 0, 6}}, {}};
  table.columns = {{"cell", "", std::vector<std::int64_t>{1, 0, 1}}};
  sonata::ReportWriter writer{folder.path() / "cortex.i.h5", {table, "nA", 0, 100'000'000, true}};
  writer.append(std::vector<double>{1, 2, 3});
  writer.append(std::vector<double>{4, 5, 6});
  writer.close();
  BOOST_TEST(
      refused("signals: {i: {unit: mV, replay: {path: cortex.i.h5}}}", "is in nA", folder.path()));
  const auto model = read("signals: {i: {unit: nA, replay: {path: cortex.i.h5}}}", folder.path());
  const auto& recipe = model.signals.at(0);
  BOOST_TEST((recipe.table->ids.numbers() == table.ids));
  BOOST_TEST(recipe.element == "segment");
  SignalPlayer player{recipe, 0, 0, share_of(3, 1, 2), tutti::parse_duration("0.1 ms")};
  BOOST_TEST(player.next() == std::vector<double>{3}, boost::test_tools::per_element());
  BOOST_TEST(player.next() == std::vector<double>{6}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
