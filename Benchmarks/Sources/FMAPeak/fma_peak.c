#include "fma_peak.h"

#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile float sink;

// A body for each vector width: CHAINS independent chains hide the latency of a multiply-add (4
// cycles, two a cycle, so 8 at least) and stay within the registers.
#define DEFINE_BODY(NAME, TARGET, LANES, CHAINS)                                    \
  TARGET static void NAME(long rounds) {                                           \
    typedef float vector __attribute__((vector_size(LANES * 4)));                   \
    vector chain[CHAINS];                                                           \
    for (int i = 0; i < CHAINS; i++) chain[i] = (vector){} + (1.0f + (float)i);     \
    vector factor = (vector){} + 0.999f, term = (vector){} + 0.001f;                \
    for (long n = 0; n < rounds; n++) {                                             \
      _Pragma("clang fp contract(fast)")                                            \
      _Pragma("clang loop unroll(full)")                                            \
      for (int i = 0; i < CHAINS; i++) chain[i] = chain[i] * factor + term;         \
    }                                                                               \
    float sum = 0;                                                                  \
    for (int i = 0; i < CHAINS; i++)                                                \
      for (int j = 0; j < LANES; j++) sum += chain[i][j];                           \
    sink = sum;                                                                     \
  }

#if defined(__x86_64__)
DEFINE_BODY(chains512, __attribute__((target("avx512f")))
            __attribute__((min_vector_width(512))), 16, 16)
DEFINE_BODY(chains256, __attribute__((target("avx2,fma"))), 8, 12)
DEFINE_BODY(chains128, , 4, 12)
#elif defined(__aarch64__)
DEFINE_BODY(chains128, , 4, 24)
#else
DEFINE_BODY(chains128, , 4, 8)
#endif

typedef struct {
  void (*body)(long);
  int lanes, chains;
  const char *name;
} kind;

static kind widest(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return (kind){chains512, 16, 16, "AVX-512"};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return (kind){chains256, 8, 12, "AVX2"};
  return (kind){chains128, 4, 12, "SSE2 without fma"};
#elif defined(__aarch64__)
  return (kind){chains128, 4, 24, "NEON"};
#else
  return (kind){chains128, 4, 8, "scalar"};
#endif
}

double fma_peak(double seconds) {
  const kind k = widest();
  const long rounds = 25000;
  double best = 1e9;
  const double start = now();
  do {
    const double began = now();
    k.body(rounds);
    const double took = now() - began;
    if (took < best) best = took;
  } while (now() - start < seconds);
  return 2.0 * (double)rounds * k.lanes * k.chains / best;
}

const char *fma_peak_vectors(void) { return widest().name; }
