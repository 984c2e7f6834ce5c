// SPDX-License-Identifier: MIT
#include "tutti/port.hpp"

#include <array>
#include <utility>

namespace tutti {
namespace {

template <typename T, std::size_t N>
std::string_view text_of(const std::array<std::pair<T, std::string_view>, N>& names, T value) {
  for (const auto& [key, text] : names)
    if (key == value) return text;
  return "?";
}

template <typename T, std::size_t N>
std::optional<T> value_of(const std::array<std::pair<T, std::string_view>, N>& names,
                          std::string_view text) {
  for (const auto& [key, name] : names)
    if (name == text) return key;
  return std::nullopt;
}

constexpr std::array<std::pair<PortKind, std::string_view>, 3> kinds{
    {{PortKind::spikes, "spikes"}, {PortKind::signal, "signal"}, {PortKind::message, "message"}}};
constexpr std::array<std::pair<Direction, std::string_view>, 2> directions{
    {{Direction::in, "in"}, {Direction::out, "out"}}};
constexpr std::array<std::pair<Take, std::string_view>, 3> takes{
    {{Take::latest, "latest"}, {Take::linear, "linear"}, {Take::all, "all"}}};

}  // namespace

std::string_view to_string(PortKind kind) { return text_of(kinds, kind); }
std::string_view to_string(Direction direction) { return text_of(directions, direction); }
std::string_view to_string(Take take) { return text_of(takes, take); }
std::optional<PortKind> port_kind(std::string_view text) { return value_of(kinds, text); }
std::optional<Direction> direction(std::string_view text) { return value_of(directions, text); }
std::optional<Take> take(std::string_view text) { return value_of(takes, text); }

}  // namespace tutti
