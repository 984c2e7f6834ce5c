// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "ask.hpp"
#include "plot/figures.hpp"
#include "plot/page.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// Everything that the path can show, or the one picture asked for.
std::vector<plot::Figure> figures_of(const Ask& ask, const std::string& what) {
  if (!fs::exists(ask.path))
    throw Error{Fault::usage, "{}: there is no such file or folder", ask.path.string()};
  if (ask.path.extension() == ".swc") return {plot::reconstruction(ask.path)};
  if (!fs::exists(ask.path / "control") && plot::holds_edges(ask.path))
    return plot::connectivity(ask.path);
  const study::Recording recording{ask.path};
  const auto question = question_of(ask, recording);
  if (!what.empty()) return {plot::draw(what, question)};
  std::vector<plot::Figure> figures;
  for (const auto& kind : plot::kinds()) {
    if (!kind.fits(recording)) continue;
    try {
      figures.push_back(plot::draw(kind.name, question));
    } catch (const Error& e) {  // too short for one picture: the others are drawn all the same
      fmt::print("{}: left out, {}\n", kind.name, e.what());
    }
  }
  return figures;
}

void write_page(const std::vector<plot::Figure>& figures, const Ask& ask, const fs::path& path) {
  std::ofstream out{path, std::ios::binary};
  const auto name = fs::absolute(ask.path).lexically_normal().filename().string();
  out << plot::to_html(figures, name.empty() ? ask.path.string() : name);
  if (!out.flush()) throw Error{Fault::io, "cannot write {}", path.string()};
  fmt::print("{}\n", path.string());
}

int draw(const Ask& ask, const std::string& what) {
  const auto figures = figures_of(ask, what);
  if (figures.empty())
    throw Error{Fault::usage, "{}: there is nothing in it to draw", ask.path.string()};
  if (ask.output.extension() == ".html") {
    write_page(figures, ask, ask.output);
    return 0;
  }
  if (!ask.output.empty() && figures.size() == 1) {
    plot::save(figures.front(), ask.output);
    fmt::print("{}: {}\n", ask.output.string(), figures.front().caption);
    return 0;
  }
  // A folder's pictures lie in it; of a single file, in the present folder.
  auto folder = fs::is_directory(ask.path) ? ask.path / "figures" : fs::path{"."};
  if (!ask.output.empty()) folder = ask.output;
  fs::create_directories(folder);
  for (const auto& figure : figures) {
    const auto name = what.empty() ? figure.name : file_name(ask, figure.name);
    const auto path = (folder / (name + ".svg")).lexically_normal();
    plot::save(figure, path);
    fmt::print("{}: {}\n", path.string(), figure.caption);
  }
  if (what.empty() && figures.size() > 1)
    write_page(figures, ask, (folder / "index.html").lexically_normal());
  return 0;
}

std::string manual() {
  std::string text = "Pictures:\n";
  for (const auto& k : plot::kinds()) text += fmt::format("  {:<14}{}\n", k.name, k.doc);
  return text +
         "and the lines of any measure with more than a few numbers (`tutti measure --help`).\n"
         "Without WHAT: all that the run has, and index.html with all of them. A SONATA edges "
         "file, "
         "or\n"
         "a circuit's folder (`tutti inspect cell MODEL --sonata FOLDER`), is drawn as "
         "connectivity,\nan SWC file as a cell.\n"
         "Example: tutti plot results/column-001 lfp --start \"100 ms\" --stop \"300 ms\" -o "
         "lfp.png";
}

}  // namespace

void add_plot(CLI::App& app, int& code) {
  struct Options {
    Ask ask;
    std::string what;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("plot", "pictures of a run: rasters, LFP, spectra, shapes");
  add_question(*verb, options->ask);
  verb->add_option("WHAT", options->what, "the picture, see below; all without it");
  verb->add_option("--at", options->ask.at, "the instant that a shape shows: \"120 ms\"");
  verb->add_option("-o,--output", options->ask.output,
                   "FILE.svg, .png or .html, or a folder; PATH/figures/ without it");
  verb->footer(manual());
  verb->callback([=, &code] { code = draw(options->ask, options->what); });
}

}  // namespace tutti::cli
