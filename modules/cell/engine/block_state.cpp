// SPDX-License-Identifier: MIT
// What a cell takes along into a checkpoint: by its own nodes and synapses, so that it may come
// back in another lane, another block or on another rank.
#include <algorithm>
#include <tuple>

#include "engine/block.hpp"
#include "tutti/error.hpp"

namespace cell::engine {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

}  // namespace

void Block::restart(std::int64_t step) {
  done_ = mean_since_ = step;
  events_.restart(step);
}

void Block::visit(tutti::Fields& fields, int lane, std::span<const int> slots) {
  visit_rows(fields, lane, v_);
  if (uses_calcium())
    for (auto* array : {&cai_, &eca_, &i_ca_, &i_ca_sum_}) visit_rows(fields, lane, *array);
  visit_ions(fields, lane);
  std::int64_t mean_over = done_ - mean_since_;
  fields(mean_over);
  mean_since_ = done_ - mean_over;
  visit_mechanisms(fields, lane);
  for (const int slot : slots) {
    const auto k = at(static_cast<int>(slot_place_[index(slot)]), lane);
    fields(rising_[k]), fields(falling_[k]);
  }
  visit_events(fields, lane, slots);
  electrodes_.visit(fields, lane, [&](int node) { return model_.row(lane, node); });
  visit_drive(fields, lane);
  auto& watch = watches_[index(lane)];
  fields(watch.above), fields(watch.v_mV);
}

void Block::visit_rows(tutti::Fields& fields, int lane, AlignedArray& array) {
  for (int node = 0; node < model_.type(lane).tables().nodes; ++node)
    fields(array[at(model_.row(lane, node), lane)]);
}

/// Concentrations and parameters are set anew in each window. What was counted need not be counted
/// in the run that goes on, which may have other outputs.
void Block::visit_ions(tutti::Fields& fields, int lane) {
  bool counted = ions_.lasting();
  fields(counted);
  if (!counted) return;
  AlignedArray nobodys{index(tables().nodes) * lanes};
  for (auto* sum : ions_.sums()) visit_rows(fields, lane, ions_.lasting() ? *sum : nobodys);
}

/// Cells of several types have their mechanisms merged by row; by node the order is the cell's own.
void Block::visit_mechanisms(tutti::Fields& fields, int lane) {
  std::vector<int> node_of(index(tables().nodes), -1);
  for (int node = 0; node < model_.type(lane).tables().nodes; ++node)
    node_of[index(model_.row(lane, node))] = node;
  struct Entry {
    int kind, node, mechanism, place;
  };
  std::vector<Entry> entries;
  for (int m = 0; m < tables().mechanism_count; ++m) {
    const auto& table = tables().mechanisms[m];
    for (int k = 0; k < table.count; ++k)
      if (table.present == nullptr || table.present[at(k, lane)] != 0)
        entries.push_back({table.kind, node_of[index(table.node[k])], m, k});
  }
  std::ranges::stable_sort(entries, {}, [](const Entry& e) { return std::tuple{e.kind, e.node}; });
  for (const auto& e : entries) {
    const int states = model_.entry(index(e.mechanism)).states;
    for (int s = 0; s < states; ++s)
      fields(mechanism_x_[index(e.mechanism)][at(e.place * states + s, lane)]);
  }
}

void Block::visit_events(tutti::Fields& fields, int lane, std::span<const int> slots) {
  struct Waiting {
    std::int64_t ahead;   // steps
    std::uint64_t place;  // among `slots`
    double weight_uS;
  };
  std::vector<Waiting> waiting;
  if (fields.saving()) {
    std::vector<std::uint64_t> place(slots_.size());
    for (std::size_t k = 0; k < slots.size(); ++k) place[slot_place_[index(slots[k])]] = k;
    events_.for_each([&](std::int64_t ahead, const Event& event) {
      if (event.lane == static_cast<std::uint32_t>(lane))
        waiting.push_back({ahead, place[event.slot], event.weight_uS});
    });
  }
  fields(waiting);
  if (fields.saving()) return;
  for (const auto& one : waiting) {
    if (one.ahead < 0 || one.place >= slots.size())
      throw tutti::Error{
          tutti::Fault::config,
          "the checkpoint has an event for synapse {} of a cell that has {} kinds of "
          "them; was it saved by another model?",
          one.place, slots.size()};
    deliver(done_ + one.ahead, slots[one.place], lane, one.weight_uS);
  }
}

void Block::visit_drive(tutti::Fields& fields, int lane) {
  bool driven = state_.drive != nullptr;
  fields(driven);
  if (!driven) return;
  make_drive();
  visit_rows(fields, lane, injected_);
  visit_rows(fields, lane, from_outside_);
  for (int node = 0; node < model_.type(lane).tables().nodes; ++node) {
    const auto k = at(model_.row(lane, node), lane);
    drive_[k] = injected_[k] + from_outside_[k];
  }
}

}  // namespace cell::engine
