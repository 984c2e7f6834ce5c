// SPDX-License-Identifier: MIT
#include "stream.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <tuple>

#include "tutti/error.hpp"

namespace tutti::gateway {
namespace {

constexpr std::size_t block_bytes = 256 << 10;  // a block is closed when it has so much
constexpr std::size_t most_pending = 32 << 20;  // of a rank that is ahead of the others

}  // namespace

Stream::Stream(StreamSpec spec, std::vector<std::pair<std::uint32_t, Elements>> parts,
               std::size_t history_bytes)
    : spec_{std::move(spec)}, history_bytes_{history_bytes} {
  for (auto& [rank, ids] : parts) {
    Part part;
    part.rank = rank;
    part.ids = intersection(ids, spec_.elements);
    if (part.ids.empty()) continue;
    part.map = transport::IndexMap{part.ids, spec_.elements};
    if (spec_.kind == PortKind::signal)
      part.bytes = spec_.sample_bytes() / spec_.elements.size() * part.ids.size();
    parts_.push_back(std::move(part));
  }
}

void Stream::Part::drop_taken() {
  const auto taken = static_cast<std::ptrdiff_t>(next);
  times.erase(times.begin(), times.begin() + taken);
  if (!elements.empty()) elements.erase(elements.begin(), elements.begin() + taken);
  values.erase(values.begin(), values.begin() + taken * static_cast<std::ptrdiff_t>(bytes));
  next = 0;
}

void Stream::take(std::uint32_t rank, tap::Chunk&& chunk) {
  const auto part = std::ranges::find(parts_, rank, &Part::rank);
  const bool spikes = spec_.kind == PortKind::spikes;
  if (part == parts_.end() || chunk.elements.size() != (spikes ? chunk.times.size() : 0) ||
      chunk.values.size() != chunk.times.size() * part->bytes)
    throw Error{Fault::protocol,
                "{}.{} rank {}: a chunk of {} times, {} elements, {} bytes",
                spec_.module,
                spec_.port,
                rank,
                chunk.times.size(),
                chunk.elements.size(),
                chunk.values.size()};
  if (!part->begun) part->from = chunk.from;
  part->begun = true;
  part->reached = std::max(part->reached, chunk.reached);
  part->lost = chunk.lost;
  part->times.insert(part->times.end(), chunk.times.begin(), chunk.times.end());
  part->elements.insert(part->elements.end(), chunk.elements.begin(), chunk.elements.end());
  part->values.insert(part->values.end(), chunk.values.begin(), chunk.values.end());
  bound(*part);
}

void Stream::bound(Part& part) {
  const auto each = part.bytes + 16;
  if (part.times.size() * each <= most_pending) return;
  part.next = part.times.size() - most_pending / each / 2;
  incomplete_ += part.next;
  part.drop_taken();
}

void Stream::merge() {
  if (parts_.empty() || !std::ranges::all_of(parts_, &Part::begun)) return;
  if (!begun_) {
    begun_ = true;
    merged_ = std::ranges::max_element(parts_, {}, &Part::from)->from;
  }
  const Time level = std::ranges::min_element(parts_, {}, &Part::reached)->reached;
  if (level <= merged_) return;
  open_.from = merged_;
  if (spec_.kind == PortKind::spikes)
    merge_spikes(level);
  else
    merge_samples(level);
  close(level);
  merged_ = level;
  forget();
}

void Stream::merge_spikes(Time level) {
  std::vector<std::pair<std::int64_t, std::uint64_t>> all;
  for (auto& part : parts_) {
    std::size_t kept = 0;
    for (std::size_t k = 0; k < part.times.size(); ++k) {
      const auto t = part.times[k];
      if (t > ticks(level)) {  // of the window that is open there
        part.times[kept] = t, part.elements[kept] = part.elements[k];
        ++kept;
      } else if (t > ticks(merged_)) {
        all.emplace_back(t, part.elements[k]);
      }
    }
    part.times.resize(kept);
    part.elements.resize(kept);
  }
  std::ranges::sort(all);
  for (const auto& [t, element] : all) {
    if (open_.bytes() > block_bytes && t > open_.times.back()) close(time_of(t - 1));
    open_.times.push_back(t);
    open_.elements.push_back(element);
  }
}

void Stream::merge_samples(Time level) {
  for (;;) {
    std::optional<std::int64_t> first;
    for (const auto& part : parts_)
      if (part.next < part.times.size())
        first = std::min(first.value_or(part.times[part.next]), part.times[part.next]);
    if (!first || *first > ticks(level)) break;
    const bool whole = std::ranges::all_of(parts_, [&](const Part& part) {
      return part.next < part.times.size() && part.times[part.next] == *first;
    });
    if (*first > ticks(merged_)) {
      if (whole)
        append_sample(*first);
      else
        ++incomplete_;
    }
    for (auto& part : parts_)
      if (part.next < part.times.size() && part.times[part.next] == *first) ++part.next;
  }
  for (auto& part : parts_) part.drop_taken();
}

void Stream::append_sample(std::int64_t tick) {
  const auto size = spec_.sample_bytes();
  if (!open_.times.empty() && open_.bytes() + size > block_bytes)
    close(time_of(open_.times.back()));
  open_.times.push_back(tick);
  const auto begin = open_.values.size();
  open_.values.resize(begin + size);
  auto* to = open_.values.data() + begin;
  const auto each = size / spec_.elements.size();
  for (const auto& part : parts_) {
    const auto* from = part.values.data() + part.next * part.bytes;
    if (part.map.identity())
      std::memcpy(to, from, size);
    else
      part.map.visit(
          [&](auto k, auto place) { std::memcpy(to + place * each, from + k * each, each); });
  }
}

/// The open block ends, another one begins.
void Stream::close(Time to) {
  open_.to = to;
  bytes_ += open_.bytes();
  blocks_.push_back(std::exchange(open_, Block{to, to, {}, {}, {}}));
}

void Stream::forget() {
  while (blocks_.size() > 1 && bytes_ > history_bytes_) {
    bytes_ -= blocks_.front().bytes();
    blocks_.pop_front();
    ++first_;
  }
}

std::uint64_t Stream::after(Time t) const {
  const auto found =
      std::ranges::partition_point(blocks_, [&](const Block& b) { return b.to <= t; });
  return first_ + static_cast<std::uint64_t>(found - blocks_.begin());
}

std::uint64_t Stream::lost() const {
  auto all = incomplete_;
  for (const auto& part : parts_) all += part.lost;
  return all;
}

}  // namespace tutti::gateway
