// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "network.hpp"

namespace rxd {

/// A linear system on trees: a dense block per point (variables × variables) and, between a
/// point and its parent, minus a conductance for each mobile variable. Solved exactly in one sweep
/// up and one down.
///
/// The immobile variables are eliminated point by point in loops over points, then the groups of
/// mobile variables one after another, each by block elimination in tree order (Hines 1984, with
/// blocks for scalars). There is no pivoting: the blocks of chemistry with a time step are
/// dominated by their columns, and a block that is singular all the same shows as a result that is
/// not finite.
class BlockSolver {
 public:
  explicit BlockSolver(const Network& network);
  /// Before anything else: `parent[i]` < i, or 0 for a root; `conductance` is [mobile][points], of
  /// each point to its parent, 0 for a root.
  void set_tree(std::span<const std::ptrdiff_t> parent, std::span<const double> conductance);

  std::size_t points() const { return parent_.size(); }
  /// Entry (row, column) of all points: [points]. Only filled entries exist.
  double* entry(std::size_t row, std::size_t column) {
    return &matrix_[slot_[row * n_ + column] * points()];
  }
  bool filled(std::size_t row, std::size_t column) const {
    return slot_[row * n_ + column] != none;
  }
  /// Makes all entries zero, before a matrix is put together.
  void clear();
  /// Eliminates; the entries are overwritten.
  void factor();
  /// Solves in place; `x` is [variables][points], the right side before and the solution after.
  void solve(std::span<double> x) const;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct Group {
    std::size_t begin, end;
    // [points][size][size]: of the eliminated block, and times the conductance from either side
    std::vector<double> inverse, upward, downward;
  };
  const double* entry(std::size_t row, std::size_t column) const {
    return &matrix_[slot_[row * n_ + column] * points()];
  }
  template <std::size_t size>
  void factor_group(Group& group);
  template <std::size_t size>
  void solve_group(const Group& group, double* x) const;
  void factor_large(Group& group);
  void solve_large(const Group& group, double* x) const;

  std::size_t n_;
  std::size_t mobile_;
  std::size_t entries_ = 0;
  std::vector<std::ptrdiff_t> parent_;
  std::vector<double> conductance_;
  std::vector<std::size_t> slot_;
  std::vector<double> matrix_;  // [filled entry][points]
  std::vector<Group> groups_;
};

}  // namespace rxd
