// Prints one hash of what every kernel gives on fixed inputs, for each instruction set that this
// processor has. .ci/kernels-on-arm compares the hashes of two architectures.

#include <stdio.h>
#include <stdlib.h>

#include "CKernels.h"

// The inputs have to be the same too.
#pragma STDC FP_CONTRACT OFF

static uint64_t state;

static float draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)((int32_t)(state >> 32)) * 0x1p-30f;
}

static float *block(size_t count) {
  float *p = malloc(count * sizeof *p);
  if (p == NULL) exit(1);
  for (size_t n = 0; n < count; n++) p[n] = draw();
  return p;
}

static uint64_t hash;

static void add(const float *p, size_t count) {
  const unsigned char *bytes = (const unsigned char *)p;
  for (size_t n = 0; n < count * sizeof *p; n++) hash = (hash ^ bytes[n]) * 1099511628211u;
}

/// One step of every kernel of a layer.
static void add_layer(const CKernels *kernels, ptrdiff_t units, ptrdiff_t inputs, ptrdiff_t batch) {
  const LSTMKernelTable *lstm = &kernels->lstm;
  const ptrdiff_t columns = (batch + 15) / 16 * 16, count = units * columns;
  const ptrdiff_t width = (units + inputs + 1 + 15) / 16 * 16, padded = (units + 15) / 16 * 16;
  const ptrdiff_t panels = (units + 3) / 4;
  float *start = block(4 * padded), *weights = block(4 * padded * (inputs + units));
  float *x = block(inputs * columns), *h = block(count), *c = block(count), *hidden = block(count);
  float *gates = block(4 * count), *tanh = block(count), *dc = block(count);
  float *dz = block(4 * count), *rows = block(columns * width), *sums = block(4 * units * width);
  float *back = block(16 * panels * units), *dh = block(4 * panels * columns);
  float *y = block(4 * padded), *mean = block(4 * units * width), *square = block(4 * units * width);
  for (ptrdiff_t n = 0; n < 4 * units * width; n++) square[n] *= square[n];
  LSTMForwardStep forward = {
      .units = units, .columns = columns, .start = start, .weights = weights, .inputs = inputs,
      .x = x, .h = h, .previousCell = c, .cell = c, .hidden = hidden, .gates = gates,
      .cellTanh = tanh};
  lstm->forward(&forward);
  LSTMBackwardStep backward = {
      .units = units, .columns = columns, .gates = gates, .previousCell = c, .cellTanh = tanh,
      .above = h, .after = hidden, .cellGradient = dc, .dz = dz};
  lstm->backward(&backward);
  LSTMProduct product = {
      .panels = panels, .columns = columns, .weights = back, .aDepth = 4 * units, .a = dz, .y = dh};
  lstm->product(&product);
  LSTMWeightGradient gradient = {
      .panels = units, .width = width, .steps = 1, .rows = batch, .columns = columns, .dz = dz,
      .x = rows, .sums = sums,
      .biases = start};
  lstm->weightGradient(&gradient);
  LSTMVectorProduct vector = {
      .outputs = 4 * padded, .start = start, .depth = inputs, .weights = weights,
      .stride = LSTM_VECTOR_PANEL * inputs, .x = x, .y = y};
  lstm->vectorProduct(&vector);
  add(y, 4 * padded);
  float *cell = block(padded), *after = block(padded), *panel = block(4 * padded * (inputs + units));
  LSTMVectorStep step = {
      .blocks = padded / LSTM_VECTOR_UNITS, .inputs = inputs, .units = units, .start = y,
      .weights = panel, .x = x, .h = h, .cell = cell, .hidden = after, .fromLast = 1,
      .head = panel, .headStart = 0.5f, .others = inputs, .other = x};
  float output = lstm->vectorStep(&step);
  add(&output, 1);
  add(cell, padded);
  add(after, padded);
  LSTMDropout dropout = {
      .rows = units, .columns = columns < 64 ? columns : 64, .key = {1, 2}, .counter = 77,
      .threshold = 5000000, .scale = 1.5f, .x = hidden, .y = hidden};
  lstm->dropout(&dropout);
  LSTMAdam adam = {
      .count = 4 * units * width - 3, .gradient = sums, .parameters = rows, .mean = mean,
      .square = square, .decay = 1e-4f, .keep = 0.999f, .fresh1 = 0.1f, .keep2 = 0.999f,
      .fresh2 = 1e-3f, .step = 1e-2f, .root = 1.5f, .epsilon = 1e-8f};
  adam.parameters = block(4 * units * width);
  lstm->adam(&adam);
  float norm = (float)lstm->sumOfSquares(adam.count, sums);
  lstm->scale(adam.count, 0.37f, sums);
  lstm->rectify(count, h);
  lstm->rectifyBackward(count, h, tanh);
  add(&norm, 1);
  add(adam.parameters, adam.count);
  float *all[] = {h, c, hidden, tanh, dc};
  for (size_t n = 0; n < sizeof all / sizeof *all; n++) add(all[n], count);
  add(gates, 4 * count);
  add(dz, 4 * count);
  add(dh, 4 * panels * columns);
  add(sums, 4 * units * width);
  add(start, 4 * padded);
  float *blocks[] = {start, weights, x, h, c, hidden, gates, tanh, dc, dz, rows, sums, back, dh, y,
                     mean, square, adam.parameters, cell, after, panel};
  for (size_t n = 0; n < sizeof blocks / sizeof *blocks; n++) free(blocks[n]);
}

/// Every kernel of columns.
static void add_columns(const ColumnKernelTable *columns, ptrdiff_t count) {
  double *all[6];
  for (int c = 0; c < 6; c++) {
    all[c] = malloc((size_t)count * sizeof *all[c]);
    if (all[c] == NULL) exit(1);
    for (ptrdiff_t n = 0; n < count; n++) all[c][n] = draw();
  }
  // Low, high, close, volume; then what is written.
  for (ptrdiff_t n = 0; n < count; n++) {
    all[1][n] = all[0][n] + (n % 7 == 3 ? 0 : all[1][n] * all[1][n]);
    all[3][n] *= 1e9 * all[3][n];
  }
  CompensatedSum total = {0, 0};
  MoneyFlowSum flows = {count, all[1], all[0], all[2], all[3], &total, all[4]};
  columns->moneyFlowSum(&flows);
  add((float *)all[4], 2 * (size_t)count);
  BalanceSum balances = {count, all[2], all[0], all[3], &total, all[4]};
  columns->balanceSum(&balances);
  columns->trueRange(count, all[1], all[0], all[2], all[5]);
  add((float *)all[4], 2 * (size_t)count);
  add((float *)all[5], 2 * (size_t)count);
  add((float *)&total, 4);
  enum { period = 5 };
  double scratch[8 * (period + 1)];
  RollingDeviation deviation = {period, count / period - 1, all[2], all[4], scratch};
  // Not which blocks are done: that depends on the width of the vectors.
  columns->rollingDeviation(&deviation);
  const ptrdiff_t done = count / period > 4 ? (count / period - 1) / 4 * 4 : 0;
  add((float *)all[4], 2 * (size_t)((done + 1) * period));
  for (int least = 0; least < 2 && count > 2 * period; least++) {
    double *places = malloc(2 * (RECENCY_ROWS + 2 * period + 1) * sizeof *places);
    if (places == NULL) exit(1);
    Recency ages = {count, 2 * period + 1, all[2], least, all[5], places};
    columns->recency(&ages);
    add((float *)(all[5] + 2 * period), 2 * (size_t)(count - 2 * period));
    free(places);
  }
  for (int c = 0; c < 6; c++) free(all[c]);
}

static void add_doubles(const double *p, size_t count) { add((const float *)p, 2 * count); }

/// Sums of pairs and their correlations, products of a symmetric matrix, a sweep of risk budgeting.
static void add_allocation(const AllocationKernelTable *kernels, ptrdiff_t n) {
  const size_t count = (size_t)n, square = count * count;
  double *row = malloc(PAIR_PARTS * count * sizeof *row);
  double *sums = calloc(PAIR_SUMS * square, sizeof *sums);
  double *x = malloc(6 * count * sizeof *x), *matrix = malloc(square * sizeof *matrix);
  if (row == NULL || sums == NULL || x == NULL || matrix == NULL) exit(1);
  for (int t = 0; t < 5; t++) {
    for (ptrdiff_t i = 0; i < n; i++) {
      const _Bool missing = (i + t) % 5 == 0;
      const double parts[PAIR_PARTS] = {
          missing ? 0 : draw(), missing ? 0 : 1, missing ? 1 : 0.9, missing ? 0 : 0.1,
          missing ? 1 : 0.81,   missing ? 0 : 0.01};
      for (int part = 0; part < PAIR_PARTS; part++) row[part * n + i] = parts[part];
    }
    kernels->addPairRow(n, row, sums);
  }
  add_doubles(sums, PAIR_SUMS * square);
  double *y = x + n, *z = y + n, *budgets = z + n, *total = budgets + n, *squared = total + n;
  for (ptrdiff_t i = 0; i < n; i++) {
    x[i] = 1 + draw() * draw();
    budgets[i] = 1 / (double)n;
    total[i] = 0.5;
    squared[i] = 0.01;
    for (ptrdiff_t j = 0; j <= i; j++) {
      const double value = i == j ? 1 : draw() * 0.1;
      matrix[i * n + j] = matrix[j * n + i] = value;
    }
  }
  for (ptrdiff_t i = 0; i + 1 < n; i++) {
    PairCorrelations pairs = {n, i, sums, total, squared, y, z};
    kernels->pairCorrelations(&pairs);
    for (ptrdiff_t j = 0; j + 1 + i < n; j++) {
      if (y[j] == y[j]) add_doubles(y + j, 1), add_doubles(z + j, 1);
    }
  }
  kernels->returnSums(n, n, matrix, y, z);
  add_doubles(y, 2 * count);
  kernels->returnSquares(n, n, matrix, x, y);
  add_doubles(y, count);
  kernels->symmetricMagnitudes(n, matrix, x, y);
  add_doubles(y, count);
  kernels->symmetricProduct(n, matrix, x, y);
  add_doubles(y, count);
  RiskBudgetSweep sweep = {n, matrix, budgets, x, y, 0, 0};
  kernels->riskBudgetSweep(&sweep);
  add_doubles(x, count);
  add_doubles(y, count);
  add_doubles(&sweep.change, 1);
  add_doubles(&sweep.error, 1);
  x[0] = (double)kernels->smallest((ptrdiff_t)square, matrix);
  kernels->larger(n, y, budgets);
  kernels->smaller(n, z, budgets);
  add_doubles(x, 1);
  add_doubles(y, count);
  kernels->centreReturns(n, n, matrix, x, sums);
  add_doubles(sums, square);
  free(row);
  free(sums);
  free(x);
  free(matrix);
}

int main(void) {
  for (CKernelsISA isa = CKERNELS_PORTABLE; isa <= CKERNELS_AVX512; isa++) {
    const CKernels *kernels = ckernels_of(isa);
    if (kernels == NULL) continue;
    state = 1;
    hash = 14695981039346656037u;
    float x[4001], y[4001];
    for (int n = 0; n < 4001; n++) x[n] = (float)(n - 2000) * 0.057f;
    kernels->exp(4001, x, y);
    add(y, 4001);
    kernels->tanh(4001, x, y);
    add(y, 4001);
    kernels->sigmoid(4001, x, y);
    add(y, 4001);
    double wide[401];
    for (int n = 0; n < 401; n++) wide[n] = (n - 200) * 0.113;
    kernels->tanhDoubles(401, wide, wide);
    for (int n = 0; n < 401; n++) x[n] = (float)((wide[n] - (float)wide[n]) * 0x1p24);
    add(x, 401);
    double sums[64];
    kernels->gramTile(20, wide, wide + 170, sums);
    for (int n = 0; n < 64; n++) x[n] = (float)((sums[n] - (float)sums[n]) * 0x1p24);
    add(x, 64);
    const ptrdiff_t shapes[][3] = {{1, 1, 1}, {16, 19, 16}, {13, 5, 40}, {64, 12, 64}, {33, 7, 257}};
    for (size_t n = 0; n < sizeof shapes / sizeof *shapes; n++) {
      add_layer(kernels, shapes[n][0], shapes[n][1], shapes[n][2]);
    }
    add_columns(&kernels->columns, 1003);
    add_columns(&kernels->columns, 29);
    add_allocation(&kernels->allocation, 29);
    add_allocation(&kernels->allocation, 67);
    printf("%016llx\n", (unsigned long long)hash);
  }
  return 0;
}
