// The kernels for AVX2 and FMA.

#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VECTOR_BYTES 32
#include "AllKernels.inc"
#pragma clang attribute pop

const CKernels ckernels_avx2 = KERNEL_TABLE;
#endif
