// SPDX-License-Identifier: MIT
#include "equation.hpp"

#include <cctype>
#include <charconv>

#include "error.hpp"

namespace rxd {

namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text} {}

  Equation whole() {
    Equation e;
    e.left = side();
    if (take("<->") || take("<>"))
      e.reversible = true;
    else if (!take("->") && !take(">"))
      fail("an arrow (> or <>)");
    e.right = side();
    skip();
    if (at_ != text_.size()) fail("'+' or the end");
    if (e.left.empty() && e.right.empty()) fail("a species on one side");
    return e;
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  [[noreturn]] void fail(const std::string& needed) const {
    const std::string found =
        at_ < text_.size() ? "'" + std::string{text_.substr(at_, 1)} + "'" : "the end";
    throw Error{"found " + found + " where " + needed + " is needed, at character " +
                    std::to_string(at_ + 1) + " of `" + std::string{text_} + "`",
                at_};
  }

  std::vector<Participant> side() {
    std::vector<Participant> all;
    do {
      Participant p;
      skip();
      bool counted = false;
      if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
        p.count = number();
        counted = true;
      }
      skip();
      if (counted && p.count == 0) continue;  // "0": nothing on this side
      if (counted) take("*");
      skip();
      p.at = at_;
      p.name = word();
      if (take("[")) {
        skip();
        p.name += "[" + word() + "]";
        if (!take("]")) fail("']'");
      }
      all.push_back(p);
    } while (take("+"));
    return all;
  }

  /// Digits, maybe with a point; no sign and no exponent, which a name could be.
  double number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '.'))
      ++at_;
    double value = 0;
    const char* const end = text_.data() + at_;
    if (std::from_chars(text_.data() + begin, end, value).ptr != end || value > 100) {
      at_ = begin;
      fail("a number of at most 100");
    }
    return value;
  }

  std::string word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    if (begin == at_) fail("the name of a species");
    return std::string{text_.substr(begin, at_ - begin)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Equation parse_equation(std::string_view text) { return Reader{text}.whole(); }

}  // namespace rxd
