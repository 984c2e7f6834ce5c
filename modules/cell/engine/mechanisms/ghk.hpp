// SPDX-License-Identifier: MIT
#pragma once
#include "engine/constant_field.hpp"

namespace cell::engine {

/// A leak of sodium and potassium through a membrane that both cross in a constant field: alone it
/// rests at the potential of Goldman, Hodgkin and Katz.
struct Ghk {
  static MechanismInfo info() {
    return {"ghk",
            "leak of sodium and potassium by the equation of Goldman, Hodgkin and Katz",
            "Goldman 1943, J Gen Physiol 27:37; Hodgkin and Katz 1949, J Physiol 108:37",
            {{"pna", "cm/s", 8e-8, "permeability to sodium"},
             {"pk", "cm/s", 2e-6, "permeability to potassium"}},
            {},
            "none",
            {"i = pna F (nai (u + L(u, 1)) - nao L(u, 1)) + pk F (ki (u + L(u, 1)) - ko L(u, 1))",
             "u = F v/(R (T + 273.15))",
             "0 at v = 1000 R (T + 273.15)/F ln((pk ko + pna nao)/(pk ki + pna nai))"}};
  }
  static constexpr int states = 0;
  static constexpr Reads reads = Reads::nothing;
  static constexpr Ion carries = Ion::na_and_k_in_a_field;
  static void constants(const Environment& e, double* c) { field_constants(e, 1, c); }
  template <class S>
  static void advance(typename S::real, typename S::real, typename S::real*, const double*) {}

  template <class S>
  static IonicCurrents<typename S::real> current(typename S::real v,
                                                 const TwoConcentrations<typename S::real>& ions,
                                                 const typename S::real*,
                                                 const typename S::parameters& p, const double* c) {
    using V = typename S::real;
    const auto na = through_field<S>(V{} + p[0], v, ions.na, c);
    const auto k = through_field<S>(V{} + p[1], v, ions.k, c);
    return {{na.g + k.g, na.gE + k.gE}, na, k};
  }
};

}  // namespace cell::engine
