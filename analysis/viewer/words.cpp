// SPDX-License-Identifier: MIT
#include "words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "tutti/error.hpp"

namespace viewer::words {
namespace {

using tutti::Error;
using tutti::Fault;

constexpr std::array reduce_names{"latest", "mean", "min_max"};
constexpr std::array phase_names{"joining", "matching", "running", "paused", "leaving", "ended"};
constexpr std::array activity_names{"joining", "computing", "waiting", "done"};
constexpr std::array verb_names{"pause", "resume", "step", "stop", "mark", "spike", "value"};

template <typename E, std::size_t n>
const char* name_of(const std::array<const char*, n>& names, E value) {
  return names.at(static_cast<std::size_t>(value));
}

Json stream(const StreamInfo& info) {
  return {{"port", info.port},        {"kind", to_string(info.kind)},
          {"unit", info.unit},        {"element", info.element},
          {"doc", info.doc},          {"step_ms", tutti::to_ms(info.step)},
          {"elements", info.elements}};
}

Json streams(const std::vector<StreamInfo>& all) {
  Json list = Json::array();
  for (const auto& info : all) list.push_back(stream(info));
  return list;
}

std::uint64_t whole(const Json& value) {
  if (!value.is_number_unsigned())
    throw Error{Fault::usage, "elements: {} is no element number", value.dump()};
  return value.get<std::uint64_t>();
}

const StreamInfo& find(const std::vector<StreamInfo>& streams, const std::string& port) {
  const auto found = std::ranges::find(streams, port, &StreamInfo::port);
  if (found == streams.end()) throw Error{Fault::usage, "there is no port \"{}\" here", port};
  return *found;
}

}  // namespace

std::string_view name(Reduce reduce) { return name_of(reduce_names, reduce); }

Json hello(const Source& source) {
  const auto& overview = source.overview();
  Json modules = Json::array(), arrows = Json::array();
  for (const auto& m : overview.modules)
    modules.push_back({{"name", m.name},
                       {"program", m.program},
                       {"ranks", m.ranks},
                       {"step_ms", tutti::to_ms(m.step)}});
  for (const auto& a : overview.arrows)
    arrows.push_back({{"from", a.from}, {"to", a.to}, {"delay_ms", tutti::to_ms(a.delay)}});
  return {{"type", "hello"},
          {"version", 1},
          {"run", overview.name},
          {"folder", overview.folder},
          {"live", overview.live},
          {"stop_ms", tutti::to_ms(overview.stop)},
          {"modules", modules},
          {"connections", arrows},
          {"streams", streams(source.streams())},
          {"inputs", streams(source.inputs())}};
}

Json state(const tutti::control::Status& status, double wall_s) {
  Json members = Json::array();
  for (const auto& m : status.members)
    members.push_back({{"module", m.module},
                       {"rank", m.rank},
                       {"clock_ms", tutti::to_ms(m.clock)},
                       {"activity", name_of(activity_names, m.activity)},
                       {"waits_for", m.waits_for},
                       {"line", m.line},
                       {"compute_s", m.compute_seconds},
                       {"wait_s", m.wait_seconds}});
  return {{"type", "state"},
          {"phase", name_of(phase_names, status.phase)},
          {"clock_ms", tutti::to_ms(status.clock)},
          {"stop_ms", tutti::to_ms(status.stop)},
          {"wall_s", wall_s},
          {"ok", status.ok},
          {"reason", status.reason},
          {"culprit", status.culprit},
          {"members", members}};
}

Json table(const std::string& port, const tutti::ElementTable& table) {
  Json populations = Json::array(), columns = Json::object();
  for (const auto& p : table.populations)
    populations.push_back({{"name", p.name}, {"first", p.first}, {"count", p.count}});
  for (const auto& column : table.columns)
    std::visit(
        [&](const auto& values) {
          columns[column.name] = {{"unit", column.unit}, {"values", values}};
        },
        column.values);
  return {{"type", "table"},
          {"port", port},
          {"kind", table.kind},
          {"ids", ranges(table.ids)},
          {"populations", populations},
          {"columns", columns}};
}

Json answer(std::uint32_t id, const Answer& answer) {
  return {{"type", "answer"},
          {"id", id},
          {"ok", answer.ok},
          {"at_ms", tutti::to_ms(answer.at)},
          {"text", answer.text}};
}

Json refused(std::uint32_t id, const std::string& text) {
  return {{"type", "refused"}, {"id", id}, {"text", text}};
}

Elements elements(const Json& list) {
  if (list.is_null()) return {};
  if (!list.is_array()) throw Error{Fault::usage, "elements: needed a list"};
  constexpr std::uint64_t most = 1 << 22;  ///< Chosen one by one or in several ranges.
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : list) {
    if (!entry.is_array()) {
      numbers.push_back(whole(entry));
      continue;  // as many as fit into one message
    }
    if (entry.size() < 2 || entry.size() > 3 || whole(entry[1]) == 0 ||
        (entry.size() == 3 && whole(entry[2]) == 0))
      throw Error{Fault::usage, "elements: {} is not [first, count, stride]", entry.dump()};
    const auto stride = entry.size() == 3 ? whole(entry[2]) : 1;
    const auto first = whole(entry[0]), count = whole(entry[1]);
    if (first > 1ULL << 40 || count > 1ULL << 32 || stride > 1ULL << 24)
      throw Error{Fault::usage, "elements: {} is too large", entry.dump()};
    if (list.size() == 1) return Elements::strided(first, count, stride);
    if (numbers.size() + count > most)
      throw Error{Fault::usage, "elements: more than {} in several ranges", most};
    for (std::uint64_t k = 0; k < count; ++k) numbers.push_back(first + k * stride);
  }
  return Elements::of(std::move(numbers));
}

Json ranges(const Elements& elements) {
  Json list = Json::array();
  for (const auto& r : elements.ranges()) list.push_back({r.first, r.count, r.stride});
  return list;
}

Duration duration(const Json& word, const char* key, Duration otherwise) {
  const auto found = word.find(key);
  if (found == word.end() || found->is_null()) return otherwise;
  const double ms = found->is_number() ? found->get<double>() : std::nan("");
  if (!(std::abs(ms) < 9e9))
    throw Error{Fault::usage, "{}: {} is no time in ms", key, found->dump()};
  return tutti::nearest_tick(ms).time_since_epoch();
}

Selection selection(const Json& word, const std::vector<StreamInfo>& streams) {
  Selection wanted;
  wanted.port = word.value("port", "");
  const auto& info = find(streams, wanted.port);
  if (info.kind == tutti::PortKind::message)
    throw Error{Fault::usage, "{} carries messages, which have no picture", wanted.port};
  wanted.elements = elements(word.value("elements", Json{}));
  if (info.kind == tutti::PortKind::spikes) return wanted;
  const auto every = std::max(duration(word, "every_ms", {}), info.step);
  wanted.every = every - every % info.step;
  const auto reduce = word.value("reduce", "latest");
  const auto known = std::ranges::find(reduce_names, reduce);
  if (known == reduce_names.end())
    throw Error{Fault::usage, "reduce: \"{}\" is none of latest, mean, min_max", reduce};
  wanted.reduce = wanted.every == info.step ? Reduce::latest
                                            : static_cast<Reduce>(known - reduce_names.begin());
  return wanted;
}

Command command(const Json& word, const std::vector<StreamInfo>& inputs) {
  Command command;
  const auto verb = word.value("verb", "");
  const auto known = std::ranges::find(verb_names, verb);
  if (known == verb_names.end())
    throw Error{Fault::usage, "\"{}\" is none of {}", verb, fmt::join(verb_names, ", ")};
  command.verb = static_cast<Command::Verb>(known - verb_names.begin());
  command.step = duration(word, "step_ms", {});
  command.text = word.value("text", "");
  if (command.verb == Command::Verb::step && command.step <= Duration::zero())
    throw Error{Fault::usage, "step_ms: how far shall it go?"};
  if (command.verb != Command::Verb::spike && command.verb != Command::Verb::value) return command;
  command.port = find(inputs, word.value("port", "")).port;
  command.elements = elements(word.value("elements", Json{}));
  command.amount = word.value("amount", 1.0);
  command.span = duration(word, "for_ms", {});
  command.add = word.value("add", false);
  return command;
}

}  // namespace viewer::words
