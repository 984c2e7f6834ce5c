// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <functional>
#include <span>

namespace rxd {

/// How a slab talks with the slabs below and above it; the default stands alone. What one sends the
/// other receives, in order and of the same size. Sending does not wait for the other to receive.
class Links {
 public:
  virtual ~Links() = default;
  virtual bool below() const { return false; }
  virtual bool above() const { return false; }
  virtual void send_below(std::span<const double>) {}
  virtual void send_above(std::span<const double>) {}
  virtual void receive_below(std::span<double>) {}
  virtual void receive_above(std::span<double>) {}
  /// The largest of what all slabs give; collective. No slab may give NaN.
  virtual double largest(double mine) { return mine; }
};

/// Runs tasks 0 … count - 1, each of which touches nothing that another one does, maybe on threads.
using Runner = std::function<void(std::size_t count, const std::function<void(std::size_t)>& task)>;

/// Runs them one after another.
inline Runner in_turn() {
  return [](std::size_t count, const std::function<void(std::size_t)>& task) {
    for (std::size_t i = 0; i < count; ++i) task(i);
  };
}

}  // namespace rxd
