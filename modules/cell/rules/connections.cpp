// SPDX-License-Identifier: MIT
#include "rules/connections.hpp"

#include <array>
#include <cmath>
#include <numeric>

#include "tutti/error.hpp"

namespace cell::rules {
namespace {

using Found = std::function<void(const Connection&)>;
constexpr std::size_t block = expressions::Program::block;

/// Pairs of one target on their way to becoming connections, in blocks.
class Finisher {
 public:
  Finisher(const Connections& c, std::uint64_t seed, const Found& found)
      : c_{c}, seed_{seed}, found_{found}, filters_{c.where && !by_candidates(c)} {
    plain_ = !filters_ && c.weight.is_constant() && c.delay_ms.is_constant() &&
             c.rule.weights.empty() && c.rule.delays_ms.empty();
    for (std::size_t k = 0; k < stream_.size(); ++k)
      stream_[k] = tutti::stream_id(c.name + std::array{"/weight", "/delay", "/where"}[k]);
  }
  ~Finisher() = default;
  Finisher(const Finisher&) = delete;
  Finisher& operator=(const Finisher&) = delete;

  /// Whether `where` chose the partners that a rule draws from.
  static bool by_candidates(const Connections& c) {
    return c.rule.kind == Rule::Kind::fixed_indegree;
  }

  /// Numbers of cells.
  void add(std::uint64_t source, std::uint64_t target, std::uint64_t draw) {
    if (plain_) return found_({source, target, draw, c_.weight.drawn.a, c_.delay_ms.drawn.a});
    if (count_ == block || (count_ > 0 && target != target_)) flush();
    target_ = target;
    source_[count_] = source, draw_[count_] = draw;
    ++count_;
  }

  void flush() {
    if (count_ == 0) return;
    if (filters_) filter();
    values(c_.weight, stream_[0], weight_);
    values(c_.delay_ms, stream_[1], delay_);
    for (std::size_t k = 0; k < count_; ++k) {
      if (!c_.rule.weights.empty()) weight_[k] = c_.rule.weights[draw_[k]];
      if (!c_.rule.delays_ms.empty()) delay_[k] = c_.rule.delays_ms[draw_[k]];
    }
    for (std::size_t k = 0; k < count_; ++k)
      found_({source_[k], target_, draw_[k], weight_[k], delay_[k]});
    count_ = 0;
  }

 private:
  using Block = std::array<double, block>;

  void evaluate(const Formula& formula, std::uint64_t stream, Block& to) {
    const tutti::Random random{seed_, stream, target_};
    formula.evaluate({.of_sources = c_.pre,
                      .of_targets = c_.post,
                      .target = target_,
                      .sources = std::span{source_}.first(count_),
                      .draws = std::span{draw_}.first(count_),
                      .random = &random},
                     std::span{to}.first(count_));
  }

  void values(const Quantity& quantity, std::uint64_t stream, Block& to) {
    if (quantity.is_constant()) {
      to.fill(quantity.drawn.a);
    } else if (quantity.formula && !quantity.formula->reads_path()) {
      evaluate(*quantity.formula, stream, to);
    } else if (!quantity.formula) {
      const tutti::Random random{seed_, stream, target_};
      for (std::size_t k = 0; k < count_; ++k) to[k] = draw(quantity.drawn, random, draw_[k]);
    }
  }

  void filter() {
    Block holds{};
    evaluate(*c_.where, stream_[2], holds);
    std::size_t kept = 0;
    for (std::size_t k = 0; k < count_; ++k)
      if (holds[k] != 0) {
        source_[kept] = source_[k], draw_[kept] = draw_[k];
        ++kept;
      }
    count_ = kept;
  }

  const Connections& c_;
  std::uint64_t seed_;
  const Found& found_;
  bool filters_, plain_;
  std::array<std::uint64_t, 3> stream_{};
  std::uint64_t target_ = 0;
  std::size_t count_ = 0;
  std::array<std::uint64_t, block> source_{}, draw_{};
  Block weight_{}, delay_{};
};

/// What a formula is for all pairs of a target, whose sources are all of them.
class OverSources {
 public:
  OverSources(const Connections& c, std::uint64_t seed, const char* what)
      : c_{c}, seed_{seed}, stream_{tutti::stream_id(c.name + what)}, cells_{c.sources.numbers()} {
    places_.resize(cells_.size());
    std::iota(places_.begin(), places_.end(), std::uint64_t{0});
    values_.resize(cells_.size());
  }
  const std::vector<std::uint64_t>& cells() const { return cells_; }
  const std::vector<double>& of(const Formula& formula, std::uint64_t target) {
    const tutti::Random random{seed_, stream_, target};
    formula.evaluate({.of_sources = c_.pre,
                      .of_targets = c_.post,
                      .target = target,
                      .sources = cells_,
                      .draws = places_,
                      .random = &random},
                     values_);
    return values_;
  }

 private:
  const Connections& c_;
  std::uint64_t seed_, stream_;
  std::vector<std::uint64_t> cells_, places_;
  std::vector<double> values_;
};

/// Each pair by itself, with the probability that a formula gives it.
void by_formula(const Connections& c, std::uint64_t seed, std::span<const std::uint64_t> mine,
                Finisher& finisher) {
  OverSources over{c, seed, "/probability"};
  const auto stream = tutti::stream_id(c.name);
  for (const auto target : mine) {
    const auto& p = over.of(*c.probability, target);
    const tutti::Random random{seed, stream, *c.targets.index_of(target)};
    for (std::uint64_t s = 0; s < p.size(); ++s) {
      const auto source = over.cells()[s];
      if (c.same && !c.rule.self && source == target) continue;
      if (!(p[s] >= 0 && p[s] <= 1))
        throw tutti::Error{tutti::Fault::config,
                           "{}: the probability \"{}\" is {} from cell {} to cell {}; it must lie "
                           "between 0 and 1, for which min(1, …) or max(0, …) may serve",
                           c.name,
                           c.probability->text(),
                           p[s],
                           source,
                           target};
      if (p[s] > 0 && random.uniform(s) < p[s]) finisher.add(source, target, s);
    }
  }
}

/// `number` sources of each target, among those for which `where` holds.
void by_candidates(const Connections& c, std::uint64_t seed, std::span<const std::uint64_t> mine,
                   Finisher& finisher) {
  OverSources over{c, seed, "/where"};
  const auto stream = tutti::stream_id(c.name);
  std::vector<std::uint64_t> candidates;
  for (const auto target : mine) {
    const auto& holds = over.of(*c.where, target);
    candidates.clear();
    for (std::size_t s = 0; s < holds.size(); ++s)
      if (holds[s] != 0 && !(c.same && !c.rule.self && over.cells()[s] == target))
        candidates.push_back(over.cells()[s]);
    if (!c.rule.multapses && c.rule.number > candidates.size())
      throw tutti::Error{tutti::Fault::config,
                         "{}: cell {} needs {} different sources and \"{}\" leaves {}; lower the "
                         "number, widen the condition or allow multapses",
                         c.name,
                         target,
                         c.rule.number,
                         c.where->text(),
                         candidates.size()};
    draw_partners({seed, stream, *c.targets.index_of(target)}, c.rule.number, candidates.size(),
                  std::nullopt, c.rule.multapses, [&](std::uint64_t s, std::uint64_t k) {
                    finisher.add(candidates[s], target, k);
                  });
  }
}

}  // namespace

void Connections::for_each(std::uint64_t seed, std::span<const std::uint64_t> mine,
                           const Found& found) const {
  if (sources.empty() || targets.empty()) return;
  Finisher finisher{*this, seed, found};
  if (probability) {
    by_formula(*this, seed, mine, finisher);
  } else if (where && Finisher::by_candidates(*this)) {
    by_candidates(*this, seed, mine, finisher);
  } else {
    std::vector<std::uint64_t> places;
    for (const auto cell : mine) places.push_back(*targets.index_of(cell));
    const auto first_source = sources.front(), first_target = targets.front();
    const bool runs = sources.ranges().size() == 1 && sources.ranges()[0].stride == 1 &&
                      targets.ranges().size() == 1 && targets.ranges()[0].stride == 1;
    for_each_pair(rule, ends(), seed, tutti::stream_id(name), places, [&](const Pair& pair) {
      if (runs)
        finisher.add(first_source + pair.source, first_target + pair.target, pair.draw);
      else
        finisher.add(sources.at(pair.source), targets.at(pair.target), pair.draw);
    });
  }
  finisher.flush();
}

}  // namespace cell::rules
