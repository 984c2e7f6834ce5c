// SPDX-License-Identifier: MIT
#include "point/part.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

#include "tutti/error.hpp"

namespace cell::point {

void Part::add_group(Group group) {
  group.first = static_cast<std::uint32_t>(gids_.size());
  for (const auto node : group.nodes)
    gids_.push_back(static_cast<std::uint32_t>(group.first_gid + node));
  receptors_ = std::max(receptors_, group.receptors);
  groups_.push_back(std::move(group));
}

void Part::close() { stride_ = (gids_.size() + 7) / 8 * 8; }

void Part::add_input_fan(std::size_t input, Fan fan) {
  if (input_fans_.size() <= input) input_fans_.resize(input + 1);
  input_fans_[input].push_back(std::move(fan));
}

template <typename F>
void Part::for_each_fan(F&& f) {
  for (auto& fan : fans_) f(fan);
  for (auto& input : input_fans_)
    for (auto& fan : input) f(fan);
}

void Part::start(std::uint64_t window, double dt_ms) {
  dt_ms_ = dt_ms;
  std::uint64_t longest = 0;
  plastic_.clear();
  for_each_fan([&](Fan& fan) {
    longest = std::max(longest, fan.longest_delay());
    if (fan.plastic) plastic_.push_back(fan.plastic.get());
  });
  const auto slots = std::bit_ceil(longest + window + 1);
  mask_ = slots - 1;
  ring_.assign(slots * receptors_ * stride_, 0);
}

void Part::deliver(std::vector<Fan>& fans, std::span<const Spike> spikes) {
  const std::size_t width = receptors_ * stride_;
  for (const auto& spike : spikes)
    for (auto& fan : fans) {
      const std::uint64_t source = spike.source - fan.first;  // wraps for one below
      if (spike.source < fan.first || source >= fan.count) continue;
      events_ += fan.row_size(source);
      if (fan.plastic) {
        fan.plastic->deliver(source, spike.instant, rewards_,
                             [&](std::uint32_t target, std::uint64_t delay, double weight) {
                               ring_[((spike.instant + delay) & mask_) * width + target] += weight;
                             });
      } else if (fan.release) {
        fan.release->deliver(source, spike.instant, [&](std::size_t k, double share) {
          const auto c = fan.table.at(source, k);
          ring_[((spike.instant + c.delay) & mask_) * width + c.target] += c.weight * share;
        });
      } else {
        const double scale = fan.short_term ? fan.short_term->spike(source, spike.instant) : 1.0;
        fan.table.deliver(source, spike.instant, ring_.data(), width, mask_, scale);
      }
    }
}

void Part::deliver(std::span<const Spike> spikes) { deliver(fans_, spikes); }

void Part::deliver_input(std::size_t input, std::span<const Spike> spikes) {
  if (input < input_fans_.size()) deliver(input_fans_[input], spikes);
}

void Part::settle(std::uint64_t now) {
  for (auto* plastic : plastic_) plastic->settle(now, rewards_);
  rewards_.forget(now);
  settled_ = now;
}

std::vector<double> Part::plastic_means() const {
  std::vector<double> sum(stride_, 0), count(stride_, 0);
  for (const auto* plastic : plastic_) plastic->add_relative(sum, count);
  for (std::size_t place = 0; place < stride_; ++place)
    if (count[place] > 0) sum[place] /= count[place];
  return sum;
}

/// Currents of the step that ends at `instant`, as they are in its middle.
void Part::inject(std::uint64_t instant) {
  const double t = (static_cast<double>(instant) - 0.5) * dt_ms_;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    std::vector<double> sum;
    for (auto& [group, injection] : injections_) {
      if (group != g) continue;
      sum.resize(groups_[g].nodes.size());
      injection.add_to(sum, t);
    }
    if (!sum.empty()) groups_[g].neurons->inject(sum.data());
  }
}

void Part::advance(std::uint64_t from, std::uint64_t to, std::vector<Spike>& fired) {
  // what fired before is known to all sources' spikes by now; this bounds what is remembered
  constexpr std::uint64_t long_ago = 1 << 15;
  if (!plastic_.empty() && from >= settled_ + long_ago) settle(from);
  const std::size_t width = receptors_ * stride_;
  for (std::uint64_t instant = from + 1; instant <= to; ++instant) {
    double* slot = ring_.data() + (instant & mask_) * width;
    for (auto& drive : drives_) events_ += drive.add(instant, slot);
    if (!injections_.empty()) inject(instant);
    now_.clear();
    for (auto& group : groups_) group.neurons->step(slot + group.first, stride_, group.first, now_);
    for (const auto place : now_) {
      fired.push_back({gids_[place], static_cast<std::uint32_t>(instant)});
      for (auto* plastic : plastic_) plastic->fired(place, instant);
    }
    std::fill_n(slot, width, 0.0);
  }
}

void Part::visit(tutti::State& state, std::uint64_t now) {
  for (auto& group : groups_)
    for (std::size_t i = 0; i < group.nodes.size(); ++i)
      state.entry("points", group.first_gid + group.nodes[i], [&](tutti::Fields& fields) {
        group.neurons->visit(fields, i);
        visit_arrivals(fields, group, i, now);
      });
  const std::vector<std::uint64_t> gids{gids_.begin(), gids_.end()};
  const auto visit_fans = [&](std::vector<Fan>& fans, const std::string& whose) {
    for (std::size_t k = 0; k < fans.size(); ++k) {
      const auto part = fmt::format("points {} {}", whose, k);
      if (fans[k].plastic) fans[k].plastic->visit(state, part, fans[k].first, gids);
      if (fans[k].short_term) fans[k].short_term->visit(state, part, fans[k].first);
      if (fans[k].release) fans[k].release->visit(state, part, fans[k].first, gids);
    }
  };
  visit_fans(fans_, "synapses");
  for (std::size_t k = 0; k < input_fans_.size(); ++k)
    visit_fans(input_fans_[k], fmt::format("input {} synapses", k));
}

/// What arrives at a neuron after `now`, receptor by receptor, as long as anything does.
void Part::visit_arrivals(tutti::Fields& fields, const Group& group, std::size_t neuron,
                          std::uint64_t now) {
  const std::size_t width = receptors_ * stride_;
  for (std::size_t r = 0; r < group.receptors; ++r) {
    const auto at = [&](std::uint64_t instant) -> double& {
      return ring_[(instant & mask_) * width + r * stride_ + group.first + neuron];
    };
    std::vector<double> ahead;
    for (std::uint64_t steps = 1; fields.saving() && steps <= mask_; ++steps) {
      if (at(now + steps) == 0) continue;
      ahead.resize(steps, 0);
      ahead.back() = at(now + steps);
    }
    fields(ahead);
    if (ahead.size() > mask_)
      throw tutti::Error{tutti::Fault::config,
                         "the checkpoint has weights under way for {} steps of dt, this model's "
                         "longest delay is shorter; was it saved by another one?",
                         ahead.size()};
    for (std::size_t k = 0; k < ahead.size(); ++k) at(now + 1 + k) = ahead[k];
  }
}

std::uint64_t Part::synapses() const {
  std::uint64_t sum = 0;
  for (const auto& fan : fans_) sum += fan.size();
  for (const auto& input : input_fans_)
    for (const auto& fan : input) sum += fan.size();
  return sum;
}

std::size_t Part::synapse_bytes() const {
  std::size_t sum = 0;
  for (const auto& fan : fans_) sum += fan.plastic ? fan.plastic->bytes() : fan.table.bytes();
  return sum;
}

void Part::for_each_contact(
    const std::function<void(std::uint64_t, std::uint64_t, double, std::uint32_t)>& found) const {
  for (const auto& fan : fans_)
    for (std::uint64_t s = 0; s < fan.count; ++s)
      for (std::uint64_t k = 0; k < fan.row_size(s); ++k) {
        const auto c = fan.at(s, k);
        found(fan.first + s, gids_[c.target % stride_], c.weight,
              static_cast<std::uint32_t>(c.delay));
      }
}

}  // namespace cell::point
