// SPDX-License-Identifier: MIT
#include "tutti/config/match.hpp"

#include "test.hpp"

using namespace tutti;
using namespace tutti::config;

namespace {

constexpr Duration ms{1'000'000'000};

PortDescription spikes(const char* name, Direction direction) {
  PortDescription port;
  port.name = name;
  port.direction = direction;
  port.element = "neuron";
  return port;
}
PortDescription signal(const char* name, Direction direction, const char* unit,
                       const char* element = "segment") {
  PortDescription port;
  port.name = name;
  port.direction = direction;
  port.kind = PortKind::signal;
  port.unit = unit;
  port.element = element;
  port.optional = true;
  return port;
}

/// Cells and calcium, each with a step of 1 ms, and what each connection is refused with.
struct Pair {
  RunSpec run;
  PortsByModule ports;
  Problems problems;

  Pair() {
    run.name = "pair";
    run.stop = 100 * ms;
    run.latency = 10 * ms;
    for (const char* name : {"cells", "calcium"}) {
      ModuleSpec module;
      module.name = name;
      module.step = ms;
      module.place = {"run.yaml", 3, 1, ""};
      run.modules.push_back(module);
    }
    auto echo = spikes("drive", Direction::in);
    echo.optional = true;
    ports["cells"] = {spikes("spikes", Direction::out), echo, signal("i_ca", Direction::out, "nA"),
                      signal("ca_i", Direction::in, "mM"),
                      signal("warmth", Direction::out, "degC")};
    ports["calcium"] = {signal("i_ca", Direction::in, "pA"), signal("ca_i", Direction::out, "uM"),
                        signal("heat", Direction::in, "K"),
                        signal("voxels", Direction::in, "nA", "voxel")};
  }
  ConnectionSpec& connect(const char* from, const char* from_port, const char* to,
                          const char* to_port, Duration delay = {}) {
    ConnectionSpec c;
    c.from = {from, from_port};
    c.to = {to, to_port};
    c.delay = delay;
    c.place = {"run.yaml", 10 + static_cast<int>(run.connections.size()), 5, ""};
    return run.connections.emplace_back(c);
  }
  bool says(const char* part) {
    problems = {};
    match(run, ports, problems);
    if (problems.text().find(part) != std::string::npos) return true;
    BOOST_TEST_MESSAGE("not \"" << part << "\" but:\n" << problems.text());
    return false;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(matching)

BOOST_FIXTURE_TEST_CASE(a_loop_of_signals_fits_and_its_scales_are_part_of_the_plan, Pair) {
  connect("cells", "i_ca", "calcium", "i_ca");
  connect("calcium", "ca_i", "cells", "ca_i");
  const Matching found = match(run, ports, problems);
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(found.complete);
  BOOST_REQUIRE(found.connections.size() == 2U);
  BOOST_TEST(found.connections[0].scale == 1000.0);
  BOOST_TEST(found.connections[1].scale == 0.001);
  BOOST_TEST(found.conversions.size() == 2U);
  BOOST_TEST(found.planned.runs());
  BOOST_TEST((found.connections[0].interval >= ms));
}

BOOST_FIXTURE_TEST_CASE(unknown_ports_and_wrong_directions_are_named, Pair) {
  connect("cells", "i_caa", "calcium", "i_ca");
  BOOST_TEST(says("run.yaml:10:5: error: cells has no output \"i_caa\""));
  BOOST_TEST(says("did you mean \"i_ca\"?"));
  run.connections[0].from.port = "ca_i";
  BOOST_TEST(says("that is an input"));
}

BOOST_FIXTURE_TEST_CASE(ends_that_do_not_fit_are_both_named, Pair) {
  connect("cells", "i_ca", "cells", "ca_i");
  BOOST_TEST(says("cells.i_ca is a current in nA, cells.ca_i needs a concentration in mM"));
  run.connections[0].to = {"calcium", "voxels"};
  BOOST_TEST(says("the elements of cells.i_ca are segments, calcium.voxels takes voxels"));
  run.connections[0].from = {"cells", "spikes"};
  BOOST_TEST(says("cells.spikes gives spikes"));
}

BOOST_FIXTURE_TEST_CASE(units_with_different_zeros_are_not_scaled_silently, Pair) {
  connect("cells", "warmth", "calcium", "heat");
  BOOST_TEST(says("degC and K have different zeros"));
}

BOOST_FIXTURE_TEST_CASE(what_a_delay_leaves_empty_needs_an_initial_value_of_its_dimension, Pair) {
  auto& c = connect("calcium", "ca_i", "cells", "ca_i", 2 * ms);
  BOOST_TEST(says("initial"));
  c.initial = scalar("50 nM", {"run.yaml", 10, 40, ""});
  const Matching found = match(run, ports, problems = {});
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(found.connections[0].initial == 5e-5, boost::test_tools::tolerance(1e-15));
  c.initial = scalar("50 mV", {"run.yaml", 10, 40, ""});
  BOOST_TEST(says("run.yaml:10:40: error"));
  c.initial = scalar("50 nM", {"run.yaml", 10, 40, ""});
  c.delay = {};
  BOOST_TEST(says("run.yaml:10:40: warning: calcium.ca_i → cells.ca_i: initial is never read"));
  BOOST_TEST(problems.ok());
  run.connections.clear();
  connect("cells", "spikes", "cells", "drive", ms).initial = scalar("1 mV");
  BOOST_TEST(says("initial is for signals"));
}

BOOST_FIXTURE_TEST_CASE(a_spike_loop_without_delay_is_refused_with_a_remedy, Pair) {
  connect("cells", "spikes", "cells", "drive");
  BOOST_TEST(says("needs 1 ms more delay"));
  run.connections[0].delay = ms;
  match(run, ports, problems = {});
  BOOST_TEST(problems.text() == "");
}

BOOST_FIXTURE_TEST_CASE(a_needed_input_that_nobody_feeds_is_refused, Pair) {
  ports["calcium"][0].optional = false;
  BOOST_TEST(says("calcium.i_ca is not connected to anything and needs a signal in pA"));
}

BOOST_FIXTURE_TEST_CASE(a_module_that_cannot_be_asked_leaves_the_matching_incomplete, Pair) {
  ports.erase("calcium");
  connect("cells", "i_ca", "calcium", "anything");
  const Matching found = match(run, ports, problems);
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(!found.complete);
}

BOOST_FIXTURE_TEST_CASE(records_become_a_member_that_is_fed, Pair) {
  run.records.push_back({.port = {"cells", "i_ca"}, .every = 5 * ms, .exact = true, .place = {}});
  run.records.push_back({.port = {"cells", "spikes"}, .every = {}, .exact = false, .place = {}});
  const RunSpec with = with_recorder(run, ports, problems);
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(with.modules.back().name == "recorder");
  BOOST_TEST((run.stop % with.modules.back().step == Duration::zero()));
  BOOST_TEST(with.connections.size() == 2U);
  run.records[0].every = ms + ms / 2;
  with_recorder(run, ports, problems);
  BOOST_TEST(problems.text().find("no multiple of it") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_recorder_ends_with_the_run) {
  for (const std::int64_t stop : {500'000'000'000L, 1'000'000'001L, 100'000'000L, 33'300'000'000L})
    BOOST_TEST(stop % recorder_step(Duration{stop}).count() == 0);
  BOOST_TEST(recorder_step(500 * ms).count() == (10 * ms).count());
}

BOOST_AUTO_TEST_SUITE_END()
