// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/specification.hpp"
#include "tutti/element_table.hpp"
#include "tutti/state.hpp"

namespace tutti::rxd_app {

/// What a model is computed on: cables or voxels. Inputs act on its elements; n counts those of
/// this rank. Results depend neither on ranks nor on threads.
class Medium {
 public:
  virtual ~Medium() = default;

  /// The segments on which inputs act, those of this rank.
  virtual const Elements& elements() const = 0;
  /// Those of them where a variable's region is.
  virtual Elements where(std::size_t variable) const = 0;
  /// Those of them at which a boundary holds a variable.
  virtual Elements held(std::size_t variable) const = 0;
  /// What flows into a variable until it is set again [amol/ms], by element of this rank.
  virtual void set_sources(std::size_t variable, std::span<const double> amount_per_ms) = 0;
  /// Sets a driven parameter, or what a boundary holds a variable at, at the n-th element.
  virtual void set_driven(std::size_t parameter, std::size_t n, double value) = 0;
  virtual void set_held(std::size_t variable, std::size_t n, double value) = 0;

  /// Advances all. Throws Error{model} that names place, species and cause where a step fails or a
  /// concentration becomes negative.
  virtual void advance(double from_ms, double length_ms, const Stepping& stepping) = 0;

  /// Everything that time has changed, for checkpoints; not what is set anew before each advance().
  virtual void visit(State& state) = 0;

  /// What an output offers on this rank, where its choice says and its variable's region is.
  virtual ElementTable offer(const ConcentrationOutput& output, std::size_t variable) const = 0;
  /// Values of a variable at what was offered, in its order.
  virtual void read(const ConcentrationOutput& output, std::size_t variable, const Elements& at,
                    std::span<double> values) const = 0;

  /// Sums are kept by part (cell, or plane of voxels), ascending over all ranks: their numbers.
  virtual const std::vector<std::int64_t>& parts() const = 0;
  /// The part (by index) that accounts for the n-th element; parts().size(): another rank does.
  virtual std::size_t part_of(std::size_t n) const = 0;
  /// What a variable amounts to in each of this rank's parts [amol].
  virtual std::vector<double> amounts(std::size_t variable) const = 0;
};

}  // namespace tutti::rxd_app
