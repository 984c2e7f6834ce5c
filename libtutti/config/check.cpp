// SPDX-License-Identifier: MIT
#include "tutti/config/check.hpp"

#include <algorithm>

#include "scalars.hpp"
#include "tutti/time.hpp"
#include "tutti/unit.hpp"

namespace tutti::config {
namespace {

std::string joined(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::vector<std::string> names(const std::vector<Field>& fields) {
  std::vector<std::string> out;
  for (const auto& field : fields) out.push_back(field.name);
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void check_range(const Node& node, const Field& field, const std::string& path, double value,
                 std::string_view unit, Problems& problems) {
  const std::string in = unit.empty() ? "" : " " + std::string{unit};
  if (field.minimum && (field.open_minimum ? value <= *field.minimum : value < *field.minimum))
    problems.error(node.place, "{}: {} is out of range; it must be {} {}{}", path, node.text,
                   field.open_minimum ? "more than" : "at least", *field.minimum, in);
  if (field.maximum && value > *field.maximum)
    problems.error(node.place, "{}: {} is out of range; it must be at most {}{}", path, node.text,
                   *field.maximum, in);
}

void check_quantity(const Node& node, const Field& field, const std::string& path,
                    Problems& problems) {
  try {
    const double value = value_in(node.text, Unit::parse(field.unit));
    check_range(node, field, path, value, field.unit, problems);
  } catch (const Error& e) {
    problems.error(node.place, "{}: {}", path, e.what());
  }
}

/// "500 has no unit" and "mV is a voltage, no time" rather than a failed parse of a time.
std::string why_no_time(const std::string& text, const Error& e) {
  if (read_real(text)) return fmt::format("{} has no unit; write \"{} ms\"", text, text);
  try {
    const Quantity found = parse_quantity(text);
    if (!same_dimension(found.unit, Unit::parse("s")))
      return fmt::format("\"{}\" is a {}, but a time is needed, such as \"{} ms\"", text,
                         found.unit.dimension_name(), found.value);
  } catch (const Error&) {  // then the first message says it best
  }
  return e.what();
}

void check_time(const Node& node, const Field& field, const std::string& path, Problems& problems) {
  try {
    const Duration value = parse_duration(node.text);
    check_range(node, field, path, to_ms(value), "ms", problems);
  } catch (const Error& e) {
    problems.error(node.place, "{}: {}", path, why_no_time(node.text, e));
  }
}

template <typename T>
void check_number(const Node& node, const Field& field, const std::string& path,
                  const std::optional<T>& value, Problems& problems) {
  if (value && !node.quoted)
    check_range(node, field, path, static_cast<double>(*value), "", problems);
  else
    problems.error(node.place, "{}: {} is no {}", path, describe(node),
                   field.type == Type::integer ? "whole number" : "number");
}

void check_scalar(const Node& node, const Field& field, const std::string& path,
                  Problems& problems) {
  switch (field.type) {
    case Type::text:
    case Type::path:
      if (node.text.empty()) problems.error(node.place, "{}: an empty text", path);
      return;
    case Type::name:
      if (!is_name(node.text))
        problems.error(node.place, "{}: \"{}\" is no name; it takes {} and at most 64 of them",
                       path, node.text, expects(field));
      return;
    case Type::integer:
      return check_number(node, field, path, read_integer(node.text), problems);
    case Type::real:
      return check_number(node, field, path, read_real(node.text), problems);
    case Type::boolean:
      if (!read_boolean(node.text))
        problems.error(node.place, "{}: \"{}\" is neither true nor false", path, node.text);
      return;
    case Type::quantity:
      return check_quantity(node, field, path, problems);
    case Type::time:
      return check_time(node, field, path, problems);
    case Type::choice:
      if (std::find(field.choices.begin(), field.choices.end(), node.text) == field.choices.end())
        problems.error(node.place, "{}: \"{}\" is not one of {}{}", path, node.text,
                       listed(field.choices), did_you_mean(node.text, field.choices));
      return;
    default:
      return;
  }
}

void check_keys(const Node& node, const std::vector<Field>& fields, const std::string& path,
                Problems& problems) {
  std::vector<std::string> misspelt;  // a key that was meant is not missing as well
  for (const auto& entry : node.entries) {
    const auto known = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& f) { return f.name == entry.key; });
    if (known == fields.end()) {
      const auto candidates = names(fields);
      const auto meant = did_you_mean(entry.key, candidates);
      misspelt.push_back(nearest(entry.key, candidates));
      problems.error(entry.place, "unknown key \"{}\"{}{}", entry.key,
                     path.empty() ? "" : " in " + path,
                     meant.empty() ? "; known are " + listed(candidates) : meant);
    } else if (!entry.value.is_null()) {
      check(entry.value, *known, joined(path, entry.key), problems);
    } else if (known->required) {
      problems.error(entry.place, "{} is empty; it takes {}", joined(path, entry.key),
                     expects(*known));
    }
  }
  for (const auto& field : fields)
    if (field.required && node.find(field.name) == nullptr &&
        std::find(misspelt.begin(), misspelt.end(), field.name) == misspelt.end())
      problems.error(node.place, "{}\"{}\" is missing: {}",
                     path.empty() ? "the key " : path + ": the key ", field.name,
                     field.doc.empty()         ? expects(field)
                     : field.type == Type::any ? field.doc
                                               : field.doc + ", " + expects(field));
}

void check_list(const Node& node, const Field& field, const std::string& path, Problems& problems) {
  const auto size = static_cast<double>(node.items.size());
  if ((field.minimum && size < *field.minimum) || (field.maximum && size > *field.maximum))
    problems.error(node.place, "{}: {} items, but {} to {} are needed", path, node.items.size(),
                   field.minimum.value_or(0),
                   field.maximum ? fmt::format("{}", *field.maximum) : "any number");
  for (std::size_t i = 0; i < node.items.size(); ++i)
    check(node.items[i], field.of.front(), fmt::format("{}[{}]", path, i), problems);
}

bool scalar_type(Type type) {
  return type != Type::list && type != Type::map && type != Type::table && type != Type::any &&
         type != Type::one_of;
}

/// Whether the node has the outer form that the field asks for.
bool form_fits(const Node& node, const Field& field) {
  switch (field.type) {
    case Type::list:
      return node.is_list();
    case Type::map:
    case Type::table:
      return node.is_map();
    case Type::any:
      return true;
    case Type::one_of:
      return std::any_of(field.of.begin(), field.of.end(),
                         [&](const Field& kind) { return form_fits(node, kind); });
    default:
      return node.is_scalar();
  }
}

}  // namespace

const Field& chosen(const Node& node, const Field& field) {
  if (field.type != Type::one_of) return field;
  const Field* best = &field.of.front();
  std::size_t least = static_cast<std::size_t>(-1);
  for (const auto& kind : field.of) {
    if (!form_fits(node, kind)) continue;
    Problems found;
    check(node, kind, "", found);
    if (found.error_count() < least) least = found.error_count(), best = &kind;
  }
  return chosen(node, *best);
}

bool check(const Node& node, const Field& field, const std::string& path, Problems& problems) {
  const std::size_t before = problems.error_count();
  if (!form_fits(node, field)) {
    problems.error(node.place, "{}: {} where {} is needed", path, describe(node), expects(field));
    return false;
  }
  if (field.type == Type::one_of)
    check(node, chosen(node, field), path, problems);
  else if (field.type == Type::list)
    check_list(node, field, path, problems);
  else if (field.type == Type::table)
    check_keys(node, field.fields, path, problems);
  else if (scalar_type(field.type))
    check_scalar(node, field, path, problems);
  else if (field.type == Type::map)
    for (const auto& entry : node.entries)
      check(entry.value, field.of.front(), joined(path, entry.key), problems);
  return problems.error_count() == before;
}

bool check(const Node& node, const Table& table, Problems& problems) {
  const std::size_t before = problems.error_count();
  for (const auto& key : table.foreign)
    if (node.find(key) != nullptr) return true;
  if (node.is_map() || node.is_null())
    check_keys(node, table.fields, "", problems);
  else
    problems.error(node.place, "{} where a map of the keys of {} is needed", describe(node),
                   table.name);
  return problems.error_count() == before;
}

}  // namespace tutti::config
