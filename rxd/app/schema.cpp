// SPDX-License-Identifier: MIT
#include "app/specification.hpp"

namespace tutti::rxd_app {

namespace {

using namespace config;

Field where_field(const std::string& doc) {
  return table("where",
               {"where", "", {list("swc_type", text("type"), "soma, axon, dend, apic or numbers")}},
               doc);
}

const Table region_keys{
    "region",
    "Where species live.",
    {choice("geometry", {"inside", "fractional_volume", "membrane", "scalable_border"},
            "all of the volume, a fraction of it, the membrane, or scale × diameter × length")
         .by_default("inside"),
     real("fraction", "of the volume, or of the membrane's area")
         .above(0)
         .at_most(1)
         .by_default("1"),
     real("scale", "of a scalable border").above(0).by_default("1"),
     where_field("the segments it covers")}};

const Table species_keys{
    "species",
    "A chemical with a concentration in each of its regions.",
    {list("regions", text("region"), "where it lives; may be left out if there is one region"),
     quantity("diffusion", "um2/ms", "diffusion constant").at_least(0).by_default("0 um2/ms"),
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

const Table input_keys{
    "input",
    "A current [nA] that carries a species; outward is positive.",
    {text("species", "what it carries").needed(), text("region", "where it enters"),
     integer("charge", "of one particle; that of the species by default"),
     boolean("optional", "may be left unconnected").by_default("false")}};

const Table output_keys{
    "output",
    "A concentration or state, by segment.",
    {text("species", "which species or state").needed(), text("region", "in which region")}};

const Table solver_keys{
    "solver",
    "How time is stepped.",
    {choice("scheme", {"second_order", "first_order", "adaptive"},
            "SDIRK2, backward Euler (fixed steps) or RODAS4; all implicit and L-stable")
         .by_default("second_order"),
     time("step", "the longest fixed step; the module's step by default").above(0),
     real("tolerance", "adaptive: error of a step relative to a value and its species' scale")
         .above(0)
         .at_most(0.1)
         .by_default("1e-4")}};

}  // namespace

const Table& schema() {
  static const Table keys{
      "rxd",
      "Reaction and diffusion on the segments of cells, in one dimension.",
      {where_field("the segments that take part, of those that the source of the inputs offers"),
       map("regions", table("region", region_keys), "where species live").needed(),
       map("species", table("species", species_keys), "chemicals").needed(),
       map("states", table("state", state_keys), "gates and other states"),
       map("parameters", text("value"),
           "numbers with units, or expressions of position and earlier parameters"),
       map("reactions", table("reaction", reaction_keys), "what turns into what"),
       map("rates", text("expression"), "added to the time derivative of a species or state"),
       map("inputs", table("input", input_keys), "ports in, by name"),
       map("outputs", table("output", output_keys), "ports out, by name"),
       table("solver", solver_keys, "how time is stepped")}};
  return keys;
}

}  // namespace tutti::rxd_app
