// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "../checkpoint/past.hpp"
#include "../transport/index_map.hpp"
#include "hash_bins.hpp"
#include "lane.hpp"
#include "projector.hpp"
#include "tutti/elements.hpp"
#include "tutti/port.hpp"
#include "tutti/ports.hpp"

/// The source side of ports at run time: what a module sends is hashed, routed and packed.
namespace tutti::module {

class Tap;

class Outlet {
 public:
  Outlet(PortDescription port, Duration hash_bin) : port_{std::move(port)}, hash_{hash_bin} {}
  virtual ~Outlet() = default;
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  const PortDescription& port() const { return port_; }
  std::vector<Lane>& lanes() { return lanes_; }
  const HashBins& hash() const { return hash_; }
  /// Whether elements are hashed: on every rank or on none. What only travels as sums is not, since
  /// what is made of the sums is.
  bool hashed() const { return hashed_; }
  void hash_elements(bool on) { hashed_ = on; }

  /// This rank's elements are known.
  void offer(Elements elements) { elements_ = std::move(elements); }
  const Elements& elements() const { return elements_; }
  /// Adds the way to one target rank. `shared`: what it wants of us, in the target's numbers;
  /// `whole`: what it wants of all our ranks.
  virtual void connect(Lane&& lane, const Elements& shared, Extent whole) = 0;
  /// The last lane's target sent a matrix: its product with the samples travels in their place.
  virtual void project(std::span<const control::Projection> pieces);
  /// All lanes are there; `end`: the module's last step.
  virtual void begin(Time end) { end_ = end; }
  /// The module goes from window to window: `reached` is its new clock.
  virtual void reach(Time reached) = 0;
  /// Who gets copies from the open window on.
  virtual void tap(std::vector<Tap*> taps) { taps_ = std::move(taps); }
  const std::vector<Tap*>& taps() const { return taps_; }

  /// A checkpoint is to come: what is said after `from` is remembered, and what was before stays.
  virtual void remember(Time from) {
    if (!past_) past_ = std::make_unique<checkpoint::Past>();
    past_->begin_at(from);
  }
  /// What was remembered until now, at `cut`, and its hashes so far.
  const checkpoint::Past* past() const { return past_.get(); }
  virtual HashBins hash_at_cut() const { return hash_; }
  virtual void forget() { past_.reset(); }
  /// Before begin(), in a run that is resumed: the hashes of what was said before the cut.
  void restore(std::span<const std::uint64_t> bins) { hash_.restore(bins); }
  /// After begin(): says again what all ranks of this output remember, to the lanes alone.
  virtual void say_again(std::span<const checkpoint::Past> pasts, Time cut) = 0;

 protected:
  PortDescription port_;
  HashBins hash_;
  bool hashed_ = true;
  Elements elements_;
  std::vector<Lane> lanes_;
  std::vector<Tap*> taps_;
  std::unique_ptr<checkpoint::Past> past_;
  Time end_{};
};

/// How a sample comes to an outlet: as values, written to its draft before, or not at all.
enum class SampleForm { whole, draft, none };

class SignalOutlet final : public Outlet {
 public:
  SignalOutlet(PortDescription port, Duration hash_bin, Duration step)
      : Outlet{std::move(port), hash_bin}, step_{step} {}
  void connect(Lane&& lane, const Elements& shared, Extent whole) override;
  void project(std::span<const control::Projection> pieces) override;
  void reach(Time) override {}
  /// The sample at `t`, one value per element of this rank, ascending. Requires the next grid time,
  /// or a later one where nobody is connected.
  void put(Time t, std::span<const double> values, SampleForm form = SampleForm::whole);
  /// As SignalOutput says.
  bool wanted(Time t) const;
  std::span<const SignalOutput::Run> draft(Time t);
  /// A draft was asked for, and is still all that anybody needs.
  bool drafted(Time t) const { return drafted_ == t && !taken_whole(); }
  /// When the next sample is due; past the end when there is none.
  Time due() const { return due_; }
  void say_again(std::span<const checkpoint::Past> pasts, Time cut) override;

 private:
  Duration step_;
  Time due_{};
  void show(Time t, std::span<const double> values);
  /// To lane `k`, as it is or as a projection says.
  void put_to(std::size_t k, Time t, std::span<const double> values, SampleForm form);
  /// A sample goes to one lane, as it is or as its part of a projection.
  void put(Lane& lane, const transport::IndexMap& map, std::span<const double> values);
  void put(Lane& lane, Projector& projector, Time t, std::span<const double> values,
           SampleForm form);
  /// Somebody takes elements as they are, if only to remember them.
  bool taken_whole() const;

  std::vector<transport::IndexMap> maps_;               // by lane
  std::vector<std::unique_ptr<Projector>> projectors_;  // by lane; null: elements travel
  std::vector<SignalOutput::Run> runs_;
  std::optional<Time> drafted_;
};

class MessageOutlet final : public Outlet {
 public:
  using Outlet::Outlet;
  void connect(Lane&& lane, const Elements& shared, Extent whole) override;
  void open(Window window) { window_ = window; }
  void reach(Time reached) override;
  void send(Time t, std::string_view media_type, std::span<const std::byte> bytes);
  void say_again(std::span<const checkpoint::Past> pasts, Time cut) override;

 private:
  static void push(Lane& lane, Time t, std::string_view media_type,
                   std::span<const std::byte> bytes);

  Window window_{};
};

}  // namespace tutti::module
