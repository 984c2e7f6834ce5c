// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "app/tissue.hpp"
#include "solver/domain.hpp"
#include "solver/error.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

Elements Tissue::where(std::size_t variable) const {
  std::vector<std::uint64_t> numbers;
  for (const Entry& entry : entries_)
    if (std::ranges::any_of(entry.spots, [&](const Spot& s) {
          return domains_[s.domain].space->size(variable, s.voxel) > 0;
        }))
      numbers.push_back(entry.element);
  return Elements::of(std::move(numbers));
}

Elements Tissue::held(std::size_t variable) const {
  std::vector<std::uint64_t> numbers;
  for (const Entry& entry : entries_)
    if (std::ranges::any_of(entry.filled, [&](const Spot& s) {
          return domains_[s.domain].space->held(variable, s.voxel);
        }))
      numbers.push_back(entry.element);
  return Elements::of(std::move(numbers));
}

void Tissue::set_sources(std::size_t variable, std::span<const double> amount_per_ms) {
  // Several segments may touch one voxel; their sum is in the order of elements.
  for (std::size_t i = 0; i < inflows_.size();) {
    const Inflow& first = inflows_[i];
    double sum = 0;
    for (; i < inflows_.size() && inflows_[i].domain == first.domain &&
           inflows_[i].voxel == first.voxel;
         ++i)
      sum += inflows_[i].share * amount_per_ms[inflows_[i].element];
    domains_[first.domain].space->set_source(variable, first.voxel, sum);
  }
}

void Tissue::set_driven(std::size_t parameter, std::size_t n, double value) {
  for (const Spot& s : entries_[n].filled)
    domains_[s.domain].space->set_driven(parameter, s.voxel, value);
}

void Tissue::set_held(std::size_t variable, std::size_t n, double value) {
  for (const Spot& s : entries_[n].filled)
    if (domains_[s.domain].space->held(variable, s.voxel))
      domains_[s.domain].space->set_value(variable, s.voxel, value);
}

/// The segment that an own voxel counts as, for the selection of an output.
rxd::Segment Tissue::chosen_as(const Domain& domain, std::size_t voxel) const {
  return rxd::as_segment(domain.voxels, domain.space->first_voxel() + voxel, domain.shapes);
}

ElementTable Tissue::offer(const ConcentrationOutput& output, std::size_t variable) const {
  const auto& where = network_.model().choices[output.choice].where;
  const rxd::Expr condition = network_.choice_condition(output.choice);
  if (output.by_segment) {
    std::vector<std::uint64_t> numbers;
    for (const Entry& entry : entries_) {
      const Domain& domain = domains_[entry.domain];
      if (is_own(domain, entry.middle) &&
          domain.space->size(variable, entry.middle - domain.space->first_voxel()) > 0 &&
          rxd::selects(network_, where, condition, segments_[entry.row]))
        numbers.push_back(entry.element);
    }
    ElementTable table = table_.rows(Elements::of(std::move(numbers)));
    table.kind = "segment";
    return table;
  }
  std::vector<std::uint64_t> numbers;
  std::vector<std::int64_t> cell, type, segment;
  std::array<std::vector<double>, 3> centre;
  std::vector<double> volume, area;
  for (const Domain& domain : domains_)
    for (std::size_t v = 0; v < domain.space->voxels(); ++v) {
      if (!(domain.space->size(variable, v) > 0)) continue;
      const rxd::Segment as = chosen_as(domain, v);
      if (!rxd::selects(network_, where, condition, as)) continue;
      const std::size_t voxel = domain.space->first_voxel() + v;
      numbers.push_back(domain.first_element + voxel);
      for (std::size_t d = 0; d < 3; ++d) centre[d].push_back(as.centre[d]);
      volume.push_back(domain.space->size(variable, v));
      area.push_back(domain.voxels.area[voxel]);
      if (domain.shapes.empty()) continue;
      cell.push_back(as.cell);
      type.push_back(as.type);
      segment.push_back(
          static_cast<std::int64_t>(table_.ids.at(domain.rows[domain.voxels.label[voxel]])));
    }
  ElementTable table;
  table.kind = "voxel";
  table.ids = Elements::of(std::move(numbers));
  table.set("x", "um", centre[0]);
  table.set("y", "um", centre[1]);
  table.set("z", "um", centre[2]);
  table.set("volume", "um3", volume);
  table.set("area", "um2", area);
  if (cell.size() == volume.size() && !cell.empty()) {
    table.set("cell", cell);
    table.set("swc_type", type);
    table.set("segment", segment);
  }
  return table;
}

void Tissue::read(const ConcentrationOutput& output, std::size_t variable, const Elements& at,
                  std::span<double> values) const {
  if (output.by_segment) return read_means(variable, at, values);
  std::size_t k = 0;
  auto domain = domains_.begin();
  at.for_each([&](std::uint64_t element) {
    while (element >= domain->first_element + domain->voxels.size()) ++domain;
    values[k++] = domain->space->value(
        variable, element - domain->first_element - domain->space->first_voxel());
  });
}

std::vector<double> Tissue::amounts(std::size_t variable) const {
  std::vector<double> all;
  for (const Domain& domain : domains_) {
    const auto planes = domain.space->amounts(variable);
    all.insert(all.end(), planes.begin(), planes.end());
  }
  return all;
}

/// Plane by plane, whoever has them: voxels are numbered along the planes.
void Tissue::visit(State& state) {
  for (Domain& domain : domains_) {
    rxd::Space& space = *domain.space;
    std::size_t begin = 0;
    for (std::uint64_t k = domain.slab.begin; k < domain.slab.end; ++k) {
      std::size_t end = begin;
      while (end < space.voxels() && domain.voxels.at(space.first_voxel() + end)[2] == k) ++end;
      state.entry("planes", static_cast<std::uint64_t>(plane_number(domain, k)),
                  [&](Fields& fields) { space.visit(begin, end, fields); });
      begin = end;
    }
  }
}

std::string Tissue::place_of(const Domain& domain, std::size_t voxel) const {
  const rxd::Segment s = chosen_as(domain, voxel);
  std::string place =
      fmt::format("({:.4g}, {:.4g}, {:.4g}) um", s.centre[0], s.centre[1], s.centre[2]);
  if (!domain.shapes.empty())
    place += fmt::format(
        ", in element {} of cell {}",
        table_.ids.at(domain.rows[domain.voxels.label[domain.space->first_voxel() + voxel]]),
        domain.cell);
  return place;
}

void Tissue::step(Domain& domain, double from_ms, double length_ms, const Stepping& stepping) {
  rxd::Space& space = *domain.space;
  try {
    if (stepping.method == Stepping::Method::rodas) {
      space.advance(length_ms, stepping.tolerance);
    } else {
      const double longest_ms = stepping.longest_ms > 0 ? stepping.longest_ms : length_ms;
      const auto steps = static_cast<int>(std::ceil(length_ms / longest_ms * (1 - 1e-12)));
      for (int i = 0; i < steps; ++i) space.step(length_ms / steps, stepping.scheme);
    }
  } catch (const rxd::StepFailure& e) {
    throw Error{Fault::model,
                "voxel at {}, in ({} ms, {} ms]: {}",
                place_of(domain, e.segment()),
                from_ms,
                from_ms + length_ms,
                e.what()};
  }
  const auto found = space.negative();
  if (!found) return;
  throw Error{
      Fault::model,
      "voxel at {}: {} is {:.3g} at {} ms; most is taken by {}: a concentration must not be "
      "negative, so its rate has to vanish with it (or the current is too strong for the "
      "volume, or the step too long)",
      place_of(domain, found->segment),
      network_.variables()[found->variable].name,
      found->value,
      from_ms + length_ms,
      found->cause};
}

void Tissue::advance(double from_ms, double length_ms, const Stepping& stepping) {
  if (!by_cell_) {
    for (Domain& domain : domains_) step(domain, from_ms, length_ms, stepping);
    return;
  }
  workers_->run(domains_.size(),
                [&](std::size_t d) { step(domains_[d], from_ms, length_ms, stepping); });
}

}  // namespace tutti::rxd_app
