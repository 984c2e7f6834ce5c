// SPDX-License-Identifier: MIT
#pragma once
#include <fmt/format.h>

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

namespace tutti {

/// A place in the source: who threw. `Where::here()` as a default argument is the caller's place.
struct Where {
  const char* file = "";
  int line = 0;
  static constexpr Where here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

/// What went wrong, which decides the exit code of the process that could not go on.
enum class Fault {
  usage,        ///< The command line: exit code 2.
  config,       ///< A run file, a model or a file it names: exit code 2.
  protocol,     ///< A module used its ports against the contract, or a peer spoke nonsense: 1.
  io,           ///< A file could not be read or written during the run: 1.
  model,        ///< The simulation itself failed, a state that became NaN for one: 1.
  peer,         ///< Another process of the run ended badly, this one is innocent: 1.
  deadline,     ///< A wait took too long: 3.
  lost,         ///< The connection to a process that we did not start is gone: 4.
  interrupted,  ///< The user or the system asked us to stop: 130.
};

/// The exit code of a process that ends with `fault` (DESIGN: 1 process, 2 input, 3 deadline ...).
int exit_code(Fault fault);
const char* name(Fault fault);

namespace detail {
/// A checked format string that remembers where it was written.
template <typename... Args>
struct FormatAt {
  fmt::format_string<Args...> text;
  Where where;
  template <typename S>
  requires std::is_convertible_v<const S&, std::string_view>
  consteval FormatAt(const S& s, Where place = Where::here()) : text{s}, where{place} {}
};
}  // namespace detail

/// Something that a user, a file or a peer can cause, in one sentence for people: which thing, what
/// was found, what was needed, what to do.
class Error : public std::exception {
 public:
  template <typename... Args>
  Error(Fault fault, detail::FormatAt<std::type_identity_t<Args>...> format, Args&&... args)
      : fault_{fault},
        where_{format.where},
        text_{fmt::format(format.text, std::forward<Args>(args)...)} {}

  const char* what() const noexcept override { return text_.c_str(); }
  Fault fault() const noexcept { return fault_; }
  Where where() const noexcept { return where_; }

 private:
  Fault fault_;
  Where where_;
  std::string text_;
};

}  // namespace tutti
