// SPDX-License-Identifier: MIT
// The executor's wires: frames, lanes between ranks, and credits on their way back.
#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "executor.hpp"
#include "tutti/plan/rules.hpp"

namespace contract {

using namespace tutti::plan;
using tutti::ticks;
using tutti::time_of;

void Executor::speak_sample(std::size_t m, const char* port, std::int64_t t,
                            const std::vector<double>& values) {
  log_.sampled(model_.modules[m], port, t, values);
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    if (edge.from != m || edge.kind != Kind::signal || edge.from_port != port) continue;
    std::int64_t element = model_.modules[m].first;
    for (const double value : values) links_[e].unsent.samples.emplace_back(t, element++, value);
  }
}

void Executor::flush(std::size_t m, bool direct) {
  const Module& module = modules_[m];
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    if (edge.from != m || edge.direct != direct || links_[e].last_sent == module.clock) continue;
    // a run that is being cut says everything up to there, in short frames
    if (sends_at(edge.kind, plan_[e].interval, time_of(module.clock), time_of(module.end)) ||
        (cut_ >= 0 && module.clock > 0))
      send_frame(e);
  }
}

void Executor::send_frame(std::size_t e) {
  const Edge& edge = graph_.edges[e];
  const Module &source = modules_[edge.from], &target = modules_[edge.to];
  Link& link = links_[e];
  link.last_sent = source.clock;
  const auto targets = static_cast<std::size_t>(target.ranks);
  for (std::size_t r = 0; r < static_cast<std::size_t>(source.ranks); ++r) {
    const auto is_mine = [&](std::int64_t element) {
      const auto k = static_cast<std::size_t>(element - model_.modules[edge.from].first);
      return static_cast<std::size_t>(source.owner[k]) == r;
    };
    for (std::size_t s = 0; s < targets; ++s) {
      Frame frame{source.clock, {}};
      const auto goes_there = [&](std::int64_t element) {
        return static_cast<std::size_t>(element) % targets == s;
      };
      for (const Spike& spike : link.unsent.spikes)
        if (is_mine(spike.element) && goes_there(spike.element))
          frame.records.spikes.push_back(spike);
      for (const auto& sample : link.unsent.samples)
        if (is_mine(std::get<1>(sample)) && goes_there(std::get<1>(sample)))
          frame.records.samples.push_back(sample);
      if (r == 0) frame.records.notes = link.unsent.notes;
      std::ranges::shuffle(frame.records.spikes, random_);
      std::ranges::shuffle(frame.records.samples, random_);
      link.lanes[r * targets + s].flight.push_back(std::move(frame));
    }
  }
  link.unsent = {};
  const std::int64_t number =
      ticks(up(time_of(source.clock), plan_[e].interval)) / ticks(plan_[e].interval);
  if (target.clock < target.end && source.clock % ticks(plan_[e].interval) == 0)
    link.most_under_way = std::max(link.most_under_way, number - last_released(e));
}

bool Executor::deliver(std::size_t e, std::size_t number) {
  Link& link = links_[e];
  Lane& lane = link.lanes[number];
  if (lane.flight.empty()) return false;
  Frame frame = std::move(lane.flight.front());
  lane.flight.pop_front();
  lane.heard = frame.boundary;
  link.spikes.insert(link.spikes.end(), frame.records.spikes.begin(), frame.records.spikes.end());
  lane.notes.insert(lane.notes.end(), frame.records.notes.begin(), frame.records.notes.end());
  for (const auto& [t, element, value] : frame.records.samples)
    if (!link.samples[t].emplace(element, value).second)
      throw std::logic_error("a sample came twice");
  return true;
}

void Executor::tell_credit(std::size_t m) {
  const Module& module = modules_[m];
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    if (edge.to != m || plan_[e].credits == 0) continue;
    Link& link = links_[e];
    if (module.clock == module.end) {
      link.target_done = true;
      continue;
    }
    const std::int64_t now = last_released(e);
    if (now < link.released + plan_[e].credit_batch) continue;
    link.released = now;
    link.told.push_back(now);
  }
}

bool Executor::deliver_credit(std::size_t e) {
  Link& link = links_[e];
  if (link.told.empty()) return false;
  link.heard_released = link.told.front();
  link.told.pop_front();
  return true;
}

std::vector<TakenSpike> Executor::take_spikes(std::size_t m) {
  std::vector<TakenSpike> taken;
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    if (edge.to != m || edge.kind != Kind::spikes) continue;
    const tutti::Window window = taken_by_window(graph_.delivery(e), time_of(modules_[m].clock));
    std::erase_if(links_[e].spikes, [&](const Spike& spike) {
      if (time_of(spike.t) > window.end) return false;
      if (!window.contains(time_of(spike.t))) throw std::logic_error("a spike came late");
      taken.push_back({spike.t + ticks(edge.delay), spike.element + model_.connections[e].offset,
                       graph_.source_port(edge), spike.t});
      return true;
    });
  }
  std::ranges::sort(taken, {}, [](const TakenSpike& s) { return std::pair{s.arrival, s.element}; });
  return taken;
}

std::vector<TakenNote> Executor::take_notes(std::size_t m) {
  std::vector<TakenNote> taken;
  for (std::size_t e = 0; e < links_.size(); ++e) {
    const Edge& edge = graph_.edges[e];
    if (edge.to != m || edge.kind != Kind::message) continue;
    const tutti::Window window = taken_by_window(graph_.delivery(e), time_of(modules_[m].clock));
    std::size_t at_first_rank = 0;
    for (std::size_t s = 0; s < static_cast<std::size_t>(modules_[m].ranks); ++s) {
      Lane& lane = links_[e].lanes[s];  // messages come from rank 0 of their source
      std::size_t count = 0;
      std::erase_if(lane.notes, [&](const Note& note) {
        if (time_of(note.t) > window.end) return false;
        if (!window.contains(time_of(note.t))) throw std::logic_error("a message came late");
        ++count;
        if (s == 0)
          taken.push_back(
              {note.t + ticks(edge.delay), graph_.source_port(edge), note.t, note.text});
        return true;
      });
      if (s == 0) at_first_rank = count;
      if (count != at_first_rank) throw std::logic_error("ranks saw different messages");
    }
  }
  std::ranges::stable_sort(taken, {}, [](const TakenNote& n) {
    return std::tuple{n.arrival, n.port};
  });
  return taken;
}

}  // namespace contract
