// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cell::circuit {

/// An element of an XML document. Text between elements is left out: NeuroML says all in
/// attributes.
struct XmlElement {
  std::string name;  ///< Without its namespace prefix.
  int line = 0;
  std::map<std::string, std::string> attributes;
  std::vector<XmlElement> children;

  /// The attribute's value, "" where there is none.
  std::string value(const std::string& attribute) const;
  /// Calls f for this element and everything below of that name.
  template <typename F>
  void each(std::string_view wanted, F&& f) const {
    if (name == wanted) f(*this);
    for (const auto& child : children) child.each(wanted, f);
  }
};

/// Reads elements, attributes, comments, CDATA and the five named entities; no other entities.
/// Throws Error{config} with file and line.
XmlElement parse_xml(std::string_view text, const std::string& file);
XmlElement read_xml(const std::filesystem::path& path);

}  // namespace cell::circuit
