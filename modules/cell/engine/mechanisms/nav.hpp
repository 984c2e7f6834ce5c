// SPDX-License-Identifier: MIT
#pragma once
#include "engine/mechanism.hpp"

namespace cell::engine {

/// Sodium current of fast-spiking cells: a scheme of twelve states, of which O conducts. C1 to C5
/// and O have I1 to I6 under them.
struct NaV : Channel<NaV, Ion::na> {
  static MechanismInfo info() {
    return {"nav",
            "sodium of fast-spiking cells, the open one of twelve states",
            "Carter, Giessel, Sabatini and Bean 2012, Neuron 75:1081",
            {{"gbar", "S/cm2", 1e-5, "conductance"}},
            {"C1", "C2", "C3", "C4", "C5", "O", "I1", "I2", "I3", "I4", "I5", "I6"},
            "q(37), all rates",
            {"i = gbar O (v - ena)", "a = 400 exp(v/24), b = 12 exp(-v/24), A = 2.51, B = 5.32",
             "Cn - Cn+1: (5 - n) a, n b;  C5 - O and I5 - I6: 250, 60",
             "In - In+1: (5 - n) a A, n b/B;  Cn - In: 0.01 A^(n-1), 40/B^(n-1)", "O - I6: 8, 0.05",
             "one implicit Euler step: (1 - dt Q(v)) p(t + dt) = p(t), states adding up to 1"}};
  }
  static constexpr int states = 12;
  static void constants(const Environment& e, double* c) { c[0] = warm_dt(e, 2.3, 37); }

  /// Solves the step by taking away one state after the other, pair by pair along the two rows.
  /// What flows through a state that is taken away becomes flow between those that stay, so nothing
  /// is ever subtracted and no digit lost (Grassmann, Taksar and Heyman 1985, Oper Res 33:1107).
  template <class S>
  static void advance(typename S::real v, typename S::real, typename S::real* x, const double* c) {
    using V = typename S::real;
    constexpr double A = 2.51, B = 5.32;
    const V e = exp<S>(v * (1.0 / 24));
    const V a = (400 * c[0]) * e, b = (12 * c[0]) / e;
    // of the pair at hand: what leaves in no time, what is in it, flow down (C to I) and up
    V keep_c = splat<V>(1), keep_i = splat<V>(1), in_c = x[0], in_i = x[6];
    V down = splat<V>(0.01 * c[0]), up = splat<V>(40 * c[0]);
    V own_c[5], own_i[5], c_from_i[5], c_from_next[5], i_from_next[5], i_from_open[5];
    double An = 1, Bn = 1;  // A^(n-1), B^(n-1) of the pair at hand
    for (int n = 1; n <= 5; ++n) {
      const int k = n - 1;
      const V right = n < 5 ? (5.0 - n) * a : splat<V>(250 * c[0]);
      const V left = n < 5 ? static_cast<double>(n) * b : splat<V>(60 * c[0]);
      const V right_i = n < 5 ? right * A : right, left_i = n < 5 ? left * (1 / B) : left;
      An *= A, Bn *= B;
      // C_n goes: to I_n and to the next upper state
      own_c[k] = 1.0 / (keep_c + down + right);
      const V to_i = down * own_c[k], to_next = right * own_c[k], kept = keep_c * own_c[k];
      c_from_i[k] = up * own_c[k], c_from_next[k] = left * own_c[k];
      own_c[k] = in_c * own_c[k];
      in_i = in_i + to_i * in_c;
      keep_i = keep_i + kept * up;
      V in_next = x[n] + to_next * in_c, keep_next = 1.0 + kept * left;
      const V cross = up * to_next, back = left * to_i;  // I_n to the upper next and back
      // I_n goes: to the next lower state and to the upper one
      const V one = 1.0 / (keep_i + right_i + cross);
      own_i[k] = in_i * one;
      i_from_next[k] = left_i * one, i_from_open[k] = back * one;
      const V below = right_i * one, above = cross * one, kept_i = keep_i * one;
      const V lower = n < 5 ? x[6 + n] : rest(x);
      down = splat<V>((n < 5 ? 0.01 * An : 8) * c[0]) + back * below;
      up = splat<V>((n < 5 ? 40 / Bn : 0.05) * c[0]) + left_i * above;
      in_c = in_next + above * in_i;
      keep_c = keep_next + kept_i * back;
      in_i = lower + below * in_i;
      keep_i = 1.0 + kept_i * left_i;
    }
    const V open = 1.0 / (keep_c + down);
    const V last = (in_i + down * open * in_c) / (keep_i + keep_c * open * up);
    x[5] = in_c * open + up * open * last;
    x[11] = last;
    for (int k = 4; k >= 0; --k) {
      x[6 + k] = own_i[k] + i_from_next[k] * x[7 + k] + i_from_open[k] * x[k + 1];
      x[k] = own_c[k] + c_from_i[k] * x[6 + k] + c_from_next[k] * x[k + 1];
    }
  }
  template <class V>
  static V open(const V* x) {
    return x[5];
  }

 private:
  /// I6 as what the others leave of 1, so that rounding never adds up.
  template <class V>
  static V rest(const V* x) {
    V sum = x[0];
    for (int s = 1; s < 11; ++s) sum = sum + x[s];
    return 1.0 - sum;
  }
};

}  // namespace cell::engine
