// SPDX-License-Identifier: MIT
#include "morphology/cable.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

#include "morphology/stylised.hpp"
#include "morphology/swc.hpp"
#include "neuron_numbers.hpp"
#include "test.hpp"

using namespace cell;
namespace tt = boost::test_tools;

namespace {

constexpr double pi = std::numbers::pi;

double total(const Cable& cable, double Segment::*what) {
  double sum = 0;
  for (const auto& s : cable.segments) sum += s.*what;
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cable_compartments)

BOOST_AUTO_TEST_CASE(a_cylinder_has_equal_parts_and_the_resistance_of_its_copper) {
  const auto m = make_stylised({{"c", soma, 100, 2, "", 0, {}, 0, 0, 0}}, "c");
  const auto cable = make_cable(m, {4}, {150});
  BOOST_REQUIRE(cable.nodes() == 4u);
  for (const auto& s : cable.segments) {
    BOOST_TEST(s.area == pi * 2 * 25, tt::tolerance(1e-13));
    BOOST_TEST(s.volume == pi * 25, tt::tolerance(1e-13));
    BOOST_TEST(s.diameter == 2);
  }
  // 150 ohm cm over 25 um of 1 um radius: 1.5e6 ohm um · 25 um / (pi um2) = 11.9366 MOhm
  BOOST_TEST(cable.resistance[1] == 150 * 25e-2 / pi, tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(frusta_are_integrated_whatever_the_number_of_compartments) {
  Morphology m{"taper", {{"c", soma, -1, 0, {{0, 0, 0, 4}, {0, 50, 0, 1}, {0, 80, 0, 3}}}}};
  const double area = pi * 2.5 * std::hypot(1.5, 50) + pi * 2 * std::hypot(1, 30);
  const double volume = pi / 12 * (50 * (16 + 4 + 1) + 30 * (1 + 3 + 9));
  for (const int n : {1, 2, 7, 31}) {
    const auto cable = make_cable(m, {n}, {100});
    BOOST_TEST(total(cable, &Segment::area) == area, tt::tolerance(1e-12));
    BOOST_TEST(total(cable, &Segment::volume) == volume, tt::tolerance(1e-12));
    BOOST_TEST(total(cable, &Segment::length) == 80, tt::tolerance(1e-12));
    for (std::size_t k = 1; k < cable.segments.size(); ++k)
      BOOST_TEST((cable.segments[k].begin == cable.segments[k - 1].end));
  }
}

BOOST_AUTO_TEST_CASE(tapered_sections_have_the_areas_and_resistances_of_neuron) {
  // the tree of neuron_numbers.py
  const Morphology m{
      "tapered",
      {{"root", dend, -1, 0, {{0, 0, 0, 4}, {0, 50, 0, 1}, {0, 80, 0, 3}}},
       {"left",
        dend,
        0,
        1,
        {{0, 80, 0, 3}, {-20, 100, 5, 1.5}, {-25, 130, 5, 1.5}, {-60, 150, -10, 0.3}}},
       {"right", dend, 0, 1, {{0, 80, 0, 2}, {10, 90, 0, 2.4}, {40, 110, 0, 0.7}}},
       {"tip", dend, 2, 1, {{40, 110, 0, 0.7}, {40, 150, 30, 0.4}, {42, 160, 30, 1.1}}}}};
  const std::vector<std::vector<int>> counts{{1, 1, 1, 1}, {7, 5, 3, 1}, {2, 31, 4, 9}};
  const auto compartments = neuron_numbers("compartment"), ends = neuron_numbers("end");
  std::size_t next = 0;
  for (std::size_t which = 0; which < counts.size(); ++which) {
    const auto cable = make_cable(m, counts[which], {100, 150, 70, 200});
    const auto end = [&](std::size_t section) { return ends[4 * which + section].value; };
    for (const auto& s : cable.segments) {
      const auto& theirs = compartments[next++];
      BOOST_REQUIRE(theirs.a == static_cast<double>(which));
      BOOST_REQUIRE(theirs.b == s.section);
      BOOST_REQUIRE(theirs.c == s.index);
      BOOST_TEST(s.area == theirs.d, tt::tolerance(1e-6));  // points of NEURON are in float32
      if (s.parent < 0) continue;
      double resistance = cable.resistance[static_cast<std::size_t>(s.node)];
      if (s.section == 3 && s.index == 0) resistance -= end(2);  // two in a row, without a node
      BOOST_TEST(resistance == theirs.value, tt::tolerance(1e-6));
    }
    for (std::size_t i = 1; i < cable.nodes(); ++i)
      if (cable.segment[i] < 0) BOOST_TEST(cable.resistance[i] == end(0), tt::tolerance(1e-6));
  }
  BOOST_TEST(next == compartments.size());
}

BOOST_AUTO_TEST_CASE(a_massless_node_stands_where_three_ends_meet_and_only_there) {
  std::vector<Stylised> y{{"s", soma, 10, 10, "", 0, {}, 0, 0, 0},
                          {"p", dend, 50, 2, "s", 1, {}, 0, 0, 0},
                          {"a", dend, 40, 1, "p", 1, {}, 0, 0, 0},
                          {"b", dend, 60, 1, "p", 1, {}, 0, 0, 0}};
  const auto cable = make_cable(make_stylised(y, "y"), {1, 5, 4, 6}, {100, 100, 100, 100});
  BOOST_TEST(cable.segments.size() == 16u);
  BOOST_TEST(cable.nodes() == 17u);
  for (std::size_t i = 1; i < cable.nodes(); ++i) BOOST_TEST(cable.parent[i] < static_cast<int>(i));
  // soma to p: half of each, no node between: 5 um at 10, 5 um at 2
  const double expected = 4 * 5 / (pi * 100) + 4 * 5 / (pi * 4);
  BOOST_TEST(cable.resistance[1] == expected, tt::tolerance(1e-13));
  const auto& a0 = cable.segments[static_cast<std::size_t>(cable.segment_at(2, 0))];
  const auto fork = static_cast<std::size_t>(cable.parent[static_cast<std::size_t>(a0.node)]);
  BOOST_TEST(cable.segment[fork] == -1);
  BOOST_TEST(a0.parent == cable.segment_at(1, 1));
  BOOST_TEST(a0.parent_at == 1);
  BOOST_TEST(a0.path == 55 + 5, tt::tolerance(1e-12));  // soma's middle, 5, 50 and half of 10
}

BOOST_AUTO_TEST_CASE(two_dendrites_on_either_end_of_the_soma_are_joined_there) {
  std::vector<Stylised> s{{"s", soma, 20, 10, "", 0, {}, 0, 0, 0},
                          {"a", dend, 50, 2, "s", 0, {}, 0, 0, 0},
                          {"b", dend, 50, 2, "s", 0, {}, 0, 0, 0},
                          {"c", apic, 50, 2, "s", 1, {}, 0, 0, 0},
                          {"d", apic, 50, 2, "s", 0.5, {}, 0, 0, 0}};
  const auto cable =
      make_cable(make_stylised(s, "s"), {1, 1, 1, 1, 1}, std::vector<double>(5, 100.0));
  BOOST_TEST(cable.nodes() == 6u);  // one of them massless, at the soma's beginning
  const auto node = [&](int section) {
    return static_cast<std::size_t>(cable.segments[static_cast<std::size_t>(section)].node);
  };
  BOOST_TEST(cable.parent[node(1)] == cable.parent[node(2)]);
  BOOST_TEST(cable.segment[static_cast<std::size_t>(cable.parent[node(1)])] == -1);
  BOOST_TEST(cable.parent[node(3)] == 0);
  const double half = 4 * 25 / (pi * 4);
  BOOST_TEST(cable.resistance[node(4)] == half, tt::tolerance(1e-13));  // from the centre
  BOOST_TEST(cable.resistance[node(3)] == half + 4 * 10 / (pi * 100), tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(compartments_follow_the_rule_that_is_asked_for) {
  const auto m = make_stylised({{"c", soma, 1000, 1, "", 0, {}, 0, 0, 0}}, "c");
  using Rule = Discretisation::Rule;
  BOOST_TEST(compartments(m.sections[0], {Rule::count, 7, 0}, 100, 1) == 7);
  BOOST_TEST(compartments(m.sections[0], {Rule::length, 20, 0}, 100, 1) == 51);
  // lambda at 100 Hz: 1e5 sqrt(1 / (4 pi 100 · 100 · 1)) = 282.09 um; 1000 of them in steps of a
  // tenth
  BOOST_TEST(compartments(m.sections[0], {Rule::d_lambda, 0.1, 100}, 100, 1) == 37);
}

BOOST_AUTO_TEST_CASE(published_cells_get_the_published_number_of_compartments) {
  REQUIRE_SHARED(shared);
  const auto folder = shared / "data/sonata/shared_components/morphologies";
  const std::pair<const char*, std::size_t> totals[] = {{"Scnn1a_473845048_m.swc", 264},
                                                        {"Rorb_325404214_m.swc", 141},
                                                        {"Nr5a1_471087815_m.swc", 101},
                                                        {"Pvalb_470522102_m.swc", 121},
                                                        {"Pvalb_469628681_m.swc", 91}};
  std::vector<std::size_t> found, needed;
  for (const auto& [name, total_count] : totals) {
    const auto m = with_axon_stub(read_swc(folder / name));
    std::vector<int> nseg;
    for (const auto& s : m.sections)
      nseg.push_back(
          s.type == soma ? 1 : compartments(s, {Discretisation::Rule::length, 20, 0}, 100, 1));
    const auto cable = make_cable(m, nseg, std::vector<double>(nseg.size(), 100.0));
    found.push_back(cable.segments.size());
    needed.push_back(total_count);
  }
  BOOST_TEST(found == needed, tt::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
