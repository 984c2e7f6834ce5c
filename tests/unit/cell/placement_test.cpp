// SPDX-License-Identifier: MIT
// Cells that are turned when they are placed, and synapses that follow maps of densities.
#include <cmath>
#include <fstream>
#include <numbers>

#include "network/atlas.hpp"
#include "network/contacts.hpp"
#include "network/network.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace cell;

namespace {

Model read(const std::string& text, const std::filesystem::path& folder = {}) {
  tutti::config::Location place{"test", 0, 0, folder.string()};
  return read_model(tutti::config::parse_yaml(text, place), tutti::parse_duration("0.5 ms"));
}

std::string refusal(const std::string& text, const std::filesystem::path& folder = {}) {
  try {
    read(text, folder);
  } catch (const tutti::Error& e) {
    return e.what();
  }
  return "nothing was wrong";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A cell with one dendrite along x and one along y, each of twenty segments of 10 um.
const std::string cells = R"(
cells:
  leaky: {model: IF_curr_exp}
  cross:
    sections:
      soma: {L: 1 um, diam: 1 um, nseg: 1}
      across: {parent: soma, at: 0.5, L: 200 um, diam: 2 um, nseg: 20, direction: [1, 0, 0]}
      up: {parent: soma, at: 0.5, L: 200 um, diam: 2 um, nseg: 20, direction: [0, 1, 0]}
    membrane: {all: {pas: {}}}
synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}}
)";

std::string joined(const std::string& population, const std::string& spread) {
  return cells + "populations:\n  a: {cell: leaky, number: 400}\n  b: " + population +
         "\nconnections:\n  - {from: a, to: b, synapse: ampa, weight: 1 nS, delay: 1 ms, region: "
         "[dend], synapses: 5,\n     spread: " +
         spread + "}\n";
}

struct Seen {
  std::vector<double> by_segment;
  double all = 0;
};

/// Where the synapses of one of b's cells are.
Seen seen_on(const Model& m, std::uint64_t node) {
  const Atlas atlas{m, 4};
  const std::uint64_t gid = 400 + node;
  Seen seen{std::vector<double>(m.cells[1].type.cable.segments.size(), 0)};
  for_each_contact(atlas, m.connections[0], {&gid, 1}, [&](const Contact& c) {
    seen.by_segment[static_cast<std::size_t>(c.segment)] += 1, seen.all += 1;
  });
  return seen;
}

/// Chi-square of what was seen against what each segment should have, in relation.
double chi_square(const Seen& seen, const std::vector<double>& expected) {
  double total = 0, chi = 0;
  for (const double e : expected) total += e;
  for (std::size_t s = 0; s < expected.size(); ++s) {
    const double mean = seen.all * expected[s] / total;
    if (mean > 0)
      chi += (seen.by_segment[s] - mean) * (seen.by_segment[s] - mean) / mean;
    else
      BOOST_TEST(seen.by_segment[s] == 0, "segment " << s << " should have none");
  }
  return chi;
}

/// What a function of place makes of the cell's own segments, seen from its soma.
template <typename Density>
std::vector<double> over_segments(const Model& m, Density&& density) {
  const auto& segments = m.cells[1].type.cable.segments;
  const auto middle = [](const Segment& s) {
    return Point{(s.begin.x + s.end.x) / 2, (s.begin.y + s.end.y) / 2, (s.begin.z + s.end.z) / 2,
                 0};
  };
  const auto soma = middle(segments.front());
  std::vector<double> expected{0};
  for (std::size_t s = 1; s < segments.size(); ++s) {
    const auto at = middle(segments[s]);
    expected.push_back(segments[s].length *
                       density(Point{at.x - soma.x, at.y - soma.y, at.z - soma.z, 0}));
  }
  return expected;
}

constexpr double most_chi = 73.4;  // 99.9 % point of chi-square of 40; fewer degrees have less

}  // namespace

BOOST_AUTO_TEST_SUITE(placement)

BOOST_AUTO_TEST_CASE(turns_are_right_handed_and_go_about_z_then_y_then_x) {
  const auto near = [](const Point& a, const Point& b) { return distance(a, b) < 1e-12; };
  BOOST_TEST(near(Rotation::of_angles({0, 0, 90})({1, 0, 0, 0}), {0, 1, 0, 0}));
  BOOST_TEST(near(Rotation::of_angles({0, 90, 0})({0, 0, 1, 0}), {1, 0, 0, 0}));
  BOOST_TEST(near(Rotation::of_angles({90, 0, 0})({0, 1, 0, 0}), {0, 0, 1, 0}));
  // x goes to y by z, stays by y, and to z by x
  BOOST_TEST(near(Rotation::of_angles({90, 90, 90})({1, 0, 0, 0}), {0, 0, 1, 0}));
  BOOST_TEST(Rotation::of_angles({90, 20, 30})({0, 0, 0, 3}).d == 3);
  for (const auto& angles : {std::array{10.0, 20.0, 30.0}, std::array{-70.0, 89.0, 170.0},
                             std::array{30.0, 90.0, 40.0}, std::array{0.0, -90.0, 12.0}}) {
    const auto turn = Rotation::of_angles(angles);
    const auto again = Rotation::of_angles(turn.angles());
    for (const Point p : {Point{1, 0, 0, 0}, Point{0, 1, 0, 0}, Point{0, 0, 1, 0}})
      // near a quarter turn about y angles follow from small differences
      BOOST_TEST(distance(turn(p), again(p)) < 1e-7);
  }
  const double half = 25 * std::numbers::pi / 180;
  const auto turn = Rotation::of_quaternion(2 * std::cos(half), 0, 2 * std::sin(half), 0);
  BOOST_TEST(near(turn({1, 2, 3, 0}), Rotation::of_angles({0, 50, 0})({1, 2, 3, 0})));
}

BOOST_AUTO_TEST_CASE(cells_are_turned_about_their_somata_wherever_they_stand) {
  const auto m = read(cells + R"(
space: {x: 400 um, y: 1 mm, z: 400 um}
populations:
  down: {cell: cross, number: 2, rotation: {z: 180 degree}}
  any: {cell: cross, number: 500, rotation: {y: {uniform: [0 degree, 360 degree]}}}
  by_place: {cell: cross, number: 3, rotation: {z: (90 * (y > 500) + x / 100) degree}}
)");
  const Atlas atlas{m, 9};
  const Network network{atlas, 0, 1};
  const auto table = network.segment_table();
  const auto& first = network.first_segment();
  const auto end_of = [&](std::uint64_t gid, std::size_t segment) {
    const auto row = first[gid] + segment;
    const auto soma = atlas.position(gid);
    return Point{table.reals("x1")[row] - soma.x, table.reals("y1")[row] - soma.y,
                 table.reals("z1")[row] - soma.z, 0};
  };
  constexpr std::size_t across = 20, up = 40;  // last segments
  const auto& segments = m.cells[1].type.cable.segments;
  const double reach = segments[across].end.x - (segments[0].begin.x + segments[0].end.x) / 2;
  const double rise = segments[up].end.y - (segments[0].begin.y + segments[0].end.y) / 2;
  for (std::uint64_t gid = 0; gid < 2; ++gid) {
    BOOST_TEST(std::abs(end_of(gid, across).x + reach) < 1e-9);
    BOOST_TEST(std::abs(end_of(gid, up).y + rise) < 1e-9);
  }
  std::array<double, 8> sectors{};
  for (std::uint64_t gid = 2; gid < 502; ++gid) {
    const auto end = end_of(gid, across);
    BOOST_REQUIRE(std::abs(std::hypot(end.x, end.z) - reach) < 1e-9);
    BOOST_REQUIRE(std::abs(end_of(gid, up).y - rise) < 1e-9);
    const double turn = std::atan2(-end.z, end.x) / (2 * std::numbers::pi) + 1;
    sectors[static_cast<std::size_t>((turn - std::floor(turn)) * 8)] += 1;
  }
  double chi = 0;
  for (const double n : sectors) chi += (n - 62.5) * (n - 62.5) / 62.5;
  BOOST_TEST(chi < 24.3);  // 99.9 % point of chi-square of 7
  for (std::uint64_t gid = 502; gid < 505; ++gid) {
    const auto soma = atlas.position(gid), end = end_of(gid, across);
    const double angle = (soma.y > 500 ? 90 : 0) + soma.x / 100;
    BOOST_TEST(std::abs(std::atan2(end.y, end.x) * 180 / std::numbers::pi - angle) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(maps_are_linear_between_points_and_constant_beyond) {
  const SynapseMap plane{{-100, 0, 50}, {0, 200}, {1, 3, 2, 6, 4, 8}};
  BOOST_TEST(plane.at(-100, 200) == 3);
  BOOST_TEST(plane.at(-50, 100) == (1 + 3 + 2 + 6) / 4.0);
  BOOST_TEST(plane.at(25, 50) == (2 + 4) / 2.0 * 0.75 + (6 + 8) / 2.0 * 0.25);
  BOOST_TEST(plane.at(-1e3, -1e3) == 1);
  BOOST_TEST(plane.at(1e3, 100) == 6);
  const SynapseMap line{{}, {0, 100, 300}, {0, 2, 1}};
  BOOST_TEST(line.at(77, 50) == 1);
  BOOST_TEST(line.at(-77, 200) == 1.5);
  const SynapseMap one{{}, {10}, {3}};
  BOOST_TEST(one.at(0, 0) == 3);
}

BOOST_AUTO_TEST_CASE(synapses_follow_a_map_of_two_dimensions) {
  // NetPyNE's 2Dmap: bilinear in x and y from the soma, by length
  const std::string map =
      "{by: length, map: {x: [0 um, 100 um, 200 um], y: [0 um, 100 um, 200 um],\n"
      "        values: [[1, 0, 4], [2, 1, 1], [0, 0, 0]]}}";
  const auto m = read(joined("{cell: cross, number: 3}", map));
  const SynapseMap grid{{0, 100, 200}, {0, 100, 200}, {1, 0, 4, 2, 1, 1, 0, 0, 0}};
  const auto expected = over_segments(m, [&](const Point& p) { return grid.at(p.x, p.y); });
  for (const std::uint64_t node : {0U, 2U}) {
    const auto seen = seen_on(m, node);
    BOOST_TEST(seen.all == 2000);
    BOOST_TEST(chi_square(seen, expected) < most_chi);
  }
}

BOOST_AUTO_TEST_CASE(maps_along_y_may_be_shifted_lie_in_space_or_come_from_a_file) {
  const test::TemporaryFolder folder;
  std::ofstream{folder.path() / "map.csv"} << "y,value\n700,1\n600,3\n500,0\n";
  const SynapseMap line{{}, {500, 600, 700}, {0, 3, 1}};
  // the soma is at y = 550 on the map
  const auto shifted =
      read(joined("{cell: cross, number: 1}", "{by: length, map: {file: map.csv, soma_y: 550 um}}"),
           folder.path());
  BOOST_TEST(chi_square(seen_on(shifted, 0), over_segments(shifted, [&](const Point& p) {
                          return line.at(0, p.y + 550);
                        })) < most_chi);
  // each cell has its own depth
  const auto deep = read(
      joined("{cell: cross, cells: [{y: 450 um}, {y: 580 um}]}",
             "{by: length, map: {y: [500 um, 600 um, 700 um], values: [0, 3, 1], depth: true}}"),
      folder.path());
  for (const std::uint64_t node : {0U, 1U}) {
    const double y = node == 0 ? 450 : 580;
    BOOST_TEST(chi_square(seen_on(deep, node), over_segments(deep, [&](const Point& p) {
                            return line.at(0, p.y + y);
                          })) < most_chi);
  }
}

BOOST_AUTO_TEST_CASE(a_turned_cell_meets_the_map_turned) {
  // a quarter turn about z takes the dendrite along x to y, and that along y to -x
  const auto m = read(joined("{cell: cross, number: 2, rotation: {z: 90 degree}}",
                             "{by: length, map: {y: [0 um, 100 um, 200 um], values: [0, 1, 3]}}"));
  const SynapseMap line{{}, {0, 100, 200}, {0, 1, 3}};
  const auto expected = over_segments(m, [&](const Point& p) { return line.at(0, p.x); });
  BOOST_TEST(chi_square(seen_on(m, 1), expected) < most_chi);
}

BOOST_AUTO_TEST_CASE(a_connection_that_finds_no_place_on_its_targets_is_a_warning) {
  const auto idle = [&](const std::string& spread) {
    const auto m = read(joined("{cell: cross, number: 3}", spread));
    return idle_places(Atlas{m, 1}).text();
  };
  BOOST_TEST(idle("{by: area}").empty());
  BOOST_TEST(has(idle("{density: path > 1000}"),
                 "warning: connection/0: no cell of \"b\" has a place for its synapses"));
}

BOOST_AUTO_TEST_CASE(mistakes_in_maps_and_turns_are_told) {
  const test::TemporaryFolder folder;
  std::ofstream{folder.path() / "hole.csv"} << "x,y,value\n0,0,1\n0,1,1\n1,0,1\n";
  std::ofstream{folder.path() / "names.csv"} << "x,z,value\n0,0,1\n";
  const auto map = [&](const std::string& what) {
    return refusal(joined("{cell: cross, number: 1}", "{map: {" + what + "}}"), folder.path());
  };
  BOOST_TEST(map("y: [0 um, 1 um], values: [1, 2]") == "nothing was wrong");
  BOOST_TEST(has(map("y: [1 um, 0 um], values: [1, 2]"), "ascending order"));
  BOOST_TEST(has(map("y: [0, 1], values: [1, 2]"), "um"));
  BOOST_TEST(has(map("y: [0 um, 1 um], values: [1, 2, 3]"), "values: 3 where 2 are needed"));
  BOOST_TEST(has(map("x: [0 um, 1 um], y: [0 um], values: [1, 2]"), "one for each y"));
  BOOST_TEST(has(map("y: [0 um, 1 um], values: [1, -2]"), "0 or more"));
  BOOST_TEST(has(map("y: [0 um, 1 um], values: [0, 0]"), "no place for a synapse"));
  BOOST_TEST(has(map("y: [0 um], values: [1], depth: true, soma_y: 3 um"), "leave `soma_y` out"));
  BOOST_TEST(has(map("file: hole.csv"), "has 3 rows; a grid of 2 by 2 points"));
  BOOST_TEST(has(map("file: names.csv"), "it has x, z, value"));
  BOOST_TEST(has(map("file: nowhere.csv"), "nowhere.csv"));
  const auto turned = [&](const std::string& population) {
    return refusal(cells + "populations: {a: " + population + "}\n");
  };
  BOOST_TEST(has(turned("{cell: leaky, number: 1, rotation: {y: 3 degree}}"), "point neuron"));
  BOOST_TEST(has(turned("{cell: cross, number: 1, rotation: {y: 3}}"), "degree"));
  BOOST_TEST(turned("{cell: cross, number: 1, rotation: {y: 3 degree}}") == "nothing was wrong");
}

BOOST_AUTO_TEST_SUITE_END()
