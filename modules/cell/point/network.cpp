// SPDX-License-Identifier: MIT
#include "point/network.hpp"

#include <algorithm>
#include <cmath>

#include "tutti/error.hpp"
#include "tutti/random.hpp"

namespace cell::point {

Network::Network(double dt_ms, std::uint64_t seed, Share share)
    : dt_ms_{dt_ms},
      seed_{seed},
      share_{share},
      parts_(share.threads),
      team_{std::make_unique<Team>(share.threads)},
      fired_by_(share.threads) {}

std::size_t Network::add(const PopulationSpec& population) {
  populations_.push_back(population);
  for (std::uint64_t thread = 0; thread < share_.threads; ++thread) {
    Part::Group group;
    group.first_gid = population.first_gid;
    group.receptors = population.model->receptors.size();
    Setting setting{dt_ms_, seed_, {}};
    for (std::uint64_t node = 0; node < population.number; ++node) {
      const auto gid = population.first_gid + node;
      if (gid % share_.ranks != share_.rank || gid / share_.ranks % share_.threads != thread)
        continue;
      group.nodes.push_back(node);
      setting.ids.push_back(gid);
    }
    group.neurons =
        make_neurons(*population.model, population.values.of_neurons(group.nodes), setting);
    for (const auto& [which, values] : population.initial)
      for (std::size_t i = 0; i < group.nodes.size(); ++i)
        group.neurons->set_state(which, i, values[group.nodes[i]]);
    parts_[thread].add_group(std::move(group));
  }
  return populations_.size() - 1;
}

void Network::close() {
  if (!closed_)
    for (auto& part : parts_) part.close();
  closed_ = true;
}

std::uint16_t Network::steps_of(const rules::Connection& c, const ProjectionSpec& p) const {
  const double steps = std::floor(c.delay_ms / dt_ms_ + 0.5);
  constexpr double most = 0xFFFE;
  if (steps >= static_cast<double>(p.least_delay) && steps <= most)
    return static_cast<std::uint16_t>(steps);
  throw tutti::Error{
      tutti::Fault::config,
      "{}: the delay from cell {} to cell {} is {} ms; it must be between {} ms, the step of the "
      "module in which its ranks exchange spikes, and {} ms; bound what it is drawn from with "
      "`min:` and `max:`, or shorten the step",
      p.connections.name,
      c.source,
      c.target,
      c.delay_ms,
      static_cast<double>(p.least_delay) * dt_ms_,
      most * dt_ms_};
}

namespace {

/// Which cells each synapse joins.
std::vector<std::vector<Release::Ends>> releasing(const Part::Fan& fan, const Part& part) {
  std::vector<std::vector<Release::Ends>> rows(fan.count);
  for (std::uint64_t s = 0; s < fan.count; ++s)
    for (std::uint64_t k = 0; k < fan.table.row_size(s); ++k)
      rows[s].push_back({fan.first + s, part.gids()[fan.table.at(s, k).target % part.stride()]});
  return rows;
}

}  // namespace

Part::Fan Network::fan(const ProjectionSpec& p, const Part& part) const {
  const auto& group = part.groups()[p.to];
  const auto& c = p.connections;
  const auto nothing = [](const auto&) {};
  if (c.sources.empty()) return {0, 0, SynapseTable{0, nothing}};
  const auto place = static_cast<std::uint32_t>(group.first + p.receptor * part.stride());
  const auto first = c.sources.front(), count = c.sources.back() - first + 1;
  std::vector<std::uint64_t> mine;
  for (const auto node : group.nodes)
    if (c.targets.contains(group.first_gid + node)) mine.push_back(group.first_gid + node);
  const auto contacts = [&](const std::function<void(const Contact&)>& found) {
    std::uint64_t before = ~std::uint64_t{0};
    std::uint32_t index = 0;
    c.for_each(seed_, mine, [&](const rules::Connection& one) {
      if (one.target != before) {
        const auto at = std::ranges::lower_bound(group.nodes, one.target - group.first_gid);
        index = static_cast<std::uint32_t>(at - group.nodes.begin());
        before = one.target;
      }
      found({static_cast<std::uint32_t>(one.source - first), place + index, one.weight,
             steps_of(one, p)});
    });
  };
  if (p.plasticity) {
    Part::Fan fan{first, count, SynapseTable{0, nothing}};
    fan.plastic = std::make_unique<PlasticTable>(*p.plasticity, count, Owners{part.stride()},
                                                 dt_ms_, contacts);
    return fan;
  }
  Part::Fan fan{first, count, SynapseTable{count, contacts}};
  if (p.short_term && p.short_term->sites > 0)
    fan.release.emplace(*p.short_term, releasing(fan, part), dt_ms_, seed_,
                        tutti::stream_id(c.name + "/release"));
  else if (p.short_term)
    fan.short_term.emplace(*p.short_term, count, dt_ms_);
  return fan;
}

void Network::connect(const ProjectionSpec& p) {
  close();
  team_->run([&](std::size_t number) {
    auto& part = parts_[number];
    if (p.input)
      part.add_input_fan(*p.input, fan(p, part));
    else
      part.add_fan(fan(p, part));
  });
}

/// Events of a drive in a step; where the rate changes, that of the step's middle.
PoissonDrive::Mean Network::mean_of(const DriveSpec& d) const {
  if (!d.rate_hz) return [mean = d.rate_per_ms * dt_ms_](std::uint64_t) { return mean; };
  return [d, dt = dt_ms_](std::uint64_t instant) {
    const double t = std::max(0.0, static_cast<double>(instant) - 0.5) * dt;
    const double rate = d.rate_hz(t), mean = 1e-3 * rate * dt;
    if (!(mean >= 0 && mean <= 1e4))
      throw tutti::Error{tutti::Fault::config,
                         "{}: its rate is {} Hz at {} ms; it must lie between 0 Hz and {} Hz, "
                         "10000 events in a step",
                         d.name,
                         rate,
                         t,
                         1e7 / dt};
    return mean;
  };
}

void Network::drive(const DriveSpec& d) {
  close();
  const auto instant = [&](double ms) {
    return ms > 1e15 * dt_ms_ ? ~std::uint64_t{0} : static_cast<std::uint64_t>(ms / dt_ms_ + 0.5);
  };
  for (auto& part : parts_) {
    const auto& group = part.groups()[d.to];
    std::vector<std::uint64_t> ids;
    std::vector<std::uint32_t> targets;
    for (std::size_t i = 0; i < group.nodes.size(); ++i) {
      ids.push_back(group.first_gid + group.nodes[i]);
      targets.push_back(static_cast<std::uint32_t>(group.first + i + d.receptor * part.stride()));
    }
    part.add_drive({mean_of(d), d.rate_hz != nullptr, d.weight, instant(d.start_ms),
                    instant(d.stop_ms), seed_, tutti::stream_id(d.name), std::move(ids),
                    std::move(targets)});
  }
}

void Network::inject(const InjectionSpec& spec) {
  close();
  for (auto& part : parts_) {
    Injection injection{spec.current, seed_, tutti::stream_id(spec.name)};
    const auto& group = part.groups()[spec.to];
    for (std::size_t i = 0; i < group.nodes.size(); ++i) {
      const auto gid = group.first_gid + group.nodes[i];
      if (spec.cells.contains(gid)) injection.add_cell(i, gid);
    }
    part.add_injection(spec.to, std::move(injection));
  }
}

void Network::start(std::uint64_t window) {
  close();
  for (auto& part : parts_) part.start(window, dt_ms_);
}

void Network::deliver(std::span<const Spike> spikes) {
  pending_.insert(pending_.end(), spikes.begin(), spikes.end());
}

void Network::deliver_input(std::size_t input, std::span<const Spike> spikes) {
  pending_inputs_.emplace_back(input, std::vector<Spike>(spikes.begin(), spikes.end()));
}

void Network::reward(std::uint64_t instant, double value) {
  for (auto& part : parts_) part.reward(instant, value);
}

std::vector<double> Network::plastic_means(const tutti::Elements& gids) const {
  std::vector<double> means(gids.size(), 0);
  for (const auto& part : parts_) {
    const auto by_place = part.plastic_means();
    for (std::size_t place = 0; place < part.gids().size(); ++place)
      if (const auto k = gids.index_of(part.gids()[place])) means[*k] = by_place[place];
  }
  return means;
}

void Network::settle() {
  team_->run([&](std::size_t p) {
    parts_[p].deliver(pending_);  // spikes of the last window pair too
    parts_[p].settle(now_);
  });
  pending_.clear();
}

std::span<const Spike> Network::advance(std::uint64_t to) {
  team_->run([&](std::size_t p) {
    parts_[p].deliver(pending_);
    for (const auto& [input, spikes] : pending_inputs_) parts_[p].deliver_input(input, spikes);
    fired_by_[p].clear();
    parts_[p].advance(now_, to, fired_by_[p]);
  });
  pending_.clear(), pending_inputs_.clear();
  fired_.clear();
  for (const auto& some : fired_by_) fired_.insert(fired_.end(), some.begin(), some.end());
  std::ranges::sort(fired_, {}, [](const Spike& s) { return std::pair{s.instant, s.source}; });
  now_ = to;
  return fired_;
}

void Network::visit(tutti::State& state, std::uint64_t now) {
  if (!state.saving()) now_ = now;
  state.entry("points past", 0, [&](tutti::Fields& fields) {
    fields(pending_);  // every rank has the spikes of all
    parts_.front().visit_past(fields);
  });
  for (auto& part : parts_) {
    part.take_past(parts_.front());
    part.visit(state, now_);
  }
}

std::uint64_t Network::synapses() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts_) sum += part.synapses();
  return sum;
}

std::uint64_t Network::events() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts_) sum += part.events();
  return sum;
}

std::size_t Network::synapse_bytes() const {
  std::size_t sum = 0;
  for (const auto& part : parts_) sum += part.synapse_bytes();
  return sum;
}

double Network::state(std::uint64_t gid, std::size_t which) const {
  for (const auto& part : parts_)
    for (const auto& group : part.groups()) {
      const auto found = std::ranges::lower_bound(group.nodes, gid - group.first_gid);
      if (gid >= group.first_gid && found != group.nodes.end() && *found == gid - group.first_gid)
        return group.neurons->state(which, static_cast<std::size_t>(found - group.nodes.begin()));
    }
  return 0;
}

void Network::for_each_contact(
    const std::function<void(std::uint64_t, std::uint64_t, double, std::uint32_t)>& found) const {
  for (const auto& part : parts_) part.for_each_contact(found);
}

}  // namespace cell::point
