// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

/// What an ion carries through a membrane that it crosses in a constant field (Goldman 1943, J Gen
/// Physiol 27:37; Hodgkin and Katz 1949, J Physiol 108:37).
namespace cell::engine {

/// For ions of a valence: z F as nA of a cm/s um2 mM, and z F/(R T) per mV.
inline void field_constants(const Environment& e, double valence, double* c) {
  constexpr double gas_constant = 8.31446261815324, nA_per_cm_s_um2_mM = 1e-5;
  c[0] = valence * e.faraday * nA_per_cm_s_um2_mM;
  c[1] = valence * e.faraday / (1000 * gas_constant * (e.celsius + 273.15));
}

/// The current through a permeability times area [cm/s um2]: z F (inside (u + L) - outside L) with
/// L = u/(e^u - 1).
template <class S>
[[gnu::always_inline]] inline Ohmic<typename S::real> through_field(
    typename S::real open, typename S::real v, const Concentrations<typename S::real>& ion,
    const double* c) {
  using V = typename S::real;
  return tangent(v, [&](V at) {
    const V u = at * c[1], in = linoid<S>(u, 1);
    return open * ((ion.inside * (u + in) - ion.outside * in) * c[0]);
  });
}

}  // namespace cell::engine
