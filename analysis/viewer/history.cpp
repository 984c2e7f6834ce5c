// SPDX-License-Identifier: MIT
#include "history.hpp"

namespace viewer {
namespace {

/// The items of `block` in (after, until], added to `to`.
void take(const Block& block, Time after, Time until, Block& to) {
  const auto place = [&](Time t) {
    return std::ranges::upper_bound(block.times, ticks(t)) - block.times.begin();
  };
  const auto first = place(after), end = std::max(first, place(until));
  if (to.times.empty()) to.index = block.index + static_cast<std::uint64_t>(first);
  to.times.insert(to.times.end(), block.times.begin() + first, block.times.begin() + end);
  if (block.width == 0) {
    to.elements.insert(to.elements.end(), block.elements.begin() + first,
                       block.elements.begin() + end);
  } else {
    const auto width = static_cast<std::ptrdiff_t>(block.width);
    to.values.insert(to.values.end(), block.values.begin() + first * width,
                     block.values.begin() + end * width);
  }
}

}  // namespace

void History::add(Block block) {
  block.index = next_index_;
  next_index_ += block.times.size();
  bytes_ += block.bytes();
  blocks_.push_back(std::move(block));
  while (bytes_ > budget_ && blocks_.size() > 1) {
    bytes_ -= blocks_.front().bytes();
    blocks_.pop_front();
  }
}

std::optional<Block> History::read(Time after, Time until, std::size_t most) const {
  auto it = std::ranges::upper_bound(blocks_, after, {}, &Block::to);
  if (it == blocks_.end() || it->from >= until) return std::nullopt;
  Block result;
  result.width = it->width;
  result.from = std::max(after, it->from);
  for (; it != blocks_.end() && it->from < until && it->width == result.width; ++it) {
    take(*it, after, until, result);
    result.to = std::min(until, it->to);
    result.lost = it->lost;
    if (result.times.size() + result.values.size() >= most) break;
  }
  return result;
}

}  // namespace viewer
