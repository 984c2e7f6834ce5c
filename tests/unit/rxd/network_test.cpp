// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE rxd_network
#include "solver/network.hpp"

#include "solver/equation.hpp"
#include "solver/error.hpp"
#include "test.hpp"

namespace {

rxd::Model valid() {
  rxd::Model m;
  m.regions = {{"cyt", rxd::Region::Geometry::volume, 0.8, {}},
               {"er", rxd::Region::Geometry::volume, 0.2, {}},
               {"mem", rxd::Region::Geometry::membrane, 1, {}}};
  m.species = {{.name = "ca", .regions = {"cyt", "er"}, .diffusion = 0.1, .initial = "1e-4"},
               {.name = "buf", .regions = {"cyt"}, .initial = "0.1"},
               {.name = "cabuf", .regions = {"cyt"}, .initial = "0"},
               {.name = "tracer", .regions = {"cyt"}, .diffusion = 0.3, .initial = "x/100"}};
  m.parameters = {{"kf", "1e3"}, {"kb", "2*kf*1e-6"}};
  m.reactions = {
      {.name = "binding", .equation = "ca[cyt] + buf <> cabuf", .forward = "kf", .backward = "kb"}};
  return m;
}

std::string problem(const rxd::Model& m) {
  try {
    const rxd::Network network{m};
  } catch (const rxd::Error& e) {
    return e.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("said: " << text);
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_network_suite)

BOOST_AUTO_TEST_CASE(variables_that_diffuse_come_first_and_decoupled_ones_in_groups_of_their_own) {
  const rxd::Network network{valid()};
  BOOST_TEST(network.variables().size() == 5U);
  BOOST_TEST(network.mobile() == 3U);
  BOOST_TEST(network.group_ends() == (std::vector<std::size_t>{1, 2, 3}));
  BOOST_TEST(!network.linear());
  BOOST_TEST(network.variable("ca[er]") < 3U);
  BOOST_TEST(network.variable("cabuf") >= 3U);
}

BOOST_AUTO_TEST_CASE(equations_are_read_with_counts_and_both_arrows) {
  const auto e = rxd::parse_equation("2 ca + 3*buf[cyt] <-> cabuf");
  BOOST_TEST(e.reversible);
  BOOST_REQUIRE(e.left.size() == 2U);
  BOOST_TEST(e.left[0].count == 2);
  BOOST_TEST(e.left[1].count == 3);
  BOOST_TEST(e.left[1].name == "buf[cyt]");
  BOOST_TEST(rxd::parse_equation("1.5 a + 0.25*b > c").left[1].count == 0.25);
  BOOST_CHECK_THROW(rxd::parse_equation("1.5.2 a > b"), rxd::Error);
  BOOST_TEST(rxd::parse_equation("0 > ca").left.empty());
  BOOST_TEST(rxd::parse_equation("ca -> 0").right.empty());
  BOOST_CHECK_THROW(rxd::parse_equation("ca + buf"), rxd::Error);
  BOOST_CHECK_THROW(rxd::parse_equation("ca >"), rxd::Error);
  BOOST_CHECK_THROW(rxd::parse_equation("> "), rxd::Error);
}

BOOST_AUTO_TEST_CASE(mistakes_say_where_they_are_and_what_was_meant) {
  auto m = valid();
  m.reactions[0].forward = "kff";
  BOOST_TEST(contains(problem(m),
                      "reactions 'binding', forward: unknown name 'kff' (did you mean 'kf'?)"));
  m = valid();
  m.reactions[0].equation = "ca[cyt] + bf <> cabuf";
  BOOST_TEST(contains(problem(m), "unknown species 'bf' (did you mean 'buf'?)"));
  m = valid();
  m.reactions[0].equation = "ca + buf <> cabuf";
  BOOST_TEST(contains(problem(m), "'ca' lives in several regions"));
  m = valid();
  m.reactions[0].equation = "ca[cyt] <> ca[er]";
  BOOST_TEST(contains(problem(m), "needs `membrane:`"));
  m = valid();
  m.reactions[0].membrane = "er";
  BOOST_TEST(contains(problem(m), "'er' is not a membrane region"));
  m = valid();
  m.reactions[0].equation = "ca[cyt] + buf > cabuf";
  BOOST_TEST(contains(problem(m), "the arrow is one-way"));
  m = valid();
  m.reactions[0].backward = "";
  BOOST_TEST(contains(problem(m), "needs a backward rate"));
  m = valid();
  m.species[1].regions = {"cyto"};
  BOOST_TEST(
      contains(problem(m), "species 'buf', regions: unknown region 'cyto' (did you mean 'cyt'?)"));
  m = valid();
  m.species[1].initial = "2*cabuf";
  BOOST_TEST(contains(problem(m), "only parameters and positions"));
  m = valid();
  m.species[1].name = "ca";
  BOOST_TEST(contains(problem(m), "used twice"));
  m = valid();
  m.rates = {{.of = "cabuff", .expression = "1"}};
  BOOST_TEST(contains(problem(m), "did you mean 'cabuf'"));
  m.reactions[0].backward = "kb +";  // both are told at once
  BOOST_TEST(contains(problem(m), "did you mean 'cabuf'"));
  BOOST_TEST(contains(problem(m), "backward: found the end"));
}

BOOST_AUTO_TEST_SUITE_END()
