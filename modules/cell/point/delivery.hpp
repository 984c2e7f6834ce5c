// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cell::point {

/// A connection on its way into a table of synapses.
struct Contact {
  std::uint32_t source = 0;  ///< Place among the sources.
  std::uint32_t target = 0;  ///< Place among the neurons of the part, plus receptor × stride.
  double weight = 0;         ///< Static ones are kept in single precision.
  std::uint64_t delay = 0;   ///< [steps] Of static ones 65534 at most.
};

/// The static synapses of one projection onto one part: rows by source, in each row ordered by
/// delay and then target. Where weights or delays are all alike they are not stored: 4 bytes a
/// synapse, else up to 10.
class SynapseTable {
 public:
  /// How a table is filled: `contacts` calls its argument for every contact, the same each time it
  /// is called. It is called twice, to count and to fill, so that nothing else is ever stored.
  using Source = std::function<void(const std::function<void(const Contact&)>&)>;

  SynapseTable(std::size_t sources, const Source& contacts);

  std::uint64_t size() const { return target_.size(); }
  std::size_t bytes() const;
  std::uint16_t longest_delay() const { return longest_; }
  std::uint16_t shortest_delay() const { return shortest_; }
  /// Synapses of one source.
  std::uint64_t row_size(std::size_t source) const { return row_[source + 1] - row_[source]; }
  Contact at(std::size_t source, std::uint64_t k) const;

  /// A spike of `source` at `instant`: adds each weight to slot (instant + delay) & mask of `ring`,
  /// which is [slot][width].
  /// Weights count `scale` times.
  void deliver(std::size_t source, std::uint64_t instant, double* ring, std::size_t width,
               std::uint64_t mask, double scale = 1) const;

 private:
  void sort_rows();

  std::vector<std::uint64_t> row_;
  std::vector<std::uint32_t> target_;
  std::vector<float> weight_;         // empty: all `one_weight_`
  std::vector<std::uint16_t> delay_;  // empty: all `longest_`
  double one_weight_ = 0;
  std::uint16_t longest_ = 0, shortest_ = 0xFFFF;
};

}  // namespace cell::point
