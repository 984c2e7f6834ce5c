// SPDX-License-Identifier: MIT
#include "engine/kernel_impl.hpp"

namespace cell::engine {

const Kernel avx2_kernel{"avx2",
                         KernelOf<Avx2>::begin,
                         KernelOf<Avx2>::step,
                         KernelOf<Avx2>::gates,
                         KernelOf<Avx2>::currents,
                         KernelOf<Avx2>::exponential};

}  // namespace cell::engine
