// SPDX-License-Identifier: MIT
#include "tutti/config/match.hpp"

#include <algorithm>
#include <set>

#include "tutti/config/losses.hpp"
#include "tutti/plan/rules.hpp"
#include "tutti/unit.hpp"

namespace tutti::config {
namespace {

/// One side of a connection while it is looked up.
struct End {
  const ModuleSpec* module = nullptr;
  const PortDescription* port = nullptr;
};

std::vector<std::string> names_of(const std::vector<PortDescription>& ports, Direction direction) {
  std::vector<std::string> names;
  for (const auto& p : ports)
    if (p.direction == direction) names.push_back(p.name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// "; its outputs are a, b", or that there are none.
std::string those_there(const std::vector<std::string>& names, Direction direction) {
  const char* what = direction == Direction::in ? "input" : "output";
  if (names.empty()) return fmt::format("; it has no {}s", what);
  return names.size() == 1 ? fmt::format("; its only {} is {}", what, names.front())
                           : fmt::format("; its {}s are {}", what, listed(names));
}

std::string meant(const std::string& word, const std::vector<std::string>& candidates) {
  const auto near = nearest(word, candidates);
  return near.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", near);
}

std::string article(const PortDescription& port) {
  switch (port.kind) {
    case PortKind::spikes:
      return "spikes";
    case PortKind::message:
      return "messages";
    case PortKind::signal:
      break;
  }
  return fmt::format("a signal in {}{}", port.unit,
                     port.element.empty() ? "" : fmt::format(" per {}", port.element));
}

/// Looks up all connections of one run.
class Matcher {
 public:
  Matcher(const RunSpec& run, const PortsByModule& ports, Problems& problems)
      : run_{run}, ports_{ports}, problems_{problems} {}

  Matching match() {
    for (const auto& m : run_.modules) {
      result_.graph.modules.push_back({m.name, m.step});
      result_.complete = result_.complete && ports_.contains(m.name);
    }
    result_.graph.stop = run_.stop;
    const bool sound = std::ranges::all_of(
        run_.modules, [](const auto& m) { return m.usable && m.step > Duration::zero(); });
    for (const auto& c : run_.connections) connect(c);
    check_unconnected();
    check_losses(run_, problems_);
    if (!sound || run_.stop <= Duration::zero()) return std::move(result_);
    plan();
    return std::move(result_);
  }

 private:
  End find(const PortName& name, Direction direction, const Location& place) {
    End end{run_.find(name.module), nullptr};
    if (end.module == nullptr) return end;  // load_run has said so
    const auto known = ports_.find(name.module);
    if (known == ports_.end()) return end;
    const auto found = std::ranges::find_if(known->second, [&](const auto& p) {
      return p.name == name.port && p.direction == direction;
    });
    if (found != known->second.end()) {
      end.port = &*found;
      return end;
    }
    const auto names = names_of(known->second, direction);
    const bool other_way =
        std::ranges::any_of(known->second, [&](const auto& p) { return p.name == name.port; });
    problems_.error(
        place, "{} has no {} \"{}\"{}{}{}", name.module,
        direction == Direction::in ? "input" : "output", name.port,
        other_way ? (direction == Direction::in ? " (that is an output)" : " (that is an input)")
                  : "",
        those_there(names, direction), other_way ? "" : meant(name.port, names));
    return end;
  }

  void connect(const ConnectionSpec& spec) {
    const End from = find(spec.from, Direction::out, spec.place);
    const End to = find(spec.to, Direction::in, spec.place);
    if (to.port == nullptr) doubtful_.insert(spec.to.module);
    if (from.port == nullptr || to.port == nullptr) return;
    if (!fits(spec, *from.port, *to.port)) {
      doubtful_.insert(spec.to.module);
      return;
    }
    control::Connection c;
    c.id = static_cast<std::uint32_t>(result_.connections.size());
    c.from_module = spec.from.module, c.from_port = spec.from.port;
    c.to_module = spec.to.module, c.to_port = spec.to.port;
    c.from_number = number_of(*from.module), c.to_number = number_of(*to.module);
    c.kind = from.port->kind;
    c.delay = spec.delay;
    c.source_step = from.module->step, c.target_step = to.module->step;
    c.source_ranks = static_cast<std::uint32_t>(from.module->ranks);
    c.target_ranks = static_cast<std::uint32_t>(to.module->ranks);
    c.take = to.port->take;
    c.direct = from.port->direct, c.mean = from.port->mean;
    c.weighted = from.port->weighted, c.single = from.port->single || spec.float32;
    c.offset = spec.offset;
    c.missing_zero = spec.missing == Missing::zero;
    c.on_loss = spec.on_loss, c.stands_in = spec.stands_in;
    if (c.kind == PortKind::signal)
      set_units(c, spec, *from.port, *to.port);
    else if (spec.initial)
      problems_.error(spec.initial->place, "{} → {}: initial is for signals; these are {}",
                      to_string(spec.from), to_string(spec.to), article(*from.port));
    result_.connections.push_back(c);
    add_edge(c, spec);
  }

  bool fits(const ConnectionSpec& spec, const PortDescription& from, const PortDescription& to) {
    if (from.kind != to.kind) {
      problems_.error(spec.place, "{} → {}: {} gives {}, {} takes {}", to_string(spec.from),
                      to_string(spec.to), to_string(spec.from), article(from), to_string(spec.to),
                      article(to));
      return false;
    }
    if (!from.element.empty() && !to.element.empty() && from.element != to.element) {
      problems_.error(spec.place, "{} → {}: the elements of {} are {}s, {} takes {}s",
                      to_string(spec.from), to_string(spec.to), to_string(spec.from), from.element,
                      to_string(spec.to), to.element);
      return false;
    }
    return true;
  }

  void set_units(control::Connection& c, const ConnectionSpec& spec, const PortDescription& from,
                 const PortDescription& to) {
    try {
      const Unit source = Unit::parse(from.unit), target = Unit::parse(to.unit);
      if (!same_dimension(source, target)) {
        problems_.error(spec.place,
                        "{} → {}: {} is a {} in {}, {} needs a {} in {}; connect a port of that "
                        "dimension",
                        to_string(spec.from), to_string(spec.to), to_string(spec.from),
                        source.dimension_name(), from.unit, to_string(spec.to),
                        target.dimension_name(), to.unit);
        return;
      }
      const Conversion change = conversion(source, target);
      if (change.shift != 0.0) {
        problems_.error(spec.place,
                        "{} → {}: {} and {} have different zeros, and a connection only scales; "
                        "let one of the two modules use the other's unit",
                        to_string(spec.from), to_string(spec.to), from.unit, to.unit);
        return;
      }
      c.scale = change.factor;
      if (c.scale != 1.0)
        result_.conversions.push_back({result_.connections.size(), from.unit, to.unit, c.scale});
      if (spec.initial) {
        c.has_initial = true;
        c.initial = value_in(spec.initial->text, target);
        if (to.take == Take::all || spec.delay == Duration::zero())
          problems_.warning(spec.initial->place, "{} → {}: initial is never read: {}; remove it",
                            to_string(spec.from), to_string(spec.to),
                            to.take == Take::all ? to_string(spec.to) + " takes only what arrives"
                                                 : "there is no delay");
      }
    } catch (const Error& e) {
      problems_.error(spec.initial ? spec.initial->place : spec.place, "{} → {}: {}",
                      to_string(spec.from), to_string(spec.to), e.what());
    }
  }

  /// What a source says in one of its steps, all ranks together: for spikes, as if each element
  /// fired a hundred times a second; 0 where nobody knows, as for messages.
  double bytes_per_step(const control::Connection& c) const {
    const auto known = ports_.find(c.from_module);
    if (known == ports_.end()) return 0;
    const auto port = std::ranges::find(known->second, c.from_port, &PortDescription::name);
    if (port == known->second.end() || c.kind == PortKind::message) return 0;
    const auto elements = static_cast<double>(port->elements);
    if (c.kind == PortKind::signal) return elements * (c.single ? sizeof(float) : sizeof(double));
    constexpr double spike_bytes = 8, interval_ms = 10;
    return elements * spike_bytes * (c.weighted ? 2 : 1) * to_ms(c.source_step) / interval_ms;
  }

  void add_edge(const control::Connection& c, const ConnectionSpec& spec) {
    plan::Edge edge;
    edge.from = c.from_number, edge.to = c.to_number;
    edge.from_port = c.from_port, edge.to_port = c.to_port;
    edge.kind = c.kind, edge.take = c.take, edge.direct = c.direct;
    edge.delay = c.delay;
    edge.has_initial = c.has_initial;
    edge.latency = spec.latency ? spec.latency : std::optional{run_.latency};
    if (edge.latency == Duration::zero()) edge.latency = std::nullopt;
    edge.bytes_per_step = bytes_per_step(c);
    result_.graph.edges.push_back(std::move(edge));
    places_.push_back(spec.place);
  }

  /// Not where a connection is wrong anyway that may have been meant for the port.
  void check_unconnected() {
    if (!run_.all_connected) return;
    std::set<std::pair<std::string, std::string>> connected;
    for (const auto& c : run_.connections) connected.emplace(c.to.module, c.to.port);
    for (const auto& m : run_.modules) {
      const auto known = ports_.find(m.name);
      if (known == ports_.end() || doubtful_.contains(m.name)) continue;
      for (const auto& p : known->second)
        if (p.direction == Direction::in && !p.optional && !connected.contains({m.name, p.name}))
          problems_.error(m.place,
                          "{}.{} is not connected to anything and needs {}; add a connection "
                          "`to: {}.{}`",
                          m.name, p.name, article(p), m.name, p.name);
    }
  }

  void plan() {
    result_.planned = plan::make_plan(result_.graph);
    for (const auto& mistake : result_.planned.mistakes)
      problems_.error(mistake.what == plan::Mistake::What::step ? run_.modules[mistake.where].place
                                                                : places_[mistake.where],
                      "{}", mistake.text);
    for (const auto& refusal : result_.planned.refusals)
      problems_.error(places_[refusal.best], "{}", refusal.text);
    if (!result_.planned.runs()) return;
    for (std::size_t k = 0; k < result_.connections.size(); ++k) {
      auto& c = result_.connections[k];
      const auto& edge = result_.planned.plan.edges[k];
      c.interval = edge.interval;
      c.credits = static_cast<std::uint32_t>(edge.credits);
      c.credit_batch = static_cast<std::uint32_t>(edge.credit_batch);
      c.source_end = result_.graph.end_of(c.from_number);
    }
  }

  std::uint32_t number_of(const ModuleSpec& module) const {
    return static_cast<std::uint32_t>(&module - run_.modules.data());
  }

  const RunSpec& run_;
  const PortsByModule& ports_;
  Problems& problems_;
  Matching result_;
  std::vector<Location> places_;    // of each edge
  std::set<std::string> doubtful_;  // modules to which a connection leads that does not fit
};

/// `every:` thins out the samples that there are; it cannot make others.
void check_every(const RecordSpec& record, const PortDescription& port, const ModuleSpec& source,
                 Problems& problems) {
  if (!record.every || source.step <= Duration::zero()) return;
  if (port.kind == PortKind::signal && *record.every % source.step != Duration::zero())
    problems.error(record.place, "record: {} has a sample every {}; every: {} is no multiple of it",
                   to_string(record.port), source.step, *record.every);
}

/// One entry of the recorder's model.
Node record_entry(const RecordSpec& record, const PortDescription& port) {
  Node entry;
  entry.kind = Node::Kind::map;
  entry.place = record.place;
  const auto add = [&](std::string key, std::string value) {
    entry.entries.push_back({std::move(key), record.place, scalar(std::move(value), record.place)});
    entry.entries.back().value.quoted = true;
  };
  add("port", to_string(record.port));
  add("kind", std::string{to_string(port.kind)});
  if (port.kind == PortKind::signal) add("unit", port.unit);
  if (record.every) add("every", tutti::to_string(*record.every));
  entry.entries.push_back({"exact", record.place, scalar(record.exact ? "true" : "false")});
  entry.entries.insert(entry.entries.end(), record.options.entries.begin(),
                       record.options.entries.end());
  return entry;
}

}  // namespace

Matching match(const RunSpec& run, const PortsByModule& ports, Problems& problems) {
  return Matcher{run, ports, problems}.match();
}

Duration recorder_step(Duration stop) {
  constexpr Duration longest{10'000'000'000};
  if (stop <= longest) return stop;
  constexpr int tries = 10'000;
  auto parts = (stop.count() + longest.count() - 1) / longest.count();
  for (int k = 0; k < tries; ++k, ++parts)
    if (stop.count() % parts == 0) return Duration{stop.count() / parts};
  return stop;
}

RunSpec with_recorder(const RunSpec& run, const PortsByModule& ports, Problems& problems) {
  RunSpec result = run;
  if (run.records.empty() || run.stop <= Duration::zero()) return result;
  Node records;
  records.kind = Node::Kind::list;
  ModuleSpec recorder;
  recorder.name = "recorder";
  recorder.use = "recorder";
  recorder.ranks = run.recorder_ranks;
  recorder.step = recorder_step(run.stop);
  recorder.place = run.records.front().place;
  for (const auto& record : run.records) {
    const auto known = ports.find(record.port.module);
    if (known == ports.end()) {
      const ModuleSpec* source = run.find(record.port.module);
      // of others something worse has been said
      if (source != nullptr && source->usable && source->use.empty() && !source->declared)
        problems.error(record.place,
                       "record: the ports of {} are known only at run time; say `ports:` in its "
                       "module entry to record them",
                       record.port.module);
      continue;
    }
    const auto found = std::ranges::find_if(known->second, [&](const auto& p) {
      return p.name == record.port.port && p.direction == Direction::out;
    });
    if (found == known->second.end()) {
      const auto names = names_of(known->second, Direction::out);
      problems.error(record.place, "record: {} has no output \"{}\"{}{}", record.port.module,
                     record.port.port, those_there(names, Direction::out),
                     meant(record.port.port, names));
      continue;
    }
    check_every(record, *found, *run.find(record.port.module), problems);
    records.items.push_back(record_entry(record, *found));
    ConnectionSpec connection;
    connection.from = record.port;
    connection.to = {"recorder", to_string(record.port)};
    connection.on_loss = OnLoss::gap;
    connection.place = record.place;
    result.connections.push_back(std::move(connection));
  }
  recorder.model.kind = Node::Kind::map;
  recorder.model.entries = run.recorder.entries;
  recorder.model.entries.push_back({"records", recorder.place, std::move(records)});
  result.modules.push_back(std::move(recorder));
  return result;
}

}  // namespace tutti::config
