// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "morphology/morphology.hpp"

namespace cell {

/// Reads a reconstruction in SWC, in the dialects that NeuroMorpho.org and the Allen Institute
/// publish: comments, blank lines, CRLF, any white space or commas, points in any order, more
/// columns than seven.
///
/// Rules where the format leaves a choice:
/// - One soma point of radius r is a cylinder of length and diameter 2r; the three-point soma of
///   NeuroMorpho is the cylinder through its points; a chain of soma points is cable as it stands,
///   unless it closes on itself: then it is an outline, and the soma a cylinder as long as it is
///   wide, of the area of the sphere with that outline; soma points that branch become a cylinder
///   as long as it is wide of the same membrane area.
/// - Dendrites join the soma's middle and begin at their first own point; a run with one point only
///   begins at the soma's.
/// - A file without soma points takes its root for a one-point soma. A soma inside the tree becomes
///   its root. Types other than 1..4, and soma points away from the soma, take the type of what
///   they hang on (3 on the soma).
/// - Of several trees the first that begins with a soma point is the cell; the others, pieces whose
///   link to it was not drawn, hang on the soma's middle. Without soma points the first one is.
/// - A section ends where the cable branches or changes type; its child begins with a copy of its
///   last point. A run without length is dropped and its children hang on its parent.
///
/// Throws tutti::Error{config} naming file and line: what is no number, a radius that is not above
/// 0, an id twice, a parent that is not there, a loop, no points at all.
Morphology read_swc(const std::filesystem::path& path);

/// The same from text; `name` stands for the file in messages.
Morphology parse_swc(std::string_view text, const std::string& name);

}  // namespace cell
