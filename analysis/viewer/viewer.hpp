// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "session.hpp"
#include "source.hpp"
#include "web_server.hpp"

namespace viewer {

/// The built page, as it lies in this executable.
std::string_view embedded_page();

/// One run for any number of browsers.
class Viewer : public Served {
 public:
  /// What follows a source that is over, a run's recordings for one; nothing where nothing does.
  using Follow = std::function<std::unique_ptr<Source>()>;

  /// `stopped` is asked at each tick; true ends the server.
  Viewer(std::unique_ptr<Source> source, Follow follow, std::string_view page, bool (*stopped)());

  Page page(std::string_view path, bool authorised) override;
  void opened(std::uint64_t client) override;
  void closed(std::uint64_t client) override;
  bool received(std::uint64_t client, std::string_view text) override;
  std::optional<Outgoing> next(std::uint64_t client) override;
  bool tick() override;

 private:
  void replace_source();

  std::unique_ptr<Source> source_;
  Follow follow_;
  std::string_view page_;
  bool (*stopped_)();
  std::map<std::uint64_t, Session> sessions_;
  std::set<std::uint64_t> leaving_;  ///< Clients that are to come again, to the new source.
  Session::Clock::time_point state_due_{}, follow_due_{};
};

}  // namespace viewer
