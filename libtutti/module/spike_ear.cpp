// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>

#include "inlets.hpp"
#include "tutti/error.hpp"

namespace tutti::module {
namespace {

struct WideSpike {
  std::int64_t tick;
  std::uint64_t element;
};

template <typename T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

void SpikeEar::connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
                       const Elements& shared) {
  Ear::connect(rank, std::move(receiver), shared);
  queues_.emplace_back();
}

void SpikeEar::take_in(std::size_t v, const transport::FrameHeader& header,
                       std::span<const std::byte> payload, Window covered) {
  const Time begin = covered.begin;
  const bool keys = header.payload() == transport::Payload::keys;
  const std::size_t each = keys ? sizeof(std::uint64_t) : sizeof(WideSpike);
  const std::size_t weights = header.weighted() ? sizeof(double) : 0;
  if ((!keys && header.payload() != transport::Payload::wide) || keys != form_.fits ||
      payload.size() != header.count * (each + weights))
    throw Error{Fault::protocol, "{}: a frame of {} bytes for {} spikes", connection_.from(),
                payload.size(), header.count};
  auto& queue = queues_[v];
  const auto number = static_cast<std::int64_t>(voices_[v].sequence);
  const Time end = std::min(time_zero + connection_.interval * number, connection_.source_end);
  if (keys)
    check({reinterpret_cast<const std::uint64_t*>(payload.data()), header.count}, end - begin);
  if (keys && weights == 0) {
    queue.keys = {reinterpret_cast<const std::uint64_t*>(payload.data()), header.count};
    queue.code = {begin + connection_.delay, form_.base, form_.element_bits};
    queue.held = true;
  } else {
    unpack(header, payload, {begin, end}, queue.spikes);
    voices_[v].receiver->drop();
  }
}

/// A source that lies must not lead a module beyond the ends of its arrays: spikes are in order, of
/// elements that the target takes, and within the frame.
void SpikeEar::check(std::span<const std::uint64_t> keys, Duration length) const {
  const auto mask = (std::uint64_t{1} << form_.element_bits) - 1;
  const auto most = extent_.last - extent_.first;
  if (keys.empty()) return;
  // no branch in the loop: a difference below zero shows in the highest bit, which no key may have
  std::uint64_t wrong = keys.front() | (most - (keys.front() & mask));
  for (std::size_t k = 1; k < keys.size(); ++k)
    wrong |= keys[k] | (keys[k] - keys[k - 1]) | (most - (keys[k] & mask));
  if (wrong >> 63 != 0 ||
      keys.back() >> form_.element_bits > static_cast<std::uint64_t>(length.count()))
    throw Error{Fault::protocol, "{}: a frame of damaged spikes", connection_.from()};
}

/// What no key can say: weights, or times and elements of too many bits.
void SpikeEar::unpack(const transport::FrameHeader& header, std::span<const std::byte> payload,
                      Window said, std::vector<Spike>& to) const {
  const bool keys = header.payload() == transport::Payload::keys;
  const SpikeCode code{said.begin + connection_.delay, form_.base, form_.element_bits};
  const std::size_t each = keys ? sizeof(std::uint64_t) : sizeof(WideSpike);
  Time before = said.begin;
  for (std::uint32_t k = 0; k < header.count; ++k) {
    const std::byte* from = payload.data() + k * each;
    Spike spike;
    if (keys) {
      spike = code.decode(load<std::uint64_t>(from));
    } else {
      const auto wide = load<WideSpike>(from);
      const auto time = time_of(wide.tick);
      spike.element = wide.element + static_cast<std::uint64_t>(connection_.offset);
      if (time < before || time > said.end || spike.element < extent_.first ||
          spike.element > extent_.last)
        throw Error{Fault::protocol, "{}: a frame of damaged spikes", connection_.from()};
      before = time;
      spike.time = time + connection_.delay;
    }
    if (header.weighted())
      spike.weight = load<double>(payload.data() + header.count * each + k * sizeof(double));
    to.push_back(spike);
  }
}

void SpikeEar::make_way(std::size_t v) {
  auto& queue = queues_[v];
  if (queue.first > 0) {  // what is left moves to the front; usually nothing is
    queue.spikes.erase(queue.spikes.begin(),
                       queue.spikes.begin() + static_cast<std::ptrdiff_t>(queue.first));
    queue.first = 0;
  }
  if (!queue.held) return;
  for (const auto key : queue.keys) queue.spikes.push_back(queue.code.decode(key));
  queue.keys = {};
  queue.held = false;
  voices_[v].receiver->drop();
}

void SpikeEar::take(Window window, SpikePieces& pieces) {
  const auto since = handed_over();
  const Time last =
      since ? std::clamp(*since + connection_.delay, window.begin, window.end) : window.end;
  if (!stands_in()) return take_until(last, pieces);
  unheard_.clear();
  take_until(last, unheard_);
  if (last < window.end) take_until(window.end, pieces);
}

void SpikeEar::take_until(Time end, SpikePieces& pieces) {
  for (std::size_t v = 0; v < queues_.size(); ++v) {
    auto& queue = queues_[v];
    if (queue.first < queue.spikes.size()) {
      if (!queue.keys.empty()) make_way(v);  // in one piece with what is older
      const auto from = queue.spikes.begin() + static_cast<std::ptrdiff_t>(queue.first);
      const auto to = queue.spikes.back().time <= end
                          ? queue.spikes.end()
                          : std::upper_bound(from, queue.spikes.end(), end,
                                             [](Time t, const Spike& s) { return t < s.time; });
      if (from != to) pieces.spikes.emplace_back(from, to);
      queue.first += static_cast<std::size_t>(to - from);
    } else if (!queue.keys.empty()) {
      const auto last = (end - queue.code.begin).count();
      const auto past = [&](std::uint64_t key) {
        return static_cast<std::int64_t>(key >> queue.code.element_bits) > last;
      };
      const auto to =
          past(queue.keys.back())
              ? std::ranges::partition_point(queue.keys, [&](auto key) { return !past(key); })
              : queue.keys.end();
      const auto count = static_cast<std::size_t>(to - queue.keys.begin());
      if (count > 0) pieces.keys.push_back({queue.keys.first(count), queue.code});
      queue.keys = queue.keys.subspan(count);
    }
  }
}

}  // namespace tutti::module
