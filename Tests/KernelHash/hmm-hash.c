// Prints one hash of what every kernel of regime models gives on fixed inputs, for each instruction
// set that this processor has: the same on every architecture.

#include <stdio.h>
#include <stdlib.h>

#include "CKernels.h"

// The inputs have to be the same too.
#pragma STDC FP_CONTRACT OFF

static uint64_t state;
static uint64_t hash;

/// 0 to 1.
static double draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 32) * 0x1p-32;
}

static double *block(ptrdiff_t count, double lowest, double highest) {
  double *p = malloc((size_t)count * sizeof *p);
  if (p == NULL) exit(1);
  for (ptrdiff_t n = 0; n < count; n++) p[n] = lowest + (highest - lowest) * draw();
  return p;
}

static void add(const void *p, size_t bytes) {
  const unsigned char *byte = p;
  for (size_t n = 0; n < bytes; n++) hash = (hash ^ byte[n]) * 1099511628211u;
}

static void add_numbers(const double *p, ptrdiff_t count) { add(p, (size_t)count * sizeof *p); }

/// Rows of probabilities.
static double *distributions(ptrdiff_t rows, ptrdiff_t states) {
  double *p = block(rows * states, 0.01, 1);
  for (ptrdiff_t r = 0; r < rows; r++) {
    double total = 0;
    for (ptrdiff_t k = 0; k < states; k++) total += p[r * states + k];
    for (ptrdiff_t k = 0; k < states; k++) p[r * states + k] /= total;
  }
  return p;
}

static void add_model(const HMMKernels *hmm, int32_t states, int32_t dimensions, _Bool coupled) {
  const int64_t steps = 37;
  const ptrdiff_t count = steps * HMM_LANES, stride = count + HMM_LANES;
  const ptrdiff_t seconds = coupled ? dimensions * (dimensions + 1) / 2 : dimensions;
  const ptrdiff_t sums = states * (1 + dimensions + seconds);
  double *means = block(states * dimensions, -1, 1), *whitening = block(states * seconds, 0.1, 1);
  double *peaks = block(states, -1, 0), *x = block(dimensions * stride, -3, 3);
  double *density = block(states * stride, 0, 1), *hot = block(states * stride, 0, 1);
  double *shift = block(stride, 0, 1), *alpha = block(states * stride, 0, 1);
  double *start = distributions(1, states), *transition = distributions(states, states);
  double *ends = block(states * HMM_LANES, 0.1, 1);
  double *product = block(states * states * HMM_LANES, 0, 1);
  double *moves = block(states * states, 0, 1), *starts = block(states, 0, 1);
  double *partial = block(sums * HMM_LANES, 0, 1), *total = block(sums, 0, 1);
  double *posterior = block(count * states, 0, 1), *best = block(states, 0, 1);
  int64_t exponents[HMM_MAX_STATES * HMM_LANES];
  uint32_t from[37 * HMM_LANES];

  HMMGaussians gaussians = {states, dimensions, coupled, means, whitening, peaks};
  hmm->densities(&gaussians, count, x, stride, density, stride);
  add_numbers(density, states * stride);
  hmm->winners(states, count, density, hot, stride);
  add_numbers(hot, states * stride);
  hmm->viterbi(states, transition, count - 3, density, stride, best, from);
  add_numbers(best, states);
  add(from, (size_t)(count - 3) * sizeof *from);
  hmm->relative(states, count, density, stride, shift);
  add_numbers(density, states * stride);
  add_numbers(shift, stride);
  double prior[HMM_MAX_STATES];
  for (int k = 0; k < states; k++) prior[k] = start[k];
  hmm->filter(states, transition, count - 3, density, stride, prior, posterior);
  add_numbers(posterior, count * states);

  const HMMEdge edges[] = {{0, 1, 0}, {5, 12, 0}, {36, 3, 192}};
  HMMChain chain = {states, 3, steps, stride, start, transition, edges};
  hmm->products(&chain, density, product, exponents);
  add_numbers(product, states * states * HMM_LANES);
  add(exponents, (size_t)(states * HMM_LANES) * sizeof *exponents);
  hmm->forward(&chain, density, ends, alpha);
  hmm->backward(&chain, density, ends, ends, alpha, moves, starts);
  add_numbers(alpha, states * stride);
  add_numbers(moves, states * states);
  add_numbers(starts, states);
  hmm->moments(&gaussians, count, x, alpha, stride, partial, total);
  add_numbers(total, sums);

  double *blocks[] = {means, whitening, peaks, x,     density, hot,     shift, alpha,     start,
                      transition, ends, product, moves, starts,  partial, total, posterior, best};
  for (size_t n = 0; n < sizeof blocks / sizeof *blocks; n++) free(blocks[n]);
}

int main(void) {
  for (CKernelsISA isa = CKERNELS_PORTABLE; isa <= CKERNELS_AVX512; isa++) {
    const CKernels *kernels = ckernels_of(isa);
    if (kernels == NULL) continue;
    state = 1;
    hash = 14695981039346656037u;
    for (int32_t states = 1; states <= HMM_MAX_STATES; states++) {
      for (int32_t dimensions = 1; dimensions <= HMM_MAX_DIMENSIONS; dimensions += 1 + dimensions / 4) {
        add_model(&kernels->hmm, states, dimensions, 0);
        add_model(&kernels->hmm, states, dimensions, 1);
      }
    }
    printf("%016llx\n", (unsigned long long)hash);
  }
  return 0;
}
