// The hot loops, compiled once for each instruction set and chosen at run time.
//
// Every set gives the same bits: an output is one chain of fused multiply-adds in a fixed order, lanes
// are independent outputs, and a sum across lanes has a fixed number of lanes and a fixed tree.

#ifndef REGIMEFOLIO_CKERNELS_H
#define REGIMEFOLIO_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "AllocationKernels.h"
#include "ColumnKernels.h"
#include "HMMKernels.h"
#include "LSTMKernels.h"

#pragma clang assume_nonnull begin

typedef enum : int32_t {
  /// What every processor of the architecture has: SSE2 (fma in software), NEON.
  CKERNELS_PORTABLE = 0,
  CKERNELS_AVX2 = 1,
  CKERNELS_AVX512 = 2,
} CKernelsISA;

/// The kernels of one instruction set.
typedef struct {
  /// Writes exp, tanh or the logistic function of count values; y may be x.
  void (*exp)(ptrdiff_t count, const float *x, float *y);
  void (*tanh)(ptrdiff_t count, const float *x, float *y);
  void (*sigmoid)(ptrdiff_t count, const float *x, float *y);
  void (*tanhDoubles)(ptrdiff_t count, const double *x, double *y);
  /// Writes eight columns side by side, all rows of them, then the next eight; columns beyond the last
  /// are 0.
  void (*gramPack)(ptrdiff_t rows, ptrdiff_t columns, const double *x, double *panels);
  /// Writes the products of eight columns with eight, row by row of the left ones: sums[8 i + j] is the
  /// sum over t of left[8 t + i] right[8 t + j].
  void (*gramTile)(ptrdiff_t rows, const double *left, const double *right, double *sums);
  HMMKernels hmm;
  LSTMKernelTable lstm;
  ColumnKernelTable columns;
  AllocationKernelTable allocation;
} CKernels;

/// The kernels of an instruction set; null where this processor does not have it.
const CKernels *_Nullable ckernels_of(CKernelsISA isa);

/// The widest instruction set that this processor has.
CKernelsISA ckernels_widest(void);

/// The set in use: the widest one, or what ckernels_use chose.
CKernelsISA ckernels_isa(void);

/// Uses an instruction set from now on; false, and nothing changes, where the processor lacks it.
_Bool ckernels_use(CKernelsISA isa);

/// The kernels of the set in use.
const CKernels *ckernels(void);

/// Mixes blocks of 64 bytes into the eight words of a SHA-256's state; false, and nothing is done, where
/// the processor has no instructions for it or the portable set is in use.
_Bool ckernels_sha256(
    uint32_t *state, const uint8_t *bytes, ptrdiff_t blocks, const uint32_t *constants);

#pragma clang assume_nonnull end

#endif
