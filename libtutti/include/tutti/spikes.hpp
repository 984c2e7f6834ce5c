// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>

#include "tutti/port.hpp"
#include "tutti/time.hpp"

namespace tutti {

/// How a spike of unit weight is one 64-bit key, (t - begin) << element bits | (element - base):
/// the order of keys is the order of spikes.
struct SpikeCode {
  Time begin{};  ///< Of the frame, or where that is what counts, its arrival.
  std::uint64_t base = 0;
  unsigned element_bits = 0;  ///< below 64

  Spike decode(std::uint64_t key) const {
    return {begin + Duration{static_cast<std::int64_t>(key >> element_bits)},
            (key & ((std::uint64_t{1} << element_bits) - 1)) + base, 1.0};
  }
  friend bool operator==(const SpikeCode&, const SpikeCode&) = default;
};

/// The spikes of one window, sorted: a range to read, whose memory belongs to the port. Spikes come
/// out by value, since most of them only exist as keys until they are looked at.
class Spikes {
 public:
  class iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = Spike;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Spike;

    iterator() = default;
    iterator(const Spikes& spikes, std::size_t at) : spikes_{&spikes}, at_{at} {}
    Spike operator*() const { return (*spikes_)[at_]; }
    Spike operator[](std::ptrdiff_t n) const { return *(*this + n); }
    iterator& operator++() { return *this += 1; }
    iterator& operator--() { return *this += -1; }
    iterator operator++(int) { return std::exchange(*this, *this + 1); }
    iterator operator--(int) { return std::exchange(*this, *this - 1); }
    iterator& operator+=(std::ptrdiff_t n) {
      at_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at_) + n);
      return *this;
    }
    iterator& operator-=(std::ptrdiff_t n) { return *this += -n; }
    friend iterator operator+(iterator i, std::ptrdiff_t n) { return i += n; }
    friend iterator operator+(std::ptrdiff_t n, iterator i) { return i += n; }
    friend iterator operator-(iterator i, std::ptrdiff_t n) { return i -= n; }
    friend std::ptrdiff_t operator-(const iterator& a, const iterator& b) {
      return static_cast<std::ptrdiff_t>(a.at_) - static_cast<std::ptrdiff_t>(b.at_);
    }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }
    friend auto operator<=>(const iterator& a, const iterator& b) { return a.at_ <=> b.at_; }

   private:
    const Spikes* spikes_ = nullptr;
    std::size_t at_ = 0;
  };

  Spikes() = default;
  Spikes(std::span<const std::uint64_t> keys, const SpikeCode& code)
      : keys_{keys.data()}, count_{keys.size()}, code_{code} {}
  explicit Spikes(std::span<const Spike> spikes) : spikes_{spikes.data()}, count_{spikes.size()} {}

  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  Spike operator[](std::size_t n) const {
    if (spikes_ != nullptr) return spikes_[n];
    __builtin_prefetch(keys_ + n + ahead);
    return code_.decode(keys_[n]);
  }
  Spike front() const { return (*this)[0]; }
  Spike back() const { return (*this)[count_ - 1]; }
  iterator begin() const { return {*this, 0}; }
  iterator end() const { return {*this, count_}; }

 private:
  /// Keys lie where another core wrote them: that far ahead they are asked for. [keys]
  static constexpr std::size_t ahead = 128;

  const std::uint64_t* keys_ = nullptr;
  const Spike* spikes_ = nullptr;  ///< Instead of keys, where weights or several sources need it.
  std::size_t count_ = 0;
  SpikeCode code_;
};

}  // namespace tutti
