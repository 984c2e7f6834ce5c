// SPDX-License-Identifier: MIT
#include "engine/kernel_impl.hpp"

namespace cell::engine {

const Kernel avx512_kernel{"avx512",
                           KernelOf<Avx512>::begin,
                           KernelOf<Avx512>::step,
                           KernelOf<Avx512>::gates,
                           KernelOf<Avx512>::currents,
                           KernelOf<Avx512>::exponential};

}  // namespace cell::engine
