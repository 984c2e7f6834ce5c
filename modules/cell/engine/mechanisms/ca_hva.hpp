// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// High-voltage-activated calcium current, m^2 h.
struct CaHva : Channel<CaHva, Ion::ca> {
  static MechanismInfo info() {
    return {"ca_hva",
            "high-voltage-activated calcium, m^2 h, ohmic about the Nernst potential",
            "Reuveni, Friedman, Amitai and Gutnick 1993, J Neurosci 13:4609",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"m", "h"},
            "none",
            {"i = gbar m^2 h (v - eca)", "m: a = 0.055 L(-27 - v, 3.8), b = 0.94 exp((-75 - v)/17)",
             "h: a = 0.000457 exp((-13 - v)/50), b = 0.0065/(1 + exp((-v - 15)/28))"}};
  }
  static constexpr int states = 2;  // m h
  static void constants(const Environment& e, double* c) { c[0] = e.dt_ms; }

  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    const V drive = -27.0 - v;
    const V am = 0.055 * linoid(drive, 3.8, exp<S>(drive * (1 / 3.8)));
    const V bm = 0.94 * exp<S>((-75.0 - v) * (1.0 / 17));
    const V ah = 0.000457 * exp<S>((-13.0 - v) * (1.0 / 50));
    const V bh = 0.0065 / (1.0 + exp<S>((-v - 15.0) * (1.0 / 28)));
    const V m = am + bm, h = ah + bh;
    x[0] = relax(x[0], am / m, exp<S>(m * -c[0]));
    x[1] = relax(x[1], ah / h, exp<S>(h * -c[0]));
  }
  template <class V>
  static V open(const V* x) {
    return x[0] * x[0] * x[1];
  }
};

}  // namespace cell::engine
