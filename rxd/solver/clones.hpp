// SPDX-License-Identifier: MIT
#pragma once

/// Before a function: compiled several times, for the widest instructions that the processor may
/// have. Clones are made by g++ and clang on x86; elsewhere the attribute has no meaning and is
/// left out.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)
#define RXD_CLONES [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define RXD_CLONES
#endif
