// SPDX-License-Identifier: MIT
#include "app/readout.hpp"

#include "app/tables.hpp"
#include "forward/csd.hpp"
#include "forward/matrix.hpp"
#include "tutti/projection.hpp"

namespace lfp {

namespace {

/// Sums of a cell's currents travel as multiples of 2^-40 and may reach 2048, which suits
/// potentials in mV. The others travel in units of their own; powers of two, so nothing is rounded.
constexpr double dipole_unit = 0x1p10;  // [nA um]
constexpr double csd_unit = 0x1p-14;    // [nA/um3]

/// The cell of each segment; segments of a cell follow each other.
std::vector<std::int64_t> cells_of(const tutti::ElementTable& table) {
  if (!table.has("cell")) return {};
  const auto cells = table.integers("cell");
  return {cells.begin(), cells.end()};
}

/// Adds Σ (r_mid − r_mid of the cell's first segment) · I: the currents of a cell add up to zero,
/// so that the origin does not matter, and differences within a cell lose nothing to rounding.
void add_dipole(std::span<const Segment> segments, std::span<const std::int64_t> cells, Rows& to) {
  std::vector<double> x, y, z;
  Point origin;
  for (std::size_t k = 0; k < segments.size(); ++k) {
    const Point middle = midpoint(segments[k].start, segments[k].end);
    if (k == 0 || (!cells.empty() && cells[k] != cells[k - 1])) origin = middle;
    const Point arm = middle - origin;
    x.push_back(arm.x), y.push_back(arm.y), z.push_back(arm.z);
  }
  for (const auto& axis : {x, y, z}) to.add(axis);
}

}  // namespace

Readout::Readout(const Model& model, Wanted wanted, tutti::SignalInput& current)
    : wanted_{std::move(wanted)}, current_{&current}, at_source_{model.at_source}, rows_{0} {
  const std::size_t count =
      wanted_.potential.size() + wanted_.csd.size() + (wanted_.dipole ? 3 : 0);
  values_.resize(count);
  if (count == 0) {
    current.want({});
    return;
  }
  const auto& table = current.elements();
  const auto segments = segments_of(table);
  std::vector<std::uint64_t> needed = wanted_.potential.numbers();
  wanted_.csd.for_each([&](std::uint64_t k) { needed.insert(needed.end(), {k - 1, k, k + 1}); });
  const auto contacts = tutti::Elements::of(needed);
  std::vector<Electrode> electrodes;
  contacts.for_each([&](std::uint64_t k) { electrodes.push_back(model.electrodes.at(k)); });
  const ForwardMatrix forward{electrodes, segments, model.medium, model.method};
  const auto row = [&](std::uint64_t electrode) {
    return forward.row(*contacts.index_of(electrode));
  };
  Rows rows{segments.size(), count};
  wanted_.potential.for_each([&](std::uint64_t k) { rows.add(row(k)); });
  wanted_.csd.for_each([&](std::uint64_t k) {
    rows.add(source_density(row(k - 1), row(k), row(k + 1), model.spacing, model.along_sigma()));
  });
  if (wanted_.dipole) add_dipole(segments, cells_of(table), rows);
  if (at_source_)
    project(rows, table);
  else
    rows_ = std::move(rows);
}

void Readout::project(const Rows& rows, const tutti::ElementTable& table) {
  tutti::Projection projection;
  projection.rows = rows.count();
  projection.groups = cells_of(table);
  projection.values.resize(rows.count() * rows.segments());
  float* to = projection.values.data();
  for (std::size_t k = 0; k < rows.segments(); ++k)
    for (std::size_t r = 0; r < rows.count(); ++r)
      *to++ = static_cast<float>(rows.row(r)[k] / unit_of(r));
  current_->project(std::move(projection));
}

void Readout::read(tutti::Time t) {
  if (values_.empty()) return;
  const auto current = current_->at(t);
  if (!at_source_) {
    rows_.apply(current, values_);
    return;
  }
  for (std::size_t k = 0; k < values_.size(); ++k) values_[k] = unit_of(k) * current[k];
}

double Readout::unit_of(std::size_t row) const {
  if (row < wanted_.potential.size()) return 1;
  return row < wanted_.potential.size() + wanted_.csd.size() ? csd_unit : dipole_unit;
}

}  // namespace lfp
