// SPDX-License-Identifier: MIT
// Where cells are, what is known of them, and whom rules of a model file choose.
#include "network/atlas.hpp"

#include <hdf5.h>

#include <cmath>
#include <fstream>
#include <map>
#include <numbers>

#include "network/contacts.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace cell;

namespace {

Model read(const std::string& text, const std::filesystem::path& folder = {}) {
  tutti::config::Location place{"test", 0, 0, folder.string()};
  return read_model(tutti::config::parse_yaml(text, place), tutti::parse_duration("0.5 ms"));
}

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const tutti::Error& e) {
    return e.what();
  }
  return "nothing was wrong";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string cells = R"(
space: {x: 400 um, y: 1 mm, z: 400 um, layers: {L4: [400 um, 600 um]}}
cells:
  leaky: {model: IF_curr_exp}
  ball:
    sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 400 um, diam: 2 um, nseg: 40}}
    membrane: {all: {pas: {}}}
synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}}
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(atlas)

BOOST_AUTO_TEST_CASE(cells_fill_their_shape_evenly) {
  const auto m = read(cells + R"(
populations:
  box: {cell: leaky, number: 4000}
  column: {cell: leaky, number: 4000, cylinder: {y: [100 um, 300 um]}}
  egg: {cell: leaky, number: 4000, ellipsoid: {}}
  layer: {cell: leaky, number: 100, layer: L4}
)");
  const Atlas a{m, 7};
  std::array<double, 10> rings{}, shells{};
  for (std::uint64_t k = 0; k < 4000; ++k) {
    const auto in_box = a.position(k), in_column = a.position(4000 + k),
               in_egg = a.position(8000 + k);
    BOOST_REQUIRE((in_box.x >= 0 && in_box.x <= 400 && in_box.y >= 0 && in_box.y <= 1000));
    const double r = std::hypot(in_column.x - 200, in_column.z - 200) / 200;
    BOOST_REQUIRE((r <= 1 && in_column.y >= 100 && in_column.y <= 300));
    rings[static_cast<std::size_t>(r * r * 10)] += 1;  // equal areas
    const double s =
        std::hypot((in_egg.x - 200) / 200, (in_egg.y - 500) / 500, (in_egg.z - 200) / 200);
    BOOST_REQUIRE(s <= 1);
    shells[static_cast<std::size_t>(s * s * s * 10)] += 1;  // equal volumes
  }
  double chi_rings = 0, chi_shells = 0;
  for (std::size_t k = 0; k < 10; ++k) {
    chi_rings += std::pow(rings[k] - 400, 2) / 400;
    chi_shells += std::pow(shells[k] - 400, 2) / 400;
  }
  BOOST_TEST(chi_rings < 27.9);  // 99.9 % point of chi-square of 9
  BOOST_TEST(chi_shells < 27.9);
  for (std::uint64_t k = 12000; k < 12100; ++k)
    BOOST_REQUIRE((a.position(k).y >= 400 && a.position(k).y <= 600));
}

BOOST_AUTO_TEST_CASE(a_density_says_how_many_and_where) {
  const auto m = read(cells + R"(
populations:
  even: {cell: leaky, density: 5e4 mm-3, cylinder: {}}
  slope: {cell: leaky, density: (5e4 * 2 * ynorm) mm-3}
)");
  BOOST_TEST(m.populations[0].number == std::llround(5e4 * 0.16 * std::numbers::pi / 4));
  BOOST_TEST(m.populations[1].number == 8000U);
  const Atlas a{m, 1};
  std::array<double, 10> bins{};
  for (std::uint64_t k = 0; k < 8000; ++k)
    bins[static_cast<std::size_t>(std::pow(a.position(m.populations[1].first + k).y / 1000, 2) *
                                  10)] += 1;
  double chi = 0;
  for (const double b : bins) chi += (b - 800) * (b - 800) / 800;
  BOOST_TEST(chi < 27.9);  // 99.9 % point of chi-square of 9
}

BOOST_AUTO_TEST_CASE(grids_lists_and_files_place_cells_where_they_say) {
  const test::TemporaryFolder folder;
  std::ofstream{folder.path() / "cells.csv"} << "x,y,z,angle\n1,2,3,30\n4,5,6,60\n";
  {
    const auto file =
        H5Fcreate((folder.path() / "cells.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t n = 3;
    const auto space = H5Screate_simple(1, &n, nullptr);
    double at = 0;
    for (const char* name : {"x", "y", "z"}) {
      const double values[] = {at, at + 1, at + 2};
      const auto set =
          H5Dcreate(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
      H5Dclose(set);
      at += 10;
    }
    H5Sclose(space), H5Fclose(file);
  }
  const auto m = read(cells + R"(
populations:
  grid: {cell: leaky, grid: {spacing: [100 um, 200 um, 100 um]}}
  listed: {cell: leaky, cells: [{x: 1 um, y: 2 mm, z: 0 um, angle: 90}, {x: 3 um, angle: 180}]}
  csv: {cell: leaky, file: cells.csv}
  hdf5: {cell: leaky, file: cells.h5}
connections:
  - {from: {where: angle == 60 or angle == 180}, to: grid, weight: 1 nA, delay: 1 ms}
)",
                      folder.path());
  BOOST_TEST(m.populations[0].number == 5U * 6 * 5);
  const Atlas a{m, 1};
  BOOST_TEST(a.position(7).x == 200);
  BOOST_TEST(a.position(7).y == 200);
  const auto first = m.populations[1].first;
  BOOST_TEST(a.position(first).y == 2000);
  BOOST_TEST(a.position(first + 3).z == 6);
  BOOST_TEST(a.position(first + 6).y == 12);
  const auto c = a.connections(m.connections[0]);
  BOOST_TEST((c.sources == tutti::Elements::of({first + 1, first + 3})));
}

BOOST_AUTO_TEST_CASE(conditions_choose_by_names_words_and_places) {
  const auto m = read(cells + R"(
numbers: {edge: 0.3 mm}
populations:
  a: {cell: leaky, number: 500, attributes: {kind: basket, angle: {uniform: [0, 180]}}}
  b: {cell: leaky, number: 300, attributes: {kind: chandelier, angle: (180 * xnorm)}}
  c: {cell: leaky, number: 200}
connections:
  - {from: {where: kind == basket and y < edge}, to: {populations: [b, c], where: angle > 90}, weight: 1 nA, delay: 1 ms}
  - {from: {where: kind == basket and y > 2000}, to: c, weight: 1 nA, delay: 1 ms}
)");
  const Atlas a{m, 5};
  BOOST_TEST(m.connections.size() == 3U);  // one for each target population
  const auto c = a.connections(m.connections[0]);
  std::uint64_t low = 0, right = 0;
  for (std::uint64_t gid = 0; gid < 500; ++gid) {
    low += a.position(gid).y < 300 ? 1U : 0U;
    BOOST_REQUIRE(c.sources.contains(gid) == (a.position(gid).y < 300));
  }
  for (std::uint64_t gid = 500; gid < 800; ++gid) {
    right += a.position(gid).x > 200 ? 1U : 0U;
    BOOST_REQUIRE(c.targets.contains(gid) == (a.position(gid).x > 200));
  }
  BOOST_TEST(c.sources.size() == low);
  BOOST_TEST(c.targets.size() == right);  // c has no angle
  const auto idle = idle_conditions(a);
  BOOST_REQUIRE(idle.all().size() == 1U);
  BOOST_TEST(has(idle.text(),
                 "warning: connection/1: no cell is chosen by `from: {where: "
                 "\"kind == basket and y > 2000\"}`"));
}

BOOST_AUTO_TEST_CASE(synapses_spread_over_the_dendrite_as_the_density_says) {
  const auto m = read(cells + R"(
populations:
  a: {cell: leaky, number: 200}
  b: {cell: ball, number: 20, box: {x: [0 um, 0 um], y: [0 um, 0 um], z: [0 um, 0 um]}}
connections:
  - {from: a, to: b, synapse: ampa, weight: 1 nS, delay: 1 ms, region: [dend], synapses: 5, spread: {density: exp(-path / 100), by: length}}
  - {from: a, to: b, synapse: ampa, weight: (2 * exp(-path / 200)) nS, delay: (1 + path / 500) ms, sections: [dend], synapses: 8, spread: {even: true}}
)");
  const Atlas a{m, 2};
  const auto& cable = m.cells[1].type.cable;
  std::vector<std::uint64_t> mine(20);
  for (std::uint64_t k = 0; k < 20; ++k) mine[k] = 200 + k;
  std::vector<double> seen(cable.segments.size(), 0), expected(cable.segments.size(), 0);
  double all = 0, total = 0;
  for_each_contact(a, m.connections[0], mine, [&](const Contact& c) {
    seen[static_cast<std::size_t>(c.segment)] += 1, ++all;
  });
  BOOST_TEST(all == 200 * 20 * 5);
  for (std::size_t s = 1; s < seen.size(); ++s)
    total += expected[s] = std::exp(-cable.segments[s].path / 100) * cable.segments[s].length;
  double chi = 0;
  for (std::size_t s = 1; s < seen.size(); ++s)
    chi += std::pow(seen[s] - all * expected[s] / total, 2) / (all * expected[s] / total);
  BOOST_TEST(seen[0] == 0);
  BOOST_TEST(chi < 72.1);  // 99.9 % point of chi-square of 39
  std::map<int, int> places;
  for_each_contact(a, m.connections[1], mine, [&](const Contact& c) {
    ++places[c.segment];
    const double path = cable.segments[static_cast<std::size_t>(c.segment)].path;
    BOOST_REQUIRE(std::abs(c.weight_uS - 2e-3 * std::exp(-path / 200)) < 1e-15);
    BOOST_REQUIRE(std::abs(c.delay_ms - (1 + path / 500)) < 1e-12);
  });
  BOOST_TEST(places.size() == 8U);  // in the middles of eight stretches of five segments each
  for (const auto& [segment, number] : places) {
    BOOST_TEST(segment % 5 == 3);
    BOOST_TEST(number == 4000);
  }
}

BOOST_AUTO_TEST_CASE(mistakes_in_places_and_rules_are_told) {
  const auto wrong = [&](const std::string& population, const std::string& connection) {
    return refusal(cells + "populations:\n  a: {cell: leaky, number: 10}\n  b: " + population +
                   "\nconnections:\n  - " + connection + "\n");
  };
  const std::string fine = "{cell: leaky, number: 5}",
                    joined = "{from: a, to: b, weight: 1 nA, delay: 1 ms}";
  BOOST_TEST(wrong(fine, joined) == "nothing was wrong");
  BOOST_TEST(
      has(wrong("{cell: leaky}", joined), "needs one of number, density, grid, cells and file"));
  BOOST_TEST(has(wrong("{cell: leaky, number: 5, layer: L5}", joined), "there are L4"));
  BOOST_TEST(has(wrong("{cell: leaky, density: 5e4 um}", joined), "um"));
  BOOST_TEST(has(wrong(fine, "{from: a, to: c, weight: 1 nA, delay: 1 ms}"),
                 "no population is called \"c\"; there are a, b"));
  const auto rule = [&](const std::string& what) {
    return wrong(fine, "{from: a, to: b, weight: 1 nA, delay: 1 ms, " + what + "}");
  };
  BOOST_TEST(
      has(rule("rule: {probability: 1.5}"), "a probability of 1.5; it must lie between 0 and 1"));
  BOOST_TEST(has(rule("rule: {probability: exp(-dist_4D)}"),
                 "unknown name 'dist_4D' (did you mean 'dist_2D'"));
  BOOST_TEST(has(rule("where: pre_layr > 1"), "unknown name 'pre_layr'"));
  BOOST_TEST(has(rule("rule: {fixed_total: 5}, where: dist_3D < 5"), "does not go with"));
  const auto delay = [&](const std::string& what) {
    return wrong(fine, "{from: a, to: b, weight: 1 nA, delay: " + what + "}");
  };
  BOOST_TEST(has(delay("0.2 ms"), "shorter than the module's step of 0.5 ms"));
  BOOST_TEST(has(delay("{normal: [2 ms, 1 ms]}"), "add `min: 0.5 ms`"));
  BOOST_TEST(delay("{normal: [2 ms, 1 ms], min: 0.5 ms}") == "nothing was wrong");
  BOOST_TEST(has(delay("(dist_3D / 300)"), "needs the unit of its values behind it"));
  BOOST_TEST(has(delay("{norml: [2 ms, 1 ms]}"), "\"norml\" where a value in ms is needed"));
}

BOOST_AUTO_TEST_CASE(rates_are_formulas_of_time_and_place) {
  const auto m = read(R"(
space: {x: 400 um, y: 1 mm, z: 400 um}
numbers: {top: 40, cycle: 200 ms}
cells:
  wave: {model: SpikeSourcePoisson, parameters: {rate: (top * (1 + sin(2 * pi * (t / cycle - x / 400)))) Hz}}
  common: {model: SpikeSourceInhPoisson, parameters: {rate: (0.01 + 0.01 * t / cycle) kHz}}
  fixed: {model: SpikeSourcePoisson, parameters: {rate: (5 + x / 100) Hz}}
  below: {model: SpikeSourcePoisson, parameters: {rate: (30 - t) Hz}}
populations:
  a: {cell: wave, cells: [{x: 0 um}, {x: 100 um}, {x: 300 um}]}
  b: {cell: common, number: 2}
  c: {cell: fixed, cells: [{x: 0 um}, {x: 100 um}]}
  d: {cell: below, number: 1}
)");
  const Atlas where{m, 3};
  const auto rates = [&](std::size_t population, double t) {
    const auto& p = m.populations[population];
    const auto values = where.values_of(p);
    std::vector<std::uint64_t> gids;
    for (std::uint64_t k = 0; k < p.number; ++k) gids.push_back(p.first + k);
    std::vector<double> found(gids.size());
    values.course(m.cells[p.cell].point->find("rate"))(t, gids, found);
    return found;
  };
  const auto wave = rates(0, 50);  // a quarter of a cycle: sin of pi/2, 0 and -pi
  BOOST_TEST(std::abs(wave[0] - 80) + std::abs(wave[1] - 40) + std::abs(wave[2] - 40) < 1e-9);
  BOOST_TEST(std::abs(rates(1, 100)[1] - 15) < 1e-9);
  const auto still = where.values_of(m.populations[2]);
  const int rate = m.cells[2].point->find("rate");
  BOOST_TEST(!still.course(rate));
  BOOST_TEST(still.of(rate, 1) == 6);
  BOOST_CHECK_EXCEPTION(rates(3, 31), tutti::Error, [](const auto& e) {
    return has(e.what(), "is -1 Hz at t = 31 ms") && has(e.what(), "max(0, (30 - t))");
  });
}

BOOST_AUTO_TEST_CASE(mistakes_in_formulas_of_time_are_told_by_their_character) {
  const auto with = [](const std::string& rate) {
    return refusal("cells: {a: {model: SpikeSourcePoisson, parameters: {rate: " + rate +
                   "}}}\npopulations: {a: {cell: a, number: 1}}\n");
  };
  BOOST_TEST(has(with("(20 * sn(t)) Hz"), "unknown function 'sn' (did you mean 'sin'?)"));
  BOOST_TEST(has(with("(20 * time) Hz"), "unknown name 'time', at character 7"));
  BOOST_TEST(has(with("(20 * t)"), "needs the unit of its values"));
  BOOST_TEST(has(with("20 * (1 + t) Hz"), "in parentheses as a whole"));
  BOOST_TEST(has(with("(20 * t) mV"), "a rate is needed"));
  const auto drive = refusal(
      "cells: {a: {model: IF_curr_exp}, b: {model: IntFire1}}\n"
      "populations: {a: {cell: a, number: 1}, b: {cell: b, number: 1}}\n"
      "drives: {x: {to: [a], rate: (2 + normal) kHz, weight: 1 nA},\n"
      "         y: {to: [b], rate: (2 + t) Hz, weight: 0.1}}\n");
  BOOST_TEST(has(drive, "no `uniform` or `normal`"));
  BOOST_TEST(has(drive, "event-driven"));
}

BOOST_AUTO_TEST_SUITE_END()
