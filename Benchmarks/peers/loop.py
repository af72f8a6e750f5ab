"""numpy and vectorbt on the inputs of Sources/benchmarks/StepLoop.swift."""
import numpy as np
import pandas as pd
import vectorbt
from numba import njit
from vectorbt.portfolio.enums import NoOrder, SizeType
from vectorbt.portfolio.nb import order_nb

from peer import checksum, load, work

symbols, bars, every = 50, 10_000, 24
commission, slippage, cash = 0.001, 0.0005, 1_000_000.0
stop, trail, notional = 0.05, 0.08, 10_000.0


def prices():
    return load("opens", bars, symbols), load("loop_closes", bars, symbols)


def numpy_weights():
    """A call a rebalance."""
    opens, closes = prices()
    weights = load("weights", (bars - 1) // every, symbols)

    def run():
        money = cash
        held = np.zeros(symbols)
        equity = np.empty(bars)
        equity[:every] = money
        for d, target in enumerate(weights):
            t = (d + 1) * every
            trade = target * equity[t - 1] / closes[t - 1] - held
            price = opens[t] * np.where(trade > 0, 1 + slippage, 1 - slippage)
            value = trade * price
            money -= value.sum() + commission * np.abs(value).sum()
            held = held + trade
            equity[t:t + every] = money + closes[t:t + every] @ held
        return equity

    return run, checksum


def vectorbt_weights():
    """`Portfolio.from_orders`: target shares of the value at the last closes, filled at the open."""
    opens, closes = prices()
    weights = load("weights", (bars - 1) // every, symbols)
    index = pd.date_range("2020-01-01", periods=bars, freq="h")
    frame = pd.DataFrame(closes, index)
    size = np.full((bars, symbols), np.nan)
    size[every:every * (len(weights) + 1):every] = weights
    marks = np.vstack([closes[:1], closes[:-1]])

    def run():
        portfolio = vectorbt.Portfolio.from_orders(
            frame, size=size, size_type="targetpercent", price=opens, val_price=marks,
            fees=commission, slippage=slippage, init_cash=cash, cash_sharing=True, group_by=True,
            call_seq="auto", freq="h")
        return portfolio.value().values

    run()  # compiles
    return run, checksum


@njit
def stop_order(context, opens, closes, entries, entry, best, waiting):
    """An order of STP-1: what was decided at the last close fills now, then this close decides."""
    t, i = context.i, context.col
    size = np.nan
    held = context.position_now
    if waiting[i] > 0.0:
        size = held = waiting[i]
        entry[i] = best[i] = opens[t, i] * (1 + slippage)
    elif waiting[i] < 0.0:
        size = -held
        held = 0.0
    waiting[i] = 0.0
    if t + 1 < len(closes):
        close = closes[t, i]
        if held > 0.0:
            best[i] = max(best[i], close)
            if close <= max(entry[i] * (1 - stop), best[i] * (1 - trail)):
                waiting[i] = -1.0
        elif entries[t, i]:
            waiting[i] = notional / close
    if np.isnan(size):
        return NoOrder
    return order_nb(
        size=size, price=opens[t, i], size_type=SizeType.Amount, fees=commission, slippage=slippage)


def vectorbt_stops():
    """`Portfolio.from_order_func`, the rule compiled by numba."""
    opens, closes = prices()
    entries = load("entries", bars, symbols) > 0
    frame = pd.DataFrame(closes, pd.date_range("2020-01-01", periods=bars, freq="h"))

    def run():
        memory = [np.zeros(symbols) for _ in range(3)]
        portfolio = vectorbt.Portfolio.from_order_func(
            frame, stop_order, opens, closes, entries, *memory, init_cash=cash,
            cash_sharing=True, group_by=True, freq="h")
        return portfolio.value().values

    run()
    return run, checksum


for name in ("step loop 50 x 10000, every 24", "weights replayed 50 x 10000, vectorised"):
    work(name, f"vectorbt {vectorbt.__version__}")(vectorbt_weights)
    work(name, f"numpy {np.__version__}, a call a rebalance")(numpy_weights)
for name in ("stops 50 x 10000, vectorised", "stops 50 x 10000, step loop"):
    work(name, f"vectorbt {vectorbt.__version__}")(vectorbt_stops)
