// SPDX-License-Identifier: MIT
#include "app/workers.hpp"

namespace tutti::rxd_app {

Workers::Workers(int threads) {
  for (int i = 1; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock{mutex_};
    quit_ = true;
  }
  begin_.notify_all();
  for (auto& t : threads_) t.join();
}

void Workers::drain() {
  for (std::size_t i = next_++; i < count_; i = next_++) {
    try {
      (*task_)(i);
    } catch (...) {
      const std::lock_guard lock{mutex_};
      if (!failure_ || i < failed_) {
        failure_ = std::current_exception();
        failed_ = i;
      }
    }
  }
}

void Workers::work() {
  std::unique_lock lock{mutex_};
  for (std::size_t seen = 0;;) {
    begin_.wait(lock, [&] { return quit_ || round_ != seen; });
    if (quit_) return;
    seen = round_;
    lock.unlock();
    drain();
    lock.lock();
    if (--busy_ == 0) end_.notify_one();
  }
}

void Workers::run(std::size_t count, const std::function<void(std::size_t)>& task) {
  {
    const std::lock_guard lock{mutex_};
    task_ = &task;
    count_ = count;
    next_ = 0;
    failure_ = nullptr;
    busy_ = threads_.size();
    ++round_;
  }
  begin_.notify_all();
  drain();
  std::unique_lock lock{mutex_};
  end_.wait(lock, [&] { return busy_ == 0; });
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace tutti::rxd_app
