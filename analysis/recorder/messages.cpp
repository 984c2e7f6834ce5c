// SPDX-License-Identifier: MIT
#include "messages.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tutti/error.hpp"

namespace recorder {
namespace {

using Json = nlohmann::ordered_json;

/// RFC 4648.
std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t k = 0; k < bytes.size(); k += 3) {
    const std::size_t some = std::min<std::size_t>(3, bytes.size() - k);
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 3; ++i)
      word = word << 8U | (i < some ? static_cast<unsigned char>(bytes[k + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= some ? letters[word >> (18 - 6 * i) & 63U] : '=';
  }
  return text;
}

/// What a message says, as readable as its media type and its bytes allow.
void say(const tutti::Message& message, Json& line) {
  const std::string_view bytes{reinterpret_cast<const char*>(message.bytes.data()),
                               message.bytes.size()};
  if (message.media_type == "application/json" || message.media_type.ends_with("+json")) {
    auto value = Json::parse(bytes, nullptr, false);
    if (!value.is_discarded()) {
      line["json"] = std::move(value);
      return;
    }
  }
  if (!message.media_type.starts_with("text/")) {
    line["base64"] = base64(bytes);
    return;
  }
  line["text"] = bytes;
  try {
    static_cast<void>(line.dump());
  } catch (const Json::type_error&) {  // not UTF-8
    line.erase("text");
    line["base64"] = base64(bytes);
  }
}

}  // namespace

MessageRecording::MessageRecording(const std::filesystem::path& folder, const Record& record)
    : path_{folder / record.file} {}

/// Not before the run is on: who only asks what would be recorded leaves no file.
void MessageRecording::open() {
  if (out_.is_open()) return;
  if (std::filesystem::exists(path_))
    throw tutti::Error{tutti::Fault::io, "{} exists; a recording is never overwritten",
                       path_.string()};
  out_.open(path_, std::ios::binary);
  check();
}

void MessageRecording::check() {
  if (!out_)
    throw tutti::Error{tutti::Fault::io, "{} cannot be written; is there room on the disk?",
                       path_.string()};
}

void MessageRecording::append(const std::vector<tutti::Message>& messages) {
  open();
  for (const auto& message : messages) {
    Json line{{"ticks", tutti::ticks(message.arrival)},
              {"time_ms", tutti::to_ms(message.arrival)},
              {"rank", message.source_rank},
              {"media_type", message.media_type}};
    say(message, line);
    out_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    ++count_;
  }
  check();
}

void MessageRecording::continue_from(const std::filesystem::path& earlier, tutti::Time until) {
  open();
  std::ifstream in{earlier, std::ios::binary};
  std::string line;
  while (std::getline(in, line)) {
    if (in.eof()) break;  // no end: a crash cut it off
    const auto value = Json::parse(line, nullptr, false);
    if (!value.is_object() || !value.contains("ticks"))
      throw tutti::Error{tutti::Fault::io,
                         "{}: line {} is no message; needed is a line as the "
                         "recorder writes it",
                         earlier.string(), count_ + 1};
    if (value["ticks"].get<std::int64_t>() > tutti::ticks(until)) break;
    out_ << line << '\n';
    ++count_;
  }
  check();
}

void MessageRecording::flush() {
  open();
  out_.flush();
  check();
}

}  // namespace recorder
