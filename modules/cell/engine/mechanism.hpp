// SPDX-License-Identifier: MIT
#pragma once
#include "engine/functions.hpp"
#include "engine/population.hpp"

namespace cell::engine {

/// What holds for a whole cell type while it is integrated.
struct Environment {
  double dt_ms = 0.025;
  double celsius = 6.3;
  double ena_mV = 50, ek_mV = -77;
};

/// What a mechanism is told beside the voltage.
enum class Reads {
  nothing,
  eca,  ///< The reversal potential of calcium [mV]; its conductance counts as calcium's.
  cai,  ///< A value that from_calcium() made of the calcium concentration.
};

// A mechanism is a struct without data, in a file of its own under mechanisms/, listed once in
// mechanisms/all.hpp:
//
//   static MechanismInfo info();             parameters in S/cm2 reach it times the area, in uS
//   static constexpr int states;             gates, at most 4
//   static constexpr Reads reads;
//   static double from_calcium(double cai);  Reads::cai only
//   static void constants(const Environment&, double* c);   at most 4, once per cell type
//   template <class S> static void advance(V v, V aux, V* x, const double* c);    one step of gates
//   template <class S> static Ohmic<V> current(V aux, const V* x, const double* p, const double*
//   c);
//
// with V = S::real and p in the order of info().parameters.

/// A current g·(v - E) as the solver takes it.
template <class V>
struct Ohmic {
  V g;   ///< [uS]
  V gE;  ///< g times the reversal potential [nA]
};

}  // namespace cell::engine
