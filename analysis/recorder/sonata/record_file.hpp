// SPDX-License-Identifier: MIT
#pragma once
#include "sonata/hdf5.hpp"

namespace sonata {

/// How a recording ended, as `/tutti/state` says it.
enum class State : std::uint8_t {
  open = 0,     ///< Being written, or left behind by a process that was killed.
  closed = 1,   ///< Complete.
  repaired = 2  ///< Closed by close_after_crash: good up to `/tutti/recorded_until`.
};

/// A new file that is readable while it is written and after the writer was killed: SONATA's root
/// attributes, `/tutti/state`, `/tutti/recorded_until`, and HDF5's single writer, many readers
/// mode.
class RecordFile {
 public:
  /// Makes `path`; nothing is ever overwritten, so it must not exist. Throws Error.
  explicit RecordFile(const std::filesystem::path& path);

  const File& file() const { return file_; }
  hid_t root() const { return file_.id.get(); }

  /// To be called once all groups, attributes and datasets exist: from here on datasets only grow.
  void start();

  /// Hands everything written so far to the system. All that happened up to `until_tick` [ps] is in
  /// it, which `/tutti/recorded_until` then says.
  void flush(std::int64_t until_tick);

  /// Marks the file as complete and closes it. Datasets must have been closed before.
  void close();
  bool is_open() const { return static_cast<bool>(file_.id); }

 private:
  File file_;
  Handle state_;
  Handle recorded_until_;
};

/// A tick of 1 ps in milliseconds: the nearest double, so 0.1 ms is exactly 0.1.
constexpr double ms_of(std::int64_t tick) { return static_cast<double>(tick) / 1e9; }

/// A name as HDF5 allows it in a path: '/' becomes '_', and an empty one "unnamed".
std::string path_name(std::string_view name);

}  // namespace sonata
