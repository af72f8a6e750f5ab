"""Writes talib-more.json beside this file: more of TA-Lib's functions on the bars of talib.json.

Needs numpy and the TA-Lib wheel (versions in README.md). The series is that of make_talib.py, with
its opens and with volumes drawn after it from the same generator. A warm-up value is null.
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
volume = np.round(rng.uniform(100, 1000, N))

columns = {}
for p in (2, 14, 20):
    for name in ("WMA", "DEMA", "TEMA", "KAMA", "MOM", "ROC", "TRIX"):
        columns[f"{name}_{p}"] = getattr(talib, name)(close, p)
    for name in ("PLUS_DI", "MINUS_DI", "ADX", "WILLR", "CCI"):
        columns[f"{name}_{p}"] = getattr(talib, name)(high, low, close, p)
    columns[f"MFI_{p}"] = talib.MFI(high, low, close, volume, p)
    down, up = talib.AROON(high, low, p)
    columns[f"AROON_DOWN_{p}"] = down
    columns[f"AROON_UP_{p}"] = up
for p, slowing, signal in ((5, 3, 3), (14, 3, 3), (2, 1, 4)):
    lines = talib.STOCH(high, low, close, p, slowing, 0, signal, 0)
    for name, column in zip("KD", lines):
        columns[f"STOCH_{name}_{p}_{slowing}_{signal}"] = column
for p, window, signal in ((14, 5, 3), (7, 14, 2)):
    lines = talib.STOCHRSI(close, p, window, signal, 0)
    for name, column in zip("KD", lines):
        columns[f"STOCHRSI_{name}_{p}_{window}_{signal}"] = column
for fast, slow in ((3, 10), (5, 21)):
    columns[f"ADOSC_{fast}_{slow}"] = talib.ADOSC(high, low, close, volume, fast, slow)
columns["AD"] = talib.AD(high, low, close, volume)
columns["OBV"] = talib.OBV(close, volume)


def plain(column):
    return [x if math.isfinite(x) else None for x in column.tolist()]


out = {
    "talib": talib.__ta_version__.decode(),
    "open": plain(open_), "high": plain(high), "low": plain(low), "close": plain(close),
    "volume": plain(volume),
    "columns": {name: plain(column) for name, column in columns.items()},
}
pathlib.Path(__file__).with_name("talib-more.json").write_text(json.dumps(out) + "\n")
