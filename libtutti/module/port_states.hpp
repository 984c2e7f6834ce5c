// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "inlets.hpp"
#include "outlets.hpp"
#include "spike_merger.hpp"
#include "spike_outlet.hpp"
#include "steered.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/ports.hpp"
#include "tutti/projection.hpp"

/// What stands behind the public port classes. Owned by the port objects, known to the Runtime.
namespace tutti::module {

class Runtime;

struct InputState {
  InputState(Runtime& owner, PortDescription description)
      : runtime{owner}, port{std::move(description)} {}
  virtual ~InputState() = default;
  InputState(const InputState&) = delete;
  InputState& operator=(const InputState&) = delete;

  Runtime& runtime;
  PortDescription port;
  std::vector<control::Connection> connections;
  std::vector<control::Table> tables;  ///< As they came, one per connection.
  std::optional<ElementTable> table;   ///< All of them joined.
  std::optional<Elements> wanted;
  std::vector<Ear*> ears;    ///< One per connection, in the order of the run file.
  Steered steered;           ///< What people gave to it.
  std::vector<double> rest;  ///< Of a signal: what wanted elements are that no source has; one
                             ///< value for each or for all, if any.
  /// `extent`: of what this rank takes of the connection; `cut`: where the run goes on.
  virtual Ear& make_ear(const control::Connection& connection, Extent extent, Time cut) = 0;
  /// A window opens.
  virtual void open(Window) { taken = false; }
  /// It closes: what was not taken is waited for and dropped, so that memory stays bounded.
  virtual void close(Window) = 0;
  bool taken = true;
  /// The matrices that our sources are to apply, cut for each of their ranks.
  virtual std::vector<control::Projection> projections() const { return {}; }
  /// Bytes of one sample of the elements that a source rank and we share.
  virtual std::size_t sample_bytes(const control::Connection& c, const Elements& shared) const {
    return shared.size() * (c.single ? sizeof(float) : sizeof(double));
  }
};

template <typename EarType>
struct InputOf : InputState {
  using InputState::InputState;
  std::vector<std::unique_ptr<EarType>> own_ears;  ///< The same as what they are.
  EarType& keep(std::unique_ptr<EarType> ear) {
    ears.push_back(ear.get());
    return *own_ears.emplace_back(std::move(ear));
  }
};

struct SpikeInputState final : InputOf<SpikeEar> {
  using InputOf::InputOf;
  Ear& make_ear(const control::Connection& c, Extent extent, Time cut) override {
    return keep(std::make_unique<SpikeEar>(c, extent, cut));
  }
  void open(Window window) override { taken = window.empty(); }
  void close(Window window) override;
  Spikes add_steered(const Spikes& spikes);
  SpikePieces pieces;
  SpikeMerger merger;
  std::vector<Spike> with_steered;
};

struct SignalInputState final : InputOf<SignalEar> {
  using InputOf::InputOf;
  Ear& make_ear(const control::Connection& c, Extent, Time cut) override;
  void open(Window window) override;
  void close(Window window) override;
  std::vector<control::Projection> projections() const override;
  std::size_t sample_bytes(const control::Connection& c, const Elements& shared) const override;
  /// The projection of a connection's `initial`, where nothing has arrived yet.
  std::vector<double> projected_initial(const control::Connection& c, const Elements& part) const;
  std::optional<Projection> projection;
  std::vector<Elements> parts;  ///< Take::all: the wanted elements, or rows, of each connection.
  std::vector<double> values;
  std::vector<Sample> samples;
};

struct MessageInputState final : InputOf<MessageEar> {
  using InputOf::InputOf;
  Ear& make_ear(const control::Connection& c, Extent, Time cut) override {
    return keep(std::make_unique<MessageEar>(c, cut));
  }
  void open(Window window) override { taken = window.empty(); }
  void close(Window window) override;
};

struct OutputState {
  OutputState(Runtime& owner, PortDescription description)
      : runtime{owner}, port{std::move(description)} {}
  virtual ~OutputState() = default;
  OutputState(const OutputState&) = delete;
  OutputState& operator=(const OutputState&) = delete;

  Runtime& runtime;
  PortDescription port;
  std::vector<control::Connection> connections;
  std::optional<ElementTable> offered;
  virtual Outlet& outlet() = 0;
  virtual void open(Window) {}
};

struct SpikeOutputState final : OutputState {
  SpikeOutputState(Runtime& owner, const PortDescription& description, Duration bin)
      : OutputState{owner, description}, out{description, bin} {}
  SpikeOutlet out;
  Outlet& outlet() override { return out; }
  void open(Window window) override { out.open(window); }
};

struct SignalOutputState final : OutputState {
  SignalOutputState(Runtime& owner, const PortDescription& description, Duration bin, Duration step)
      : OutputState{owner, description}, out{description, bin, step} {}
  SignalOutlet out;
  Outlet& outlet() override { return out; }
};

struct MessageOutputState final : OutputState {
  MessageOutputState(Runtime& owner, const PortDescription& description, Duration bin)
      : OutputState{owner, description}, out{description, bin} {}
  MessageOutlet out;
  Outlet& outlet() override { return out; }
  void open(Window window) override { out.open(window); }
};

}  // namespace tutti::module
