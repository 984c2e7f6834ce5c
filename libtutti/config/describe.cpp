// SPDX-License-Identifier: MIT
#include "tutti/config/describe.hpp"

#include <nlohmann/json.hpp>

#include "tutti/error.hpp"

namespace tutti::config {
namespace {

using json = nlohmann::ordered_json;

json port_to_json(const PortDescription& port, const Description& description) {
  json out{{"name", port.name},
           {"direction", to_string(port.direction)},
           {"kind", to_string(port.kind)}};
  if (port.kind == PortKind::signal) out["unit"] = port.unit;
  if (!port.element.empty()) out["element"] = port.element;
  if (port.kind == PortKind::signal && port.direction == Direction::in)
    out["take"] = to_string(port.take);
  if (port.mean) out["mean"] = true;
  if (port.direct) out["direct"] = true;
  if (port.weighted) out["weighted"] = true;
  if (port.single) out["single"] = true;
  if (port.optional) out["optional"] = true;
  if (const auto count = description.elements.find(port.name); count != description.elements.end())
    out["elements"] = count->second;
  if (!port.doc.empty()) out["doc"] = port.doc;
  return out;
}

template <typename T>
T must(const std::optional<T>& value, const json& where) {
  if (!value)
    throw Error{Fault::protocol, "a description has a port with an unknown word: {}", where.dump()};
  return *value;
}

PortDescription port_from_json(const json& in) {
  PortDescription port;
  port.name = in.at("name").get<std::string>();
  port.direction = must(direction(in.at("direction").get<std::string>()), in);
  port.kind = must(port_kind(in.at("kind").get<std::string>()), in);
  port.unit = in.value("unit", std::string{});
  port.element = in.value("element", std::string{});
  port.take = must(take(in.value("take", std::string{"latest"})), in);
  port.mean = in.value("mean", false);
  port.direct = in.value("direct", false);
  port.weighted = in.value("weighted", false);
  port.single = in.value("single", false);
  port.optional = in.value("optional", false);
  port.doc = in.value("doc", std::string{});
  port.elements = in.value("elements", std::uint64_t{0});
  return port;
}

}  // namespace

std::string to_json(const Description& description) {
  json ports = json::array(), problems = json::array();
  for (const auto& port : description.ports) ports.push_back(port_to_json(port, description));
  for (const auto& problem : description.problems.all())
    problems.push_back({{"severity", problem.severity == Severity::error ? "error" : "warning"},
                        {"file", problem.place.file},
                        {"line", problem.place.line},
                        {"column", problem.place.column},
                        {"text", problem.text}});
  json out{{"summary", description.summary}, {"ports", ports}, {"problems", problems}};
  if (!description.schema.empty()) out["schema"] = json::parse(description.schema);
  return out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Description description_from_json(std::string_view text) {
  Description out;
  try {
    const json in = json::parse(text);
    out.summary = in.value("summary", std::string{});
    for (const auto& port : in.value("ports", json::array())) {
      out.ports.push_back(port_from_json(port));
      if (port.contains("elements"))
        out.elements[out.ports.back().name] = port.at("elements").get<std::uint64_t>();
    }
    for (const auto& problem : in.value("problems", json::array()))
      out.problems.add({problem.value("severity", std::string{"error"}) == "warning"
                            ? Severity::warning
                            : Severity::error,
                        {problem.value("file", std::string{}),
                         problem.value("line", 0),
                         problem.value("column", 0),
                         {}},
                        problem.at("text").get<std::string>()});
    if (in.contains("schema")) out.schema = in.at("schema").dump(2);
  } catch (const json::exception& e) {
    throw Error{Fault::protocol, "not the JSON of a description: {}", e.what()};
  }
  return out;
}

}  // namespace tutti::config
