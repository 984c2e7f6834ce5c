// SPDX-License-Identifier: MIT
#include "tutti/control/run_info.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "tutti/error.hpp"

namespace tutti::control {
namespace {

std::filesystem::path file_in(const std::filesystem::path& folder) {
  return folder / "control" / "run.json";
}

}  // namespace

std::uint32_t number_of(const RunInfo& info, const std::string& module) {
  std::string known;
  for (std::uint32_t k = 0; k < info.members.size(); ++k) {
    if (info.members[k].name == module) return k;
    known += (known.empty() ? "" : ", ") + info.members[k].name;
  }
  throw Error{Fault::usage, "run {} has no module \"{}\"; it has {}", info.name, module, known};
}

void write_run_info(const RunInfo& info) {
  nlohmann::json members = nlohmann::json::array();
  for (const auto& m : info.members)
    members.push_back({{"name", m.name},
                       {"ranks", m.ranks},
                       {"job", m.job},
                       {"first_world_rank", m.first_world_rank},
                       {"step_ps", ticks(m.step)},
                       {"model", m.model},
                       {"spin_us", m.spin_us}});
  const nlohmann::json all{{"version", 1},
                           {"name", info.name},
                           {"endpoint", info.endpoint},
                           {"listen", info.listen},
                           {"secret", info.secret},
                           {"keys", {info.keys.open, info.keys.secret}},
                           {"tap", info.tap},
                           {"sources", info.sources},
                           {"stop_ps", ticks(info.stop)},
                           {"seed", info.seed},
                           {"hash_bin_ps", ticks(info.hash_bin)},
                           {"deadline_s", info.deadline_s},
                           {"rings", info.rings},
                           {"trace", info.trace},
                           {"resume", info.resume},
                           {"cut_ps", ticks(info.cut)},
                           {"members", members}};
  const auto path = file_in(info.folder);
  std::filesystem::create_directories(path.parent_path());
  const auto half = path.string() + ".part";  // whoever waits for the file must not find half of it
  std::ofstream out{half};
  std::filesystem::permissions(
      half, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);  // keys
  out << all.dump(1) << "\n";
  if (!out.flush()) throw Error{Fault::io, "cannot write {}", path.string()};
  std::filesystem::rename(half, path);
}

RunInfo read_run_info(const std::filesystem::path& folder) {
  const auto path = file_in(folder);
  std::ifstream in{path};
  if (!in)
    throw Error{Fault::config, "{} is no run folder: {} cannot be read", folder.string(),
                path.string()};
  try {
    const auto all = nlohmann::json::parse(in);
    RunInfo info;
    info.folder = folder;
    info.name = all.at("name");
    info.endpoint = all.at("endpoint");
    info.listen = all.at("listen");
    info.secret = all.at("secret");
    info.keys = {all.at("keys").at(0), all.at("keys").at(1)};
    info.tap = all.value("tap", "");
    info.sources = all.value("sources", "");
    info.stop = duration_of(all.at("stop_ps"));
    info.seed = all.at("seed");
    info.hash_bin = duration_of(all.at("hash_bin_ps"));
    info.deadline_s = all.at("deadline_s");
    info.rings = all.at("rings");
    info.trace = all.at("trace");
    info.resume = all.at("resume");
    info.cut = time_of(all.at("cut_ps"));
    for (const auto& m : all.at("members"))
      info.members.push_back({m.at("name"), m.at("ranks"), m.at("job"), m.at("first_world_rank"),
                              duration_of(m.at("step_ps")), m.at("model"), m.at("spin_us")});
    return info;
  } catch (const nlohmann::json::exception& e) {
    throw Error{Fault::config, "{}: {}", path.string(), e.what()};
  }
}

}  // namespace tutti::control
