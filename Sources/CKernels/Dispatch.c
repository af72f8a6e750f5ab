// Which instruction set serves.

#include <stdatomic.h>

#include "CKernels.h"

extern const CKernels ckernels_portable;
#if defined(__x86_64__)
extern const CKernels ckernels_avx2;
extern const CKernels ckernels_avx512;
#endif

const CKernels *ckernels_of(CKernelsISA isa) {
  switch (isa) {
  case CKERNELS_PORTABLE:
    return &ckernels_portable;
#if defined(__x86_64__)
  case CKERNELS_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &ckernels_avx2 : NULL;
  case CKERNELS_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
               ? &ckernels_avx512
               : NULL;
#endif
  default:
    return NULL;
  }
}

CKernelsISA ckernels_widest(void) {
  if (ckernels_of(CKERNELS_AVX512)) return CKERNELS_AVX512;
  if (ckernels_of(CKERNELS_AVX2)) return CKERNELS_AVX2;
  return CKERNELS_PORTABLE;
}

// All sets give the same bits, so a late change of the choice changes no result.
static _Atomic(const CKernels *) chosen;

static const CKernels *choose(void) {
  const CKernels *now = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (now == NULL) {
    now = ckernels_of(ckernels_widest());
    atomic_store_explicit(&chosen, now, memory_order_relaxed);
  }
  return now;
}

const CKernels *ckernels(void) { return choose(); }

CKernelsISA ckernels_isa(void) {
  const CKernels *now = choose();
  for (CKernelsISA isa = CKERNELS_AVX512; isa > CKERNELS_PORTABLE; isa--) {
    if (ckernels_of(isa) == now) return isa;
  }
  return CKERNELS_PORTABLE;
}

_Bool ckernels_use(CKernelsISA isa) {
  const CKernels *wanted = ckernels_of(isa);
  if (wanted == NULL) return 0;
  atomic_store_explicit(&chosen, wanted, memory_order_relaxed);
  return 1;
}
