// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <span>

#include "app/inspect.hpp"
#include "app/inspect_parts.hpp"
#include "app/tissue.hpp"
#include "solver/error.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

using ::rxd::Network;

namespace {

Specification load(const std::filesystem::path& path) {
  config::Problems problems;
  const config::Node node = config::read_yaml(path);
  config::check(node, schema(), problems);
  problems.raise();
  return read_specification(node);
}

/// The segments a model is looked at on: of the first of its own cells, or a single one.
ElementTable segments(const Specification& specification) {
  const auto& types = specification.model.choices[0].where.types;
  const std::vector<Section> one{{.name = "segment",
                                  .length = 10,
                                  .d0 = 1,
                                  .d1 = 1,
                                  .type = types.empty() ? Section{}.type : types.front()}};
  return segments_of_sections(specification.cell.empty() ? one : specification.cell, 1);
}

/// A model on voxels with segments of its own cells, alone.
struct Alone {
  ElementTable table;
  ::rxd::Links links;
  std::unique_ptr<Tissue> tissue;

  Alone(const Specification& specification, const Network& network) {
    if (!specification.cell.empty()) table = segments_of_sections(specification.cell, 1);
    if (specification.cell.empty() && specification.grid.kind == VoxelGrid::Kind::shapes)
      throw Error{Fault::config,
                  "the voxels of this model are what segments of another module fill: inspect the "
                  "run file, as in `tutti inspect rxd run.yaml`"};
    tissue = std::make_unique<Tissue>(network, specification.grid, table, Ranks{0, 1}, 1, links,
                                      Gather{});
  }
};

std::size_t find(const Network& network, const std::string& variable) {
  try {
    return variable.empty() ? 0 : network.variable(variable);
  } catch (const ::rxd::Error& e) {
    throw Error{Fault::config, "{}", e.what()};
  }
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out{file};
  out << text;
  if (!out.flush()) throw Error{Fault::io, "cannot write {}", file.string()};
}

}  // namespace

std::string inspect(const Specification& specification) {
  const Network network{specification.model};
  if (specification.grid.kind != VoxelGrid::Kind::none)
    return inspect_tissue(network, *Alone{specification, network}.tissue);
  const std::string whose =
      specification.cell.empty() ? "of one segment, 10 um long and 1 um thick: the model has no "
                                   "cells of its own (those of a "
                                   "run: `tutti inspect rxd run.yaml`)\n\n"
      : specification.cells == 1 ? "of one cell\n\n"
                                 : fmt::format("of one of {} cells\n\n", specification.cells);
  return whose + inspect_cells(network, {network, segments(specification), {0, 1}});
}

std::string picture(const Specification& specification, const std::string& variable) {
  const bool voxels = specification.grid.kind != VoxelGrid::Kind::none;
  if (specification.cell.empty() && !voxels)
    throw Error{Fault::config,
                "a picture needs `cells:` in the model, whose segments come from another module: "
                "inspect the run file, as in `tutti inspect rxd run.yaml -o FILE.svg`"};
  const Network network{specification.model};
  const std::size_t v = find(network, variable);
  if (voxels) return picture_tissue(network, *Alone{specification, network}.tissue, v);
  const ElementTable table = segments(specification);
  return picture_cells(network, {network, table, {0, 1}}, table, v);
}

void inspect_if_asked(const std::string& module, const Network& network, const Medium& medium,
                      const ElementTable& table) {
  const char* folder =
      std::getenv("TUTTI_INSPECT");  // NOLINT(concurrency-mt-unsafe): one thread yet
  if (folder == nullptr) return;
  const char* of = std::getenv("TUTTI_INSPECT_OF");  // NOLINT(concurrency-mt-unsafe): likewise
  const std::size_t v = find(network, of == nullptr ? "" : of);
  const std::filesystem::path place = std::filesystem::path{folder} / module;
  if (const auto* cells = dynamic_cast<const Cells*>(&medium)) {
    write(place.string() + ".txt",
          fmt::format("{}: {} cells of the run, {} segments in {} trees\n\n", module,
                      cells->parts().size(), cells->elements().size(), cells->trees()) +
              inspect_cells(network, *cells));
    write(place.string() + ".svg", picture_cells(network, *cells, table, v));
  } else if (const auto* tissue = dynamic_cast<const Tissue*>(&medium)) {
    write(place.string() + ".txt",
          fmt::format("{}, in the run\n\n", module) + inspect_tissue(network, *tissue));
    write(place.string() + ".svg", picture_tissue(network, *tissue, v));
  }
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
