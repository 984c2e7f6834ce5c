// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "block_solver.hpp"
#include "expressions.hpp"
#include "network.hpp"

namespace rxd {

/// What flows into one unknown from outside its set of points, beside its source, as time goes on:
/// at t it is constant + t (linear + t quadratic) [mM um3/ms].
struct Inflow {
  std::size_t point = 0;     ///< within its balance
  std::size_t variable = 0;  ///< which diffuses
  double constant = 0, linear = 0, quadratic = 0;

  /// The same counted from a later instant [ms].
  Inflow from(double later_ms) const {
    return {point, variable, constant + later_ms * (linear + later_ms * quadratic),
            linear + 2 * later_ms * quadratic, quadratic};
  }
  double rate(double at_ms) const { return constant + at_ms * (linear + at_ms * quadratic); }
};

/// The balance equations of a set of points of one tree, be it all of them or a part: what each
/// point holds, how it passes on to its parent, what reacts there and what flows in.
///
/// Arrays of unknowns are [variables][points], so that one loop runs over all of them.
struct Balance {
  explicit Balance(const Network& of);
  Balance(const Balance&) = delete;  // the inputs of expressions point into it
  Balance& operator=(const Balance&) = delete;

  std::size_t points() const { return parent.size(); }
  std::size_t unknowns() const { return value.size(); }
  double* row(std::vector<double>& of, std::size_t k) const { return of.data() + k * points(); }

  /// To be called when parents, sizes and conductances have been set and before anything else.
  void set_up();
  /// Makes this the balance of some points of another, ascending by number, with its `values`. What
  /// would pass to or from the others does not: it has to be among the inflows. Those that the
  /// whole has are taken over, counted from `at_ms`.
  void take(const Balance& whole, const std::vector<double>& values,
            std::span<const std::size_t> chosen, double at_ms);

  /// The matrix size × inverse_step - (derivatives of diffusion); evaluate(true) takes off those of
  /// the processes, after which it may be factored.
  void begin_matrix(double inverse_step);
  /// `change`: sources, inflows at `at_ms`, diffusion and processes at the present values
  /// [mM um3/ms].
  void evaluate(bool slopes, double at_ms = 0);
  /// The same without slopes, inflows and diffusion.
  void evaluate_processes();
  /// What one variable's diffusion brings into a point from its parent, if these are its values
  /// [mM um3/ms].
  double passing(std::size_t variable, std::size_t point, std::span<const double> values) const {
    const std::size_t first = variable * points();
    return conductance[first + point] *
           (values[first + static_cast<std::size_t>(parent[point])] - values[first + point]);
  }

  const Network& network;
  std::vector<std::ptrdiff_t> parent;  ///< below its own number; of roots 0, with conductance 0
  std::vector<double> size;         ///< of a variable's region [um3 or um2]; 0 where it is absent
  std::vector<double> conductance;  ///< [mobile][points], to the parent [um3/ms]
  std::vector<double> total_conductance;  ///< to all neighbours, of each unknown
  std::vector<double> process_size;  ///< [processes][points]: 0 where one of its species is absent
  std::vector<double> position;      ///< [positions][points]; see Network::positions
  std::vector<double> driven;        ///< [driven parameters][points]
  std::vector<double> held;          ///< a bath's size, or 0; empty if there is no boundary
  std::vector<double> value;         ///< [mM]
  std::vector<double> source;        ///< [mM um3/ms]
  std::vector<Inflow> inflows;
  std::vector<double> change;         ///< a right side, then what a solver makes of it
  std::vector<const double*> inputs;  ///< of expressions: rows of values, positions and driven
  BlockSolver solver;
  Program::Workspace with_slopes, rates_alone;

 private:
  void add_diffusion();
  void add_processes(bool slopes);

  std::vector<double> flux_;        // of one variable from each point's parent
  std::vector<std::size_t> place_;  // where each point of the whole came to be
};

}  // namespace rxd
