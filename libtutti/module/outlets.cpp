// SPDX-License-Identifier: MIT
#include "outlets.hpp"

#include <algorithm>
#include <numeric>

#include "tutti/error.hpp"

namespace tutti::module {
namespace {

struct WideSpike {
  std::int64_t tick;
  std::uint64_t element;
};

template <typename T>
std::span<T> payload(transport::Buffer& frame) {
  constexpr auto head = sizeof(transport::FrameHeader);
  return {reinterpret_cast<T*>(frame.data() + head), (frame.size() - head) / sizeof(T)};
}

/// Orders items and the weights that stand behind them, if any, by (time, element, order sent).
template <typename T, typename Less>
void sort_payload(transport::Buffer& frame, std::size_t count, std::span<double> weights,
                  Less less) {
  const auto items = payload<T>(frame).first(count);
  if (weights.empty()) {
    std::ranges::sort(items, less);  // equal items are the same bytes: no order among them
    return;
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return less(items[a], items[b]); });
  const std::vector<T> old_items{items.begin(), items.end()};
  const std::vector<double> old_weights{weights.begin(), weights.end()};
  for (std::size_t k = 0; k < count; ++k) {
    items[k] = old_items[order[k]];
    weights[k] = old_weights[order[k]];
  }
}

}  // namespace

// ---- spikes
// --------------------------------------------------------------------------------------

void SpikeOutlet::connect(Lane&& lane, const Elements& shared) {
  const auto own = shared.shifted(-lane.connection().offset);
  forms_.emplace_back(own, lane.connection().interval);
  wanted_.push_back(own);
  unsorted_.push_back(0);
  last_key_.push_back(0);
  weights_.emplace_back();
  lanes_.push_back(std::move(lane));
}

void SpikeOutlet::begin(Time end) {
  Outlet::begin(end);
  if (const auto ranges = elements_.ranges(); ranges.size() == 1 && ranges[0].stride == 1) {
    block_first_ = ranges[0].first;
    block_count_ = ranges[0].count;
  }
  all_to_all_ = std::ranges::all_of(wanted_, [&](const auto& w) { return w == elements_; });
  if (all_to_all_) return;
  std::vector<std::uint32_t> counts(elements_.size() + 1, 0);
  for (const auto& wanted : wanted_)
    transport::IndexMap{wanted, elements_}.visit([&](auto, auto place) { ++counts[place + 1]; });
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
  offsets_ = counts;
  targets_.resize(counts.back());
  for (std::uint32_t lane = 0; lane < wanted_.size(); ++lane)
    transport::IndexMap{wanted_[lane], elements_}.visit(
        [&](auto, auto place) { targets_[counts[place]++] = lane; });
}

Time SpikeOutlet::inside(std::uint64_t element, Time t) const {
  if (window_.contains(t)) return t;
  const Duration tick{1};
  if (!window_.empty() && t == window_.begin) return t + tick;  // rounding alone left the window
  if (!window_.empty() && t == window_.end + tick) return t - tick;
  throw Error{Fault::protocol,
              "{}: a spike of element {} at {} lies outside the window ({}, {}] that is open",
              port_.name,
              element,
              t,
              window_.begin,
              window_.end};
}

std::uint64_t SpikeOutlet::place_elsewhere(std::uint64_t element) const {
  if (const auto place = elements_.index_of(element)) return *place;
  throw Error{Fault::protocol, "{}: element {} is not among those offered by this rank ({})",
              port_.name, element, to_string(elements_)};
}

void SpikeOutlet::send(std::uint64_t element, Time t, double weight) {
  t = inside(element, t);
  const auto place = place_of(element);
  hash_.add(t, element);
  if (all_to_all_) {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) push(lane, element, t, weight);
  } else if (!targets_.empty()) {
    for (auto k = offsets_[place]; k < offsets_[place + 1]; ++k)
      push(targets_[k], element, t, weight);
  }
}

void SpikeOutlet::push(std::size_t index, std::uint64_t element, Time t, double weight) {
  auto& lane = lanes_[index];
  const auto& form = forms_[index];
  std::uint64_t key;
  if (form.fits) {
    key = static_cast<std::uint64_t>((t - lane.begin()).count()) << form.element_bits |
          (element - form.base);
    lane.frame().push(key);
  } else {
    key = static_cast<std::uint64_t>(ticks(t));
    lane.frame().push(WideSpike{ticks(t), element});
    unsorted_[index] = 1;
  }
  if (lane.count() > 0 && key < last_key_[index]) unsorted_[index] = 1;
  last_key_[index] = key;
  if (port_.weighted) weights_[index].push_back(weight);
  ++lane.count();
}

void SpikeOutlet::sort(std::size_t index) {
  auto& lane = lanes_[index];
  std::span<double> weights;
  if (port_.weighted) weights = weights_[index];
  if (forms_[index].fits)
    sort_payload<std::uint64_t>(lane.frame(), lane.count(), weights, std::less<>{});
  else
    sort_payload<WideSpike>(lane.frame(), lane.count(), weights,
                            [](const WideSpike& a, const WideSpike& b) {
                              return std::pair{a.tick, a.element} < std::pair{b.tick, b.element};
                            });
  unsorted_[index] = 0;
}

void SpikeOutlet::reach(Time reached) {
  for (std::size_t k = 0; k < lanes_.size(); ++k) {
    if (!lanes_[k].ends_at(reached)) continue;
    if (unsorted_[k] != 0) sort(k);
    if (port_.weighted) {
      for (const double w : weights_[k]) lanes_[k].frame().push(w);
      weights_[k].clear();
    }
    lanes_[k].reach(reached, forms_[k].fits ? transport::Payload::keys : transport::Payload::wide,
                    port_.weighted);
  }
}

// ---- signals
// -------------------------------------------------------------------------------------

void SignalOutlet::connect(Lane&& lane, const Elements& shared) {
  maps_.emplace_back(shared.shifted(-lane.connection().offset), elements_);
  lanes_.push_back(std::move(lane));
}

void SignalOutlet::put(Time t, std::span<const double> values) {
  if (t != due_)
    throw Error{Fault::protocol,
                "{}: a sample for {} where the one for {} is due, every {}",
                port_.name,
                t,
                due_,
                step_};
  if (values.size() != elements_.size())
    throw Error{Fault::protocol, "{}: {} values for {} elements", port_.name, values.size(),
                elements_.size()};
  due_ += step_;
  hash_.add(t, elements_, values);
  for (std::size_t k = 0; k < lanes_.size(); ++k) {
    auto& lane = lanes_[k];
    const auto size = maps_[k].size();
    if (port_.single)
      maps_[k].gather(values, reinterpret_cast<float*>(lane.frame().extend(size * sizeof(float))));
    else
      maps_[k].gather(values,
                      reinterpret_cast<double*>(lane.frame().extend(size * sizeof(double))));
    ++lane.count();
    lane.reach(t, port_.single ? transport::Payload::singles : transport::Payload::doubles, false);
  }
}

// ---- messages
// ------------------------------------------------------------------------------------

void MessageOutlet::connect(Lane&& lane, const Elements&) { lanes_.push_back(std::move(lane)); }

void MessageOutlet::send(Time t, std::string_view media_type, std::span<const std::byte> bytes) {
  if (!window_.contains(t))
    throw Error{Fault::protocol, "{}: a message at {} outside the window ({}, {}] that is open",
                port_.name,      t,
                window_.begin,   window_.end};
  hash_.add(t, bytes);
  for (auto& lane : lanes_) {
    auto& frame = lane.frame();
    frame.push(ticks(t));
    frame.push(static_cast<std::uint32_t>(media_type.size()));
    frame.push(std::uint32_t{0});
    frame.push(static_cast<std::uint64_t>(bytes.size()));
    std::ranges::copy(std::as_bytes(std::span{media_type}), frame.extend(media_type.size()));
    std::ranges::copy(bytes, frame.extend(bytes.size()));
    ++lane.count();
  }
}

void MessageOutlet::reach(Time reached) {
  for (auto& lane : lanes_) lane.reach(reached, transport::Payload::messages, false);
}

}  // namespace tutti::module
