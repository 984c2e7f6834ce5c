// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "tutti/elements.hpp"

namespace tutti::transport {

/// Where each element of one set stands in a larger one: a contiguous or strided run of places
/// where that is all it takes, else a list. What packs and unpacks signals.
class IndexMap {
 public:
  IndexMap() = default;
  /// Requires every element of `part` to be in `whole`.
  IndexMap(const Elements& part, const Elements& whole);

  std::size_t size() const { return count_; }
  /// The parts are the whole, in order.
  bool identity() const { return identity_; }

  /// Where the parts begin, if they follow each other.
  std::optional<std::size_t> run() const {
    return places_.empty() && (stride_ == 1 || count_ < 2) ? std::optional{first_} : std::nullopt;
  }

  /// to[k] = from[place k]
  template <typename To>
  void gather(std::span<const double> from, To* to) const {
    visit([&](std::size_t k, std::size_t place) { to[k] = static_cast<To>(from[place]); });
  }
  /// to[k] = from[place first + k] for `count` of them
  template <typename To>
  void gather(std::span<const double> from, std::size_t first, std::size_t count, To* to) const {
    if (!places_.empty())
      for (std::size_t k = 0; k < count; ++k) to[k] = static_cast<To>(from[places_[first + k]]);
    else if (const double* next = from.data() + first_ + first * stride_; stride_ == 1)
      for (std::size_t k = 0; k < count; ++k) to[k] = static_cast<To>(next[k]);
    else
      for (std::size_t k = 0; k < count; ++k) to[k] = static_cast<To>(next[k * stride_]);
  }
  /// to[place k] = scale · from[k]
  template <typename From>
  void scatter(const From* from, std::span<double> to, double scale) const {
    if (scale == 1.0)
      visit([&](std::size_t k, std::size_t place) { to[place] = static_cast<double>(from[k]); });
    else
      visit([&](std::size_t k, std::size_t place) {
        to[place] = scale * static_cast<double>(from[k]);
      });
  }

  /// Calls `f(k, place)` in ascending order.
  template <typename F>
  void visit(F&& f) const {
    if (!places_.empty()) {
      for (std::size_t k = 0; k < count_; ++k) f(k, places_[k]);
    } else if (stride_ == 1) {
      for (std::size_t k = 0; k < count_; ++k) f(k, first_ + k);
    } else {
      for (std::size_t k = 0; k < count_; ++k) f(k, first_ + k * stride_);
    }
  }

 private:
  std::size_t first_ = 0, count_ = 0, stride_ = 1;
  bool identity_ = false;
  std::vector<std::uint32_t> places_;
};

}  // namespace tutti::transport
