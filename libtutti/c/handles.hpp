// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "../module/membership.hpp"
#include "tutti.h"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

/// What is behind the handles of tutti.h.

struct tutti_table {
  tutti::ElementTable table;
};

struct tutti_port {
  tutti_module* module = nullptr;
  std::variant<tutti::SpikeInput*, tutti::SpikeOutput*, tutti::SignalInput*, tutti::SignalOutput*,
               tutti::MessageInput*, tutti::MessageOutput*>
      port;
  // what the last call gave out
  tutti_table elements;
  std::vector<std::int64_t> times;
  std::vector<std::uint64_t> numbers;
  std::vector<double> weights;
  std::vector<tutti::Message> messages;
  std::span<const tutti::Sample> samples;
};

struct tutti_state {
  tutti::State* state = nullptr;
  std::vector<std::byte> bytes;  // what the last call gave out
  std::string why;               // it cannot be visited
};

struct tutti_module {
  std::unique_ptr<tutti::module::Membership> membership;
  std::string model;
  tutti::Window window{};
  std::deque<tutti_port> ports;
};

namespace tutti::c {

/// Remembers a sentence for tutti_error() and gives the number of its fault.
int remember(Fault fault, const char* text);

/// Runs `body`; what it throws becomes the result.
template <typename Body>
int guarded(Body&& body) {
  try {
    body();
    return TUTTI_OK;
  } catch (const Error& e) {
    return remember(e.fault(), e.what());
  } catch (const std::bad_alloc&) {
    return remember(Fault::model, "out of memory");
  } catch (const std::exception& e) {
    return remember(Fault::model, e.what());
  }
}

/// The same for a body that returns a handle.
template <typename Body>
auto guarded_handle(Body&& body) -> decltype(body()) {
  decltype(body()) result = nullptr;
  guarded([&] { result = body(); });
  return result;
}

/// A port as what the call needs. Throws Error{usage} that says what it is not.
template <typename Port>
Port& as(tutti_port* port, const char* needed) {
  if (port == nullptr) throw Error{Fault::usage, "a port that is NULL; {} is needed", needed};
  auto* const* found = std::get_if<Port*>(&port->port);
  if (found == nullptr) throw Error{Fault::usage, "this port is no {}", needed};
  return **found;
}

inline std::string text(const char* words) { return words == nullptr ? "" : words; }

}  // namespace tutti::c
