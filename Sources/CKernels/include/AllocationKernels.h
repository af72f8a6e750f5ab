// The kernels of covariances and of weights in float64.
//
// Products and sums are rounded apart, and each sum goes in order: plain loops give the same bits.

#ifndef REGIMEFOLIO_ALLOCATIONKERNELS_H
#define REGIMEFOLIO_ALLOCATIONKERNELS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// The sums over the bars that two symbols have in common: blocks of count x count in this order, row by
/// row; what is below the diagonal is not in use. u are the weights.
enum {
  /// Bars.
  PAIR_COMMON,
  /// sum u x_i x_j, sum u x_i^2, sum u x_j^2
  PAIR_PRODUCT,
  PAIR_SQUARE_OF_ROW,
  PAIR_SQUARE_OF_COLUMN,
  /// sum u^2 x_i x_j, sum u^2 x_i^2 x_j^2
  PAIR_PRODUCT_OF_SQUARED_WEIGHT,
  PAIR_FOURTH_OF_SQUARED_WEIGHT,
  PAIR_SUMS,
};

/// A row of returns for these sums: blocks of count in this order.
enum {
  /// 0 where a return is missing.
  PAIR_RETURN,
  /// 1, or 0 where it is missing.
  PAIR_PRESENT,
  /// What a sum keeps of itself and takes in of the row, 1 and 0 where the return is missing; then the
  /// same for squared weights.
  PAIR_KEEP,
  PAIR_ADD,
  PAIR_KEEP_SQUARED,
  PAIR_ADD_SQUARED,
  PAIR_PARTS,
};

/// The correlations of one symbol with those after it.
typedef struct {
  ptrdiff_t count;
  ptrdiff_t symbol;
  /// PAIR_SUMS blocks.
  const double *sums;
  /// A number for each later symbol here and below: the sum of the weights of the bars in common, and that
  /// of their squares.
  const double *total;
  const double *squared;
  /// Written: NaN where one of the two has not moved, and where total is not above 0.
  double *correlation;
  /// Written: sum p^2 (z_i z_j - correlation)^2.
  double *noise;
} PairCorrelations;

/// What one sweep over the equations y_i (C y)_i = b_i changes.
typedef struct {
  ptrdiff_t count;
  /// count x count, symmetric to the bit, diagonal 1.
  const double *correlation;
  /// count, above 0.
  const double *budgets;
  /// count each; y and C y, both kept up to date.
  double *solution;
  double *marginal;
  /// Written: the largest change of an unknown before the scaling, relative to it.
  double change;
  /// Written: the largest error of an equation after it, relative to its budget.
  double error;
} RiskBudgetSweep;

typedef struct {
  /// Of rows x count returns, row by row: how many there are of each column, and their sum.
  void (*returnSums)(ptrdiff_t rows, ptrdiff_t count, const double *x, double *counts, double *sums);
  /// The sum of (x - mean)^2 of each column.
  void (*returnSquares)(
      ptrdiff_t rows, ptrdiff_t count, const double *x, const double *means, double *squares);
  /// centred = x - mean, and 0 where a return is missing.
  void (*centreReturns)(
      ptrdiff_t rows, ptrdiff_t count, const double *x, const double *means, double *centred);
  /// Takes a row into the sums.
  void (*addPairRow)(ptrdiff_t count, const double *row, double *sums);
  void (*pairCorrelations)(const PairCorrelations *);
  /// y = M x, M symmetric to the bit: y_i is the sum over j of M_ij x_j in order.
  void (*symmetricProduct)(ptrdiff_t count, const double *matrix, const double *x, double *y);
  /// The same of the magnitudes: y_i is the sum over j of |M_ij x_j|.
  void (*symmetricMagnitudes)(ptrdiff_t count, const double *matrix, const double *x, double *y);
  /// Solves each equation for its own unknown in turn, then scales to y'Cy = 1; false where y'Cy is not
  /// above 0, and nothing is scaled then.
  _Bool (*riskBudgetSweep)(RiskBudgetSweep *);
  /// The place of the smallest number, the first of equal ones; -1 where none is below infinity.
  ptrdiff_t (*smallest)(ptrdiff_t count, const double *values);
  /// a = max(a, b), or min(a, b); of equals a.
  void (*larger)(ptrdiff_t count, double *a, const double *b);
  void (*smaller)(ptrdiff_t count, double *a, const double *b);
} AllocationKernelTable;

#pragma clang assume_nonnull end

#endif
