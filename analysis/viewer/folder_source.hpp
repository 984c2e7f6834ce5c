// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <memory>

#include "recording.hpp"
#include "source.hpp"

namespace viewer {

/// What a run folder's run.yaml (or, where there is none, nothing but its name) says of the run.
Overview overview_of(const std::filesystem::path& folder);

/// A finished run: everything that was recorded, from the first sample to the last. Also any folder
/// with SONATA spikes and reports of other programs.
class FolderSource : public Source {
 public:
  /// Throws Error{config} where the folder holds nothing to look at.
  explicit FolderSource(const std::filesystem::path& folder);

  void poll() override {}
  const Overview& overview() const override { return overview_; }
  const tutti::control::Status& status() const override { return status_; }
  const std::vector<StreamInfo>& streams() const override { return streams_; }
  const std::vector<StreamInfo>& inputs() const override { return inputs_; }
  const tutti::ElementTable* table(const std::string& port) override;
  void want(const Selection& selection, Duration history) override;
  void leave(const Selection&) override {}
  std::optional<Block> read(const Selection& selection, Time after, Time until,
                            std::size_t most) override;
  std::uint64_t command(const Command& command) override;
  std::vector<Answer> answers() override { return {}; }

 private:
  Recorded& recorded(const std::string& port);

  Overview overview_;
  tutti::control::Status status_;
  std::vector<std::unique_ptr<Recorded>> ports_;
  std::vector<StreamInfo> streams_, inputs_;
};

}  // namespace viewer
