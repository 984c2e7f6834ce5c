// SPDX-License-Identifier: MIT
#include "resume.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "tutti/error.hpp"
#include "tutti/version.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* seal = "checkpoint.json";  // written last: without it, it is none

Checkpoint read(const fs::path& folder) {
  try {
    std::ifstream in{folder / seal};
    const auto all = nlohmann::json::parse(in);
    if (all.at("format") != 1)
      throw Error{Fault::config, "{} has a format that this release does not read",
                  folder.string()};
    if (const std::string release = all.at("release"); release != version)
      throw Error{
          Fault::config,
          "{} was written by release {} of Tutti, and this is {}: what is in it can be read "
          "by the same release only",
          folder.string(), release, version};
    Checkpoint found;
    found.folder = folder, found.run_folder = folder.parent_path().parent_path();
    found.at = time_of(all.at("at_ps")), found.seed = all.at("seed");
    for (const auto& module : all.at("modules")) {
      found.modules.push_back(module.at("name"));
      if (found.modules.back() == "recorder") found.recorder_step = Duration{module.at("step_ps")};
    }
    return found;
  } catch (const nlohmann::json::exception& e) {
    throw Error{Fault::config, "{}: {}", (folder / seal).string(), e.what()};
  }
}

}  // namespace

Checkpoint find_checkpoint(const fs::path& path) {
  std::error_code error;
  const auto folder = fs::canonical(path, error);
  if (error) throw Error{Fault::config, "cannot resume {}: {}", path.string(), error.message()};
  if (fs::exists(folder / seal)) return read(folder);
  std::optional<Checkpoint> last;
  std::vector<std::string> unsealed;
  for (const auto& entry : fs::directory_iterator{folder / "checkpoint", error}) {
    if (!fs::exists(entry.path() / seal)) {
      unsealed.push_back(entry.path().filename().string());
      continue;
    }
    auto found = read(entry.path());
    if (!last || found.at > last->at) last = std::move(found);
  }
  std::ranges::sort(unsealed);
  if (last) {
    last->left_out = std::move(unsealed);
    return *std::move(last);
  }
  throw Error{
      Fault::config,
      "cannot resume {}: there is no complete checkpoint in it{}; `tutti checkpoint RUN` or "
      "`run: {{checkpoint: ...}}` make one",
      path.string(),
      unsealed.empty()
          ? ""
          : fmt::format("; {} began to be written and never ended", fmt::join(unsealed, ", "))};
}

void check_resumed(const config::RunSpec& run, const Checkpoint& checkpoint,
                   config::Problems& problems) {
  const auto error = [&](std::string text) {
    problems.add({config::Severity::error, {}, "--resume: " + std::move(text)});
  };
  if (!checkpoint.left_out.empty())
    problems.add({config::Severity::warning,
                  {},
                  fmt::format("--resume: {} began to be written and never ended; the last complete "
                              "checkpoint is at {}",
                              fmt::join(checkpoint.left_out, ", "), checkpoint.at)});
  for (const auto& name : checkpoint.modules)
    if (run.find(name) == nullptr)
      problems.add({config::Severity::warning,
                    {},
                    fmt::format("--resume: {} is in the checkpoint and not in this run", name)});
  if (const auto step = checkpoint.recorder_step; step > Duration::zero() &&
                                                  run.find("recorder") != nullptr &&
                                                  run.stop % step != Duration::zero())
    error(
        fmt::format("what is recorded goes on in steps of {}, as it began: let the run stop at a "
                    "multiple of that, {} or {}, not at {}",
                    step, run.stop - run.stop % step, run.stop - run.stop % step + step, run.stop));
  if (checkpoint.at >= time_zero + run.stop)
    error(
        fmt::format("the checkpoint is at {} and the run stops at {}; let it go on with --set "
                    "run.stop=...",
                    checkpoint.at, run.stop));
  if (run.seed != checkpoint.seed)
    error(fmt::format("the run has the seed {}, the checkpoint {}", run.seed, checkpoint.seed));
  for (const auto& module : run.modules) {
    if (!module.usable) continue;
    if (module.step > Duration::zero() &&
        checkpoint.at.time_since_epoch() % module.step != Duration::zero())
      error(fmt::format("{} is no multiple of the step of {}, {}", checkpoint.at, module.name,
                        module.step));
    if (std::ranges::find(checkpoint.modules, module.name) == checkpoint.modules.end())
      problems.add({config::Severity::warning, module.place,
                    fmt::format("{} is not in the checkpoint: it begins at {} without a past",
                                module.name, checkpoint.at)});
  }
}

}  // namespace tutti::cli
