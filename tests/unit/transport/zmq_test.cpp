// SPDX-License-Identifier: MIT
#include <atomic>
#include <thread>

#include "cutting_proxy.hpp"
#include "test.hpp"
#include "transport/frame.hpp"
#include "transport/zmq_port.hpp"
#include "tutti/error.hpp"
#include "tutti/random.hpp"

using namespace tutti;
using namespace tutti::transport;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t connection = 3, source_rank = 1, target_rank = 2;

/// Frame number `n`, of a size and content that follow from the number: some are copied on their
/// way, some are handed over.
Buffer frame(std::uint64_t n) {
  const Random random{7, stream_id("zmq"), 0};
  Buffer buffer;
  open_frame(buffer);
  const std::size_t words = random.below(n, 5000);
  for (std::size_t k = 0; k < words; ++k) buffer.push(n * 1'000'003 + k);
  FrameHeader header;
  header.connection = connection, header.source_rank = source_rank, header.sequence = n;
  seal_frame(buffer, header);
  return buffer;
}

ZmqPort port_at(const std::string& address, const std::string& module, std::uint32_t rank,
                double patience_s = 10) {
  return ZmqPort{
      address, identity_of("secret", module, rank), {}, std::chrono::duration<double>{patience_s}};
}

/// Takes frames `first` to `last`, compares each with what it must be, and releases them.
void take(ZmqPort& port, Receiver& in, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t n = first; n <= last; ++n) {
    std::span<const std::byte> got;
    while ((got = in.next()).empty()) in.nap(), port.tend();
    const auto expected = frame(n);
    BOOST_REQUIRE_MESSAGE(std::ranges::equal(got, expected.view()), "frame " << n);
    in.drop();
    if (n % 4 == 0) in.release(n);
  }
  in.release(all_released);
}

void send_only(Sender& out, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t n = first; n <= last; ++n) {
    auto buffer = frame(n);
    out.send(buffer);
  }
}

/// Sends them, at most `credits` more than are released, and waits until all are.
void send(ZmqPort& port, Sender& out, std::uint64_t first, std::uint64_t last,
          std::uint64_t credits) {
  for (std::uint64_t n = first; n <= last; ++n) {
    while (out.released() != all_released && n > out.released() + credits) out.nap(), port.tend();
    auto buffer = frame(n);
    out.send(buffer);
  }
  while (out.released() != all_released) out.nap(), port.tend();
}

/// Two processes in one, with a proxy between them.
struct Pair {
  explicit Pair(const std::string& folder, double patience_s = 10)
      : target{port_at(folder.empty() ? "tcp://127.0.0.1:*" : "ipc://" + folder + "/b", "b",
                       target_rank)},
        source{port_at(folder.empty() ? "tcp://127.0.0.1:*" : "ipc://" + folder + "/a", "a",
                       source_rank, patience_s)},
        proxy{target.endpoint()},
        in{target.receiver(identity_of("secret", "a", source_rank), {connection, source_rank, name},
                           target_rank, 1)},
        out{source.sender(proxy.endpoint(), {connection, target_rank, name})} {}

  /// On a thread of its own: the target takes that many frames, and stays while others need it.
  std::thread taking(std::uint64_t last) {
    return std::thread{[this, last] {
      take(target, *in, 1, last);
      while (!over) in->nap(), target.tend();
    }};
  }

  static constexpr auto name = "a.x → b.y rank 2";
  ZmqPort target, source;
  test::CuttingProxy proxy;
  std::unique_ptr<Receiver> in;
  std::unique_ptr<Sender> out;
  std::atomic<bool> over{false};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(zmq_lanes)

BOOST_AUTO_TEST_CASE(frames_come_once_each_and_in_order_however_often_a_link_is_cut) {
  const test::TemporaryFolder folder;
  for (const std::string& where : {std::string{}, folder.path().string()}) {
    Pair pair{where};
    pair.proxy.cut_every(1'700'000);
    auto taker = pair.taking(1000);
    send(pair.source, *pair.out, 1, 1000, 16);
    pair.over = true;
    taker.join();
    BOOST_TEST(pair.proxy.cuts() >= 8);  // of 20 MB
  }
}

BOOST_AUTO_TEST_CASE(what_was_lost_with_nothing_behind_it_is_missed_and_sent_again) {
  Pair pair{{}};
  auto taker = pair.taking(20);
  send_only(*pair.out, 1, 10);
  while (pair.out->released() < 8) pair.out->nap(), pair.source.tend();
  pair.proxy.swallow(true);
  send_only(*pair.out, 11, 20);
  std::this_thread::sleep_for(50ms);
  pair.proxy.cut();
  pair.proxy.swallow(false);
  while (pair.out->released() != all_released) pair.out->nap(), pair.source.tend();
  pair.over = true;
  taker.join();
}

BOOST_AUTO_TEST_CASE(a_link_that_stays_cut_ends_the_run_in_time_and_is_named) {
  Pair pair{{}, 0.4};
  send_only(*pair.out, 1, 10);
  while (pair.in->next().empty()) pair.in->nap();
  pair.proxy.refuse();
  const auto begin = std::chrono::steady_clock::now();
  BOOST_CHECK_EXCEPTION(
      for (;;) {
        pair.out->nap();
        pair.source.tend();
      },
      Error,
      [&](const Error& e) {
        const std::string text = e.what();
        return e.fault() == Fault::lost && text.find(Pair::name) != text.npos &&
               text.find(pair.proxy.endpoint()) != text.npos;
      });
  BOOST_TEST((std::chrono::steady_clock::now() - begin < 3s));
}

BOOST_AUTO_TEST_SUITE_END()
