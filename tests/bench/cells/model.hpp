// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "engine/population.hpp"
#include "morphology/stylised.hpp"

/// The cells of the bench: those of shared/bench/neuron/ringnet.py, and trees that all differ.
namespace bench {

using namespace cell;
using namespace cell::engine;

/// Compartments with `name` get a mechanism with these parameters.
inline void insert(CellType& type, const std::string& name, const std::vector<bool>& where,
                   std::vector<std::pair<std::string, double>> parameters) {
  MechanismUse use{name, {}, std::move(parameters)};
  for (std::size_t s = 0; s < type.cable.segments.size(); ++s)
    if (where[static_cast<std::size_t>(type.cable.segments[s].section)])
      use.segments.push_back(static_cast<int>(s));
  if (!use.segments.empty()) type.mechanisms.push_back(std::move(use));
}

/// A cell type and where its dendrites are, in the order in which they were said.
struct Cell {
  CellType type;
  std::vector<int> dendrite;  ///< Indices of sections.
};

/// A soma with hh and a tree of cylinders; those of `active` have hh, the others a leak.
inline Cell tree(const std::vector<Stylised>& sections, const std::vector<bool>& active) {
  const auto morphology = make_stylised(sections, "bench");
  Cell cell;
  std::vector<int> nseg;
  for (const auto& s : morphology.sections) nseg.push_back(s.nseg);
  cell.type.cable = make_cable(morphology, nseg, std::vector<double>(nseg.size(), 100.0));
  cell.type.cm.assign(cell.type.cable.segments.size(), 1.0);
  std::vector<bool> is_soma(nseg.size()), is_active(nseg.size()), is_passive(nseg.size());
  is_soma[0] = true;
  for (std::size_t k = 1; k < sections.size(); ++k)
    for (std::size_t s = 1; s < nseg.size(); ++s)
      if (morphology.sections[s].name == sections[k].name) {
        cell.dendrite.push_back(static_cast<int>(s));
        (active[k - 1] ? is_active : is_passive)[s] = true;
      }
  insert(cell.type, "hh", is_soma, {});
  insert(cell.type, "hh", is_active, {{"gnabar", 0.012}, {"gkbar", 0.0036}});
  insert(cell.type, "pas", is_passive, {{"g", 1e-4}, {"e", -65}});
  return cell;
}

/// ringnet.py: soma of 20 um and a binary tree of 1 + 2 + 4 sections of 100 um, `nseg` parts each.
inline Cell ringnet_cell(int nseg, bool all_hh) {
  std::vector<Stylised> sections{{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}};
  std::vector<bool> active;
  const double diameter[] = {2.0, 1.4, 1.0};
  for (int l = 0; l < 3; ++l)
    for (int i = 0; i < 1 << l; ++i) {
      const std::string parent =
          l == 0 ? "soma" : "d" + std::to_string(l - 1) + "_" + std::to_string(i / 2);
      sections.push_back({"d" + std::to_string(l) + "_" + std::to_string(i),
                          dend,
                          100,
                          diameter[l],
                          parent,
                          1,
                          {},
                          nseg,
                          0,
                          0});
      active.push_back(l == 0 || all_hh);
    }
  return tree(sections, active);
}

/// A tree that no other cell has: 7 sections, each on a random one before it, of random length,
/// diameter and 11 to 31 parts (or `nseg`). neuron_side.py draws the same numbers.
inline Cell differing_cell(unsigned gid, int nseg = 0) {
  std::vector<Stylised> sections{{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}};
  std::vector<bool> active;
  for (unsigned i = 0; i < 7; ++i) {
    const unsigned h = ((gid * 7U + i) * 2654435761U) >> 4;
    const std::string parent = i == 0 ? "soma" : "d" + std::to_string(h / 7U % i);
    sections.push_back({"d" + std::to_string(i),
                        dend,
                        60.0 + 10 * (h / 97U % 9),
                        1.0 + 0.2 * (h / 1013U % 6),
                        parent,
                        1,
                        {},
                        nseg > 0 ? nseg : static_cast<int>(11 + 2 * (h / 10007U % 11)),
                        0,
                        0});
    active.push_back(i == 0);
  }
  return tree(sections, active);
}

}  // namespace bench
