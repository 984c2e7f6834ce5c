// SPDX-License-Identifier: MIT
#include "engine/kernel_impl.hpp"

namespace cell::engine {

const Kernel baseline_kernel{"baseline",
                             KernelOf<Baseline>::begin,
                             KernelOf<Baseline>::step,
                             KernelOf<Baseline>::gates,
                             KernelOf<Baseline>::currents,
                             KernelOf<Baseline>::exponential};

}  // namespace cell::engine
