// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "voxels/lattice.hpp"
#include "voxels/links.hpp"
#include "voxels/sweeps.hpp"

namespace rxd {

/// What diffusion couples: for each octet, by axis, the conductance of each voxel's face towards
/// the next one [um3/ms], and volumes [um3]; 0 where there is nothing to flow.
struct Conductances {
  std::array<std::vector<Octet>, 3> next;  ///< [octets], ghosts included
  std::vector<Octet> volume;               ///< [octets]; 0: the row of this voxel stays 0
};

/// Diffusion of one species on a lattice: its fluxes, and three factors, one per axis, that
/// together stand for the implicit operator (Douglas and Gunn 1964).
///
/// Octets that are alike share one set of coefficients, so that inside a shape they stay in the
/// nearest cache.
class Diffuser {
 public:
  Diffuser(const Lattice& lattice, const Conductances& conductances);

  /// Prepares to solve (1 - h D_x)(1 - h D_y)(1 - h D_z), with h [ms]. Collective over slabs.
  void factor(double h_ms, Links& links);
  double factored_for() const { return h_ms_; }

  /// to = factor × what diffuses into the voxels of a batch [mM].
  void diffuse(const Lattice::Batch& batch, double factor, const Octet* value, Octet* to) const;
  /// Solves along the first two axes, in place, within a batch.
  void within_planes(const Lattice::Batch& batch, Octet* x) const;
  /// The way up and the way down along the third axis of one tile of columns. Between slabs, the
  /// ghosts of x hold what the neighbour has found.
  void up(std::size_t tile, Octet* x) const;
  void down_and_add(std::size_t tile, Octet* x, Octet* value) const;
  void down(std::size_t tile, Octet* x) const;
  /// How fast a voxel would empty itself into empty neighbours [1/ms]; slot: octet × 8 + lane.
  double decay(std::size_t slot) const;

 private:
  void factor_rows(double h_ms);
  void factor_columns(double h_ms, std::size_t axis, const std::vector<std::uint32_t>& before,
                      std::vector<Octet>& high, std::uint32_t begin, std::uint32_t end);

  const Lattice& lattice_;
  double h_ms_ = 0;
  std::vector<std::uint32_t> stencil_kind_, y_kind_, z_kind_, tile_kind_;
  std::vector<sweeps::Stencil> stencils_;
  std::vector<sweeps::Line> y_lines_, z_lines_;
  std::vector<sweeps::Tile> tiles_;
};

}  // namespace rxd
