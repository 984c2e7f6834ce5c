// SPDX-License-Identifier: MIT
#include "viewer.hpp"

namespace viewer {
namespace {

constexpr std::chrono::milliseconds between_states{200};

/// For somebody who typed the address by hand, or kept a tab of another run.
constexpr const char* without_token =
    "<!doctype html><meta charset=utf-8><title>Tutti</title>"
    "<body style='font:16px/1.5 system-ui;max-width:36em;margin:4em auto;padding:0 1em'>"
    "<h1>This address lacks its token</h1>"
    "<p>Each run has a token, so that nobody else on this machine looks at it by accident. Open "
    "the "
    "whole address that <code>tutti view</code> or <code>tutti run --view</code> printed; "
    "<code>tutti view RUN</code> prints it again.</p>";

}  // namespace

Viewer::Viewer(std::unique_ptr<Source> source, Follow follow, std::string_view page,
               bool (*stopped)())
    : source_{std::move(source)}, follow_{std::move(follow)}, page_{page}, stopped_{stopped} {}

Page Viewer::page(std::string_view path, bool authorised) {
  if (path != "/" && path != "/index.html")
    return {404, "text/plain; charset=utf-8", "There is only one page here: /\n"};
  if (!authorised) return {403, "text/html; charset=utf-8", without_token};
  return {200, "text/html; charset=utf-8", std::string{page_}};
}

void Viewer::opened(std::uint64_t client) { sessions_.try_emplace(client, *source_); }

void Viewer::closed(std::uint64_t client) {
  sessions_.erase(client);
  leaving_.erase(client);
}

bool Viewer::received(std::uint64_t client, std::string_view text) {
  const auto found = sessions_.find(client);
  return found != sessions_.end() && found->second.received(text);
}

std::optional<Outgoing> Viewer::next(std::uint64_t client) {
  if (leaving_.contains(client)) return Outgoing{R"({"type":"bye"})", false, true};
  const auto found = sessions_.find(client);
  if (found == sessions_.end()) return std::nullopt;
  return found->second.next(Session::Clock::now());
}

bool Viewer::tick() {
  source_->poll();
  for (const auto& answer : source_->answers())
    for (auto& [client, session] : sessions_) session.answered(answer);
  const auto now = Session::Clock::now();
  if (source_->over() && now >= follow_due_) replace_source();
  if (now >= state_due_ && source_->overview().live) {
    state_due_ = now + between_states;
    for (auto& [client, session] : sessions_) session.state_is_new();
  }
  return !stopped_();
}

/// The run is over: from here on its recordings are shown. Pages connect again and go on from where
/// they were.
void Viewer::replace_source() {
  follow_due_ = Session::Clock::now() + std::chrono::seconds{1};
  auto next = follow_();
  if (!next) return;
  for (const auto& [client, session] : sessions_) leaving_.insert(client);
  sessions_.clear();
  source_ = std::move(next);
}

}  // namespace viewer
