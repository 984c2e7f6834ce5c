// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "balance.hpp"
#include "rosenbrock.hpp"

namespace rxd {

/// Advances a balance in steps of its own choice, short ones only where something happens.
///
/// A step is taken everywhere at once. Where its error is too large, and around there, those points
/// are taken again on their own in shorter steps, and so on in turn (Savcenko, Hundsdorfer and
/// Verwer 2007, BIT 47). Into that part flows what the long step let through its rim, so that what
/// leaves the one side arrives at the other to the last digit. Where the part, done again, no
/// longer agrees with the long step near the rim, the long step was too long and is taken back; a
/// part that costs more than short steps of all would have is given up.
class Multirate {
 public:
  explicit Multirate(Balance& whole);

  /// Advances by `length_ms` such that the estimated error of each point and step stays below
  /// `tolerance` times a value and its species' scale. False if no step is short enough; the
  /// estimate() of the last is then what was wrong.
  bool advance(double length_ms, double tolerance);
  /// The steps that it would like next, for checkpoints; see Cable::visit.
  template <typename Fields>
  void visit(Fields& fields) {
    std::size_t count = levels_.size();
    fields(count);
    while (levels_.size() < count) add_level();
    for (auto& level : levels_) fields(level->own_step_ms), fields(level->wholes);
  }
  const std::vector<double>& estimate() const { return levels_.front()->rosenbrock.estimate(); }
  /// Steps so far, of all points or some.
  std::size_t steps() const { return steps_; }
  /// Points in all these steps together.
  std::size_t points() const { return points_; }

 private:
  struct Level {
    std::unique_ptr<Balance> own;  // of a part; the whole belongs to somebody else
    Balance* balance = nullptr;
    Rosenbrock rosenbrock;
    double own_step_ms = 0;           // that it would like next
    int wholes = 0;                   // steps that are to be taken without parts
    std::vector<std::size_t> chosen;  // its points, as the level above numbers them
  };

  void add_level();
  double spent() const;
  bool cover(std::size_t depth, double length_ms);
  bool choose(std::size_t depth);
  double again(std::size_t depth, double at_ms, double step_ms, double error);
  void let_in(const Level& level, double step_ms, Level& part) const;
  double disagreement(const Level& level, const Level& part) const;

  std::vector<std::unique_ptr<Level>> levels_;
  std::vector<std::size_t> distance_;  // of each point from one whose error is too large
  double tolerance_ = 0;
  double limit_ = 0;  // of spent(), beyond which a part is given up
  std::size_t steps_ = 0, points_ = 0;
};

}  // namespace rxd
