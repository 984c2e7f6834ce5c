// SPDX-License-Identifier: MIT
#include "tutti/config/run_file.hpp"

#include <fstream>

#include "test.hpp"
#include "tutti/config/yaml.hpp"

using namespace tutti;
using namespace tutti::config;

namespace {

const char* column = R"(tutti: 1
run: {name: column, stop: 500 ms, seed: 7}
modules:
  cortex:
    use: cell
    ranks: 2
    step: 0.1 ms
    model: cortex.yaml
  monitor: {use: analysis, step: 10 ms, model: {rates: {bin: 5 ms}}}
  thalamus:
    python: thalamus.py
    step: 1 ms
    ports:
      spikes: {direction: out, kind: spikes, element: neuron}
connections:
  - {from: thalamus.spikes, to: cortex.thalamic, delay: 1 ms}
  - {from: cortex.v, to: monitor.v, delay: 1 ms, initial: -65 mV}
record:
  - cortex.spikes
  - {port: cortex.v, every: 0.5 ms, exact: true}
)";

/// A folder with a run file, and what load_run says of it.
struct Case {
  test::TemporaryFolder folder;
  Problems problems;

  Case() {
    write("cortex.yaml", "cells: {pyramidal: {morphology: a.swc}}\n");
    write("a.swc", "1 1 0 0 0 1 -1\n");
    write("thalamus.py", "pass\n");
    write("run.yaml", column);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder.path() / name} << text;
  }
  RunSpec load(std::vector<std::string> sets = {}, std::vector<std::string> more = {}) {
    std::vector<std::filesystem::path> files{folder.path()};
    for (const auto& name : more) files.push_back(folder.path() / name);
    problems = {};
    return load_run({files, std::move(sets), "/cwd"}, problems);
  }
  /// Whether the run file, with `from` replaced by `to`, is told `part`.
  bool says(const std::string& from, const std::string& to, const std::string& part) {
    std::string text = column;
    const auto at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    write("run.yaml", text.replace(at, from.size(), to));
    load();
    if (problems.text().find(part) != std::string::npos) return true;
    BOOST_TEST_MESSAGE("not \"" << part << "\" but:\n" << problems.text());
    return false;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(run_file)

BOOST_FIXTURE_TEST_CASE(a_run_file_is_read_into_values, Case) {
  const RunSpec run = load();
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(run.name == "column");
  BOOST_TEST(ticks(run.stop) == 500'000'000'000);
  BOOST_TEST(run.seed == 7U);
  BOOST_TEST(ticks(run.hash_bin.value()) == 10'000'000'000);
  BOOST_REQUIRE(run.modules.size() == 3U);
  BOOST_TEST(run.modules[0].name == "cortex");
  BOOST_TEST(run.modules[0].ranks == 2);
  BOOST_TEST(run.modules[0].model.find("cells")->find("pyramidal")->find("morphology")->text ==
             "a.swc");
  BOOST_TEST(run.modules[2].python.value() == folder.path() / "thalamus.py");
  BOOST_TEST(run.modules[2].interpreter == "/usr/bin/python3");
  BOOST_TEST(run.modules[2].declared);
  BOOST_TEST(run.modules[2].ports[0].name == "spikes");
  BOOST_REQUIRE(run.connections.size() == 2U);
  BOOST_TEST(to_string(run.connections[0].from) == "thalamus.spikes");
  BOOST_TEST(ticks(run.connections[0].delay) == 1'000'000'000);
  BOOST_TEST(run.connections[1].initial->text == "-65 mV");
  BOOST_REQUIRE(run.records.size() == 2U);
  BOOST_TEST(run.records[1].exact);
  BOOST_TEST(ticks(run.records[1].every.value()) == 500'000'000);
}

BOOST_FIXTURE_TEST_CASE(set_reaches_into_a_model_that_is_a_file, Case) {
  const RunSpec run = load({"modules.cortex.model.cells.pyramidal.morphology=b.swc",
                            "modules.cortex.ranks=3", "run.seed=9"});
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(run.modules[0].ranks == 3);
  BOOST_TEST(run.seed == 9U);
  const Node* cell = run.modules[0].model.find("cells")->find("pyramidal");
  BOOST_TEST(resolve(*cell->find("morphology")) == "/cwd/b.swc");
}

BOOST_FIXTURE_TEST_CASE(a_later_file_refines_a_model_or_replaces_it, Case) {
  write("refine.yaml",
        "modules: {cortex: {model: {cells: {basket: {n: 5}}}}}\n"
        "connections+: [{from: cortex.spikes, to: monitor.spikes}]\n");
  const RunSpec refined = load({}, {"refine.yaml"});
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(refined.modules[0].model.find("cells")->entries.size() == 2U);
  BOOST_TEST(refined.connections.size() == 3U);
  write("other.yaml", "tau: 5 ms\n");
  write("replace.yaml", "modules: {cortex: {model: other.yaml}}\n");
  const RunSpec replaced = load({}, {"replace.yaml"});
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(replaced.modules[0].model.keys() == std::vector<std::string>{"tau"});
}

BOOST_FIXTURE_TEST_CASE(the_resolved_file_reads_back_from_anywhere, Case) {
  const RunSpec run = load();
  const test::TemporaryFolder elsewhere;
  std::ofstream{elsewhere.path() / "run.yaml"} << resolved_yaml(run);
  Problems found;
  const RunSpec again = load_run({{elsewhere.path()}, {}, "/"}, found);
  BOOST_TEST(found.text() == "");
  BOOST_TEST(again.modules[0].model.find("cells")->find("pyramidal")->find("morphology")->text ==
             (folder.path() / "a.swc").string());
  BOOST_TEST(again.modules[2].python.value() == folder.path() / "thalamus.py");
  BOOST_TEST(resolved_yaml(again) == resolved_yaml(run));
}

BOOST_FIXTURE_TEST_CASE(the_resolved_file_finds_programs_from_anywhere, Case) {
  write("tectum", "#!/bin/sh\n");
  std::filesystem::permissions(folder.path() / "tectum", std::filesystem::perms::owner_all);
  const std::string text = column;
  const std::string use = "monitor: {use: analysis, step: 10 ms, model: {rates: {bin: 5 ms}}}";
  for (const char* command : {"./tectum", "[./tectum, --fast]"}) {
    auto changed = text;
    changed.replace(changed.find(use), use.size(),
                    fmt::format("monitor: {{command: {}, step: 10 ms}}", command));
    write("run.yaml", changed);
    const RunSpec run = load();
    BOOST_TEST(problems.text() == "");
    const test::TemporaryFolder elsewhere;
    std::ofstream{elsewhere.path() / "run.yaml"} << resolved_yaml(run);
    Problems found;
    const RunSpec again = load_run({{elsewhere.path()}, {}, "/"}, found);
    BOOST_TEST(found.text() == "");
    BOOST_TEST(again.modules[1].command.front() == (folder.path() / "tectum").string());
  }
}

BOOST_FIXTURE_TEST_CASE(misspelt_keys_modules_and_choices_are_told_what_was_meant, Case) {
  BOOST_TEST(says("ranks: 2", "rank: 2",
                  "run.yaml:6:5: error: unknown key \"rank\" in modules.cortex; did you mean "
                  "\"ranks\"?"));
  BOOST_TEST(says("from: cortex.v", "from: cortx.v",
                  "run.yaml:17:12: error: connections[1].from: \"cortx.v\": there is no module "
                  "\"cortx\"; did you mean \"cortex\"?"));
  BOOST_TEST(says("- cortex.spikes", "- cortxe.spikes", "did you mean \"cortex\"?"));
  BOOST_TEST(says("connections:", "conections:", "did you mean \"connections\"?"));
  BOOST_TEST(says("from: cortex.v", "from: v", "\"v\" is no port; write MODULE.PORT"));
}

BOOST_FIXTURE_TEST_CASE(two_modules_of_one_name_are_refused, Case) {
  BOOST_TEST(says("  monitor: {", "  cortex: {",
                  "run.yaml:9:3: error: the key \"cortex\" is there twice, first on line 4"));
}

BOOST_FIXTURE_TEST_CASE(times_need_units_of_time_and_whole_ticks, Case) {
  BOOST_TEST(says("stop: 500 ms", "stop: 500",
                  "run.yaml:2:27: error: run.stop: 500 has no unit; write \"500 ms\""));
  BOOST_TEST(says("step: 0.1 ms", "step: 0.1 mV", "\"0.1 mV\" is a voltage, but a time is needed"));
  BOOST_TEST(says("step: 0.1 ms", "step: 1/3 ms", "not a whole number of ticks"));
  BOOST_TEST(says("step: 0.1 ms", "step: 0 ms", "it must be more than 0 ms"));
  BOOST_TEST(says("delay: 1 ms}", "delay: -1 ms}", "it must be at least 0 ms"));
  BOOST_TEST(says("step: 10 ms", "step: 10 s", "10000 ms is longer than the run"));
}

BOOST_FIXTURE_TEST_CASE(ranks_of_0_and_1000_are_refused, Case) {
  BOOST_TEST(says("ranks: 2", "ranks: 0", "modules.cortex.ranks: 0 is out of range"));
  BOOST_TEST(says("ranks: 2", "ranks: 1000", "it must be at most 256"));
}

BOOST_FIXTURE_TEST_CASE(files_that_are_not_there_are_named, Case) {
  BOOST_TEST(says("model: cortex.yaml", "model: cortx.yaml",
                  "run.yaml:8:12: error: modules.cortex.model: there is no file"));
  BOOST_TEST(says("thalamus.py", "talamus.py", "modules.thalamus.python: there is no file"));
  Problems found;
  load_run({{folder.path() / "rum.yaml"}, {}, "/"}, found);
  BOOST_TEST(found.text().find("there is no such file or folder; did you mean \"run.yaml\"?") !=
             std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_module_has_exactly_one_program, Case) {
  BOOST_TEST(says("use: cell", "use: cell\n    command: ls", "it has several"));
  BOOST_TEST(says("    use: cell\n", "", "needs exactly one of use, python and command"));
}

BOOST_FIXTURE_TEST_CASE(a_side_file_declares_the_ports_of_a_program, Case) {
  std::string text = column;
  const std::string ports =
      "    ports:\n      spikes: {direction: out, kind: spikes, element: neuron}\n";
  write("run.yaml", text.erase(text.find(ports), ports.size()));
  BOOST_TEST(!load().modules[2].declared);
  write("thalamus.module.yaml", "ports: {spikes: {direction: out, kind: spikes}}\n");
  const RunSpec run = load();
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(run.modules[2].declared);
  BOOST_TEST(run.modules[2].ports.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(hosts_need_an_address_that_they_reach, Case) {
  const std::string name = "name: column,";
  BOOST_TEST(says(name, name + " hosts: [a, b],",
                  "the broker listens at \"ipc\", which no other host reaches"));
  BOOST_TEST(says("use: cell", "use: cell\n    hosts: [a]",
                  "modules.cortex.hosts: \"a\" is not among `run: hosts`, which is not there"));
  load({"run.listen=tcp://192.0.2.7", "run.hosts=[node1:4, node2]", "modules.cortex.hosts=[nod2]"});
  BOOST_TEST(problems.text().find("did you mean \"node2\"?") != std::string::npos);
  const auto run = load({"run.listen=tcp://192.0.2.7", "run.hosts=[node1:4, node2]",
                         "run.mpirun=[-x, FOO]", "modules.cortex.hosts=[node1]"});
  BOOST_TEST(problems.text() == "");
  BOOST_TEST(run.hosts.front() == "node1:4");
  BOOST_TEST(run.mpirun.size() == 2U);
  BOOST_TEST(run.modules[0].hosts.front() == "node1");
}

/// Every key of a table has to be on a page.
void check_page(const std::string& page, const Field& table) {
  for (const auto& field : table.fields)
    BOOST_TEST(page.find("`" + field.name + "`") != std::string::npos,
               field.name << " is not in docs/guide/run-file.md");
  for (const auto& inner : table.of) check_page(page, inner);
}

BOOST_AUTO_TEST_CASE(the_guide_has_every_key) {
  std::ifstream file{std::string{std::getenv("TUTTI_SOURCE")} + "/docs/guide/run-file.md"};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  BOOST_REQUIRE(!page.empty());
  for (const auto& top : run_table().fields) check_page(page, top);
}

BOOST_FIXTURE_TEST_CASE(all_that_is_wrong_is_said_in_one_go, Case) {
  write("run.yaml",
        "tutti: 1\nrun: {name: a b, stop: 5}\nmodules:\n  a: {use: cell, step: 1 mV, ranks: 0}\n"
        "connections:\n  - {from: b.x, to: a.y}\nrecrd: []\n");
  load();
  BOOST_TEST(problems.error_count() == 6U);
  BOOST_TEST_MESSAGE(problems.text());
}

BOOST_AUTO_TEST_SUITE_END()
