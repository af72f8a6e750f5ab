// The kernels for any processor. On x86-64 each fma is a call that is exact and slow.

#include "CKernels.h"

#define VECTOR_BYTES 16
#include "AllKernels.inc"

const CKernels ckernels_portable = KERNEL_TABLE;
