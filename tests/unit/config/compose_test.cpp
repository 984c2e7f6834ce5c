// SPDX-License-Identifier: MIT
#include "tutti/config/compose.hpp"

#include <fstream>

#include "test.hpp"
#include "tutti/config/describe.hpp"
#include "tutti/config/schema_docs.hpp"
#include "tutti/config/yaml.hpp"

using namespace tutti;
using namespace tutti::config;

namespace {
Node yaml(const std::string& text) { return parse_yaml(text, "a.yaml"); }
std::string set_failure(const std::string& text, const std::string& assignment) {
  Node root = yaml(text);
  try {
    set_path(root, assignment, "/cwd");
  } catch (const LocatedError& e) {
    return e.what();
  }
  return "";
}
}  // namespace

BOOST_AUTO_TEST_SUITE(compose)

BOOST_AUTO_TEST_CASE(set_reaches_inside_makes_what_is_missing_and_reads_yaml) {
  Node root = yaml("modules: {cortex: {ranks: 2}}\nconnections: [{from: a.b, to: c.d}]\n");
  set_path(root, "modules.cortex.ranks=4", "/cwd");
  set_path(root, "modules.cortex.model.cells.file=x/a.swc", "/cwd");
  set_path(root, "connections[0].delay=1 ms", "/cwd");
  set_path(root, "connections.1={from: e.f, to: g.h}", "/cwd");
  BOOST_TEST(root.find("modules")->find("cortex")->find("ranks")->text == "4");
  const Node& file =
      *root.find("modules")->find("cortex")->find("model")->find("cells")->find("file");
  BOOST_TEST(resolve(file) == "/cwd/x/a.swc");
  BOOST_TEST(to_string(file.place) == "--set modules.cortex.model.cells.file=x/a.swc");
  BOOST_TEST(root.find("connections")->items[0].find("delay")->text == "1 ms");
  BOOST_TEST(root.find("connections")->items[1].find("from")->text == "e.f");
}

BOOST_AUTO_TEST_CASE(a_set_that_leads_nowhere_is_refused) {
  BOOST_TEST(set_failure("a: 1\n", "a.b=2").find("there is no \"b\" in \"1\"") !=
             std::string::npos);
  BOOST_TEST(set_failure("a: [1]\n", "a.5=2").find("no place in a list of 1") != std::string::npos);
  BOOST_TEST(set_failure("a: 1\n", "a").find("write it as --set") != std::string::npos);
  BOOST_TEST(set_failure("a: 1\n", "=3").find("write it as --set") != std::string::npos);
  BOOST_TEST(set_failure("a: 1\n", "a=[1").find("no valid YAML") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(later_files_win_and_plus_appends) {
  Node merged = merge(yaml("a: {x: 1, y: [1]}\nl: [1]\n"),
                      yaml("a: {x: 2, z: 3}\nl+: [2]\nnew+: [5]\nb: {m+: [1]}\n"));
  settle(merged);
  BOOST_TEST(
      same_value(merged, yaml("a: {x: 2, y: [1], z: 3}\nl: [1, 2]\nnew: [5]\nb: {m: [1]}\n")));
}

BOOST_AUTO_TEST_CASE(includes_are_relative_to_their_file_and_the_file_itself_wins) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "sub");
  std::ofstream{folder.path() / "a.yaml"} << "include: [sub/b.yaml]\nx: 1\n";
  std::ofstream{folder.path() / "sub" / "b.yaml"} << "include: c.yaml\nx: 2\ny: 3\n";
  std::ofstream{folder.path() / "sub" / "c.yaml"} << "z: f.csv\n";
  const Node root = read_with_includes(folder.path() / "a.yaml");
  BOOST_TEST(root.find("x")->text == "1");
  BOOST_TEST(root.find("y")->text == "3");
  BOOST_TEST(resolve(*root.find("z")) == folder.path() / "sub" / "f.csv");
  BOOST_TEST(root.find("include") == nullptr);
}

BOOST_AUTO_TEST_CASE(includes_in_a_circle_or_of_nothing_are_refused) {
  const test::TemporaryFolder folder;
  std::ofstream{folder.path() / "a.yaml"} << "include: b.yaml\n";
  std::ofstream{folder.path() / "b.yaml"} << "include: a.yaml\n";
  std::ofstream{folder.path() / "c.yaml"} << "include: none.yaml\n";
  const auto says = [](const char* part) {
    return [part](const auto& e) { return std::string{e.what()}.find(part) != std::string::npos; };
  };
  BOOST_CHECK_EXCEPTION(read_with_includes(folder.path() / "a.yaml"), LocatedError, says("circle"));
  BOOST_CHECK_EXCEPTION(read_with_includes(folder.path() / "c.yaml"), LocatedError,
                        says("c.yaml:1:10: include: there is no file"));
}

BOOST_AUTO_TEST_CASE(a_description_survives_its_json) {
  Description described;
  described.summary = "2 cells";
  described.ports.push_back({.name = "v",
                             .direction = Direction::out,
                             .kind = PortKind::signal,
                             .unit = "mV",
                             .element = "segment",
                             .take = Take::latest,
                             .mean = true,
                             .doc = "Membrane potential.",
                             .elements = 12});
  described.elements["v"] = 12;
  described.problems.warning({"m.yaml", 3, 4, ""}, "odd");
  const Description back = description_from_json(to_json(described));
  BOOST_TEST((back.ports == described.ports));
  BOOST_TEST((back.elements == described.elements));
  BOOST_TEST(back.summary == "2 cells");
  BOOST_TEST(back.problems.text() == "m.yaml:3:4: warning: odd\n");
  BOOST_CHECK_THROW(description_from_json("[]x"), Error);
  BOOST_CHECK_THROW(
      description_from_json(R"({"ports":[{"name":"a","direction":"up","kind":"x"}]})"), Error);
}

BOOST_AUTO_TEST_CASE(one_table_gives_the_schema_and_the_reference) {
  const Table model{
      "probe",
      "A probe.",
      {path("electrodes", "contacts").needed(),
       quantity("sigma", "S/m").above(0).by_default("0.3 S/m"), choice("method", {"a", "b"}),
       map("cells", table("", {"c", "", {integer("n")}}))}};
  const std::string schema = json_schema(model);
  for (const char* part : {"\"additionalProperties\": false", "\"electrodes\"", "\"enum\"",
                           "\"default\": \"0.3 S/m\"", "\"required\""})
    BOOST_TEST(schema.find(part) != std::string::npos, part);
  const std::string page = reference_markdown(model);
  BOOST_TEST(page.find("| `sigma` | a value in S/m; more than 0 S/m | `0.3 S/m` |") !=
             std::string::npos);
  BOOST_TEST(page.find("`probe.cells.NAME`") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
