// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tutti/control/trace.hpp"
#include "tutti/time.hpp"

namespace tutti::module {

/// What a process did when, for `tutti trace`: kept in memory and written in large pieces, so that
/// it costs two looks at the clock per entry.
class Tracer {
 public:
  using Kind = control::TraceKind;

  /// `head`: the first line. Throws Error{io} if `path` cannot be made.
  Tracer(const std::filesystem::path& path, const std::string& head);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  static std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }
  void add(Kind kind, std::int64_t begin_ns, Time window, std::uint32_t what = 0,
           std::uint32_t rank = 0);

 private:
  void flush();

  std::ofstream file_;
  std::vector<control::TraceEntry> entries_;
  std::uint64_t written_ = 0;
};

}  // namespace tutti::module
