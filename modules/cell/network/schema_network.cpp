// SPDX-License-Identifier: MIT
// Where cells are and how they are joined.
#include "network/schema.hpp"

namespace cell {

using namespace tutti::config;

namespace {

std::vector<Field> three_ranges() {
  return {list("x", quantity("", "um"), "from, to"), list("y", quantity("", "um"), "from, to"),
          list("z", quantity("", "um"), "from, to")};
}

Table shape(const char* name, const char* doc) { return {name, doc, three_ranges()}; }

Table grid() {
  return {"grid",
          "A cell at every point of a grid that begins in the lowest corner.",
          {list("spacing", quantity("", "um"), "along x, y and z").needed()}};
}

Table rotation() {
  const char* turn =
      "angle: a value, a distribution or a formula of the cell, (360 * uniform) degree";
  return {"rotation",
          "Turns cells about z, then y, then x, each as it lies in space; right-handed.",
          {any("x", turn), any("y", turn), any("z", turn)}};
}

Table rule() {
  return {"rule",
          "Which pairs are joined; one of these, all pairs where there is none.",
          {boolean("all_to_all", "every source to every target"),
           boolean("one_to_one", "equal node numbers"),
           any("probability", "of each pair: a number or a formula, 0.4 * exp(-dist_3D / 150)"),
           integer("fixed_indegree", "sources of each target, drawn with replacement")
               .between(0, 1'000'000),
           integer("fixed_outdegree", "targets of each source, drawn with replacement")
               .between(0, 1'000'000),
           integer("fixed_total", "pairs in all, drawn with replacement").at_least(0),
           integer("small_world",
                   "neighbours of each cell in a ring; `rewiring` says how many go "
                   "elsewhere (Watts and Strogatz 1998)")
               .at_least(2),
           real("rewiring", "of a small world: share of connections that go anywhere")
               .between(0, 1)
               .by_default("0"),
           boolean("multapses", "a pair may be joined more than once").by_default("true"),
           list("list", list("", integer("")), "[source, target] pairs of node numbers"),
           path("file",
                "CSV or HDF5 with the columns source and target (node numbers) and, if you like, "
                "weight [the target's unit] and delay [ms]")}};
}

Table short_term() {
  return {
      "tsodyks_markram",
      "Depression and facilitation (Tsodyks, Pawelzik and Markram 1998).",
      {real("U", "share of the resources that a first spike uses").between(0, 1).by_default("0.5"),
       quantity("tau_rec", "ms", "recovery of resources").at_least(0).by_default("100 ms"),
       quantity("tau_facil", "ms", "decay of facilitation; 0 ms for none")
           .at_least(0)
           .by_default("0 ms"),
       integer("sites",
               "release sites of each synapse that let go a vesicle or none, by chance; 0 for the "
               "mean of many")
           .between(0, 255)
           .by_default("0")}};
}

Table reward() {
  return {"reward",
          "Timing changes an eligibility c; the weight follows c (reward - baseline) per second "
          "(Izhikevich 2007). The reward comes through the port `reward`.",
          {quantity("tau", "ms", "decay of eligibility").above(0).by_default("1 s"),
           real("baseline", "of the reward").by_default("0")}};
}

Table stdp() {
  const auto tau = [](const char* name, const char* doc, const char* value) {
    return quantity(name, "ms", doc).above(0).by_default(value);
  };
  return {
      "stdp",
      "Weights follow the times of spikes. Delays are on the side of the target.",
      {choice(
           "rule", {"pair", "triplet", "vogels"},
           "pairs of spikes; triplets (Pfister and Gerstner 2006); inhibition that aims at a rate "
           "(Vogels et al. 2011)")
           .by_default("pair"),
       choice("weights", {"additive", "multiplicative", "additive_multiplicative", "guetig"},
              "how changes depend on the weight; the third is additive up and multiplicative down")
           .by_default("additive"),
       any("w_min", "least weight, in the unit of the weight").needed(),
       any("w_max", "most; below w_min for inhibition by negative weights").needed(),
       tau("tau_plus", "target after source", "20 ms"),
       tau("tau_minus", "source after target", "20 ms"),
       real("A_plus", "change, as a share of w_max - w_min").by_default("0.01"),
       real("A_minus", "change, as a share of w_max - w_min").by_default("0.01"),
       tau("tau_x", "triplet: slow trace of sources", "101 ms"),
       tau("tau_y", "triplet: slow trace of targets", "125 ms"),
       real("A3_plus", "triplet: change that counts earlier spikes of the target").by_default("0"),
       real("A3_minus", "triplet: change that counts earlier spikes of the source").by_default("0"),
       real("mu_plus", "guetig").between(0, 1).by_default("0.5"),
       real("mu_minus", "guetig").between(0, 1).by_default("0.5"),
       tau("tau", "vogels: of both traces", "20 ms"),
       any("eta", "vogels: change, in the unit of the weight"),
       quantity("rho", "Hz", "vogels: rate of the target at which nothing changes")
           .at_least(0)
           .by_default("3 Hz"),
       table("reward", reward(), "where reward decides")}};
}

Table synapse_map() {
  return {"map",
          "How densely synapses lie at the points of a grid, linear in between.",
          {list("x", quantity("", "um"), "from the soma, ascending; none where only y counts")
               .by_default("[]"),
           list("y", quantity("", "um"), "ascending").by_default("[]"),
           any("values", "in relation: a number for each y, or for each x such a list"),
           path("file", "CSV or HDF5 with the columns x, y [um] and value, in place of these"),
           quantity("soma_y", "um", "where on y the map has its soma").by_default("0 um"),
           boolean("depth", "y is that of space, wherever the soma is").by_default("false")}};
}

Table spread() {
  return {
      "spread",
      "How synapses share the dendrite, onto cable cells.",
      {choice("by", {"area", "length"}, "evenly by membrane area or by length").by_default("area"),
       text("density",
            "formula of path, x, y, z (from the soma), depth (y of the place itself), diameter, "
            "length and area of a segment [um]: synapses there, in relation"),
       table("map", synapse_map(), "densities measured on a grid; times `density` where both are"),
       boolean("even", "at equal shares of the way instead of drawn places").by_default("false")}};
}

Field group(const char* name, const char* doc) {
  return one_of(name,
                {word(""), list("", word("")),
                 table("", Table{"group",
                                 "Cells of some populations.",
                                 {any("populations", "all where not said"),
                                  text("where",
                                       "formula of a cell's attributes that holds for those "
                                       "that are meant: y > 100 and layer == L4")}})},
                doc);
}

std::vector<Field> projection() {
  return {
      group("to", "populations").needed(),
      table("rule", rule(), "which pairs"),
      text("where", "formula of a pair; only pairs for which it holds: dist_3D < 200"),
      word("synapse", "kind of synapse, onto cable cells"),
      word("receptor", "of point neurons; by the sign of the weight where not said"),
      any("weight",
          "peak conductance, current or step of voltage, as the target has it; or "
          "{normal: [mean, sd]}, {lognormal: [mean, sd]}, {uniform: [from, to]}, {exponential: "
          "mean}, {gamma: [shape, scale]} with `min:` and `max:`; or a formula, (0.5 * "
          "exp(-dist_3D / 100)) nS"),
      table("tsodyks_markram", short_term(), "depression and facilitation"),
      table("stdp", stdp(), "plasticity by the times of spikes"),
      any("delay", "from spike to synapse; as the weight").by_default("0 ms"),
      list("region", choice("", {"soma", "dend", "apic", "axon"}),
           "where synapses sit: a place each")
          .by_default("[soma, dend, apic]"),
      list("sections", word(""), "names of sections where synapses sit, in place of `region`"),
      integer("synapses", "of each connection, onto cable cells").between(1, 10000).by_default("1"),
      table("spread", spread(), "how synapses share those places"),
      boolean("allow_self", "a cell may reach itself").by_default("false")};
}

}  // namespace

Table space_table() {
  return {"space",
          "The tissue as a whole, from 0 in each direction; y is depth.",
          {quantity("x", "um", "size").above(0), quantity("y", "um", "size").above(0),
           quantity("z", "um", "size").above(0),
           choice("shape", {"box", "cylinder", "ellipsoid"}, "of populations that say none"),
           list("periodic", choice("", {"x", "y", "z"}), "directions in which it closes on itself")
               .by_default("[]"),
           map("layers", list("", quantity("", "um")), "ranges of y: {L4: [400 um, 600 um]}")}};
}

Table population_table() {
  return {
      "population",
      "Cells of one kind. One of number, density, grid, cells and file says how many.",
      {word("cell", "kind of cell").needed(), integer("number", "of cells").between(0, 100'000'000),
       any("density", "cells in a volume: 8e4 mm-3, or a formula, (8e4 * (1 - ynorm)) mm-3"),
       table("grid", grid(), "in rows"),
       list("cells", any(""), "each by itself: [{x: 0 um, y: 10 um, z: 0 um, ...}, ...]"),
       path("file", "CSV or HDF5 with columns x, y, z [um] and any attributes"),
       table("box", shape("box", "Somata lie in a box."), "where; all of `space:` if not said"),
       table("cylinder", shape("cylinder", "Somata lie in an upright cylinder."), "where"),
       table("ellipsoid", shape("ellipsoid", "Somata lie in an ellipsoid."), "where"),
       word("layer", "of `space:`, in place of a range of y"),
       table("rotation", rotation(),
             "of cable cells about their somata: {y: {uniform: [0 degree, 360 degree]}}"),
       map("attributes", any(""),
           "what formulas may ask: a number, a word, a distribution or a formula"),
       any("initial", "of point neurons: {v: -60 mV}, or {v: {uniform: [-70 mV, -55 mV]}}")}};
}

Table input_table() {
  return {"input", "A spike input port and where its spikes go.", projection()};
}

Table connection_table() {
  Table t{"connection", "A rule of connections inside the network.", projection()};
  t.fields.insert(t.fields.begin(), group("from", "populations").needed());
  return t;
}

Table receptor_table() {
  return {"receptor",
          "A response to input, by PyNN's kinds; weights are in uS, of curr_exp in nA.",
          {choice("type", {"curr_exp", "cond_exp", "cond_alpha", "cond_beta"},
                  "shape; of cond_beta and cond_alpha the peak is the weight")
               .by_default("cond_exp"),
           quantity("tau", "ms", "decay; of cond_alpha the time of its peak")
               .above(0)
               .by_default("5 ms"),
           quantity("tau_rise", "ms", "cond_beta: rise, shorter than tau").above(0),
           quantity("e_rev", "mV", "reversal potential").by_default("0 mV")}};
}

Table current_table() {
  return {"current",
          "A current into somata, of point neurons and of cable cells.",
          {group("to", "populations").needed(),
           choice("type", {"dc", "ac", "step", "noise", "formula"},
                  "as PyNN's current sources, or any course in time")
               .by_default("dc"),
           any("amplitude",
               "dc, ac: a value; formula: of t [ms] and what a cell has, (0.1 * sin(t / 20)) nA"),
           quantity("offset", "nA", "ac").by_default("0 nA"),
           quantity("frequency", "Hz", "ac").at_least(0).by_default("0 Hz"),
           quantity("phase", "degree", "ac, at the start").by_default("0 degree"),
           list("times", quantity("", "ms"), "step: from when on").by_default("[]"),
           list("amplitudes", quantity("", "nA"), "step: what").by_default("[]"),
           quantity("mean", "nA", "noise").by_default("0 nA"),
           quantity("sd", "nA", "noise: standard deviation").at_least(0).by_default("0 nA"),
           quantity("interval", "ms", "noise: how long a value holds; dt where not said").above(0),
           quantity("tau", "ms",
                    "noise into cable cells, in place of interval: correlation time of an "
                    "Ornstein–Uhlenbeck process")
               .above(0),
           quantity("start", "ms", "from here on").at_least(0).by_default("0 ms"),
           quantity("stop", "ms", "to here; to the end where not said").at_least(0)}};
}

}  // namespace cell
