// SPDX-License-Identifier: MIT
#include "point/network.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

#include "tutti/random.hpp"

namespace cell::point {

double draw(const Distribution& d, const tutti::Random& random, std::uint64_t number) {
  if (d.kind == Distribution::Kind::constant) return d.a;
  for (std::uint64_t again = 0;; ++again) {
    // 2^16 tries for each connection lie apart from those of the next
    const std::uint64_t counter = number << 16 | again;
    double x = 0;
    if (d.kind == Distribution::Kind::uniform) {
      x = d.a + (d.b - d.a) * random.uniform(counter);
    } else if (d.kind == Distribution::Kind::normal) {
      x = d.a + d.b * random.normal(counter);
    } else {  // lognormal of mean a and standard deviation b
      const double s2 = std::log1p(d.b * d.b / (d.a * d.a));
      x = d.a * std::exp(std::sqrt(s2) * random.normal(counter) - s2 / 2);
    }
    if ((x >= d.least && x <= d.most) || again == 0xFFFF) return std::clamp(x, d.least, d.most);
  }
}

Network::Network(double dt_ms, std::uint64_t seed, Share share)
    : dt_ms_{dt_ms}, seed_{seed}, share_{share}, parts_(share.threads), fired_by_(share.threads) {}

std::size_t Network::add(const PopulationSpec& population) {
  populations_.push_back(population);
  for (std::uint64_t thread = 0; thread < share_.threads; ++thread) {
    Part::Group group;
    group.first_gid = population.first_gid;
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

template <typename F>
void Network::in_parallel(F&& task) {
  std::vector<std::jthread> others;
  for (std::size_t p = 1; p < parts_.size(); ++p) others.emplace_back([&task, p] { task(p); });
  task(std::size_t{0});
}

void Network::connect(const ProjectionSpec& p) {
  if (!closed_)
    for (auto& part : parts_) part.close();
  closed_ = true;
  const rules::Ends ends{p.sources, populations_[p.to].number, p.same};
  in_parallel([&](std::size_t number) {
    auto& part = parts_[number];
    const auto& group = part.groups()[p.to];
    const auto place = static_cast<std::uint32_t>(group.first + p.receptor * part.stride());
    const auto contacts = [&](const std::function<void(const Contact&)>& found) {
      const bool plain = p.weight.kind == Distribution::Kind::constant &&
                         p.delay_ms.kind == Distribution::Kind::constant;
      const auto steps = [&](double ms) {
        const auto whole = static_cast<std::uint64_t>(std::max(0.0, ms / dt_ms_ + 0.5));
        return static_cast<std::uint16_t>(std::clamp<std::uint64_t>(whole, p.least_delay, 0xFFFE));
      };
      const auto one_delay = steps(p.delay_ms.a);
      std::uint64_t before = ~std::uint64_t{0};
      std::uint32_t index = 0;
      rules::for_each_pair(
          p.rule, ends, seed_, tutti::stream_id(p.name), group.nodes, [&](const rules::Pair& pair) {
            if (pair.target != before) {
              index = static_cast<std::uint32_t>(
                  std::ranges::lower_bound(group.nodes, pair.target) - group.nodes.begin());
              before = pair.target;
            }
            Contact c{static_cast<std::uint32_t>(pair.source), place + index,
                      static_cast<float>(p.weight.a), one_delay};
            if (!plain) {
              const auto id = populations_[p.to].first_gid + pair.target;
              const tutti::Random weights{seed_, tutti::stream_id(p.name + "/weight"), id};
              const tutti::Random delays{seed_, tutti::stream_id(p.name + "/delay"), id};
              c.weight = static_cast<float>(draw(p.weight, weights, pair.draw));
              c.delay = steps(draw(p.delay_ms, delays, pair.draw));
            }
            found(c);
          });
    };
    Part::Fan fan{p.first_source, p.sources, SynapseTable{p.sources, contacts}, {}};
    if (p.short_term) fan.short_term.emplace(*p.short_term, p.sources, dt_ms_);
    if (p.input)
      part.add_input_fan(*p.input, std::move(fan));
    else
      part.add_fan(std::move(fan));
  });
}

void Network::drive(const DriveSpec& d) {
  if (!closed_)
    for (auto& part : parts_) part.close();
  closed_ = true;
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
    part.add_drive({d.rate_per_ms * dt_ms_, d.weight, instant(d.start_ms), instant(d.stop_ms),
                    seed_, tutti::stream_id(d.name), std::move(ids), std::move(targets)});
  }
}

void Network::start(std::uint64_t window) {
  for (auto& part : parts_) {
    if (!closed_) part.close();
    part.start(window);
  }
  closed_ = true;
}

void Network::deliver(std::span<const Spike> spikes) {
  pending_.insert(pending_.end(), spikes.begin(), spikes.end());
}

void Network::deliver_input(std::size_t input, std::span<const Spike> spikes) {
  pending_inputs_.emplace_back(input, std::vector<Spike>(spikes.begin(), spikes.end()));
}

std::span<const Spike> Network::advance(std::uint64_t to) {
  in_parallel([&](std::size_t p) {
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
