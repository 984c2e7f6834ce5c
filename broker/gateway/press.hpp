// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>

#include "reader.hpp"
#include "tutti/control/batch_print.hpp"

namespace tutti::gateway {

/// Batches of one round, each made once: observers who wish for the same and are equally far get
/// copies of one print, which cost a tenth of making another.
class Press {
 public:
  /// The next batch of a reader of stream `number`, which goes on behind it; nullptr: nothing new.
  /// Valid until the next call.
  tap::BatchPrint* next(std::uint32_t number, const Stream& stream, Reader& reader);
  /// Another round: streams have gone on.
  void clear() { sheets_.clear(), bytes_ = 0; }

 private:
  struct Sheet {
    std::uint32_t stream = 0;
    StreamSpec wish;
    Reader::Progress before, after;
    tap::BatchPrint print;
  };
  std::deque<Sheet> sheets_;
  std::size_t bytes_ = 0;
};

}  // namespace tutti::gateway
