// SPDX-License-Identifier: MIT
// Populations that fire by themselves: trains of all kinds, on the grid of dt.
#include <algorithm>
#include <cmath>
#include <limits>

#include "point/source_neurons.hpp"
#include "rules/distribution.hpp"
#include "tutti/error.hpp"
#include "tutti/random.hpp"

namespace cell::point {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

/// A rate that is constant from one time to the next [1/ms].
class Staircase {
 public:
  void add(double from_ms, double rate) { steps_.push_back({from_ms, rate}); }
  /// When the rate's integral since `from` reaches `amount`; never if it does not.
  double after(double from, double amount) const {
    auto next = std::ranges::upper_bound(steps_, from, {}, &Step::from);
    double rate = next == steps_.begin() ? 0 : std::prev(next)->rate;
    while (true) {
      const double end = next == steps_.end() ? never : next->from;
      const double within = rate > 0 ? amount / rate : never;
      if (from + within <= end) return from + within;
      if (next == steps_.end()) return never;
      amount -= rate * (end - from);
      from = end, rate = next->rate;
      ++next;
    }
  }
  double rate_at(double t) const {
    const auto next = std::ranges::upper_bound(steps_, t, {}, &Step::from);
    return next == steps_.begin() ? 0 : std::prev(next)->rate;
  }

 private:
  struct Step {
    double from, rate;
  };
  std::vector<Step> steps_;
};

/// How long, in units of 1 / rate, from one spike to the next.
struct Interval {
  enum class Kind { exponential, gamma, part_random } kind = Kind::exponential;
  double parameter = 0;  // gamma: shape; part_random: which share is random
  double draw(const tutti::Random& random, std::uint64_t number) const {
    if (kind == Kind::gamma)
      return rules::draw({rules::Distribution::Kind::gamma, parameter, 1}, random, number);
    const double e = random.exponential(number);
    return kind == Kind::exponential ? e : 1 - parameter + parameter * e;
  }
};

/// Spikes whose intervals are independent in the time that the rate makes pass.
struct Renewal {
  Staircase rate{};
  Interval interval{};
  double dead_ms = 0;  // nothing happens so long after a spike
  double start = 0, stop = never;
  std::uint64_t most = ~std::uint64_t{0};
  bool at_start = false;  // the first spike is at the start, or after the random part of interval
};

class RenewalNeurons final : public Neurons {
 public:
  RenewalNeurons(std::vector<Renewal> trains, const Setting& setting)
      : dt_{setting.dt_ms}, trains_{std::move(trains)} {
    for (std::size_t i = 0; i < trains_.size(); ++i) {
      random_.emplace_back(setting.seed, tutti::stream_id("source"), setting.ids[i]);
      auto& s = states_.emplace_back();
      const auto& t = trains_[i];
      double amount = t.interval.draw(random_[i], s.draws++);
      if (t.at_start) amount -= 1 - t.interval.parameter;
      s.next = t.most == 0 ? never : t.rate.after(t.start, amount);
    }
  }
  std::size_t count() const override { return trains_.size(); }
  void step(const double*, std::size_t, std::uint32_t first,
            std::vector<std::uint32_t>& fired) override {
    const double end = static_cast<double>(++now_) * dt_ * (1 + 1e-12);
    for (std::size_t i = 0; i < trains_.size(); ++i)
      while (states_[i].next <= end) {
        if (states_[i].next <= trains_[i].stop)
          fired.push_back(first + static_cast<std::uint32_t>(i));
        advance(i);
      }
  }
  void inject(const double*) override {}
  double state(std::size_t, std::size_t) const override { return 0; }
  void set_state(std::size_t, std::size_t, double) override {}
  void visit(tutti::Fields& fields, std::size_t i) override { fields(now_), fields(states_[i]); }

 private:
  void advance(std::size_t i) {
    auto& s = states_[i];
    const auto& t = trains_[i];
    if (++s.spikes >= t.most || s.next > t.stop) {
      s.next = never;
      return;
    }
    s.next = t.rate.after(s.next + t.dead_ms, t.interval.draw(random_[i], s.draws++));
  }
  struct State {
    double next = 0;  // [ms]
    std::uint64_t spikes = 0, draws = 0;
  };
  double dt_;
  std::vector<Renewal> trains_;
  std::vector<tutti::Random> random_;
  std::vector<State> states_;
  std::uint64_t now_ = 0;
};

/// Like RenewalNeurons, with a rate that is told anew for the middle of every step.
class ModulatedNeurons final : public Neurons {
 public:
  /// `trains` give all but the rate; that is `course` [Hz].
  ModulatedNeurons(std::vector<Renewal> trains, Course course, const Setting& setting)
      : dt_{setting.dt_ms},
        trains_{std::move(trains)},
        course_{std::move(course)},
        gids_{setting.ids},
        rates_(gids_.size()) {
    for (std::size_t i = 0; i < trains_.size(); ++i) {
      random_.emplace_back(setting.seed, tutti::stream_id("source"), gids_[i]);
      states_.push_back({trains_[i].interval.draw(random_[i], 0), 1});
    }
  }
  std::size_t count() const override { return trains_.size(); }
  void step(const double*, std::size_t, std::uint32_t first,
            std::vector<std::uint32_t>& fired) override {
    const double t = (static_cast<double>(now_++) + 0.5) * dt_;
    if (!trains_.empty()) course_(t, gids_, rates_);
    for (std::size_t i = 0; i < trains_.size(); ++i) {
      if (t < trains_[i].start || t > trains_[i].stop) continue;
      auto& s = states_[i];
      for (s.left -= 1e-3 * rates_[i] * dt_; s.left <= 0;
           s.left += trains_[i].interval.draw(random_[i], s.draws++))
        fired.push_back(first + static_cast<std::uint32_t>(i));
    }
  }
  void inject(const double*) override {}
  double state(std::size_t, std::size_t) const override { return 0; }
  void set_state(std::size_t, std::size_t, double) override {}
  void visit(tutti::Fields& fields, std::size_t i) override { fields(now_), fields(states_[i]); }

 private:
  struct State {
    double left = 0;  // of the rate's integral, to the next spike
    std::uint64_t draws = 0;
  };
  double dt_;
  std::vector<Renewal> trains_;
  Course course_;
  std::vector<std::uint64_t> gids_;
  std::vector<double> rates_;  // [Hz]
  std::vector<tutti::Random> random_;
  std::vector<State> states_;
  std::uint64_t now_ = 0;
};

/// Spikes at times that are known from the start.
class ListedNeurons final : public Neurons {
 public:
  ListedNeurons(std::vector<std::vector<double>> times_ms, double dt_ms)
      : dt_{dt_ms}, times_{std::move(times_ms)}, next_(times_.size(), 0) {
    for (auto& t : times_) {
      std::erase_if(t, [](double x) { return x < 0; });
      std::ranges::sort(t);
    }
  }
  std::size_t count() const override { return times_.size(); }
  void step(const double*, std::size_t, std::uint32_t first,
            std::vector<std::uint32_t>& fired) override {
    const double end = static_cast<double>(++now_) * dt_ * (1 + 1e-12);
    for (std::size_t i = 0; i < times_.size(); ++i)
      for (; next_[i] < times_[i].size() && times_[i][next_[i]] <= end; ++next_[i])
        fired.push_back(first + static_cast<std::uint32_t>(i));
  }
  void inject(const double*) override {}
  double state(std::size_t, std::size_t) const override { return 0; }
  void set_state(std::size_t, std::size_t, double) override {}
  void visit(tutti::Fields& fields, std::size_t i) override { fields(now_), fields(next_[i]); }

 private:
  double dt_;
  std::vector<std::vector<double>> times_;
  std::vector<std::size_t> next_;
  std::uint64_t now_ = 0;
};

/// What one neuron's parameters say.
struct Said {
  const Model& model;
  const Values& values;
  std::size_t i;
  double operator()(const char* name) const { return values.of(model.find(name), i); }
  const std::vector<double>& list(const char* name) const {
    return values.list_of(model.find(name), i);
  }
};

Renewal steady(const Said& said, double rate_per_ms) {
  Renewal r;
  r.start = said("start"), r.stop = r.start + said("duration");
  r.rate.add(r.start, rate_per_ms);
  return r;
}

Renewal refractory(const Said& said) {
  auto r = steady(said, 0);
  const double rate = 1e-3 * said("rate"), dead = said("tau_refrac");
  if (rate * dead >= 1)
    throw tutti::Error{
        tutti::Fault::config,
        "SpikeSourcePoissonRefractory: a rate of {} Hz leaves no time for tau_refrac "
        "of {} ms; lower one of them",
        1e3 * rate, dead};
  r.rate = {};
  r.rate.add(r.start, rate > 0 ? 1 / (1 / rate - dead) : 0);
  r.dead_ms = dead;
  return r;
}

void need_equal(const Said& said, std::initializer_list<const char*> names) {
  const auto size = said.list(*names.begin()).size();
  for (const auto* name : names)
    if (said.list(name).size() != size)
      throw tutti::Error{tutti::Fault::config,
                         "{}: {} has {} values and {} has {}; they must match",
                         said.model.name,
                         *names.begin(),
                         size,
                         name,
                         said.list(name).size()};
}

Renewal stairs(const Said& said) {
  Renewal r;
  r.start = said("start"), r.stop = r.start + said("duration");
  if (said.model.name == "SpikeSourceInhGamma") {
    need_equal(said, {"tbins", "a", "b"});
    const auto& a = said.list("a");
    r.interval = {Interval::Kind::gamma, a.empty() ? 1 : a.front()};
    for (std::size_t k = 0; k < a.size(); ++k) {
      if (a[k] != a.front())
        throw tutti::Error{
            tutti::Fault::config,
            "SpikeSourceInhGamma: the shape a must be the same in all bins; the rate "
            "1/(a b) may change with b"};
      r.rate.add(said.list("tbins")[k], 1e-3 / said.list("b")[k]);
    }
    return r;
  }
  need_equal(said, {"times", "rates"});
  if (said.list("times").empty()) return steady(said, 1e-3 * said("rate"));
  for (std::size_t k = 0; k < said.list("times").size(); ++k)
    r.rate.add(said.list("times")[k], 1e-3 * said.list("rates")[k]);
  return r;
}

Renewal pulses(const Said& said) {
  need_equal(said, {"starts", "ends", "rates"});
  Renewal r;
  r.interval = {Interval::Kind::part_random, said("noise")};
  r.at_start = true;
  const auto& starts = said.list("starts");
  if (!starts.empty()) r.start = starts.front();
  for (std::size_t k = 0; k < starts.size(); ++k) {
    r.rate.add(starts[k], 1e-3 * said.list("rates")[k]);
    r.rate.add(said.list("ends")[k], 0);
  }
  return r;
}

Renewal renewal(const Said& said) {
  const auto& name = said.model.name;
  if (name == "SpikeSourcePoisson") return steady(said, 1e-3 * said("rate"));
  if (name == "SpikeSourcePoissonRefractory") return refractory(said);
  if (name == "SpikeSourceGamma") {
    auto r = steady(said, 1e-3 * said("beta"));
    r.interval = {Interval::Kind::gamma, said("alpha")};
    return r;
  }
  if (name == "SpikeSourceRegular") {
    auto r = steady(said, 1e-3 * said("rate"));
    r.interval = {Interval::Kind::part_random, 0};
    r.at_start = true;
    return r;
  }
  if (name == "NetStim") {
    Renewal r;
    r.start = said("start");
    r.rate.add(r.start, 1 / said("interval"));
    r.interval = {Interval::Kind::part_random, said("noise")};
    r.at_start = true;
    r.most = static_cast<std::uint64_t>(std::min(said("number"), 1e15));
    return r;
  }
  return name == "SpikeSourcePulses" ? pulses(said) : stairs(said);
}

/// The rate that is a formula of time, if any.
Course course_of(const Model& model, const Values& values) {
  for (int k = 0; k < static_cast<int>(model.parameters.size()); ++k)
    if (auto course = values.course(k)) return course;
  return {};
}

/// What one neuron says beside its rate's course.
Renewal unrated(const Said& said) {
  if (said.model.name != "SpikeSourceInhPoisson") return renewal(said);
  if (!said.list("times").empty())
    throw tutti::Error{tutti::Fault::config,
                       "SpikeSourceInhPoisson has both `times` and a formula for its rate; give "
                       "one of them"};
  return steady(said, 0);
}

std::vector<double> listed(const Said& said, const Setting& setting) {
  if (said.model.name == "SpikeSourceArray") return said.list("spike_times");
  const tutti::Random random{setting.seed, tutti::stream_id("pattern"), setting.ids[said.i]};
  std::uint64_t draws = 0;
  std::vector<double> times;
  const double start = said("start") + said("start_std") * random.normal(draws++);
  if (said.model.name == "SpikeSourceEvoked") {
    const double mean = said("start"), deviation = said("start_std");
    for (double k = 0; k < said("spikes"); ++k)
      times.push_back(mean + deviation * random.normal(draws++));
    return times;
  }
  // SpikeSourceRhythmic: in each cycle some jittered events, each one spike or two 10 ms apart
  const double period = 1e3 / said("freq");
  for (double t = start; t < said("stop"); t += period)
    for (double k = 0; k < said("repeats"); ++k) {
      const double at = t + said("freq_std") * random.normal(draws++);
      if (said("events_per_cycle") < 2) {
        times.push_back(at);
      } else {
        times.push_back(at - 5), times.push_back(at + 5);
      }
    }
  return times;
}

}  // namespace

std::unique_ptr<Neurons> make_source_neurons(const Model& model, const Values& values,
                                             const Setting& setting) {
  if (!model.is_source()) return nullptr;
  const bool by_list = model.name == "SpikeSourceArray" || model.name == "SpikeSourceRhythmic" ||
                       model.name == "SpikeSourceEvoked";
  const auto course = course_of(model, values);
  std::vector<Renewal> trains;
  std::vector<std::vector<double>> times;
  for (std::size_t i = 0; i < setting.ids.size(); ++i) {
    const Said said{model, values, i};
    if (by_list)
      times.push_back(listed(said, setting));
    else
      trains.push_back(course ? unrated(said) : renewal(said));
  }
  if (by_list) return std::make_unique<ListedNeurons>(std::move(times), setting.dt_ms);
  if (course) return std::make_unique<ModulatedNeurons>(std::move(trains), course, setting);
  return std::make_unique<RenewalNeurons>(std::move(trains), setting);
}

}  // namespace cell::point
