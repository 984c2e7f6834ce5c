// SPDX-License-Identifier: MIT
#pragma once
#include "stream.hpp"
#include "tutti/control/tap.hpp"

namespace tutti::gateway {

/// Whether what `wish` asks for can be made of a stream: all of its elements, every multiple of its
/// instants, reduced in the same way.
bool covers(const StreamSpec& stream, const StreamSpec& wish);

/// One subscription on its way through a stream: selects elements, decimates and rounds.
class Reader {
 public:
  /// Requires covers(stream.spec(), wish). Begins `history` before what the stream has reached.
  Reader(const Stream& stream, StreamSpec wish, Duration history);

  /// How far it is: readers with the same wish and progress read the same.
  struct Progress {
    std::uint64_t cursor = 0;  ///< The next block.
    std::int64_t counted = 0;  ///< Instants in `sum`.
    std::vector<double> sum;   ///< Or least and greatest.
  };
  const StreamSpec& wish() const { return wish_; }
  const Progress& progress() const { return at_; }
  void go_to(const Progress& progress) { at_ = progress; }

  /// Whether there is anything new. Passes over what the stream has forgotten.
  bool has_news(const Stream& stream);
  /// Blocks that were forgotten before they were read.
  std::uint64_t skipped() const { return skipped_; }
  /// What comes next, of about a megabyte at most; false: nothing new. Everything but `id` and
  /// `sequence` is filled in.
  bool next(const Stream& stream, tap::Batch& batch);

 private:
  void select_spikes(const Block& block, tap::Batch& batch) const;
  void select_samples(const Stream& stream, const Block& block, tap::Batch& batch);
  template <typename From>
  void select_sample(const From* from, std::int64_t tick, tap::Batch& batch);
  template <typename From>
  void reduce(const From* from, std::int64_t tick, tap::Batch& batch);
  template <typename From>
  void append(const From* from, std::int64_t tick, const transport::IndexMap& map,
              tap::Batch& batch) const;

  StreamSpec wish_;
  bool all_;  // of the stream's elements
  std::size_t width_;
  transport::IndexMap map_, same_;
  std::int64_t ratio_ = 1;  // instants of the stream to one of ours
  Progress at_;
  std::uint64_t skipped_ = 0;
};

}  // namespace tutti::gateway
