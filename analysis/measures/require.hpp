// SPDX-License-Identifier: MIT
#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace measures {

/// Throws std::invalid_argument with the formatted sentence unless `holds`: how every measure says
/// that what it was given has no answer.
template <typename... Args>
void require(bool holds, fmt::format_string<Args...> sentence, Args&&... args) {
  if (!holds) throw std::invalid_argument{fmt::format(sentence, std::forward<Args>(args)...)};
}

}  // namespace measures
