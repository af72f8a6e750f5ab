"""Writes levels.json beside this file: ease of movement by the package ta, and swing levels by scipy.

Needs ta, pandas, numpy and scipy (versions in README.md). The bars are those of talib-more.json. A turning
point at bar i (scipy.signal.argrelextrema, strict) is known at bar i + reach; of the last 50 known ones
the nearest beyond the close is the level. null in the warm-up and where there is no level.
"""
import json
import pathlib

import numpy as np
import pandas as pd
from scipy.signal import argrelextrema
from ta.volume import EaseOfMovementIndicator

here = pathlib.Path(__file__).parent
bars = json.loads((here / "talib-more.json").read_text())
h, l, c, v = (np.array(bars[k]) for k in ("high", "low", "close", "volume"))
N = len(c)
columns = {}


def written(values):
    return [None if x is None or not np.isfinite(x) else float(x) for x in values]


for period in (5, 14):
    ease = EaseOfMovementIndicator(pd.Series(h), pd.Series(l), pd.Series(v), window=period)
    columns[f"EASE_{period}"] = written(ease.sma_ease_of_movement())
for reach in (1, 2, 5):
    tops = argrelextrema(h, np.greater, order=reach)[0]
    bottoms = argrelextrema(l, np.less, order=reach)[0]
    # At the border argrelextrema compares with the border itself: no turning point lacks a side.
    supports, resistances = [], []
    for t in range(N):
        lows = [l[i] for i in bottoms if i >= reach and i + reach <= t][-50:]
        highs = [h[i] for i in tops if i >= reach and i + reach <= t][-50:]
        supports.append(max((x for x in lows if x < c[t]), default=None))
        resistances.append(min((x for x in highs if x > c[t]), default=None))
    columns[f"SUPPORT_{reach}"] = written(supports)
    columns[f"RESISTANCE_{reach}"] = written(resistances)

(here / "levels.json").write_text(json.dumps({"columns": columns}) + "\n")
