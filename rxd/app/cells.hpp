// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "app/medium.hpp"
#include "app/workers.hpp"
#include "solver/cable.hpp"
#include "tutti/element_table.hpp"
#include "tutti/module.hpp"

namespace tutti::rxd_app {

/// The cells of one rank, each with the trees that its chosen segments form.
///
/// Whole cells go to ranks, the largest first, each to the rank that has least. A segment whose
/// parent was not chosen is the root of a tree of its own.
class Cells : public Medium {
 public:
  /// `segments` holds every segment on offer, of all cells. Throws Error{config} where columns are
  /// missing, no segment is of the wanted types, or segments make no trees.
  /// Choice 0 of the network's model says which segments take part.
  Cells(const rxd::Network& network, const ElementTable& segments, Ranks ranks, int threads = 1);

  /// The segments of this rank.
  const Elements& elements() const override { return elements_; }
  Elements where(std::size_t variable) const override;
  Elements held(std::size_t variable) const override;
  ElementTable offer(const ConcentrationOutput& output, std::size_t variable) const override;
  void read(const ConcentrationOutput& output, std::size_t variable, const Elements& at,
            std::span<double> values) const override;
  /// Values of a variable at some of this rank's segments, ascending.
  void read(std::size_t variable, const Elements& at, std::span<double> values) const;
  /// What flows into a variable at the n-th segment of this rank [amol/ms].
  void set_source(std::size_t variable, std::size_t n, double amount_per_ms);
  void set_sources(std::size_t variable, std::span<const double> amount_per_ms) override;
  void set_driven(std::size_t parameter, std::size_t n, double value) override;
  void set_held(std::size_t variable, std::size_t n, double value) override;
  /// Whether a variable's region is at the n-th segment of this rank.
  bool has(std::size_t variable, std::size_t n) const;
  void advance(double from_ms, double length_ms, const Stepping& stepping) override;
  void visit(State& state) override;

  /// This rank's cells, ascending, and which of them (by index) the n-th segment belongs to.
  const std::vector<std::int64_t>& parts() const override { return cells_; }
  std::size_t part_of(std::size_t n) const override { return places_[n].cell; }
  std::vector<double> amounts(std::size_t variable) const override;
  /// Volume or area of a region at the n-th segment of this rank [um3 or um2].
  double region_size(std::size_t region, std::size_t n) const;
  /// Cable::jacobian at the n-th segment of this rank.
  std::vector<double> jacobian(std::size_t n) const;
  std::size_t trees() const { return cables_.size(); }

 private:
  Elements chosen(std::size_t variable, std::size_t choice) const;
  struct Place {
    std::size_t cell, tree, segment;
  };
  std::uint64_t element_at(std::size_t tree, std::size_t segment) const;
  void refuse_negative(const rxd::Negative& found, std::size_t tree, double at_ms) const;
  void add_cell(const ElementTable& table, const std::vector<rxd::Segment>& segments,
                std::int64_t cell, const std::vector<std::size_t>& rows);
  void step(std::size_t tree, double from_ms, double length_ms, const Stepping& stepping);

  const rxd::Network& network_;
  ElementTable table_;
  std::unique_ptr<Workers> workers_;
  Elements elements_;
  std::vector<rxd::Segment> segments_;  // of each element; their parents mean nothing
  std::vector<Place> places_;           // of each segment of this rank
  std::vector<std::int64_t> cells_;
  std::vector<std::unique_ptr<rxd::Cable>> cables_;
  std::vector<std::size_t> cell_of_tree_;
};

}  // namespace tutti::rxd_app
