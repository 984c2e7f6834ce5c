// SPDX-License-Identifier: MIT
#include "app/inspect.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <span>

#include "app/cells.hpp"
#include "app/formula.hpp"
#include "app/inspect_parts.hpp"
#include "solver/error.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

using ::rxd::Network;

/// The segments a model is looked at on.
ElementTable segments(const Specification& specification) {
  const auto& types = specification.model.choices[0].where.types;
  const std::vector<Section> one{{.name = "segment",
                                  .length = 10,
                                  .d0 = 1,
                                  .d1 = 1,
                                  .type = types.empty() ? Section{}.type : types.front()}};
  return segments_of_sections(specification.cell.empty() ? one : specification.cell, 1);
}

std::string regions(const Network& network, const Cells& cells) {
  static constexpr const char* geometries[] = {"volume",          "fixed cross-section",
                                               "membrane",        "scalable border",
                                               "fixed perimeter", "distributed border"};
  std::string text = "regions\n";
  const auto& all = network.model().regions;
  for (std::size_t r = 0; r < all.size(); ++r) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t n = 0; n < cells.elements().size(); ++n) {
      const double size = cells.region_size(r, n);
      sum += size;
      count += size > 0 ? 1U : 0U;
    }
    text += fmt::format("  {:<12} {:<20} {} of {} segments, {:.6g} {}\n", all[r].name,
                        geometries[static_cast<std::size_t>(all[r].geometry)], count,
                        cells.elements().size(), sum, all[r].is_volume() ? "um3" : "um2");
  }
  return text;
}

std::string species(const Network& network, const Cells& cells) {
  std::string text = "\nspecies and states, at the beginning\n";
  for (std::size_t v = 0; v < network.variables().size(); ++v) {
    const auto& variable = network.variables()[v];
    const auto& of = network.model().species[variable.species];
    const Elements at = cells.where(v);
    std::vector<double> values(at.size());
    cells.read(v, at, values);
    const auto [low, high] =
        values.empty() ? std::ranges::min_max_result<double>{0, 0} : std::ranges::minmax(values);
    text += fmt::format(
        "  {:<12} {}{}{}{}\n", variable.name,
        low == high ? fmt::format("{:.6g}", low) : fmt::format("{:.6g} to {:.6g}", low, high),
        of.signed_value ? "" : " mM",
        variable.diffusion > 0 ? fmt::format(", diffuses at {:.6g} um2/ms", variable.diffusion)
                               : "",
        of.charge != 0 ? fmt::format(", charge {}", of.charge) : "");
  }
  return text;
}

}  // namespace

std::string equations(const Network& network) {
  std::string text = "\nrates, in um, ms and mM\n";
  for (const auto& p : network.processes())
    text += fmt::format("  {:<12} {}\n", p.name, formula(network, p.rate));
  text += "\nequations\n";
  for (std::size_t v = 0; v < network.variables().size(); ++v) {
    const auto& variable = network.variables()[v];
    std::string sum = variable.diffusion > 0 ? " + diffusion" : "";
    for (const auto& p : network.processes())
      for (const auto& t : p.terms) {
        if (t.variable != v) continue;
        const bool through = p.region != variable.region;
        const double count = std::abs(t.change) * (through ? ::rxd::molecules_per_mM_um3 : 1);
        sum += fmt::format(" {} {}{}", t.change < 0 ? "-" : "+",
                           count == 1 ? "" : fmt::format("{:.6g}*", count), p.name);
        if (through)
          sum += fmt::format("*{}/({}*602214)", network.model().regions[p.region].name,
                             network.model().regions[variable.region].name);
      }
    text += fmt::format("  {}' ={}\n", variable.name,
                        sum.empty()             ? " 0"
                        : sum.starts_with(" +") ? sum.substr(2)
                                                : sum);
  }
  return text;
}

std::string stiffness(const Network& network, std::size_t count,
                      const std::function<std::vector<double>(std::size_t)>& jacobian) {
  const auto n = static_cast<Eigen::Index>(network.variables().size());
  double fastest = 0, growth = 0, slowest = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const auto values = jacobian(k);
    const Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>> matrix{values.data(), n,
                                                                                  n};
    const Eigen::EigenSolver<Eigen::MatrixXd> solver{matrix, false};
    for (const auto& rate : solver.eigenvalues()) {
      fastest = std::max(fastest, -rate.real());
      growth = std::max(growth, rate.real());
      if (-rate.real() > 1e-12 * fastest && (slowest == 0 || -rate.real() < slowest))
        slowest = -rate.real();
    }
  }
  if (fastest == 0) return "\nstiffness: nothing decays at the initial state\n";
  std::string text = fmt::format(
      "\nstiffness at the initial state, diffusion to the neighbours included\n"
      "  fastest decay {:.3g} ms, slowest {:.3g} ms: ratio {:.2g}\n",
      1 / fastest, 1 / slowest, fastest / slowest);
  if (growth > 1e-9 * fastest)
    text += fmt::format("  something grows, with {:.3g} ms: the initial state is not stable\n",
                        1 / growth);
  return text + fmt::format(
                    "  an explicit scheme would need steps below {:.2g} ms; the schemes "
                    "here are implicit\n",
                    2 / fastest);
}

std::string colour(double part) {
  return fmt::format("rgb({:.0f},{:.0f},{:.0f})", 40 + 210 * part, 40 + 180 * part,
                     120 - 80 * part);
}

namespace {

Specification load(const std::filesystem::path& path) {
  config::Problems problems;
  const config::Node node = config::read_yaml(path);
  config::check(node, schema(), problems);
  problems.raise();
  return read_specification(node);
}

}  // namespace

std::string inspect(const Specification& specification) {
  const Network network{specification.model};
  if (specification.grid.kind != VoxelGrid::Kind::none)
    return inspect_voxels(specification, network);
  Cells cells{network, segments(specification), {0, 1}};
  const std::string whose =
      specification.cell.empty()
          ? "of one segment, 10 um long and 1 um thick: the model has no cells of its own\n\n"
          : fmt::format("of one of {} cells\n\n", specification.cells);
  return whose + regions(network, cells) + species(network, cells) + equations(network) +
         stiffness(network, cells.elements().size(),
                   [&](std::size_t k) { return cells.jacobian(k); });
}

std::string picture(const Specification& specification, const std::string& variable) {
  const bool voxels = specification.grid.kind != VoxelGrid::Kind::none;
  if (specification.cell.empty() && !voxels)
    throw Error{Fault::config,
                "a picture needs `cells:` in the model: its segments come from "
                "another module"};
  const Network network{specification.model};
  std::size_t v = 0;
  try {
    if (!variable.empty()) v = network.variable(variable);
  } catch (const ::rxd::Error& e) {
    throw Error{Fault::config, "{}", e.what()};
  }
  if (voxels) return picture_voxels(specification, network, v);
  const ElementTable table = segments(specification);
  const Cells cells{network, table, {0, 1}};
  const Elements at = cells.where(v);
  std::vector<double> values(at.size());
  cells.read(v, at, values);
  const auto [low, high] =
      values.empty() ? std::ranges::min_max_result<double>{0, 0} : std::ranges::minmax(values);
  const auto x0 = table.reals("x0"), y0 = table.reals("y0"), x1 = table.reals("x1"),
             y1 = table.reals("y1"), d = table.reals("diameter");
  double left = 1e300, right = -1e300, top = 1e300, bottom = -1e300;
  for (std::size_t i = 0; i < d.size(); ++i)
    for (const auto& [x, y] : {std::pair{x0[i], y0[i]}, std::pair{x1[i], y1[i]}}) {
      left = std::min(left, x - d[i]);
      right = std::max(right, x + d[i]);
      top = std::min(top, y - d[i]);
      bottom = std::max(bottom, y + d[i]);
    }
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{:g} {:g} {:g} {:g}\" width=\"900\">\n"
      "<title>{}: {:.6g} (blue) to {:.6g} (yellow); grey where it is not</title>\n",
      left, top, right - left, bottom - top, network.variables()[v].name, low, high);
  for (std::size_t i = 0; i < d.size(); ++i) {
    const auto place = at.index_of(table.ids.at(i));
    const double part = place && high > low ? (values[*place] - low) / (high - low) : 0;
    svg += fmt::format(
        "<line x1=\"{:.4g}\" y1=\"{:.4g}\" x2=\"{:.4g}\" y2=\"{:.4g}\" stroke-width=\"{:.4g}\" "
        "stroke=\"{}\"/>\n",
        x0[i], y0[i], x1[i], y1[i], d[i], place ? colour(part) : "rgb(170,170,170)");
  }
  return svg + "</svg>\n";
}

int inspect_main(int argc, char** argv) {
  const std::span arguments{argv, static_cast<std::size_t>(argc)};
  std::string model, file, variable;
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const std::string word = arguments[i];
    if ((word == "-o" || word == "--of") && i + 1 < arguments.size())
      (word == "-o" ? file : variable) = arguments[++i];
    else
      model = word;
  }
  try {
    if (model.empty())
      throw Error{Fault::usage,
                  "usage: tutti-rxd --inspect MODEL.yaml [-o FILE.svg] [--of SPECIES]"};
    const Specification specification = load(model);
    fmt::print("{}", inspect(specification));
    if (file.empty()) return 0;
    std::ofstream out{file};
    out << picture(specification, variable);
    if (!out.flush()) throw Error{Fault::io, "cannot write {}", file};
    return 0;
  } catch (const Error& e) {
    fmt::print(stderr, "tutti-rxd: {}\n", e.what());
    return exit_code(e.fault());
  }
}

}  // namespace tutti::rxd_app
