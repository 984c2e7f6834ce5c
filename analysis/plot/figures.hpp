// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plot/canvas.hpp"
#include "study/question.hpp"

namespace plot {

/// One kind of picture by name.
struct Kind {
  const char* name;
  const char* doc;  ///< What it shows and takes, in one line.
  Figure (*draw)(const study::Question&);
  /// Whether a recording has what it needs, so that a report shows it.
  bool (*fits)(const study::Recording&);
};

/// All there are, in the order of a report.
std::span<const Kind> kinds();

/// The picture of that name; a measure's name draws its table as lines. Throws tutti::Error{usage}
/// for an unknown name (with the nearest) and where the recording lacks something.
Figure draw(const std::string& name, study::Question question);

Figure raster(const study::Question& q);
Figure rates(const study::Question& q);
Figure irregularity(const study::Question& q);
Figure traces(const study::Question& q);
Figure depth(const study::Question& q);
Figure spectra(const study::Question& q);
Figure multitaper_spectra(const study::Question& q);
Figure spectrogram(const study::Question& q);
Figure correlations(const study::Question& q);
Figure causality(const study::Question& q);
Figure shape(const study::Question& q);
Figure shape_in_space(const study::Question& q);
Figure map_in_space(const study::Question& q);
/// Whether some signal is of voxels, or of segments on a line.
bool has_map(const study::Recording& recording);

/// The answer to a question as lines over its first column. Throws tutti::Error{usage} where it is
/// a few numbers.
Figure lines_of(const study::Table& table, const study::Question& q);

/// The connections of a SONATA edges file, or of all in a circuit's folder: who is connected to
/// whom, how many each has, and weights and delays where the file says them. Throws sonata::Error
/// for a file that is none.
std::vector<Figure> connectivity(const std::filesystem::path& path);
/// Whether a file, or a file in a folder or one below, holds SONATA edges.
bool holds_edges(const std::filesystem::path& path);

/// A reconstruction in an SWC file, coloured by the types of its parts.
Figure reconstruction(const std::filesystem::path& file);

}  // namespace plot
