// SPDX-License-Identifier: MIT
#include "sonata/xml.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

#include "tutti/error.hpp"

namespace cell::circuit {
namespace {

bool blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_{text}, file_{file} {}

  XmlElement document() {
    while (skip_to_tag())
      if (!skip_aside()) return element(0);
    fail("there is no element");
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw tutti::Error{tutti::Fault::config, "{}:{}: {}", file_, line(), what};
  }
  int line() const {
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size()));
    return 1 + static_cast<int>(std::count(text_.begin(), end, '\n'));
  }
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool skip_to_tag() {
    at_ = std::min(text_.find('<', at_), text_.size());
    return at_ < text_.size();
  }
  void skip_past(std::string_view end) {
    const auto found = text_.find(end, at_);
    if (found == std::string_view::npos) fail(fmt::format("\"{}\" is missing", end));
    at_ = found + end.size();
  }
  void skip_blanks() {
    while (at_ < text_.size() && blank(text_[at_])) ++at_;
  }
  /// Skips a comment, CDATA, an instruction or a declaration; says whether there was one.
  bool skip_aside() {
    static constexpr std::array<std::array<std::string_view, 2>, 4> asides{
        {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}}};
    for (const auto& [begin, end] : asides)
      if (starts(begin)) {
        skip_past(end);
        return true;
      }
    return false;
  }

  std::string name() {
    const auto begin = at_;
    while (at_ < text_.size() && !blank(text_[at_]) &&
           std::string_view{"/>="}.find(text_[at_]) == std::string_view::npos)
      ++at_;
    const auto whole = text_.substr(begin, at_ - begin);
    const auto colon = whole.find(':');
    return std::string{colon == std::string_view::npos ? whole : whole.substr(colon + 1)};
  }

  std::string value() {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != '=') fail("an attribute without \"=\"");
    ++at_;
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    if (quote != '"' && quote != '\'') fail("the value of an attribute needs quotes");
    const auto begin = ++at_;
    skip_past(std::string_view{&quote, 1});
    return decoded(text_.substr(begin, at_ - 1 - begin));
  }

  static std::string decoded(std::string_view raw) {
    static constexpr std::array<std::pair<std::string_view, char>, 5> entities{
        {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
    std::string text;
    while (!raw.empty()) {
      const auto found = std::ranges::find_if(
          entities, [&](const auto& entity) { return raw.starts_with(entity.first); });
      text += found == entities.end() ? raw.front() : found->second;
      raw.remove_prefix(found == entities.end() ? 1 : found->first.size());
    }
    return text;
  }

  XmlElement element(int depth) {
    if (depth > 100) fail("more than 100 levels deep");
    XmlElement e;
    e.line = line();
    ++at_;
    e.name = name();
    if (e.name.empty()) fail("a tag without a name");
    while (true) {
      skip_blanks();
      if (starts("/>")) {
        at_ += 2;
        return e;
      }
      if (starts(">")) {
        ++at_;
        break;
      }
      if (at_ >= text_.size()) fail(fmt::format("<{}> does not end", e.name));
      const auto key = name();
      if (key.empty()) fail(fmt::format("\"{}\" within <{}>", text_[at_], e.name));
      e.attributes[key] = value();
    }
    while (skip_to_tag()) {
      if (starts("</")) {
        at_ += 2;
        if (const auto end = name(); end != e.name)
          fail(fmt::format("</{}> where </{}> is needed", end, e.name));
        skip_past(">");
        return e;
      }
      if (!skip_aside()) e.children.push_back(element(depth + 1));
    }
    fail(fmt::format("</{}> is missing", e.name));
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
};

}  // namespace

std::string XmlElement::value(const std::string& attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? std::string{} : found->second;
}

XmlElement parse_xml(std::string_view text, const std::string& file) {
  return Parser{text, file}.document();
}

XmlElement read_xml(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    throw tutti::Error{tutti::Fault::config, "{}: no such file, or it cannot be read",
                       path.string()};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return parse_xml(text, path.string());
}

}  // namespace cell::circuit
