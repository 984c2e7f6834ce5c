// SPDX-License-Identifier: MIT
#include <thread>
#include <vector>

#include "test.hpp"
#include "transport/frame.hpp"
#include "transport/ring_channel.hpp"
#include "tutti/random.hpp"

using namespace tutti;
using namespace tutti::transport;

namespace {

/// A ring with both of its ends in this process.
struct Pair {
  explicit Pair(std::size_t capacity, bool in_place = true)
      : memory{page_bytes + Ring::footprint(capacity)},
        page{memory, 0, page_bytes},
        bell{*reinterpret_cast<Bell*>(page.data())},
        sender{ring(capacity), Mapping{}, bell, backlog},
        receiver{ring(capacity), Mapping{}, bell, in_place} {}

  Ring ring(std::size_t capacity) const {
    Ring made{memory, page_bytes, capacity};
    made.state().cookie = 0x1234567;
    return made;
  }

  SharedMemory memory;
  Mapping page;
  Bell& bell;
  Backlog backlog;
  RingSender sender;
  RingReceiver receiver;
};

/// Frame number `n`, of a size and content that follow from the number.
Buffer frame(std::uint64_t n, std::size_t longest) {
  const Random random{7, stream_id("ring"), 0};
  Buffer buffer;
  open_frame(buffer);
  const std::size_t words = random.below(n, longest / sizeof n);
  for (std::size_t k = 0; k < words; ++k) buffer.push(n * 1'000'003 + k);
  FrameHeader header;
  header.sequence = n;
  seal_frame(buffer, header);
  return buffer;
}

bool same(std::span<const std::byte> a, const Buffer& b) { return std::ranges::equal(a, b.view()); }

}  // namespace

BOOST_AUTO_TEST_SUITE(ring)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_in_order_and_to_the_byte) {
  for (const bool in_place : {true, false})
    for (const std::size_t longest : {16U, 3000U, 50'000U}) {  // some longer than the ring
      Pair pair{2 * page_bytes, in_place};
      constexpr std::uint64_t count = 400;
      std::uint64_t read = 0;
      const auto take = [&] {
        for (auto got = pair.receiver.next(); !got.empty(); got = pair.receiver.next()) {
          BOOST_REQUIRE(same(got, frame(read++, longest)));
          pair.receiver.drop();
        }
      };
      for (std::uint64_t n = 0; n < count; ++n) {
        auto next = frame(n, longest);
        pair.sender.send(next);
        BOOST_REQUIRE(next.size() == 0U);
        if (n % 3 == 0) take();
      }
      while (!pair.sender.flushed()) take();
      take();
      BOOST_TEST(read == count);
    }
}

BOOST_AUTO_TEST_CASE(a_full_ring_keeps_nobody_waiting_and_loses_nothing) {
  Pair pair{page_bytes};
  constexpr std::uint64_t count = 200;
  for (std::uint64_t n = 0; n < count; ++n) {
    auto next = frame(n, 400);
    pair.sender.send(next);
  }
  BOOST_TEST(!pair.sender.flushed());
  BOOST_TEST(!pair.backlog.empty());
  for (std::uint64_t n = 0; n < count; ++n) {
    std::span<const std::byte> got;
    while ((got = pair.receiver.next()).empty()) pair.backlog.pump();
    BOOST_REQUIRE(same(got, frame(n, 400)));
    pair.receiver.drop();
  }
  pair.backlog.pump();
  BOOST_TEST(pair.backlog.empty());
}

BOOST_AUTO_TEST_CASE(frames_that_are_held_stay_as_they_are) {
  Pair pair{4 * page_bytes};
  std::uint64_t sent = 0, dropped = 0;
  std::vector<std::span<const std::byte>> held;
  for (std::uint64_t round = 0; round < 300; ++round) {
    for (int k = 0; k < 2; ++k) {
      auto next = frame(sent++, 500);
      pair.sender.send(next);
      held.push_back(pair.receiver.next());
    }
    for (std::size_t k = 0; k < held.size(); ++k)
      BOOST_REQUIRE(same(held[k], frame(dropped + k, 500)));
    while (held.size() > 5) {
      pair.receiver.drop();
      held.erase(held.begin());
      ++dropped;
    }
  }
}

BOOST_AUTO_TEST_CASE(a_reserved_frame_arrives_like_another) {
  Pair pair{2 * page_bytes};
  for (std::uint64_t n = 0; n < 100; ++n) {
    const auto whole = frame(n, 600);
    std::byte* place = pair.sender.reserve(1000);
    BOOST_REQUIRE(place != nullptr);
    std::ranges::copy(whole.view(), place);
    pair.sender.send_reserved(whole.size());
    BOOST_REQUIRE(same(pair.receiver.next(), whole));
    pair.receiver.drop();
  }
  BOOST_TEST(pair.sender.reserve(3 * page_bytes) == nullptr);
}

BOOST_AUTO_TEST_CASE(two_threads_that_sleep_on_bells_miss_nothing) {
  Pair there{page_bytes}, back{page_bytes};
  constexpr std::uint64_t count = 3000;
  std::thread echo{[&] {
    for (std::uint64_t n = 0; n < count;) {
      const auto got = there.receiver.next();
      if (got.empty()) {
        there.bell.sleep(1'000'000, [&] { return false; });
        back.backlog.pump();
        continue;
      }
      Buffer copy;
      std::ranges::copy(got, copy.extend(got.size()));
      there.receiver.drop();
      back.sender.send(copy);
      ++n;
    }
    while (!back.sender.flushed()) std::this_thread::yield();
  }};
  std::uint64_t read = 0;
  for (std::uint64_t n = 0; n < count; ++n) {
    auto next = frame(n, 700);
    there.sender.send(next);
    for (auto got = back.receiver.next(); !got.empty(); got = back.receiver.next()) {
      BOOST_REQUIRE(same(got, frame(read++, 700)));
      back.receiver.drop();
    }
  }
  while (read < count) {
    there.backlog.pump();
    const auto got = back.receiver.next();
    if (got.empty()) continue;
    BOOST_REQUIRE(same(got, frame(read++, 700)));
    back.receiver.drop();
  }
  echo.join();
}

BOOST_AUTO_TEST_CASE(what_another_process_has_can_be_reached_and_vanishes_with_it) {
  const SharedMemory memory{page_bytes};
  const Mapping here{memory, 0, page_bytes};
  const auto there = SharedMemory::of_process(::getpid(), memory.fd());
  BOOST_REQUIRE(static_cast<bool>(there));
  const Mapping seen{there, 0, page_bytes};
  here.data()[5] = std::byte{42};
  BOOST_TEST((seen.data()[5] == std::byte{42}));
  BOOST_TEST(!static_cast<bool>(SharedMemory::of_process(::getpid(), 9999)));
}

BOOST_AUTO_TEST_SUITE_END()
