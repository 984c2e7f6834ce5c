// SPDX-License-Identifier: MIT
#include <chrono>

#include "app/read.hpp"
#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

using config::Problems;
using config::View;

/// Where in the file a complaint of the solver belongs.
config::Location place_of(const config::Node& root, const rxd::Complaint& complaint) {
  const config::Node* at = root.find(complaint.section);
  if (at != nullptr && at->find(complaint.item) == nullptr) at = root.find("states");
  if (at != nullptr) at = at->find(complaint.item);
  if (at == nullptr) return root.place;
  const auto field =
      complaint.field == "forward" && at->find("rate") != nullptr ? "rate" : complaint.field;
  if (const config::Node* inner = at->find(field)) at = inner;
  config::Location place = at->place;
  if (complaint.where && at->is_scalar() && place.line > 0)
    place.column += static_cast<int>(*complaint.where) + (at->quoted ? 1 : 0);
  return place;
}

Stepping read_stepping(const View& in) {
  Stepping stepping;
  const std::string scheme = in.text("scheme");
  if (scheme == "adaptive") stepping.method = Stepping::Method::rodas;
  if (scheme == "cvode") stepping.method = Stepping::Method::cvode;
  if (scheme == "first_order") stepping.scheme = ::rxd::Scheme::backward_euler;
  stepping.tolerance = in.real("tolerance");
  stepping.threads = static_cast<int>(in.integer("threads"));
  if (in.has("step"))
    stepping.longest_ms = std::chrono::duration<double, std::milli>(in.time("step")).count();
  const bool fixed = stepping.method == Stepping::Method::fixed;
  if (!fixed && in.has("step")) in.error("step", "the scheme {} chooses its own steps", scheme);
  if (fixed && in.has("tolerance"))
    in.error("tolerance", "only the schemes adaptive and cvode have a tolerance");
  return stepping;
}

void check_voxel_solver(const View& in, const Specification& specification) {
  if (specification.stepping.method == Stepping::Method::cvode)
    in.child("solver").error("scheme",
                             "voxels are solved axis by axis, which cvode cannot do: "
                             "second_order, first_order or adaptive");
  if (specification.grid.kind == VoxelGrid::Kind::shapes || !in.has("outputs")) return;
  const bool segments = !specification.cell.empty() || !specification.currents.empty() ||
                        !specification.values.empty();
  for (const auto& [name, keys] : in.entries("outputs"))
    if (keys.has("by") && keys.text("by") == "segment" && !segments)
      keys.error("by", "{}: the box has no segments, as there are neither `inputs:` nor `cells:`",
                 name);
}

}  // namespace

Specification read_specification(const config::Node& root) {
  Problems problems;
  const View in{root, schema(), problems};
  Specification specification;
  if (in.has("cells")) {
    specification.cell = read_sections(in.child("cells"));
    specification.cells = static_cast<std::uint64_t>(in.child("cells").integer("count"));
  }
  if (in.has("voxels")) specification.grid = read_grid(in.child("voxels"));
  check_geometries(in, specification.grid);
  specification.model = read_model(in, specification.cell);
  read_port_needs(in, specification.cell, specification.model);
  problems.raise();
  specification.stepping = read_stepping(in.child("solver"));
  try {
    read_ports(in, rxd::Network{specification.model}, specification);
  } catch (const rxd::ModelError& e) {
    for (const auto& c : e.complaints())
      problems.error(place_of(root, c), "{} {}{}{}: {}", c.section, c.item,
                     c.field.empty() ? "" : ", ", c.field, c.text);
  }
  if (specification.grid.kind != VoxelGrid::Kind::none) check_voxel_solver(in, specification);
  problems.raise();
  return specification;
}

}  // namespace tutti::rxd_app
