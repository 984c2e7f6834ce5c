// SPDX-License-Identifier: MIT
#include "app/tissue.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "solver/domain.hpp"
#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

/// Points along a segment in a box, at each of which an equal part enters.
constexpr int points_along = 8;

/// A point on the axis of a segment; a neuron that is only a point is where it is.
rxd::Vec3 along(const ElementTable& table, std::size_t row, double part) {
  if (!table.has("x0"))
    return {table.reals("x")[row], table.reals("y")[row], table.reals("z")[row]};
  static constexpr const char* names[3][2] = {{"x0", "x1"}, {"y0", "y1"}, {"z0", "z1"}};
  rxd::Vec3 point;
  for (std::size_t d = 0; d < 3; ++d) {
    const double a = table.reals(names[d][0])[row], b = table.reals(names[d][1])[row];
    point[d] = a + part * (b - a);
  }
  return point;
}

/// Planes of this rank: as many voxels each as can be.
rxd::Slab slab_of(const rxd::Voxels& voxels, Ranks ranks) {
  const std::uint64_t plane = voxels.count[0] * voxels.count[1];
  const auto cut = [&](int rank) -> std::uint64_t {
    if (rank == 0) return 0;
    if (rank == ranks.count) return voxels.count[2];
    const std::size_t at =
        voxels.size() * static_cast<std::size_t>(rank) / static_cast<std::size_t>(ranks.count);
    return voxels.place[at] / plane;
  };
  const rxd::Slab slab{cut(ranks.rank), cut(ranks.rank + 1)};
  for (int rank = 0; rank < ranks.count; ++rank)
    if (cut(rank) >= cut(rank + 1))
      throw Error{Fault::config,
                  "{} ranks are too many for {} planes of voxels along z, of which each rank needs "
                  "at least one: give the module fewer `ranks:`",
                  ranks.count, voxels.count[2]};
  return slab;
}

}  // namespace

Tissue::Tissue(const rxd::Network& network, const VoxelGrid& grid, const ElementTable& segments,
               Ranks ranks, int threads, rxd::Links& links, Gather gather)
    : network_{network},
      table_{segments},
      gather_{std::move(gather)},
      ranks_{ranks},
      workers_{std::make_unique<Workers>(threads)} {
  if (!segments.ids.empty()) {
    segments_ = segments_of(segments);
    cells_ = choose(network, segments_);
  }
  if (grid.kind == VoxelGrid::Kind::shapes)
    make_shapes(grid, ranks);
  else
    make_fixed(grid, ranks);
  start(links);
  for (std::size_t d = 0; d < domains_.size(); ++d)
    if (grid.kind == VoxelGrid::Kind::shapes)
      add_segments_of_shapes(d);
    else
      add_segments_of_box(d);
  index_elements();
}

/// The frusta of each cell of this rank; a child that begins away from where it hangs on its parent
/// (a dendrite at the surface of a soma) is joined to it by a cylinder of its own diameter.
void Tissue::make_shapes(const VoxelGrid& grid, Ranks ranks) {
  by_cell_ = cells_.size() > 1;
  std::vector<std::int64_t> mine;
  if (by_cell_) {
    mine = deal(cells_, ranks);
  } else {
    for (const auto& [cell, rows] : cells_) mine.push_back(cell);
  }
  for (const std::int64_t cell : mine) {
    Domain domain;
    domain.cell = cell;
    domain.rows = cells_.at(cell);
    std::vector<rxd::Frustum> shape;
    std::map<std::int64_t, std::size_t> row_of;
    for (const std::size_t row : domain.rows)
      row_of[static_cast<std::int64_t>(table_.ids.at(row))] = row;
    for (std::size_t label = 0; label < domain.rows.size(); ++label) {
      const std::size_t row = domain.rows[label];
      const rxd::Segment& s = segments_[row];
      domain.shapes.push_back(s);
      const rxd::Frustum frustum{along(table_, row, 0), along(table_, row, 1), s.d0 / 2, s.d1 / 2,
                                 static_cast<std::uint32_t>(label)};
      shape.push_back(frustum);
      const auto parent = row_of.find(table_.integers("parent")[row]);
      if (parent == row_of.end()) continue;
      const rxd::Vec3 hook = along(table_, parent->second, s.parent_at);
      if (std::hypot(hook[0] - frustum.from[0], hook[1] - frustum.from[1],
                     hook[2] - frustum.from[2]) > 1e-3)
        shape.push_back({hook, frustum.from, frustum.r0, frustum.r0, frustum.label});
    }
    domain.voxels = shape_voxels(grid, shape);
    domain.slab = by_cell_ ? rxd::Slab{0, domain.voxels.count[2]} : slab_of(domain.voxels, ranks);
    domains_.push_back(std::move(domain));
  }
}

void Tissue::make_fixed(const VoxelGrid& grid, Ranks ranks) {
  Domain domain;
  domain.voxels = fixed_voxels(grid);
  for (const auto& [cell, rows] : cells_)
    domain.rows.insert(domain.rows.end(), rows.begin(), rows.end());
  domain.slab = slab_of(domain.voxels, ranks);
  domains_.push_back(std::move(domain));
}

/// Makes the spaces and numbers their voxels: cell by cell in ascending order, wherever cells are.
void Tissue::start(rxd::Links& links) {
  std::map<std::uint64_t, std::uint64_t> sizes;
  std::vector<std::uint64_t> mine;
  for (const Domain& domain : domains_) {
    sizes[static_cast<std::uint64_t>(domain.cell)] = domain.voxels.size();
    mine.push_back(static_cast<std::uint64_t>(domain.cell));
    mine.push_back(domain.voxels.size());
  }
  if (ranks_.count > 1)
    for (const auto& bytes : gather_(std::as_bytes(std::span{mine}))) {
      std::vector<std::uint64_t> theirs(bytes.size() / sizeof(std::uint64_t));
      if (!theirs.empty()) std::memcpy(theirs.data(), bytes.data(), bytes.size());
      for (std::size_t i = 0; i + 1 < theirs.size(); i += 2) sizes[theirs[i]] = theirs[i + 1];
    }
  const rxd::Runner run = [this](std::size_t count, const std::function<void(std::size_t)>& task) {
    workers_->run(count, task);
  };
  for (Domain& domain : domains_) {
    for (const auto& [cell, size] : sizes)
      if (cell < static_cast<std::uint64_t>(domain.cell)) domain.first_element += size;
    try {
      // Cells are given to threads whole where there are several.
      domain.space =
          std::make_unique<rxd::Space>(network_, domain.voxels, domain.shapes, domain.slab,
                                       by_cell_ ? alone_ : links, by_cell_ ? rxd::in_turn() : run);
    } catch (const rxd::Error& e) {
      throw Error{Fault::config, "{}", e.what()};
    }
    if (const auto found = domain.space->negative())
      throw Error{
          Fault::config,
          "the initial value of {} is {:.3g} mM in the voxel at {}: a concentration must not "
          "be negative",
          network_.variables()[found->variable].name, found->value,
          place_of(domain, found->segment)};
    first_part_.push_back(parts_.size());
    for (std::uint64_t k = domain.slab.begin; k < domain.slab.end; ++k)
      parts_.push_back(plane_number(domain, k));
  }
}

/// A plane's number among those of all cells; no grid has a million planes.
std::int64_t Tissue::plane_number(const Domain& domain, std::uint64_t k) {
  return domain.cell * 1'000'000 + static_cast<std::int64_t>(k);
}

bool Tissue::is_own(const Domain& domain, std::size_t voxel) const {
  return voxel >= domain.space->first_voxel() &&
         voxel < domain.space->first_voxel() + domain.space->voxels();
}

void Tissue::add_element(std::uint64_t element, std::size_t d, const Shares& shares,
                         const Shares& filled, std::size_t middle) {
  const Domain& domain = domains_[d];
  Entry entry{element, {}, {}, d, 0, middle, parts_.size()};
  const auto take = [&](const Shares& from, std::vector<Spot>& to) {
    for (const auto& [voxel, share] : from)
      if (is_own(domain, voxel)) to.push_back({d, voxel - domain.space->first_voxel(), share});
  };
  take(shares, entry.spots);
  take(filled, entry.filled);
  std::ranges::stable_sort(entry.filled, {}, &Spot::voxel);
  // Whoever has the first voxel accounts for all of the segment.
  if (!shares.empty() && is_own(domain, shares.front().first))
    entry.part = first_part_[d] + domain.voxels.at(shares.front().first)[2] - domain.slab.begin;
  if (!entry.spots.empty() || !entry.filled.empty() || is_own(domain, middle))
    entries_.push_back(std::move(entry));
}

void Tissue::add_segments_of_shapes(std::size_t d) {
  const Domain& domain = domains_[d];
  const rxd::Voxels& all = domain.voxels;
  std::vector<Shares> by_label(domain.rows.size()), filled(domain.rows.size());
  std::vector<double> area(domain.rows.size());
  std::vector<std::size_t> nearest(domain.rows.size(), all.size());
  std::vector<double> distance(domain.rows.size(), 1e300);
  for (std::size_t v = 0; v < all.size(); ++v) area[all.label[v]] += all.area[v];
  for (std::size_t v = 0; v < all.size(); ++v) {
    const std::uint32_t label = all.label[v];
    const double share = area[label] > 0 ? all.area[v] : all.volume[v];
    if (share > 0) by_label[label].emplace_back(v, share);
    filled[label].emplace_back(v, 1);
    const auto a = all.centre(v), b = domain.shapes[label].centre;
    const double there = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    if (there >= distance[label]) continue;
    distance[label] = there;
    nearest[label] = v;
  }
  for (std::size_t label = 0; label < domain.rows.size(); ++label) {
    const std::uint64_t element = table_.ids.at(domain.rows[label]);
    if (by_label[label].empty()) {  // inside another segment: what its middle is in
      nearest[label] = all.find(domain.shapes[label].centre);
      if (nearest[label] == all.size())
        throw Error{Fault::config,
                    "voxels: no voxel is inside segment {} of cell {}, {:.3g} um thick: make "
                    "`edge:` smaller than {:.3g} um or leave it out with `where:`",
                    element,
                    domain.cell,
                    (domain.shapes[label].d0 + domain.shapes[label].d1) / 2,
                    all.edge[0]};
      by_label[label].emplace_back(nearest[label], 1);
    }
    if (filled[label].empty()) filled[label].emplace_back(nearest[label], 1);
    double sum = 0;
    for (const auto& [voxel, share] : by_label[label]) sum += share;
    for (auto& [voxel, share] : by_label[label]) share /= sum;
    add_element(element, d, by_label[label], filled[label], nearest[label]);
  }
}

void Tissue::add_segments_of_box(std::size_t d) {
  const Domain& domain = domains_[d];
  std::size_t outside = 0, first = 0;
  for (const std::size_t row : domain.rows) {
    Shares shares;
    for (int k = 0; k < points_along; ++k) {
      const std::size_t voxel = domain.voxels.find(along(table_, row, (k + 0.5) / points_along));
      if (voxel == domain.voxels.size()) continue;
      if (!shares.empty() && shares.back().first == voxel)
        shares.back().second += 1.0 / points_along;
      else
        shares.emplace_back(voxel, 1.0 / points_along);
    }
    double sum = 0;
    for (const auto& [voxel, share] : shares) sum += share;
    const std::size_t middle = domain.voxels.find(along(table_, row, 0.5));
    if (sum < 1 - 1e-9 || middle == domain.voxels.size()) {
      if (outside++ == 0) first = row;
      continue;
    }
    Shares filled = shares;
    if (std::ranges::find(shares, middle, &Shares::value_type::first) == shares.end())
      filled.emplace_back(middle, 1.0 / points_along);
    add_element(table_.ids.at(row), d, shares, filled, middle);
  }
  if (outside == 0) return;
  const rxd::Vec3 point = along(table_, first, 0.5);
  throw Error{
      Fault::config,
      "voxels: {} of {} segments lie in no voxel, the first ({}, of cell {}) about ({:.4g}, "
      "{:.4g}, {:.4g}) um: make the box larger, or choose segments with `where:`",
      outside,
      domain.rows.size(),
      table_.ids.at(first),
      segments_[first].cell,
      point[0],
      point[1],
      point[2]};
}

void Tissue::index_elements() {
  std::ranges::sort(entries_, {}, &Entry::element);
  std::vector<std::uint64_t> numbers;
  for (const Entry& entry : entries_) numbers.push_back(entry.element);
  elements_ = Elements::of(std::move(numbers));
  for (std::size_t n = 0; n < entries_.size(); ++n)
    for (const Spot& s : entries_[n].spots) inflows_.push_back({s.domain, s.voxel, n, s.share});
  std::ranges::stable_sort(inflows_, {}, [](const Inflow& i) {
    return std::pair{i.domain, i.voxel};
  });
  for (Entry& entry : entries_) {
    part_of_.push_back(entry.part);
    entry.row = table_.ids.index_of(entry.element).value();
  }
}

}  // namespace tutti::rxd_app
