// SPDX-License-Identifier: MIT
#include "gateway.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <memory>

#include "room.hpp"
#include "tutti/error.hpp"

namespace tutti::gateway {
namespace {

constexpr int politeness = 19;  // nice level: who simulates goes first

}  // namespace

Gateway::Gateway(const control::RunInfo& info) {
  sigset_t all, old;  // signals are for the main thread
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  thread_ = std::thread{[this, info] {
    ::setpriority(PRIO_PROCESS, 0, politeness);  // of this thread, and of ZeroMQ's that it starts
    try {
      Room room{info};
      while (!leaving_) room.serve();
    } catch (const std::exception& e) {  // the run goes on, nobody can look
      fmt::print(stderr, "the gateway ended: {}\n", e.what());
    }
  }};
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

Gateway::~Gateway() {
  leaving_ = true;
  thread_.join();
}

}  // namespace tutti::gateway
