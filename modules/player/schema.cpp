// SPDX-License-Identifier: MIT
#include "model.hpp"

namespace player {

using namespace tutti::config;

namespace {

Field number_of_neurons() { return integer("number", "how many neurons").at_least(1).needed(); }
Field span_start(const char* doc) { return time("start", doc).at_least(0).by_default("0 ms"); }
Field span_stop() {
  return time("stop", "no spike after it; the end of the run by default").at_least(0);
}

Table poisson() {
  return {
      "poisson",
      "Independent random trains.",
      {number_of_neurons(), quantity("rate", "Hz", "mean rate of each neuron").at_least(0).needed(),
       span_start("no spike up to it"), span_stop(),
       time("dead_time", "no interval is shorter; the mean rate stays")
           .at_least(0)
           .by_default("0 ms"),
       real("depth", "of a sinusoidal modulation of the rate, 0 to 1")
           .between(0, 1)
           .by_default("0"),
       quantity("frequency", "Hz", "of that modulation").at_least(0).by_default("0 Hz")}};
}

Table regular() {
  return {"regular",
          "Spikes at equal intervals.",
          {number_of_neurons(), time("interval", "from one spike to the next").above(0).needed(),
           time("first", "the first spike; one interval after 0 by default").above(0), span_stop(),
           time("stagger", "how much later each neuron is than the one before")
               .at_least(0)
               .by_default("0 ms")}};
}

Table spike_file() {
  return {"file",
          "Spikes from a SONATA file, of the present layout or the one with gids.",
          {path("path", "the file").needed(),
           text("population", "which one of the file; needed where it has several"),
           integer("number", "how many neurons; up to the last that spikes by default").at_least(1),
           span_start("spikes up to it are left out"),
           time("stop", "spikes after it are left out").at_least(0),
           time("shift", "is added to every time").by_default("0 ms")}};
}

Table replay() {
  return {"replay",
          "A port that a run recorded with `exact: true`, tick by tick.",
          {path("path", "the recording: spikes.h5 or PORT.h5").needed(),
           text("port",
                "which port of the recording, \"cortex.spikes\"; needed where it has several")}};
}

Table spike_recipe() {
  return {"spikes",
          "One population; exactly one of poisson, regular, times, file and replay.",
          {table("poisson", poisson()), table("regular", regular()),
           list("times", list("", time("", "a spike").above(0)), "the spikes of each neuron"),
           table("file", spike_file()), table("replay", replay()),
           word("population", "its name; the module's by default"),
           real("weight", "of each spike").by_default("1")}};
}

Field value(const char* name, const char* doc) { return text(name, doc); }

Table signal_recipe() {
  return {
      "signal",
      "One signal port; exactly one of constant, step, sine, noise and replay. Values carry a "
      "unit.",
      {text("unit", "of the values, \"nA\"").needed(),
       word("element", "what the elements are").by_default("neuron"),
       integer("number", "how many elements").at_least(1).by_default("1"),
       integer("first", "number of the first element").at_least(0).by_default("0"),
       boolean("mean", "the value is the mean over the step before").by_default("false"),
       value("constant", "the same value always"),
       table("step", {"step",
                      "",
                      {value("before", "up to `at`").needed(),
                       value("after", "from `at` on").needed(), time("at").at_least(0).needed()}}),
       table("sine", {"sine",
                      "",
                      {value("amplitude", "of the oscillation").needed(),
                       quantity("frequency", "Hz").at_least(0).needed(),
                       value("offset", "its middle; 0 by default"),
                       real("phase", "at 0, in turns: 0.25 is a quarter").by_default("0"),
                       real("shift", "from one element to the next, in turns").by_default("0")}}),
       table("noise", {"noise",
                       "",
                       {value("sd", "standard deviation").needed(),
                        value("mean", "its middle; 0 by default"),
                        time("tau", "correlation time; 0 is white noise, new at every sample")
                            .at_least(0)
                            .by_default("0 ms")}}),
       table("replay", replay())}};
}

}  // namespace

const Table& model_schema() {
  static const Table schema{
      "player",
      "Spike trains and signals made from a recipe or read from a file.",
      {one_of("spikes",
              {table("", spike_recipe()), list("", table("", spike_recipe())).at_least(1)},
              "the port `spikes`: one population, or a list of them"),
       map("signals", table("", signal_recipe()), "signal ports by name")}};
  return schema;
}

}  // namespace player
