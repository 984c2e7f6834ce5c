// SPDX-License-Identifier: MIT
#pragma once
#include <CLI/CLI.hpp>
#include <filesystem>

#include "tutti/config/run_file.hpp"

namespace tutti::cli {

/// What several verbs ask for in the same words: run files, and values laid over them.
inline CLI::Option* add_input(CLI::App& verb, config::RunInput& input) {
  input.cwd = std::filesystem::current_path();
  auto* files =
      verb.add_option("FILE", input.files, "run files, later ones win; a folder means its run.yaml")
          ->required();
  verb.add_option("--set", input.sets,
                  "a value laid over the files, as often as needed: modules.cortex.ranks=4")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  return files;
}

}  // namespace tutti::cli
