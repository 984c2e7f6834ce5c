// SPDX-License-Identifier: MIT
#pragma once
#include "engine/vec.hpp"

/// Voltage-gated channels: steady state and time constant of each gate as functions of v [mV] and
/// of the temperature factor q, and which power of the gates is open. One struct a channel; adding
/// one touches this file and the table in mechanisms.cpp.
namespace cell::engine {

enum class Ion { na, k, ca, none };

struct Gate {
  Vec inf;
  Vec tau;  // [ms]
};

inline __attribute__((always_inline)) Gate from_rates(Vec a, Vec b, double q) {
  const Vec sum = a + b;
  return {a / sum, 1.0 / (sum * q)};
}

/// Hodgkin & Huxley 1952, sodium and potassium of the squid axon; q10 of 3 from 6.3 degC.
struct HodgkinHuxley {
  static constexpr int gates = 3;  // m h n
  static constexpr double q10 = 3.0, reference_celsius = 6.3;
  static __attribute__((always_inline)) void rates(Vec v, double q, Gate* gate) {
    gate[0] = from_rates(0.1 * linoid(-(v + 40.0), 10.0), 4.0 * exp(-(v + 65.0) / 18.0), q);
    gate[1] = from_rates(0.07 * exp(-(v + 65.0) / 20.0), 1.0 / (exp(-(v + 35.0) / 10.0) + 1.0), q);
    gate[2] = from_rates(0.01 * linoid(-(v + 55.0), 10.0), 0.125 * exp(-(v + 65.0) / 80.0), q);
  }
};

/// High-voltage-activated calcium, Reuveni et al. 1993: m² h.
struct CaHva {
  static constexpr int gates = 2;
  static constexpr double q10 = 1.0, reference_celsius = 0.0;
  static constexpr Ion ion = Ion::ca;
  static __attribute__((always_inline)) void rates(Vec v, double q, Gate* gate) {
    gate[0] = from_rates(0.055 * linoid(-27.0 - v, 3.8), 0.94 * exp((-75.0 - v) / 17.0), q);
    gate[1] =
        from_rates(0.000457 * exp((-13.0 - v) / 50.0), 0.0065 / (1.0 + exp((-v - 15.0) / 28.0)), q);
  }
  static __attribute__((always_inline)) Vec open(const Vec* x) { return x[0] * x[0] * x[1]; }
};

/// Low-voltage-activated calcium, Avery & Johnston 1996, Randall & Tsien 1997: m² h.
struct CaLva {
  static constexpr int gates = 2;
  static constexpr double q10 = 2.3, reference_celsius = 21.0;
  static constexpr Ion ion = Ion::ca;
  static __attribute__((always_inline)) void rates(Vec v, double q, Gate* gate) {
    gate[0] = {sigmoid(v, -40.0, 6.0), (5.0 + 20.0 / (1.0 + exp((v + 35.0) / 5.0))) / q};
    gate[1] = {sigmoid(v, -90.0, -6.4), (20.0 + 50.0 / (1.0 + exp((v + 50.0) / 7.0))) / q};
  }
  static __attribute__((always_inline)) Vec open(const Vec* x) { return x[0] * x[0] * x[1]; }
};

/// M-type potassium, Adams et al. 1982: m.
struct Im {
  static constexpr int gates = 1;
  static constexpr double q10 = 2.3, reference_celsius = 21.0;
  static constexpr Ion ion = Ion::k;
  static __attribute__((always_inline)) void rates(Vec v, double q, Gate* gate) {
    gate[0] = from_rates(0.0033 * exp(0.1 * (v + 35.0)), 0.0033 * exp(-0.1 * (v + 35.0)), q);
  }
  static __attribute__((always_inline)) Vec open(const Vec* x) { return x[0]; }
};

/// Hyperpolarisation-activated cation current, Kole, Hallermann & Stuart 2006: m, E = -45 mV.
struct Ih {
  static constexpr int gates = 1;
  static constexpr double q10 = 1.0, reference_celsius = 0.0;
  static constexpr Ion ion = Ion::none;
  static __attribute__((always_inline)) void rates(Vec v, double q, Gate* gate) {
    gate[0] = from_rates(0.00643 * linoid(v + 154.9, 11.9), 0.193 * exp(v / 33.1), q);
  }
  static __attribute__((always_inline)) Vec open(const Vec* x) { return x[0]; }
};

/// Transient sodium of the soma, Colbert & Pan 2002: m³ h.
struct NaTs {
  static constexpr int gates = 2;
  static constexpr double q10 = 2.3, reference_celsius = 23.0;
  static constexpr Ion ion = Ion::na;
  static __attribute__((always_inline)) void rates(Vec v, double q, Gate* gate) {
    gate[0] = from_rates(0.182 * linoid(-(v + 40.0), 6.0), 0.124 * linoid(v + 40.0, 6.0), q);
    gate[1] = from_rates(0.015 * linoid(v + 66.0, 6.0), 0.015 * linoid(-(v + 66.0), 6.0), q);
  }
  static __attribute__((always_inline)) Vec open(const Vec* x) { return x[0] * x[0] * x[0] * x[1]; }
};

/// Fast non-inactivating potassium, Rettig et al. 1992 in the form of Hay et al. 2011: m.
struct Kv31 {
  static constexpr int gates = 1;
  static constexpr double q10 = 1.0, reference_celsius = 0.0;
  static constexpr Ion ion = Ion::k;
  static __attribute__((always_inline)) void rates(Vec v, double, Gate* gate) {
    gate[0] = {sigmoid(v, 18.7, 9.7), 4.0 * sigmoid(v, -46.56, 44.14)};
  }
  static __attribute__((always_inline)) Vec open(const Vec* x) { return x[0]; }
};

/// Transient potassium, Korngreen & Sakmann 2000: m⁴ h.
struct KT {
  static constexpr int gates = 2;
  static constexpr double q10 = 2.3, reference_celsius = 21.0;
  static constexpr Ion ion = Ion::k;
  static __attribute__((always_inline)) void rates(Vec v, double q, Gate* gate) {
    const Vec m = (v + 71.0) / 59.0, h = (v + 73.0) / 23.0;
    gate[0] = {sigmoid(v, -47.0, 29.0), (0.34 + 0.92 * exp(-(m * m))) / q};
    gate[1] = {sigmoid(v, -66.0, -10.0), (8.0 + 49.0 * exp(-(h * h))) / q};
  }
  static __attribute__((always_inline)) Vec open(const Vec* x) {
    const Vec square = x[0] * x[0];
    return square * square * x[1];
  }
};

}  // namespace cell::engine
