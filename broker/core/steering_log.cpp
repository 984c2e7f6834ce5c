// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/steering.hpp"
#include "tutti/error.hpp"

namespace tutti::broker {
namespace {

using Json = nlohmann::ordered_json;
using Verb = control::Command::Verb;
constexpr std::array<const char*, 8> names{"pause", "resume", "step", "stop",
                                           "cut",   "send",   "mark", "checkpoint"};  // by Verb

std::string hex(const std::vector<std::byte>& bytes) {
  std::string text;
  for (const auto b : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(b));
  return text;
}

std::vector<std::byte> bytes_of(const std::string& hex) {
  std::vector<std::byte> bytes;
  for (std::size_t k = 0; k + 1 < hex.size(); k += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(k, 2), nullptr, 16)));
  return bytes;
}

void write(Json& line, const control::Send& send) {
  line["port"] = send.port;
  auto& elements = line["elements"] = Json::array();
  for (const auto& r : send.elements.ranges())
    elements.push_back(Json::array({r.first, r.count, r.stride}));
  switch (send.kind) {
    case PortKind::spikes:
      line["weight"] = send.weight;
      return;
    case PortKind::signal:
      line["value"] = send.value;
      line["for"] = to_string(send.duration);
      line["add"] = send.add;
      return;
    case PortKind::message:
      line["media_type"] = send.media_type;
      line["message"] = hex(send.message);
  }
}

control::Send read_send(const Json& line) {
  control::Send send;
  send.port = line.at("port");
  std::vector<ElementRange> ranges;
  for (const auto& r : line.at("elements")) ranges.push_back({r.at(0), r.at(1), r.at(2)});
  send.elements = Elements::from_ranges(std::move(ranges));
  if (line.contains("weight")) {
    send.weight = line["weight"];
  } else if (line.contains("value")) {
    send.kind = PortKind::signal;
    send.value = line["value"];
    send.duration = parse_duration(line.at("for").get<std::string>());
    send.add = line.at("add");
  } else {
    send.kind = PortKind::message;
    send.media_type = line.at("media_type");
    send.message = bytes_of(line.at("message"));
  }
  return send;
}

}  // namespace

std::string to_json(const Steered& steered) {
  const auto& order = steered.what;
  Json line{{"at", to_string(steered.at)}, {"do", names[static_cast<std::size_t>(order.verb)]}};
  if (order.verb == Verb::step) line["step"] = to_string(order.step);
  if (order.verb == Verb::stop || order.verb == Verb::mark) line["text"] = order.reason;
  if (order.verb == Verb::send) write(line, order.send);
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);  // people's bytes
}

std::vector<Steered> read_steering(const std::filesystem::path& log) {
  std::ifstream in{log};
  if (!in) throw Error{Fault::config, "cannot read the log of steering {}", log.string()};
  std::vector<Steered> all;
  int number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    if (text.empty()) continue;
    try {
      const auto line = Json::parse(text);
      Steered steered;
      steered.at = time_zero + parse_duration(line.at("at").get<std::string>());
      const std::string verb = line.at("do");
      const auto* const found = std::ranges::find(names, verb);
      if (found == names.end()) throw Error{Fault::config, "nobody knows how to \"{}\"", verb};
      steered.what.verb = static_cast<Verb>(found - names.begin());
      if (line.contains("step"))
        steered.what.step = parse_duration(line["step"].get<std::string>());
      if (line.contains("text")) steered.what.reason = line["text"];
      if (steered.what.verb == Verb::send) steered.what.send = read_send(line);
      all.push_back(std::move(steered));
    } catch (const std::exception& e) {
      throw Error{Fault::config, "{}:{}: {}", log.string(), number, e.what()};
    }
  }
  return all;
}

}  // namespace tutti::broker
