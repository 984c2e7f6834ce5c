// SPDX-License-Identifier: MIT
#pragma once
#include <deque>
#include <filesystem>

#include "core/core.hpp"
#include "tutti/config/run_file.hpp"
#include "tutti/control/run_info.hpp"

namespace tutti::broker {

/// The checkpoints of one run as folders: a checkpoint counts once its checkpoint.json is there,
/// which is written last.
class Shelf {
 public:
  Shelf(const control::RunInfo& info, const config::CheckpointSpec& wish);

  /// Whether the run file asks for checkpoints.
  bool on() const { return wish_.on(); }
  /// Every process has saved: seals it, and removes the oldest when there are too many.
  void add(const Core::Checkpoint& checkpoint);

 private:
  control::RunInfo info_;
  config::CheckpointSpec wish_;
  std::deque<std::filesystem::path> folders_;
};

}  // namespace tutti::broker
