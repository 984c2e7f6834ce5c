// SPDX-License-Identifier: MIT
#include "gateway/stream.hpp"

#include <cstring>

#include "gateway/press.hpp"
#include "gateway/reader.hpp"
#include "test.hpp"
#include "tutti/error.hpp"

using namespace tutti;
using namespace tutti::gateway;

namespace {

constexpr Duration ms{1'000'000'000};
constexpr std::size_t plenty = 1 << 20;

StreamSpec spikes(Elements elements) {
  StreamSpec spec;
  spec.module = "m", spec.port = "spikes", spec.elements = std::move(elements), spec.every = ms;
  return spec;
}
StreamSpec signal(Elements elements, Duration every = ms,
                  tap::Reduce reduce = tap::Reduce::latest) {
  auto spec = spikes(std::move(elements));
  spec.port = "v", spec.kind = PortKind::signal, spec.every = every, spec.reduce = reduce;
  return spec;
}

tap::Chunk chunk(int from, int reached, std::vector<std::int64_t> at,
                 std::vector<std::uint64_t> who) {
  tap::Chunk c;
  c.from = time_zero + from * ms, c.reached = time_zero + reached * ms;
  for (const auto t : at) c.times.push_back(t * ms.count());
  c.elements = std::move(who);
  return c;
}
/// Samples of values that say where they come from: 1000 · time + element.
tap::Chunk samples(int from, int reached, std::vector<std::int64_t> at, const Elements& ids) {
  auto c = chunk(from, reached, at, {});
  for (const auto t : at)
    ids.for_each([&](std::uint64_t element) {
      const double value = 1000 * static_cast<double>(t) + static_cast<double>(element);
      const auto* bytes = reinterpret_cast<const std::byte*>(&value);
      c.values.insert(c.values.end(), bytes, bytes + sizeof value);
    });
  return c;
}
template <typename T = double>
std::vector<T> values(const tap::Batch& batch) {
  std::vector<T> all(batch.values.size() / sizeof(T));
  std::memcpy(all.data(), batch.values.data(), batch.values.size());
  return all;
}
std::vector<std::int64_t> times(const tap::Batch& batch) {
  auto all = batch.times;
  for (auto& t : all) t /= ms.count();
  return all;
}

const Elements even = Elements::strided(0, 3, 2), odd = Elements::strided(1, 3, 2);

}  // namespace

BOOST_AUTO_TEST_SUITE(gateway_stream)

BOOST_AUTO_TEST_CASE(spikes_of_all_ranks_come_by_time_and_element_up_to_what_all_have_reached) {
  Stream stream{spikes(Elements::range(0, 6)), {{0, even}, {1, odd}}, plenty};
  Reader reader{stream, stream.spec(), {}};
  tap::Batch batch;
  stream.take(0, chunk(0, 10, {7, 3, 12}, {2, 4, 0}));
  stream.merge();
  BOOST_TEST(!reader.next(stream, batch));  // the other rank has said nothing yet
  stream.take(1, chunk(2, 8, {3, 7, 7}, {1, 5, 1}));
  stream.merge();
  BOOST_REQUIRE(reader.next(stream, batch));
  BOOST_TEST((batch.from == time_zero + 2 * ms));  // before that, one rank was not tapped
  BOOST_TEST((batch.to == time_zero + 8 * ms));
  BOOST_TEST(times(batch) == (std::vector<std::int64_t>{3, 3, 7, 7, 7}));
  BOOST_TEST(batch.elements == (std::vector<std::uint64_t>{1, 4, 1, 2, 5}));
  stream.take(1, chunk(8, 20, {}, {}));
  stream.take(0, chunk(10, 20, {}, {}));
  stream.merge();
  batch = {};
  BOOST_REQUIRE(reader.next(stream, batch));
  BOOST_TEST(times(batch) == std::vector<std::int64_t>{12});
  BOOST_TEST(batch.lost == 0U);
}

BOOST_AUTO_TEST_CASE(samples_are_put_together_and_one_that_a_rank_lost_is_dropped_and_counted) {
  Stream stream{signal(Elements::range(0, 6)), {{0, even}, {1, odd}}, plenty};
  Reader reader{stream, signal(Elements::range(2, 3)), {}};
  stream.take(0, samples(-1, 3, {0, 1, 2, 3}, even));
  stream.take(1, samples(-1, 3, {0, 2, 3}, odd));
  stream.merge();
  tap::Batch batch;
  BOOST_REQUIRE(reader.next(stream, batch));
  BOOST_TEST(times(batch) == (std::vector<std::int64_t>{0, 2, 3}));
  BOOST_TEST(values(batch) == (std::vector<double>{2, 3, 4, 2002, 2003, 2004, 3002, 3003, 3004}));
  BOOST_TEST(batch.lost == 1U);
}

BOOST_AUTO_TEST_CASE(an_observer_may_take_fewer_instants_in_float32) {
  Stream stream{signal(Elements::range(0, 2)), {{0, Elements::range(0, 2)}}, plenty};
  auto wish = signal(Elements::range(1, 1), 3 * ms);
  wish.single = true;
  BOOST_TEST(covers(stream.spec(), wish));
  BOOST_TEST(!covers(stream.spec(), signal(Elements::range(1, 2))));
  BOOST_TEST(!covers(wish, stream.spec()));
  Reader reader{stream, wish, {}};
  stream.take(0, samples(-1, 7, {0, 1, 2, 3, 4, 5, 6, 7}, Elements::range(0, 2)));
  stream.merge();
  tap::Batch batch;
  BOOST_REQUIRE(reader.next(stream, batch));
  BOOST_TEST(times(batch) == (std::vector<std::int64_t>{0, 3, 6}));
  BOOST_TEST(values<float>(batch) == (std::vector<float>{1, 3001, 6001}));
}

BOOST_AUTO_TEST_CASE(means_of_means_are_means_of_whole_stretches_only) {
  Stream stream{signal(Elements::range(0, 1), 2 * ms, tap::Reduce::mean),
                {{0, Elements::range(0, 1)}},
                plenty};
  Reader reader{stream, signal(Elements::range(0, 1), 4 * ms, tap::Reduce::mean), {}};
  stream.take(0, samples(3, 12, {4, 6, 8, 10, 12}, Elements::range(0, 1)));
  stream.merge();
  tap::Batch batch;
  BOOST_REQUIRE(reader.next(stream, batch));
  BOOST_TEST(times(batch) == (std::vector<std::int64_t>{8, 12}));  // of 4, half was not seen
  BOOST_TEST(values(batch) == (std::vector<double>{7000, 11000}));
}

BOOST_AUTO_TEST_CASE(the_past_is_kept_up_to_a_bound_and_given_to_a_newcomer) {
  constexpr std::size_t little = 100'000;
  Stream stream{signal(Elements::range(0, 100)), {{0, Elements::range(0, 100)}}, little};
  for (int t = 0; t < 1000; ++t) {
    stream.take(0, samples(t - 1, t, {t}, Elements::range(0, 100)));
    stream.merge();
  }
  BOOST_TEST(stream.first() > 800U);
  BOOST_TEST(stream.end() - stream.first() > 90U);
  Reader reader{stream, stream.spec(), 10 * ms};
  tap::Batch batch;
  BOOST_REQUIRE(reader.next(stream, batch));
  BOOST_TEST(batch.times.size() == 10U);
  BOOST_TEST(times(batch).front() == 990);
  Reader fresh{stream, stream.spec(), {}};
  BOOST_TEST(!fresh.next(stream, batch));
}

BOOST_AUTO_TEST_CASE(readers_with_the_same_wish_and_progress_share_a_print) {
  const auto all = Elements::range(0, 2);
  Stream stream{signal(all), {{0, all}}, plenty};
  Reader one{stream, stream.spec(), {}}, same{stream, stream.spec(), {}};
  Reader other{stream, signal(Elements::range(1, 1)), {}};
  stream.take(0, samples(-1, 3, {0, 1, 2, 3}, all));
  stream.merge();
  Press press;
  auto* print = press.next(1, stream, one);
  BOOST_REQUIRE(print != nullptr);
  BOOST_TEST((press.next(1, stream, same) == print));
  auto* third = press.next(1, stream, other);
  BOOST_TEST((third != print));
  BOOST_TEST((press.next(1, stream, one) == nullptr));
  for (auto* each : {print, third}) {
    std::vector<std::byte> bytes(each->size());
    each->copy(7, 9, bytes);
    const auto batch = std::get<tap::Batch>(tap::decode(bytes));
    BOOST_TEST(batch.id == 7U);
    BOOST_TEST(batch.sequence == 9U);
    BOOST_TEST(times(batch) == (std::vector<std::int64_t>{0, 1, 2, 3}));
    BOOST_TEST(values(batch).back() == 3001);
  }
}

BOOST_AUTO_TEST_CASE(a_reader_counts_what_was_forgotten_before_it_came_to_it) {
  const auto all = Elements::range(0, 100);
  Stream stream{signal(all), {{0, all}}, 10'000};
  Reader slow{stream, stream.spec(), {}};
  for (int t = 0; t < 100; ++t) {
    stream.take(0, samples(t - 1, t, {t}, all));
    stream.merge();
  }
  BOOST_TEST(slow.has_news(stream));
  BOOST_TEST(slow.skipped() == stream.first());
}

BOOST_AUTO_TEST_CASE(a_rank_that_runs_ahead_is_bounded_and_nonsense_is_refused) {
  Stream stream{spikes(Elements::range(0, 6)), {{0, even}, {1, odd}}, plenty};
  std::vector<std::int64_t> at(100'000, 5);
  for (int k = 0; k < 40; ++k)
    stream.take(0, chunk(0, 5, at, std::vector<std::uint64_t>(at.size(), 2)));
  BOOST_TEST(stream.lost() > 0U);
  BOOST_CHECK_THROW(stream.take(2, chunk(0, 5, {}, {})), Error);
  BOOST_CHECK_THROW(stream.take(0, chunk(0, 5, {1, 2}, {1})), Error);
}

BOOST_AUTO_TEST_SUITE_END()
