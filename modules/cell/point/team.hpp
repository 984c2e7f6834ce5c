// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

namespace cell::point {

/// Threads that stay and do the same task on different parts, time after time. They wait for work
/// spinning a little and then asleep, so that a window of some microseconds is worth sharing.
class Team {
 public:
  /// `size` includes the thread that calls run(). Requires size > 0.
  explicit Team(std::size_t size);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  std::size_t size() const { return threads_.size() + 1; }
  /// Calls task(0), task(1), … once each, at the same time, and returns when all are done. What a
  /// task throws is thrown here; of several, that of the lowest number.
  void run(const std::function<void(std::size_t)>& task);

 private:
  void work(std::size_t number);
  void attempt(std::size_t number);

  const std::function<void(std::size_t)>* task_ = nullptr;
  std::atomic<std::uint32_t> round_ = 0;  // goes up with each task
  std::atomic<std::uint32_t> busy_ = 0;
  std::atomic<bool> over_ = false;
  std::vector<std::exception_ptr> thrown_;
  std::vector<std::thread> threads_;
};

}  // namespace cell::point
