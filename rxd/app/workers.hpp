// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tutti::rxd_app {

/// Threads that share out tasks 0 … count - 1, each of which touches nothing that another one does.
class Workers {
 public:
  /// `threads` - 1 threads are started; the caller is one of them. Requires threads > 0.
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Runs all tasks and returns when they are done. Of those that throw, the one of the lowest
  /// number is thrown on, so that what is said does not depend on the threads.
  void run(std::size_t count, const std::function<void(std::size_t)>& task);

 private:
  void work();
  void drain();

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable begin_, end_;
  std::size_t round_ = 0, busy_ = 0;
  bool quit_ = false;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::exception_ptr failure_;
  std::size_t failed_ = 0;
};

}  // namespace tutti::rxd_app
