// SPDX-License-Identifier: MIT
#include "tutti/config/check.hpp"

#include "test.hpp"
#include "tutti/config/yaml.hpp"

using namespace tutti;
using namespace tutti::config;

namespace {

Table electrode_table() {
  return {"probe",
          "A probe.",
          {path("electrodes", "where the contacts are").needed(),
           choice("method", {"line_source", "point_source"}, "how").by_default("line_source"),
           quantity("sigma", "S/m", "conductivity").above(0).by_default("0.3 S/m"),
           time("bin", "width").at_least(0.1).at_most(1000), integer("contacts").between(1, 256),
           real("weight"), boolean("show"), list("gids", integer("gid")),
           map("cells", table("cell", {"cell", "", {word("name"), quantity("L", "um")}})),
           one_of("rate", {quantity("", "Hz"), list("", quantity("", "Hz"))}), any("extra")}};
}

std::string problems_of(const std::string& yaml) {
  Problems problems;
  check(parse_yaml(yaml, "p.yaml"), electrode_table(), problems);
  return problems.text();
}

bool says(const std::string& yaml, const std::string& part) {
  const std::string text = problems_of("electrodes: a.csv\n" + yaml);
  if (text.find(part) != std::string::npos) return true;
  BOOST_TEST_MESSAGE("not \"" << part << "\" but:\n" << text);
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_of_a_table)

BOOST_AUTO_TEST_CASE(what_is_right_passes) {
  BOOST_TEST(problems_of("electrodes: a.csv\nsigma: 300 mS/m\nbin: 5 ms\ncontacts: 16\n"
                         "weight: -1e-3\nshow: yes\ngids: [1, 2]\nextra: {x: [1]}\n"
                         "cells: {a: {name: x, L: 18 um}}\nrate: [1 Hz, 2 Hz]\n") == "");
}

BOOST_AUTO_TEST_CASE(a_misspelt_key_is_told_its_place_and_the_near_one) {
  BOOST_TEST(says("metod: line_source\n",
                  "p.yaml:2:1: error: unknown key \"metod\"; did you mean \"method\"?"));
  BOOST_TEST(says("cells:\n  a: {l: 1 um}\n", "unknown key \"l\" in cells.a; did you mean \"L\"?"));
  BOOST_TEST(says("zzzzzz: 1\n", "unknown key \"zzzzzz\"; known are electrodes, method"));
}

BOOST_AUTO_TEST_CASE(a_missing_key_is_named) {
  BOOST_TEST(problems_of("method: line_source\n").find("the key \"electrodes\" is missing") !=
             std::string::npos);
  BOOST_TEST(problems_of("electrodes:\n").find("electrodes is empty") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bare_number_where_a_unit_is_needed_is_refused) {
  BOOST_TEST(says("sigma: 0.3\n", "p.yaml:2:8: error: sigma: 0.3 has no unit; write \"0.3 S/m\""));
  BOOST_TEST(says("bin: 500\n", "p.yaml:2:6: error: bin: 500 has no unit; write \"500 ms\""));
}

BOOST_AUTO_TEST_CASE(a_wrong_dimension_names_both) {
  BOOST_TEST(says("sigma: 3 mV\n", "\"3 mV\" is a voltage, but a conductivity is needed"));
  BOOST_TEST(says("bin: 3 mV\n", "\"3 mV\" is a voltage, but a time is needed, such as \"3 ms\""));
}

BOOST_AUTO_TEST_CASE(a_time_that_is_no_whole_number_of_ticks_is_refused) {
  BOOST_TEST(says("bin: 1/3 ms\n", "not a whole number of ticks"));
}

BOOST_AUTO_TEST_CASE(ranges_hold_in_the_unit_of_the_table) {
  BOOST_TEST(says("sigma: 0 S/m\n", "it must be more than 0 S/m"));
  BOOST_TEST(says("bin: 50 us\n", "it must be at least 0.1 ms"));
  BOOST_TEST(says("bin: 2 s\n", "it must be at most 1000 ms"));
  BOOST_TEST(says("contacts: 0\n", "it must be at least 1"));
  BOOST_TEST(says("contacts: 1000\n", "it must be at most 256"));
}

BOOST_AUTO_TEST_CASE(wrong_types_say_what_was_found_and_needed) {
  BOOST_TEST(says("contacts: many\n", "contacts: \"many\" is no whole number"));
  BOOST_TEST(says("contacts: 1.5\n", "contacts: \"1.5\" is no whole number"));
  BOOST_TEST(says("weight: '1'\n", "weight: \"1\" is no number"));
  BOOST_TEST(says("show: perhaps\n", "neither true nor false"));
  BOOST_TEST(says("gids: 3\n", "gids: \"3\" where a list, each item a whole number is needed"));
  BOOST_TEST(says("gids: [1, x]\n", "p.yaml:2:11: error: gids[1]: \"x\" is no whole number"));
  BOOST_TEST(says("cells: [1]\n", "cells: a list of 1 where a map"));
  BOOST_TEST(says("cells: {a: {name: 1x}}\n", "cells.a.name: \"1x\" is no name"));
  BOOST_TEST(says("method: line_sorce\n", "not one of line_source, point_source; did you mean"));
}

BOOST_AUTO_TEST_CASE(one_of_reports_the_kind_that_comes_nearest) {
  BOOST_TEST(says("rate: 3\n", "rate: 3 has no unit; write \"3 Hz\""));
  BOOST_TEST(says("rate: [3 Hz, 4 mV]\n", "rate[1]: \"4 mV\" is a voltage, but a rate is needed"));
  BOOST_TEST(says("rate: {a: 1}\n", "rate: a map where a value in Hz, or a list"));
}

BOOST_AUTO_TEST_CASE(all_problems_are_reported_in_one_go) {
  Problems problems;
  check(parse_yaml("metod: x\nsigma: 3\nbin: 4 nA\ncontacts: 0\n", "p.yaml"), electrode_table(),
        problems);
  BOOST_TEST(problems.error_count() == 5U);
  BOOST_CHECK_THROW(problems.raise(), Error);
}

BOOST_AUTO_TEST_CASE(names_near_are_found_and_names_far_are_not) {
  BOOST_TEST(nearest("cortx", {"calcium", "cortex"}) == "cortex");
  BOOST_TEST(nearest("corxte", {"calcium", "cortex"}) == "cortex");
  BOOST_TEST(nearest("thalamus", {"calcium", "cortex"}) == "");
  BOOST_TEST(nearest("V", {"v", "i"}) == "v");
}

BOOST_AUTO_TEST_SUITE_END()
