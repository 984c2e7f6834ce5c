// SPDX-License-Identifier: MIT
#pragma once

namespace CLI {
class App;
}

/// What a person types. A verb is one file here with one function, which adds it to the command
/// line; when the command line names it, it does its work and sets `code`, the exit code. It is
/// listed once more in main.cpp.
namespace tutti::cli {

using AddVerb = void(CLI::App& app, int& code);

AddVerb add_run;         ///< Checks, starts and follows a run.
AddVerb add_ps;          ///< The runs of this user on this machine and how they get on.
AddVerb add_attach;      ///< A live view in the terminal.
AddVerb add_tap;         ///< Prints what an output says while a run goes on.
AddVerb add_send;        ///< Gives spikes, a value or a message to an input.
AddVerb add_pause;       ///< Holds a run.
AddVerb add_resume;      ///< Lets it go on.
AddVerb add_step;        ///< Goes on for a while, then pauses.
AddVerb add_stop;        ///< Ends a run before its time.
AddVerb add_checkpoint;  ///< Saves a run, to be resumed from there.
AddVerb add_mark;        ///< Notes something in the log of steering.
AddVerb add_check;       ///< Everything that can be known without running, for people or as JSON.
AddVerb add_graph;       ///< Modules and connections as DOT, or as SVG where Graphviz is there.
AddVerb add_diff;     ///< Where two runs part, by the hashes of their ports and what they recorded.
AddVerb add_replay;   ///< Some modules of a run alone, against what was recorded.
AddVerb add_measure;  ///< Numbers from a run folder or a file.
AddVerb add_plot;     ///< Pictures of a run folder or a file.
AddVerb add_trace;    ///< What a traced run's processes did when, as Chrome's trace events.
AddVerb add_view;     ///< A run in the browser, while it goes on or when it is over.
AddVerb add_sonata;   ///< The run file for a circuit in SONATA's format.
AddVerb add_export;   ///< Recordings as CSV and as NetPyNE's JSON.
AddVerb add_list;     ///< The modules that ship, with the keys of their models.
AddVerb add_schema;   ///< JSON Schema or Markdown of the run file or of a module's model.
AddVerb add_inspect;  ///< What a module makes of a model file.
AddVerb add_join;     ///< Starts a module by hand.
AddVerb add_new;      ///< Writes a module of one's own.
AddVerb add_doctor;   ///< What this machine has and lacks.
AddVerb add_version;  ///< The release.

}  // namespace tutti::cli
