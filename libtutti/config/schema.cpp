// SPDX-License-Identifier: MIT
#include "tutti/config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tutti::config {
namespace {

Field plain(Type type, std::string name, std::string doc) {
  Field field;
  field.type = type;
  field.name = std::move(name);
  field.doc = std::move(doc);
  return field;
}

const Field* find_in(const std::vector<Field>& fields, std::string_view key) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == key; });
  return found == fields.end() ? nullptr : &*found;
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

Field Field::needed() const {
  Field copy = *this;
  copy.required = true;
  return copy;
}
Field Field::by_default(std::string yaml) const {
  Field copy = *this;
  copy.fallback = std::move(yaml);
  return copy;
}
Field Field::at_least(double least) const {
  Field copy = *this;
  copy.minimum = least;
  return copy;
}
Field Field::above(double limit) const {
  Field copy = *this;
  copy.minimum = limit;
  copy.open_minimum = true;
  return copy;
}
Field Field::at_most(double most) const {
  Field copy = *this;
  copy.maximum = most;
  return copy;
}
Field Field::between(double least, double most) const { return at_least(least).at_most(most); }

const Field* Field::find(std::string_view key) const { return find_in(fields, key); }
const Field* Table::find(std::string_view key) const { return find_in(fields, key); }

Field text(std::string name, std::string doc) {
  return plain(Type::text, std::move(name), std::move(doc));
}
Field word(std::string name, std::string doc) {
  return plain(Type::name, std::move(name), std::move(doc));
}
Field integer(std::string name, std::string doc) {
  return plain(Type::integer, std::move(name), std::move(doc));
}
Field real(std::string name, std::string doc) {
  return plain(Type::real, std::move(name), std::move(doc));
}
Field boolean(std::string name, std::string doc) {
  return plain(Type::boolean, std::move(name), std::move(doc));
}
Field quantity(std::string name, std::string unit, std::string doc) {
  Field field = plain(Type::quantity, std::move(name), std::move(doc));
  field.unit = std::move(unit);
  return field;
}
Field time(std::string name, std::string doc) {
  return plain(Type::time, std::move(name), std::move(doc));
}
Field path(std::string name, std::string doc) {
  return plain(Type::path, std::move(name), std::move(doc));
}
Field choice(std::string name, std::vector<std::string> choices, std::string doc) {
  Field field = plain(Type::choice, std::move(name), std::move(doc));
  field.choices = std::move(choices);
  return field;
}
Field list(std::string name, Field kind, std::string doc) {
  Field field = plain(Type::list, std::move(name), std::move(doc));
  field.of.push_back(std::move(kind));
  return field;
}
Field map(std::string name, Field kind, std::string doc) {
  Field field = plain(Type::map, std::move(name), std::move(doc));
  field.of.push_back(std::move(kind));
  return field;
}
Field table(std::string name, const Table& keys, std::string doc) {
  Field field = plain(Type::table, std::move(name), doc.empty() ? keys.doc : std::move(doc));
  field.fields = keys.fields;
  return field;
}
Field any(std::string name, std::string doc) {
  return plain(Type::any, std::move(name), std::move(doc));
}
Field one_of(std::string name, std::vector<Field> kinds, std::string doc) {
  Field field = plain(Type::one_of, std::move(name), std::move(doc));
  field.of = std::move(kinds);
  return field;
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 64 || !letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return letter(c) || c == '-' || (c >= '0' && c <= '9'); });
}

std::string expects(const Field& field) {
  std::string out;
  switch (field.type) {
    case Type::text:
      return "text";
    case Type::name:
      return "a name (a letter, then letters, digits, _ or -)";
    case Type::integer:
      return "a whole number";
    case Type::real:
      return "a number";
    case Type::boolean:
      return "true or false";
    case Type::quantity:
      return fmt::format("a value in {}", field.unit);
    case Type::time:
      return "a time such as \"0.1 ms\"";
    case Type::path:
      return "a path";
    case Type::choice:
      for (const auto& word : field.choices) out += (out.empty() ? "" : ", ") + word;
      return "one of " + out;
    case Type::list:
      return "a list, each item " + expects(field.of.front());
    case Type::map:
      return "a map from names, each value " + expects(field.of.front());
    case Type::table:
      return "a map with fixed keys";
    case Type::any:
      return "anything";
    case Type::one_of:
      for (const auto& kind : field.of) out += (out.empty() ? "" : ", or ") + expects(kind);
      return out;
  }
  return out;
}

}  // namespace tutti::config
