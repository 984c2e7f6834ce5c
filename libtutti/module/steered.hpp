// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

#include "tutti/control/messages.hpp"
#include "tutti/state.hpp"

namespace tutti::module {

/// What people gave to one input of this rank: kept until the window that takes it, and signals for
/// as long as they last.
class Steered {
 public:
  void add(control::Inject inject) { pending_.push_back(std::move(inject)); }
  bool any() const { return !pending_.empty() || !held_.empty(); }

  /// What takes effect in the window that begins at `begin`; it is told once.
  std::vector<control::Inject> due(Time begin);

  /// Signals: what is read at `begin` from here on.
  void hold(Time begin);
  /// Lays held values over `values`, one per element of `elements`, ascending.
  void apply(const Elements& elements, std::span<double> values) const;
  /// For checkpoints.
  void visit(Fields& fields);

 private:
  struct Held {
    Elements elements;  // empty: all
    double value;
    bool add;
    Time until;
  };
  std::vector<control::Inject> pending_;
  std::vector<Held> held_;  // in the order in which they came: the last one counts
};

/// One spike to each of the elements that are meant among `wanted`, as early in the window that
/// begins at `begin` as can be; by element.
std::vector<Spike> spikes_of(const std::vector<control::Inject>& injects, const Elements& wanted,
                             Time begin);

}  // namespace tutti::module
