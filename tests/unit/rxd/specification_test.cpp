// SPDX-License-Identifier: MIT
// What a model file may say: own cells, geometries, boundaries, inputs of values, selections.
#define BOOST_TEST_MODULE rxd_specification
#include <numbers>

#include "app/cells.hpp"
#include "app/specification.hpp"
#include "solver/network.hpp"
#include "test.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace {

using namespace tutti;
using namespace tutti::rxd_app;

const std::string whole = R"yaml(
cells:
  count: 2
  sections:
    soma: {length: 10 um, diameter: 10 um, segments: 1, type: soma}
    dend: {parent: soma, length: 40 um, diameter: [2 um, 1 um], segments: 4, direction: [0, 1, 0]}
    spine: {parent: dend, at: 0.6, length: 1 um, diameter: 0.3 um, segments: 2}
regions:
  cyt: {}
  shell: {geometry: shell, inner: 0.8, outer: 1}
  er: {geometry: fixed_cross_section, cross_section: 0.1 um2, where: {section: [dend]}}
  er_membrane: {geometry: fixed_perimeter, perimeter: 2 um, where: {section: [dend], if: y < 220}}
species:
  ca: {regions: [cyt, er], diffusion: {cyt: 0.2 um2/ms}, charge: 2, initial: "edge*(x > 5)"}
  dye: {regions: [shell], diffusion: 0.1 um2/ms, initial: 1 uM}
parameters: {edge: 2 uM, k: 0.1 ms-1}
boundaries:
  bath: {species: ca, region: cyt, where: {section: [soma]}, value: 3*edge}
rates: {dye: -k*dye}
inputs:
  k: {parameter: k, unit: ms-1}
  bath: {boundary: bath}
outputs:
  ca: {species: ca, region: cyt, where: {section: [spine], cell: [1]}}
solver: {scheme: cvode, tolerance: 1e-6, threads: 2}
)yaml";

/// `whole` with one part of it replaced.
std::string with(const std::string& part, const std::string& by) {
  std::string text = whole;
  const auto at = text.find(part);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

Specification read(const std::string& text) {
  config::Problems found;
  const config::Node node = config::parse_yaml(text, std::string{"model.yaml"});
  if (!config::check(node, schema(), found)) throw Error{Fault::config, "{}", found.text()};
  return read_specification(node);
}

std::string problem(const std::string& text) {
  try {
    const Specification specification = read(text);
    const ::rxd::Network network{specification.model};
    const Cells cells{
        network, segments_of_sections(specification.cell, specification.cells), {0, 1}};
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

bool says(const std::string& text, const std::string& part) {
  const std::string said = problem(text);
  BOOST_TEST_MESSAGE(said);
  return said.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rxd_specification_suite)

BOOST_AUTO_TEST_CASE(sections_become_segments_that_hang_where_they_should) {
  const Specification specification = read(whole);
  const ElementTable table = segments_of_sections(specification.cell, specification.cells);
  BOOST_TEST(table.ids.size() == 14U);
  BOOST_TEST(table.integers("parent")[1] == 0);
  BOOST_TEST(table.integers("parent")[5] == 3);  // 0.6 of four segments: on the third, at 0.4
  BOOST_TEST(table.reals("parent_at")[5] == 0.4, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(table.integers("parent")[12] == 10);  // of the second cell
  BOOST_TEST(table.reals("y1")[11] == 140);
  BOOST_TEST(table.reals("x0")[5] == 10);
  BOOST_TEST(table.reals("y0")[5] == 24);
  double volume = 0;
  for (std::size_t i = 1; i < 5; ++i) volume += table.reals("volume")[i];
  BOOST_TEST(volume == std::numbers::pi / 12 * 40 * (4 + 2 + 1),
             boost::test_tools::tolerance(1e-12));  // of the whole frustum
}

BOOST_AUTO_TEST_CASE(a_whole_specification_means_what_it_says) {
  const Specification specification = read(whole);
  const ::rxd::Network network{specification.model};
  const auto& shell = specification.model.regions[network.region("shell").value()];
  BOOST_TEST(shell.scale == 1 - 0.8 * 0.8, boost::test_tools::tolerance(1e-14));  // of the volume
  Cells cells{network, segments_of_sections(specification.cell, specification.cells), {0, 1}, 2};
  const auto ca = network.variable("ca[cyt]"), er = network.variable("ca[er]"),
             dye = network.variable("dye");
  BOOST_TEST((cells.where(er) == Elements::of({1, 2, 3, 4, 8, 9, 10, 11})));
  BOOST_TEST((cells.offer(specification.outputs[0], ca).ids == Elements::of({12, 13})));
  BOOST_TEST((cells.held(ca) == Elements::of({0, 7})));
  std::vector<double> value(2);
  cells.read(ca, Elements::of({0, 12}), value);
  BOOST_TEST(value[0] == 6e-3, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(value[1] == 2e-3, boost::test_tools::tolerance(1e-14));
  BOOST_TEST((specification.stepping.method == Stepping::Method::cvode));
  for (std::size_t n = 0; n < 14; ++n) cells.set_driven(0, n, 0);  // the dye stays from now on
  cells.set_held(ca, 0, 1e-3);
  for (int i = 0; i < 100; ++i) cells.advance(i * 1000.0, 1000, specification.stepping);
  cells.read(dye, Elements::of({0, 12}), value);
  BOOST_TEST(value[1] == 1e-3, boost::test_tools::tolerance(1e-9));
  cells.read(ca, Elements::of({6, 13}), value);  // each cell comes to its bath
  BOOST_TEST(value[0] == 1e-3, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(value[1] == 6e-3, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(every_mistake_says_what_was_needed) {
  const std::string negative =
      "cells: {sections: {soma: {length: 9 um, diameter: 9 um}}}\nregions: {cyt: {}}\nspecies:\n  "
      "ca: ";
  BOOST_TEST(says(negative + "{initial: 1 - x}\n",
                  "the initial value of ca is -3.5 mM at (4.5, 0, 0) um"));
  BOOST_TEST(says(negative + "{initial: 1/(x - x)}\n", "'ca' is not finite at (4.5"));
  BOOST_TEST(says(with("section: [spine]", "section: [spin]"), "\"spin\" is no section of"));
  BOOST_TEST(says(with("regions: [shell]", "regions: [shel]"), "(did you mean 'shell'?)"));
  BOOST_TEST(says(with("inner: 0.8", "inner: 1"), "has no volume"));
  BOOST_TEST(says(with("cross_section: 0.1 um2, ", ""), "needs `cross_section:`"));
  BOOST_TEST(says(with("perimeter: 2 um", "perimeter: 2 um2"), "um"));
  BOOST_TEST(says(with("{cyt: 0.2 um2/ms}", "{cyr: 0.2 um2/ms}"), "does not live in cyr"));
  BOOST_TEST(says(with("parameter: k", "parameter: kk"), "there is no parameter \"kk\""));
  BOOST_TEST(says(with("boundary: bath", "boundary: bad"), "there is no boundary \"bad\""));
  BOOST_TEST(says(with("value: 3*edge", "value: 3*edg"), "unknown name 'edg'"));
  BOOST_TEST(says(with("if: y < 220", "if: y < dye"), "unknown name 'dye'"));
  BOOST_TEST(says(with("parent: soma, length", "length"), "only the first section"));
  BOOST_TEST(says(with("k: {parameter: k, unit: ms-1}", "k: {unit: ms-1}"), "an input is either"));
  BOOST_TEST(
      says(with("k: {parameter: k", "k: {species: ca, parameter: k"), "2 of them are given"));
  BOOST_TEST(says(with("tolerance: 1e-6", "step: 1 ms"), "chooses its own steps"));
}

BOOST_AUTO_TEST_SUITE_END()
