// The kernels for AVX-512.

#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(                                              \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), \
    apply_to = function)
#define VECTOR_BYTES 64
#include "AllKernels.inc"
#pragma clang attribute pop

const CKernels ckernels_avx512 = KERNEL_TABLE;
#endif
