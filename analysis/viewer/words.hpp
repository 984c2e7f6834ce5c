// SPDX-License-Identifier: MIT
#pragma once
#include <nlohmann/json.hpp>

#include "source.hpp"

/// What server and page say to each other in text: JSON, as docs/reference/viewer-protocol.md has
/// it. Times are milliseconds there and ticks here.
namespace viewer::words {

using Json = nlohmann::json;

Json hello(const Source& source);
Json state(const tutti::control::Status& status, double wall_s);
Json table(const std::string& port, const tutti::ElementTable& table);
Json answer(std::uint32_t id, const Answer& answer);
Json refused(std::uint32_t id, const std::string& text);

/// Numbers, or [first, count] or [first, count, stride] triples. Throws Error{usage}.
Elements elements(const Json& list);
Json ranges(const Elements& elements);
/// Throws Error{usage} that says what is wrong with it.
Selection selection(const Json& word, const std::vector<StreamInfo>& streams);
Command command(const Json& word, const std::vector<StreamInfo>& inputs);
/// A time in milliseconds, or `otherwise` where it is not there.
Duration duration(const Json& word, const char* key, Duration otherwise);

std::string_view name(Reduce reduce);

}  // namespace viewer::words
