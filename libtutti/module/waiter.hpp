// SPDX-License-Identifier: MIT
#pragma once
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>

#include "channels.hpp"
#include "session.hpp"
#include "tracer.hpp"

namespace tutti::module {

/// How this process waits: it polls for a moment, since what it waits for is usually about to come,
/// and then sleeps, so that on a machine with fewer cores than ranks whoever computes has the core
/// (docs/adr/0007). A neighbour's bell ends a sleep at once; for what rings no bell, sleeps are
/// naps that grow. What comes through a socket needs the core for the thread that reads it, so
/// there nobody polls. Every round looks whether the run is to end, and after what must go on
/// meanwhile.
class Waiter {
 public:
  Waiter(Session& session, double spin_us, Channels& channels)
      : session_{session}, spin_{ns(spin_us)}, channels_{channels} {}

  /// Returns when `ready()` is true; throws what the session was told otherwise. `reason()` is
  /// called once the wait lasts, for the broker's eyes.
  /// `nap()` sleeps on what it waits for, a millisecond at most, and says whether it could.
  template <typename Ready, typename Reason, typename Nap = bool (*)()>
  void until(
      Ready&& ready, Reason&& reason, Nap&& nap = [] { return false; }) {
    if (ready()) return;
    const auto begin = now();
    session_.pulse().activity.store(control::Activity::waiting, std::memory_order_relaxed);
    bool told = false, naps = spin_ <= longest_spin;
    std::int64_t waited = 0;
    do {
      session_.check();
      if (session_.losing()) [[unlikely]]
        heed_losses_();
      channels_.tend();
      if (!told && waited > tell_after) session_.waiting(reason()), told = true;
      if (naps && (naps = nap())) continue;
      if (waited < std::min(spin_, polite_after) || spin_ > longest_spin)
        pause();
      else if (waited < spin_)  // whoever we wait for may be waiting for this core
        ::sched_yield();
      else
        channels_.bell().sleep(std::clamp(waited / 8, shortest_nap, longest_nap), ready);
    } while (waited = now() - begin, !ready());
    if (tracer_ != nullptr) trace(reason(), begin);
    session_.pulse().waited_ns.fetch_add(now() - begin, std::memory_order_relaxed);
    session_.pulse().activity.store(control::Activity::computing, std::memory_order_relaxed);
  }

  Session& session() { return session_; }
  /// Called in a wait when the run has lost modules, which may be what is waited for.
  void on_losses(std::function<void()> heed) { heed_losses_ = std::move(heed); }
  /// Waits are traced from here on; `clock`: the module's.
  void trace_to(Tracer& tracer, const Time& clock) { tracer_ = &tracer, clock_ = &clock; }

 private:
  static constexpr std::int64_t shortest_nap = 50'000, longest_nap = 1'000'000;  // [ns]
  static constexpr std::int64_t tell_after = 2'000'000;
  static constexpr std::int64_t polite_after = 20'000;
  static constexpr std::int64_t longest_spin = 1'000'000'000;  // beyond: `wait: spin`
  static std::int64_t ns(double us) { return static_cast<std::int64_t>(us * 1000); }
  static std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }
  static void pause() { __builtin_ia32_pause(); }
  void trace(const WaitReason& reason, std::int64_t begin_ns) {
    const auto kind = reason.on_connection ? Tracer::Kind::data
                      : reason.for_room    ? Tracer::Kind::room
                                           : Tracer::Kind::other;
    tracer_->add(kind, begin_ns, *clock_, reason.connection, reason.source_rank);
  }

  Session& session_;
  std::int64_t spin_;
  Channels& channels_;
  std::function<void()> heed_losses_;
  Tracer* tracer_ = nullptr;
  const Time* clock_ = nullptr;
};

}  // namespace tutti::module
