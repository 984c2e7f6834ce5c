// SPDX-License-Identifier: MIT
#include "recording.hpp"

#include <fstream>

#include "messages.hpp"
#include "sharing.hpp"
#include "sonata/repair.hpp"
#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace recorder;
using tutti::time_of;

namespace {

Records read(const std::string& yaml) {
  return read_records(tutti::config::parse_yaml(yaml, "recorder.yaml"));
}

bool refused(const std::string& yaml, const std::string& part) {
  try {
    read(yaml);
  } catch (const tutti::Error& error) {
    const std::string text = error.what();
    if (error.fault() == tutti::Fault::config && text.find(part) != std::string::npos) return true;
    BOOST_TEST_MESSAGE("not \"" << part << "\" but: " << text);
  }
  return false;
}

tutti::ElementTable cells() {
  tutti::ElementTable table{
      "neuron", tutti::Elements::range(5, 4), {{"exc", 5, 3}, {"inh", 8, 1}}, {}};
  table.set("x", "um", {1, 2, 3, 4});
  return table;
}

Record signal(std::optional<tutti::Duration> every = {}) {
  Record record;
  record.port = record.input = "cortex.v";
  record.kind = tutti::PortKind::signal;
  record.every = every;
  record.exact = true;
  record.unit = "mV";
  return record;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recorder_app)

BOOST_AUTO_TEST_CASE(records_are_read_with_their_files) {
  const auto records = read(
      "records:\n"
      "- {port: cortex.spikes, kind: spikes, exact: true}\n"
      "- {port: probe.v_ext, input: probe.v_ext, kind: signal, every: 0.5 ms, unit: mV}\n");
  BOOST_REQUIRE(records.entries.size() == 2u);
  BOOST_TEST(records.entries[0].input == "cortex.spikes");
  BOOST_TEST(records.entries[0].file.string() == "spikes.h5");
  BOOST_TEST(records.entries[1].file.string() == "probe.v_ext.h5");
  BOOST_TEST(tutti::to_ms(*records.entries[1].every) == 0.5);
}

BOOST_AUTO_TEST_CASE(mistakes_in_records_are_named) {
  BOOST_TEST(refused("records: [{port: a.b, kind: spike}]", "did you mean \"spikes\"?"));
  BOOST_TEST(refused("records: [{port: a.b, kind: spikes, every: 1 ms}]", "only signals"));
  BOOST_TEST(
      refused("records: [{port: a.b, kind: signal, file: ../x.h5}]", "leaves the run folder"));
  BOOST_TEST(refused("records: [{port: a.b, kind: signal}, {port: a.b, kind: signal}]", "twice"));
  BOOST_TEST(refused("records: [{port: a.b, kind: signal, unit: flurbs}]", "flurbs"));
  BOOST_TEST(refused("records: [{port: a.b, kind: message, nodes: [1]}]", "a message port"));
}

BOOST_AUTO_TEST_CASE(spikes_of_a_run_come_into_their_populations) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "spikes.h5";
  Record record;
  record.port = "cortex.spikes";
  record.exact = true;
  SpikeRecording recording{path, {{record, cells()}}};
  const std::vector<tutti::Spike> first{{time_of(1), 5, 1}, {time_of(1), 8, 2}};
  const std::vector<tutti::Spike> second{{time_of(7), 7, 1}};
  recording.append(0, tutti::Spikes{first});
  recording.flush(time_of(5));
  BOOST_TEST(sonata::recording_of(path).recorded_until == 5);
  recording.append(0, tutti::Spikes{second});
  recording.close(time_of(10));
  BOOST_TEST(recording.count() == 3u);
  const auto lists = sonata::read_spikes(path);
  BOOST_TEST(lists[0].node_ids == (std::vector<std::uint64_t>{0, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(lists[1].node_ids == (std::vector<std::uint64_t>{0}),
             boost::test_tools::per_element());
  const auto exact = sonata::read_exact_spikes(path, "cortex.spikes");
  BOOST_TEST(exact.spikes.at(1).weight == 2);
  BOOST_TEST((*exact.table.reals("x") == std::vector<double>{1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(a_signal_is_thinned_out_at_multiples_and_its_step_is_found) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "cortex.v.h5";
  SignalRecording recording{path, signal(tutti::duration_of(300)), cells(),
                            tutti::duration_of(1000)};
  for (std::int64_t t = 0; t <= 1000; t += 100)
    recording.append(time_of(t), std::vector<double>(4, static_cast<double>(t)));
  recording.close();
  const sonata::ReportReader reader{path};
  BOOST_TEST(reader.step_tick() == 300);
  const auto& report = reader.report("exc");
  BOOST_TEST(reader.column(report, 2) == (std::vector<double>{0, 300, 600, 900}),
             boost::test_tools::per_element());
  BOOST_TEST(reader.report("inh").columns() == 1u);
}

BOOST_AUTO_TEST_CASE(a_signal_of_one_sample_or_none_leaves_a_file) {
  const test::TemporaryFolder folder;
  for (const std::uint64_t samples : {0u, 1u}) {
    const auto path = folder.path() / std::to_string(samples);
    SignalRecording recording{path, signal(), cells(), tutti::duration_of(1000)};
    if (samples == 1) recording.append(time_of(0), std::vector<double>(4, 1.0));
    recording.flush();
    recording.close();
    BOOST_TEST(sonata::ReportReader{path}.report("exc").samples == samples);
  }
}

BOOST_AUTO_TEST_CASE(messages_become_lines_that_say_what_they_can) {
  const test::TemporaryFolder folder;
  const auto records = read("records: [{port: mind.thoughts, kind: message}]");
  const auto message = [](std::int64_t t, const char* type, std::string_view text) {
    const auto bytes = std::as_bytes(std::span{text});
    return tutti::Message{time_of(t), "mind.thoughts", 1, type, {bytes.begin(), bytes.end()}};
  };
  const auto& record = records.entries.front();
  BOOST_TEST(record.file.string() == "mind.thoughts.jsonl");
  {
    MessageRecording recording{folder.path(), record};
    recording.append({message(5, "application/json", R"({"a": [1, 2]})"),
                      message(5, "text/plain", "caf\u00e9\n")});
    recording.append({message(7'000'000'000, "application/json", "{"),
                      message(8'000'000'000, "text/plain", "\xff"),
                      message(9'000'000'000, "application/octet-stream", "light w")});
  }
  const std::string first = R"({"ticks":5,"time_ms":5e-09,"rank":1,"media_type":)";
  const std::vector<std::string> expected{
      first + R"("application/json","json":{"a":[1,2]}})",
      first + "\"text/plain\",\"text\":\"caf\u00e9\\n\"}",
      R"({"ticks":7000000000,"time_ms":7.0,"rank":1,"media_type":"application/json","base64":"ew=="})",
      R"({"ticks":8000000000,"time_ms":8.0,"rank":1,"media_type":"text/plain","base64":"/w=="})",
      R"({"ticks":9000000000,"time_ms":9.0,"rank":1,"media_type":"application/octet-stream",)"
      R"("base64":"bGlnaHQgdw=="})"};
  const auto lines = [](const std::filesystem::path& path) {
    std::vector<std::string> all;
    std::ifstream in{path};
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  };
  const auto path = folder.path() / record.file;
  BOOST_TEST(lines(path) == expected, boost::test_tools::per_element());
  BOOST_CHECK_THROW(MessageRecording(folder.path(), record).flush(), tutti::Error);
  std::ofstream{path, std::ios::app} << R"({"ticks":9)";  // cut off by a crash
  const test::TemporaryFolder later;
  MessageRecording resumed{later.path(), record};
  resumed.continue_from(path, time_of(8'000'000'000));
  resumed.flush();
  const std::vector<std::string> taken{expected.begin(), expected.begin() + 4};
  BOOST_TEST(lines(later.path() / record.file) == taken, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(samples_that_are_not_equally_spaced_are_refused) {
  const test::TemporaryFolder folder;
  SignalRecording recording{folder.path() / "v.h5", signal(), cells(), tutti::duration_of(1000)};
  const std::vector<double> values(4, 0.0);
  recording.append(time_of(0), values);
  recording.append(time_of(100), values);
  BOOST_CHECK_THROW(recording.append(time_of(300), values), tutti::Error);
}

BOOST_AUTO_TEST_CASE(selections_and_compression_are_read) {
  const auto records = read(
      "records:\n"
      "- {port: a.v, kind: signal, nodes: [\"2..4\", 9], sections: [soma, apic], compression: 7}\n"
      "- {port: a.w, kind: signal, populations: [exc]}\n"
      "compression: 2\nflush: 50 ms\n");
  BOOST_TEST((records.entries[0].selection.nodes == tutti::Elements::of({2, 3, 4, 9})));
  BOOST_TEST((records.entries[0].selection.swc_types == std::vector<std::int64_t>{1, 4}));
  BOOST_TEST(records.entries[0].compression == 7);
  BOOST_TEST(records.entries[1].compression == 2);
  BOOST_TEST(records.flush_s == 0.05);
  BOOST_TEST(refused("records: [{port: a.v, kind: signal, nodes: [two]}]", "a range like 0..99"));
  BOOST_TEST(refused("records: [{port: a.v, kind: signal, nodes: [\"4..2\"]}]", "ends before"));
}

BOOST_AUTO_TEST_CASE(a_selection_keeps_nodes_and_takes_what_fits_all_it_says) {
  Selection selection;
  selection.populations = {"exc"};
  selection.nodes = tutti::Elements::range(1, 5);
  const auto part = selected(cells(), selection, "cortex.v");
  BOOST_TEST((part.ids == tutti::Elements::range(6, 2)));
  BOOST_TEST(part.populations.size() == 1U);
  BOOST_TEST((nodes_of(part) == std::vector<std::int64_t>{1, 2}));
  selection.populations = {"inh"};
  BOOST_CHECK_THROW(selected(cells(), selection, "cortex.v"), tutti::Error);  // nothing is left
  selection.populations = {"exh"};
  BOOST_CHECK_THROW(selected(cells(), selection, "cortex.v"), tutti::Error);
}

BOOST_AUTO_TEST_CASE(files_are_shared_out_by_what_they_cost) {
  BOOST_TEST(share_files({1, 5, 4, 2}, 2) == (std::vector<int>{0, 0, 1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(share_files({3, 3}, 4) == (std::vector<int>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
