// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

#include "separate.hpp"

/// Sweeps along trees of numbers, for Separate. `g` and `conductance` are to each point's `parent`,
/// which has a lower number; of the root it is not read.
namespace rxd::kernels {

/// Adds to `right` what diffuses at the present `value`, solves with the factors `inverse` and `up`
/// (conductance × inverse), adds the result to `value` and leaves it in `right`. Gives a sum that
/// is finite if all results are.
double sweep_tree(std::size_t count, const double* g, const std::ptrdiff_t* parent,
                  const double* inverse, const double* up, double* right, double* value);
/// The same of points that have no neighbours.
double sweep_points(std::size_t count, const double* inverse, double* right, double* value);

/// Eliminates a matrix with `diagonal` + (pole - 1) `stored` for each pole; `conductance` may be
/// null, where nothing diffuses.
void factor_poles(std::size_t count, const double* diagonal, const double* stored,
                  const double* conductance, const std::ptrdiff_t* parent,
                  Separate::Lanes* inverse);
/// Adds to `value` the weighted sum over poles of what solves these matrices for `right`; `work` is
/// as long as they are. Gives a sum that is finite if all results are.
double sweep_poles(std::size_t count, const double* conductance, const std::ptrdiff_t* parent,
                   const Separate::Lanes* inverse, const double* right, Separate::Lanes* work,
                   double* value);

}  // namespace rxd::kernels
