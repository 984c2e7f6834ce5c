// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tutti/config/describe.hpp"
#include "tutti/config/match.hpp"
#include "tutti/config/problems.hpp"
#include "tutti/config/run_file.hpp"

namespace tutti::cli {

/// A run as far as it can be known without starting it.
struct Prepared {
  config::RunSpec run;  ///< With the recorder, where something is recorded.
  std::map<std::string, config::Description> descriptions;  ///< By module.
  config::PortsByModule ports;
  config::Matching matching;
  config::Problems problems;
};

/// Reads the run, asks each module to describe itself, and matches their ports. All that is wrong
/// is in `problems`; a module that could not be asked causes no further complaints.
/// `recorder_step`: of a run that is resumed, if it recorded anything.
Prepared prepare(const config::RunInput& input, Duration recorder_step = {});

/// The folder of this installation's programs: tutti, tutti-broker, tutti-cell …
std::filesystem::path program_folder();
/// What lies beside the library: the Python package and templates.
std::filesystem::path support_folder();
/// The folder that holds our Python package.
std::filesystem::path python_folder();
/// Where CMake finds the package Tutti.
std::filesystem::path cmake_folder();

/// The modules that ship: names NAME of programs tutti-NAME that are modules.
std::vector<std::string> shipped_modules();

/// The program of a module with `use:`. Throws Error{config} with the names that there are.
std::filesystem::path program_of(const config::ModuleSpec& module);

/// Runs `program --describe [model]` with a deadline. Throws Error{config} if it fails.
config::Description describe(const std::filesystem::path& program, const config::Node* model,
                             Duration step);

}  // namespace tutti::cli
