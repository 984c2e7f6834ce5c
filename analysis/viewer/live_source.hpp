// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "history.hpp"
#include "source.hpp"
#include "tutti/control/tap.hpp"

namespace viewer {

/// A run that goes on: an observer of its gateway. What browsers want is subscribed to once,
/// however many of them want it, and kept for a while after the last one has left, so that one
/// whose connection broke finds what it missed.
class LiveSource : public Source {
 public:
  /// `tap` is the gateway's address in control/run.json.
  LiveSource(const std::filesystem::path& folder, const std::string& tap);
  ~LiveSource() override;

  void poll() override;
  bool ready() const override { return ready_; }
  bool over() const override { return over_; }
  const Overview& overview() const override { return overview_; }
  const tutti::control::Status& status() const override { return status_; }
  const std::vector<StreamInfo>& streams() const override { return streams_; }
  const std::vector<StreamInfo>& inputs() const override { return inputs_; }
  const tutti::ElementTable* table(const std::string& port) override;
  void want(const Selection& selection, Duration history) override;
  void leave(const Selection& selection) override;
  std::optional<Block> read(const Selection& selection, Time after, Time until,
                            std::size_t most) override;
  std::uint64_t command(const Command& command) override;
  std::vector<Answer> answers() override { return std::exchange(answers_, {}); }

  /// Bytes of history held, for tests.
  std::size_t bytes() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Feed {
    std::uint32_t id = 0;
    int users = 0;
    Clock::time_point idle_since{};
    History history;
    std::string refused;  ///< Why the gateway does not send it.
  };
  struct Socket;

  void say(const tutti::tap::Word& word);
  void hear(const tutti::tap::Word& word);
  void hear(const tutti::tap::Welcome& welcome);
  void hear(const tutti::tap::Stream& stream);
  void hear(tutti::tap::Batch batch);
  void hear(const tutti::tap::Refused& refused);
  void drop_idle();
  void notice_end();

  std::unique_ptr<Socket> socket_;
  std::filesystem::path sockets_;  ///< The folder of the run's sockets; "" where they are none.
  Overview overview_;
  tutti::control::Status status_;
  std::vector<StreamInfo> streams_, inputs_;
  bool ready_ = false, over_ = false;
  std::map<Selection, Feed> feeds_;
  std::map<std::uint32_t, Selection> wanted_;  ///< Feeds by their subscription's number.
  std::map<std::string, tutti::ElementTable> tables_;
  std::map<std::uint32_t, std::string> asked_tables_;  ///< Ports by subscription's number.
  std::set<std::string> refused_tables_;
  std::vector<Answer> answers_;
  std::uint32_t next_id_ = 1;
  Clock::time_point hello_due_{};
};

}  // namespace viewer
