// SPDX-License-Identifier: MIT
// tutti.h: look on at a run, and steer it.
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "handles.hpp"
#include "tutti/control/observer.hpp"
#include "tutti/control/run_info.hpp"

using namespace tutti;
using c::guarded;

struct tutti_observer {
  std::unique_ptr<tap::Observer> observer;
  tap::Batch batch;
  std::vector<double> values;
  tutti_table table;
  tap::Stream stream;
  std::string text;
};

namespace {

using std::chrono::milliseconds;
constexpr milliseconds patience{10'000}, beginning{60'000};

const char* phase_name(control::Phase phase) {
  constexpr const char* names[] = {"joining", "matching", "running", "paused", "leaving", "ended"};
  return names[static_cast<std::size_t>(phase)];
}

nlohmann::ordered_json state_of(const control::Status& status) {
  nlohmann::ordered_json all{{"phase", phase_name(status.phase)},
                             {"clock_ms", to_ms(status.clock)},
                             {"stop_ms", to_ms(status.stop)},
                             {"ok", status.ok},
                             {"reason", status.reason}};
  for (const auto& m : status.members)
    all["members"].push_back({{"module", m.module},
                              {"rank", m.rank},
                              {"clock_ms", to_ms(m.clock)},
                              {"waits_for", m.waits_for},
                              {"line", m.line}});
  return all;
}

nlohmann::ordered_json port_of(const tap::PortInfo& info) {
  return {{"port", info.full_name()},  {"kind", std::string{to_string(info.port.kind)}},
          {"unit", info.port.unit},    {"element", info.port.element},
          {"elements", info.elements}, {"step_ms", to_ms(info.step)},
          {"doc", info.port.doc}};
}

/// Samples as float64, whatever they travelled as.
void unpack(tutti_observer& o) {
  o.values.resize(o.batch.values.size() / sizeof(double));
  std::memcpy(o.values.data(), o.batch.values.data(), o.values.size() * sizeof(double));
}

Elements set_of(const uint64_t* elements, size_t count) {
  return count == 0 ? Elements{} : Elements::of({elements, elements + count});
}

int order(tutti_observer* o, control::Command command, int64_t* at) {
  return guarded([&] {
    const auto answer = o->observer->ask(std::move(command), patience);
    o->text = answer.text;
    if (!answer.ok) throw Error{Fault::usage, "{}", answer.text};
    if (at != nullptr) *at = ticks(answer.at);
  });
}

}  // namespace

int tutti_look(const char* run_folder, const char* name, tutti_observer** result) {
  return guarded([&] {
    auto made = std::make_unique<tutti_observer>();
    made->observer =
        std::make_unique<tap::Observer>(control::read_run_info(c::text(run_folder)), c::text(name));
    *result = made.release();
  });
}

void tutti_look_away(tutti_observer* observer) { delete observer; }

int tutti_ports(tutti_observer* o, const char** json) {
  return guarded([&] {
    const auto welcome = o->observer->welcome(beginning);
    nlohmann::ordered_json all{{"run", welcome.run},
                               {"folder", welcome.folder},
                               {"stop_ms", to_ms(welcome.stop)},
                               {"outputs", nlohmann::ordered_json::array()},
                               {"inputs", nlohmann::ordered_json::array()}};
    for (const auto& port : welcome.outputs) all["outputs"].push_back(port_of(port));
    for (const auto& port : welcome.inputs) all["inputs"].push_back(port_of(port));
    o->text = all.dump();
    *json = o->text.c_str();
  });
}

int tutti_tap(tutti_observer* o, uint32_t id, const char* port, const uint64_t* elements,
              size_t count, int64_t every, int reduce, int64_t history) {
  return guarded([&] {
    if (reduce < TUTTI_REDUCE_LATEST || reduce > TUTTI_REDUCE_MIN_MAX)
      throw Error{Fault::usage, "samples are reduced to the latest, mean or min_max, not to {}",
                  reduce};
    tap::Subscribe wish;
    wish.id = id, wish.port = c::text(port), wish.elements = set_of(elements, count);
    wish.every = duration_of(every), wish.history = duration_of(history);
    wish.reduce = static_cast<tap::Reduce>(reduce);
    o->observer->send(wish);
  });
}

int tutti_untap(tutti_observer* o, uint32_t id) {
  return guarded([&] { o->observer->send(tap::Unsubscribe{id}); });
}

int tutti_poll(tutti_observer* o, int wait_ms, int* what, uint32_t* id) {
  *what = TUTTI_NOTHING;
  return guarded([&] {
    auto word = o->observer->poll(milliseconds{std::max(wait_ms, 0)});
    if (!word) return;
    if (auto* batch = std::get_if<tap::Batch>(&*word)) {
      o->batch = std::move(*batch);
      unpack(*o);
      *what = TUTTI_BATCH, *id = o->batch.id;
    } else if (auto* stream = std::get_if<tap::Stream>(&*word)) {
      o->stream = std::move(*stream);
      o->table.table = o->stream.table;
      *what = TUTTI_STREAM, *id = o->stream.id;
    } else if (const auto* status = std::get_if<control::Status>(&*word)) {
      o->text = state_of(*status).dump();
      *what = TUTTI_STATE;
    } else if (const auto* refused = std::get_if<tap::Refused>(&*word)) {
      o->text = refused->text;
      *what = TUTTI_REFUSED, *id = refused->id;
    } else if (std::holds_alternative<tap::Bye>(*word)) {
      *what = TUTTI_OVER;
    }
  });
}

const char* tutti_text(const tutti_observer* o) { return o->text.c_str(); }

const tutti_table* tutti_stream(const tutti_observer* o, const char** unit, int* is_spikes,
                                int64_t* every) {
  *unit = o->stream.info.port.unit.c_str();
  *is_spikes = o->stream.info.port.kind == PortKind::spikes ? 1 : 0;
  *every = ticks(o->stream.every);
  return &o->table;
}

void tutti_batch(const tutti_observer* o, tutti_batch_view* view) {
  const auto& b = o->batch;
  view->sequence = b.sequence, view->lost = b.lost;
  view->from = ticks(b.from), view->to = ticks(b.to);
  view->count = b.times.size(), view->times = b.times.data();
  view->elements = b.kind == PortKind::spikes ? b.elements.data() : nullptr;
  view->values = b.kind == PortKind::signal ? o->values.data() : nullptr;
  view->width = b.times.empty() ? 0 : o->values.size() / b.times.size();
}

int tutti_steer(tutti_observer* o, const char* verb, int64_t by, const char* text, int64_t* at) {
  using Verb = control::Command::Verb;
  constexpr std::pair<const char*, Verb> verbs[] = {{"pause", Verb::pause},
                                                    {"resume", Verb::resume},
                                                    {"step", Verb::step},
                                                    {"stop", Verb::stop},
                                                    {"mark", Verb::mark}};
  const auto* known =
      std::ranges::find_if(verbs, [&](const auto& v) { return c::text(verb) == v.first; });
  if (known == std::end(verbs))
    return guarded([&] {
      throw Error{Fault::usage,
                  "a run can be told to pause, resume, step, stop or mark, not \"{}\"",
                  c::text(verb)};
    });
  control::Command command;
  command.verb = known->second;
  command.step = duration_of(by), command.reason = c::text(text);
  return order(o, std::move(command), at);
}

int tutti_give_spikes(tutti_observer* o, const char* port, const uint64_t* elements, size_t count,
                      double weight, int64_t* at) {
  control::Command command;
  command.verb = control::Command::Verb::send;
  command.send.port = c::text(port), command.send.elements = set_of(elements, count);
  command.send.kind = PortKind::spikes, command.send.weight = weight;
  return order(o, std::move(command), at);
}

int tutti_give_signal(tutti_observer* o, const char* port, const uint64_t* elements, size_t count,
                      double value, int64_t duration, int add, int64_t* at) {
  control::Command command;
  command.verb = control::Command::Verb::send;
  command.send.port = c::text(port), command.send.elements = set_of(elements, count);
  command.send.kind = PortKind::signal, command.send.value = value;
  command.send.duration = duration_of(duration), command.send.add = add != 0;
  return order(o, std::move(command), at);
}
