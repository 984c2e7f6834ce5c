// SPDX-License-Identifier: MIT
#include "tutti/config/yaml.hpp"

#include <fstream>

#include "test.hpp"

using namespace tutti;
using namespace tutti::config;

namespace {
std::string failure(const std::string& text) {
  try {
    parse_yaml(text, "a.yaml");
  } catch (const LocatedError& e) {
    return e.what();
  }
  return "";
}
bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(yaml)

BOOST_AUTO_TEST_CASE(every_node_knows_its_line_and_column) {
  const Node root = parse_yaml("a: 1\nb:\n  - x\n  - {c: 'two'}\n", "a.yaml");
  const Node& list = *root.find("b");
  BOOST_TEST(to_string(root.entries[1].place) == "a.yaml:2:1");
  BOOST_TEST(to_string(list.items[0].place) == "a.yaml:3:5");
  const Node& two = *list.items[1].find("c");
  BOOST_TEST(to_string(two.place) == "a.yaml:4:9");
  BOOST_TEST(two.quoted);
  BOOST_TEST(!list.items[0].quoted);
}

BOOST_AUTO_TEST_CASE(json_is_accepted) {
  const Node root = parse_yaml("{\"a\":[1, 2.5,true,null],\n\t\"b\": {\"c\": \"x\"}}", "a.json");
  BOOST_TEST(root.find("a")->items.size() == 4U);
  BOOST_TEST(root.find("a")->items[3].is_null());
  BOOST_TEST(root.find("b")->find("c")->text == "x");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused_with_its_place) {
  BOOST_TEST(contains(failure("a: 1\nb: 2\na: 3\n"),
                      "a.yaml:3:1: the key \"a\" is there twice, first on line 1"));
  BOOST_TEST(contains(failure("a: [1, 2\n"), "a.yaml:2:1: no valid YAML"));
  BOOST_TEST(contains(failure("a:\n\tb: 1\n"), "use spaces"));
  BOOST_TEST(contains(failure("a: 1\n---\nb: 2\n"), "second document"));
  BOOST_TEST(contains(failure("a: !python/object x\n"), "means nothing here"));
  BOOST_TEST(contains(failure("? [1, 2]\n: x\n"), "a key must be text"));
  BOOST_TEST(contains(failure(std::string(150, '[') + std::string(150, ']')), "levels deep"));
}

BOOST_AUTO_TEST_CASE(a_formula_that_a_comma_cuts_is_told_and_put_together_again) {
  Problems problems;
  const Location place{"a.yaml", 0, 0, "."};
  const Node root = parse_yaml(
      "{p: max(0.1, min(x, y)), q: max(2, x), r: [if(a, 1, 2), 7], s: '(', t: }", place, problems);
  BOOST_TEST(problems.error_count() == 3U);
  BOOST_TEST(contains(problems.text(),
                      "a.yaml:1:5: error: a comma ends a word within {...} and [...]; put the "
                      "formula in quotes: \"max(0.1, min(x, y))\""));
  BOOST_TEST(root.entries.size() == 5U);
  BOOST_TEST(root.find("q")->text == "max(2, x)");
  BOOST_TEST(root.find("r")->items.size() == 2U);
  BOOST_TEST(parse_yaml("{p: (a + b) mV, q: 1}", "a.yaml").entries.size() == 2U);
}

BOOST_AUTO_TEST_CASE(aliases_copy_and_merge_keys_fill_in) {
  const Node root =
      parse_yaml("base: &b {tau: 2 ms, g: 1 nS}\nfast: {<<: *b, tau: 1 ms}\nsame: *b\n", "a.yaml");
  BOOST_TEST(root.find("fast")->find("tau")->text == "1 ms");
  BOOST_TEST(root.find("fast")->find("g")->text == "1 nS");
  BOOST_TEST(same_value(*root.find("same"), *root.find("base")));
}

BOOST_AUTO_TEST_CASE(aliases_cannot_multiply_without_bound) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    text += fmt::format("a{}: &a{} [", i, i);
    for (int k = 0; k < 10; ++k) text += fmt::format("{}*a{}", k == 0 ? "" : ", ", i - 1);
    text += "]\n";
  }
  BOOST_TEST(contains(failure(text), "more than 1000000 values"));
  BOOST_TEST(contains(failure("a: &a [*a]\n"), "cannot contain itself"));
}

BOOST_AUTO_TEST_CASE(paths_are_relative_to_the_file_they_are_written_in) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "sub");
  std::ofstream{folder.path() / "sub" / "m.yaml"} << "swc: ../cells/a.swc\nabs: /x/y\n";
  const Node root = read_yaml(folder.path() / "sub" / "m.yaml");
  BOOST_TEST(resolve(*root.find("swc")) == folder.path() / "cells" / "a.swc");
  BOOST_TEST(resolve(*root.find("abs")) == "/x/y");
}

BOOST_AUTO_TEST_CASE(a_missing_file_and_a_folder_are_told_apart) {
  const test::TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(read_yaml(folder.path() / "no.yaml"), LocatedError,
                        [](const auto& e) { return contains(e.what(), "does not exist"); });
  BOOST_CHECK_EXCEPTION(read_yaml(folder.path()), LocatedError,
                        [](const auto& e) { return contains(e.what(), "is a folder"); });
}

BOOST_AUTO_TEST_CASE(yaml_that_was_written_reads_back_equal) {
  const char* text =
      "empty: \nwords: [a, 'null', \"~\", '1', 1, -2, .5, -.5e-3, 25 us, 'a: b', '#', \"- x\"]\n"
      "odd: \"line\\nbreak \\u00e9 \\\"q\\\" \\t\"\n'key: with colon': {a: {b: [[1, 2], []], c: "
      "{}}}\n"
      "list:\n  - {from: a.b, to: c.d, delay: 1 ms}\n  - [1]\n  -\n    deep:\n      - x: [1, {}]\n"
      "minus: '-'\npath: ../x/y.swc\nexpr: 'exp(-x/2) + 1'\nplus: '+'\nyes: no\n";
  const Node root = parse_yaml(text, "a.yaml");
  const std::string written = to_yaml(root);
  BOOST_TEST_INFO(written);
  BOOST_TEST(same_value(parse_yaml(written, "b.yaml"), root));
}

BOOST_AUTO_TEST_CASE(a_tree_handed_over_keeps_every_place) {
  const test::TemporaryFolder folder;
  std::ofstream{folder.path() / "m.yaml"} << "a: [1, 'two', null]\nb: {c: {}, d: []}\n";
  const Node root = read_yaml(folder.path() / "m.yaml");
  const std::string handed = to_json_with_places(root);
  BOOST_TEST((from_json_with_places(handed, "model.json") == root));
  std::ofstream{folder.path() / "model.json"} << handed;
  BOOST_TEST((read_tree(folder.path() / "model.json") == root));
  BOOST_TEST((read_tree(folder.path() / "m.yaml") == root));
  BOOST_CHECK_THROW(from_json_with_places("{\"tutti_tree\":1}", "x"), LocatedError);
}

BOOST_AUTO_TEST_SUITE_END()
