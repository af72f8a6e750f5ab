#include "plain_loop.h"

#include <math.h>

void plain_rebalance(size_t symbols, size_t bars, size_t every, const double *opens,
                     const double *closes, const double *weights, double cash, double commission,
                     double slippage, double *quantities, double *equity) {
  for (size_t i = 0; i < symbols; i++) quantities[i] = 0;
  for (size_t t = 0; t < bars; t++) {
    if (t > 0 && t % every == 0) {
      const double *target = weights + (t / every - 1) * symbols;
      const double *open = opens + t * symbols;
      const double *decided = closes + (t - 1) * symbols;
      for (size_t i = 0; i < symbols; i++) {
        double wanted = target[i] * equity[t - 1] / decided[i];
        double trade = wanted - quantities[i];
        double price = trade > 0 ? open[i] * (1 + slippage) : open[i] * (1 - slippage);
        cash -= trade * price + fabs(trade * price) * commission;
        quantities[i] += trade;
      }
    }
    double value = cash;
    for (size_t i = 0; i < symbols; i++) value += quantities[i] * closes[t * symbols + i];
    equity[t] = value;
  }
}
