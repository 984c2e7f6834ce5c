// SPDX-License-Identifier: MIT
#include "app/specification.hpp"

namespace tutti::rxd_app {

namespace {

using namespace config;

Field where_field(const std::string& doc) {
  return table("where",
               {"where",
                "",
                {list("swc_type", text("type"), "soma, axon, dend, apic or numbers"),
                 list("cell", integer("cell"), "numbers of cells"),
                 list("section", text("section"), "numbers of sections; of own cells, names"),
                 text("if", "an expression of position and parameters: diameter < 2")}},
               doc);
}

const Table region_keys{
    "region",
    "Where species live.",
    {choice(
         "geometry",
         {"inside", "fractional_volume", "shell", "fixed_cross_section", "membrane",
          "scalable_border", "fixed_perimeter", "distributed_border", "extracellular"},
         "all of the volume, a fraction of it, a layer of it, or a cross-section; the membrane, "
         "scale × diameter × length, a perimeter, or an area per volume; what lies between cells")
         .by_default("inside"),
     real("fraction", "of the volume, or of the membrane's area").above(0).at_most(1),
     real("conducting", "of a volume: share of the cross-section that conducts; as fraction")
         .above(0)
         .at_most(1),
     real("inner", "of a shell: where it begins, 0 the axis, 1 the membrane").at_least(0),
     real("outer", "of a shell: where it ends").above(0).at_most(1),
     quantity("cross_section", "um2", "of a fixed_cross_section").above(0),
     quantity("perimeter", "um", "of a fixed_perimeter").above(0),
     quantity("per_volume", "um-1", "of a distributed_border: area per volume of the segment")
         .above(0),
     real("volume_fraction", "of extracellular space: its part of the tissue").above(0).at_most(1),
     real("tortuosity", "of extracellular space: diffusion is slower by its square")
         .at_least(1)
         .by_default("1"),
     real("scale", "of a scalable_border").above(0), where_field("the segments it covers")}};

const Table species_keys{
    "species",
    "A chemical with a concentration in each of its regions.",
    {list("regions", text("region"), "where it lives; may be left out if there is one region"),
     one_of("diffusion",
            {text("constant"), list("x, y, z", quantity("constant", "um2/ms").at_least(0)),
             map("by region", text("constant"))},
            "diffusion constant, of all regions or of each; an expression of position and "
            "parameters [um2/ms]; in voxels, one for each axis")
         .by_default("0 um2/ms"),
     integer("charge", "of one particle, in elementary charges").by_default("0"),
     one_of("initial", {text("value"), map("by region", text("value"))},
            "at time 0: a concentration, an expression of parameters and position, or one for each "
            "region")
         .by_default("0"),
     quantity("scale", "mM", "a typical size, which solver tolerances are relative to")
         .above(0)
         .by_default("1 uM")}};

const Table state_keys{
    "state",
    "A quantity without dimension, such as a gate, that rates change.",
    {list("regions", text("region"), "where it lives; may be left out if there is one region"),
     one_of("initial", {text("value"), map("by region", text("value"))}, "at time 0")
         .by_default("0")}};

const Table reaction_keys{
    "reaction",
    "Turns species into others.",
    {text("equation", "2 ca + buffer <> bound; ca[cyt] > ca[er]; ca > 0").needed(),
     text("forward", "mass action: the rate constant from left to right"),
     text("backward", "mass action: the rate constant from right to left"),
     text("rate", "instead of constants: the net rate as it stands, mM/ms or molecules/um2/ms"),
     text("region", "confines a reaction whose species live in several regions"),
     text("membrane", "the membrane region through which it goes")}};

const Table boundary_keys{
    "boundary",
    "Holds a concentration in some segments, as a large bath would.",
    {text("species", "which species or state").needed(), text("region", "in which region"),
     where_field("in which segments"),
     text("value", "a concentration or an expression of position and parameters"),
     text("flux", "instead: what flows in through the membrane there [molecules/um2/ms]")}};

const Table input_keys{
    "input",
    "What comes in: a current that carries a species, or values of a parameter or boundary.",
    {text("species", "current [nA] that carries it; outward is positive"),
     text("region", "where it enters"),
     integer("charge", "of one particle; that of the species by default"),
     text("parameter", "values of a parameter, by segment; what `parameters` says holds before"),
     text("boundary", "values that a boundary holds its species at [mM]"),
     text("unit", "of a parameter: in which it comes").by_default("1"),
     boolean("optional", "may be left unconnected").by_default("false")}};

const Table output_keys{
    "output",
    "A concentration or state, by segment.",
    {text("species", "which species or state").needed(), text("region", "in which region"),
     where_field("of which segments; of all where its region is by default"),
     choice("by", {"voxel", "segment"},
            "in voxels: of each, or the mean by volume over those of each segment; by voxel by "
            "default"),
     text("unit",
          "of a state, whose numbers are then in it: a state i with `unit: nA` can be injected")
         .by_default("1")}};

const Table section_keys{
    "section",
    "A cylinder or frustum.",
    {quantity("length", "um", "along its axis").above(0).needed(),
     one_of(
         "diameter",
         {quantity("diameter", "um").above(0), list("ends", quantity("diameter", "um").above(0))},
         "one, or those of its two ends")
         .needed(),
     integer("segments", "into how many it is cut").at_least(1).by_default("1"),
     text("parent", "the section it hangs on, written before"),
     real("at", "where on that: 0 its near end, 1 its far end").between(0, 1).by_default("1"),
     choice("type", {"soma", "axon", "dend", "apic"}, "SWC type").by_default("dend"),
     list("direction", real("component"), "where it points: x, y, z; along x by default")}};

const Table cells_keys{
    "cells",
    "Cells of the model's own, where segments come from no other module.",
    {integer("count", "how many, all alike").at_least(1).by_default("1"),
     map("sections", table("section", section_keys), "stylised, by name"),
     path("swc", "instead: a reconstruction"),
     quantity("longest", "um", "of swc: the longest segment").above(0).by_default("5 um")}};

const Table box_keys{"box",
                     "All of a box.",
                     {list("from", quantity("corner", "um"), "x, y, z of its low corner").needed(),
                      list("to", quantity("corner", "um"), "of its high corner").needed()}};

const Table image_keys{
    "image",
    "Voxels of an image, each whole.",
    {path("file", "HDF5").needed(), text("dataset", "an array [z, y, x] of whole numbers").needed(),
     list("labels", integer("label"), "which labels are inside; all but 0 by default"),
     list("from", quantity("corner", "um"), "x, y, z of its low corner; 0 by default")}};

const Table voxel_keys{
    "voxels",
    "Computes on voxels: in what the segments fill, in a box, or in the labels of an image.",
    {one_of("edge",
            {quantity("edge", "um").above(0), list("x, y, z", quantity("edge", "um").above(0))},
            "of one voxel, or one for each axis")
         .needed(),
     table("box", box_keys, "all of a box; segments lie in it"),
     table("image", image_keys, "labels of an image"),
     choice("refine", {"1", "2", "4"}, "of shapes: samples of the surface per edge")
         .by_default("2")}};

const Table solver_keys{
    "solver",
    "How time is stepped.",
    {choice("scheme", {"second_order", "first_order", "adaptive", "cvode"},
            "SDIRK2 or backward Euler with fixed steps; RODAS4 or SUNDIALS CVODE with steps of "
            "their own")
         .by_default("second_order"),
     time("step", "the longest fixed step; the module's step by default").above(0),
     real("tolerance", "adaptive: error of a step relative to a value and its species' scale")
         .above(0)
         .at_most(0.1)
         .by_default("1e-4"),
     integer("threads", "of each rank; results do not depend on it")
         .between(1, 256)
         .by_default("1")}};

}  // namespace

const Table& schema() {
  static const Table keys{
      "rxd",
      "Reaction and diffusion on the segments of cells, or on voxels.",
      {where_field("the segments that take part, of own cells or those an input's source offers"),
       table("cells", cells_keys,
             "own cells; without them segments are those of an input's source"),
       table("voxels", voxel_keys, "three dimensions: what is computed on instead of cables"),
       map("regions", table("region", region_keys), "where species live").needed(),
       map("species", table("species", species_keys), "chemicals").needed(),
       map("states", table("state", state_keys), "gates and other states"),
       map("parameters", text("value"),
           "numbers with units, or expressions of position and earlier parameters"),
       map("reactions", table("reaction", reaction_keys), "what turns into what"),
       map("rates", text("expression"), "added to the time derivative of a species or state"),
       map("boundaries", table("boundary", boundary_keys), "where concentrations are held"),
       map("inputs", table("input", input_keys), "ports in, by name"),
       map("outputs", table("output", output_keys), "ports out, by name"),
       table("solver", solver_keys, "how time is stepped")}};
  return keys;
}

}  // namespace tutti::rxd_app
