// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tutti {

/// first, first + stride, …, count of them. Requires count > 0 and stride > 0.
struct ElementRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t stride = 1;
  constexpr std::uint64_t last() const { return first + (count - 1) * stride; }
  friend constexpr bool operator==(const ElementRange&, const ElementRange&) = default;
};

/// An ascending set of element numbers: neurons of a spike port, segments, voxels or electrodes of
/// a signal. Kept as ranges whose spans do not overlap, so that block and round-robin distributions
/// of any size cost a few words; a set without such structure costs 32 bytes an element.
class Elements {
 public:
  Elements() = default;
  static Elements range(std::uint64_t first, std::uint64_t count) {
    return strided(first, count, 1);
  }
  static Elements strided(std::uint64_t first, std::uint64_t count, std::uint64_t stride);
  /// From numbers in any order, doubles removed.
  static Elements of(std::vector<std::uint64_t> numbers);
  /// From ranges as they came over the wire. Throws Error{protocol} unless they are ascending with
  /// spans that do not overlap and hold at most `most` elements.
  static Elements from_ranges(std::vector<ElementRange> ranges, std::uint64_t most = 1ULL << 40);

  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::uint64_t front() const { return ranges_.front().first; }  ///< Requires !empty().
  std::uint64_t back() const { return ranges_.back().last(); }   ///< Requires !empty().
  bool contains(std::uint64_t element) const { return index_of(element).has_value(); }
  /// The place of `element` in ascending order, if it is in the set.
  std::optional<std::uint64_t> index_of(std::uint64_t element) const;
  /// The element at a place. Requires index < size().
  std::uint64_t at(std::uint64_t index) const;
  std::span<const ElementRange> ranges() const { return ranges_; }
  std::vector<std::uint64_t> numbers() const;

  /// Calls `visit(element)` in ascending order.
  template <typename F>
  void for_each(F&& visit) const {
    for (const auto& r : ranges_)
      for (std::uint64_t k = 0; k < r.count; ++k) visit(r.first + k * r.stride);
  }

  Elements shifted(std::int64_t offset) const;
  friend Elements intersection(const Elements& a, const Elements& b);
  friend Elements difference(const Elements& a, const Elements& b);  ///< In a, not in b.
  friend Elements united(const Elements& a, const Elements& b);
  friend bool operator==(const Elements& a, const Elements& b) { return a.ranges_ == b.ranges_; }

 private:
  void append(std::uint64_t element);  // ascending
  void append(const ElementRange& range);
  void seal();

  std::vector<ElementRange> ranges_;
  std::vector<std::uint64_t> before_;  // how many elements precede each range
  std::uint64_t size_ = 0;
};

/// "0..9, 20, 30..90 by 10": for messages, at most `most` ranges.
std::string to_string(const Elements& elements, std::size_t most = 4);

}  // namespace tutti
