// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "../prepare.hpp"
#include "resume.hpp"
#include "tutti/control/run_info.hpp"

namespace tutti::cli {

/// A new folder NAME-NNN below `results`; never one that is there. Throws Error{config} that says
/// what cannot be written.
std::filesystem::path make_run_folder(const std::filesystem::path& results,
                                      const std::string& name);

/// A private folder for sockets and MPI's files, gone with its owner.
class PrivateFolder {
 public:
  explicit PrivateFolder(const std::filesystem::path& base);
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes run.yaml, the models and control/run.json; returns what processes need to join. The run's
/// sockets will be in `sockets`, where a link `run` leads back to the run folder.
control::RunInfo write_run_folder(const Prepared& prepared, const std::filesystem::path& folder,
                                  const std::filesystem::path& sockets,
                                  const std::optional<Checkpoint>& resume = {});

}  // namespace tutti::cli
