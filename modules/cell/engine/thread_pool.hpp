// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cell::engine {

/// Threads that live as long as this and share out numbered tasks. The caller works with them, so a
/// pool of one thread has none of its own. Which thread takes a task must not matter to it.
class ThreadPool {
 public:
  explicit ThreadPool(int threads) {
    for (int k = 1; k < threads; ++k) workers_.emplace_back([this] { work(); });
  }
  ~ThreadPool() {
    {
      const std::lock_guard lock{mutex_};
      done_ = true;
    }
    wake_.notify_all();
    for (auto& worker : workers_) worker.join();
  }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Calls task(k) once for each k < count and returns when all have returned. Tasks must not
  /// throw.
  void run(std::size_t count, const std::function<void(std::size_t)>& task) {
    if (workers_.empty() || count < 2) {
      for (std::size_t k = 0; k < count; ++k) task(k);
      return;
    }
    {
      const std::lock_guard lock{mutex_};
      task_ = &task;
      count_ = count;
      next_ = 0;
      busy_ = workers_.size();
      ++round_;
    }
    wake_.notify_all();
    take(task, count);
    std::unique_lock lock{mutex_};
    rest_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void take(const std::function<void(std::size_t)>& task, std::size_t count) {
    for (std::size_t k = next_++; k < count; k = next_++) task(k);
  }

  void work() {
    std::uint64_t seen = 0;
    std::unique_lock lock{mutex_};
    while (true) {
      wake_.wait(lock, [&] { return done_ || round_ != seen; });
      if (done_) return;
      seen = round_;
      const auto* task = task_;
      const std::size_t count = count_;
      lock.unlock();
      take(*task, count);
      lock.lock();
      if (--busy_ == 0) rest_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, rest_;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t count_ = 0, busy_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::uint64_t round_ = 0;
  bool done_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace cell::engine
