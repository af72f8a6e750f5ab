// The hot loops of a Gaussian hidden Markov model, in float64.
//
// A plane is one number for each position; planes of one array are `stride` numbers apart, and a count
// of positions is a multiple of HMM_LANES. In the filter and in Viterbi's recursion positions are
// times. In a fit they are 8 * step + lane: time is cut into HMM_LANES parts of `steps` bars each and
// part `lane` holds the times lane * steps and on, so that all parts advance together.

#ifndef REGIMEFOLIO_HMM_KERNELS_H
#define REGIMEFOLIO_HMM_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
  HMM_LANES = 8,
  HMM_MAX_STATES = 8,
  HMM_MAX_DIMENSIONS = 32,
};

/// The Gaussians of a model's states.
typedef struct {
  int32_t states;
  int32_t dimensions;
  /// Whether the variables of a state are correlated.
  _Bool coupled;
  /// states x dimensions.
  const double *means;
  /// What a distance to the mean is multiplied by, so that half its squared length is the exponent:
  /// states x dimensions, or states lower triangles row by row where coupled.
  const double *whitening;
  /// states: the log density at the mean.
  const double *peaks;
} HMMGaussians;

/// A step at which some lanes do not go on from the bar before.
typedef struct {
  int64_t step;
  /// Bit `lane`: a sequence starts here.
  uint8_t starts;
  /// Bit `lane`: there is no bar, the observations having come to their end.
  uint8_t absent;
} HMMEdge;

/// The chain of a fit over bars cut into lanes.
typedef struct {
  int32_t states;
  int32_t edgeCount;
  int64_t steps;
  ptrdiff_t stride;
  /// states: probabilities at a sequence's first bar.
  const double *start;
  /// states x states, p(column | row).
  const double *transition;
  /// Ascending by step; the first one is step 0 with lane 0 starting.
  const HMMEdge *edges;
} HMMChain;

typedef struct {
  /// Writes log p(x | state), states planes; what overflows or is undefined counts as the lowest
  /// finite number.
  void (*densities)(
      const HMMGaussians *gaussians, ptrdiff_t count, const double *x, ptrdiff_t xStride,
      double *density, ptrdiff_t stride);

  /// Turns log densities into densities relative to the largest of their position, whose logarithm
  /// goes to `shift`. Below e^-708 they are 0.
  void (*relative)(
      ptrdiff_t states, ptrdiff_t count, double *density, ptrdiff_t stride, double *shift);

  /// Writes 1 where a log density is the first largest of its position and 0 elsewhere (0 everywhere
  /// if all are -infinity); returns whether that changes `hot`.
  _Bool (*winners)(
      ptrdiff_t states, ptrdiff_t count, const double *density, double *hot, ptrdiff_t stride);

  /// Goes through `count` bars in time (any count). `prior` is p(state | bars before) up to a factor
  /// and becomes that of the bar after; `posterior` is count x states. Stops before a bar whose
  /// densities say that it all but cannot be, and returns how many were done.
  ptrdiff_t (*filter)(
      ptrdiff_t states, const double *transition, ptrdiff_t count, const double *density,
      ptrdiff_t stride, double *prior, double *posterior);

  /// Viterbi's recursion through `count` bars in time (any count). `best` is the log probability of
  /// the likeliest path to each state; bits 4 j to 4 j + 3 of `from` are where the one to j came from.
  void (*viterbi)(
      ptrdiff_t states, const double *logTransition, ptrdiff_t count, const double *density,
      ptrdiff_t stride, double *best, uint32_t *from);

  /// Writes the product of each lane's steps: element [i][j][lane] of `product`, times 2 to the power
  /// [i][lane] of `exponents`, is the density of the lane's bars with j at the end, given i before it.
  /// Returns false where precision may have been lost to underflow.
  _Bool (*products)(
      const HMMChain *chain, const double *density, double *product, int64_t *exponents);

  /// Writes `alpha`, p(state | bars up to now) up to a factor. `before`: states x HMM_LANES, the
  /// probabilities before each lane's first bar.
  void (*forward)(const HMMChain *chain, const double *density, const double *before, double *alpha);

  /// Turns `alpha` into p(state | all bars). `after`: states x HMM_LANES, the density of all later
  /// bars given the state at each lane's last bar, up to a factor. Writes the expected moves from i to
  /// j, divided by their transition probability, and the expected starts in each state. Returns false
  /// where precision may have been lost to underflow.
  _Bool (*backward)(
      const HMMChain *chain, const double *density, const double *before, const double *after,
      double *alpha, double *moves, double *starts);

  /// Writes, for each state, sums over the bars weighted by `gamma`: 1; then each distance to the
  /// mean; then the squares of those, or their products (lower triangle row by row) where coupled.
  /// `partial` is room for HMM_LANES times as many numbers.
  void (*moments)(
      const HMMGaussians *gaussians, ptrdiff_t count, const double *x, const double *gamma,
      ptrdiff_t stride, double *partial, double *sums);
} HMMKernels;

#pragma clang assume_nonnull end

#endif
