"""Runs the two workloads of README.md in a plain loop and compares them with the curves beside it.

Nothing but the standard library, one symbol and one bar at a time, in the words of the README.

Usage: python3 replay_curves.py [folder]
"""

import csv
import sys
from pathlib import Path

SLIPPAGE, FEE, CAPITAL = 0.0005, 0.001, 1_000_000.0
STOP, TRAILING, NOTIONAL = 0.05, 0.08, 10_000.0


class Account:
    def __init__(self, symbols):
        self.cash, self.held, self.fills = CAPITAL, dict.fromkeys(symbols, 0.0), 0

    def trade(self, symbol, quantity, price):
        """At an open: dearer when it buys, cheaper when it sells. Returns the price paid."""
        if quantity == 0:
            return None
        price *= 1 + SLIPPAGE if quantity > 0 else 1 - SLIPPAGE
        self.cash -= quantity * price + FEE * abs(quantity) * price
        self.held[symbol] += quantity
        self.fills += 1
        return price

    def equity(self, close):
        return self.cash + sum(self.held[symbol] * close[symbol] for symbol in self.held)


def rebalance(bars, weights):
    """RWF: quantities of target weights, fixed at the close, traded at the next open, sales first."""
    account, wanted, curve = Account(bars[0]), {}, []
    for index, bar in enumerate(bars):
        orders = [(symbol, target - account.held[symbol]) for symbol, target in wanted.items()]
        for symbol, quantity in sorted(orders, key=lambda order: order[1] > 0):
            account.trade(symbol, quantity, bar[symbol]["open"])
        close = {symbol: row["close"] for symbol, row in bar.items()}
        curve.append(account.equity(close))
        wanted = {s: w * curve[-1] / close[s] for s, w in weights.get(index, {}).items()}
    return curve, account.fills


def stops(bars):
    """STP: a flag opens a position of fixed size; a close at or below its stop closes it."""
    account, orders, curve = Account(bars[0]), {}, []
    entry, highest = {}, {}
    for bar in bars:
        for symbol, quantity in orders.items():
            price = account.trade(symbol, quantity, bar[symbol]["open"])
            if quantity > 0:
                entry[symbol] = highest[symbol] = price
        orders = {}
        for symbol, row in bar.items():
            close, held = row["close"], account.held[symbol]
            if held == 0:
                if row["entry"] > 0:
                    orders[symbol] = NOTIONAL / close
                continue
            highest[symbol] = max(highest[symbol], close)
            if close <= max(entry[symbol] * (1 - STOP), highest[symbol] * (1 - TRAILING)):
                orders[symbol] = -held
        curve.append(account.equity({symbol: row["close"] for symbol, row in bar.items()}))
    return curve, account.fills


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for file in sorted((folder / "input").glob("*_ohlcv.csv")):
        name = file.name.removesuffix("_ohlcv.csv")
        times = {}
        for row in read(file):
            numbers = {key: float(row[key]) for key in ("open", "close", "entry")}
            times.setdefault(int(row["ts_open"]), {})[row["symbol"]] = numbers
        bars = [times[time] for time in sorted(times)]
        weights = {
            int(row.pop("decision_bar_index")): {s: float(w) for s, w in row.items()}
            for row in read(folder / f"input/{name}_weights.csv")
        }
        for kind, (curve, fills) in {"rwf": rebalance(bars, weights), "stp": stops(bars)}.items():
            golden = [float(row["equity"]) for row in read(folder / f"{name}__{kind}.csv")]
            assert len(golden) == len(curve)
            largest = max(abs(a / b - 1) for a, b in zip(curve, golden))
            print(f"{name} {kind}: {fills} fills, largest relative difference {largest:.1e}")


main()
