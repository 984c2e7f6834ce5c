// SPDX-License-Identifier: MIT
#include "tracer.hpp"

#include <algorithm>
#include <limits>

#include "tutti/error.hpp"

namespace tutti::module {
namespace {

constexpr std::size_t at_once = 1U << 15;            // 1 MiB
constexpr std::uint64_t most_entries = 8ULL << 20U;  // 256 MiB a rank; then the trace ends

}  // namespace

Tracer::Tracer(const std::filesystem::path& path, const std::string& head) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  file_.open(path, std::ios::binary);
  file_ << head << "\n";
  if (!file_.flush()) throw Error{Fault::io, "cannot write the trace {}", path.string()};
  entries_.reserve(at_once);
}

Tracer::~Tracer() { flush(); }

void Tracer::add(Kind kind, std::int64_t begin_ns, Time window, std::uint32_t what,
                 std::uint32_t rank) {
  if (written_ >= most_entries) return;
  constexpr std::int64_t longest = std::numeric_limits<std::uint32_t>::max();
  const auto length = std::min(now() - begin_ns, longest);  // 4.3 s
  entries_.push_back({begin_ns, ticks(window), static_cast<std::uint32_t>(length), kind,
                      static_cast<std::uint16_t>(rank), what, 0});
  if (entries_.size() == at_once) flush();
}

void Tracer::flush() {
  written_ += entries_.size();
  file_.write(reinterpret_cast<const char*>(entries_.data()),
              static_cast<std::streamsize>(entries_.size() * sizeof(control::TraceEntry)));
  file_.flush();
  entries_.clear();
}

}  // namespace tutti::module
