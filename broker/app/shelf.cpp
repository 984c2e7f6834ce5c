// SPDX-License-Identifier: MIT
#include "shelf.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tutti/version.hpp"

namespace tutti::broker {

Shelf::Shelf(const control::RunInfo& info, const config::CheckpointSpec& wish)
    : info_{info}, wish_{wish} {}

void Shelf::add(const Core::Checkpoint& checkpoint) {
  const auto folder = info_.folder / checkpoint.folder;
  nlohmann::ordered_json all{{"format", 1},
                             {"release", version},
                             {"run", info_.name},
                             {"seed", info_.seed},
                             {"at", to_string(checkpoint.at)},
                             {"at_ps", ticks(checkpoint.at)}};
  for (const auto& member : info_.members)
    all["modules"].push_back(
        {{"name", member.name}, {"ranks", member.ranks}, {"step_ps", ticks(member.step)}});
  const auto draft = folder / "checkpoint.json.part";
  std::ofstream out{draft};
  out << all.dump(1) << "\n";
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(draft, folder / "checkpoint.json", error);
  if (!out || error)
    return fmt::print(stderr, "the checkpoint {} could not be sealed\n", folder.string());
  folders_.push_back(folder);
  while (wish_.on() && folders_.size() > static_cast<std::size_t>(wish_.keep)) {
    std::filesystem::remove_all(folders_.front(), error);
    folders_.pop_front();
  }
}

}  // namespace tutti::broker
