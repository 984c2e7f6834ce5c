// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "../attach/picture.hpp"
#include "../observe/live_runs.hpp"
#include "../observe/steer.hpp"
#include "tutti/control/observer.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Verb = control::Command::Verb;

struct Typed {
  std::string run, span = "200 ms", by = "1 ms";
  bool once = false;
};

double seconds() { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count(); }

constexpr char interrupt_key = 3;  // Ctrl-C, which must not leave the terminal without its cursor

/// A terminal that gives single keys without showing them, on a screen of its own, put back when it
/// goes.
class Terminal {
 public:
  Terminal() : on_{::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0} {
    if (!on_) return;
    ::tcgetattr(STDIN_FILENO, &before_);
    auto now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
    fmt::print("\x1b[?1049h\x1b[?25l\x1b[2J");
  }
  ~Terminal() {
    if (!on_) return;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    fmt::print("\x1b[?25h\x1b[?1049l");
    std::fflush(stdout);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  bool on() const { return on_; }
  /// The key that was pressed, or 0.
  char key() const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    char key = 0;
    if (!on_ || ::poll(&input, 1, 0) <= 0 || ::read(STDIN_FILENO, &key, 1) != 1) return 0;
    return key;
  }
  void show(const Picture& picture) const {
    if (on_) fmt::print("\x1b[H");
    print(picture, on_ ? "\x1b[K\n" : "\n");
    if (on_) fmt::print("\x1b[J");
    std::fflush(stdout);
  }
  static void print(const Picture& picture, const char* end) {
    winsize size{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20;
    const std::size_t columns = known ? size.ws_col : 80, rows = known ? size.ws_row : 24;
    for (const auto& line : picture.draw(columns, rows - 1)) fmt::print("{}{}", line, end);
  }

 private:
  bool on_;
  termios before_{};
};

void subscribe(tap::Observer& observer, const tap::Welcome& welcome, Duration span) {
  constexpr std::uint32_t most = 8;
  std::uint32_t number = 0;
  for (const auto& port : welcome.outputs) {
    if (port.port.kind != PortKind::spikes || port.elements == 0 || number == most) continue;
    tap::Subscribe wish;
    wish.id = ++number;
    wish.port = port.full_name();
    wish.history = span;
    observer.send(wish);
  }
}

/// p, r, s: an order of their own; anything else is none.
bool order_of(char key, const Typed& typed, control::Command& order) {
  order.verb = key == 'p' ? Verb::pause : key == 'r' ? Verb::resume : Verb::step;
  order.step = parse_duration(typed.by);
  return key == 'p' || key == 'r' || key == 's';
}

/// Looks until the run is over or a key says so; what remains is the last picture.
void watch(tap::Observer& observer, const Typed& typed, const std::string& name, Picture& picture) {
  const Terminal terminal;
  if (terminal.on()) picture.note("p pauses, r resumes, s steps, q leaves");
  auto heard = Clock::now(), shown = Clock::now();
  const auto begun = Clock::now();
  for (bool over = false; !over;) {
    const auto word = observer.poll(milliseconds{50});
    const auto now = Clock::now();
    if (word) {
      heard = now;
      if (const auto* status = std::get_if<control::Status>(&*word))
        picture.take(*status, seconds());
      if (const auto* stream = std::get_if<tap::Stream>(&*word)) picture.take(*stream);
      if (const auto* batch = std::get_if<tap::Batch>(&*word)) picture.take(*batch);
      if (const auto* answer = std::get_if<control::Answer>(&*word))
        picture.note(answer->text + "  | p pauses, r resumes, s steps, q leaves");
      over = std::holds_alternative<tap::Bye>(*word);
    }
    if (now - heard > std::chrono::seconds{10})
      throw Error{Fault::lost, "run {} has said nothing for 10 s: it is gone", name};
    const char key = terminal.key();
    if (control::Command order; order_of(key, typed, order)) observer.send(order);
    over = over || key == 'q' || key == interrupt_key ||
           (typed.once && now - begun > std::chrono::seconds{1});
    const auto period = terminal.on() ? milliseconds{150} : milliseconds{2000};
    if (over || typed.once || now - shown < period) continue;
    shown = now;
    terminal.show(picture);
  }
}

int attach(const Typed& typed) {
  const auto live = find_run(typed.run);
  tap::Observer observer{live.info, "tutti attach"};
  const auto span = parse_duration(typed.span);
  subscribe(observer, observer.welcome(milliseconds{30'000}), span);
  Picture picture{live.info.name, span};
  watch(observer, typed, live.info.name, picture);
  picture.note("");
  Terminal::print(picture, "\n");  // which stays
  return 0;
}

}  // namespace

void add_attach(CLI::App& app, int& code) {
  auto typed = std::make_shared<Typed>();
  auto* verb = app.add_subcommand("attach", "a live view of a run in the terminal");
  verb->add_option("RUN", typed->run, run_help);
  verb->add_option("--span", typed->span, "of simulated time that rates and raster show")
      ->capture_default_str();
  verb->add_option("--by", typed->by, "how far the key s steps")->capture_default_str();
  verb->add_flag("--once", typed->once, "one picture, after a second");
  verb->footer(
      "Example: tutti attach column --span \"500 ms\"\n"
      "Keys: p pauses, r resumes, s steps, q leaves. Nobody in the run waits for this.");
  verb->callback([typed, &code] { code = attach(*typed); });
}

}  // namespace tutti::cli
