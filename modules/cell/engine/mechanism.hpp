// SPDX-License-Identifier: MIT
#pragma once
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
// IonicCurrents; what calcium crosses in a field takes Concentrations. Three steps with a dt of 1e9
// ms lead from any x to the steady state.

/// The most gates of one mechanism.
inline constexpr int most_states = 12;

/// A current g·(v - E) as the solver takes it.
template <class V>
struct Ohmic {
  V g;   ///< [uS]
  V gE;  ///< g times the reversal potential [nA]
};

/// On the two sides of the membrane. [mM]
template <class V>
struct Concentrations {
  V inside, outside;
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
