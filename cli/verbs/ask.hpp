// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "study/question.hpp"

namespace CLI {
class App;
}

namespace tutti::cli {

/// What `tutti measure` and `tutti plot` are asked, as it was written on the command line.
struct Ask {
  std::filesystem::path path;  ///< A run folder or a file.
  std::string of, from, to;    ///< Populations, signals, elements.
  std::string start, stop;     ///< Times with units: "100 ms".
  std::string bin, window;     ///< The same.
  std::string band;            ///< "beta", "13-30"
  std::string at;              ///< A time.
  std::int64_t order = 0;      ///< 0: none
  double cycles = 7;           ///< of wavelets
  double conductivity = 0.3;   ///< [S/m]
  std::uint64_t seed = 1;
  std::filesystem::path output;  ///< Where the answer goes; empty: a place by name.
};

/// Adds the options that both verbs have.
void add_question(CLI::App& verb, Ask& ask);

/// The question with its times and bands read. Throws Error{usage, config} for what is no time or
/// band.
study::Question question_of(const Ask& ask, const study::Recording& recording);

/// "granger-E-I": the name of an answer's file, without extension.
std::string file_name(const Ask& ask, const std::string& what);

}  // namespace tutti::cli
