// SPDX-License-Identifier: MIT
#pragma once
#include <map>

#include "session.hpp"
#include "source.hpp"
#include "web_server.hpp"

namespace viewer {

/// The built page, as it lies in this executable.
std::string_view embedded_page();

/// One run for any number of browsers.
class Viewer : public Served {
 public:
  /// `stopped` is asked at each tick; true ends the server.
  Viewer(Source& source, std::string_view page, bool (*stopped)());

  Page page(std::string_view path, bool authorised) override;
  void opened(std::uint64_t client) override;
  void closed(std::uint64_t client) override { sessions_.erase(client); }
  bool received(std::uint64_t client, std::string_view text) override;
  std::optional<Outgoing> next(std::uint64_t client) override;
  bool tick() override;

 private:
  Source& source_;
  std::string_view page_;
  bool (*stopped_)();
  std::map<std::uint64_t, Session> sessions_;
  Session::Clock::time_point state_due_{};
};

}  // namespace viewer
