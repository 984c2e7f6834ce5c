// SPDX-License-Identifier: MIT
// Models on voxels as files say them: shapes, boxes and images, what goes in and out, mistakes.
#include "app/tissue.hpp"

#include <hdf5.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>

#include "app/inspect.hpp"
#include "app/swc.hpp"
#include "solver/error.hpp"
#include "solver/network.hpp"
#include "test.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace {

using namespace tutti;
using namespace tutti::rxd_app;
using std::numbers::pi;

const std::string soma = R"yaml(
cells:
  sections:
    soma: {length: 8 um, diameter: 8 um, type: soma}
    dend: {parent: soma, length: 12 um, diameter: 2 um, segments: 3}
voxels: {edge: 0.5 um}
regions:
  cyt: {}
  skin: {geometry: membrane}
species:
  ca: {regions: [cyt], diffusion: 0.5 um2/ms, charge: 2, initial: 0.1 uM}
inputs:
  i_ca: {species: ca}
outputs:
  ca: {species: ca, where: {section: [dend]}}
  mean: {species: ca, by: segment}
)yaml";

const std::string space = R"yaml(
voxels: {edge: [10 um, 10 um, 5 um], box: {from: [-50 um, -50 um, -25 um], to: [50 um, 50 um, 25 um]}}
regions:
  ecs: {geometry: extracellular, volume_fraction: 0.2, tortuosity: 1.6}
species:
  k: {diffusion: 1.96 um2/ms, charge: 1, initial: 3 mM}
inputs:
  i_k: {species: k}
outputs:
  k: {species: k}
  near: {species: k, by: segment}
)yaml";

std::string with(std::string text, const std::string& part, const std::string& by) {
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

/// A model with everything that computes it.
struct Model {
  Specification specification;
  ::rxd::Network network;
  ElementTable table;
  ::rxd::Links links;
  Tissue tissue;

  explicit Model(const std::string& text, ElementTable from = {})
      : specification{read(text)},
        network{specification.model},
        table{specification.cell.empty()
                  ? std::move(from)
                  : segments_of_sections(specification.cell, specification.cells)},
        tissue{network, specification.grid, table, {0, 1}, 2, links, {}} {}
  double amount(std::size_t variable) const {
    double sum = 0;
    for (const double a : tissue.amounts(variable)) sum += a;
    return sum;
  }
};

ElementTable neurons(const std::vector<double>& x) {
  ElementTable table;
  table.kind = "neuron";
  table.ids = Elements::range(100, x.size());
  table.set("x", "um", x);
  table.set("y", "um", std::vector<double>(x.size()));
  table.set("z", "um", std::vector<double>(x.size()));
  return table;
}

bool says(const std::string& text, const std::string& part, const ElementTable& from = {}) {
  std::string said;
  try {
    const Model model{text, from};
  } catch (const std::exception& e) {
    said = e.what();
  }
  BOOST_TEST_MESSAGE(said);
  return said.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tissue)

BOOST_AUTO_TEST_CASE(a_cell_becomes_voxels_whose_currents_are_those_of_its_segments) {
  Model m{soma};
  BOOST_TEST(m.tissue.elements().size() == 4U);
  const std::size_t ca = m.network.variable("ca");
  const auto offer = m.tissue.offer(m.specification.outputs[0], ca);
  BOOST_TEST(offer.kind == "voxel");
  // Voxels of the dendrite: a cylinder of 12 um by 2 um, to second order in half a radius.
  double volume = 0;
  for (const double v : offer.reals("volume")) volume += v;
  BOOST_TEST(volume == pi * 12, boost::test_tools::tolerance(0.1));
  for (const double x : offer.reals("x")) BOOST_TEST(x > 7);
  const double before = m.amount(ca);
  const std::vector<double> flux{0.5, 0.25, 0, 0.125};  // amol/ms by segment
  m.tissue.set_sources(ca, flux);
  for (int i = 0; i < 10; ++i) m.tissue.advance(i, 1, m.specification.stepping);
  BOOST_TEST(m.amount(ca) - before == 8.75, boost::test_tools::tolerance(1e-12));
  const auto mean = m.tissue.offer(m.specification.outputs[1], ca);
  BOOST_TEST((mean.ids == Elements::range(0, 4)));
  std::vector<double> values(4);
  m.tissue.read(m.specification.outputs[1], ca, mean.ids, values);
  BOOST_TEST(values[1] > values[0]);  // a thin dendrite fills faster than a soma
}

BOOST_AUTO_TEST_CASE(neurons_in_extracellular_space_give_it_what_leaves_them) {
  Model m{space, neurons({-20, 30})};
  const std::size_t k = m.network.variable("k");
  BOOST_TEST(m.amount(k) == 3 * 0.2 * 100 * 100 * 50, boost::test_tools::tolerance(1e-12));
  m.tissue.set_sources(k, std::vector<double>{2, 0});
  for (int i = 0; i < 50; ++i) m.tissue.advance(i, 1, m.specification.stepping);
  BOOST_TEST(m.amount(k) == 3 * 0.2 * 5e5 + 100, boost::test_tools::tolerance(1e-12));
  const auto near = m.tissue.offer(m.specification.outputs[1], k);
  BOOST_TEST((near.ids == Elements::range(100, 2)));
  std::vector<double> values(2);
  m.tissue.read(m.specification.outputs[1], k, near.ids, values);
  BOOST_TEST(values[0] > values[1]);
  BOOST_TEST(values[1] >= 3 * (1 - 1e-12));
}

BOOST_AUTO_TEST_CASE(a_flux_enters_through_the_sides_that_are_chosen) {
  const auto text = with(space, "inputs:",
                         "boundaries: {inflow: {species: k, where: {if: x < -40}, "
                         "flux: 6.02214076 um-2 ms-1}}\ninputs:");
  Model m{text, neurons({0})};
  const std::size_t k = m.network.variable("k");
  const double before = m.amount(k);
  for (int i = 0; i < 20; ++i) m.tissue.advance(i, 1, m.specification.stepping);
  // The voxels at that end: their face of 100 x 50 um and the strips of 10 um at its four sides.
  const double area = 100 * 50 + 10 * 2 * (100 + 50);
  BOOST_TEST(m.amount(k) - before == 20 * area * 1e-5, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(labels_of_an_image_are_where_a_model_is) {
  const test::TemporaryFolder folder;
  const std::string file = (folder.path() / "labels.h5").string();
  {
    const hid_t out = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t shape[] = {4, 5, 6};  // z, y, x
    const hid_t extent = H5Screate_simple(3, shape, nullptr);
    const hid_t data =
        H5Dcreate2(out, "labels", H5T_NATIVE_UINT16, extent, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    std::vector<std::uint16_t> labels(120, 0);
    for (std::size_t i = 0; i < 6; ++i) labels[i + 6 * (2 + 5 * 1)] = i < 4 ? 7 : 9;
    H5Dwrite(data, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, labels.data());
    H5Dclose(data);
    H5Sclose(extent);
    H5Fclose(out);
  }
  const auto text = [&](const std::string& labels) {
    return "voxels: {edge: 0.1 um, image: {file: " + file + ", dataset: labels, labels: " + labels +
           ", from: [1 um, 0 um, 0 um]}}\nregions: {cyt: {}}\n"
           "species: {u: {diffusion: 1 um2/ms, initial: x}}\noutputs: {u: {species: u}}\n";
  };
  Model m{text("[7]")};
  const auto offer = m.tissue.offer(m.specification.outputs[0], 0);
  BOOST_TEST(offer.ids.size() == 4U);
  BOOST_TEST(offer.reals("x")[3] == 1.35, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(offer.reals("y")[0] == 0.25, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(says(text("[8]"), "no voxel is inside"));
  BOOST_TEST(says(text("[8]"), "has labels 0, 7, 9"));
  BOOST_TEST(says(with(text("[7]"), "dataset: labels", "dataset: label"), "has no dataset label"));
}

BOOST_AUTO_TEST_CASE(a_reconstruction_becomes_sections) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "cell.swc";
  std::ofstream{file} << "# a soma and a dendrite that forks\n1 1 0 0 0 5 -1\n2 3 6 0 0 1 1\n"
                         "3 3 16 0 0 1 2\n4 3 16 8 0 0.5 3\n5 3 20 -8 0 0.5 3\n";
  const auto sections = read_swc(file, 5);
  BOOST_REQUIRE(sections.size() == 4U);
  BOOST_TEST(sections[0].length == 10);
  BOOST_TEST(sections[1].name == "3");
  BOOST_TEST(sections[1].segments == 2);
  BOOST_TEST(sections[1].at == 0.5);  // on the middle of the soma
  BOOST_TEST(sections[1].d0 == 2);    // no taper from the soma
  BOOST_TEST(sections[2].parent == 1);
  BOOST_TEST(sections[3].parent == 1);
  const auto table = segments_of_sections(sections, 1);
  BOOST_TEST(table.reals("x0")[1] == 6);
  std::ofstream{file} << "1 1 0 0 0 5 -1\n2 3 6 0 0 0 1\n";
  BOOST_CHECK_EXCEPTION(read_swc(file, 5), Error, [](const Error& e) {
    return std::string{e.what()}.find("cell.swc:2: point 2 has radius 0") != std::string::npos;
  });
  std::ofstream{file} << "1 1 0 0 0 5 -1\n2 3 6e6 0 0 1 1\n3 3 1e7 0 0 1 2\n";
  BOOST_CHECK_EXCEPTION(read_swc(file, 1), Error, [](const Error& e) {
    return std::string{e.what()}.find("4e+06 segments of at most 1 um") != std::string::npos;
  });
  std::ofstream{file} << "1 1 0 0 0 5 -1\n2 3 1e308 0 0 1 1\n";
  BOOST_CHECK_EXCEPTION(read_swc(file, 1), Error, [](const Error& e) {
    return std::string{e.what()}.find("cell.swc:2: x is 1e308 um") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(inspecting_tells_volumes_and_draws_slices) {
  const Specification specification = read(soma);
  const std::string text = inspect(specification);
  BOOST_TEST(text.find("voxels of 0.5 x 0.5 x 0.5 um") != std::string::npos);
  BOOST_TEST(text.find("WARNING") == std::string::npos);
  const std::string svg = picture(specification, "ca");
  BOOST_TEST(svg.find("z = ") != std::string::npos);
  BOOST_TEST(svg.find("<rect") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(mistakes_in_voxels_say_what_was_needed) {
  BOOST_TEST(says(with(soma, "cyt: {}", "cyt: {geometry: shell, inner: 0.5, outer: 1}"),
                  "a geometry of cables"));
  BOOST_TEST(says(with(soma, "cyt: {}", "cyt: {geometry: extracellular, volume_fraction: 0.2}"),
                  "extracellular space is not what segments fill"));
  BOOST_TEST(
      says(with(soma, "outputs:", "solver: {scheme: cvode}\noutputs:"), "which cvode cannot do"));
  BOOST_TEST(says(with(soma, "diffusion: 0.5 um2/ms", "diffusion: 0.5"), "write 0.5 um2/ms"));
  BOOST_TEST(says(with(soma, "diffusion: 0.5 um2/ms", "diffusion: 0.5*xx"), "unknown name 'xx'"));
  BOOST_TEST(
      says(with(soma, "diffusion: 0.5 um2/ms", "diffusion: 3 - x"), "of at least 0 is needed"));
  BOOST_TEST(says(with(soma, "edge: 0.5 um", "edge: 50 um"), "no voxel is inside"));
  BOOST_TEST(says(with(space, "to: [50 um, 50 um, 25 um]", "to: [50 um, -50 um, 25 um]"),
                  "a volume of zero: along y"));
  BOOST_TEST(says(space, "1 of 2 segments lie in no voxel", neurons({0, 60})));
  BOOST_TEST(says(with(space, "tortuosity: 1.6", "tortuosity: 0.6"), "tortuosity"));
  BOOST_TEST(says(with(space, "volume_fraction: 0.2, ", ""), "needs `volume_fraction:`"));
  BOOST_TEST(says(with(space, "initial: 3 mM", "initial: 1/(x - 5)"), "is not finite at (5"));
}

BOOST_AUTO_TEST_CASE(what_becomes_negative_is_told_with_its_place) {
  auto text =
      with(soma, "inputs:", "reactions: {eat: {equation: ca > 0, rate: 0.01*(x > 10)}}\ninputs:");
  Model m{text};
  BOOST_CHECK_EXCEPTION(
      m.tissue.advance(0, 1, m.specification.stepping), Error, [](const Error& e) {
        const std::string said = e.what();
        BOOST_TEST_MESSAGE(said);
        return said.find("voxel at (") != std::string::npos &&
               said.find("eat") != std::string::npos && said.find("of cell 0") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(what_is_said_of_a_segment_is_the_mean_of_its_voxels_by_volume) {
  Model model{with(soma, "initial: 0.1 uM", "initial: 1 + x/10 + y*y")};
  const auto& by_voxel = model.specification.outputs[0];
  const auto& by_segment = model.specification.outputs[1];
  const ElementTable voxels = model.tissue.offer(by_voxel, 0);
  const ElementTable segments = model.tissue.offer(by_segment, 0);
  std::vector<double> value(voxels.ids.size()), mean(segments.ids.size());
  model.tissue.read(by_voxel, 0, voxels.ids, value);
  model.tissue.read(by_segment, 0, segments.ids, mean);
  BOOST_TEST(mean.size() == 4U);
  std::map<std::int64_t, std::pair<double, double>> sums;
  for (std::size_t v = 0; v < value.size(); ++v) {
    auto& [amount, volume] = sums[voxels.integers("segment")[v]];
    amount += voxels.reals("volume")[v] * value[v];
    volume += voxels.reals("volume")[v];
  }
  BOOST_TEST(sums.size() == 3U);  // the dendrite's, as that output says
  for (const auto& [segment, sum] : sums) {
    const auto at = segments.ids.index_of(static_cast<std::uint64_t>(segment));
    BOOST_TEST(mean[*at] == sum.first / sum.second, boost::test_tools::tolerance(1e-13));
  }
  // x/10 is linear, so that its mean is that of the middle; y^2 has r^2/4 in a cylinder, roughly in
  // voxels of half a radius.
  BOOST_TEST(mean[1] == 1 + segments.reals("x0")[1] / 10 + 0.2 + 0.25,
             boost::test_tools::tolerance(0.03));
}

BOOST_AUTO_TEST_CASE(parameters_hold_in_all_voxels_of_a_segment) {
  std::string text =
      with(soma, "inputs:", "parameters: {k: 0}\nrates: {ca: k}\ninputs:\n  k: {parameter: k}");
  Model model{text};
  for (std::size_t n = 0; n < 4; ++n) model.tissue.set_driven(0, n, 0.5);
  model.tissue.advance(0, 2, model.specification.stepping);
  const auto& by_voxel = model.specification.outputs[0];
  const ElementTable voxels = model.tissue.offer(by_voxel, 0);
  std::vector<double> value(voxels.ids.size());
  model.tissue.read(by_voxel, 0, voxels.ids, value);
  BOOST_TEST(std::ranges::min(value) == 1.0001, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(std::ranges::max(value) == 1.0001, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
