// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>

#include "engine/functions.hpp"
#include "engine/population.hpp"

namespace cell::engine {

/// What holds for a whole cell type while it is integrated.
struct Environment {
  double dt_ms = 0.025;
  double celsius = 6.3;
  double faraday = 96485.33212;  ///< [C/mol] Of moved charge, not of Nernst potentials.
};

/// What the gates of a mechanism are told beside the voltage.
enum class Reads {
  nothing,
  cai,  ///< The calcium concentration [mM].
  /// The calcium current density at the start of the step [mA/cm2], to advance the concentration:
  /// a mechanism of this kind has next() and at_rest() in place of advance() and current().
  i_ca,
};

// A mechanism is a struct without data, in a file of its own under mechanisms/, listed once in
// mechanisms/all.hpp:
//
//   static MechanismInfo info();             parameters in S/cm2 reach it times the area, in uS
//   static constexpr int states;             gates, at most most_states
//   static constexpr Reads reads;
//   static constexpr Ion carries;
//   static void constants(const Environment&, double* c);   at most 4, once per use
//   template <class S> static void advance(V v, V read, V* x, const double* c);   a step of gates
//   template <class S> static Ohmic<V> current(V v, V reversal, const V* x, const double* p,
//                                              const double* c);
//
// with V = S::real, `read` what `reads` asks for, `reversal` that of the ion that it carries [mV],
// as whose its current counts, and p
// in the order of info().parameters. What carries two ions takes Reversals and returns
// IonicCurrents; what calcium crosses in a field takes Concentrations, sodium and potassium
// TwoConcentrations. Three steps with a dt of 1e9
// ms lead from any x to the steady state.

/// The most gates of one mechanism.
inline constexpr int most_states = 12;

/// A current g·(v - E) as the solver takes it.
template <class V>
struct Ohmic {
  V g;   ///< [uS]
  V gE;  ///< g times the reversal potential [nA]
};

/// A current whose states stand still, as the line that touches it at a voltage: the slope is taken
/// over a microvolt, as NEURON does. `at(v)` is the current. [nA]
template <class V, class F>
[[gnu::always_inline]] inline Ohmic<V> tangent(V v, F&& at) {
  constexpr double apart = 0.001;  // [mV]
  const V i = at(v), slope = (at(v + apart) - i) * (1 / apart);
  return {slope, slope * v - i};
}

/// How much faster a rate is than at `reference` [degC] if 10 degrees make it `factor` times that.
inline double q10(const Environment& e, double factor, double reference) {
  return std::pow(factor, (e.celsius - reference) / 10);
}
/// The step as long as it is for rates given at `reference`. [ms]
inline double warm_dt(const Environment& e, double factor, double reference) {
  return e.dt_ms * q10(e, factor, reference);
}

/// What most mechanisms are: M : Channel<M, ion> has a first parameter gbar and says in M::open(x)
/// what share of it is open; the current is gbar open (v - E) with the ion's E.
template <class M, Ion ion>
struct Channel {
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = ion;
  template <class S>
  [[gnu::always_inline]] static Ohmic<typename S::real> current(typename S::real,
                                                                typename S::real reversal,
                                                                const typename S::real* x,
                                                                const typename S::parameters& p,
                                                                const double*) {
    const auto g = p[0] * M::open(x);
    return {g, g * reversal};
  }
};

/// On the two sides of the membrane. [mM]
template <class V>
struct Concentrations {
  V inside, outside;
};
/// Of sodium and potassium. [mM]
template <class V>
struct TwoConcentrations {
  Concentrations<V> na, k;
};
/// Of sodium and potassium. [mV]
template <class V>
struct Reversals {
  V na, k;
};
/// A current in all, and what part of it is whose.
template <class V>
struct IonicCurrents {
  Ohmic<V> all, na, k;
};

}  // namespace cell::engine
