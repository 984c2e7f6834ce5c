// SPDX-License-Identifier: MIT
// Equations as in NEURON's documentation of IntFire1, IntFire2 and IntFire4 (Hines & Carnevale
// 2004).
#include "point/intfire.hpp"

#include <array>
#include <cassert>
#include <cmath>

namespace cell::point {
namespace {

double ms(Ticks t) { return static_cast<double>(t) / ticks_per_ms; }
Ticks ticks(double t_ms) { return static_cast<Ticks>(std::llround(t_ms * ticks_per_ms)); }

/// m decays with tau, an input adds to it, m > 1 fires; then inputs are lost for refrac and m
/// restarts at 0.
class IntFire1 final : public EventNeurons {
 public:
  IntFire1(const Model& model, const Values& values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      cells_.push_back(
          {values.of(model.find("tau"), i), ticks(values.of(model.find("refrac"), i))});
  }
  void advance(std::size_t i, Ticks until, std::vector<Ticks>&) override { cells_[i].now = until; }
  void receive(std::size_t i, double excitation, double inhibition,
               std::vector<Ticks>& fired) override {
    auto& c = cells_[i];
    if (c.now < c.deaf_until) return;
    c.m = c.m * std::exp(-ms(c.now - c.since) / c.tau) + (excitation + inhibition);
    c.since = c.now;
    if (c.m <= 1) return;
    fired.push_back(c.now);
    c.deaf_until = c.since = c.now + c.refrac;
    c.m = 0;
  }
  void visit(tutti::Fields& fields, std::size_t i) override {
    auto& c = cells_[i];
    fields(c.m), fields(c.since), fields(c.now), fields(c.deaf_until);
  }

 private:
  struct Cell {
    double tau;
    Ticks refrac;
    double m = 0;
    Ticks since = 0, now = 0, deaf_until = 0;
  };
  std::vector<Cell> cells_;
};

/// m as a constant and a sum of exponentials of the time since the last event.
template <std::size_t n>
struct Course {
  double constant = 0;
  std::array<double, n> amplitude{}, rate{};
  double at(double t) const {
    double m = constant;
    for (std::size_t k = 0; k < n; ++k) m += amplitude[k] * std::exp(-rate[k] * t);
    return m;
  }
  double slope(double t) const {
    double m = 0;
    for (std::size_t k = 0; k < n; ++k) m -= amplitude[k] * rate[k] * std::exp(-rate[k] * t);
    return m;
  }
};

/// Where f goes from one side of zero to the other in [a, b], by halving.
template <typename F>
double root(double a, double b, F&& f) {
  const bool sign = f(a) > 0;
  for (int k = 0; k < 80; ++k) {
    const double middle = 0.5 * (a + b);
    ((f(middle) > 0) == sign ? a : b) = middle;
  }
  return 0.5 * (a + b);
}

/// The first time in (0, end] at which m reaches 1, or a negative number. Looks at intervals so
/// short that m has at most one extremum in each, and at that extremum.
template <std::size_t n>
double crossing(const Course<n>& m, double end, double interval) {
  double a = 0;
  while (a < end) {
    const double b = std::min(end, a + interval);
    double top = b;
    if (m.slope(a) > 0 && m.slope(b) < 0) top = root(a, b, [&](double t) { return m.slope(t); });
    if (m.at(top) >= 1) return root(a, top, [&](double t) { return m.at(t) - 1; });
    // what is left of the exponentials cannot reach the threshold any more
    double most = m.constant;
    for (std::size_t k = 0; k < n; ++k)
      most += std::max(0.0, m.amplitude[k]) * std::exp(-m.rate[k] * b);
    if (most < 1) return -1;
    a = b;
  }
  return -1;
}

/// m follows a current i, which decays to ib and to which an input adds.
class IntFire2 final : public EventNeurons {
 public:
  IntFire2(const Model& model, const Values& values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const double ib = values.of(model.find("ib"), i);
      cells_.push_back({1 / values.of(model.find("taum"), i), 1 / values.of(model.find("taus"), i),
                        ib, 0, ib, 0});
    }
  }
  void advance(std::size_t i, Ticks until, std::vector<Ticks>& fired) override {
    auto& c = cells_[i];
    while (c.now < until) {
      const double share = c.km / (c.km - c.ks);
      Course<2> m{c.ib, {share * (c.i - c.ib), 0}, {c.ks, c.km}};
      m.amplitude[1] = c.m - m.constant - m.amplitude[0];
      const double end = ms(until - c.now);
      const double found = crossing(m, end, 4 / c.km);
      const double passed = found < 0 ? end : found;
      c.i = c.ib + (c.i - c.ib) * std::exp(-c.ks * passed);
      c.m = found < 0 ? m.at(end) : 0;
      c.now = found < 0 ? until : std::min(until, std::max(c.now + 1, c.now + ticks(found)));
      if (found >= 0) fired.push_back(c.now);
    }
  }
  void receive(std::size_t i, double excitation, double inhibition, std::vector<Ticks>&) override {
    cells_[i].i += excitation + inhibition;
  }
  void visit(tutti::Fields& fields, std::size_t i) override {
    fields(cells_[i].m), fields(cells_[i].i), fields(cells_[i].now);
  }

 private:
  struct Cell {
    double km, ks, ib;
    double m, i;
    Ticks now;
  };
  std::vector<Cell> cells_;
};

/// Excitation e drives m; inhibition i1 drives i2, which drives m. An input of weight w alone moves
/// m by w at its peak.
class IntFire4 final : public EventNeurons {
 public:
  IntFire4(const Model& model, const Values& values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto k = [&](const char* name) { return 1 / values.of(model.find(name), i); };
      Cell c{};
      c.rate = {k("taue"), k("taui1"), k("taui2"), k("taum")};
      c.excite = c.inhibit = 1;
      const double long_time = 20 / c.rate[3] + 20 / c.rate[2] + 20 / c.rate[1] + 20 / c.rate[0];
      c.e = 1;
      c.excite = 1 / peak(c.course(), long_time);
      c.e = 0, c.i1 = 1;
      c.inhibit = 1 / peak(c.course(), long_time);
      c.i1 = 0;
      cells_.push_back(c);
    }
  }
  void advance(std::size_t i, Ticks until, std::vector<Ticks>& fired) override {
    auto& c = cells_[i];
    while (c.now < until) {
      const auto m = c.course();
      const double end = ms(until - c.now);
      const double found = crossing(m, end, 0.25 / c.rate[0]);
      const double passed = found < 0 ? end : found;
      const double decay = std::exp(-c.rate[1] * passed);
      c.i2 = (c.i2 - c.i1 * c.bridge()) * std::exp(-c.rate[2] * passed) + c.i1 * c.bridge() * decay;
      c.i1 *= decay;
      c.e *= std::exp(-c.rate[0] * passed);
      c.m = found < 0 ? m.at(end) : 0;
      c.now = found < 0 ? until : std::min(until, std::max(c.now + 1, c.now + ticks(found)));
      if (found >= 0) fired.push_back(c.now);
    }
  }
  void receive(std::size_t i, double excitation, double inhibition, std::vector<Ticks>&) override {
    cells_[i].e += excitation;
    cells_[i].i1 += inhibition;
  }
  void visit(tutti::Fields& fields, std::size_t i) override {
    auto& c = cells_[i];
    fields(c.m), fields(c.e), fields(c.i1), fields(c.i2), fields(c.now);
  }

 private:
  struct Cell {
    std::array<double, 4> rate;  // of e, i1, i2, m [1/ms]
    double excite, inhibit;      // m' = excite e + inhibit i2 - rate[3] m;  i2' = i1 - rate[2] i2
    double m = 0, e = 0, i1 = 0, i2 = 0;
    Ticks now = 0;
    /// How much of i1's exponential is in i2.
    double bridge() const { return 1 / (rate[2] - rate[1]); }
    Course<4> course() const {
      Course<4> c;
      c.rate = rate;
      c.amplitude[0] = excite * e / (rate[3] - rate[0]);
      c.amplitude[1] = inhibit * i1 * bridge() / (rate[3] - rate[1]);
      c.amplitude[2] = inhibit * (i2 - i1 * bridge()) / (rate[3] - rate[2]);
      c.amplitude[3] = m - c.amplitude[0] - c.amplitude[1] - c.amplitude[2];
      return c;
    }
  };
  /// The one extremum of m after one input.
  static double peak(const Course<4>& m, double end) {
    // past the peak the slope is negative, before it positive; at 0 itself it may be 0
    return m.at(root(0, end, [&](double t) { return t == 0 ? 1.0 : m.slope(t); }));
  }
  std::vector<Cell> cells_;
};

}  // namespace

std::unique_ptr<EventNeurons> make_event_neurons(const Model& model, const Values& values,
                                                 std::size_t count) {
  assert(model.drive == Drive::events);
  if (model.name == "IntFire1") return std::make_unique<IntFire1>(model, values, count);
  if (model.name == "IntFire2") return std::make_unique<IntFire2>(model, values, count);
  return std::make_unique<IntFire4>(model, values, count);
}

}  // namespace cell::point
