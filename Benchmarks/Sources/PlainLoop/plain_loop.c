#include "plain_loop.h"

#include <math.h>
#include <stdlib.h>

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

void plain_stops(size_t symbols, size_t bars, const double *opens, const double *closes,
                 const unsigned char *entries, double cash, double commission, double slippage,
                 double stop, double trailing, double notional, double *equity) {
  double *state = calloc(5 * symbols, sizeof(double));
  double *held = state, *entry = state + symbols, *best = state + 2 * symbols;
  double *buying = state + 3 * symbols, *selling = state + 4 * symbols;
  for (size_t t = 0; t < bars; t++) {
    const double *open = opens + t * symbols, *close = closes + t * symbols;
    for (size_t i = 0; i < symbols; i++) {
      if (buying[i] != 0) {
        double price = open[i] * (1 + slippage);
        cash -= buying[i] * price * (1 + commission);
        held[i] = buying[i];
        entry[i] = best[i] = price;
        buying[i] = 0;
      } else if (selling[i] != 0) {
        cash += held[i] * open[i] * (1 - slippage) * (1 - commission);
        held[i] = 0;
        selling[i] = 0;
      }
    }
    double value = cash;
    for (size_t i = 0; i < symbols; i++) {
      if (held[i] != 0) {
        value += held[i] * close[i];
        if (close[i] > best[i]) best[i] = close[i];
        if (close[i] <= fmax(entry[i] * (1 - stop), best[i] * (1 - trailing))) selling[i] = 1;
      } else if (entries[t * symbols + i]) {
        buying[i] = notional / close[i];
      }
    }
    equity[t] = value;
  }
  free(state);
}
