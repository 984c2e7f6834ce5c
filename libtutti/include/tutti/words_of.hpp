// SPDX-License-Identifier: MIT
#pragma once
#include <exception>
#include <new>
#include <string>

namespace tutti {

/// What an exception says to people: of memory that ran out, not the name of a class.
inline std::string words_of(const std::exception& e) {
  return dynamic_cast<const std::bad_alloc*>(&e) != nullptr ? "out of memory" : e.what();
}

}  // namespace tutti
