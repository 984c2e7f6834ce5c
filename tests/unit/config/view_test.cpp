// SPDX-License-Identifier: MIT
#include "tutti/config/view.hpp"

#include "test.hpp"
#include "tutti/config/yaml.hpp"

using namespace tutti;
using namespace tutti::config;

namespace {
const Table cell{
    "cell",
    "A cell.",
    {one_of(
         "morphology",
         {path(""),
          list("",
               table("", {"section", "", {quantity("L", "um").needed(), word("name").needed()}}))}),
     quantity("Ra", "ohm cm").by_default("100 ohm cm"), time("dt").by_default("0.025 ms"),
     list("window", quantity("", "ms")).by_default("[0 ms, 1 s]"),
     map("weights", quantity("", "nS")),
     map("groups", table("", {"group", "", {integer("n").by_default("3")}})),
     table("soma", {"soma", "", {quantity("d", "um").by_default("20 um")}}),
     choice("rule", {"all", "none"}).by_default("all"), boolean("plastic").by_default("false"),
     integer("count")}};
}  // namespace

BOOST_AUTO_TEST_SUITE(view_of_a_table)

BOOST_AUTO_TEST_CASE(what_is_written_comes_in_the_units_of_the_table) {
  const Node node = parse_yaml(
      "Ra: 1.5 ohm m\ndt: 25 us\nwindow: [1 s, 20 us]\nweights: {b: 1 uS, a: 2 pS}\n"
      "groups: {z: {}, y: {n: 5}}\nmorphology: cells/a.swc\ncount: 7\nplastic: true\n",
      Location{"m.yaml", 0, 0, "/home/x"});
  Problems problems;
  BOOST_REQUIRE(check(node, cell, problems));
  const View view{node, cell, problems};
  BOOST_TEST(view.real("Ra") == 150.0);
  BOOST_TEST(ticks(view.time("dt")) == 25'000'000);
  BOOST_TEST(view.reals("window")[0] == 1000.0);
  BOOST_TEST(view.reals("window")[1] == 0.02);
  const auto weights = view.real_entries("weights");
  BOOST_TEST(weights[0].first == "b");
  BOOST_TEST(weights[0].second == 1000.0);
  BOOST_TEST(weights[1].second == 0.002);
  const auto groups = view.entries("groups");
  BOOST_TEST(groups[0].second.integer("n") == 3);
  BOOST_TEST(groups[1].second.integer("n") == 5);
  BOOST_TEST(view.is("morphology", Type::path));
  BOOST_TEST(view.path("morphology") == "/home/x/cells/a.swc");
  BOOST_TEST(view.integer("count") == 7);
  BOOST_TEST(view.boolean("plastic"));
}

BOOST_AUTO_TEST_CASE(defaults_hold_where_nothing_is_written) {
  const Node node = parse_yaml("morphology: [{L: 1 mm, name: axon}]\n", "m.yaml");
  Problems problems;
  BOOST_REQUIRE(check(node, cell, problems));
  const View view{node, cell, problems};
  BOOST_TEST(view.real("Ra") == 100.0);
  BOOST_TEST(view.reals("window")[1] == 1000.0);
  BOOST_TEST(view.text("rule") == "all");
  BOOST_TEST(!view.boolean("plastic"));
  BOOST_TEST(view.child("soma").real("d") == 20.0);
  BOOST_TEST(!view.has("Ra"));
  BOOST_TEST(view.given("Ra"));
  BOOST_TEST(!view.given("count"));
  BOOST_TEST(view.entries("groups").empty());
  BOOST_TEST(view.is("morphology", Type::list));
  BOOST_TEST(view.children("morphology")[0].real("L") == 1000.0);
}

BOOST_AUTO_TEST_CASE(a_value_that_was_not_checked_throws_with_its_place) {
  const Node node = parse_yaml("Ra: 3 mV\n", "m.yaml");
  Problems problems;
  const View view{node, cell, problems};
  BOOST_CHECK_EXCEPTION(view.real("Ra"), LocatedError, [](const auto& e) {
    return std::string{e.what()}.starts_with("m.yaml:1:5: Ra: \"3 mV\" is a voltage");
  });
  BOOST_CHECK_THROW(view.integer("count"), LocatedError);
}

BOOST_AUTO_TEST_CASE(what_a_table_cannot_say_is_added_at_the_key) {
  const Node node = parse_yaml("\ncount: 7\n", "m.yaml");
  Problems problems;
  const View view{node, cell, problems};
  view.error("count", "{} is odd", 7);
  view.child("soma").error("d", "too thick");
  BOOST_TEST(problems.text() == "m.yaml:2:8: error: 7 is odd\nm.yaml:2:1: error: too thick\n");
}

BOOST_AUTO_TEST_SUITE_END()
