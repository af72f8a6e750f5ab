"""Writes formulas.json beside this file: indicators that TA-Lib lacks, by their written formulas.

Needs numpy and scipy (versions in README.md). The bars are those of talib-more.json. Every value is
computed afresh from its whole window, in plain numpy; scipy gives the skewness. null in the warm-up.
"""
import json
import math
import pathlib

import numpy as np
from scipy import stats

here = pathlib.Path(__file__).parent
bars = json.loads((here / "talib-more.json").read_text())
o, h, l, c, v = (np.array(bars[k]) for k in ("open", "high", "low", "close", "volume"))
N = len(c)
columns = {}


def rolling(name, period, value, first=None):
    """value(slice) for each full window of `period` bars ending at t; `first` is the first t."""
    first = period - 1 if first is None else first
    columns[f"{name}_{period}"] = [
        None if t < first else float(value(slice(t - period + 1, t + 1))) for t in range(N)]


r = np.concatenate([[np.nan], np.log(c[1:] / c[:-1])])
typical = (h + l + c) / 3
for p in (3, 14, 20):
    rolling("MEAN", p, lambda w: np.mean(c[w]))
    rolling("DEVIATION", p, lambda w: np.std(c[w]))
    rolling("SKEW", p, lambda w: stats.skew(c[w], bias=True))
    rolling("ZSCORE", p, lambda w: (c[w][-1] - np.mean(c[w])) / np.std(c[w]))
    rolling("REALISED", p, lambda w: math.sqrt(np.mean(r[w] ** 2)), first=p)
    rolling("PARKINSON", p, lambda w: math.sqrt(np.mean(np.log(h[w] / l[w]) ** 2) / (4 * math.log(2))))
    rolling("GARMANKLASS", p, lambda w: math.sqrt(np.mean(
        np.log(h[w] / l[w]) ** 2 / 2 - (2 * math.log(2) - 1) * np.log(c[w] / o[w]) ** 2)))
    rolling("VWAP", p, lambda w: np.sum(typical[w] * v[w]) / np.sum(v[w]))
    rolling("VOLUMERATIO", p, lambda w: v[w][-1] / np.mean(v[w]))
    logs = np.log1p(v)
    rolling("VOLUMEZ", p, lambda w: (logs[w][-1] - np.mean(logs[w])) / np.std(logs[w]))
columns["LOGRETURN"] = [None] + [float(x) for x in r[1:]]
# Weights decay^k over all returns so far, divided by their sum; told from 20 returns on.
for decay in (0.94, 0.5 ** (1 / 250)):
    column = [None] * 20
    for t in range(20, N):
        weights = decay ** np.arange(t - 1, -1, -1)
        column.append(math.sqrt(np.sum(weights * r[1:t + 1] ** 2) / np.sum(weights)))
    columns["EWMA_94" if decay == 0.94 else "EWMA_HALFLIFE_250"] = column
# Hourly bars from midnight of Wednesday 2020-01-01; the session of a bar is its day.
hour, day = np.arange(N) % 24, np.arange(N) // 24
columns["SESSIONVWAP"] = [
    float(np.sum((typical * v)[day[t] * 24:t + 1]) / np.sum(v[day[t] * 24:t + 1])) for t in range(N)]
weekday = (2 + day) % 7
for name, phase in (("HOUR", hour / 24), ("WEEKDAY", weekday / 7)):
    columns[f"{name}_SIN"] = [float(x) for x in np.sin(2 * np.pi * phase)]
    columns[f"{name}_COS"] = [float(x) for x in np.cos(2 * np.pi * phase)]

(here / "formulas.json").write_text(json.dumps({"columns": columns}) + "\n")
