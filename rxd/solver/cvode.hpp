// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

namespace rxd {

class Cable;

/// Steps one cable with SUNDIALS CVODE: backward differentiation of order 1 to 5 and variable step,
/// Newton's method with the exact derivatives, and the cable's own tree solver as linear solver.
///
/// Points without volume are no unknowns of it: their balance is solved exactly each time. The
/// history is kept from call to call and begun anew only where something was set from outside.
class Cvode {
 public:
  explicit Cvode(Cable& cable);
  ~Cvode();
  Cvode(const Cvode&) = delete;
  Cvode& operator=(const Cvode&) = delete;

  /// Advances the cable by dt [ms]. Steps may reach beyond and are interpolated back; where `anew`,
  /// values or sources have changed since the last call. Throws Error where CVODE gives up.
  void advance(double dt_ms, double tolerance, bool anew);
  /// Steps taken since the beginning.
  long steps() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace rxd
