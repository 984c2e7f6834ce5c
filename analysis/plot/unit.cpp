// SPDX-License-Identifier: MIT
#include "plot/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace plot {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

std::string printed(const std::string& unit) {
  if (unit == "1") return {};
  std::string text = unit;
  for (const char* plain : {"um", "uA", "uV", "uM", "us", "uS"}) {
    if (text.starts_with(plain)) replace_all(text, plain, "µ" + std::string{plain + 1});
    replace_all(text, "/" + std::string{plain}, "/µ" + std::string{plain + 1});
  }
  replace_all(text, "^2", "²");
  replace_all(text, "^3", "³");
  replace_all(text, "^4", "⁴");
  return text;
}

std::string labelled(const std::string& name, const std::string& unit) {
  const auto text = printed(unit);
  return text.empty() ? name : fmt::format("{} [{}]", name, text);
}

Readable readable(const std::string& unit, double most) {
  if (!(most > 0) || most >= 0.1) return {1, unit};
  const double small = 1e3;
  for (const auto& [from, to] : {std::pair{"mV", "uV"}, {"nA", "pA"}, {"mM", "uM"}, {"uA", "nA"}}) {
    if (unit == from || unit == std::string{from} + "/mm^3") return {small, to + unit.substr(2)};
    if (unit.starts_with(std::string{from} + "^2") && most < 1e-2)
      return {small * small, to + unit.substr(2)};
  }
  return {1, unit};
}

double largest(std::span<const double> values) {
  double most = 0;
  for (const double v : values)
    if (std::isfinite(v)) most = std::max(most, std::abs(v));
  return most;
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto n = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(n));
  return values[n];
}

std::string number(double value, double step) {
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
  if (std::abs(value) < step * 1e-6) value = 0;
  if (std::abs(value) >= 1e5 || (value != 0 && digits > 5)) return fmt::format("{:.3g}", value);
  auto text = fmt::format("{:.{}f}", value, digits);
  if (text.starts_with('-')) text = "−" + text.substr(1);  // a minus, not a hyphen
  return text;
}

std::string power_of_ten(int exponent) {
  return fmt::format("10^{}{}", exponent < 0 ? "−" : "", std::abs(exponent));
}

}  // namespace plot
