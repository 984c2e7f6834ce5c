// SPDX-License-Identifier: MIT
#include "tutti/config/run_file.hpp"

namespace tutti::config {
namespace {

Table port_table() {
  return {"port",
          "One port of a program that cannot be asked for its ports.",
          {
              choice("direction", {"in", "out"}, "into or out of the module").needed(),
              choice("kind", {"spikes", "signal", "message"}, "what flows").needed(),
              text("unit", "of a signal; 1 where there is no dimension").by_default("1"),
              text("element", "what its elements are, segment for one; any kind if not said"),
              choice("take", {"latest", "linear", "all"}, "which samples a signal input reads")
                  .by_default("latest"),
              boolean("mean", "a signal output gives the mean over the step before")
                  .by_default("false"),
              boolean("direct", "a signal output follows from signals read at the same instant")
                  .by_default("false"),
              boolean("weighted", "each spike carries a weight").by_default("false"),
              boolean("optional", "may stay unconnected").by_default("false"),
              text("doc", "one sentence"),
          }};
}

Table module_table() {
  return {"module",
          "A participant: one program on one or more ranks.",
          {
              word("use", "a module that ships with Tutti: cell, rxd, lfp, player ..."),
              path("python", "or a Python program"),
              one_of("command", {path(""), list("", text("")).at_least(1)},
                     "or any program, alone or with its arguments"),
              text("interpreter", "of the Python program").by_default("/usr/bin/python3"),
              list("args", text(""), "further arguments"),
              integer("ranks", "processes").between(1, most_ranks).by_default("1"),
              time("step", "its grid: it exchanges at multiples only").needed().above(0),
              any("model", "its own specification: in place, or the path of a YAML file"),
              map("ports", table("", port_table()),
                  "what a program that cannot be asked sends and takes"),
              choice("wait", {"auto", "spin", "sleep"}, "how its processes wait for others")
                  .by_default("auto"),
              choice("job", {"shared", "own"},
                     "own: in an MPI job of its own, and ZeroMQ to the others; `python` and "
                     "`command` are always so")
                  .by_default("shared"),
              list("hosts", text(""), "those of `run: hosts` that its ranks go to"),
              choice("start", {"tutti", "hand"},
                     "hand: somebody starts it with tutti join, and the run waits for it")
                  .by_default("tutti"),
          }};
}

Table connection_table() {
  return {
      "connection",
      "One output port to one input port.",
      {
          text("from", "MODULE.PORT of the source").needed(),
          text("to", "MODULE.PORT of the target").needed(),
          time("delay", "what leaves at t arrives at t + delay").at_least(0).by_default("0 ms"),
          text("initial", "value, with its unit, that the target reads before the first arrival"),
          integer("offset", "added to the source's element numbers").by_default("0"),
          choice("missing", {"error", "zero"},
                 "for elements that the target wants and the source lacks")
              .by_default("error"),
          time("latency", "longest time that one frame may cover").above(0),
          boolean("float32", "signals: round values to float32 on the way, half the bytes")
              .by_default("false"),
          choice(
              "on_loss", {"stop", "hold", "silence", "replay", "wait"},
              "when the source, in a job of its own, is lost: the run ends; its last sample goes "
              "on; 0 and no spikes; what `recording` has; back to the last checkpoint")
              .by_default("stop"),
          path("recording", "the folder of a run that recorded the source with `exact: true`"),
          integer("stands_in",
                  "says what that connection, counted from 0, no longer can; written "
                  "by tutti run for `on_loss: replay`")
              .at_least(0),
      }};
}

Table record_table() {
  return {"record",
          "A port to be recorded.",
          {
              text("port", "MODULE.PORT").needed(),
              time("every", "only the samples at multiples of this").above(0),
              boolean("exact", "keep the wire type and integer times").by_default("false"),
              list("populations", text(""), "only these"),
              list("nodes", text(""), "only these of each population: 7, or 0..99"),
              list("sections", choice("", {"soma", "axon", "dend", "apic"}),
                   "segments: only those of these kinds"),
              list("elements", text(""), "only these of the port: 7, or 0..99"),
              integer("compression", "0 for none, 1 to 9 for gzip; the recorder's if not said")
                  .between(0, 9),
          }};
}

Table recorder_table() {
  return {"recorder",
          "How `record:` is done.",
          {
              integer("ranks", "processes, which share the files")
                  .between(1, most_ranks)
                  .by_default("1"),
              integer("compression", "of every file: 0 for none, 1 to 9 for gzip")
                  .between(0, 9)
                  .by_default("0"),
              quantity("flush", "s", "wall time after which a crash cannot take what was recorded")
                  .above(0)
                  .by_default("1 s"),
          }};
}

}  // namespace

const Table& run_table() {
  static const Table table_of_run{
      "run file",
      "What to run: modules, who is connected to whom, and what to record.",
      {
          integer("tutti", "version of this format").needed().between(1, 1),
          table("run", {"run",
                        "The run itself.",
                        {
                            word("name", "of the run, and of its folder results/NAME-NNN").needed(),
                            time("stop", "simulated time at which the run ends").needed().above(0),
                            integer("seed", "of every random number").at_least(0).by_default("0"),
                            one_of("hash", {choice("", {"off"}), time("").above(0)},
                                   "width of the bins in which each port is hashed, or off")
                                .by_default("10 ms"),
                            time("latency", "longest time that one frame may cover")
                                .above(0)
                                .by_default("10 ms"),
                            real("pace",
                                 "simulated seconds per second of wall-clock time at most; 1 is "
                                 "real time, 0 as fast as can be")
                                .at_least(0)
                                .by_default("0"),
                            boolean("trace", "note what every process does when, for tutti trace")
                                .by_default("false"),
                            choice("transport", {"auto", "mpi"},
                                   "how processes of one host talk: auto takes shared memory")
                                .by_default("auto"),
                            one_of("listen", {choice("", {"ipc", "tcp"}), text("")},
                                   "where processes listen: ipc, tcp on this machine only, or "
                                   "tcp://ADDRESS, encrypted")
                                .by_default("ipc"),
                            list("hosts", text("", "NAME or NAME:SLOTS"),
                                 "where mpirun places the ranks; this machine only if not said"),
                            list("mpirun", text(""), "further arguments of mpirun"),
                            table("checkpoint",
                                  {"checkpoint",
                                   "When the run saves itself, and whether SIGTERM lets it save "
                                   "itself first; it goes on by `tutti run --resume`.",
                                   {time("every", "simulated time").above(0),
                                    time("wall", "wall time").above(0),
                                    integer("keep", "so many; older ones are removed")
                                        .at_least(1)
                                        .by_default("3")}},
                                  "when the run saves itself"),
                            time("deadline", "longest wait for others, in wall time")
                                .above(0)
                                .by_default("30 s"),
                        }})
              .needed(),
          map("modules", table("", module_table()), "participants by name").needed(),
          list("connections", table("", connection_table()), "who feeds whom"),
          list("record", one_of("", {text("", "MODULE.PORT"), table("", record_table())}),
               "ports that a recorder writes to the run folder"),
          table("recorder", recorder_table(), "how it does that"),
      }};
  return table_of_run;
}

}  // namespace tutti::config
