#ifndef FMA_PEAK_H
#define FMA_PEAK_H

// The most float32 operations a second that one core does: independent fused multiply-adds of the
// widest vectors that the processor has, all in registers. The best of many slices of about 0.1 ms
// within the given time, since other work on the machine can only make a slice longer.
//
// A multiply-add counts as two operations.
double fma_peak(double seconds);

// What was measured: "AVX-512", "AVX2", "NEON" or "scalar".
const char *fma_peak_vectors(void);

#endif
