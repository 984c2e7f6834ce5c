// SPDX-License-Identifier: MIT
#include "network/schema.hpp"

#include "network/model.hpp"
#include "network/read_controls.hpp"
#include "network/read_outputs.hpp"

namespace cell {

using namespace tutti::config;

namespace {

Table discretisation() {
  return {"discretisation",
          "How long compartments are; one of the three.",
          {quantity("length", "um", "the longest: n = 1 + 2 floor(L / (2 length))").above(0),
           integer("count", "of every section").between(1, 10000),
           real("d_lambda", "the longest, in length constants at 100 Hz (Hines & Carnevale 2001)")
               .above(0)}};
}

Table section() {
  return {"section",
          "A cylinder of cable.",
          {quantity("L", "um", "length").above(0).needed(),
           quantity("diam", "um", "diameter").above(0).needed(),
           integer("nseg", "compartments").at_least(1), word("parent", "section it hangs on"),
           real("at", "where on the parent").between(0, 1).by_default("1"),
           list("direction", real(""), "way it grows: x, y, z; as its parent where not said"),
           choice("region", {"soma", "dend", "apic", "axon"}, "by its name where not said")}};
}

std::vector<std::string> point_models() {
  std::vector<std::string> names;
  for (const auto& m : point::models()) names.push_back(m.name);
  return names;
}

Table cell_table() {
  return {
      "cell",
      "A kind of cell.",
      {choice("model", point_models(), "a point neuron, in place of a membrane"),
       any("parameters", "of the point neuron, each with its unit"),
       map("receptors", table("", receptor_table()), "of LIF and AdExp, by names of your own"),
       path("morphology", "SWC file"),
       map("sections", table("", section()), "stylised, in place of a file"),
       choice("axon", {"keep", "remove", "stub"}, "of the file").by_default("keep"),
       table("discretisation", discretisation(), "d_lambda: 0.1 where not said"),
       quantity("threshold", "mV", "of the soma, for a spike").by_default("-20 mV"),
       map("membrane", any("", "cm, Ra, ena, ek, and mechanisms with their parameters"),
           "by region: all, soma, dend, apic, axon; later ones win"),
       quantity("ena", "mV", "reversal potential of sodium, until a port brings a concentration")
           .by_default("50 mV"),
       quantity("ek", "mV", "reversal potential of potassium, likewise").by_default("-85 mV"),
       choice("reversal", {"said", "nernst"},
              "ena and ek: as said, or from nai, nao, ki and ko by Nernst's equation")
           .by_default("said"),
       quantity("cai", "mM", "calcium inside, unless a port brings it")
           .above(0)
           .by_default("5e-5 mM"),
       quantity("cao", "mM", "calcium outside").above(0).by_default("2 mM"),
       quantity("nai", "mM", "sodium inside, where a port brings the outside")
           .above(0)
           .by_default("10 mM"),
       quantity("nao", "mM", "sodium outside, where a port brings the inside")
           .above(0)
           .by_default("140 mM"),
       quantity("ki", "mM", "potassium inside, where a port brings the outside")
           .above(0)
           .by_default("54.4 mM"),
       quantity("ko", "mM", "potassium outside, where a port brings the inside")
           .above(0)
           .by_default("2.5 mM")}};
}

Table synapse() {
  return {
      "synapse",
      "A kind of synapse.",
      {choice("type", {"exp", "exp2", "alpha", "nmda"},
              "time course of the conductance, with its peak at the weight; nmda is exp2 under a "
              "block by magnesium (Jahr and Stevens 1990)")
           .needed(),
       quantity("tau", "ms", "exp: decay; alpha: time of the peak").above(0),
       quantity("tau1", "ms", "exp2, nmda: rise").above(0),
       quantity("tau2", "ms", "exp2, nmda: decay").above(0),
       quantity("magnesium", "mM", "nmda: outside").at_least(0).by_default("1 mM"),
       quantity("e", "mV", "reversal potential").needed()}};
}

Table drive() {
  return {"drive",
          "A Poisson train of its own for each neuron of some populations of point neurons.",
          {list("to", word(""), "populations").needed(),
           any("rate",
               "events a second, all of a neuron's sources together: 8 kHz, or a formula of the "
               "time t in ms, (8 * (1 + sin(2 * pi * t / 100))) kHz")
               .needed(),
           any("weight", "of each event, in the unit of the target").needed(),
           word("receptor", "by the sign of the weight where not said"),
           quantity("start", "ms", "from here on").at_least(0).by_default("0 ms"),
           quantity("stop", "ms", "to here; to the end where not said").at_least(0)}};
}

}  // namespace

const Table& model_schema() {
  static const Table table_{
      "cell",
      "Cells and networks: cable cells with their membrane, synapses and connections.",
      {tutti::config::time("dt", "step of integration; divides the module's step")
           .above(0)
           .by_default("0.025 ms"),
       choice("scheme", {"backward_euler", "crank_nicolson", "cvode"},
              "of integration in time; cvode gives each cell a step of its own")
           .by_default("backward_euler"),
       quantity("tolerance", "mV", "error that a step of cvode may add to a voltage")
           .above(0)
           .by_default("1e-5 mV"),
       choice("spike_time", {"step", "exact"},
              "of cable cells: the end of the step in which v rose through the threshold, or where "
              "it did, interpolated; always exact with cvode")
           .by_default("step"),
       integer("threads", "of each rank; results do not depend on it")
           .between(1, 256)
           .by_default("1"),
       quantity("celsius", "degC", "temperature").by_default("34 degC"),
       quantity("v_init", "mV", "voltage at the start").by_default("-70 mV"),
       map("cells", table("", cell_table()), "kinds of cells").needed(),
       table("space", space_table(), "what all of it takes place in"),
       map("numbers", any("", ""), "names of your own for formulas: {reach: 150 um}"),
       map("populations", table("", population_table()), "in the order of their gids").needed(),
       map("synapses", table("", synapse()), "kinds of synapses"),
       map("inputs", table("", input_table()), "spike input ports"),
       list("connections", table("", connection_table()), "inside the network"),
       map("drives", table("", drive()), "Poisson trains onto point neurons"),
       map("currents", table("", current_table()),
           "into somata: steady, alternating, steps, noise"),
       list("clamps", table("", clamp_table()), "currents into somata"),
       list("voltage_clamps", table("", voltage_clamp_table()), "somata held at voltages"),
       list("gap_junctions", table("", gap_table()), "between somata of cable cells"),
       map("outputs", table("", output_schema()), "signals of segments, by the name of their port"),
       map("controls", table("", control_schema()),
           "what ports set while the run goes on, by the name of the port")},
      {"sonata", "manifest", "network", "networks", "simulation"}};
  return table_;
}

}  // namespace cell
