// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "app/grid.hpp"
#include "app/medium.hpp"
#include "app/segments.hpp"
#include "app/workers.hpp"
#include "tutti/module.hpp"
#include "voxels/space.hpp"

namespace tutti::rxd_app {

/// Ranks exchange bytes: Module::gather; may be empty where there is one rank.
using Gather = std::function<std::vector<std::vector<std::byte>>(std::span<const std::byte> mine)>;

/// A model on voxels: what the segments of each cell fill, or a box or an image in which they lie.
///
/// Several cells are dealt to ranks whole; one space is cut into slabs of planes. Segments have
/// voxels: those they fill, or in a box those that their axis passes. Currents enter by the
/// membrane in these, parameters and boundaries hold in all of them, and what an output says of a
/// segment is their mean by volume.
class Tissue : public Medium {
 public:
  /// `segments` holds every segment on offer; it may be empty where the grid says where voxels are.
  /// Throws Error{config} where a segment has no voxel.
  Tissue(const rxd::Network& network, const VoxelGrid& grid, const ElementTable& segments,
         Ranks ranks, int threads, rxd::Links& links, Gather gather);

  const Elements& elements() const override { return elements_; }
  Elements where(std::size_t variable) const override;
  Elements held(std::size_t variable) const override;
  void set_sources(std::size_t variable, std::span<const double> amount_per_ms) override;
  void set_driven(std::size_t parameter, std::size_t n, double value) override;
  void set_held(std::size_t variable, std::size_t n, double value) override;
  void advance(double from_ms, double length_ms, const Stepping& stepping) override;
  void visit(State& state) override;
  ElementTable offer(const ConcentrationOutput& output, std::size_t variable) const override;
  void read(const ConcentrationOutput& output, std::size_t variable, const Elements& at,
            std::span<double> values) const override;
  const std::vector<std::int64_t>& parts() const override { return parts_; }
  std::size_t part_of(std::size_t n) const override { return part_of_[n]; }
  std::vector<double> amounts(std::size_t variable) const override;

  /// One connected piece of computation: a cell, or a slab of the one space.
  struct Domain {
    std::int64_t cell = 0;
    rxd::Voxels voxels;                ///< all of them, those of other slabs too
    std::vector<rxd::Segment> shapes;  ///< by label; empty in a box
    std::vector<std::size_t> rows;     ///< of the segments in the table: by label, or in the box
    std::uint64_t first_element = 0;   ///< of its voxels, where an output is by voxel
    rxd::Slab slab;
    std::unique_ptr<rxd::Space> space;
  };
  const std::vector<Domain>& domains() const { return domains_; }

 private:
  /// A part of what enters or leaves at a segment.
  struct Spot {
    std::size_t domain = 0, voxel = 0;  ///< among the domain's own
    double share = 0;
  };
  struct Entry {
    std::uint64_t element;
    std::vector<Spot> spots;   // on this rank, where currents enter
    std::vector<Spot> filled;  // likewise, all voxels, ascending; a share of their volume
    std::size_t domain, row;
    std::size_t middle;  // voxel of the segment's middle, among all of the domain
    std::size_t part;
  };
  bool is_own(const Domain& domain, std::size_t voxel) const;
  void make_shapes(const VoxelGrid& grid, Ranks ranks);
  void make_fixed(const VoxelGrid& grid, Ranks ranks);
  void start(rxd::Links& links);
  void add_segments_of_shapes(std::size_t domain);
  void add_segments_of_box(std::size_t domain);
  using Shares = std::vector<std::pair<std::size_t, double>>;  // by voxel of all of the domain
  void add_element(std::uint64_t element, std::size_t domain, const Shares& shares,
                   const Shares& filled, std::size_t middle);
  void index_elements();
  rxd::Segment chosen_as(const Domain& domain, std::size_t voxel) const;
  struct Part;  // of a mean: what one plane adds
  std::vector<Part> parts_of_mean(const Entry& entry, std::size_t variable) const;
  void read_means(std::size_t variable, const Elements& at, std::span<double> values) const;
  void step(Domain& domain, double from_ms, double length_ms, const Stepping& stepping);
  std::string place_of(const Domain& domain, std::size_t voxel) const;
  static std::int64_t plane_number(const Domain& domain, std::uint64_t k);

  const rxd::Network& network_;
  const ElementTable& table_;
  std::vector<rxd::Segment> segments_;  // of each row of the table
  Rows cells_;
  Gather gather_;
  Ranks ranks_;
  bool by_cell_ = false;  // each domain is a cell; else there is one space, of all ranks
  rxd::Links alone_;      // of a cell
  std::unique_ptr<Workers> workers_;
  std::vector<Domain> domains_;
  Elements elements_;
  std::vector<Entry> entries_;  // by element
  struct Inflow {
    std::size_t domain, voxel, element;  // element: n
    double share;
  };
  std::vector<Inflow> inflows_;  // all spots, by domain and voxel
  std::vector<std::int64_t> parts_;
  std::vector<std::size_t> part_of_, first_part_;  // of elements; of domains
};

}  // namespace tutti::rxd_app
