// SPDX-License-Identifier: MIT
#include "tap.hpp"

#include <algorithm>
#include <cstring>

namespace tutti::module {
namespace {

constexpr double seconds_of_room = 0.3;       // what a ring holds at its stream's rate
constexpr double burst_s = 0.25;              // what may be saved up
constexpr std::size_t least_room = 64 << 10;  // [bytes]

}  // namespace

std::size_t Tap::record_words(const tap::Order& order, PortKind kind, std::size_t elements) {
  if (kind == PortKind::spikes) return 2;
  const auto bytes = elements * tap::width_of(order.reduce) * (order.single ? 4 : 8);
  return 1 + (bytes + 7) / 8;
}

Tap::Tap(const tap::Order& order, const Elements& own, PortKind kind)
    : order_{order},
      kind_{kind},
      mine_{intersection(own, order.elements)},
      ring_{record_words(order, kind, mine_.size()),
            std::max(least_room,
                     static_cast<std::size_t>(seconds_of_room *
                                              static_cast<double>(order.bytes_per_second)))} {
  if (kind == PortKind::signal) {
    map_ = transport::IndexMap{mine_, own};
    gathered_.resize(mine_.size());
    reduced_.resize(mine_.size() * tap::width_of(order.reduce));
  } else if (mine_.size() != own.size()) {
    chosen_.assign(own.size(), false);
    transport::IndexMap{mine_, own}.visit([&](auto, auto place) { chosen_[place] = true; });
  }
}

void Tap::begin(Time clock) {
  // the sample at the clock itself is still to come, spikes at the clock are gone
  const Time from = kind_ == PortKind::signal ? clock - Duration{1} : clock;
  begun_.store(ticks(from), std::memory_order_relaxed);
  reached_.store(ticks(from), std::memory_order_release);
}

void Tap::sample(Time t, std::span<const double> values) {
  const bool due = t.time_since_epoch() % order_.every == Duration::zero();
  if (order_.reduce == tap::Reduce::latest) {
    if (due) write(t, values.data());
    return reach(t);
  }
  // a stretch counts where all of it was seen: from one multiple of `every` to the next
  if (whole_) add(values);
  if (due) {
    if (samples_ > 0) {
      if (order_.reduce == tap::Reduce::mean)
        for (double& v : reduced_) v /= static_cast<double>(samples_);
      write(t, nullptr);
    }
    whole_ = true, samples_ = 0;
  }
  reach(t);
}

void Tap::add(std::span<const double> values) {
  const bool first = samples_++ == 0;
  if (order_.reduce == tap::Reduce::mean)
    map_.visit([&](auto k, auto place) {
      reduced_[k] = first ? values[place] : reduced_[k] + values[place];
    });
  else
    map_.visit([&](auto k, auto place) {
      const double v = values[place];
      reduced_[2 * k] = first ? v : std::min(reduced_[2 * k], v);
      reduced_[2 * k + 1] = first ? v : std::max(reduced_[2 * k + 1], v);
    });
}

/// One record: of the values where they are given, else of what they were reduced to.
void Tap::write(Time t, const double* values) {
  auto* record = ring_.claim();
  if (record == nullptr) return lose(1);
  record[0] = static_cast<std::uint64_t>(ticks(t));
  std::span<const double> from{reduced_};
  if (values != nullptr) {
    map_.visit([&](auto k, auto place) { gathered_[k] = values[place]; });
    from = gathered_;
  }
  if (order_.single) {
    auto* to = reinterpret_cast<std::byte*>(record + 1);
    for (std::size_t k = 0; k < from.size(); ++k) {
      const auto value = static_cast<float>(from[k]);
      std::memcpy(to + k * sizeof value, &value, sizeof value);
    }
  } else {
    std::memcpy(record + 1, from.data(), from.size_bytes());
  }
  ring_.commit();
}

bool Tap::collect(tap::Chunk& chunk, double now_s, bool all) {
  const auto begun = begun_.load(std::memory_order_relaxed);
  const auto reached = reached_.load(std::memory_order_acquire);
  if (reached < begun) return false;  // the main thread has not seen it yet
  const auto rate = static_cast<double>(order_.bytes_per_second);
  if (counted_at_s_ == 0) counted_at_s_ = now_s;
  allowance_ = std::min(allowance_ + rate * (now_s - counted_at_s_), rate * burst_s);
  counted_at_s_ = now_s;
  if (allowance_ < 0 && !all) return false;
  const auto lost = lost_.load(std::memory_order_relaxed);
  if (reached == told_ && lost == told_lost_ && ring_.size() == 0) return false;
  chunk = {};
  chunk.stream = order_.stream;
  chunk.from = time_of(std::max(begun, told_));
  chunk.reached = time_of(reached);
  chunk.lost = lost;
  const auto bytes = kind_ == PortKind::spikes
                         ? 0
                         : mine_.size() * tap::width_of(order_.reduce) *
                               (order_.single ? sizeof(float) : sizeof(double));
  allowance_ -= static_cast<double>(ring_.drain([&](const std::uint64_t* record) {
    chunk.times.push_back(static_cast<std::int64_t>(record[0]));
    if (kind_ == PortKind::spikes) return chunk.elements.push_back(record[1]);
    const auto* first = reinterpret_cast<const std::byte*>(record + 1);
    chunk.values.insert(chunk.values.end(), first, first + bytes);
  }));
  told_ = reached, told_lost_ = lost;
  return true;
}

}  // namespace tutti::module
