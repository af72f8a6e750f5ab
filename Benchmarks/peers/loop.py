"""numpy replaying the weights of Sources/benchmarks/StepLoop.swift, a call a rebalance."""
import numpy as np

from peer import checksum, load, work


@work("step loop 50 x 10000, every 24", f"numpy {np.__version__}, a call a rebalance")
def _():
    symbols, bars, every = 50, 10_000, 24
    commission, slippage = 0.001, 0.0005
    opens, closes = load("opens", bars, symbols), load("loop_closes", bars, symbols)
    weights = load("weights", (bars - 1) // every, symbols)

    def run():
        cash = 1_000_000.0
        held = np.zeros(symbols)
        equity = np.empty(bars)
        equity[:every] = cash
        for d, target in enumerate(weights):
            t = (d + 1) * every
            trade = target * equity[t - 1] / closes[t - 1] - held
            price = opens[t] * np.where(trade > 0, 1 + slippage, 1 - slippage)
            notional = trade * price
            cash -= notional.sum() + commission * np.abs(notional).sum()
            held = held + trade
            equity[t:t + every] = cash + closes[t:t + every] @ held
        return equity

    return run, checksum
