// SPDX-License-Identifier: MIT
// tutti.h: ports, and what goes through them.
#include "handles.hpp"

using namespace tutti;
using c::as;
using c::guarded;
using c::guarded_handle;

namespace {

template <typename Port>
tutti_port* keep(tutti_module* module, Port& port) {
  auto& made = module->ports.emplace_back();
  made.module = module;
  made.port = &port;
  return &made;
}

Module& face(tutti_module* module) { return module->membership->face(); }

}  // namespace

tutti_port* tutti_spike_input(tutti_module* module, const char* name, int flags) {
  return guarded_handle([&] {
    SpikeInputOptions options;
    options.optional = (flags & TUTTI_OPTIONAL) != 0;
    return keep(module, face(module).spike_input(c::text(name), options));
  });
}

tutti_port* tutti_spike_output(tutti_module* module, const char* name, int flags) {
  return guarded_handle([&] {
    SpikeOutputOptions options;
    options.weighted = (flags & TUTTI_WEIGHTED) != 0;
    return keep(module, face(module).spike_output(c::text(name), options));
  });
}

tutti_port* tutti_signal_input(tutti_module* module, const char* name, const char* unit,
                               const char* element, int take, int flags) {
  return guarded_handle([&] {
    if (take < TUTTI_LATEST || take > TUTTI_ALL)
      throw Error{Fault::usage, "{}: a signal input takes latest, linear or all, not {}",
                  c::text(name), take};
    SignalInputOptions options;
    options.unit = c::text(unit), options.element = c::text(element);
    options.take = static_cast<Take>(take);
    options.optional = (flags & TUTTI_OPTIONAL) != 0;
    return keep(module, face(module).signal_input(c::text(name), options));
  });
}

tutti_port* tutti_signal_output(tutti_module* module, const char* name, const char* unit,
                                const char* element, int flags) {
  return guarded_handle([&] {
    SignalOutputOptions options;
    options.unit = c::text(unit), options.element = c::text(element);
    options.mean = (flags & TUTTI_MEAN) != 0;
    options.direct = (flags & TUTTI_DIRECT) != 0;
    options.single = (flags & TUTTI_SINGLE) != 0;
    return keep(module, face(module).signal_output(c::text(name), options));
  });
}

tutti_port* tutti_message_input(tutti_module* module, const char* name, int flags) {
  return guarded_handle([&] {
    MessageInputOptions options;
    options.optional = (flags & TUTTI_OPTIONAL) != 0;
    return keep(module, face(module).message_input(c::text(name), options));
  });
}

tutti_port* tutti_message_output(tutti_module* module, const char* name) {
  return guarded_handle(
      [&] { return keep(module, face(module).message_output(c::text(name), {})); });
}

int tutti_connected(tutti_port* port) {
  bool connected = false;
  const int fault = guarded(
      [&] { connected = std::visit([](const auto* p) { return p->connected(); }, port->port); });
  return fault != TUTTI_OK ? -fault : connected ? 1 : 0;
}

int tutti_take_spikes(tutti_port* input, const int64_t** times, const uint64_t** elements,
                      const double** weights, size_t* count) {
  return guarded([&] {
    const auto spikes = as<SpikeInput>(input, "spike input").take();
    input->times.resize(spikes.size());
    input->numbers.resize(spikes.size());
    input->weights.resize(spikes.size());
    for (std::size_t k = 0; k < spikes.size(); ++k) {
      const auto spike = spikes[k];
      input->times[k] = ticks(spike.time);
      input->numbers[k] = spike.element;
      input->weights[k] = spike.weight;
    }
    *times = input->times.data(), *elements = input->numbers.data();
    *weights = input->weights.data(), *count = spikes.size();
  });
}

int tutti_send_spikes(tutti_port* output, const uint64_t* elements, const int64_t* times,
                      const double* weights, size_t count) {
  return guarded([&] {
    auto& port = as<SpikeOutput>(output, "spike output");
    for (std::size_t k = 0; k < count; ++k)
      port.send(elements[k], time_of(times[k]), weights != nullptr ? weights[k] : 1.0);
  });
}

int tutti_read(tutti_port* input, const double** values, size_t* count) {
  return guarded([&] {
    const auto read = as<SignalInput>(input, "signal input").at(input->module->window.begin);
    *values = read.data(), *count = read.size();
  });
}

int tutti_samples(tutti_port* input, size_t* count) {
  return guarded([&] {
    input->samples = as<SignalInput>(input, "signal input").all();
    *count = input->samples.size();
  });
}

int tutti_sample(tutti_port* input, size_t index, int64_t* arrival, const double** values,
                 uint64_t* elements, size_t* count) {
  return guarded([&] {
    if (index >= input->samples.size())
      throw Error{Fault::usage, "sample {} of {}", index, input->samples.size()};
    const auto& sample = input->samples[index];
    *arrival = ticks(sample.arrival), *values = sample.values.data();
    *count = sample.values.size();
    if (elements != nullptr)
      sample.elements->for_each([&](std::uint64_t element) { *elements++ = element; });
  });
}

int tutti_put(tutti_port* output, int64_t time, const double* values, size_t count) {
  return guarded([&] {
    as<SignalOutput>(output, "signal output").put(time_of(time), {values, count});
  });
}

int tutti_take_messages(tutti_port* input, size_t* count) {
  return guarded([&] {
    input->messages = as<MessageInput>(input, "message input").take();
    *count = input->messages.size();
  });
}

int tutti_message(tutti_port* input, size_t index, int64_t* arrival, const char** from,
                  uint32_t* source_rank, const char** media_type, const void** bytes,
                  size_t* size) {
  return guarded([&] {
    const auto& message = input->messages.at(index);
    *arrival = ticks(message.arrival), *from = message.from.c_str();
    *source_rank = message.source_rank, *media_type = message.media_type.c_str();
    *bytes = message.bytes.data(), *size = message.bytes.size();
  });
}

int tutti_send_message(tutti_port* output, int64_t time, const char* media_type, const void* bytes,
                       size_t size) {
  return guarded([&] {
    as<MessageOutput>(output, "message output")
        .send(time_of(time), c::text(media_type), {static_cast<const std::byte*>(bytes), size});
  });
}
