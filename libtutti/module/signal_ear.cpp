// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <limits>

#include "inlets.hpp"
#include "tutti/error.hpp"

namespace tutti::module {

SignalEar::SignalEar(const control::Connection& connection, const Elements& wanted, Time cut)
    : Ear{connection, cut}, wanted_{wanted} {}

void SignalEar::connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
                        const Elements& shared) {
  Ear::connect(rank, std::move(receiver), shared);
  Store store;
  store.map = transport::IndexMap{shared, wanted_};
  stores_.push_back(std::move(store));
}

void SignalEar::take_in(std::size_t v, const transport::FrameHeader& header,
                        std::span<const std::byte> bytes, Window covered) {
  auto& store = stores_[v];
  auto& voice = voices_[v];
  const std::size_t each = sample_bytes(store);
  Block block;
  block.first = voice.silent ? 0 : number_of(voice.said) + 1;
  block.count = header.count;
  const Time end = covered.end;
  if (header.payload() != form() || bytes.size() != header.count * each ||
      block.first + block.count != number_of(end) + 1)
    throw Error{Fault::protocol,
                "{}: a frame of {} bytes, {} samples of {} bytes up to {}",
                connection_.from(),
                bytes.size(),
                header.count,
                each,
                end};
  block.samples = bytes;
  store.blocks.push_back(block);
}

const std::byte* SignalEar::instead(std::size_t v) {
  auto& store = stores_[v];
  const std::size_t each = sample_bytes(store);
  if (connection_.on_loss != OnLoss::silence && connection_.on_loss != OnLoss::gap &&
      !store.blocks.empty()) {
    const auto& last = store.blocks.back();
    return last.samples.data() + static_cast<std::size_t>(last.count - 1) * each;
  }
  if (store.filler.empty()) store.filler = filler(each);
  return store.filler.data();
}

/// A sample of `bytes` where there is none to go on with.
std::vector<std::byte> SignalEar::filler(std::size_t bytes) const {
  std::vector<std::byte> sample(bytes);
  if (sums_ || connection_.on_loss == OnLoss::silence) return sample;
  const double value = connection_.on_loss == OnLoss::gap ? std::numeric_limits<double>::quiet_NaN()
                                                          : connection_.initial / connection_.scale;
  const auto fill = [&](auto number) {
    for (std::size_t at = 0; at < bytes; at += sizeof number)
      std::memcpy(sample.data() + at, &number, sizeof number);
  };
  connection_.single ? fill(static_cast<float>(value)) : fill(value);
  return sample;
}

const std::byte* SignalEar::find(std::size_t v, std::int64_t number) {
  const auto& store = stores_[v];
  const std::size_t each = sample_bytes(store);
  for (const auto& block : store.blocks)
    if (number >= block.first && number < block.first + block.count)
      return block.samples.data() + static_cast<std::size_t>(number - block.first) * each;
  if (voices_[v].gone && (voices_[v].silent || number > number_of(voices_[v].said)))
    return instead(v);
  throw Error{Fault::protocol, "{} → {}: sample {} was read before and is gone", connection_.from(),
              connection_.to(), number};
}

void SignalEar::sample(Time t, std::span<double> values) {
  if (sums_) return add_up(t, values);
  for (std::size_t v = 0; v < stores_.size(); ++v) {
    const std::byte* from = find(v, number_of(t));
    if (connection_.single)
      stores_[v].map.scatter(reinterpret_cast<const float*>(from), values, 1.0);
    else
      stores_[v].map.scatter(reinterpret_cast<const double*>(from), values, 1.0);
  }
}

std::span<const double> SignalEar::borrow(Time clock) {
  const auto reading = plan::reading(delivery_, clock, connection_.source_end);
  if (!reading || reading->between || connection_.scale != 1.0 || connection_.single || sums_ ||
      stores_.size() != 1 || !stores_[0].map.identity())
    return {};
  forget(reading->before);
  return {reinterpret_cast<const double*>(find(0, number_of(reading->before))),
          stores_[0].map.size()};
}

void SignalEar::read(Time clock, std::span<double> values) {
  if (sums_) return read_sums(clock, values);
  const auto reading = plan::reading(delivery_, clock, connection_.source_end);
  if (!reading) {
    if (stands_in()) return;
    for (const auto& store : stores_)
      store.map.visit([&](auto, auto place) { values[place] = connection_.initial; });
    return;
  }
  if (mute(reading->between ? reading->before + connection_.source_step : reading->before))
    return forget(reading->before);
  sample(reading->before, values);
  if (reading->between) {
    before_.assign(values.begin(), values.end());
    after_.resize(values.size());
    sample(reading->before + connection_.source_step, after_);
    for (const auto& store : stores_)
      store.map.visit([&](auto, auto place) {
        values[place] = plan::between(before_[place], after_[place], reading->weight);
      });
  }
  if (connection_.scale != 1.0)
    for (const auto& store : stores_)
      store.map.visit([&](auto, auto place) { values[place] *= connection_.scale; });
  forget(reading->before);
}

std::vector<Time> SignalEar::sample_times(Time clock) const {
  const Window taken = plan::taken_by_all(delivery_, clock);
  std::vector<Time> times;
  Time s = plan::up(std::max(taken.begin + Duration{1}, time_zero), connection_.source_step);
  for (; s <= std::min(taken.end, connection_.source_end); s += connection_.source_step)
    times.push_back(s);
  return times;
}

void SignalEar::forget(Time t) {
  const auto number = number_of(t);
  for (std::size_t v = 0; v < stores_.size(); ++v) {
    auto& blocks = stores_[v].blocks;
    while (blocks.size() > (voices_[v].gone ? 1U : 0U) &&
           blocks.front().first + blocks.front().count <= number) {
      blocks.pop_front();
      voices_[v].receiver->drop();
    }
  }
}

}  // namespace tutti::module
