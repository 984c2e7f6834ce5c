// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>

#include "tutti/config/run_file.hpp"

/// The verbs that start nothing. Each returns its exit code.
namespace tutti::cli {

/// `tutti check`: everything that can be known without running, for people or as JSON.
int check_verb(const config::RunInput& input, bool json);
/// `tutti graph`: the picture as DOT, or as SVG where Graphviz is there; to standard output without
/// a file.
int graph_verb(const config::RunInput& input, const std::filesystem::path& file);
/// `tutti diff`: where two runs part, by the hashes of their ports and by what they recorded. 0:
/// they are the same, 1: they are not.
int diff_verb(const std::filesystem::path& folder_a, const std::filesystem::path& folder_b,
              bool json);
/// `tutti trace`: what a traced run's processes did when, as Chrome's trace events, and a summary.
int trace_verb(const std::filesystem::path& folder, const std::filesystem::path& file);
/// `tutti list`: the modules that ship, with the keys of their models.
int list_verb();
/// `tutti schema [MODULE]`: JSON Schema or Markdown of the run file or of a module's model.
int schema_verb(const std::string& module, bool markdown);
/// What a module makes of a model file: its program with `--inspect MODEL` and whatever follows.
int inspect_verb(const std::string& module, const std::string& model,
                 const std::vector<std::string>& more);
/// `tutti doctor`: what this machine has and lacks.
int doctor_verb();

}  // namespace tutti::cli
