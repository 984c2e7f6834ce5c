// SPDX-License-Identifier: MIT
#include "tutti/time.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "tutti/error.hpp"

namespace tutti {
namespace {

__extension__ using Wide = __int128;

struct TimeUnit {
  std::string_view name;
  std::int64_t ticks;
};
constexpr std::array units{
    TimeUnit{"ps", 1},
    TimeUnit{"ns", 1'000},
    TimeUnit{"us", 1'000'000},
    TimeUnit{"ms", 1'000'000'000},
    TimeUnit{"s", 1'000'000'000'000},
    TimeUnit{"min", 60'000'000'000'000},
    TimeUnit{"h", 3'600'000'000'000'000},
};
constexpr std::int64_t ticks_per_ms = 1'000'000'000;
constexpr double largest_ms = 9.2e9;

std::string_view trim(std::string_view s) {
  const auto first = s.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

/// A decimal number, exactly: value = digits / 10^places. At most 18 digits and exponents that fit.
struct Decimal {
  Wide digits = 0;
  int places = 0;
  std::size_t length = 0;
};

Decimal read_decimal(std::string_view s) {
  Decimal d;
  std::size_t i = 0;
  int digits = 0;
  bool point = false;
  for (; i < s.size(); ++i) {
    if (s[i] >= '0' && s[i] <= '9') {
      if (++digits > 30) return {};
      d.digits = d.digits * 10 + (s[i] - '0');
      d.places += point ? 1 : 0;
    } else if (s[i] == '.' && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (digits == 0) return {};
  if (i + 1 < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    std::size_t j = i + 1;
    int sign = 1, exponent = 0;
    if (s[j] == '+' || s[j] == '-') sign = s[j++] == '-' ? -1 : 1;
    const std::size_t start = j;
    while (j < s.size() && s[j] >= '0' && s[j] <= '9' && exponent < 100)
      exponent = exponent * 10 + (s[j++] - '0');
    if (j > start) {
      d.places -= sign * exponent;
      i = j;
    }
  }
  d.length = i;
  return d;
}

/// numerator · 10^-places · ticks / denominator, if that is a whole number that fits.
std::optional<std::int64_t> whole(Wide numerator, int places, Wide ticks, Wide denominator) {
  for (; places < 0; ++places) {
    if (numerator > static_cast<Wide>(1) << 100) return std::nullopt;
    numerator *= 10;
  }
  for (; places > 0; --places) {
    if (numerator % 10 == 0)
      numerator /= 10;
    else if (ticks % 10 == 0)
      ticks /= 10;
    else if (denominator < static_cast<Wide>(1) << 100)
      denominator *= 10;
    else
      return std::nullopt;
  }
  if (numerator != 0 && numerator > (static_cast<Wide>(1) << 126) / ticks) return std::nullopt;
  const Wide product = numerator * ticks;
  if (product % denominator != 0) return std::nullopt;
  const Wide result = product / denominator;
  if (result > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(result);
}

}  // namespace

Duration from_ms(double ms) {
  if (!(std::abs(ms) <= largest_ms))
    throw Error{Fault::config, "{} ms is no time: at most 9.2e9 ms (106 days) either way", ms};
  const double exact = ms * static_cast<double>(ticks_per_ms);
  const double rounded = std::nearbyint(exact);
  if (std::abs(exact - rounded) > std::max(1e-3, std::abs(exact) * 4e-16))
    throw Error{Fault::config, "{} ms is not a whole number of ticks of 1 ps", ms};
  return Duration{static_cast<std::int64_t>(rounded)};
}

Time nearest_tick(double ms) {
  if (!(std::abs(ms) <= largest_ms)) throw Error{Fault::model, "{} ms is no instant of a run", ms};
  return time_of(std::llrint(ms * static_cast<double>(ticks_per_ms)));
}

Duration parse_duration(std::string_view text) {
  const std::string_view original = text;
  text = trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const Decimal value = read_decimal(text);
  if (value.length == 0)
    throw Error{Fault::config, "\"{}\" is not a time: write a number and a unit, \"0.1 ms\"",
                original};
  text = trim(text.substr(value.length));
  Decimal divisor{1, 0, 0};
  if (text.starts_with('/')) {
    text = trim(text.substr(1));
    divisor = read_decimal(text);
    if (divisor.length == 0 || divisor.digits == 0 || divisor.places != 0)
      throw Error{Fault::config, "\"{}\": what follows / must be a whole number above 0", original};
    text = trim(text.substr(divisor.length));
  }
  if (text.empty())
    throw Error{Fault::config,
                "\"{}\" has no unit: write \"{} ms\" or another of ps ns us ms s min h", original,
                trim(original)};
  for (const auto& unit : units) {
    if (text != unit.name) continue;
    const auto result = whole(value.digits, value.places, unit.ticks, divisor.digits);
    if (!result) {
      const double ps = static_cast<double>(value.digits) * std::pow(10.0, -value.places) *
                        static_cast<double>(unit.ticks) / static_cast<double>(divisor.digits);
      if (ps > static_cast<double>(std::numeric_limits<std::int64_t>::max()))
        throw Error{Fault::config, "\"{}\" is longer than 106 days, the most there can be",
                    original};
      throw Error{Fault::config, "\"{}\" is not a whole number of ticks of 1 ps", original};
    }
    return Duration{negative ? -*result : *result};
  }
  throw Error{Fault::config, "\"{}\": \"{}\" is no unit of time; known are ps ns us ms s min h",
              original, text};
}

std::string to_string(Duration d) {
  const std::int64_t count = d.count();
  if (count == 0) return "0 ms";
  const auto magnitude =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  // milliseconds are the field's unit; microseconds and below where they are shorter
  auto write = [&](std::uint64_t per, std::string_view unit) {
    std::string digits = fmt::format("{}", magnitude / per);
    if (auto rest = magnitude % per; rest != 0) {
      std::string fraction = fmt::format("{}", per + rest).substr(1);
      fraction.erase(fraction.find_last_not_of('0') + 1);
      digits += "." + fraction;
    }
    return fmt::format("{}{} {}", count < 0 ? "-" : "", digits, unit);
  };
  std::string best = write(1'000'000'000, "ms");
  for (const auto& unit : {units[2], units[1], units[0]}) {
    std::string other = write(static_cast<std::uint64_t>(unit.ticks), unit.name);
    if (other.size() + 2 < best.size()) best = std::move(other);
  }
  return best;
}

}  // namespace tutti
