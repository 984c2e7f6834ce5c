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
  queues_.push_back({KeyForm{shared, connection_.interval}, {}, 0});
}

void SpikeEar::take_in(std::size_t v, const transport::FrameHeader& header,
                       std::span<const std::byte> bytes, Time begin) {
  auto& queue = queues_[v];
  const bool keys = header.payload() == transport::Payload::keys;
  const std::size_t each = keys ? sizeof(std::uint64_t) : sizeof(WideSpike);
  const std::size_t weights = header.weighted() ? sizeof(double) : 0;
  if ((!keys && header.payload() != transport::Payload::wide) || keys != queue.form.fits ||
      bytes.size() != header.count * (each + weights))
    throw Error{Fault::protocol, "{}: a frame of {} bytes for {} spikes", connection_.from(),
                bytes.size(), header.count};
  if (queue.first > 0) {  // what is left moves to the front; usually nothing is
    queue.spikes.erase(queue.spikes.begin(),
                       queue.spikes.begin() + static_cast<std::ptrdiff_t>(queue.first));
    queue.first = 0;
  }
  const std::size_t old = queue.spikes.size();
  queue.spikes.resize(old + header.count);
  Spike* to = queue.spikes.data() + old;
  const std::byte* from = bytes.data();
  if (keys) {
    const Time arrival = begin + connection_.delay;
    const unsigned shift = queue.form.element_bits;
    const std::uint64_t mask = (std::uint64_t{1} << shift) - 1;
    for (std::uint32_t k = 0; k < header.count; ++k) {
      const auto key = load<std::uint64_t>(from + k * each);
      to[k].time = arrival + Duration{static_cast<std::int64_t>(key >> shift)};
      to[k].element = (key & mask) + queue.form.base;
    }
  } else {
    for (std::uint32_t k = 0; k < header.count; ++k) {
      const auto spike = load<WideSpike>(from + k * each);
      to[k].time = time_of(spike.tick) + connection_.delay;
      to[k].element = spike.element + static_cast<std::uint64_t>(connection_.offset);
    }
  }
  if (weights > 0)
    for (std::uint32_t k = 0; k < header.count; ++k)
      to[k].weight = load<double>(from + header.count * each + k * weights);
  voices_[v].receiver->drop();
}

void SpikeEar::take(Window window, std::vector<std::span<const Spike>>& parts) {
  for (auto& queue : queues_) {
    const auto from = queue.spikes.begin() + static_cast<std::ptrdiff_t>(queue.first);
    const auto to = !queue.spikes.empty() && queue.spikes.back().time <= window.end
                        ? queue.spikes.end()
                        : std::upper_bound(from, queue.spikes.end(), window.end,
                                           [](Time t, const Spike& s) { return t < s.time; });
    if (from == to) continue;
    parts.emplace_back(from, to);
    queue.first += static_cast<std::size_t>(to - from);
  }
}

}  // namespace tutti::module
