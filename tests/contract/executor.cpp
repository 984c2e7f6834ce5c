// SPDX-License-Identifier: MIT
#include "executor.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "read_all.hpp"
#include "tutti/plan/rules.hpp"

namespace contract {

using namespace tutti::plan;
using tutti::ticks;
using tutti::time_of;

namespace {

std::size_t index(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace

Executor::Executor(const Case& model, std::vector<EdgePlan> plan, std::vector<int> ranks,
                   std::uint64_t seed)
    : model_{model},
      graph_{model.graph()},
      plan_{std::move(plan)},
      modules_(model.modules.size()),
      links_(model.connections.size()),
      random_{seed},
      log_{model} {
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    modules_[m].ranks = ranks[m];
    machines_.emplace_back(model.modules[m]);
  }
  prepare(seed);
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    speak_sample(m, "x", 0, machines_[m].sample(0));
    flush(m, false);
    tell_credit(m);
  }
}

Executor::Executor(const Case& model, std::vector<EdgePlan> plan, std::vector<int> ranks,
                   std::uint64_t seed, Checkpoint from)
    : model_{model},
      graph_{model.graph()},
      plan_{std::move(plan)},
      modules_(model.modules.size()),
      links_(model.connections.size()),
      random_{seed},
      log_{std::move(from.log)} {
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    modules_[m].ranks = ranks[m];
    modules_[m].clock = from.modules[m].clock;
    modules_[m].has_read = true;
    modules_[m].readings = from.modules[m].readings;
    machines_.push_back(from.modules[m].machine);
  }
  prepare(seed);
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    Link& link = links_[e];
    link.spikes = std::move(from.boxes[e].spikes);
    link.samples = std::move(from.boxes[e].samples);
    link.last_sent = from.modules[edge.from].clock;
    for (std::size_t lane = 0; lane < link.lanes.size(); ++lane) {
      link.lanes[lane].heard = link.last_sent;
      // a message waits at every rank of its target, once
      if (lane < index(modules_[edge.to].ranks)) link.lanes[lane].notes = from.boxes[e].notes;
    }
    link.released = link.heard_released = last_released(e);
  }
  for (std::size_t m = 0; m < modules_.size(); ++m) tell_credit(m);
}

void Executor::prepare(std::uint64_t seed) {
  std::mt19937_64 owners{seed ^ 0x5EED};
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    Module& module = modules_[m];
    ends_.push_back(graph_.end_of(m));
    module.end = ticks(ends_.back());
    for (std::int64_t k = 0; k < model_.modules[m].count; ++k)
      module.owner.push_back(static_cast<int>(owners() % index(module.ranks)));
  }
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    links_[e].lanes.resize(index(modules_[edge.from].ranks) * index(modules_[edge.to].ranks));
    links_[e].released = links_[e].heard_released = edge.kind == Kind::signal ? -1 : 0;
  }
}

std::int64_t Executor::last_released(std::size_t e) const {
  const Edge& edge = graph_.edges[e];
  const std::int64_t none = edge.kind == Kind::signal ? -1 : 0;
  const std::int64_t seen = modules_[edge.to].clock - ticks(edge.delay);
  return seen < 0 ? none : std::max(seen / ticks(plan_[e].interval), none);
}

bool Executor::done() const {
  return std::ranges::all_of(modules_,
                             [](const Module& m) { return m.clock == m.end && m.has_read; });
}

bool Executor::round() {
  // everything that could happen, each by the number of what it happens to
  std::vector<std::pair<std::size_t, std::size_t>> acts;
  for (std::size_t m = 0; m < modules_.size(); ++m) acts.emplace_back(m, 0);
  for (std::size_t e = 0; e < links_.size(); ++e)
    for (std::size_t lane = 0; lane <= links_[e].lanes.size(); ++lane)
      acts.emplace_back(modules_.size() + e, lane);
  std::ranges::shuffle(acts, random_);
  // sometimes half of all that could happen comes late, unless nothing else can
  const std::size_t early = random_() % 2 == 0 ? acts.size() / 2 : acts.size();
  bool moved = false;
  for (std::size_t n = 0; n < early || (n < acts.size() && !moved); ++n)
    moved |= happen(acts[n].first, acts[n].second);
  return moved;
}

bool Executor::happen(std::size_t what, std::size_t lane) {
  if (what < modules_.size()) return act(what);
  const std::size_t e = what - modules_.size();
  return lane == links_[e].lanes.size() ? deliver_credit(e) : deliver(e, lane);
}

void Executor::settle() {
  while (round()) {
  }
}

void Executor::stop_at(std::int64_t t) {
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    Module& module = modules_[m];
    ends_[m] = std::min(ends_[m], down(time_of(t), graph_.modules[m].step));
    module.end = ticks(ends_[m]);
    if (module.clock > module.end) throw std::logic_error("stopped behind a module");
  }
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    flush(m, false);  // who is there already closes its last frames
    if (modules_[m].has_read) flush(m, true);
    tell_credit(m);
  }
}

Checkpoint Executor::cut_at(std::int64_t t) {
  lease_ = cut_ = t;
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    flush(m, false);
    if (modules_[m].has_read) flush(m, true);
  }
  settle();
  Checkpoint result{{}, std::vector<Checkpoint::Box>(links_.size()), log_};
  for (std::size_t m = 0; m < modules_.size(); ++m) {
    if (modules_[m].clock != t || !modules_[m].has_read) throw std::logic_error("cut is uneven");
    result.modules.push_back({t, machines_[m], modules_[m].readings});
  }
  for (std::size_t e = 0; e < links_.size(); ++e)
    result.boxes[e] = {links_[e].spikes, {}, links_[e].samples};
  for (std::size_t e = 0; e < links_.size(); ++e)
    for (std::size_t r = 0; r < index(modules_[graph_.edges[e].from].ranks); ++r) {
      const auto& notes = links_[e].lanes[r * index(modules_[graph_.edges[e].to].ranks)].notes;
      result.boxes[e].notes.insert(result.boxes[e].notes.end(), notes.begin(), notes.end());
    }
  return result;
}

bool Executor::act(std::size_t m) {
  if (!modules_[m].has_read) {
    if (!can_read(m)) return false;
    read(m);
    return true;
  }
  if (!can_advance(m)) return false;
  advance(m);
  return true;
}

bool Executor::holds(std::size_t e, std::int64_t t) const {
  const auto needed = needed_until(graph_.delivery(e), time_of(t));
  if (!needed) return true;
  const std::int64_t enough = std::min(ticks(*needed), modules_[graph_.edges[e].from].end);
  return std::ranges::all_of(links_[e].lanes,
                             [&](const Lane& lane) { return lane.heard >= enough; });
}

bool Executor::has_credit(std::size_t e) const {
  const Edge& edge = graph_.edges[e];
  if (plan_[e].credits == 0 || links_[e].target_done) return true;
  const std::int64_t interval = ticks(plan_[e].interval);
  const std::int64_t after = modules_[edge.from].clock + model_.modules[edge.from].step;
  if (after % interval != 0) return true;
  const std::int64_t old = after / interval - plan_[e].credits;
  return old < (edge.kind == Kind::signal ? 0 : 1) || old <= links_[e].heard_released;
}

bool Executor::can_read(std::size_t m) const {
  for (std::size_t e = 0; e < links_.size(); ++e)
    if (graph_.edges[e].to == m && graph_.edges[e].kind == Kind::signal &&
        !holds(e, modules_[m].clock))
      return false;
  return true;
}

bool Executor::can_advance(std::size_t m) const {
  const std::int64_t end = modules_[m].clock + model_.modules[m].step;
  if (end > modules_[m].end || end > lease_) return false;
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    if (edge.to == m && edge.kind != Kind::signal && !holds(e, modules_[m].clock)) return false;
    if (edge.from == m && !has_credit(e)) return false;
  }
  return true;
}

void Executor::read(std::size_t m) {
  Module& module = modules_[m];
  std::vector<double> values;
  module.readings =
      read_all(model_, graph_, ends_, m, module.clock, [&](std::size_t e, tutti::Time t) {
        values.clear();
        for (const auto& [element, value] : links_[e].samples.at(ticks(t))) values.push_back(value);
        return values;
      });
  module.has_read = true;
  log_.read(model_.modules[m].name, module.clock, module.readings,
            !module.readings.signals.empty());
  speak_sample(m, "y", module.clock, machines_[m].direct(module.readings.signals));
  flush(m, true);
}

void Executor::advance(std::size_t m) {
  Module& module = modules_[m];
  const auto spikes = take_spikes(m);
  const auto notes = take_notes(m);
  log_.took(model_.modules[m].name, module.clock, spikes, notes);
  const Sent sent = machines_[m].advance(module.clock, spikes, module.readings);
  log_.sent(model_.modules[m], sent);
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    if (edge.from != m) continue;
    Records& unsent = links_[e].unsent;
    if (edge.kind == Kind::spikes)
      unsent.spikes.insert(unsent.spikes.end(), sent.spikes.begin(), sent.spikes.end());
    if (edge.kind == Kind::message)
      unsent.notes.insert(unsent.notes.end(), sent.notes.begin(), sent.notes.end());
  }
  module.clock += model_.modules[m].step;
  module.has_read = false;
  speak_sample(m, "x", module.clock, machines_[m].sample(module.clock));
  flush(m, false);
  tell_credit(m);
}

}  // namespace contract
