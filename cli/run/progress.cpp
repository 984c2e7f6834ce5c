// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace tutti::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto plain_period = std::chrono::seconds{2};

std::string left(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s left", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min left", seconds / 60);
  return fmt::format("{:.1f} h left", seconds / 3600);
}

/// Who is waited for most: the processes that compute while others wait.
std::string awaited(const control::Status& status) {
  std::string names;
  bool anybody_waits = false;
  for (const auto& m : status.members) {
    anybody_waits = anybody_waits || m.activity == control::Activity::waiting;
    if (m.activity != control::Activity::computing) continue;
    if (names.find(m.module) != std::string::npos) continue;
    names += (names.empty() ? "" : ", ") + m.module;
  }
  return anybody_waits && !names.empty() ? "waiting for " + names : std::string{};
}

/// The first `width` characters: no letter of several bytes is cut in two.
std::string_view first_of(std::string_view text, std::size_t width) {
  std::size_t end = 0, shown = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
    if (++shown > width) break;
    end = next;
  }
  return text.substr(0, end);
}

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

}  // namespace

Progress::Progress(std::string run, bool quiet)
    : run_{std::move(run)},
      quiet_{quiet},
      terminal_{::isatty(STDOUT_FILENO) != 0},
      began_{Clock::now()},
      next_{began_} {}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - began_).count();
}

std::string Progress::line(const control::Status& status) const {
  using control::Phase;
  if (status.phase == Phase::joining || status.phase == Phase::matching) {
    std::size_t here = 0;
    for (const auto& m : status.members) here += m.pid != 0 ? 1 : 0;
    return fmt::format("{}: {} of {} processes have joined", run_, here, status.members.size());
  }
  const double done = to_ms(status.clock), all = to_ms(status.stop), wall = seconds();
  std::string text = fmt::format("{}: {:.1f} of {:g} ms  {:3.0f} %", run_, done, all,
                                 all > 0 ? 100 * done / all : 100.0);
  if (done > 0)
    text += fmt::format("  {:.3g} × real time  {}", 1e-3 * done / wall,
                        left(wall * (all - done) / done));
  if (status.phase == Phase::paused) text += "  paused";
  if (const auto who = awaited(status); !who.empty()) text += "  " + who;
  for (const auto& m : status.members)
    if (!m.line.empty()) text += "  | " + m.line;
  return text;
}

/// Also where all else is to be quiet.
void Progress::tell_notices(const control::Status& status) {
  if (told_ == status.notices.size()) return;
  finish();
  for (; told_ < status.notices.size(); ++told_)
    fmt::print("{}: {}\n", run_, status.notices[told_]);
  std::fflush(stdout);
}

void Progress::show(const control::Status& status) {
  tell_notices(status);
  if (quiet_ || status.phase == control::Phase::ended) return;
  if (terminal_) {
    fmt::print("\r\x1b[K{}", first_of(line(status), terminal_width()));
    shown_ = true;
  } else {
    const bool paused = status.phase == control::Phase::paused;
    if (Clock::now() < next_ || (paused && paused_)) return;
    paused_ = paused;
    next_ = Clock::now() + plain_period;
    fmt::print("{}\n", line(status));
  }
  std::fflush(stdout);
}

void Progress::finish() {
  if (shown_) fmt::print("\r\x1b[K");
  shown_ = false;
}

}  // namespace tutti::cli
