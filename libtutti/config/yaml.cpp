// SPDX-License-Identifier: MIT
#include "tutti/config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <fstream>
#include <map>
#include <sstream>

#include "cut_formulas.hpp"

namespace tutti::config {
namespace {

constexpr std::size_t most_levels = 100;
constexpr std::size_t most_nodes = 1'000'000;
constexpr std::uintmax_t most_bytes = 256U << 20U;

std::size_t count(const Node& node) {
  std::size_t n = 1;
  for (const auto& item : node.items) n += count(item);
  for (const auto& entry : node.entries) n += count(entry.value);
  return n;
}

/// Builds the tree from the parser's events, so that duplicate keys are seen and an alias can
/// neither contain itself nor multiply without bound.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const Location& source, Problems& problems) : source_{source}, problems_{&problems} {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.place = at(mark);
    finish(std::move(node), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = scalar(value, at(mark));
    refuse_tag(tag, node.place);
    node.quoted = tag == "!" || tag.ends_with(":str");
    finish(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw LocatedError{at(mark), "an alias cannot contain itself"};
    const Node& copy = found->second;
    grow(count(copy), at(mark));
    finish(copy, YAML::NullAnchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override {
    mend_cut_formulas(open_.back().node, *problems_);
    close();
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override {
    apply_merges(open_.back());
    mend_cut_formulas(open_.back().node, *problems_);
    close();
  }

 private:
  /// A list or map whose end has not come yet.
  struct Level {
    Node node;
    YAML::anchor_t anchor;
    bool has_key = false;
    Node key;
    std::vector<Node> merges;  // the values of its "<<" keys
  };

  Location at(const YAML::Mark& mark) const {
    Location place = source_;
    place.line = mark.line + 1;
    place.column = mark.column + 1;
    return place;
  }

  static void refuse_tag(const std::string& tag, const Location& place) {
    if (!tag.empty() && tag != "!" && tag != "?" && !tag.starts_with("tag:yaml.org,2002:"))
      throw LocatedError{place, fmt::format("the tag {} means nothing here; remove it", tag)};
  }

  void grow(std::size_t more, const Location& place) {
    nodes_ += more;
    if (nodes_ > most_nodes)
      throw LocatedError{place,
                         fmt::format("more than {} values; keep data of that size in a file of its "
                                     "own format",
                                     most_nodes)};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    Level level;
    level.node.kind = kind;
    level.node.place = at(mark);
    level.anchor = anchor;
    refuse_tag(tag, level.node.place);
    if (open_.size() >= most_levels)
      throw LocatedError{level.node.place, fmt::format("more than {} levels deep", most_levels)};
    open_.push_back(std::move(level));
  }

  void close() {
    Level level = std::move(open_.back());
    open_.pop_back();
    finish(std::move(level.node), level.anchor);
  }

  void finish(Node node, YAML::anchor_t anchor) {
    grow(1, node.place);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = open_.back();
    if (level.node.is_list()) {
      level.node.items.push_back(std::move(node));
    } else if (!level.has_key) {
      if (!node.is_scalar())
        throw LocatedError{node.place,
                           fmt::format("a key must be text, this is {}", describe(node))};
      level.key = std::move(node);
      level.has_key = true;
    } else {
      level.has_key = false;
      add_entry(level, std::move(node));
    }
  }

  void add_entry(Level& level, Node value) {
    if (level.key.text == "<<" && !level.key.quoted) {
      level.merges.push_back(std::move(value));
      return;
    }
    for (const auto& entry : level.node.entries) {
      if (entry.key != level.key.text || ends_a_cut_formula(entry.key)) continue;
      problems_->error(level.key.place, "the key \"{}\" is there twice, first on line {}",
                       entry.key, entry.place.line);
      return;
    }
    level.node.entries.push_back({level.key.text, level.key.place, std::move(value)});
  }

  /// YAML's merge key: what the map itself says wins, then earlier sources over later ones.
  void apply_merges(Level& level) {
    for (const Node& merged : level.merges) {
      const std::vector<Node> single{merged};
      for (const Node& source : merged.is_list() ? merged.items : single) {
        if (!source.is_map())
          throw LocatedError{source.place, fmt::format("<< takes a map or a list of maps, not {}",
                                                       describe(source))};
        for (const auto& entry : source.entries)
          if (level.node.find(entry.key) == nullptr) level.node.entries.push_back(entry);
      }
    }
  }

  Location source_;
  Problems* problems_;
  Node root_;
  std::vector<Level> open_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t nodes_ = 0;
};

/// A remedy for what people trip over most.
std::string explain(const std::string& message, std::string_view text, int line) {
  std::istringstream lines{std::string{text}};
  std::string found;
  for (int i = 0; i <= line && std::getline(lines, found); ++i) {
  }
  const auto first = found.find_first_not_of(' ');
  if (first != std::string::npos && found[first] == '\t')
    return message + " (YAML does not allow tabs in front; use spaces)";
  return message;
}

}  // namespace

Node parse_yaml(std::string_view text, const Location& place, Problems& problems) {
  Location source = place;
  std::istringstream stream{std::string{text}};
  try {
    YAML::Parser parser{stream};
    Builder builder{source, problems};
    const bool found = parser.HandleNextDocument(builder);
    Node root = builder.take();
    if (!found) root.place = source;
    Problems ignored;
    Builder second{source, ignored};
    if (found && parser.HandleNextDocument(second))
      throw LocatedError{second.take().place,
                         "a second document begins here; one file holds one document"};
    return root;
  } catch (const YAML::Exception& e) {
    if (!e.mark.is_null()) source.line = e.mark.line + 1, source.column = e.mark.column + 1;
    throw LocatedError{source, "no valid YAML: " + explain(e.msg, text, e.mark.line)};
  }
}

Node parse_yaml(std::string_view text, const Location& place) {
  Problems problems;
  Node node = parse_yaml(text, place, problems);
  if (!problems.empty()) throw LocatedError{problems.all()[0].place, problems.all()[0].text};
  return node;
}

Node parse_yaml(std::string_view text, const std::string& file) {
  return parse_yaml(text, Location{file, 0, 0, std::filesystem::current_path().string()});
}

std::string read_whole(const std::filesystem::path& path) {
  std::error_code fault;
  const Location place{path.string(), 0, 0, {}};
  if (std::filesystem::is_directory(path, fault))
    throw LocatedError{place, "is a folder where a file is needed"};
  std::ifstream file{path, std::ios::binary};
  if (!file)
    throw LocatedError{place, std::filesystem::exists(path, fault)
                                  ? "cannot be read; check its permissions"
                                  : "does not exist"};
  std::string text;
  std::string block(1U << 16U, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
    text.append(block, 0, static_cast<std::size_t>(file.gcount()));
    if (text.size() > most_bytes)
      throw LocatedError{place,
                         "is larger than 256 MB; keep data of that size in a file of its own "
                         "format"};
  }
  return text;
}

Location place_of_file(const std::filesystem::path& path) {
  const auto folder = std::filesystem::absolute(path).lexically_normal().parent_path();
  return {path.string(), 0, 0, folder.string()};
}

Node read_yaml(const std::filesystem::path& path, Problems& problems) {
  return parse_yaml(read_whole(path), place_of_file(path), problems);
}

Node read_yaml(const std::filesystem::path& path) {
  return parse_yaml(read_whole(path), place_of_file(path));
}

}  // namespace tutti::config
