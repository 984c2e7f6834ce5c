// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "cables.hpp"
#include "solver/model.hpp"

namespace test {

/// Set B of the reference: Neymotin et al. 2015, uniform IP3 receptors.
/// IP3 is high within 2 um of `middle` [um].
inline rxd::Model calcium_wave(double middle) {
  using Geometry = rxd::Region::Geometry;
  rxd::Model m;
  m.regions = {{"cyt", Geometry::volume, 0.83, {}},
               {"er", Geometry::volume, 0.17, {}},
               {"mem", Geometry::scalable_border, 1, {}}};
  m.parameters = {{"rest", "4.3436305123460646e-05"}};
  m.species = {{.name = "ca",
                .regions = {"cyt", "er"},
                .diffusion = 0.08,
                .initial_by_region = {"rest", "(0.0017 - rest*0.83)/0.17"}},
               {.name = "ip3",
                .regions = {"cyt"},
                .diffusion = 1.415,
                .initial = "if(abs(x - " + std::to_string(middle) + ") <= 2, 1.25, 0.1)",
                .scale = 0.1},
               {.name = "h", .regions = {"mem"}, .initial = "0.9022555879295966", .scale = 1}};
  m.reactions = {
      {.name = "serca",
       .equation = "ca[cyt] > ca[er]",
       .forward = "1.9565/((0.1/(1000*ca[cyt]))^2 + 1)",
       .custom = true,
       .membrane = "mem"},
      {.name = "leak",
       .equation = "ca[er] <> ca[cyt]",
       .forward = "18.06",
       .backward = "18.06",
       .membrane = "mem"},
      {.name = "ip3r",
       .equation = "ca[er] > ca[cyt]",
       .forward =
           "120400*(ip3/(ip3 + 0.13)*1000*ca[cyt]/(1000*ca[cyt] + 0.4)*h)^3*(ca[er] - ca[cyt])",
       .custom = true,
       .membrane = "mem"}};
  m.rates = {{.of = "h", .expression = "(1/(1 + 1000*ca[cyt]/0.4) - h)/400"}};
  return m;
}

}  // namespace test
