// SPDX-License-Identifier: MIT
#include "records.hpp"

#include <set>

#include "tutti/config/view.hpp"
#include "tutti/unit.hpp"

namespace recorder {

using namespace tutti::config;

namespace {

Table record_table() {
  return {
      "record",
      "One port to record.",
      {text("port", "the source, MODULE.PORT").needed(),
       text("input", "the recorder's input; the same name as the source by default"),
       choice("kind", {"spikes", "signal", "message"}, "of the port").needed(),
       time("every", "signals: only the samples at multiples of this").above(0),
       boolean("exact", "keep ticks, weights and float64, for replay and diff").by_default("false"),
       list("populations", text(""), "only these"),
       list("nodes", text(""), "only these of each population: 7, or 0..99"),
       list("sections", choice("", {"soma", "axon", "dend", "apic"}),
            "segments: only of these kinds"),
       list("elements", text(""), "only these of the port: 7, or 0..99"),
       integer("compression", "0 for none, 1 to 9 for gzip; that of all if not said").between(0, 9),
       text("unit", "signals: of the values").by_default("\"1\""),
       text("file", "in the run folder; spikes.h5, PORT.h5 or PORT.jsonl by default")}};
}

/// Numbers as people write them: 7, or 0..99.
tutti::Elements read_numbers(const View& view, std::string_view key) {
  tutti::Elements numbers;
  for (const auto& text : view.texts(key)) {
    try {
      numbers = united(numbers, parse_range(text));
    } catch (const tutti::Error& error) {
      view.error(key, "{}: {}", key, error.what());
    }
  }
  return numbers;
}

Selection read_selection(const View& view) {
  Selection selection;
  if (view.has("populations")) selection.populations = view.texts("populations");
  if (view.has("nodes")) selection.nodes = read_numbers(view, "nodes");
  if (view.has("elements")) selection.elements = read_numbers(view, "elements");
  if (view.has("sections"))
    for (const auto& name : view.texts("sections")) selection.swc_types.push_back(swc_type(name));
  return selection;
}

Record read_record(const View& view, int compression) {
  Record record;
  record.port = view.text("port");
  record.input = view.has("input") ? view.text("input") : record.port;
  record.kind = *tutti::port_kind(view.text("kind"));
  if (view.has("every")) record.every = view.time("every");
  record.exact = view.boolean("exact");
  record.selection = read_selection(view);
  record.compression =
      view.has("compression") ? static_cast<int>(view.integer("compression")) : compression;
  record.unit = view.text("unit");
  const bool signal = record.kind == tutti::PortKind::signal;
  const bool message = record.kind == tutti::PortKind::message;
  record.file = view.has("file") ? view.text("file")
                : signal         ? record.port + ".h5"
                : message        ? record.port + ".jsonl"
                                 : "spikes.h5";
  if (!signal && record.every)
    view.error("every", "every: {} is a {} port; only signals can be thinned out", record.port,
               tutti::to_string(record.kind));
  if (message)
    for (const char* key : {"populations", "nodes", "sections", "elements", "compression"})
      if (view.has(key))
        view.error(key, "{}: {} is a message port, which has no elements and is written as it is",
                   key, record.port);
  if (record.file.has_parent_path())
    view.error("file", "file: \"{}\" leaves the run folder; needed is a bare name",
               record.file.string());
  try {
    tutti::Unit::parse(record.unit);
  } catch (const tutti::Error& error) {
    view.error("unit", "unit: {}", error.what());
  }
  return record;
}

}  // namespace

const Table& records_schema() {
  static const Table schema{
      "recorder",
      "Writes ports to the run folder as SONATA files; `record:` of the run file becomes this.",
      {list("records", table("", record_table()), "what to record").needed(),
       integer("compression", "0 for none, 1 to 9 for gzip of that strength")
           .between(0, 9)
           .by_default("0"),
       quantity("flush", "s", "wall time after which a crash cannot take what was recorded")
           .above(0)
           .by_default("1 s")}};
  return schema;
}

Records read_records(const Node& model) {
  Problems problems;
  if (!check(model, records_schema(), problems)) problems.raise();
  const View view{model, records_schema(), problems};
  Records records;
  const auto compression = static_cast<int>(view.integer("compression"));
  records.flush_s = view.real("flush");
  std::set<std::string> inputs;
  std::set<std::string> files;
  for (const View& entry : view.children("records")) {
    Record record = read_record(entry, compression);
    if (!inputs.insert(record.input).second)
      entry.error("input", "input: {} is recorded twice", record.input);
    if (record.kind != tutti::PortKind::spikes && !files.insert(record.file.string()).second)
      entry.error("file", "file: {} is the file of another port; each needs its own",
                  record.file.string());
    records.entries.push_back(std::move(record));
  }
  problems.raise();
  return records;
}

}  // namespace recorder
