// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <vector>

#include "records.hpp"
#include "tutti/ports.hpp"
#include "tutti/time.hpp"

namespace recorder {

/// One message port, as JSON Lines: a line for each message, in the order of (time, rank, order
/// sent), with `ticks`, `time_ms`, `rank`, `media_type` and what it says: as `json` or `text` where
/// it is, else as `base64`. A crash leaves whole lines. Errors of the file come as Error{io}.
class MessageRecording {
 public:
  /// Into `folder`, from the first append() or flush() on, which throw where there is such a file.
  MessageRecording(const std::filesystem::path& folder, const Record& record);
  void append(const std::vector<tutti::Message>& messages);
  /// Before anything else: takes over the lines that an earlier run recorded there up to `until`.
  void continue_from(const std::filesystem::path& earlier, tutti::Time until);
  /// What was appended is safe from here on.
  void flush();
  std::uint64_t count() const { return count_; }

 private:
  void open();
  void check();
  std::filesystem::path path_;
  std::ofstream out_;
  std::uint64_t count_ = 0;
};

}  // namespace recorder
