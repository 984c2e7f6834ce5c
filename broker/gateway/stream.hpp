// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "transport/index_map.hpp"
#include "tutti/control/source_notes.hpp"

namespace tutti::gateway {

/// What a stream is of: the order of its sources without its number and rate.
struct StreamSpec {
  std::string module, port;
  PortKind kind = PortKind::spikes;
  Elements elements;
  Duration every{};
  tap::Reduce reduce = tap::Reduce::latest;
  bool single = false;
  /// Bytes of one instant of a signal.
  std::size_t sample_bytes() const {
    return elements.size() * tap::width_of(reduce) * (single ? sizeof(float) : sizeof(double));
  }
  friend bool operator==(const StreamSpec&, const StreamSpec&) = default;
};

/// A stretch (from, to] of a stream as all ranks together say it: spikes by (time, element), or
/// samples by time, each of all elements in ascending order.
struct Block {
  Time from{}, to{};
  std::vector<std::int64_t> times;
  std::vector<std::uint64_t> elements;
  std::vector<std::byte> values;
  std::size_t bytes() const {
    return sizeof(Block) + 8 * (times.size() + elements.size()) + values.size();
  }
};

/// Puts together what the ranks of a port copied, and keeps as much of the past as it may.
class Stream {
 public:
  /// `parts`: the elements of the ranks that have any of the stream's, by rank.
  Stream(StreamSpec spec, std::vector<std::pair<std::uint32_t, Elements>> parts,
         std::size_t history_bytes);

  const StreamSpec& spec() const { return spec_; }
  /// What a rank says. Throws Error{protocol} for what is none of its.
  void take(std::uint32_t rank, tap::Chunk&& chunk);
  /// Makes blocks of what every rank has spoken up to.
  void merge();
  void set_history(std::size_t bytes) { history_bytes_ = bytes; }

  /// Blocks are counted from 0; those before first() are forgotten.
  std::uint64_t first() const { return first_; }
  std::uint64_t end() const { return first_ + blocks_.size(); }
  const Block& block(std::uint64_t number) const {
    return blocks_[static_cast<std::size_t>(number - first_)];
  }
  /// The first block that has anything later than `t`.
  std::uint64_t after(Time t) const;
  Time reached() const { return merged_; }
  /// Spikes or samples that sources or the gateway had no room for.
  std::uint64_t lost() const;

 private:
  struct Part {
    std::uint32_t rank = 0;
    Elements ids;
    transport::IndexMap map;  // signals: its places in a sample
    std::size_t bytes = 0;    // of one sample
    bool begun = false;
    Time from{}, reached{};
    std::uint64_t lost = 0;
    std::vector<std::int64_t> times;
    std::vector<std::uint64_t> elements;
    std::vector<std::byte> values;
    std::size_t next = 0;  // of those not taken yet
    void drop_taken();
  };
  void bound(Part& part);
  void merge_spikes(Time level);
  void merge_samples(Time level);
  void append_sample(std::int64_t tick);
  void close(Time to);
  void forget();

  StreamSpec spec_;
  std::vector<Part> parts_;
  std::size_t history_bytes_, bytes_ = 0;
  std::deque<Block> blocks_;
  std::uint64_t first_ = 0;
  Block open_;
  bool begun_ = false;
  Time merged_{};
  std::uint64_t incomplete_ = 0;
};

}  // namespace tutti::gateway
