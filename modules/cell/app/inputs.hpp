// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/element_table.hpp"
#include "tutti/module.hpp"

namespace cell {

/// The spikes that come from outside: through ports, or played from what the model brings along.
class Inputs {
 public:
  /// The ports. Call before any element table is asked for.
  void declare(tutti::Module& module, const Model& model);

  /// Calls `found(input, table)` with the sources of each input that has any.
  template <typename F>
  void each_table(F&& found) const {
    for (std::size_t k = 0; k < inputs_.size(); ++k)
      if (auto* port = inputs_[k].port; port == nullptr)
        found(k, inputs_[k].table);
      else if (port->connected())
        found(k, port->elements());
  }

  /// Goes on at `now` in a run that is resumed.
  void resume(tutti::Time now) {
    for (auto& in : inputs_)
      while (in.played != nullptr && in.next < in.played->spikes.size() &&
             in.played->spikes[in.next].first <= now)
        ++in.next;
  }

  /// Calls `found(input, source, time)` for what arrives in the window, input by input.
  template <typename F>
  void each_spike(const tutti::Window& window, F&& found) {
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      auto& in = inputs_[k];
      if (in.port != nullptr) {
        if (!in.port->connected()) continue;
        for (const auto& spike : in.port->take()) found(k, spike.element, spike.time);
        continue;
      }
      const auto& spikes = in.played->spikes;
      for (; in.next < spikes.size() && spikes[in.next].first <= window.end; ++in.next)
        found(k, spikes[in.next].second, spikes[in.next].first);
    }
  }

 private:
  struct Input {
    tutti::SpikeInput* port = nullptr;
    const PlayedModel* played = nullptr;  // where there is no port
    tutti::ElementTable table{};          // likewise
    std::size_t next = 0;                 // spike to be played
  };
  std::vector<Input> inputs_;
};

}  // namespace cell
