// SPDX-License-Identifier: MIT
// What one process saves, and how it finds itself again. Beside the module's own entries there are
// ".hashes PORT" and ".past PORT" of each output and ".steered PORT" of each input, by rank.
#include <algorithm>

#include "../checkpoint/file.hpp"
#include "runtime.hpp"
#include "tutti/error.hpp"
#include "tutti/plan/rules.hpp"

namespace tutti::module {

void Runtime::keep(std::function<void(State&)> visit) {
  if (matched_) throw Error{Fault::protocol, "{}: keep() comes before the run is joined", name_};
  keeper_ = std::move(visit);
  keeps_ = true;
}

void Runtime::take_save_orders() {
  for (auto& order : session_->save_orders()) {
    const auto place = std::ranges::upper_bound(save_orders_, order.at, {}, &control::Save::at);
    save_orders_.insert(place, std::move(order));
  }
}

/// A checkpoint is near: outputs begin to remember what their targets may still need then. Frames
/// of spikes are hashed when they close, so a whole one counts there.
void Runtime::remember_for_save() {
  const auto& next = save_orders_.front();
  if (remembering_ || window_.end <= next.since) return;
  remembering_ = true;
  for (auto* output : outputs_) {
    Time from = next.at;
    for (const auto& c : output->connections) {
      const Time needed = needed_from(c, next.at);
      from = std::min(from, c.kind == PortKind::signal ? needed : needed - c.interval);
    }
    output->outlet().remember(std::max(from, next.since));
  }
}

void Runtime::save() {
  const auto order = std::move(save_orders_.front());
  save_orders_.pop_front();
  control::Saved answer{clock_, {}};
  try {
    State state;
    if (keeper_) keeper_(state);
    const auto rank = static_cast<std::uint64_t>(ranks_.rank);
    for (auto* output : outputs_) {
      const auto& name = output->port.name;
      auto bins = output->outlet().hash_at_cut().bins();
      state.entry(".hashes " + name, rank, [&](Fields& fields) { fields(bins); });
      auto past = *output->outlet().past();
      state.entry(".past " + name, rank, [&](Fields& fields) { past.visit(fields); });
    }
    for (auto* input : inputs_)
      state.entry(".steered " + input->port.name, rank,
                  [&](Fields& fields) { input->steered.visit(fields); });
    checkpoint::write(info_.folder / order.folder,
                      {name_, static_cast<std::uint32_t>(ranks_.rank),
                       static_cast<std::uint32_t>(ranks_.count), clock_, info_.seed},
                      state.entries());
  } catch (const std::exception& e) {  // the run goes on; whoever ordered it hears why
    answer.text = e.what();
  }
  remembering_ = false;
  if (!save_orders_.empty() && save_orders_.front().since < clock_) {
    remember_for_save();  // of what was said for this one, some is needed for the next as well
  } else {
    for (auto* output : outputs_) output->outlet().forget();
  }
  session_->send(std::move(answer));
}

namespace {

/// How many ranks saved something of a kind.
std::uint64_t ranks_in(const State& state, const std::string& part) {
  std::uint64_t ranks = 0;
  while (state.has(part, ranks)) ++ranks;
  return ranks;
}

}  // namespace

/// A module that is new in the run has nothing to find: it begins at the cut.
void Runtime::restore() {
  for (auto* input : inputs_)
    for (auto* ear : input->ears) ear->release(clock_, false);
  if (!checkpoint::holds(info_.resume, name_)) {
    for (auto* output : outputs_) output->outlet().say_again({}, info_.cut);
    return;
  }
  State state{checkpoint::read(info_.resume, name_, info_.cut)};
  for (auto* output : outputs_) {
    const auto hashes = ".hashes " + output->port.name, part = ".past " + output->port.name;
    if (ranks_.rank == 0)
      for (std::uint64_t rank = 0; rank < ranks_in(state, hashes); ++rank)
        state.entry(hashes, rank, [&](Fields& fields) {
          std::vector<std::uint64_t> bins;
          fields(bins);
          output->outlet().restore(bins);
        });
    std::vector<checkpoint::Past> pasts(ranks_in(state, part));
    for (std::uint64_t rank = 0; rank < pasts.size(); ++rank)
      state.entry(part, rank, [&](Fields& fields) { pasts[rank].visit(fields); });
    output->outlet().say_again(pasts, info_.cut);
  }
  for (auto* input : inputs_) {
    const auto part = ".steered " + input->port.name;
    if (state.has(part, 0))  // the same on every rank
      state.entry(part, 0, [&](Fields& fields) { input->steered.visit(fields); });
  }
  if (keeper_) keeper_(state);
}

}  // namespace tutti::module
