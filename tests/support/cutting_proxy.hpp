// SPDX-License-Identifier: MIT
#pragma once
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace test {

/// Stands between two ends of a stream socket, TCP or local, and passes bytes on, until it is told
/// to cut: then what it holds is gone, and so is the connection. A thread of its own.
class CuttingProxy {
 public:
  /// `target`: "tcp://127.0.0.1:PORT" or "ipc://PATH"; a local one listens at PATH.proxy.
  explicit CuttingProxy(const std::string& target) : target_{target} {
    listener_ = open_socket();
    auto [address, size] = address_of(is_local() ? path() + ".proxy" : "");
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 8) != 0)
      throw std::runtime_error("the proxy cannot listen");
    if (is_local()) {
      endpoint_ = target_ + ".proxy";
    } else {
      sockaddr_in bound{};
      socklen_t length = sizeof bound;
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &length);
      endpoint_ = "tcp://127.0.0.1:" + std::to_string(ntohs(bound.sin_port));
    }
    thread_ = std::thread{[this] { work(); }};
  }
  ~CuttingProxy() {
    leaving_ = true;
    thread_.join();
    for (auto& pair : pairs_) close(pair);
    ::close(listener_);
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  /// Where to connect instead.
  const std::string& endpoint() const { return endpoint_; }
  void cut() { cut_ = true; }
  /// Cuts by itself whenever so many bytes have passed; 0: no more.
  void cut_every(std::uint64_t bytes) { cut_every_ = bytes; }
  /// Takes bytes and passes none on.
  void swallow(bool yes) { swallows_ = yes; }
  /// Nobody gets through any more.
  void refuse() { refuses_ = true, cut_ = true; }
  int cuts() const { return cuts_; }

 private:
  struct Pair {
    std::array<int, 2> ends;
  };
  bool is_local() const { return target_.starts_with("ipc://"); }
  std::string path() const { return target_.substr(6); }
  int open_socket() const {
    return ::socket(is_local() ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  }
  /// Of a local path, or of the target's port; "": any port.
  std::pair<sockaddr_storage, socklen_t> address_of(const std::string& where) const {
    sockaddr_storage address{};
    if (is_local()) {
      auto& local = reinterpret_cast<sockaddr_un&>(address);
      local.sun_family = AF_UNIX;
      where.copy(local.sun_path, sizeof local.sun_path - 1);
      return {address, sizeof local};
    }
    auto& near = reinterpret_cast<sockaddr_in&>(address);
    near.sin_family = AF_INET;
    near.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!where.empty()) near.sin_port = htons(static_cast<std::uint16_t>(std::stoi(where)));
    return {address, sizeof near};
  }
  static void close(const Pair& pair) {
    const linger hard{1, 0};  // a reset: nothing more is delivered
    for (const int end : pair.ends) {
      ::setsockopt(end, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      ::close(end);
    }
  }
  void let_in() {
    const int near = ::accept(listener_, nullptr, nullptr);
    if (near < 0) return;
    const int far = open_socket();
    auto [address, size] = address_of(is_local() ? path() : target_.substr(target_.rfind(':') + 1));
    if (refuses_ || ::connect(far, reinterpret_cast<sockaddr*>(&address), size) != 0)
      return close({{near, far}});
    pairs_.push_back({{near, far}});
  }
  /// False: one end is gone.
  bool pass_on(int from, int to) {
    std::array<char, 16384> bytes{};
    const auto count = ::recv(from, bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    passed_ += static_cast<std::uint64_t>(count);
    if (cut_every_ != 0 && passed_ >= cut_every_) return passed_ = 0, cut_ = true;
    if (swallows_) return true;
    for (ssize_t done = 0; done < count;) {
      const auto put =
          ::send(to, bytes.data() + done, static_cast<std::size_t>(count - done), MSG_NOSIGNAL);
      if (put <= 0) return false;
      done += put;
    }
    return true;
  }
  void work() {
    while (!leaving_) {
      std::vector<pollfd> watched{{listener_, POLLIN, 0}};
      for (const auto& pair : pairs_)
        for (const int end : pair.ends) watched.push_back({end, POLLIN, 0});
      ::poll(watched.data(), watched.size(), 5);
      std::size_t place = 1;
      for (auto pair = pairs_.begin(); pair != pairs_.end();) {
        bool stands = true;
        for (std::size_t end = 0; end < 2; ++end, ++place)
          if (stands && watched[place].revents != 0)
            stands = pass_on(pair->ends[end], pair->ends[1 - end]);
        if (!stands) close(*pair);
        pair = stands ? std::next(pair) : pairs_.erase(pair);
      }
      if (cut_.exchange(false)) {
        for (const auto& pair : pairs_) close(pair);
        if (!pairs_.empty()) ++cuts_;
        pairs_.clear();
      }
      if (watched[0].revents != 0) let_in();
    }
  }

  std::string target_, endpoint_;
  int listener_ = -1;
  std::list<Pair> pairs_;
  std::uint64_t passed_ = 0;
  std::atomic<std::uint64_t> cut_every_{0};
  std::atomic<bool> cut_{false}, swallows_{false}, refuses_{false}, leaving_{false};
  std::atomic<int> cuts_{0};
  std::thread thread_;
};

}  // namespace test
