// SPDX-License-Identifier: MIT
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "tutti/config/problems.hpp"
#include "tutti/error.hpp"
#include "tutti/version.hpp"
#include "tutti/words_of.hpp"
#include "verbs/verbs.hpp"

namespace {

using namespace tutti;

/// All verbs, in the order in which `tutti --help` lists them.
constexpr cli::AddVerb* all_verbs[] = {
    cli::add_run,         //
    cli::add_ps,          //
    cli::add_attach,      //
    cli::add_tap,         //
    cli::add_send,        //
    cli::add_pause,       //
    cli::add_resume,      //
    cli::add_step,        //
    cli::add_stop,        //
    cli::add_checkpoint,  //
    cli::add_mark,        //
    cli::add_check,       //
    cli::add_graph,       //
    cli::add_diff,        //
    cli::add_replay,
    cli::add_measure,  //
    cli::add_plot,     //
    cli::add_trace,    //
    cli::add_view,     //
    cli::add_sonata,   //
    cli::add_export,   //
    cli::add_list,     //
    cli::add_schema,   //
    cli::add_inspect,  //
    cli::add_new,      //
    cli::add_join,     //
    cli::add_doctor,   //
    cli::add_version,  //
};

void refuse_unknown_verb(const CLI::App& app, const std::string& word) {
  std::vector<std::string> verbs;
  for (const auto* verb : app.get_subcommands({})) verbs.push_back(verb->get_name());
  if (std::ranges::find(verbs, word) != verbs.end()) return;
  const auto near = config::nearest(word, verbs);
  throw Error{Fault::usage, "there is no verb \"{}\"{}; `tutti --help` lists them", word,
              near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)};
}

/// Leaves out how many words an argument takes: "MODULE.PORT(1x)" reads like a part of its name.
class Formatter : public CLI::Formatter {
 public:
  std::string make_option_usage(const CLI::Option* option) const override {
    auto text = CLI::Formatter::make_option_usage(option);
    const auto count = text.find("(1x)");
    return count == std::string::npos ? text : text.erase(count, 4);
  }
};

/// "check: there is no option --jsn; did you mean --json?", of the verb that was understood.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* verb = &app;
  std::string path;
  while (!verb->get_subcommands().empty()) {
    verb = verb->get_subcommands().front();
    path += (path.empty() ? "" : " ") + verb->get_name();
  }
  std::string what = error.what();
  const auto parts = verb->get_subcommands({});
  if (verb != &app && !parts.empty()) what = "say what: " + parts.front()->get_name();
  const auto extra = verb->remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extra.empty()) {
    const auto word = extra.front().substr(0, extra.front().find('='));
    std::vector<std::string> options;
    for (const auto* option : verb->get_options())
      for (const auto& name : option->get_lnames()) options.push_back("--" + name);
    what = word.starts_with('-') ? fmt::format("there is no option {}", word)
                                 : fmt::format("\"{}\" is one word too many", word);
    if (const auto near = config::nearest(word, options); !near.empty() && word.starts_with('-'))
      what += fmt::format("; did you mean {}?", near);
  }
  return path.empty() ? fmt::format("{}; see `tutti --help`", what)
                      : fmt::format("{}: {}; see `tutti {} --help`", path, what, path);
}

int dispatch(int argc, char** argv) {
  CLI::App app{"Multi-scale simulation of brain tissue: several programs on one shared time grid."};
  app.name("tutti");
  app.formatter(std::make_shared<Formatter>());
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  int code = 0;
  for (const auto add : all_verbs) add(app, code);
  // after the verbs, or each of them would end with it, too
  app.footer("Begin with: tutti run configs/column\n`tutti VERB --help` says more of each verb.");
  if (argc == 1) {
    fmt::print("{}", app.help());
    return exit_code(Fault::usage);
  }
  if (argc > 1 && argv[1][0] != '-') refuse_unknown_verb(app, argv[1]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    throw Error{Fault::usage, "{}", explain(app, e)};
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const Error& e) {
    std::fflush(stdout);
    fmt::print(stderr, "tutti: {}\n", e.what());
    return exit_code(e.fault());
  } catch (const std::exception& e) {
    fmt::print(stderr, "tutti: {}\n", words_of(e));
    return 1;
  }
}
