// SPDX-License-Identifier: MIT
#include "network/model.hpp"

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
       any("parameters", "of the point neuron, each with its unit"), path("morphology", "SWC file"),
       map("sections", table("", section()), "stylised, in place of a file"),
       choice("axon", {"keep", "remove", "stub"}, "of the file").by_default("keep"),
       table("discretisation", discretisation(), "d_lambda: 0.1 where not said"),
       quantity("threshold", "mV", "of the soma, for a spike").by_default("-20 mV"),
       map("membrane", any("", "cm, Ra, ena, ek, and mechanisms with their parameters"),
           "by region: all, soma, dend, apic, axon; later ones win"),
       quantity("ena", "mV", "reversal potential of sodium").by_default("50 mV"),
       quantity("ek", "mV", "reversal potential of potassium").by_default("-85 mV"),
       quantity("cai", "mM", "calcium inside, unless a port brings it")
           .above(0)
           .by_default("5e-5 mM"),
       quantity("cao", "mM", "calcium outside").above(0).by_default("2 mM")}};
}

Table box() {
  return {"box",
          "Where somata lie, evenly at random.",
          {list("x", quantity("", "um"), "from, to").by_default("[0 um, 0 um]"),
           list("y", quantity("", "um"), "from, to").by_default("[0 um, 0 um]"),
           list("z", quantity("", "um"), "from, to").by_default("[0 um, 0 um]")}};
}

Table population() {
  return {"population",
          "Cells of one kind.",
          {word("cell", "kind of cell").needed(),
           integer("number", "of cells").between(0, 100'000'000).needed(),
           table("box", box(), "where somata lie"),
           any("initial", "of point neurons: {v: -60 mV}, or {v: {uniform: [-70 mV, -55 mV]}}")}};
}

Table synapse() {
  return {
      "synapse",
      "A kind of synapse.",
      {choice("type", {"exp", "exp2"}, "ExpSyn, or Exp2Syn with its peak at the weight").needed(),
       quantity("tau", "ms", "exp: decay").above(0), quantity("tau1", "ms", "exp2: rise").above(0),
       quantity("tau2", "ms", "exp2: decay").above(0),
       quantity("e", "mV", "reversal potential").needed()}};
}

Table rule() {
  return {"rule",
          "Which pairs are joined; one of these, all pairs where there is none.",
          {boolean("all_to_all", "every source to every target"),
           boolean("one_to_one", "equal node numbers"),
           real("probability", "of each pair").between(0, 1),
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
           list("list", list("", integer("")), "[source, target] pairs of node numbers")}};
}

Table short_term() {
  return {
      "tsodyks_markram",
      "Depression and facilitation (Tsodyks, Pawelzik and Markram 1998), onto point neurons.",
      {real("U", "share of the resources that a first spike uses").between(0, 1).by_default("0.5"),
       quantity("tau_rec", "ms", "recovery of resources").above(0).by_default("100 ms"),
       quantity("tau_facil", "ms", "decay of facilitation; 0 ms for none")
           .at_least(0)
           .by_default("0 ms")}};
}

std::vector<Field> projection() {
  return {word("to", "population").needed(),
          table("rule", rule(), "which pairs"),
          word("synapse", "kind of synapse, onto cable cells"),
          word("receptor", "of point neurons; by the sign of the weight where not said"),
          any("weight",
              "peak conductance, current or step of voltage, as the target has it; or "
              "{normal: [mean, sd]}, {lognormal: [mean, sd]}, {uniform: [from, to]}")
              .needed(),
          table("tsodyks_markram", short_term(), "depression and facilitation"),
          any("delay", "from spike to synapse; onto point neurons also drawn, as the weight")
              .by_default("0 ms"),
          list("region", choice("", {"soma", "dend", "apic", "axon"}),
               "where synapses sit: a place each, evenly by membrane area")
              .by_default("[soma, dend, apic]"),
          boolean("allow_self", "a cell may reach itself").by_default("false")};
}

Table connection() {
  Table t{"connection", "A rule of connections inside the network.", projection()};
  t.fields.insert(t.fields.begin(), word("from", "population").needed());
  return t;
}

Table drive() {
  return {"drive",
          "A Poisson train of its own for each neuron of some populations of point neurons.",
          {list("to", word(""), "populations").needed(),
           quantity("rate", "Hz", "events a second, all of a neuron's sources together")
               .at_least(0)
               .needed(),
           any("weight", "of each event, in the unit of the target").needed(),
           word("receptor", "by the sign of the weight where not said"),
           quantity("start", "ms", "from here on").at_least(0).by_default("0 ms"),
           quantity("stop", "ms", "to here; to the end where not said").at_least(0)}};
}

Table clamp() {
  return {"clamp",
          "A current into somata.",
          {word("population", "of the cells").needed(),
           list("cells", integer(""), "node numbers; all where not said"),
           quantity("delay", "ms", "from the start").at_least(0).by_default("0 ms"),
           quantity("duration", "ms", "length").above(0).needed(),
           quantity("amplitude", "nA", "inward positive").needed()}};
}

}  // namespace

const Table& model_schema() {
  static const Table table_{
      "cell",
      "Cells and networks: cable cells with their membrane, synapses and connections.",
      {tutti::config::time("dt", "step of integration; divides the module's step")
           .above(0)
           .by_default("0.025 ms"),
       choice("scheme", {"backward_euler", "crank_nicolson"}, "of integration in time")
           .by_default("backward_euler"),
       integer("threads", "of each rank, for point neurons; results do not depend on it")
           .between(1, 256)
           .by_default("1"),
       quantity("celsius", "degC", "temperature").by_default("34 degC"),
       quantity("v_init", "mV", "voltage at the start").by_default("-70 mV"),
       map("cells", table("", cell_table()), "kinds of cells").needed(),
       map("populations", table("", population()), "in the order of their gids").needed(),
       map("synapses", table("", synapse()), "kinds of synapses"),
       map("inputs",
           table("", Table{"input", "A spike input port and where its spikes go.", projection()}),
           "spike input ports"),
       list("connections", table("", connection()), "inside the network"),
       map("drives", table("", drive()), "Poisson trains onto point neurons"),
       list("clamps", table("", clamp()), "currents into somata")}};
  return table_;
}

}  // namespace cell
