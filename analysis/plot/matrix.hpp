// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "plot/canvas.hpp"

namespace plot {

/// Neighbouring rows or columns under one name.
struct Group {
  std::string name;
  std::size_t count = 0;
  std::size_t colour = 0;  ///< of category()
};

/// A table of numbers as fields of colour, first row on top.
struct Matrix {
  std::vector<std::vector<double>> rows;
  std::vector<Group> row_groups, column_groups;
  std::string row_label, column_label;
  std::function<Colour(double)> colour;
};

/// Draws it into a box, the groups' names to the left and below; where there are few fields, with
/// their numbers.
void draw_matrix(Canvas& canvas, const Box& box, const Matrix& matrix);

}  // namespace plot
