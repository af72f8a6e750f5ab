#ifndef PLAIN_LOOP_H
#define PLAIN_LOOP_H

#include <stddef.h>

// Replays target weights over N symbols and T bars with nothing but arrays: the least work that a
// rebalancing backtest can do. Decisions fall on the closes of bars every-1, 2*every-1, ...; row d
// of `weights` (N numbers) belongs to the d-th of them. Orders fill at the next open, worse by
// `slippage`, plus `commission` of the notional. Sales and buys in the order of symbols; cash is
// not checked, so the weights have to leave some.
//
// opens, closes: T x N, row-major. equity: T numbers, written; equity[t] stands at close t.
// quantities: N numbers, written; the positions at the end.
void plain_rebalance(size_t symbols, size_t bars, size_t every, const double *opens,
                     const double *closes, const double *weights, double cash, double commission,
                     double slippage, double *quantities, double *equity);

// Opens a position of `notional` at the open after a close with an entry flag, where nothing is held,
// and closes it at the open after a close at or below the higher of entry * (1 - stop) and
// best close * (1 - trailing), the fill price to begin with. Costs as above; cash is not checked.
//
// opens, closes, entries (0 or 1): T x N, row-major. equity: T numbers, written.
void plain_stops(size_t symbols, size_t bars, const double *opens, const double *closes,
                 const unsigned char *entries, double cash, double commission, double slippage,
                 double stop, double trailing, double notional, double *equity);

#endif
