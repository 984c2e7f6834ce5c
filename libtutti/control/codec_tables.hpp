// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "control.capnp.h"
#include "tutti/control/messages.hpp"

/// The parts that several control messages share, to and from Cap'n Proto.
namespace tutti::control::codec {

/// The length of a sequence as Cap'n Proto counts.
template <typename Sequence>
std::uint32_t length(const Sequence& sequence) {
  return static_cast<std::uint32_t>(sequence.size());
}
inline std::string text(::capnp::Text::Reader r) { return {r.cStr(), r.size()}; }
template <typename T, typename List>
std::vector<T> values(const List& list) {
  std::vector<T> result;
  result.reserve(list.size());
  for (const auto value : list) result.push_back(value);
  return result;
}
/// An enumerator from outside, if it is one that we know.
template <typename T, typename Wire>
T known(Wire value, T last) {
  if (static_cast<std::uint16_t>(value) > static_cast<std::uint16_t>(last))
    throw Error{Fault::protocol, "enumerator {} has no meaning here", static_cast<int>(value)};
  return static_cast<T>(value);
}
Fault fault(std::uint32_t number);  ///< Throws Error{protocol} for a number without a meaning.

void write(wire::Port::Builder b, const PortDescription& port);
PortDescription read_port(wire::Port::Reader r);

void write(wire::Connection::Builder b, const Connection& c);
Connection read_connection(wire::Connection::Reader r);

using Ranges = ::capnp::List<wire::Range>;
void write(Ranges::Builder b, const Elements& elements);
Elements read_set(Ranges::Reader r);
void write_sets(::capnp::List<Ranges>::Builder b, const std::vector<Elements>& sets);
std::vector<Elements> read_sets(::capnp::List<Ranges>::Reader r);

void write(wire::ElementTable::Builder b, const ElementTable& table);
ElementTable read(wire::ElementTable::Reader r);

}  // namespace tutti::control::codec
