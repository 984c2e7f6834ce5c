// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace viewer {

/// A message to a browser.
struct Outgoing {
  std::string bytes;
  bool binary = false;
  bool last = false;  ///< The connection is closed after it.
};

/// A page that is asked for.
struct Page {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
};

/// What a web server serves. All calls come from run(), one at a time.
class Served {
 public:
  virtual ~Served() = default;
  /// GET of a path (without the question mark and what follows). `authorised`: the token was right.
  virtual Page page(std::string_view path, bool authorised) = 0;
  /// A WebSocket with the right token and origin.
  virtual void opened(std::uint64_t client) = 0;
  virtual void closed(std::uint64_t client) = 0;
  /// A text message; false closes the client.
  virtual bool received(std::uint64_t client, std::string_view text) = 0;
  /// The client can take a message now: the next one, if there is one. A client that does not read
  /// is never asked, so nothing piles up for it.
  virtual std::optional<Outgoing> next(std::uint64_t client) = 0;
  /// Called every few milliseconds; false ends run().
  virtual bool tick() = 0;
};

/// HTTP and WebSocket on the loopback interface. A WebSocket needs the token (`?token=`), and a
/// Host and, from a browser, an Origin that name this machine: a page from elsewhere that is open
/// in the same browser gets nothing, whatever name it resolves to us.
class WebServer {
 public:
  /// Listens on the first free port from `port` on (`tries` of them; 0: any that is free). Throws
  /// Error{io}.
  WebServer(std::uint16_t port, int tries, std::string token);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:8470/?token=..."
  std::string address() const;
  /// Serves until `served.tick()` says no, or stop().
  void run(Served& served, std::chrono::milliseconds tick);

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace viewer
