// SPDX-License-Identifier: MIT
#include "network/read_values.hpp"

#include <algorithm>
#include <string_view>

#include "expressions/error.hpp"
#include "tutti/error.hpp"
#include "tutti/unit.hpp"

namespace cell {

using namespace tutti::config;

namespace {

using Kind = rules::Distribution::Kind;

struct Family {
  const char* name;
  Kind kind;
  std::size_t parameters;
  const char* form;
};
constexpr Family families[] = {
    {"normal", Kind::normal, 2, "{normal: [mean, sd]}"},
    {"lognormal", Kind::lognormal, 2, "{lognormal: [mean, sd]}"},
    {"uniform", Kind::uniform, 2, "{uniform: [from, to]}"},
    {"exponential", Kind::exponential, 1, "{exponential: mean}"},
    {"gamma", Kind::gamma, 2, "{gamma: [shape, scale]}"},
};

std::string forms() {
  std::string all;
  for (const auto& f : families) all += (all.empty() ? "" : ", ") + std::string{f.form};
  return all;
}

void check_parameters(const rules::Distribution& d, const Entry& entry, Problems& problems) {
  const auto fail = [&](const char* why) { problems.error(entry.place, "{}: {}", entry.key, why); };
  if (d.kind == Kind::uniform && d.b < d.a) fail("the lower end comes first");
  if ((d.kind == Kind::normal || d.kind == Kind::lognormal) && d.b < 0)
    fail("a standard deviation is not negative");
  if ((d.kind == Kind::lognormal || d.kind == Kind::exponential) && d.a <= 0)
    fail("the mean must be above 0");
  if (d.kind == Kind::gamma && (d.a <= 0 || d.b <= 0)) fail("shape and scale must be above 0");
}

rules::Distribution distribution(const Node& node, const std::string& unit, Problems& problems) {
  rules::Distribution d;
  const Entry* said = nullptr;
  for (const auto& entry : node.entries) {
    if (entry.key == "min") {
      d.least = number(entry.value, unit, problems).value_or(d.least);
    } else if (entry.key == "max") {
      d.most = number(entry.value, unit, problems).value_or(d.most);
    } else if (const auto* f = std::ranges::find(families, entry.key, &Family::name);
               f != std::end(families) && said == nullptr &&
               std::max<std::size_t>(entry.value.items.size(), 1) == f->parameters) {
      const auto& first = entry.value.is_list() ? entry.value.items[0] : entry.value;
      d.kind = f->kind;
      d.a = number(first, d.kind == Kind::gamma ? "1" : unit, problems).value_or(1);
      if (f->parameters == 2) d.b = number(entry.value.items[1], unit, problems).value_or(1);
      said = &entry;
    } else {
      problems.error(entry.place,
                     "\"{}\" where a value in {} is needed, or one of {}, with min: and max: where "
                     "they are needed",
                     entry.key, unit, forms());
      return d;
    }
  }
  if (said == nullptr)
    problems.error(node.place, "a value in {}, or one of {} is needed", unit, forms());
  else
    check_parameters(d, *said, problems);
  if (d.least > d.most) problems.error(node.place, "min: {} is above max: {}", d.least, d.most);
  return d;
}

/// Where the parenthesis that opens a text is closed, or npos.
std::size_t closing(std::string_view text) {
  int depth = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    depth += text[k] == '(' ? 1 : text[k] == ')' ? -1 : 0;
    if (depth == 0) return k;
  }
  return std::string_view::npos;
}

std::optional<rules::Formula> compiled(std::string_view text, const Node& node,
                                       const rules::Words& words, rules::About about,
                                       Problems& problems) {
  try {
    return rules::Formula{text, words, about};
  } catch (const expressions::Error& e) {
    auto place = node.place;
    const std::string what = e.what();
    if (place.column > 0 && e.where())
      place.column += static_cast<int>(*e.where()) + (node.quoted ? 1 : 0);
    const bool norm = what.find("unknown name") != std::string::npos &&
                      what.find("norm") != std::string::npos && words.size[1] <= 0;
    problems.error(place, "{}{}", what,
                   norm ? "; names with \"norm\" need the size of `space:`" : "");
    return std::nullopt;
  }
}

}  // namespace

std::string list_of(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& n : names) all += (all.empty() ? "" : ", ") + n;
  return all;
}

std::size_t named(const Node& word, const std::string& what, const std::vector<std::string>& names,
                  Problems& problems) {
  const auto found = std::ranges::find(names, word.text);
  if (word.is_scalar() && found != names.end())
    return static_cast<std::size_t>(found - names.begin());
  const auto said = word.is_scalar() ? fmt::format("\"{}\"", word.text) : describe(word);
  problems.error(word.place, "no {} is called {}; there are {}{}", what, said,
                 names.empty() ? "none" : list_of(names), did_you_mean(word.text, names));
  return 0;
}

std::size_t named(const View& view, const char* key, const std::string& what,
                  const std::vector<std::string>& names) {
  return named(view.node(key), what, names, view.problems());
}

std::optional<double> number(const Node& node, const std::string& unit, Problems& problems) {
  try {
    if (!node.is_scalar())
      throw tutti::Error{tutti::Fault::config, "{} where a value in {} is needed", describe(node),
                         unit};
    // what has no dimension would pass as a number of radians
    if (unit == "degree" && node.text.find_first_not_of("0123456789.eE+-") == std::string::npos)
      throw tutti::Error{tutti::Fault::config, "{} needs its unit: {} degree", node.text,
                         node.text};
    return tutti::value_in(node.text, tutti::Unit::parse(unit));
  } catch (const tutti::Error& e) {
    problems.error(node.place, "{}", e.what());
    return std::nullopt;
  }
}

rules::Quantity quantity(const Node& node, const std::string& unit, const rules::Words& words,
                         rules::About about, Problems& problems) {
  rules::Quantity q;
  if (node.is_map()) {
    q.drawn = distribution(node, unit, problems);
    return q;
  }
  const std::string_view text = node.text;
  if (node.is_scalar() && !text.starts_with('(') && text.find('(') != std::string_view::npos) {
    problems.error(node.place,
                   "\"{}\" is no number with a unit; a formula stands in parentheses as a whole, "
                   "with the unit of its values behind it: (20 * (1 + x)) {}",
                   text, unit);
    return q;
  }
  if (!node.is_scalar() || !text.starts_with('(')) {
    q.drawn.a = number(node, unit, problems).value_or(0);
    return q;
  }
  const auto end = closing(text);
  auto rest = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  q.formula = compiled(text.substr(0, end == std::string_view::npos ? end : end + 1), node, words,
                       about, problems);
  if (rest.empty() && unit == "1") return q;
  auto one = node;
  one.text = "1 " + std::string{rest};
  if (rest.empty()) {
    problems.error(node.place, "the formula needs the unit of its values behind it: {} {}", text,
                   unit);
  } else if (const auto factor = number(one, unit, problems); factor && q.formula) {
    q.formula->scale(*factor);
  }
  return q;
}

std::optional<rules::Formula> formula(const Node& node, const rules::Words& words,
                                      rules::About about, Problems& problems) {
  if (node.is_scalar()) return compiled(node.text, node, words, about, problems);
  problems.error(node.place, "{} where a formula is needed", describe(node));
  return std::nullopt;
}

}  // namespace cell
