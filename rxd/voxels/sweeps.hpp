// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#include "voxels/lattice.hpp"
#include "voxels/octet.hpp"

/// Loops over octets in the widest instructions that the processor has; each result is made of the
/// same operations in the same order whatever their width.
namespace rxd::sweeps {

/// What the neighbours along each axis give to the voxels of an octet, per difference of
/// concentrations [1/ms].
struct Stencil {
  Octet low[3], high[3];
};
/// One row each of eight tridiagonal systems after elimination: y = inverse r + low y_before, then
/// x = y + high x_after.
struct Line {
  Octet inverse, low, high;
};
/// Likewise for an octet each of eight rows along the first axis; the octets hold the rows.
struct Tile {
  Line line[Octet::lanes];
};

/// to = factor × what diffuses into each voxel of [begin, end).
void diffuse(std::uint32_t begin, std::uint32_t end, const Lattice& lattice,
             const std::uint32_t* kind, const Stencil* stencils, double factor, const Octet* value,
             Octet* to);
/// Solves along the first axis, in place, for a group of rows; `scratch` holds 8 octets a step.
void along_rows(const Lattice::Step* steps, std::uint32_t count, const std::uint32_t* kind,
                const Tile* tiles, Octet* x, Octet* scratch);
/// The way up and the way down of elimination along the second or third axis.
void forward(std::uint32_t begin, std::uint32_t end, const std::uint32_t* before,
             const std::uint32_t* kind, const Line* lines, Octet* x);
void backward(std::uint32_t begin, std::uint32_t end, const std::uint32_t* after,
              const std::uint32_t* kind, const Line* lines, Octet* x);
/// The way down, which also adds the result to `value`.
void backward_and_add(std::uint32_t begin, std::uint32_t end, const std::uint32_t* after,
                      const std::uint32_t* kind, const Line* lines, Octet* x, Octet* value);

}  // namespace rxd::sweeps
