// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>

#include "inlets.hpp"
#include "tutti/error.hpp"

namespace tutti::module {
namespace {

struct LetterHead {
  std::int64_t tick;
  std::uint32_t media_type;
  std::uint32_t reserved;
  std::uint64_t size;
};

}  // namespace

void MessageEar::connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
                         const Elements& shared) {
  Ear::connect(rank, std::move(receiver), shared);
  queues_.emplace_back();
}

void MessageEar::take_in(std::size_t v, const transport::FrameHeader& header,
                         std::span<const std::byte> bytes, Window) {
  for (std::uint32_t k = 0; k < header.count; ++k) {
    LetterHead head;
    if (bytes.size() < sizeof head)
      throw Error{Fault::protocol, "{}: a message that is cut off", connection_.from()};
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes = bytes.subspan(sizeof head);
    if (head.media_type > bytes.size() || head.size > bytes.size() - head.media_type)
      throw Error{Fault::protocol, "{}: a message that is cut off", connection_.from()};
    Letter letter{time_of(head.tick) + connection_.delay, voices_[v].rank, {}, {}};
    letter.media_type.assign(reinterpret_cast<const char*>(bytes.data()), head.media_type);
    bytes = bytes.subspan(head.media_type);
    letter.bytes.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(head.size));
    bytes = bytes.subspan(head.size);
    queues_[v].push_back(std::move(letter));
  }
  voices_[v].receiver->drop();
}

std::vector<Letter> MessageEar::take(Window window) {
  std::vector<Letter> letters;
  for (auto& queue : queues_)
    while (!queue.empty() && queue.front().arrival <= window.end) {
      letters.push_back(std::move(queue.front()));
      queue.pop_front();
    }
  std::ranges::stable_sort(letters, {}, [](const Letter& l) {
    return std::pair{l.arrival, l.source_rank};
  });
  return letters;
}

}  // namespace tutti::module
