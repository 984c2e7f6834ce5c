// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "test.hpp"

/// What neuron_numbers.py wrote.
struct NeuronNumber {
  std::string what;
  double a, b, c, d, value;
};

inline std::vector<NeuronNumber> neuron_numbers(const std::string& what) {
  const auto path = test::source() / "tests/unit/cell/neuron_numbers.csv";
  std::ifstream file{path};
  if (!file) throw std::runtime_error{"cannot read " + path.string()};
  std::vector<NeuronNumber> found;
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(what + ",")) continue;
    std::istringstream row{line};
    std::string word;
    std::getline(row, word, ',');
    double numbers[5] = {};
    for (double& n : numbers) std::getline(row, word, ','), n = std::stod(word);
    found.push_back({what, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]});
  }
  return found;
}
