// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

#include "app/model.hpp"
#include "forward/rows.hpp"
#include "tutti/ports.hpp"

namespace lfp {

/// What one rank reads off membrane currents: potentials, current source density and dipole, as
/// rows of factors that either the source of the currents or this process applies.
class Readout {
 public:
  /// What is wanted of this rank: electrodes, inner contacts, and whether the dipole.
  struct Wanted {
    tutti::Elements potential, csd;
    bool dipole = false;
  };

  /// Takes the geometry from the table of `current`, and tells it what it needs. Before the first
  /// window. Throws std::invalid_argument where something lies outside the tissue.
  Readout(const Model& model, Wanted wanted, tutti::SignalInput& current);

  /// Reads the currents at `t`. Valid until the next call: one value per wanted thing.
  void read(tutti::Time t);
  std::span<const double> potential() const { return part(0, wanted_.potential.size()); }
  std::span<const double> csd() const { return part(wanted_.potential.size(), wanted_.csd.size()); }
  std::span<const double> dipole() const {
    return part(wanted_.potential.size() + wanted_.csd.size(), wanted_.dipole ? 3 : 0);
  }

 private:
  std::span<const double> part(std::size_t first, std::size_t count) const {
    return std::span{values_}.subspan(first, count);
  }
  /// What a row's sums are multiples of, on their way.
  double unit_of(std::size_t row) const;
  void project(const Rows& rows, const tutti::ElementTable& table);

  Wanted wanted_;
  tutti::SignalInput* current_;
  bool at_source_;
  Rows rows_;  // where we multiply
  std::vector<double> values_;
};

}  // namespace lfp
