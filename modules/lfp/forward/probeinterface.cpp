// SPDX-License-Identifier: MIT
#include "forward/probeinterface.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "forward/require.hpp"

namespace lfp {

namespace {
using nlohmann::json;

double micrometres(const json& probe, std::string_view name) {
  const auto unit = probe.value("si_units", "um");
  const std::pair<const char*, double> known[] = {{"um", 1}, {"mm", 1e3}, {"nm", 1e-3}, {"m", 1e6}};
  for (const auto& [text, factor] : known)
    if (unit == text) return factor;
  throw std::invalid_argument{
      fmt::format("{}: si_units is \"{}\"; known are um, mm, nm and m", name, unit)};
}

Point placed(double u, double v, Plane plane) {
  switch (plane) {
    case Plane::xy:
      return {u, v, 0};
    case Plane::xz:
      return {u, 0, v};
    case Plane::yz:
      return {0, u, v};
  }
  return {};
}

Point across(Plane plane) {
  return plane == Plane::xy ? Point{0, 0, 1} : plane == Plane::xz ? Point{0, 1, 0} : Point{1, 0, 0};
}

Point position(const json& place, double scale, Plane plane) {
  if (place.size() == 3)
    return {scale * place[0].get<double>(), scale * place[1].get<double>(),
            scale * place[2].get<double>()};
  return placed(scale * place.at(0).get<double>(), scale * place.at(1).get<double>(), plane);
}

// Of a disc with the contact's area [um].
double radius(const json& probe, std::size_t contact, double scale) {
  const auto shapes = probe.find("contact_shapes"), params = probe.find("contact_shape_params");
  if (shapes == probe.end() || params == probe.end()) return 0;
  const auto shape = shapes->at(contact).get<std::string>();
  const auto& size = params->at(contact);
  if (shape == "circle") return scale * size.at("radius").get<double>();
  const double width = size.at("width").get<double>();
  const double height = shape == "square" ? width : size.at("height").get<double>();
  return scale * std::sqrt(width * height / std::numbers::pi);
}

// Channels count only where every contact of the file has one of its own.
void number(std::vector<Electrode>& electrodes) {
  std::set<std::int64_t> seen;
  for (const auto& e : electrodes)
    if (e.channel >= 0) seen.insert(e.channel);
  if (seen.size() == electrodes.size()) return;
  for (std::size_t k = 0; k < electrodes.size(); ++k)
    electrodes[k].channel = static_cast<std::int64_t>(k);
}

void add(const json& probe, std::string_view name, Plane plane, std::vector<Electrode>& to) {
  const double scale = micrometres(probe, name);
  const auto& places = probe.at("contact_positions");
  const auto channels = probe.find("device_channel_indices"), ids = probe.find("contact_ids");
  for (std::size_t k = 0; k < places.size(); ++k) {
    Electrode e;
    e.position = position(places[k], scale, plane);
    e.radius = radius(probe, k, scale);
    e.normal = across(plane);
    e.channel = channels != probe.end() && channels->is_array() ? channels->at(k).get<int>() : -1;
    if (ids != probe.end() && ids->is_array()) e.name = ids->at(k).get<std::string>();
    to.push_back(e);
  }
}
}  // namespace

std::vector<Electrode> parse_probeinterface(std::string_view text, std::string_view name,
                                            Plane plane) {
  std::vector<Electrode> electrodes;
  try {
    const auto file = json::parse(text);
    require(file.is_object() && file.contains("probes"),
            "{}: no \"probes\" in it: this is not a file of probeinterface", name);
    for (const auto& probe : file.at("probes")) add(probe, name, plane, electrodes);
  } catch (const json::exception& e) {
    throw std::invalid_argument{
        fmt::format("{}: not a file of probeinterface: {}", name, e.what())};
  }
  require(!electrodes.empty(), "{}: has no contact", name);
  number(electrodes);
  return electrodes;
}

}  // namespace lfp
