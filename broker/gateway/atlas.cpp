// SPDX-License-Identifier: MIT
#include "atlas.hpp"

#include <algorithm>

#include "limits.hpp"
#include "tutti/error.hpp"

namespace tutti::gateway {
namespace {

constexpr double ask_again_s = 2;

Elements ids_of(const Source& source, const std::string& output) {
  for (const auto& port : source.said.ports)
    if (port.description.name == output && port.description.direction == Direction::out)
      return port.ids;
  return {};
}

}  // namespace

Atlas::Atlas(const control::RunInfo& info) : members_{info.members} {
  for (const auto& member : members_) expected_ += member.ranks;
  welcome_.run = info.name;
  welcome_.folder = info.folder.string();
  welcome_.stop = time_zero + info.stop;
}

void Atlas::add(const std::string& peer, tap::Introduction&& said) {
  const auto member = std::ranges::find(members_, said.module, &control::RunInfo::Member::name);
  if (member == members_.end() || said.rank >= member->ranks)
    throw Error{Fault::protocol, "{} rank {} is not of this run", said.module, said.rank};
  sources_[{static_cast<std::size_t>(member - members_.begin()), said.rank}] = {peer,
                                                                                std::move(said)};
  if (complete()) describe();
}

/// Ports in the order of the run file, with the elements of all ranks counted.
void Atlas::describe() {
  welcome_.outputs.clear();
  welcome_.inputs.clear();
  std::map<std::pair<bool, std::string>, std::size_t>
      places;  // an input may be named as an output is
  for (const auto& [key, source] : sources_)
    for (const auto& port : source.said.ports) {
      const bool out = port.description.direction == Direction::out;
      auto& list = out ? welcome_.outputs : welcome_.inputs;
      const auto name = source.said.module + "." + port.description.name;
      const auto [place, fresh] = places.emplace(std::pair{out, name}, list.size());
      if (fresh) list.push_back({source.said.module, port.description, source.said.step, 0});
      list[place->second].elements += port.ids.size();
    }
  for (auto* list : {&welcome_.outputs, &welcome_.inputs})
    for (auto& info : *list) info.port.elements = info.elements;
}

const Source* Atlas::find(const std::string& peer) const {
  for (const auto& [key, source] : sources_)
    if (source.peer == peer) return &source;
  return nullptr;
}

std::vector<const Source*> Atlas::of_module(const std::string& module) const {
  std::vector<const Source*> found;
  for (const auto& [key, source] : sources_)
    if (source.said.module == module) found.push_back(&source);
  return found;
}

const tap::PortInfo* Atlas::output(const std::string& full_name) const {
  for (const auto& info : welcome_.outputs)
    if (info.full_name() == full_name) return &info;
  return nullptr;
}

std::vector<std::pair<std::uint32_t, Elements>> Atlas::parts(const tap::PortInfo& output) const {
  std::vector<std::pair<std::uint32_t, Elements>> parts;
  for (const auto* source : of_module(output.module))
    if (auto ids = ids_of(*source, output.port.name); !ids.empty())
      parts.emplace_back(source->said.rank, std::move(ids));
  return parts;
}

Elements Atlas::elements(const tap::PortInfo& output) const {
  Elements all;
  for (const auto& [rank, ids] : parts(output)) all = united(all, ids);
  return all;
}

std::optional<ElementTable> Atlas::table(const tap::PortInfo& output,
                                         const Elements& chosen) const {
  const auto book = books_.find(output.full_name());
  if (book == books_.end() || !book->second.table) return std::nullopt;
  if (!difference(chosen, book->second.covered).empty()) return std::nullopt;
  return book->second.table->rows(chosen);
}

std::optional<Elements> Atlas::question(const tap::PortInfo& output, const Elements& chosen,
                                        double now_s) {
  auto& book = books_[output.full_name()];
  if (!book.awaited.empty() && now_s < book.asked_at_s + ask_again_s) return std::nullopt;
  const auto both = united(book.covered, chosen);
  book.asked = both.size() <= most_rows ? both : chosen;
  book.asked_at_s = now_s;
  book.parts.clear();
  book.awaited.clear();
  for (const auto& [rank, ids] : parts(output))
    if (!intersection(ids, chosen).empty()) book.awaited.insert(rank);
  return book.asked;
}

void Atlas::take(const std::string& peer, tap::Description&& part) {
  const auto* source = find(peer);
  if (source == nullptr) return;
  const auto found = books_.find(source->said.module + "." + part.port);
  if (found == books_.end()) return;
  auto& book = found->second;
  const auto mine = intersection(ids_of(*source, part.port), book.asked);
  const bool fits =
      part.table.ids.size() == mine.size() && difference(part.table.ids, mine).empty();
  if (!fits || book.awaited.erase(source->said.rank) == 0) return;  // of an earlier question
  book.parts.push_back(std::move(part.table));
  if (!book.awaited.empty()) return;
  book.table = joined(book.parts);
  book.covered = book.asked;
  book.parts.clear();
}

}  // namespace tutti::gateway
