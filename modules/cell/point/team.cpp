// SPDX-License-Identifier: MIT
#include "point/team.hpp"

#include <utility>

namespace cell::point {
namespace {

/// Waits until `value` is no longer `old`: spins about ten microseconds, then sleeps. With more
/// threads than cores spinning only takes time from those who work, so it yields.
template <typename T>
void wait_while(const std::atomic<T>& value, T old) {
  static const bool alone = std::thread::hardware_concurrency() < 2;
  for (int k = 0; k < (alone ? 1 : 2000); ++k) {
    if (value.load(std::memory_order_acquire) != old) return;
    if (k % 200 == 199) std::this_thread::yield();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Team::Team(std::size_t size) : thrown_(size) {
  for (std::size_t k = 1; k < size; ++k) threads_.emplace_back([this, k] { work(k); });
}

Team::~Team() {
  over_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Team::attempt(std::size_t number) {
  try {
    (*task_)(number);
  } catch (...) {
    thrown_[number] = std::current_exception();
  }
}

void Team::work(std::size_t number) {
  for (std::uint32_t seen = 0;;) {
    wait_while(round_, seen);
    seen = round_.load(std::memory_order_acquire);
    if (over_) return;
    attempt(number);
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_one();
  }
}

void Team::run(const std::function<void(std::size_t)>& task) {
  task_ = &task;
  busy_.store(static_cast<std::uint32_t>(threads_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  if (!threads_.empty()) round_.notify_all();
  attempt(0);
  for (auto left = busy_.load(std::memory_order_acquire); left != 0;
       left = busy_.load(std::memory_order_acquire))
    wait_while(busy_, left);
  for (auto& problem : thrown_)
    if (const auto found = std::exchange(problem, nullptr)) {
      for (auto& other : thrown_) other = nullptr;
      std::rethrow_exception(found);
    }
}

}  // namespace cell::point
