// SPDX-License-Identifier: MIT
#include "tutti/config/schema_docs.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tutti/config/yaml.hpp"

namespace tutti::config {
namespace {

using json = nlohmann::ordered_json;

json to_schema(const Field& field);

json number_schema(const Field& field, const char* type) {
  json out{{"type", type}};
  if (field.minimum) out[field.open_minimum ? "exclusiveMinimum" : "minimum"] = *field.minimum;
  if (field.maximum) out["maximum"] = *field.maximum;
  return out;
}

json keys_schema(const std::vector<Field>& fields) {
  json out{{"type", "object"}, {"additionalProperties", false}};
  json properties = json::object(), required = json::array();
  for (const auto& field : fields) {
    properties[field.name] = to_schema(field);
    if (field.required) required.push_back(field.name);
  }
  out["properties"] = std::move(properties);
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

json bare_schema(const Field& field) {
  switch (field.type) {
    case Type::text:
    case Type::path:
      return {{"type", json::array({"string", "number", "boolean"})}};
    case Type::name:
      return {{"type", "string"}, {"pattern", "^[A-Za-z_][A-Za-z0-9_-]{0,63}$"}};
    case Type::integer:
      return number_schema(field, "integer");
    case Type::real:
      return number_schema(field, "number");
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::quantity:
      if (field.unit == "1") return {{"type", json::array({"number", "string"})}};
      return {{"type", "string"},
              {"pattern", R"(^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*\S.*$)"}};
    case Type::time:
      return {
          {"type", "string"},
          {"pattern",
           R"(^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?(\s*/\s*[0-9]+)?\s*(ps|ns|us|ms|s|min|h)\s*$)"}};
    case Type::choice:
      return {{"enum", field.choices}};
    case Type::list: {
      json out{{"type", "array"}, {"items", to_schema(field.of.front())}};
      if (field.minimum) out["minItems"] = static_cast<std::int64_t>(*field.minimum);
      if (field.maximum) out["maxItems"] = static_cast<std::int64_t>(*field.maximum);
      return out;
    }
    case Type::map:
      return {{"type", "object"}, {"additionalProperties", to_schema(field.of.front())}};
    case Type::table:
      return keys_schema(field.fields);
    case Type::any:
      return json::object();
    case Type::one_of: {
      json kinds = json::array();
      for (const auto& kind : field.of) kinds.push_back(to_schema(kind));
      return {{"anyOf", std::move(kinds)}};
    }
  }
  return json::object();
}

json to_schema(const Field& field) {
  json out = bare_schema(field);
  std::string doc = field.doc;
  if (field.type == Type::quantity && field.unit != "1")
    doc += fmt::format("{}[{}]", doc.empty() ? "" : " ", field.unit);
  if (!doc.empty()) out["description"] = doc;
  if (field.fallback) out["default"] = *field.fallback;
  return out;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string{"\\|"} : std::string(1, c);
  return out;
}

std::string range(const Field& field) {
  std::string out;
  const std::string unit = field.type == Type::quantity ? " " + field.unit
                           : field.type == Type::time   ? " ms"
                           : field.type == Type::list   ? " items"
                                                        : "";
  if (field.minimum)
    out +=
        fmt::format("{} {}{}", field.open_minimum ? "more than" : "at least", *field.minimum, unit);
  if (field.maximum)
    out += fmt::format("{}at most {}{}", out.empty() ? "" : ", ", *field.maximum, unit);
  return out;
}

/// A table inside this field, if any: itself, or what a list, map or one_of holds.
const Field* table_inside(const Field& field) {
  if (field.type == Type::table) return &field;
  for (const auto& kind : field.of)
    if (const Field* found = table_inside(kind)) return found;
  return nullptr;
}

std::string kind_text(const Field& field) {
  switch (field.type) {
    case Type::table:
      return "keys below";
    case Type::list:
      return "list of " + kind_text(field.of.front());
    case Type::map:
      return "map from names to " + kind_text(field.of.front());
    case Type::one_of: {
      std::string out;
      for (const auto& kind : field.of) out += (out.empty() ? "" : ", or ") + kind_text(kind);
      return out;
    }
    default:
      return expects(field);
  }
}

void write_section(const std::string& title, const std::string& doc,
                   const std::vector<Field>& fields, int level, std::string& out) {
  out += std::string(static_cast<std::size_t>(level), '#') + " `" + title + "`\n\n";
  if (!doc.empty()) out += doc + "\n\n";
  out += "| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const auto& field : fields) {
    const std::string limits = range(field);
    out += fmt::format("| `{}` | {}{} | {} | {} |\n", field.name, escaped(kind_text(field)),
                       limits.empty() ? "" : "; " + limits,
                       field.required   ? "required"
                       : field.fallback ? "`" + escaped(*field.fallback) + "`"
                                        : "",
                       escaped(field.doc));
  }
  out += "\n";
  for (const auto& field : fields)
    if (const Field* inside = table_inside(field)) {
      const bool in_map = field.type == Type::map;
      const bool in_list = field.type == Type::list;
      write_section(title + "." + field.name +
                        (in_map    ? ".NAME"
                         : in_list ? "[]"
                                   : ""),
                    {}, inside->fields, std::min(level + 1, 6), out);
    }
}

}  // namespace

std::string json_schema(const Table& table) {
  json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", table.name}};
  if (!table.doc.empty()) out["description"] = table.doc;
  out.update(keys_schema(table.fields));
  return out.dump(2) + "\n";
}

std::string reference_markdown(const Table& table) {
  std::string out;
  write_section(table.name, table.doc, table.fields, 2, out);
  return out;
}

}  // namespace tutti::config
