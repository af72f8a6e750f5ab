// The kernels of whole columns of bars in float64.

#ifndef REGIMEFOLIO_COLUMNKERNELS_H
#define REGIMEFOLIO_COLUMNKERNELS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A sum and, in a second number, what its additions have lost.
typedef struct {
  double sum;
  double compensation;
} CompensatedSum;

/// line = the running sum of ((close - low) - (high - close)) / (high - low) volume, of 0 where
/// high = low.
typedef struct {
  ptrdiff_t count;
  /// count each.
  const double *high;
  const double *low;
  const double *close;
  const double *volume;
  /// Before the first row on entry, after the last on return.
  CompensatedSum *total;
  /// count, written: sum + compensation after each row.
  double *line;
} MoneyFlowSum;

/// line = the running sum of volume where the close rises and of -volume where it falls.
typedef struct {
  ptrdiff_t count;
  /// count each.
  const double *close;
  const double *previousClose;
  const double *volume;
  /// Before the first row on entry, after the last on return.
  CompensatedSum *total;
  /// count, written: sum + compensation after each row.
  double *line;
} BalanceSum;

/// Standard deviations of the last `period` rows, over their number.
///
/// A column is cut into blocks of that many rows. A window is the end of one block and the beginning of
/// the next, and its sums of d and of d2 are those of the end, taken backwards, added to those of the
/// beginning; d is a row less the first one of the later block. deviation is the root of
/// max(0, (squares - sum (sum / period)) / period).
typedef struct {
  ptrdiff_t period;
  /// Blocks after the first one, which has none before it.
  ptrdiff_t blocks;
  /// (blocks + 1) period.
  const double *x;
  /// As many, written from the second block on.
  double *deviation;
  /// 8 (period + 1).
  double *scratch;
} RollingDeviation;

/// Rows of recency in one go.
#define RECENCY_ROWS 512

/// recency = 100 (window - 1 - age) / (window - 1): age is how many rows ago the greatest of the last `window`
/// rows stands, the newest of equals. NaN is never the greatest.
typedef struct {
  ptrdiff_t count;
  /// At least 2.
  ptrdiff_t window;
  /// count.
  const double *x;
  /// Whether the least is looked for instead.
  _Bool least;
  /// count, written from row window - 1 on.
  double *recency;
  /// 2 (RECENCY_ROWS + window).
  double *scratch;
} Recency;

typedef struct {
  /// range = max(high - low, |previousClose - high|, |previousClose - low|), count each.
  void (*trueRange)(
      ptrdiff_t count, const double *high, const double *low, const double *previousClose,
      double *range);
  /// These return whether a volume is below 0, infinite or NaN, and perhaps where one is -0.
  _Bool (*moneyFlowSum)(const MoneyFlowSum *);
  _Bool (*balanceSum)(const BalanceSum *);
  /// Returns how many blocks it has written: so many are done at once that a few may be left over.
  ptrdiff_t (*rollingDeviation)(const RollingDeviation *);
  void (*recency)(const Recency *);
} ColumnKernelTable;

#pragma clang assume_nonnull end

#endif
