// SPDX-License-Identifier: MIT
#include "app/model.hpp"

#include <cmath>
#include <stdexcept>

#include "forward/csd.hpp"
#include "forward/electrodes.hpp"
#include "tutti/config/view.hpp"

namespace lfp {

using namespace tutti::config;

namespace {

Table slice_table() {
  return {"slice",
          "A slice of tissue between two planes across z; cells and electrodes lie inside.",
          {quantity("bottom", "um", "z of its lower side").by_default("0 um"),
           quantity("top", "um", "z of its upper side").needed(),
           quantity("below", "S/m", "conductivity below: 0 S/m is the glass of an electrode array")
               .at_least(0)
               .by_default("0 S/m"),
           quantity("above", "S/m", "conductivity above: 1.5 S/m is saline")
               .at_least(0)
               .by_default("1.5 S/m")}};
}

Table schema() {
  const auto sigma = quantity("", "S/m").above(0);
  return {
      "lfp",
      "Extracellular potentials at electrodes, from the membrane current of every segment; and "
      "what "
      "currents at electrodes do to the segments.",
      {path("electrodes",
            "a table with columns x, y, z [um] and, if wanted, channel, name, radius (SONATA's "
            "x_pos, y_pos, z_pos as well), or probeinterface's JSON")
           .needed(),
       choice("plane", {"xy", "xz", "yz"}, "where a two-dimensional probe of probeinterface lies")
           .by_default("xy"),
       list("at", quantity("", "um"), "added to all positions: x, y and z")
           .between(3, 3)
           .by_default("[0 um, 0 um, 0 um]"),
       quantity("radius", "um", "of contacts whose file says none: discs; 0 um is a point")
           .at_least(0)
           .by_default("0 um"),
       list("normal", real(""), "the way that such discs face: x, y and z")
           .between(3, 3)
           .by_default("[0, 0, 1]"),
       choice("method", {"line_source", "point_source", "soma_as_point"},
              "line_source after Holt and Koch (1999); soma_as_point takes a point for the "
              "soma and lines elsewhere")
           .by_default("line_source"),
       one_of("sigma", {sigma, list("", sigma).between(3, 3)},
              "conductivity of the tissue, or one along each of x, y and z")
           .by_default("0.3 S/m"),
       table("slice", slice_table(), "tissue between two planes; without it, it is endless"),
       boolean("csd",
               "also estimate current source density, at the inner contacts of a laminar probe")
           .by_default("false"),
       choice("multiply", {"source", "here"},
              "where currents become potentials: at the source, in float32, so that electrodes "
              "travel; or here, in float64, so that segments travel")
           .by_default("source")}};
}

Point point_of(const std::vector<double>& v) { return {v.at(0), v.at(1), v.at(2)}; }

Medium read_medium(const View& view) {
  Medium medium;
  if (view.is("sigma", Type::list)) {
    medium.conductivity = point_of(view.reals("sigma"));
  } else {
    const double sigma = view.real("sigma");
    medium.conductivity = {sigma, sigma, sigma};
  }
  if (view.has("slice")) {
    const auto slice = view.child("slice");
    medium.slice =
        Slice{slice.real("bottom"), slice.real("top"), slice.real("below"), slice.real("above")};
  }
  return medium;
}

std::vector<Electrode> read_contacts(const View& view) {
  const auto plane = view.text("plane");
  auto electrodes = read_electrodes(view.path("electrodes"), plane == "xz"   ? Plane::xz
                                                             : plane == "yz" ? Plane::yz
                                                                             : Plane::xy);
  const Point shift = point_of(view.reals("at"));
  const double radius = view.real("radius");
  const Point normal = point_of(view.reals("normal"));
  if (length(normal) == 0) view.error("normal", "normal: [0, 0, 0] points nowhere");
  for (auto& e : electrodes) {
    e.position = e.position + shift;
    if (e.radius != 0) continue;
    e.radius = radius;
    e.normal = normal;
  }
  return electrodes;
}

/// Runs `read`; what it does not like becomes an error at the key.
template <typename F>
void at_key(const View& view, std::string_view key, F&& read) {
  try {
    read();
  } catch (const std::invalid_argument& e) {
    view.error(key, "{}: {}", key, e.what());
  }
}

}  // namespace

const Table& model_schema() {
  static const Table table = schema();
  return table;
}

double Model::along_sigma() const {
  const Point d = electrodes.at(1).position - electrodes.at(0).position;
  const Point s = medium.conductivity;
  return (d.x * d.x * s.x + d.y * d.y * s.y + d.z * d.z * s.z) / dot(d, d);
}

Model read_model(const Node& node) {
  Problems problems;
  const View view{node, model_schema(), problems};
  Model model;
  at_key(view, "electrodes", [&] { model.electrodes = read_contacts(view); });
  model.medium = read_medium(view);
  at_key(view, view.has("slice") ? "slice" : "sigma", [&] { model.medium.check(); });
  const auto method = view.text("method");
  model.method = method == "point_source"    ? Method::point
                 : method == "soma_as_point" ? Method::soma_as_point
                                             : Method::line;
  model.csd = view.boolean("csd");
  if (model.csd && !model.electrodes.empty())
    at_key(view, "csd", [&] { model.spacing = laminar_spacing(model.electrodes); });
  model.at_source = view.text("multiply") == "source";
  problems.raise();
  return model;
}

}  // namespace lfp
