// SPDX-License-Identifier: MIT
// The part of Runtime that observers and people meet.
#include "runtime.hpp"

namespace tutti::module {

/// Tells what there is to tap and to steer. Elements are known by now and stay as they are.
void Runtime::open_taps() {
  std::vector<Taps::Port> ports;
  for (auto* output : outputs_) {
    Taps::Port port{{output->port, output->outlet().elements()}, &output->outlet(), nullptr};
    if (output->offered) port.table = &*output->offered;
    port.info.description.elements = port.info.ids.size();
    ports.push_back(std::move(port));
  }
  for (auto* input : inputs_) {
    Taps::Port port{{input->port, input->wanted.value_or(Elements{})}, nullptr, nullptr};
    port.info.description.elements = port.info.ids.size();
    ports.push_back(std::move(port));
  }
  session_->taps().open({name_,
                         static_cast<std::uint32_t>(ranks_.rank),
                         static_cast<std::uint32_t>(ranks_.count),
                         step_,
                         {}},
                        std::move(ports));
}

void Runtime::take_steering() {
  for (auto& inject : session_->injections()) {
    const auto port = inject.what.port.substr(inject.what.port.find('.') + 1);
    for (auto* input : inputs_)
      if (input->port.name == port) input->steered.add(std::move(inject));
  }
}

}  // namespace tutti::module
