// SPDX-License-Identifier: MIT
// What SONATA's files say, piece by piece; whole circuits run in tests/integration/sonata.
#include <fstream>

#include "sonata/biophysics.hpp"
#include "sonata/build.hpp"
#include "sonata/node_sets.hpp"
#include "sonata/xml.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace {

using namespace cell;
using namespace cell::circuit;
namespace tt = boost::test_tools;

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const tutti::Error& e) {
    return e.what();
  }
  return "";
}

std::filesystem::path written(const test::TemporaryFolder& folder, const std::string& name,
                              const std::string& text) {
  const auto path = folder.path() / name;
  std::ofstream{path} << text;
  return path;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sonata_files)

BOOST_AUTO_TEST_CASE(xml_gives_elements_attributes_and_lines) {
  const auto root = parse_xml(
      "<?xml version=\"1.0\"?>\n<!-- a <comment> -->\n<n:a x='1 &lt; 2'>text\n"
      "  <b id=\"q\"/><b><![CDATA[</a>]]></b></n:a>",
      "f");
  BOOST_TEST(root.name == "a");
  BOOST_TEST(root.line == 3);
  BOOST_TEST(root.value("x") == "1 < 2");
  BOOST_TEST(root.children.size() == 2U);
  BOOST_TEST(root.children[0].value("id") == "q");
  BOOST_TEST(root.children[0].line == 4);
  BOOST_TEST(root.value("none").empty());
}

BOOST_AUTO_TEST_CASE(broken_xml_is_refused_with_its_line) {
  for (const auto* text : {"", "text", "<a", "<a>", "<a></b>", "<a x=1/>", "<a x/>", "<a x='1",
                           "<a><b></a>", "<a x='1' <b/>", "<!-- "})
    BOOST_TEST(message_of([&] { parse_xml(text, "f"); }).starts_with("f:1: "));
  std::string deep;
  for (int k = 0; k < 1000; ++k) deep += "<a>";
  BOOST_TEST(message_of([&] { parse_xml(deep, "f"); }) == "f:1: more than 100 levels deep");
}

BOOST_AUTO_TEST_CASE(tables_of_types_have_words_and_quotes) {
  const test::TemporaryFolder folder;
  const auto path = written(folder, "types.csv",
                            "node_type_id model_type target_query note\n"
                            "100 biophysical \"ei=='e' & x\" NULL\n7 virtual * 'a b'\n");
  const auto table = read_types(path, "node_type_id");
  BOOST_TEST(table.size() == 2U);
  BOOST_TEST(table.at(100).at("target_query") == "ei=='e' & x");
  BOOST_TEST(!table.at(100).contains("note"));
  BOOST_TEST(table.at(7).at("note") == "a b");
  const auto wrong = written(folder, "wrong.csv", "node_type_id a\n1 2 3\n");
  BOOST_TEST(message_of([&] {
               read_types(wrong, "node_type_id");
             }).ends_with("wrong.csv:2: 3 words under 2 names"));
  BOOST_TEST(message_of([&] {
               read_types(path, "edge_type_id");
             }).ends_with("types.csv:1: there is no column edge_type_id"));
}

BOOST_AUTO_TEST_CASE(a_manifest_replaces_names_within_names) {
  const test::TemporaryFolder folder;
  const auto path = written(folder, "simulation.json",
                            R"({"manifest": {"$BASE": "./x", "$NET": "${BASE}/net"},
 "run": {"tstop": 3000.0, "dt": 0.1},
 "networks": {"nodes": [{"nodes_file": "$NET/n.h5", "node_types_file": "$NET/t.csv"}]},
 "inputs": {"c": {"input_type": "current_clamp", "amp": 0.15, "delay": 5, "duration": 1e2,
                  "node_set": "all"}}})");
  tutti::config::Problems problems;
  const auto root = tutti::config::read_yaml(path, problems);
  BOOST_TEST(is_config(root));
  const auto config = read_config(root, problems);
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(config.tstop_ms == 3000);
  BOOST_TEST(config.dt_ms == 0.1);
  BOOST_TEST(config.nodes.at(0).elements == folder.path() / "x/net/n.h5");
  BOOST_TEST(config.inputs.at(0).amp_nA == 0.15);
  BOOST_TEST(config.inputs.at(0).duration_ms == 100);
  const auto wrong =
      written(folder, "wrong.json", R"({"run": {"tstop": "long"}, "network": "$NOWHERE/c.json"})");
  read_config(tutti::config::read_yaml(wrong, problems), problems);
  const auto text = problems.text();
  BOOST_TEST(text.find("wrong.json:1:19: error: \"long\" where a number is needed") !=
             std::string::npos);
  BOOST_TEST(text.find("$NOWHERE is not in the manifest") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(neuroml_and_the_fit_of_the_database_are_one_cell) {
  REQUIRE_SHARED(shared);
  const auto templates = shared / "data/sonata/shared_components/biophysical_neuron_templates";
  for (const std::string cell : {"472363762", "473863510", "473863035", "472912177", "473862421"}) {
    const auto nml = read_neuroml(templates / "nml" / ("Cell_" + cell + ".cell.nml"));
    const auto fit = read_allen_fit(templates / "json" / (cell + "_fit.json"));
    BOOST_TEST(nml.cao_mM.value() == 2);
    for (const auto& [type, region] : nml.membrane) {
      const auto& other = fit.membrane.at(type);
      if (region.cm) BOOST_TEST(*region.cm == other.cm.value(), tt::tolerance(1e-6));
      BOOST_TEST(region.Ra.value() == other.Ra.value(), tt::tolerance(1e-6));
      if (type == soma) BOOST_TEST(region.ek.value() == other.ek.value());
      for (const auto& [name, parameters] : region.mechanisms)
        for (const auto& [parameter, value] : parameters) {
          const auto& theirs = other.mechanisms.at(name);
          if (theirs.contains(parameter))
            BOOST_TEST(value == theirs.at(parameter), tt::tolerance(1e-6));
          else  // what the fit leaves at its default
            BOOST_TEST((parameter == "e" || parameter == "depth" || parameter == "rest"));
        }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_neuroml_says_of_unknown_things_is_refused_with_its_line) {
  const test::TemporaryFolder folder;
  const auto said = [&](const std::string& element) {
    const auto path = written(folder, "c.nml", "<neuroml>\n" + element + "\n</neuroml>");
    return message_of([&] { read_neuroml(path); });
  };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  const auto channel = said(
      R"(<channelDensity id="x" segmentGroup="soma" ion="k" ionChannel="Kx" erev="-90 mV" condDensity="1 S_per_cm2"/>)");
  BOOST_TEST(has(channel, "c.nml:2: channelDensity x: there is no channel \"Kx\"; there are pas"));
  BOOST_TEST(has(said(R"(<resistivity segmentGroup="tuft" value="100 ohm_cm"/>)"),
                 "segment group \"tuft\" is none of all, soma, axon, dend, apic"));
  BOOST_TEST(has(said(R"(<resistivity segmentGroup="all" value="100 mV"/>)"),
                 "value \"100 mV\" is no value in ohm cm"));
  const auto path = written(folder, "d.nml",
                            "<n><resistivity value=\"1.5 ohm_m\"/><specificCapacitance "
                            "segmentGroup=\"dend\" value=\"0.01 F_per_m2\"/></n>");
  const auto good = read_neuroml(path);
  BOOST_TEST(good.membrane.at(soma).Ra.value() == 150, tt::tolerance(1e-12));
  BOOST_TEST(good.membrane.at(dend).cm.value() == 1, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(node_sets_combine_conditions) {
  REQUIRE_SHARED(shared);
  tutti::config::Problems problems;
  const auto path = shared / "data/sonata/5_cells_iclamp/simulation_config.json";
  const auto config = read_config(tutti::config::read_yaml(path), problems);
  const auto nodes = read_nodes(config, problems);
  const auto sets = tutti::config::parse_yaml(
      R"({"inh": {"ei": "i"}, "two": {"ei": "e", "node_id": [0, 2, 4]}, "both": ["inh", "two"],
          "none": {"model_name": "x"}, "round": ["round"]})",
      "sets");
  const auto chosen = [&](const char* set) {
    const auto selections = select(tutti::config::scalar(set), sets, nodes, problems);
    return selections.empty() ? std::vector<std::uint64_t>{} : selections.front().nodes;
  };
  const auto is = [&](const char* set, const std::vector<std::uint64_t>& wanted) {
    BOOST_TEST(chosen(set) == wanted, tt::per_element());
  };
  is("inh", {3, 4});
  is("two", {0, 2});
  is("both", {0, 2, 3, 4});
  is("none", {});
  is("biophysical", {0, 1, 2, 3, 4});
  is("all", {0, 1, 2, 3, 4});
  BOOST_TEST(problems.ok());
  is("round", {});
  is("biophysica", {});
  BOOST_TEST(problems.text().find("did you mean \"biophysical\"?") != std::string::npos);
  BOOST_TEST(problems.error_count() == 2U);
}

BOOST_AUTO_TEST_CASE(the_five_cells_have_their_published_numbers_of_compartments) {
  REQUIRE_SHARED(shared);
  const auto path = shared / "data/sonata/5_cells_iclamp/simulation_config.json";
  const auto model = read_circuit(tutti::config::read_yaml(path), std::chrono::milliseconds{1});
  const std::vector<std::size_t> published{264, 141, 101, 121, 91};
  for (std::size_t node = 0; node < published.size(); ++node)
    BOOST_TEST(model.cell_of(node).type.cable.segments.size() == published[node]);
  BOOST_TEST(model.clamps.size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
