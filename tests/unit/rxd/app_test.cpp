// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE rxd_app
#include <fstream>
#include <numbers>

#include "app/cells.hpp"
#include "app/charge.hpp"
#include "app/specification.hpp"
#include "app/units.hpp"
#include "solver/network.hpp"
#include "test.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace {

using namespace tutti;
using namespace tutti::rxd_app;

config::Node load(const std::string& text) {
  return config::parse_yaml(text, std::string{"model.yaml"});
}

/// All that checker and reader say of a model.
std::string problems(const std::string& text) {
  config::Problems found;
  const config::Node node = load(text);
  if (!config::check(node, schema(), found)) return found.text();
  try {
    read_specification(node);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("said: " << text);
  return found;
}

/// Cells of a soma and two apical branches of five segments, numbered in an order of no meaning.
ElementTable table_of_cells(std::size_t cells) {
  ElementTable t;
  t.kind = "segment";
  const std::size_t per_cell = 11;
  const std::size_t count = cells * per_cell;
  t.ids = Elements::range(100, count);
  std::vector<std::int64_t> cell(count), type(count), parent(count);
  std::vector<double> at(count, 1), length(count, 10), d(count), area(count), volume(count),
      x0(count), x1(count), zero(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t k = i % per_cell;
    cell[i] = static_cast<std::int64_t>(i / per_cell);
    type[i] = k == 0 ? 1 : 4;
    const std::size_t before = k == 6 ? 5 : 1;  // the second branch begins at the soma again
    parent[i] = k == 0 ? -1 : static_cast<std::int64_t>(100 + i - (k == 6 ? 6 : before));
    d[i] = k == 0 ? 15 : 1 + 0.1 * static_cast<double>(i / per_cell);
    area[i] = std::numbers::pi * d[i] * length[i];
    volume[i] = std::numbers::pi / 4 * d[i] * d[i] * length[i];
    x0[i] = 10 * static_cast<double>(k);
    x1[i] = x0[i] + 10;
  }
  t.set("cell", cell);
  t.set("swc_type", type);
  t.set("parent", parent);
  t.set("parent_at", "", at);
  t.set("length", "um", length);
  t.set("d0", "um", d);
  t.set("d1", "um", d);
  t.set("area", "um2", area);
  t.set("volume", "um3", volume);
  t.set("x0", "um", x0);
  t.set("x1", "um", x1);
  for (const char* name : {"y0", "y1", "z0", "z1"}) t.set(name, "um", zero);
  return t;
}

Specification shipped() {
  return read_specification(config::read_yaml(test::source() / "rxd/models/calcium.yaml"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_app_suite)

BOOST_AUTO_TEST_CASE(values_with_units_become_um_ms_and_mM) {
  BOOST_TEST(in_solver_units("0.1 uM") == "0.0001");
  BOOST_TEST(in_solver_units("2 um2/s") == "0.002");
  BOOST_TEST(std::stod(in_solver_units("100 M-1 s-1")) == 1e-4,
             boost::test_tools::tolerance(1e-15));
  BOOST_TEST(in_solver_units("6.02 um-2 ms-1 mM-1") == "6.02");
  BOOST_TEST(in_solver_units("2*kf + 1") == "2*kf + 1");
  BOOST_TEST(in_solver_units("5 mM-1 s-1", rate_unit(2, false)) == "0.005");
  BOOST_CHECK_THROW(in_solver_units("5 s-1", rate_unit(2, false)), Error);
}

BOOST_AUTO_TEST_CASE(mistakes_are_told_all_at_once_with_line_and_column) {
  const std::string all = problems(
      "regions:\n"
      "  cyt: {}\n"
      "species:\n"
      "  ca: {charge: 2, initial: 1e-4 mM, diffusion: 0.1 um2/ms}\n"
      "  buf: {initial: cax + 1}\n"
      "reactions:\n"
      "  binding: {equation: ca + bof > 0, forward: 1 mM-1 ms-1}\n"
      "rates:\n"
      "  ca: -ca/tauu\n");
  BOOST_TEST(contains(all, "model.yaml:5:18: error: species buf, initial: unknown name 'cax'"));
  BOOST_TEST(contains(all,
                      "model.yaml:7:28: error: reactions binding, equation: unknown species 'bof' "
                      "(did you mean 'buf'?)"));
  BOOST_TEST(contains(all, "model.yaml:9:11: error: rates ca: unknown name 'tauu'"));
}

BOOST_AUTO_TEST_CASE(wrong_keys_units_ports_and_types_are_refused) {
  const std::string base =
      "regions: {cyt: {}}\nspecies:\n  ca: {charge: 2, initial: 1 uM}\n  b: {}\n";
  BOOST_TEST(problems(base) == "");
  BOOST_TEST(contains(problems(base + "reaction: {}\n"), "reactions"));
  BOOST_TEST(
      contains(problems(base + "reactions: {r: {equation: ca > b, forward: 5 mM}}\n"), "mM"));
  BOOST_TEST(
      contains(problems(base + "reactions: {r: {equation: ca > b}}\n"), "a rate is missing"));
  BOOST_TEST(contains(problems(base + "inputs: {i: {species: b}}\n"), "has no charge"));
  BOOST_TEST(contains(problems(base + "outputs: {o: {species: cb}}\n"), "unknown species 'cb'"));
  BOOST_TEST(contains(problems(base + "where: {swc_type: [apix]}\n"), "apic"));
}

BOOST_AUTO_TEST_CASE(values_rates_and_boundaries_of_another_unit_are_refused) {
  const std::string base = "regions: {cyt: {}}\nstates: {h: {}}\nspecies:\n  b: {}\n";
  BOOST_TEST(problems(base + "  ca: {initial: 1 uM}\nrates: {ca: 2 uM/ms, h: 1 s-1}\n") == "");
  for (const char* wrong : {"  ca: {initial: 1 mV}\n", "  ca: {initial: {cyt: 1 ms}}\n",
                            "  ca: {}\nrates: {ca: 1 uM}\n", "  ca: {}\nrates: {h: 1 uM/ms}\n",
                            "  ca: {}\nboundaries: {b: {species: ca, value: 3 um}}\n"})
    BOOST_TEST(contains(problems(base + wrong), "is needed"), wrong);
  BOOST_TEST(contains(problems(base + "  ca: {}\nreactions: {r: {equation: ca > b, forward: 1, "
                                      "region: cyto}}\n"),
                      "unknown region 'cyto' (did you mean 'cyt'?)"));
}

BOOST_AUTO_TEST_CASE(a_shorter_source_step_is_averaged_and_a_longer_one_held_without_loss) {
  const auto at = [](int us) { return Time{Duration{us * 1'000'000LL}}; };
  const Elements both = Elements::range(0, 2), one = Elements::range(0, 1),
                 two = Elements::range(1, 1);
  Charge charge{both, Duration{100'000'000}};  // windows of 0.1 ms
  double applied[2] = {0, 0};
  const auto window = [&](const std::vector<Sample>& samples) {
    charge.take(samples);
    for (std::size_t k = 0; k < 2; ++k) applied[k] += charge.current()[k] * 0.1;
  };
  const std::vector<double> zero{0}, a{1}, b{3}, c{5};
  window({{at(0), &one, zero}, {at(0), &two, zero}});
  window({{at(50), &one, a}, {at(100), &one, b}});  // 1 and 3 nA for 0.05 ms each
  BOOST_TEST(charge.current()[0] == 2, boost::test_tools::tolerance(1e-14));
  window({{at(150), &one, b}, {at(200), &one, b}, {at(200), &two, c}});  // 5 nA for the 0.2 ms past
  window({{at(250), &one, zero}, {at(300), &one, zero}});
  BOOST_TEST(charge.received()[0] == 0.05 * (1 + 3 + 3 + 3), boost::test_tools::tolerance(1e-14));
  BOOST_TEST(charge.received()[1] == 1.0, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(applied[0] == charge.received()[0], boost::test_tools::tolerance(1e-14));
  BOOST_TEST(applied[1] == charge.received()[1], boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_ranks_and_threads) {
  const Specification specification = shipped();
  const ::rxd::Network network{specification.model};
  const auto ca = network.variable("ca[cyt]");
  const ElementTable table = table_of_cells(7);
  const auto run = [&](int ranks, const Stepping& stepping, int threads = 1) {
    std::map<std::uint64_t, double> values;
    for (int rank = 0; rank < ranks; ++rank) {
      Cells cells{network, table, {rank, ranks}, threads};
      BOOST_TEST(cells.trees() == 2 * cells.parts().size());  // the soma is not chosen: two roots
      const Elements at = cells.where(ca);
      for (std::size_t n = 0; n < at.size(); ++n)
        cells.set_source(ca, n, 1e-3 * static_cast<double>(at.at(n) % 5));
      for (int i = 0; i < 40; ++i) cells.advance(i, 0.1, stepping);
      std::vector<double> mine(at.size());
      cells.read(ca, at, mine);
      std::size_t k = 0;
      at.for_each([&](std::uint64_t e) { values[e] = mine[k++]; });
    }
    return values;
  };
  using Method = Stepping::Method;
  for (const auto method : {Method::fixed, Method::rodas, Method::cvode}) {
    const Stepping stepping{.method = method};
    const auto alone = run(1, stepping);
    BOOST_TEST(alone.size() == 70U);
    BOOST_TEST((run(2, stepping) == alone));  // bit for bit
    BOOST_TEST((run(3, stepping) == alone));
    BOOST_TEST((run(1, stepping, 3) == alone));
    BOOST_TEST((run(2, stepping, 2) == alone));
  }
}

BOOST_AUTO_TEST_CASE(the_shipped_calcium_model_rests_and_answers_to_calcium) {
  const Specification specification = shipped();
  const ::rxd::Network network{specification.model};
  const auto ca = network.variable("ca[cyt]");
  Cells cells{network, table_of_cells(1), {0, 1}};
  const Elements at = cells.where(ca);
  std::vector<double> values(at.size());
  for (int i = 0; i < 1000; ++i) cells.advance(i, 1, specification.stepping);
  cells.read(ca, at, values);
  for (const double v : values) BOOST_TEST(v == 1e-4, boost::test_tools::tolerance(1e-6));
  // 2 pA inward for 2 ms into one 10 um segment: a transient that decays within a second.
  cells.set_source(ca, 2, 2e-3 * 1e6 / (2 * ::rxd::faraday));
  Stepping fine = specification.stepping;
  fine.longest_ms = 0.1;
  cells.advance(0, 2, fine);
  cells.read(ca, at, values);
  const double peak = values[2];
  BOOST_TEST(peak > 1.5e-4);
  cells.set_source(ca, 2, 0);
  double largest = peak;
  for (int i = 0; i < 2000; ++i) {
    cells.advance(i, 1, specification.stepping);
    cells.read(ca, at, values);
    largest = std::max(largest, std::ranges::max(values));
  }
  BOOST_TEST_MESSAGE("peak " << peak << ", largest later " << largest << ", after 2 s " << values[2]
                             << " mM");
  BOOST_TEST(values[2] < peak);
}

BOOST_AUTO_TEST_CASE(a_negative_concentration_names_cell_element_species_and_cause) {
  const config::Node node = load(
      "regions: {cyt: {}}\n"
      "species: {ca: {charge: 2, initial: 1 uM}}\n"
      "reactions: {drain: {equation: ca > 0, rate: 1 uM ms-1}}\n");
  const Specification specification = read_specification(node);
  const ::rxd::Network network{specification.model};
  Cells cells{network, table_of_cells(2), {0, 1}};
  cells.advance(0, 0.5, specification.stepping);
  BOOST_CHECK_EXCEPTION(cells.advance(0.5, 1, specification.stepping), Error, [](const Error& e) {
    return contains(e.what(), "cell 0, element 1") &&
           contains(e.what(), ": ca is -0.0005 at 1.5 ms; most is taken by drain");
  });
}

BOOST_AUTO_TEST_CASE(a_step_rejected_for_ever_names_cell_element_species_and_time) {
  // x' = x^2 has no solution beyond t = 1; only one segment of cell 1 has something to grow.
  for (const char* scheme : {"second_order", "adaptive", "cvode"}) {
    const config::Node node = load(
        "regions: {cyt: {}}\nspecies: {quiet: {}}\n"
        "states: {grows: {initial: \"(x > 90)*(x < 100)*(diameter > 1.05)\"}}\n"
        "rates: {grows: grows^2}\nsolver: {scheme: " +
        std::string{scheme} + "}\n");
    const Specification specification = read_specification(node);
    const ::rxd::Network network{specification.model};
    Cells cells{network, table_of_cells(2), {0, 1}};
    BOOST_CHECK_EXCEPTION(cells.advance(5, 2, specification.stepping), Error, [](const Error& e) {
      return contains(e.what(), "cell 1, element 120, in (5 ms, 7 ms]") &&
             contains(e.what(), "'grows'");
    });
  }
}

BOOST_AUTO_TEST_CASE(the_models_in_our_pages_are_some) {
  for (const auto& [page, first] : {std::pair{"rxd/README.md", "where: {swc_type"},
                                    std::pair{"docs/guide/rxd.md", "cells:  "}}) {
    std::ifstream in{test::source() / page};
    const std::string all{std::istreambuf_iterator<char>{in}, {}};
    const auto begin = all.find(first);
    BOOST_REQUIRE(begin != std::string::npos);
    BOOST_TEST(problems(all.substr(begin, all.find("```", begin) - begin)) == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()
