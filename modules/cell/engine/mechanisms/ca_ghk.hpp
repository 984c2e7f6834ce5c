// SPDX-License-Identifier: MIT
#pragma once
#include "engine/constant_field.hpp"
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
    c[0] = e.dt_ms;
    field_constants(e, 2, c + 1);
  }
  template <class S>
  static void advance(typename S::real v, typename S::real read, typename S::real* x,
                      const double* c) {
    CaHva::advance<S>(v, read, x, c);
  }

  template <class S>
  static Ohmic<typename S::real> current(typename S::real v,
                                         const Concentrations<typename S::real>& ca,
                                         const typename S::real* x, const typename S::parameters& p,
                                         const double* c) {
    return through_field<S>(p[0] * (x[0] * x[0] * x[1]), v, ca, c + 1);
  }
};

}  // namespace cell::engine
