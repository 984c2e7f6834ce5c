// SPDX-License-Identifier: MIT
#include "spike_outlet.hpp"

#include <algorithm>
#include <numeric>

#include "tap.hpp"
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

/// Orders items and the weights that belong to them, if any, by (time, element, order sent).
template <typename T, typename Less>
void sort_payload(std::span<T> items, std::span<double> weights, Less less) {
  if (weights.empty()) {
    std::ranges::sort(items, less);  // equal items are the same bytes: no order among them
    return;
  }
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return less(items[a], items[b]); });
  const std::vector<T> old_items{items.begin(), items.end()};
  const std::vector<double> old_weights{weights.begin(), weights.end()};
  for (std::size_t k = 0; k < items.size(); ++k) {
    items[k] = old_items[order[k]];
    weights[k] = old_weights[order[k]];
  }
}

}  // namespace

void SpikeOutlet::connect(Lane&& lane, const Elements& shared, Extent whole) {
  const auto offset = lane.connection().offset;  // from our numbers to the target's
  Sheet sheet;
  sheet.form = KeyForm{whole, lane.connection().interval};
  sheet.form.base -= static_cast<std::uint64_t>(offset);
  sheet.wanted = shared.shifted(-offset);
  sheets_.push_back(std::move(sheet));
  lanes_.push_back(std::move(lane));
}

void SpikeOutlet::begin(Time end) {
  Outlet::begin(end);
  lay_routes();
  lay_table();
  pens_.resize(lanes_.size());
  desk_.pens = pens_.data();
  for (std::size_t k = 0; k < lanes_.size(); ++k) start_frame(k);
}

/// Lanes by element.
void SpikeOutlet::lay_routes() {
  std::vector<std::uint32_t> counts(elements_.size() + 1, 0);
  const auto each = [&](auto&& act) {
    for (std::uint32_t lane = 0; lane < sheets_.size(); ++lane)
      transport::IndexMap{sheets_[lane].wanted, elements_}.visit(
          [&](auto, auto place) { act(lane, place); });
  };
  each([&](auto, auto place) { ++counts[place + 1]; });
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
  offsets_ = counts;
  targets_.resize(counts.back());
  each([&](auto lane, auto place) { targets_[counts[place]++] = lane; });
}

/// The desk's table, where the elements lie close enough together for one.
void SpikeOutlet::lay_table() {
  constexpr std::uint64_t widest = std::uint64_t{1} << 26;
  constexpr std::size_t most_pens = 255;
  if (elements_.empty() || port_.weighted || lanes_.size() > most_pens) return;
  hash_late_ = std::ranges::all_of(sheets_, [](const auto& sheet) { return sheet.form.fits; });
  for (std::size_t k = 0; k + 1 < offsets_.size(); ++k)
    hash_late_ = hash_late_ && offsets_[k + 1] - offsets_[k] <= 1;
  if (!hash_late_ || elements_.back() - elements_.front() >= widest) return;
  desk_.low = elements_.front();
  desk_.span = elements_.back() - elements_.front() + 1;
  pen_of_.assign(desk_.span, 0);
  std::size_t place = 0;
  for (const auto& range : elements_.ranges())
    for (std::uint64_t k = 0; k < range.count; ++k, ++place)
      if (offsets_[place + 1] > offsets_[place])
        pen_of_[range.first + k * range.stride - desk_.low] =
            static_cast<std::uint8_t>(targets_[offsets_[place]] + 1);
  desk_.pen_of = pen_of_.data();
  span_ = desk_.span;
}

/// The desk takes no spikes while somebody wants copies: they all come by send().
void SpikeOutlet::open_desk() { desk_.span = taps_.empty() && !past_ ? span_ : 0; }

void SpikeOutlet::tap(std::vector<Tap*> taps) {
  Outlet::tap(std::move(taps));
  open_desk();
}

void SpikeOutlet::remember(Time from) {
  Outlet::remember(from);
  open_desk();
}

void SpikeOutlet::forget() {
  Outlet::forget();
  open_desk();
}

/// What lies in frames that are not closed yet counts as well.
HashBins SpikeOutlet::hash_at_cut() const {
  auto hash = hash_;
  if (!hash_late_ || !past_) return hash;
  for (std::size_t k = 0; k < past_->times.size(); ++k) {
    const auto place = place_of(past_->elements[k]);
    if (offsets_[place + 1] == offsets_[place]) continue;
    if (past_->times[k] > lanes_[targets_[offsets_[place]]].begin())
      hash.add(past_->times[k], past_->elements[k]);
  }
  return hash;
}

void SpikeOutlet::say_again(std::span<const checkpoint::Past> pasts, Time cut) {
  for (std::size_t k = 0; k < lanes_.size(); ++k)
    for (const auto& past : pasts)
      if (past.from > lanes_[k].begin())
        throw Error{Fault::config,
                    "{}: {} needs its spikes after {}, the checkpoint has them from {} on; resume "
                    "with the connections and delays of the run that was cut",
                    port_.name,
                    lanes_[k].connection().to(),
                    lanes_[k].begin(),
                    past.from};
  for (const auto& spike : checkpoint::spikes(pasts, elements_)) {
    const auto place = place_of(spike.element);
    for (auto at = offsets_[place]; at < offsets_[place + 1]; ++at) {
      const auto k = targets_[at];
      if (spike.time + lanes_[k].connection().delay <= cut) continue;  // its target has taken it
      while (spike.time > lanes_[k].end()) send_frame(k);
      push(k, spike.element, spike.time, spike.weight);
      if (hash_late_) hash_.take_back(spike.time, spike.element);
    }
  }
  for (std::size_t k = 0; k < lanes_.size(); ++k)
    while (lanes_[k].begin() < lanes_[k].end() && lanes_[k].end() <= cut) send_frame(k);
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

std::size_t SpikeOutlet::place_of(std::uint64_t element) const {
  if (const auto place = elements_.index_of(element)) return *place;
  throw Error{Fault::protocol, "{}: element {} is not among those offered by this rank ({})",
              port_.name, element, to_string(elements_)};
}

void SpikeOutlet::send(std::uint64_t element, Time t, double weight) {
  t = inside(element, t);
  const auto place = place_of(element);
  for (auto* tap : taps_) tap->spike(t, element, place);
  if (past_) past_->spike(t, element, weight);
  const bool wanted = offsets_.size() > place + 1 && offsets_[place + 1] > offsets_[place];
  if (!hash_late_ || !wanted) hash_.add(t, element);
  if (!wanted) return;
  for (auto k = offsets_[place]; k < offsets_[place + 1]; ++k)
    push(targets_[k], element, t, weight);
}

void SpikeOutlet::push(std::size_t index, std::uint64_t element, Time t, double weight) {
  auto& sheet = sheets_[index];
  auto& pen = pens_[index];
  if (sheet.form.fits) {
    if (pen.next == pen.limit) refill(index);
    pen.write(element, ticks(t));
  } else {
    lanes_[index].frame().push(WideSpike{ticks(t), element});
    ++lanes_[index].count();
    sheet.unsorted_wide = true;
  }
  if (port_.weighted) sheet.weights.push_back(weight);
}

/// Lets the pen write into the lane's own buffer, behind what is `written` there: up to `keys`.
void SpikeOutlet::give_paper(std::size_t index, std::size_t written, std::size_t keys) {
  auto& frame = lanes_[index].frame();
  frame.reserve(sizeof(transport::FrameHeader) + keys * sizeof(std::uint64_t));
  sheets_[index].first =
      reinterpret_cast<std::uint64_t*>(frame.data() + sizeof(transport::FrameHeader));
  pens_[index].next = sheets_[index].first + written;
  pens_[index].limit = sheets_[index].first + keys;
}

/// The pen has come to the end of its paper: gets more.
void SpikeOutlet::refill(std::size_t index) {
  auto& lane = lanes_[index];
  const auto written = static_cast<std::size_t>(pens_[index].next - sheets_[index].first);
  if (lane.reserved())
    lane.leave_reserved(written * sizeof(std::uint64_t));
  else
    lane.frame().extend(sizeof(transport::FrameHeader) + written * sizeof(std::uint64_t) -
                        lane.frame().size());
  give_paper(index, written, 2 * written + 500);
}

/// A frame is begun where it will be sent from, if there is room for as much as the last ones had.
void SpikeOutlet::start_frame(std::size_t index) {
  auto& sheet = sheets_[index];
  auto& pen = pens_[index];
  pen = {nullptr, nullptr, ticks(lanes_[index].begin()), sheet.form.base, sheet.form.element_bits};
  if (!sheet.form.fits) return;
  auto* place = port_.weighted ? nullptr  // weights follow, as many as there will be keys
                               : lanes_[index].reserve(sheet.expected * sizeof(std::uint64_t));
  if (place != nullptr) {
    sheet.first = reinterpret_cast<std::uint64_t*>(place);
    pen.next = sheet.first;
    pen.limit = sheet.first + sheet.expected;
  } else {
    give_paper(index, 0, sheet.expected);
  }
  sheet.first[-1] = 0;  // in the header, which is written last: no key is smaller
}

/// Marks the keys of a frame that is about to go.
void SpikeOutlet::hash_keys(std::size_t index, std::span<const std::uint64_t> keys) {
  if (!hash_late_ || !hash_.on()) return;
  const auto& form = sheets_[index].form;
  hash_.add(keys, SpikeCode{lanes_[index].begin(), form.base, form.element_bits});
}

void SpikeOutlet::close(std::size_t index) {
  auto& lane = lanes_[index];
  auto& sheet = sheets_[index];
  auto& pen = pens_[index];
  auto& frame = lane.frame();
  std::span<double> weights{sheet.weights};
  if (sheet.form.fits) {
    const std::span keys{sheet.first, pen.next};
    if (lane.reserved())
      lane.extend(keys.size_bytes());
    else
      frame.extend(sizeof(transport::FrameHeader) + keys.size_bytes() - frame.size());
    lane.count() = static_cast<std::uint32_t>(keys.size());
    if (pen.unsorted) sort_payload(keys, weights, std::less<>{});
    hash_keys(index, keys);
    sheet.expected = std::max(keys.size() + keys.size() / 8, sheet.expected / 8 * 7) + 60;
  } else if (sheet.unsorted_wide) {
    sort_payload(payload<WideSpike>(frame), weights, [](const WideSpike& a, const WideSpike& b) {
      return std::pair{a.tick, a.element} < std::pair{b.tick, b.element};
    });
    sheet.unsorted_wide = false;
  }
  if (!weights.empty())
    std::memcpy(lane.extend(weights.size_bytes()), weights.data(), weights.size_bytes());
  sheet.weights.clear();
}

void SpikeOutlet::reach(Time reached) {
  for (auto* tap : taps_) tap->reach(reached);
  for (std::size_t k = 0; k < lanes_.size(); ++k)
    if (lanes_[k].ends_at(reached)) send_frame(k);
}

void SpikeOutlet::send_frame(std::size_t k) {
  close(k);
  lanes_[k].send(sheets_[k].form.fits ? transport::Payload::keys : transport::Payload::wide,
                 port_.weighted);
  start_frame(k);
}

}  // namespace tutti::module
