// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <thread>

#include "tutti/control/run_info.hpp"

namespace tutti::gateway {

/// A run's door for observers: on a thread of its own, with sockets of its own, so that whatever
/// comes in there never meets the broker's core. To the broker it is one more watcher.
class Gateway {
 public:
  /// Binds `tap` and `sources` of the run. Where that cannot be, it says so to standard
  /// error and nobody can look on.
  explicit Gateway(const control::RunInfo& info);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

 private:
  std::atomic<bool> leaving_{false};
  std::thread thread_;
};

}  // namespace tutti::gateway
