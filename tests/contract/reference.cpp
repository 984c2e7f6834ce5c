// SPDX-License-Identifier: MIT
#include "reference.hpp"

#include <algorithm>
#include <stdexcept>

#include "read_all.hpp"
#include "tutti/plan/rules.hpp"

namespace contract {

using namespace tutti::plan;
using tutti::ticks;
using tutti::time_of;

Log::Log(const Case& model) {
  for (const auto& c : model.connections) {
    inputs[c.to] = json::array();
    outputs[c.from] = json::array();
    if (c.kind != Kind::message) hashes.try_emplace(c.from);
  }
}

void Log::read(const std::string& module, std::int64_t t, const Readings& readings,
               bool has_signals) {
  if (has_signals) {
    json row = json::array({t});
    for (const double value : readings.signals) row.push_back(value);
    inputs[module + ".u"].push_back(row);
  }
  for (const auto& s : readings.trace)
    inputs[module + ".w"].push_back({t, s.arrival, s.element, s.value});
}

void Log::took(const std::string& module, std::int64_t t, const std::vector<TakenSpike>& spikes,
               const std::vector<TakenNote>& notes) {
  for (const auto& s : spikes)
    inputs[module + ".in"].push_back({t, s.arrival, s.element, s.port, s.t});
  for (const auto& n : notes) inputs[module + ".m"].push_back({t, n.arrival, n.port, n.t, n.text});
}

void Log::sent(const ModuleSpec& module, const Sent& sent) {
  if (const auto found = hashes.find(module.name + ".spikes"); found != hashes.end())
    for (const Spike& spike : sent.spikes) {
      outputs[found->first].push_back({spike.t, spike.element});
      found->second.add(time_of(spike.t), spike.element);
    }
  if (const std::string port = module.name + ".m"; outputs.contains(port))
    for (const Note& note : sent.notes) outputs[port].push_back({note.t, note.text});
}

void Log::sampled(const ModuleSpec& module, const char* port, std::int64_t t,
                  const std::vector<double>& values) {
  const auto found = hashes.find(module.name + "." + port);
  if (found == hashes.end()) return;
  json row = json::array({t});
  std::int64_t element = module.first;
  for (const double value : values) {
    row.push_back(value);
    found->second.add(time_of(t), element++, value);
  }
  outputs[found->first].push_back(row);
}

json Log::hash_text() const {
  json result = json::object();
  for (const auto& [port, hash] : hashes) {
    result[port] = json::object();
    for (const auto& [bin, sum] : hash.bins())
      result[port][std::to_string(bin)] = fmt::format("{:016x}", sum);
  }
  return result;
}

namespace {

/// The reference run: acts in any order that the needs allow, with all histories at hand.
class Sequence {
 public:
  explicit Sequence(const Case& model)
      : model_{model}, graph_{model.graph()}, log_{model}, modules_(model.modules.size()) {
    for (std::size_t m = 0; m < modules_.size(); ++m) {
      ends_.push_back(graph_.end_of(m));
      machines_.emplace_back(model.modules[m]);
      sample(m, 0);
    }
  }

  Log run() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t m = 0; m < modules_.size(); ++m)
        while (act(m)) moved = true;
    }
    for (std::size_t m = 0; m < modules_.size(); ++m)
      if (modules_[m].clock != ticks(ends_[m]) || !modules_[m].has_read)
        throw std::runtime_error("the reference stopped early");
    return std::move(log_);
  }

 private:
  struct State {
    std::int64_t clock = 0;
    bool has_read = false;
    std::vector<Spike> spikes;
    std::vector<Note> notes;
    std::map<std::int64_t, std::vector<double>> x, y;
    Readings readings;
  };

  void sample(std::size_t m, std::int64_t t) {
    modules_[m].x[t] = machines_[m].sample(t);
    log_.sampled(model_.modules[m], "x", t, modules_[m].x[t]);
  }

  bool has_said(std::size_t e, std::int64_t needed) const {
    const Edge& edge = graph_.edges[e];
    const State& source = modules_[edge.from];
    const std::int64_t silent =
        edge.direct && !source.has_read ? model_.modules[edge.from].step : 0;
    return source.clock - silent >= std::min(needed, ticks(ends_[edge.from]));
  }

  bool act(std::size_t m) {
    State& state = modules_[m];
    if (state.has_read && state.clock >= ticks(ends_[m])) return false;
    for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
      const Edge& edge = graph_.edges[e];
      if (edge.to != m || (edge.kind == Kind::signal) == state.has_read) continue;
      const auto needed = needed_until(graph_.delivery(e), time_of(state.clock));
      if (needed && !has_said(e, ticks(*needed))) return false;
    }
    state.has_read ? advance(m) : read(m);
    return true;
  }

  void read(std::size_t m) {
    State& state = modules_[m];
    state.readings = read_all(model_, graph_, ends_, m, state.clock,
                              [&](std::size_t e, tutti::Time t) -> const std::vector<double>& {
                                const State& source = modules_[graph_.edges[e].from];
                                return (graph_.edges[e].direct ? source.y : source.x).at(ticks(t));
                              });
    state.has_read = true;
    state.y[state.clock] = machines_[m].direct(state.readings.signals);
    log_.sampled(model_.modules[m], "y", state.clock, state.y[state.clock]);
    log_.read(model_.modules[m].name, state.clock, state.readings, !state.readings.signals.empty());
  }

  void advance(std::size_t m) {
    State& state = modules_[m];
    std::vector<TakenSpike> spikes;
    std::vector<std::tuple<std::int64_t, std::string, std::size_t, TakenNote>> notes;
    for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
      const Edge& edge = graph_.edges[e];
      if (edge.to != m || edge.kind == Kind::signal) continue;
      const tutti::Window taken = taken_by_window(graph_.delivery(e), time_of(state.clock));
      const State& source = modules_[edge.from];
      const std::string port = graph_.source_port(edge);
      const std::int64_t delay = ticks(edge.delay);
      if (edge.kind == Kind::spikes) {
        for (const Spike& s : source.spikes)
          if (taken.contains(time_of(s.t)))
            spikes.push_back({s.t + delay, s.element + model_.connections[e].offset, port, s.t});
      } else {
        for (std::size_t n = 0; n < source.notes.size(); ++n)
          if (const Note& note = source.notes[n]; taken.contains(time_of(note.t)))
            notes.emplace_back(note.t + delay, port, n,
                               TakenNote{note.t + delay, port, note.t, note.text});
      }
    }
    std::ranges::stable_sort(spikes, {}, [](const TakenSpike& s) {
      return std::pair{s.arrival, s.element};
    });
    std::ranges::sort(notes, {}, [](const auto& n) {
      return std::tuple{std::get<0>(n), std::get<1>(n), std::get<2>(n)};
    });
    std::vector<TakenNote> ordered;
    for (auto& note : notes) ordered.push_back(std::move(std::get<3>(note)));
    log_.took(model_.modules[m].name, state.clock, spikes, ordered);
    const Sent sent = machines_[m].advance(state.clock, spikes, state.readings);
    log_.sent(model_.modules[m], sent);
    state.spikes.insert(state.spikes.end(), sent.spikes.begin(), sent.spikes.end());
    state.notes.insert(state.notes.end(), sent.notes.begin(), sent.notes.end());
    state.clock += model_.modules[m].step;
    state.has_read = false;
    sample(m, state.clock);
  }

  const Case& model_;
  Graph graph_;
  Log log_;
  std::vector<State> modules_;
  std::vector<tutti::Time> ends_;
  std::vector<Machine> machines_;
};

}  // namespace

Log sequential_reference(const Case& model) { return Sequence{model}.run(); }

}  // namespace contract
