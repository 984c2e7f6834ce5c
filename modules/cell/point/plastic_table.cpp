// SPDX-License-Identifier: MIT
#include "point/plastic_table.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "point/known.hpp"
#include "tutti/error.hpp"

namespace cell::point {
namespace {

double powered(double x, double exponent) {
  if (exponent == 0) return 1;
  return exponent == 1 ? x : std::pow(x, exponent);
}

}  // namespace

PlasticTable::PlasticTable(const Plasticity& rule, std::size_t sources, Owners owners, double dt_ms,
                           const SynapseTable::Source& contacts)
    : rule_{rule},
      dt_ms_{dt_ms},
      owners_{std::move(owners)},
      fast_of_source_{rule.tau_plus, dt_ms},
      fast_of_target_{rule.tau_minus, dt_ms},
      slow_of_source_{rule.tau_x, dt_ms},
      slow_of_target_{rule.tau_y, dt_ms},
      eligible_{rule.tau_c, dt_ms},
      row_(sources + 1, 0),
      source_(sources),
      firings_(owners_.neurons),
      targeted_(owners_.neurons, false) {
  std::vector<std::pair<std::uint32_t, Synapse>> all;
  contacts([&](const Contact& c) {
    const double u = (c.weight - rule.w_min) / (rule.w_max - rule.w_min);
    if (!(u >= 0 && u <= 1))
      throw tutti::Error{tutti::Fault::config,
                         "a plastic weight begins at {}, outside w_min {} and w_max {}; bound what "
                         "it is drawn from with `min:` and `max:`, or widen them",
                         c.weight, rule.w_min, rule.w_max};
    const Synapse s{u, c.delay, c.target};
    all.emplace_back(c.source, s);
    ++row_[c.source + 1];
    targeted_[owner_of(s)] = true;
    longest_ = std::max(longest_, c.delay);
  });
  std::ranges::stable_sort(all, {}, [](const auto& s) {
    return std::tuple{s.first, s.second.delay, s.second.target};
  });
  for (const auto& [source, synapse] : all) synapse_.push_back(synapse);
  for (std::size_t s = 0; s < sources; ++s) row_[s + 1] += row_[s];
  if (rule_.rewarded) eligibility_.resize(synapse_.size(), 0);
}

std::size_t PlasticTable::bytes() const {
  return synapse_.capacity() * sizeof(Synapse) + row_.capacity() * sizeof row_[0] +
         eligibility_.capacity() * sizeof(double) + source_.capacity() * sizeof(Source);
}

Contact PlasticTable::at(std::size_t source, std::uint64_t k) const {
  const auto& s = synapse_[row_[source] + k];
  return {static_cast<std::uint32_t>(source), s.target, weight_of(s), s.delay};
}

void PlasticTable::fired(std::uint32_t neuron, std::uint64_t instant) {
  if (!targeted_[neuron]) return;
  auto& firings = firings_[neuron];
  Firing now{instant, 1, 1};
  if (!firings.empty()) {
    const auto& before = firings.back();
    now.fast += before.fast * fast_of_target_(instant - before.instant);
    now.slow += before.slow * slow_of_target_(instant - before.instant);
  }
  firings.push_back(now);
}

void PlasticTable::change(Synapse& s, double amount) const {
  const double count = amount > 0 ? powered(1 - s.u, rule_.mu_plus) : powered(s.u, rule_.mu_minus);
  s.u = std::clamp(s.u + amount * count, 0.0, 1.0);
}

/// What the target fired and the synapse saw in (done, to].
void PlasticTable::pair(const Source& source, std::uint64_t number, std::uint64_t to,
                        const Rewards& rewards) {
  auto& s = synapse_[number];
  const auto since = source.done;
  const auto& firings = firings_of(s);
  const auto reward = [&](std::uint64_t from) {
    return rewards.integral(from, to, rule_.tau_c, dt_ms_, rule_.baseline);
  };
  double gained = 0, eligibility = 0;
  if (rule_.rewarded && eligibility_[number] != 0) {
    gained = eligibility_[number] * reward(since);
    eligibility = eligibility_[number] * eligible_(to - since);
  }
  if (source.fast > 0 && to >= s.delay) {
    auto k = std::ranges::upper_bound(firings, to - s.delay, {}, &Firing::instant);
    while (k != firings.begin() && std::prev(k)->instant + s.delay > since) --k;
    for (; k != firings.end() && k->instant + s.delay <= to; ++k) {
      const auto seen = k->instant + s.delay;
      double amount = rule_.A_plus;
      if (rule_.timing == Plasticity::Timing::triplet) amount += rule_.A3_plus * (k->slow - 1);
      amount *= source.fast * fast_of_source_(seen - source.last);
      if (!rule_.rewarded) {
        change(s, amount);
      } else {
        gained += amount * reward(seen);
        eligibility += amount * eligible_(to - seen);
      }
    }
  }
  if (!rule_.rewarded) return;
  s.u = std::clamp(s.u + gained, 0.0, 1.0);
  eligibility_[number] = eligibility;
}

/// What a spike of the source makes of earlier ones of the target.
void PlasticTable::depress(const Source& source, std::uint64_t number, std::uint64_t instant) {
  auto& s = synapse_[number];
  double amount = 0;
  if (instant > s.delay) {
    const auto& firings = firings_of(s);
    const auto after = std::ranges::lower_bound(firings, instant - s.delay, {}, &Firing::instant);
    if (after != firings.begin()) {
      const auto& last = *std::prev(after);
      amount = last.fast * fast_of_target_(instant - s.delay - last.instant);
    }
  }
  if (rule_.timing == Plasticity::Timing::vogels) {
    amount = rule_.A_plus * (amount - 2 * rule_.rho_per_ms * rule_.tau_plus);
  } else {
    double each = rule_.A_minus;
    if (rule_.timing == Plasticity::Timing::triplet && source.slow > 0)
      each += rule_.A3_minus * source.slow * slow_of_source_(instant - source.last);
    amount *= -each;
  }
  if (rule_.rewarded)
    eligibility_[number] += amount;
  else
    change(s, amount);
}

void PlasticTable::follow(const Source& source, std::uint64_t synapse, std::uint64_t instant,
                          const Rewards& rewards) {
  pair(source, synapse, instant, rewards);
  depress(source, synapse, instant);
}

void PlasticTable::leave_trace(Source& source, std::uint64_t instant) const {
  const auto passed = instant - source.last;
  source.fast = source.fast * fast_of_source_(passed) + 1;
  source.slow = source.slow * slow_of_source_(passed) + 1;
  source.last = source.done = instant;
}

void PlasticTable::settle(std::uint64_t instant, const Rewards& rewards) {
  for (std::size_t number = 0; number + 1 < row_.size(); ++number) {
    auto& source = source_[number];
    if (source.done >= instant) continue;
    for (auto k = row_[number]; k < row_[number + 1]; ++k) pair(source, k, instant, rewards);
    source.done = instant;
  }
  for (auto& firings : firings_) {  // the last that all synapses have seen still leaves its trace
    auto keep = firings.begin();
    while (keep != firings.end() && std::next(keep) != firings.end() &&
           std::next(keep)->instant + longest_ < instant)
      ++keep;
    firings.erase(firings.begin(), keep);
  }
}

void PlasticTable::visit(tutti::State& state, const std::string& part, std::uint64_t first,
                         std::span<const std::uint64_t> gids) {
  for (std::size_t number = 0; number < source_.size(); ++number) {
    auto& source = source_[number];
    visit_known(state, part + " sources", first + number, source.done > 0,
                [&](tutti::Fields& fields) { fields(source); });
  }
  std::vector<std::vector<std::uint64_t>> onto(owners_.neurons);
  for (std::uint64_t k = 0; k < synapse_.size(); ++k) onto[owner_of(synapse_[k])].push_back(k);
  for (std::size_t neuron = 0; neuron < gids.size(); ++neuron) {
    if (!targeted_[neuron]) continue;
    state.entry(part + " targets", gids[neuron], [&](tutti::Fields& fields) {
      fields(firings_[neuron]);
      for (const auto k : onto[neuron]) {
        fields(synapse_[k].u);
        if (rule_.rewarded) fields(eligibility_[k]);
      }
    });
  }
}

}  // namespace cell::point
