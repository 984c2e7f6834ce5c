// SPDX-License-Identifier: MIT
#include "sonata/numbers.hpp"

#include <charconv>

namespace cell::circuit {

using namespace tutti::config;

double number(const Node& scalar) {
  double value = 0;
  const auto* end = scalar.text.data() + scalar.text.size();
  const auto read = std::from_chars(scalar.text.data(), end, value);
  if (!scalar.is_scalar() || read.ec != std::errc{} || read.ptr != end)
    throw LocatedError{scalar.place, fmt::format("{} where a number is needed", describe(scalar))};
  return value;
}

double number(const Node& map, const char* key, double otherwise) {
  const auto* node = map.find(key);
  return node == nullptr || node->is_null() ? otherwise : number(*node);
}

}  // namespace cell::circuit
