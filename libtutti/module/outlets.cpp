// SPDX-License-Identifier: MIT
#include "outlets.hpp"

#include <algorithm>
#include <functional>

#include "tap.hpp"
#include "tutti/error.hpp"

namespace tutti::module {

void Outlet::project(std::span<const control::Projection>) {
  throw Error{Fault::protocol, "{}: a matrix for what is no signal", port_.name};
}

// ---- signals
// -------------------------------------------------------------------------------------

void SignalOutlet::connect(Lane&& lane, const Elements& shared, Extent) {
  maps_.emplace_back(shared.shifted(-lane.connection().offset), elements_);
  lanes_.push_back(std::move(lane));
  projectors_.emplace_back();
}

bool SignalOutlet::taken_whole() const {
  return hashed_ || !taps_.empty() || past_ != nullptr ||
         std::ranges::any_of(projectors_, std::logical_not{});
}

bool SignalOutlet::wanted(Time t) const {
  return taken_whole() ||
         std::ranges::any_of(lanes_, [&](const Lane& lane) { return lane.is_read(t); });
}

/// With several targets a sample is read several times, from values; so that it is not where most
/// of its cost is.
std::span<const SignalOutput::Run> SignalOutlet::draft(Time t) {
  drafted_.reset();
  if (lanes_.size() != 1 || taken_whole() || t != due_ || t > end_ || !lanes_[0].is_read(t))
    return {};
  if (!projectors_[0]->draft(runs_)) return {};
  drafted_ = t;
  return runs_;
}

void SignalOutlet::put(Time t, std::span<const double> values, SampleForm form) {
  const bool skipped = lanes_.empty() && t > due_ && t.time_since_epoch() % step_ == Duration{};
  if (t != due_ && !skipped)
    throw Error{Fault::protocol,
                "{}: a sample for {} where the one for {} is due, every {}",
                port_.name,
                t,
                due_,
                step_};
  due_ = t + step_;
  if (form == SampleForm::whole) show(t, values);
  for (std::size_t k = 0; k < lanes_.size(); ++k) put_to(k, t, values, form);
}

/// To all but the lanes.
void SignalOutlet::show(Time t, std::span<const double> values) {
  if (values.size() != elements_.size())
    throw Error{Fault::protocol, "{}: {} values for {} elements", port_.name, values.size(),
                elements_.size()};
  if (hashed_) hash_.add(t, elements_, values);
  for (auto* tap : taps_) tap->sample(t, values);
  if (past_) past_->sample(t, elements_, values);
}

void SignalOutlet::put_to(std::size_t k, Time t, std::span<const double> values, SampleForm form) {
  auto& lane = lanes_[k];
  if (projectors_[k])
    put(lane, *projectors_[k], t, values, form);
  else
    put(lane, maps_[k], values);
  if (!lane.ends_at(t)) return;
  const auto plain =
      lane.connection().single ? transport::Payload::singles : transport::Payload::doubles;
  lane.send(projectors_[k] ? transport::Payload::sums : plain, false);
}

void SignalOutlet::say_again(std::span<const checkpoint::Past> pasts, Time cut) {
  due_ = cut;
  // frame 0, the sample at 0, ends where it begins
  std::vector<Time> reached;
  for (const auto& lane : lanes_)
    reached.push_back(lane.end() == time_zero ? time_zero - step_ : lane.begin());
  checkpoint::each_sample(pasts, elements_, [&](Time t, std::span<const double> values) {
    for (std::size_t k = 0; k < lanes_.size(); ++k)
      if (t == reached[k] + step_) put_to(k, reached[k] = t, values, SampleForm::whole);
  });
  for (std::size_t k = 0; k < lanes_.size(); ++k)
    if (reached[k] != cut - step_)
      throw Error{Fault::config,
                  "{}: {} needs its samples after {}, and the checkpoint at {} does not have them "
                  "all; resume with the connections and delays of the run that was cut",
                  port_.name,
                  lanes_[k].connection().to(),
                  lanes_[k].begin(),
                  cut};
}

void SignalOutlet::put(Lane& lane, const transport::IndexMap& map, std::span<const double> values) {
  const bool single = lane.connection().single;
  const std::size_t bytes = map.size() * (single ? sizeof(float) : sizeof(double));
  if (lane.count() == 0) lane.reserve(lane.samples_per_frame() * bytes);
  if (single)
    map.gather(values, reinterpret_cast<float*>(lane.extend(bytes)));
  else
    map.gather(values, reinterpret_cast<double*>(lane.extend(bytes)));
  ++lane.count();
}

// ---- messages
// ------------------------------------------------------------------------------------

void MessageOutlet::connect(Lane&& lane, const Elements&, Extent) {
  lanes_.push_back(std::move(lane));
}

void MessageOutlet::send(Time t, std::string_view media_type, std::span<const std::byte> bytes) {
  if (!window_.contains(t))
    throw Error{Fault::protocol, "{}: a message at {} outside the window ({}, {}] that is open",
                port_.name,      t,
                window_.begin,   window_.end};
  hash_.add(t, bytes);
  if (past_) past_->message(t, media_type, bytes);
  for (auto& lane : lanes_) push(lane, t, media_type, bytes);
}

void MessageOutlet::push(Lane& lane, Time t, std::string_view media_type,
                         std::span<const std::byte> bytes) {
  auto& frame = lane.frame();
  frame.push(ticks(t));
  frame.push(static_cast<std::uint32_t>(media_type.size()));
  frame.push(std::uint32_t{0});
  frame.push(static_cast<std::uint64_t>(bytes.size()));
  std::ranges::copy(std::as_bytes(std::span{media_type}), frame.extend(media_type.size()));
  std::ranges::copy(bytes, frame.extend(bytes.size()));
  ++lane.count();
}

void MessageOutlet::say_again(std::span<const checkpoint::Past> pasts, Time cut) {
  for (auto& lane : lanes_) {
    for (std::size_t rank = 0; rank < pasts.size(); ++rank) {
      const auto ranks = static_cast<std::size_t>(lane.connection().source_ranks);
      if ((rank < ranks ? rank : 0) != lane.own_rank()) continue;  // rank 0 speaks for the lost
      const auto& past = pasts[rank];
      for (std::size_t k = 0; k < past.times.size(); ++k) {
        if (past.times[k] + lane.connection().delay <= cut) continue;  // its target has taken it
        while (past.times[k] > lane.end()) lane.send(transport::Payload::messages, false);
        push(lane, past.times[k], past.texts.at(2 * k),
             std::as_bytes(std::span{past.texts.at(2 * k + 1)}));
      }
    }
    while (lane.begin() < lane.end() && lane.end() <= cut)
      lane.send(transport::Payload::messages, false);
  }
}

void MessageOutlet::reach(Time reached) {
  for (auto& lane : lanes_)
    if (lane.ends_at(reached)) lane.send(transport::Payload::messages, false);
}

}  // namespace tutti::module
