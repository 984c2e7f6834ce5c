// SPDX-License-Identifier: MIT
// tutti-viewer: a run in the browser, while it goes on or when it is over.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "address.hpp"
#include "browser.hpp"
#include "open_source.hpp"
#include "tutti/error.hpp"
#include "viewer.hpp"

namespace {

volatile std::sig_atomic_t stopped = 0;
constexpr int politeness = 15;  // nice level: a run on this machine goes first

struct Wish {
  std::filesystem::path folder, page;
  viewer::AddressWish address;
  bool open = false;
};

int view(const Wish& wish) {
  const auto& folder = wish.folder;
  auto source = viewer::open_source(folder);
  const auto address = viewer::choose_address(folder, wish.address);
  viewer::WebServer server{address.port, address.tries, address.token};
  viewer::keep_address(folder, {server.port(), 1, address.token});
  const auto page = viewer::page_text(wish.page);
  fmt::print("{}: {}\n", source->overview().name, server.address());
  viewer::Viewer viewer{std::move(source), [folder] { return viewer::recordings_of(folder); },
                        page.empty() ? viewer::embedded_page() : page, [] { return stopped != 0; }};
  std::fflush(stdout);
  if (wish.open) viewer::open_browser(server.address(), folder);
  ::setpriority(PRIO_PROCESS, 0, politeness);
  server.run(viewer, std::chrono::milliseconds{5});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Shows a run in the browser, while it goes on or when it is over."};
  app.name("tutti-viewer");
  Wish wish;
  app.add_option("FOLDER", wish.folder, "a run folder, or a folder of SONATA files")->required();
  app.add_option("--port", wish.address.port,
                 "of 127.0.0.1; the first free one from 8470 on without it");
  app.add_option("--token", wish.address.token, "what the address must carry; drawn without it");
  app.add_option("--page", wish.page, "another page than the built one, for working on it");
  app.add_flag("--open", wish.open, "open the browser, where there is a screen");
  app.footer("Ends with Ctrl-C.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : exit_code(tutti::Fault::usage);
  }
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, [](int) { stopped = 1; });
  try {
    return view(wish);
  } catch (const tutti::Error& e) {
    fmt::print(stderr, "tutti-viewer: {}\n", e.what());
    return exit_code(e.fault());
  } catch (const std::exception& e) {
    fmt::print(stderr, "tutti-viewer: {}\n", e.what());
    return 1;
  }
}
