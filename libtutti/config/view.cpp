// SPDX-License-Identifier: MIT
#include "tutti/config/view.hpp"

#include <algorithm>
#include <cassert>

#include "scalars.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/unit.hpp"

namespace tutti::config {
namespace {

const Node& nothing() {
  static const Node node;
  return node;
}

[[noreturn]] void refuse(const Node& node, const Field& field, std::string_view why = {}) {
  if (!why.empty()) throw LocatedError{node.place, fmt::format("{}: {}", field.name, why)};
  throw LocatedError{node.place, fmt::format("{}: {} where {} is needed", field.name,
                                             describe(node), expects(field))};
}

double to_real(const Node& node, const Field& declared) {
  const Field& field = chosen(node, declared);
  if (field.type == Type::quantity && node.is_scalar()) {
    try {
      return value_in(node.text, Unit::parse(field.unit));
    } catch (const Error& e) {
      refuse(node, declared, e.what());
    }
  }
  const auto value = node.is_scalar() ? read_real(node.text) : std::nullopt;
  if (!value) refuse(node, declared);
  return *value;
}

std::int64_t to_integer(const Node& node, const Field& field) {
  const auto value = node.is_scalar() ? read_integer(node.text) : std::nullopt;
  if (!value) refuse(node, field);
  return *value;
}

std::string to_text(const Node& node, const Field& field) {
  if (!node.is_scalar()) refuse(node, field);
  return node.text;
}

Duration to_time(const Node& node, const Field& field) {
  if (!node.is_scalar()) refuse(node, field);
  try {
    return parse_duration(node.text);
  } catch (const Error& e) {
    refuse(node, field, e.what());
  }
}

std::filesystem::path to_path(const Node& node, const Field& field) {
  if (!node.is_scalar()) refuse(node, field);
  return resolve(node);
}

/// What is written, or the default read as YAML; throws where there is neither.
Node value_of(const Node* written, const Field& field, const Location& owner) {
  if (written != nullptr) return *written;
  if (!field.fallback)
    throw LocatedError{owner,
                       fmt::format("the key \"{}\" is missing: {}", field.name, expects(field))};
  return parse_yaml(*field.fallback, Location{"default of " + field.name, 0, 0, "."});
}

template <typename Convert>
auto each(const Node& list, const Field& declared, Convert convert) {
  const Field& field = chosen(list, declared);
  if (!list.is_list() || field.of.empty()) refuse(list, declared);
  std::vector<decltype(convert(list, field))> out;
  out.reserve(list.items.size());
  for (const auto& item : list.items) out.push_back(convert(item, field.of.front()));
  return out;
}

template <typename Convert>
auto each_entry(const Node& map, const Field& declared, Convert convert) {
  const Field& field = chosen(map, declared);
  if (!map.is_map() || field.of.empty()) refuse(map, declared);
  std::vector<std::pair<std::string, decltype(convert(map, field))>> out;
  for (const auto& entry : map.entries)
    out.emplace_back(entry.key, convert(entry.value, field.of.front()));
  return out;
}

}  // namespace

const Field& View::field(std::string_view key) const {
  const auto found =
      std::find_if(fields_->begin(), fields_->end(), [&](const Field& f) { return f.name == key; });
  assert(found != fields_->end() && "a view asked for a key that its table does not have");
  return *found;
}

const Node* View::written(std::string_view key) const {
  const Node* found = node_->find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

bool View::has(std::string_view key) const { return written(key) != nullptr; }

bool View::given(std::string_view key) const { return has(key) || field(key).fallback.has_value(); }

bool View::is(std::string_view key, Type type) const {
  const Field& declared = field(key);
  if (!given(key)) return false;
  return chosen(value_of(written(key), declared, *place_), declared).type == type;
}

double View::real(std::string_view key) const {
  return to_real(value_of(written(key), field(key), *place_), field(key));
}
std::int64_t View::integer(std::string_view key) const {
  return to_integer(value_of(written(key), field(key), *place_), field(key));
}
bool View::boolean(std::string_view key) const {
  const Node value = value_of(written(key), field(key), *place_);
  const auto found = value.is_scalar() ? read_boolean(value.text) : std::nullopt;
  if (!found) refuse(value, field(key));
  return *found;
}
std::string View::text(std::string_view key) const {
  return to_text(value_of(written(key), field(key), *place_), field(key));
}
Duration View::time(std::string_view key) const {
  return to_time(value_of(written(key), field(key), *place_), field(key));
}
std::filesystem::path View::path(std::string_view key) const {
  return to_path(value_of(written(key), field(key), *place_), field(key));
}

std::vector<double> View::reals(std::string_view key) const {
  return each(value_of(written(key), field(key), *place_), field(key), to_real);
}
std::vector<std::int64_t> View::integers(std::string_view key) const {
  return each(value_of(written(key), field(key), *place_), field(key), to_integer);
}
std::vector<std::string> View::texts(std::string_view key) const {
  return each(value_of(written(key), field(key), *place_), field(key), to_text);
}
std::vector<Duration> View::times(std::string_view key) const {
  return each(value_of(written(key), field(key), *place_), field(key), to_time);
}
std::vector<std::filesystem::path> View::paths(std::string_view key) const {
  return each(value_of(written(key), field(key), *place_), field(key), to_path);
}

std::vector<std::pair<std::string, double>> View::real_entries(std::string_view key) const {
  return each_entry(value_of(written(key), field(key), *place_), field(key), to_real);
}
std::vector<std::pair<std::string, std::string>> View::text_entries(std::string_view key) const {
  return each_entry(value_of(written(key), field(key), *place_), field(key), to_text);
}

View View::child(std::string_view key) const {
  const Node& value = node(key);
  View inside{value, chosen(value, field(key)).fields, *problems_};
  if (!has(key)) inside.place_ = place_;
  return inside;
}

std::vector<View> View::children(std::string_view key) const {
  const Node& value = node(key);
  if (value.is_null()) return {};
  const Field& declared = chosen(value, field(key));
  if (!value.is_list() || declared.of.empty()) refuse(value, field(key));
  std::vector<View> out;
  for (const auto& item : value.items)
    out.emplace_back(item, chosen(item, declared.of.front()).fields, *problems_);
  return out;
}

std::vector<std::pair<std::string, View>> View::entries(std::string_view key) const {
  const Node& value = node(key);
  if (value.is_null()) return {};
  const Field& declared = chosen(value, field(key));
  if (!value.is_map() || declared.of.empty()) refuse(value, field(key));
  std::vector<std::pair<std::string, View>> out;
  for (const auto& entry : value.entries)
    out.emplace_back(
        entry.key, View{entry.value, chosen(entry.value, declared.of.front()).fields, *problems_});
  return out;
}

const Node& View::node(std::string_view key) const {
  const Node* found = written(key);
  return found == nullptr ? nothing() : *found;
}

const Location& View::place(std::string_view key) const {
  const Node* found = node_->find(key);
  return found == nullptr ? *place_ : found->place;
}

}  // namespace tutti::config
