"""Writes talib.json beside this file: TA-Lib's values on a generated series of 160 bars.

Needs numpy and the TA-Lib wheel (versions in README.md). The series is a seeded random walk, no
market's prices. A warm-up value is null.
"""
import json
import math
import pathlib

import numpy as np
import talib

rng = np.random.default_rng(9)
N = 160
close = 100 * np.exp(np.cumsum(rng.normal(0, .01, N)))
open_ = close * np.exp(rng.normal(0, .003, N))
high = np.maximum(open_, close) * (1 + abs(rng.normal(0, .004, N)))
low = np.minimum(open_, close) * (1 - abs(rng.normal(0, .004, N)))

columns = {}
for p in (2, 14, 20):
    columns[f"RSI_{p}"] = talib.RSI(close, p)
    columns[f"EMA_{p}"] = talib.EMA(close, p)
    columns[f"SMA_{p}"] = talib.SMA(close, p)
    columns[f"ATR_{p}"] = talib.ATR(high, low, close, p)
    columns[f"NATR_{p}"] = talib.NATR(high, low, close, p)
    columns[f"STDDEV_{p}"] = talib.STDDEV(close, p, 1)
    bands = talib.BBANDS(close, p, 2, 2)
    for name, column in zip(("UPPER", "MIDDLE", "LOWER"), bands):
        columns[f"BBANDS_{name}_{p}"] = column
for fast, slow, signal in ((12, 26, 9), (5, 13, 4)):
    lines = talib.MACD(close, fast, slow, signal)
    for name, column in zip(("LINE", "SIGNAL", "HISTOGRAM"), lines):
        columns[f"MACD_{name}_{fast}_{slow}_{signal}"] = column
columns["TRANGE"] = talib.TRANGE(high, low, close)


def plain(column):
    return [x if math.isfinite(x) else None for x in column.tolist()]


out = {
    "talib": talib.__ta_version__.decode(),
    "high": plain(high), "low": plain(low), "close": plain(close),
    "columns": {name: plain(column) for name, column in columns.items()},
}
pathlib.Path(__file__).with_name("talib.json").write_text(json.dumps(out) + "\n")
