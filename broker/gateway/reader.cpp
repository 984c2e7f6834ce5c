// SPDX-License-Identifier: MIT
#include "reader.hpp"

#include <algorithm>
#include <cstring>

namespace tutti::gateway {
namespace {

constexpr std::size_t batch_bytes = 1 << 20;

}  // namespace

bool covers(const StreamSpec& stream, const StreamSpec& wish) {
  if (stream.module != wish.module || stream.port != wish.port) return false;
  if (!difference(wish.elements, stream.elements).empty()) return false;
  if (stream.kind == PortKind::spikes) return true;
  return stream.reduce == wish.reduce && wish.every % stream.every == Duration::zero() &&
         (wish.single || !stream.single);
}

Reader::Reader(const Stream& stream, StreamSpec wish, Duration history)
    : wish_{std::move(wish)},
      all_{wish_.elements == stream.spec().elements},
      width_{tap::width_of(wish_.reduce)} {
  at_.cursor = history > Duration::zero() ? stream.after(stream.reached() - history) : stream.end();
  if (wish_.kind != PortKind::signal) return;
  map_ = transport::IndexMap{wish_.elements, stream.spec().elements};
  same_ = transport::IndexMap{wish_.elements, wish_.elements};
  ratio_ = wish_.every / stream.spec().every;
}

bool Reader::has_news(const Stream& stream) {
  if (at_.cursor < stream.first()) {
    skipped_ += stream.first() - at_.cursor;
    at_.cursor = stream.first();
  }
  return at_.cursor < stream.end();
}

bool Reader::next(const Stream& stream, tap::Batch& batch) {
  if (!has_news(stream)) return false;
  batch.kind = wish_.kind;
  batch.lost = stream.lost();
  batch.from = stream.block(at_.cursor).from;
  std::size_t bytes = 0;
  for (; at_.cursor < stream.end() && bytes < batch_bytes; ++at_.cursor) {
    const auto& block = stream.block(at_.cursor);
    if (wish_.kind == PortKind::spikes)
      select_spikes(block, batch);
    else
      select_samples(stream, block, batch);
    batch.to = block.to;
    bytes = 8 * (batch.times.size() + batch.elements.size()) + batch.values.size();
  }
  return true;
}

void Reader::select_spikes(const Block& block, tap::Batch& batch) const {
  if (all_) {
    batch.times.insert(batch.times.end(), block.times.begin(), block.times.end());
    batch.elements.insert(batch.elements.end(), block.elements.begin(), block.elements.end());
    return;
  }
  for (std::size_t k = 0; k < block.times.size(); ++k) {
    if (!wish_.elements.contains(block.elements[k])) continue;
    batch.times.push_back(block.times[k]);
    batch.elements.push_back(block.elements[k]);
  }
}

void Reader::select_samples(const Stream& stream, const Block& block, tap::Batch& batch) {
  const auto size = stream.spec().sample_bytes();
  for (std::size_t k = 0; k < block.times.size(); ++k) {
    const auto* from = block.values.data() + k * size;
    if (stream.spec().single)
      select_sample(reinterpret_cast<const float*>(from), block.times[k], batch);
    else
      select_sample(reinterpret_cast<const double*>(from), block.times[k], batch);
  }
}

template <typename From>
void Reader::select_sample(const From* from, std::int64_t tick, tap::Batch& batch) {
  if (ratio_ > 1 && wish_.reduce != tap::Reduce::latest) return reduce(from, tick, batch);
  if (tick % ticks(wish_.every) == 0) append(from, tick, map_, batch);
}

/// Several instants of the stream, each of them reduced, make one of ours, if none is missing.
template <typename From>
void Reader::reduce(const From* from, std::int64_t tick, tap::Batch& batch) {
  at_.sum.resize(wish_.elements.size() * width_);
  const bool fresh = (tick - ticks(wish_.every) / ratio_) % ticks(wish_.every) == 0;
  if (fresh) at_.counted = 0;
  map_.visit([&](auto k, auto place) {
    if (width_ == 1) {
      const auto v = static_cast<double>(from[place]);
      at_.sum[k] = fresh ? v : at_.sum[k] + v;
    } else {
      const auto least = static_cast<double>(from[2 * place]);
      const auto most = static_cast<double>(from[2 * place + 1]);
      at_.sum[2 * k] = fresh ? least : std::min(at_.sum[2 * k], least);
      at_.sum[2 * k + 1] = fresh ? most : std::max(at_.sum[2 * k + 1], most);
    }
  });
  ++at_.counted;
  if (tick % ticks(wish_.every) != 0 || at_.counted != ratio_) return;
  if (width_ == 1)
    for (double& v : at_.sum) v /= static_cast<double>(ratio_);
  append(at_.sum.data(), tick, same_, batch);
}

template <typename From>
void Reader::append(const From* from, std::int64_t tick, const transport::IndexMap& map,
                    tap::Batch& batch) const {
  batch.times.push_back(tick);
  const auto begin = batch.values.size();
  const auto each = wish_.single ? sizeof(float) : sizeof(double);
  batch.values.resize(begin + map.size() * width_ * each);
  auto* to = batch.values.data() + begin;
  map.visit([&](auto k, auto place) {
    for (std::size_t w = 0; w < width_; ++w, to += each) {
      const auto value = from[place * width_ + w];
      if (wish_.single) {
        const auto rounded = static_cast<float>(value);
        std::memcpy(to, &rounded, sizeof rounded);
      } else {
        const auto wide = static_cast<double>(value);
        std::memcpy(to, &wide, sizeof wide);
      }
    }
    static_cast<void>(k);
  });
}

}  // namespace tutti::gateway
