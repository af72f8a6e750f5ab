// The compression function of SHA-256 by the processor's own instructions, where it has them.

#include <stdatomic.h>

#include "CKernels.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

static _Bool has_instructions(void) {
  // Asking is slow under a hypervisor: 0 not asked yet, 1 no, 2 yes.
  static _Atomic(int) answer;
  int known = atomic_load_explicit(&answer, memory_order_relaxed);
  if (known == 0) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    const _Bool has = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) &&
                      __builtin_cpu_supports("sse4.1");
    known = has ? 2 : 1;
    atomic_store_explicit(&answer, known, memory_order_relaxed);
  }
  return known == 2;
}

// The instructions keep the working variables as (a, b, e, f) and (c, d, g, h), and take two rounds each.
__attribute__((target("sha,sse4.1"))) static void compress(
    uint32_t *state, const uint8_t *bytes, ptrdiff_t blocks, const uint32_t *k) {
  const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  __m128i abef = _mm_alignr_epi8(cdab, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, cdab, 0xf0);
  for (; blocks > 0; blocks--, bytes += 64) {
    const __m128i abefBefore = abef, cdghBefore = cdgh;
    __m128i w[4];
    for (int i = 0; i < 16; i++) {
      __m128i *now = &w[i & 3];
      if (i < 4) {
        const __m128i *message = (const __m128i *)(bytes + 16 * i);
        *now = _mm_shuffle_epi8(_mm_loadu_si128(message), bigEndian);
      } else {
        const __m128i last = w[(i + 3) & 3];
        const __m128i seven = _mm_alignr_epi8(last, w[(i + 2) & 3], 4);
        *now = _mm_sha256msg2_epu32(
            _mm_add_epi32(_mm_sha256msg1_epu32(*now, w[(i + 1) & 3]), seven), last);
      }
      const __m128i sum =
          _mm_add_epi32(*now, _mm_loadu_si128((const __m128i *)(k + 4 * i)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    }
    abef = _mm_add_epi32(abef, abefBefore);
    cdgh = _mm_add_epi32(cdgh, cdghBefore);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

_Bool ckernels_sha256(
    uint32_t *state, const uint8_t *bytes, ptrdiff_t blocks, const uint32_t *constants) {
  if (ckernels_isa() == CKERNELS_PORTABLE || !has_instructions()) return 0;
  compress(state, bytes, blocks, constants);
  return 1;
}

#else

_Bool ckernels_sha256(
    uint32_t *state, const uint8_t *bytes, ptrdiff_t blocks, const uint32_t *constants) {
  return 0;
}

#endif
