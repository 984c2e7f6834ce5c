// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "outlets.hpp"
#include "tutti/spike_desk.hpp"

namespace tutti::module {

/// A spike output at run time. Most ports only ever send an element's spikes one way: those are
/// written by the desk, inline in SpikeOutput::send, and hashed when their frame closes. What the
/// desk does not take (a full pen, several targets, weights, a time that rounding moved) comes
/// here.
class SpikeOutlet final : public Outlet {
 public:
  using Outlet::Outlet;
  void connect(Lane&& lane, const Elements& shared, Extent whole) override;
  void begin(Time end) override;
  void open(Window window) {
    window_ = window;
    desk_.after = ticks(window.begin), desk_.until = ticks(window.end);
  }
  void reach(Time reached) override;
  void tap(std::vector<Tap*> taps) override;
  void remember(Time from) override;
  HashBins hash_at_cut() const override;
  void forget() override;
  void say_again(std::span<const checkpoint::Past> pasts, Time cut) override;
  /// A spike of the open window. Throws Error{protocol} for one that is not of this rank or window.
  void send(std::uint64_t element, Time t, double weight);
  SpikeDesk& desk() { return desk_; }

 private:
  /// What a pen writes into, and how.
  struct Sheet {
    KeyForm form;
    Elements wanted;              ///< In our numbers.
    std::vector<double> weights;  ///< Of the open frame, where the port has weights.
    bool unsorted_wide = false;
    std::uint64_t* first = nullptr;  ///< Where the keys of the open frame begin.
    std::size_t expected = 500;      ///< About as many keys as the last frames had, and more.
  };
  void open_desk();
  void send_frame(std::size_t lane);
  void lay_table();
  void lay_routes();
  void push(std::size_t lane, std::uint64_t element, Time t, double weight);
  Time inside(std::uint64_t element, Time t) const;
  void refill(std::size_t lane);
  void start_frame(std::size_t lane);
  void give_paper(std::size_t lane, std::size_t written, std::size_t keys);
  void close(std::size_t lane);
  void hash_keys(std::size_t lane, std::span<const std::uint64_t> keys);
  std::size_t place_of(std::uint64_t element) const;

  Window window_{};
  std::vector<Sheet> sheets_;  // by lane, as pens_
  std::vector<SpikePen> pens_;
  SpikeDesk desk_;
  std::uint64_t span_ = 0;  // of the desk, while nobody taps
  std::vector<std::uint8_t> pen_of_;
  bool hash_late_ = false;              // every element has one pen at most: frames are hashed
  std::vector<std::uint32_t> offsets_;  // lanes of the element at a place, CSR
  std::vector<std::uint32_t> targets_;
};

}  // namespace tutti::module
