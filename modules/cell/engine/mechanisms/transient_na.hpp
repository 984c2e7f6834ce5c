// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Transient sodium current, m^3 h. `Site` says where m and h lie on the voltage axis: v_m, v_h.
template <class Site>
struct TransientNa : Channel<TransientNa<Site>, Ion::na> {
  static MechanismInfo info() {
    return {Site::name,
            Site::doc,
            "Colbert and Pan 2002, Nat Neurosci 5:533",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m", "h"},
            "q(23)",
            {"i = gbar m^3 h (v - ena)", Site::of_m, Site::of_h}};
  }
  static constexpr int states = 2;  // m h
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 23); }
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V m = v - Site::v_m, h = v - Site::v_h;
    const V am = 0.182 * linoid<S>(-m, 6), bm = 0.124 * linoid<S>(m, 6);
    const V ah = 0.015 * linoid<S>(h, 6), bh = 0.015 * linoid<S>(-h, 6);
    x[0] = relax(x[0], am / (am + bm), exp<S>((am + bm) * -c[0]));
    x[1] = relax(x[1], ah / (ah + bh), exp<S>((ah + bh) * -c[0]));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[0] * x[0] * x[1];
  }
};

}  // namespace cell::engine
