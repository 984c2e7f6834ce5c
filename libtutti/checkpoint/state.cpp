// SPDX-License-Identifier: MIT
#include "tutti/state.hpp"

#include <algorithm>

namespace tutti {

void Fields::raw(void* data, std::size_t bytes) {
  if (to_ != nullptr) {
    const auto* first = static_cast<const std::byte*>(data);
    to_->insert(to_->end(), first, first + bytes);
    return;
  }
  if (bytes > from_.size())
    throw Error{Fault::config,
                "the checkpoint's entry {} ends early: {} bytes more were expected, {} are left; "
                "was it saved by another model or release?",
                name_, bytes, from_.size()};
  std::memcpy(data, from_.data(), bytes);
  from_ = from_.subspan(bytes);
}

std::size_t Fields::count(std::size_t size, std::size_t each) {
  std::uint64_t length = size;
  raw(&length, sizeof length);
  if (to_ == nullptr && length > from_.size() / each)
    throw Error{Fault::config, "the checkpoint's entry {} is damaged: {} values in {} bytes", name_,
                length, from_.size()};
  return static_cast<std::size_t>(length);
}

void Fields::finish() const {
  if (!from_.empty())
    throw Error{Fault::config,
                "the checkpoint's entry {} has {} bytes more than this model reads; was it saved "
                "by another model or release?",
                name_, from_.size()};
}

std::string State::name(std::string_view part, std::uint64_t number) {
  return fmt::format("{} {}", part, number);
}

std::vector<std::byte>& State::fresh(std::string_view part, std::uint64_t number) {
  auto found = entries_.find(part);
  if (found == entries_.end()) found = entries_.emplace(part, Entries::mapped_type{}).first;
  const auto [entry, inserted] = found->second.try_emplace(number);
  if (!inserted)
    throw Error{Fault::protocol, "the state's entry {} was saved twice", name(part, number)};
  return entry->second;
}

bool State::has(std::string_view part, std::uint64_t number) const {
  const auto found = entries_.find(part);
  return found != entries_.end() && found->second.contains(number);
}

std::span<const std::byte> State::find(std::string_view part, std::uint64_t number) const {
  if (!has(part, number))
    throw Error{Fault::config,
                "the checkpoint has no entry {}; was it saved by another model or release?",
                name(part, number)};
  return entries_.find(part)->second.at(number);
}

}  // namespace tutti
