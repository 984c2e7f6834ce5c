// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "network/survey.hpp"

namespace cell {

/// A network as text: populations, matrix of connections, degrees, weights and delays by rule.
std::string inspect(const Atlas& atlas, const Survey& survey);

/// The same as a picture (SVG): where cells are, the matrix, and how degrees and delays are spread.
std::string picture(const Atlas& atlas, const Survey& survey);

/// `tutti-cell --inspect MODEL [-o FILE.svg] [--json FILE.json] [--connections FOLDER]
/// [--sonata FOLDER] [--seed N] [--step STEP]`, or a morphology: `tutti-cell --inspect FILE.swc
/// [-o FILE.svg]`. Returns an exit code.
int inspect_main(int argc, char** argv);

}  // namespace cell
