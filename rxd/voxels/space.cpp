// SPDX-License-Identifier: MIT
#include "voxels/space.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "solver/domain.hpp"
#include "solver/error.hpp"

namespace rxd {

using Geometry = Region::Geometry;

Segment as_segment(const Voxels& voxels, std::size_t voxel, std::span<const Segment> shapes) {
  Segment s;
  if (!shapes.empty()) s = shapes[voxels.label[voxel]];
  s.centre = voxels.centre(voxel);
  return s;
}

/// Calls each(voxel among all, slot) for ghosts and own voxels.
template <class Each>
void Space::each_voxel(Each each) const {
  for (std::size_t v = 0; v < lattice_.slot.size(); ++v)
    each(lattice_.first_voxel + v, lattice_.slot[v]);
  std::size_t below = 0;
  while (below < lattice_.ghost_slot.size() &&
         lattice_.ghost_slot[below] < std::size_t{lattice_.below.end} * Octet::lanes)
    ++below;
  for (std::size_t g = 0; g < lattice_.ghost_slot.size(); ++g)
    each(g < below ? lattice_.first_voxel - below + g : lattice_.first_above + g - below,
         lattice_.ghost_slot[g]);
}

Space::Space(const Network& network, const Voxels& voxels, std::span<const Segment> shapes,
             Slab slab, Links& links, Runner run)
    : network_{network}, links_{links}, run_{std::move(run)}, lattice_{lay_out(voxels, slab)} {
  set_positions(voxels, shapes);
  set_sizes(voxels, shapes);
  const std::size_t n = network.variables().size();
  value_.assign(n, Field(lattice_.octets));
  change_.assign(n, Field(lattice_.octets));
  source_.resize(n);
  held_.resize(n);
  driven_.assign(network.driven().size(), Field(lattice_.octets));
  for (auto* fields : {&value_, &position_, &driven_})
    for (const auto& field : *fields) inputs_.push_back(&field[0].lane[0]);
  set_initial_values();
  hold_boundaries(voxels, shapes);
  drop_positions();
  set_weights();
  add_diffusers(voxels, shapes);
}

void Space::set_positions(const Voxels& voxels, std::span<const Segment> shapes) {
  position_.assign(Network::positions.size(), Field(lattice_.octets));
  each_voxel([&](std::size_t v, std::size_t slot) {
    const Segment s = as_segment(voxels, v, shapes);
    const double diameter = (s.d0 + s.d1) / 2;
    const double values[] = {s.centre[0], s.centre[1], s.centre[2], diameter, s.length};
    for (std::size_t k = 0; k < position_.size(); ++k) (&position_[k][0].lane[0])[slot] = values[k];
  });
}

void Space::set_sizes(const Voxels& voxels, std::span<const Segment> shapes) {
  const auto& regions = network_.model().regions;
  size_.assign(regions.size(), Field(lattice_.octets));
  for (std::size_t r = 0; r < regions.size(); ++r) {
    const Region& region = regions[r];
    if (region.geometry == Geometry::cross_section || region.geometry == Geometry::perimeter ||
        region.geometry == Geometry::scalable_border)
      throw Error{"region '" + region.name +
                  "' has a geometry of cables, which says nothing about voxels: use inside, "
                  "fractional_volume, membrane or distributed_border"};
    each_voxel([&](std::size_t v, std::size_t slot) {
      if (!selects(network_, region.where, network_.region_condition(r),
                   as_segment(voxels, v, shapes)))
        return;
      const bool surface = region.geometry == Geometry::membrane;
      (&size_[r][0].lane[0])[slot] = region.scale * (surface ? voxels.area[v] : voxels.volume[v]);
    });
  }
}

void Space::set_initial_values() {
  const auto& variables = network_.variables();
  // One program for all: an expression that reads nothing costs nothing by voxel.
  std::vector<Expr> results;
  for (const auto& d : network_.driven()) results.push_back(d.initial);
  for (const auto& v : variables) results.push_back(v.initial);
  const Program program{network_.pool(), results};
  Program::Workspace workspace = program.workspace();
  const auto fill = [&](Field& field, std::size_t result, const std::string& name,
                        std::size_t first, std::size_t count) {
    double* to = &field[0].lane[0] + first;
    std::copy_n(workspace.result(result), count, to);
    for (std::size_t i = 0; i < count; ++i)
      if (!std::isfinite(to[i])) {
        if (lattice_.has((first + i) / Octet::lanes, (first + i) % Octet::lanes))
          throw Error{"the initial value of '" + name + "' is not finite at (" +
                      std::to_string(inputs_[variables.size()][first + i]) + ", " +
                      std::to_string(inputs_[variables.size() + 1][first + i]) + ", " +
                      std::to_string(inputs_[variables.size() + 2][first + i]) + ") um"};
        to[i] = 0;
      }
  };
  // Driven parameters read positions and each other's beginnings, so they come before.
  for (const bool driven : {true, false})
    for (std::size_t first = Octet::lanes; first + Octet::lanes < lattice_.octets * Octet::lanes;
         first += Program::block) {
      const std::size_t count =
          std::min(Program::block, (lattice_.octets - 1) * Octet::lanes - first);
      program.run(inputs_, first, count, workspace);
      for (std::size_t k = 0; k < network_.driven().size(); ++k)
        if (driven) fill(driven_[k], k, network_.driven()[k].name, first, count);
      for (std::size_t k = 0; k < variables.size(); ++k)
        if (!driven) fill(value_[k], network_.driven().size() + k, variables[k].name, first, count);
    }
}

void Space::hold_boundaries(const Voxels& voxels, std::span<const Segment> shapes) {
  for (const Hold& hold : network_.holds())
    each_voxel([&](std::size_t v, std::size_t slot) {
      const std::size_t region = network_.variables()[hold.variable].region;
      const Segment s = as_segment(voxels, v, shapes);
      if (!((&size_[region][0].lane[0])[slot] > 0) ||
          !selects(network_, hold.where, hold.condition, s))
        return;
      held_[hold.variable].resize(lattice_.octets);
      (&held_[hold.variable][0].lane[0])[slot] = 1;
      (&value_[hold.variable][0].lane[0])[slot] = value_at(network_, hold.value, s);
    });
}

/// Positions that no rate reads are not needed once the beginning is known.
void Space::drop_positions() {
  std::set<std::uint32_t> read;
  for (const Process& process : network_.processes())
    read.merge(network_.pool().inputs(process.rate));
  const std::size_t first = network_.variables().size();
  for (std::size_t k = 0; k < position_.size(); ++k) {
    if (read.contains(static_cast<std::uint32_t>(first + k))) continue;
    Field{}.swap(position_[k]);
    inputs_[first + k] = nullptr;
  }
}

/// How a rate, per volume or membrane of its region, changes the concentrations of its terms.
void Space::set_weights() {
  for (const Process& process : network_.processes()) {
    std::vector<Field> weights;
    const Field& home = size_[process.region];
    for (const Term& term : process.terms) {
      Field weight(lattice_.octets);
      const Field& size = size_[network_.variables()[term.variable].region];
      bool plain = true;
      for (std::size_t o = lattice_.first; o < lattice_.last; ++o)
        for (std::size_t l = 0; l < Octet::lanes; ++l) {
          const bool complete = std::ranges::all_of(process.terms, [&](const Term& t) {
            return size_[network_.variables()[t.variable].region][o].lane[l] > 0;
          });
          const bool held = !held_[term.variable].empty() && held_[term.variable][o].lane[l] > 0;
          if (complete && !held) weight[o].lane[l] = home[o].lane[l] / size[o].lane[l];
          const bool exists = lattice_.has(o, l);
          plain = plain && (!exists || weight[o].lane[l] == 1);
        }
      weights.push_back(plain ? Field{} : std::move(weight));
    }
    weight_.push_back(std::move(weights));
  }
}

void Space::set_source(std::size_t variable, std::size_t voxel, double amount_per_ms) {
  if (source_[variable].empty()) {
    if (amount_per_ms == 0) return;
    source_[variable].resize(lattice_.octets);
  }
  const double volume = size(variable, voxel);
  if (volume > 0 && !held(variable, voxel)) at(source_[variable], voxel) = amount_per_ms / volume;
}

std::vector<double> Space::amounts(std::size_t variable) const {
  const Field& sizes = size_[network_.variables()[variable].region];
  std::vector<double> all(lattice_.planes);
  for (std::size_t p = 0; p < lattice_.planes; ++p)
    for (std::size_t t = 0; t < lattice_.tiles; ++t) {
      const Lattice::Range r = lattice_.ranges[t * lattice_.planes + p];
      for (std::uint32_t o = r.begin; o < r.end; ++o)
        for (std::size_t l = 0; l < Octet::lanes; ++l)
          all[p] += sizes[o].lane[l] * value_[variable][o].lane[l];
    }
  return all;
}

double Space::amount(std::size_t variable) const {
  double sum = 0;
  for (const double plane : amounts(variable)) sum += plane;
  return sum;
}

Conductances Space::conductances(const Voxels& voxels, std::span<const Segment> shapes,
                                 std::size_t variable) const {
  const Variable& v = network_.variables()[variable];
  const Region& region = network_.model().regions[v.region];
  const Field& sizes = size_[v.region];
  const double share = region.conducting > 0 ? region.conducting : region.scale;
  Conductances g;
  g.volume = sizes;
  if (!held_[variable].empty())
    for (std::size_t o = 0; o < g.volume.size(); ++o)
      for (std::size_t l = 0; l < Octet::lanes; ++l)
        if (held_[variable][o].lane[l] > 0) g.volume[o].lane[l] = 0;
  const bool even = network_.pool().is_constant(v.profile, 1);
  Field profile(even ? 0 : lattice_.octets);
  if (!even)
    each_voxel([&](std::size_t n, std::size_t slot) {
      (&profile[0].lane[0])[slot] = profile_at(network_, v, as_segment(voxels, n, shapes));
    });
  /// Two halves of a voxel each, in series.
  const auto between = [&](std::size_t here, std::size_t there) {
    const double a = (&profile[0].lane[0])[here], b = (&profile[0].lane[0])[there];
    return a > 0 && b > 0 ? 2 * a * b / (a + b) : 0;
  };
  const auto& axes = network_.model().species[v.species].axes;
  for (std::size_t d = 0; d < 3; ++d) {
    g.next[d].resize(lattice_.octets);
    const double factor = v.diffusion * axes[d] * share / voxels.edge[d];
    each_voxel([&](std::size_t n, std::size_t slot) {
      std::size_t there = slot + 1;
      if (d > 0) {
        const std::uint32_t o = (d == 1 ? lattice_.after_y : lattice_.after_z)[slot / Octet::lanes];
        if (o == 0) return;
        there = std::size_t{o} * Octet::lanes + slot % Octet::lanes;
      }
      const double* size = &sizes[0].lane[0];
      if (voxels.open[d][n] > 0 && size[slot] > 0 && size[there] > 0)
        (&g.next[d][0].lane[0])[slot] =
            factor * voxels.open[d][n] * (even ? 1 : between(slot, there));
    });
  }
  return g;
}

void Space::add_diffusers(const Voxels& voxels, std::span<const Segment> shapes) {
  const auto& species = network_.model().species;
  const auto& variables = network_.variables();
  for (std::size_t k = 0; k < network_.mobile(); ++k) {
    std::size_t same = k;
    for (std::size_t l = 0; l < k && same == k; ++l)
      if (variables[l].diffusion == variables[k].diffusion &&
          variables[l].region == variables[k].region &&
          variables[l].profile == variables[k].profile &&
          species[variables[l].species].axes == species[variables[k].species].axes &&
          held_[l].empty() && held_[k].empty())
        same = l;
    if (same < k) {
      diffuser_of_.push_back(diffuser_of_[same]);
      continue;
    }
    diffuser_of_.push_back(diffusers_.size());
    diffusers_.push_back(std::make_unique<Diffuser>(lattice_, conductances(voxels, shapes, k)));
  }
}

}  // namespace rxd
