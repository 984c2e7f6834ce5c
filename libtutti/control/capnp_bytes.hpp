// SPDX-License-Identifier: MIT
#pragma once
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "tutti/error.hpp"

/// Cap'n Proto messages as bytes, and bytes from outside as messages.
namespace tutti::control::codec {

inline std::vector<std::byte> bytes_of(::capnp::MessageBuilder& builder) {
  const auto words = ::capnp::messageToFlatArray(builder);
  const auto bytes = words.asBytes();
  std::vector<std::byte> result(bytes.size());
  std::memcpy(result.data(), bytes.begin(), bytes.size());
  return result;
}

inline ::capnp::Data::Reader data_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const ::capnp::byte*>(bytes.data()), bytes.size()};
}

inline std::vector<std::byte> copy_of(::capnp::Data::Reader data) {
  std::vector<std::byte> result(data.size());
  if (data.size() > 0) std::memcpy(result.data(), data.begin(), data.size());
  return result;
}

/// Calls `read` with the root of a message. Throws Error{protocol} for bytes that are none: what a
/// reader may go through is bounded by their number. `what` names them.
template <typename Root, typename Read>
auto read_message(std::span<const std::byte> bytes, const char* what, Read&& read) {
  if (bytes.size() % sizeof(::capnp::word) != 0 || bytes.empty())
    throw Error{Fault::protocol, "{} bytes are no {}", bytes.size(), what};
  std::vector<::capnp::word> words(bytes.size() / sizeof(::capnp::word));  // aligned
  std::memcpy(words.data(), bytes.data(), bytes.size());
  try {
    ::capnp::ReaderOptions limits;
    limits.traversalLimitInWords = 8 * words.size() + 1024;  // lists of empty structs cost too
    ::capnp::FlatArrayMessageReader reader{
        kj::ArrayPtr<const ::capnp::word>(words.data(), words.size()), limits};
    return read(reader.getRoot<Root>());
  } catch (const kj::Exception& e) {
    throw Error{Fault::protocol, "a damaged {}: {}", what, e.getDescription().cStr()};
  }
}

}  // namespace tutti::control::codec
