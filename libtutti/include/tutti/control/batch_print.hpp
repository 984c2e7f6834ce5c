// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "tutti/control/tap.hpp"

namespace tutti::tap {

/// A batch in its wire form, for any number of observers: what it holds is encoded once, and each
/// one's copy differs in the subscription's id and sequence number only.
class BatchPrint {
 public:
  explicit BatchPrint(const Batch& batch);
  ~BatchPrint();
  BatchPrint(BatchPrint&&) noexcept;
  BatchPrint& operator=(BatchPrint&&) noexcept;

  /// The size of a copy [bytes].
  std::size_t size() const { return size_; }
  /// Writes one observer's copy: what encode() makes of the batch with this id and sequence number.
  /// Requires `to` to have size() bytes.
  void copy(std::uint32_t id, std::uint64_t sequence, std::span<std::byte> to);

 private:
  struct Type;
  std::unique_ptr<Type> type_;
  std::size_t size_ = 0;
};

}  // namespace tutti::tap
