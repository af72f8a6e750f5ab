// The kernels of an LSTM in float32.
//
// Layout. An activation matrix is units x columns: a column is one sequence of the batch, a row one
// unit at one step, so that lanes are sequences. The number of columns is a multiple of 16; what stands
// in columns beyond the batch reaches no other column. Weights that multiply such a matrix are packed in
// panels of four outputs: panel x depth x 4. The four outputs of an LSTM panel are the gates i f g o of
// one unit.
//
// Order. Every output is one chain of fused multiply-adds: its start, then k ascending. One bar of one
// sequence (LSTMVectorStep, where lanes are units) is the same chain, so it has the same bits.

#ifndef REGIMEFOLIO_LSTMKERNELS_H
#define REGIMEFOLIO_LSTMKERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// y = start + W [a; b].
typedef struct {
  /// Outputs / 4.
  ptrdiff_t panels;
  ptrdiff_t columns;
  /// 4 panels: where each chain starts; null: at zero.
  const float *_Nullable start;
  /// panels x (aDepth + bDepth) x 4.
  const float *weights;
  ptrdiff_t aDepth;
  /// aDepth x columns.
  const float *a;
  ptrdiff_t bDepth;
  /// bDepth x columns.
  const float *_Nullable b;
  /// 4 panels x columns, written.
  float *y;
} LSTMProduct;

/// One step of a layer: z = start + W [x; h], i f o = sigmoid z, g = tanh z, c = f c' + i g,
/// h = o tanh c.
typedef struct {
  ptrdiff_t units;
  ptrdiff_t columns;
  /// 4 units: where each chain starts; null where sums are given.
  const float *_Nullable start;
  /// 4 units rows, sumsStride apart: start + Wx x, so that x is not read.
  const float *_Nullable sums;
  ptrdiff_t sumsStride;
  /// units x (inputs + units) x 4.
  const float *weights;
  ptrdiff_t inputs;
  /// inputs x columns.
  const float *_Nullable x;
  /// units x columns: the hidden state of the step before; null: zero.
  const float *_Nullable h;
  /// units x columns; may be cell.
  const float *previousCell;
  /// units x columns, written.
  float *cell;
  /// units x columns, written; not h.
  float *hidden;
  /// 4 units x columns, written where a backward pass will need them.
  float *_Nullable gates;
  /// units x columns, the same: tanh c.
  float *_Nullable cellTanh;
} LSTMForwardStep;

/// From dL/dh and dL/dc of a step to the gradients of its gate sums. With dh = above + after and
/// dc = cellGradient + dh o (1 - tanh2 c): dz_i = dc g i(1-i), dz_f = dc c' f(1-f),
/// dz_g = dc i (1-g2), dz_o = dh tanh c o(1-o); dc f is what the step before receives.
typedef struct {
  ptrdiff_t units;
  ptrdiff_t columns;
  /// 4 units x columns.
  const float *gates;
  /// units x columns each: c', tanh c.
  const float *previousCell;
  const float *cellTanh;
  /// units x columns: dL/dh from above this step, and from the step after; null is none.
  const float *_Nullable above;
  const float *_Nullable after;
  /// units x columns: dL/dc from the step after on entry, for the step before on return.
  float *cellGradient;
  /// 4 units x columns, written.
  float *dz;
} LSTMBackwardStep;

/// sums[m][n] += dz[s][m][r] x[s][r][n], over steps s and, within them, rows r, both ascending.
typedef struct {
  /// Outputs / 4.
  ptrdiff_t panels;
  /// A multiple of 16.
  ptrdiff_t width;
  ptrdiff_t steps;
  /// Sequences of the batch; at most columns.
  ptrdiff_t rows;
  ptrdiff_t columns;
  /// steps x 4 panels x columns.
  const float *dz;
  /// steps x columns x width.
  const float *x;
  /// 4 panels x width, added to.
  float *sums;
  /// 4 panels, added to, the bits of a column of x that is 1; null: none.
  float *_Nullable biases;
} LSTMWeightGradient;

/// Units of a block of weights for one sequence.
#define LSTM_VECTOR_UNITS 16

/// Outputs of a panel of weights for one sequence: the gates i f g o of a block's units. The last panel
/// of a product may be narrower.
#define LSTM_VECTOR_PANEL (4 * LSTM_VECTOR_UNITS)

/// y = start + W x for one sequence: lanes are outputs.
typedef struct {
  /// A multiple of 16.
  ptrdiff_t outputs;
  /// outputs: where each chain starts; may be y.
  const float *start;
  ptrdiff_t depth;
  /// Panels of LSTM_VECTOR_PANEL outputs, each depth x its outputs.
  const float *weights;
  /// From one panel to the next.
  ptrdiff_t stride;
  const float *x;
  /// outputs, written.
  float *y;
} LSTMVectorProduct;

/// One step of a layer for one sequence, as LSTMForwardStep has it: lanes are units.
///
/// A block of units is a panel of weights, read from one end to the other, and its cell: while that
/// waits for itself, the products of the next block go on.
typedef struct {
  /// Of LSTM_VECTOR_UNITS units each.
  ptrdiff_t blocks;
  ptrdiff_t inputs;
  /// Those of h that count.
  ptrdiff_t units;
  /// blocks panels: where each chain starts.
  const float *start;
  /// blocks x (inputs + units) x a panel.
  const float *weights;
  /// inputs; null where start is start + Wx x.
  const float *_Nullable x;
  /// units: the hidden state of the step before.
  const float *h;
  /// blocks x LSTM_VECTOR_UNITS, the new one on return.
  float *cell;
  /// As many, written; not h.
  float *hidden;
  /// Whether the last block goes first. Where the weights do not fit into the first-level cache, the block
  /// that was read last is still there.
  _Bool fromLast;
  /// units + others: a linear layer of one output on [the new hidden state; other]; null: none.
  const float *_Nullable head;
  float headStart;
  ptrdiff_t others;
  const float *_Nullable other;
} LSTMVectorStep;

/// y = x / (1 - rate) where an output is kept, else 0. Whether it is kept is a hash of the key and of
/// counter + 64 row + column.
typedef struct {
  ptrdiff_t rows;
  /// A multiple of 16, at most 64.
  ptrdiff_t columns;
  uint32_t key[2];
  uint32_t counter;
  /// Dropped are draws of 24 bits below this.
  uint32_t threshold;
  float scale;
  const float *x;
  /// May be x.
  float *y;
} LSTMDropout;

/// One step of Adam (Kingma & Ba 2015) with both kinds of weight decay.
///
/// g = gradient + decay p, m += fresh1 (g - m), v = keep2 v + fresh2 g2,
/// p = keep p - step m / (sqrt(v) root + epsilon).
typedef struct {
  ptrdiff_t count;
  const float *gradient;
  float *parameters;
  float *mean;
  float *square;
  float decay;
  float keep;
  float fresh1;
  float keep2;
  float fresh2;
  float step;
  float root;
  float epsilon;
} LSTMAdam;

typedef struct {
  void (*product)(const LSTMProduct *);
  void (*forward)(const LSTMForwardStep *);
  void (*backward)(const LSTMBackwardStep *);
  void (*weightGradient)(const LSTMWeightGradient *);
  void (*vectorProduct)(const LSTMVectorProduct *);
  /// Returns the output of the head; 0 with none.
  float (*vectorStep)(const LSTMVectorStep *);
  /// One output: start + the sum of weights[k] x[k].
  float (*vectorOutput)(ptrdiff_t depth, float start, const float *weights, const float *x);
  void (*dropout)(const LSTMDropout *);
  /// x below 0 becomes 0; a NaN stays. count is a multiple of 16.
  void (*rectify)(ptrdiff_t count, float *x);
  /// gradient becomes 0 where output is not above 0. count is a multiple of 16.
  void (*rectifyBackward)(ptrdiff_t count, const float *output, float *gradient);
  /// y[c][r] = x[offsets[r] + c]; y's rows are stride apart.
  void (*transpose)(
      ptrdiff_t rows, ptrdiff_t columns, const float *x, const ptrdiff_t *offsets, float *y,
      ptrdiff_t stride);
  /// y[r] = (x[r], 1), or x[r] without `one`: rows of columns values, xStride and yStride apart.
  void (*inputRows)(
      ptrdiff_t rows, ptrdiff_t columns, const float *x, ptrdiff_t xStride, _Bool one, float *y,
      ptrdiff_t yStride);
  /// Sum of squares in float64: value n is added to sum n mod 16, the sums as a tree of halves.
  double (*sumOfSquares)(ptrdiff_t count, const float *x);
  void (*scale)(ptrdiff_t count, float factor, float *x);
  void (*adam)(const LSTMAdam *);
} LSTMKernelTable;

#pragma clang assume_nonnull end

#endif
