// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

/// Loops over points in the widest instructions that the processor has. Every result is made of the
/// same operations in the same order, none of them fused, so the bytes are the same everywhere.
namespace rxd::kernels {

/// y -= f x
void subtract_product(std::size_t count, double* y, const double* f, const double* x);
/// y += f x
void add_multiple(std::size_t count, double* y, double f, const double* x);
/// y += f m x
void add_weighted(std::size_t count, double* y, double f, const double* m, const double* x);
/// y *= x
void multiply(std::size_t count, double* y, const double* x);
/// y = m x where m > 0, else 0 (x may then be anything, infinite or not a number).
void weigh(std::size_t count, double* y, const double* m, const double* x);
/// to = g (v of the parent - v), the flux that comes from each parent.
void fluxes(std::size_t count, double* to, const double* g, const double* v,
            const std::ptrdiff_t* parent);
/// y += x; the largest |x| / (|y| + scale), or NaN where that appears.
double add_and_measure(std::size_t count, double* y, const double* x, double scale);
/// y += x; most = the larger of itself and |x| / (|y| + scale) × weight. Whether all were numbers.
bool add_and_compare(std::size_t count, double* y, const double* x, double scale, double weight,
                     double* most);
/// Sums over the first `terms` (at most 5) of k: y = base + sum a_j k_j, and stored = m sum c_j
/// k_j.
void combine(std::size_t count, std::size_t terms, const double* const* k, const double* a,
             const double* c, const double* base, const double* m, double* y, double* stored);

}  // namespace rxd::kernels
