// SPDX-License-Identifier: MIT
#include "parse.hpp"

#include <charconv>
#include <sstream>

#include "tutti/error.hpp"

namespace tutti::cli {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" ");
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(" ") - first + 1);
}

std::uint64_t number(const std::string& text, const std::string& whole) {
  std::uint64_t value = 0;
  const auto t = trimmed(text);
  const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), value);
  if (error != std::errc{} || end != t.data() + t.size())
    throw Error{Fault::usage, "\"{}\" is no set of elements; write 3 or 0..9 or 1,5,20..29 by 3",
                whole};
  return value;
}

}  // namespace

Elements parse_elements(const std::string& text) {
  Elements all;
  std::istringstream in{text};
  for (std::string piece; std::getline(in, piece, ',');) {
    std::uint64_t stride = 1;
    if (const auto by = piece.find(" by "); by != std::string::npos) {
      stride = number(piece.substr(by + 4), text);
      piece = piece.substr(0, by);
    }
    const auto dots = piece.find("..");
    const auto first = number(piece.substr(0, dots), text);
    const auto last = dots == std::string::npos ? first : number(piece.substr(dots + 2), text);
    if (last < first || stride == 0 || last - first > (std::uint64_t{1} << 40))
      throw Error{Fault::usage, "\"{}\": {}..{} by {} is no range", text, first, last, stride};
    all = united(all, Elements::strided(first, (last - first) / stride + 1, stride));
  }
  return all;
}

}  // namespace tutti::cli
