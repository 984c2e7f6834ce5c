// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanisms/ca_hva.hpp"

namespace cell::engine {

/// High-voltage-activated calcium current through a membrane that calcium crosses in a constant
/// field.
struct CaGhk {
  static MechanismInfo info() {
    return {"ca_ghk",
            "calcium by the equation of Goldman, Hodgkin and Katz, m^2 h as ca_hva",
            "Goldman 1943, J Gen Physiol 27:37; Hodgkin and Katz 1949, J Physiol 108:37; gates of "
            "Reuveni, Friedman, Amitai and Gutnick 1993, J Neurosci 13:4609",
            {{"pbar", "cm/s", 1e-5, "permeability"}},
            {"m", "h"},
            "none",
            {"i = pbar m^2 h 2 F (cai (u + L(u, 1)) - cao L(u, 1)), u = 2 F v/(R (T + 273.15))",
             "m, h: as ca_hva"}};
  }
  static constexpr int states = 2;
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = Ion::ca_in_a_field;
  static void constants(const Environment& e, double* c) {
    constexpr double gas_constant = 8.31446261815324, nA_per_cm_s_um2_mM = 1e-5;
    c[0] = e.dt_ms;
    c[1] = 2 * e.faraday * nA_per_cm_s_um2_mM;
    c[2] = 2 * e.faraday / (1000 * gas_constant * (e.celsius + 273.15));  // per mV
  }
  template <class S>
  static void advance(typename S::real v, typename S::real read, typename S::real* x,
                      const double* c) {
    CaHva::advance<S>(v, read, x, c);
  }

  /// For a permeability times area of 1 cm/s um2. [nA]
  template <class S>
  static typename S::real through(typename S::real v, const Concentrations<typename S::real>& ca,
                                  const double* c) {
    const auto u = v * c[2], in = linoid<S>(u, 1);
    return (ca.inside * (u + in) - ca.outside * in) * c[1];
  }
  /// The conductance is di/dv at fixed gates, taken over a microvolt as NEURON does.
  template <class S>
  static Ohmic<typename S::real> current(typename S::real v,
                                         const Concentrations<typename S::real>& ca,
                                         const typename S::real* x, const typename S::parameters& p,
                                         const double* c) {
    using V = typename S::real;
    constexpr double apart = 0.001;  // [mV]
    const V open = p[0] * (x[0] * x[0] * x[1]);
    const V i = open * through<S>(v, ca, c);
    const V slope = (open * through<S>(v + apart, ca, c) - i) * (1 / apart);
    return {slope, slope * v - i};
  }
};

}  // namespace cell::engine
