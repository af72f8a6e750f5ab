"""Writes statistics.json: reference values on random numbers, by numpy, scipy and mpmath.

Usage: python3 make_statistics.py > statistics.json
"""

import json
import math
import sys

import mpmath
import numpy as np
from scipy import stats

PERIODS = 252
mpmath.mp.dps = 50


def newey_west(x, lags):
    """Long-run variance as a quadratic form with the Bartlett kernel matrix."""
    n = len(x)
    e = x - x.mean()
    age = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    kernel = np.clip(1 - age / (lags + 1), 0, None)
    se = math.sqrt(e @ kernel @ e) / n
    return {"lags": lags, "mean": x.mean(), "se": se, "t": x.mean() / se}


def performance(equity, rate):
    r = equity[1:] / equity[:-1] - 1
    rf = math.expm1(math.log1p(rate) / PERIODS)
    excess = r - rf
    growth = equity[-1] / equity[0]
    underwater = equity / np.maximum.accumulate(equity) - 1
    valley = int(np.argmin(underwater))
    peak = int(np.flatnonzero(equity[: valley + 1] == equity[: valley + 1].max())[-1])
    after = np.flatnonzero(equity[valley:] >= equity[peak])
    downside = math.sqrt(np.mean(np.where(excess < 0, excess, 0) ** 2))
    var = float(np.percentile(r, 5))
    cagr = growth ** (PERIODS / len(r)) - 1
    return {
        "riskFreeRate": rate,
        "totalReturn": growth - 1,
        "cagr": cagr,
        "volatility": r.std(ddof=1) * math.sqrt(PERIODS),
        "sharpe": excess.mean() / excess.std(ddof=1) * math.sqrt(PERIODS),
        "sortino": excess.mean() / downside * math.sqrt(PERIODS),
        "calmar": cagr / -underwater.min(),
        "maxDrawdown": underwater.min(),
        "peak": peak,
        "valley": valley,
        "recovery": int(valley + after[0]) if len(after) else None,
        "ulcer": math.sqrt(np.mean(underwater[1:] ** 2)),
        "var95": var,
        "cvar95": float(r[r <= var].mean()),
        "skewness": float(stats.skew(r, bias=False)),
        "excessKurtosis": float(stats.kurtosis(r, bias=False)),
        "best": r.max(),
        "worst": r.min(),
    }


def significance(r, trials, deviation):
    n = len(r)
    sr = r.mean() / r.std(ddof=1)
    spread = 1 - stats.skew(r) * sr + (stats.kurtosis(r, fisher=False) - 1) / 4 * sr**2
    gamma = np.euler_gamma
    limit = deviation * (
        (1 - gamma) * stats.norm.isf(1 / trials) + gamma * stats.norm.isf(1 / (trials * math.e))
    )
    return {
        "trials": trials,
        "deviationOfTrials": deviation,
        "sharpePerBar": sr,
        "mertens": math.sqrt(spread / (n - 1)),
        "lo": math.sqrt((1 + sr * sr / 2) / n),
        "psr": float(stats.norm.cdf(sr * math.sqrt((n - 1) / spread))),
        "expectedMaximum": limit,
        "dsr": float(stats.norm.cdf((sr - limit) * math.sqrt((n - 1) / spread))),
        "barsNeeded": 1 + spread * (stats.norm.ppf(0.95) / sr) ** 2,
    }


def normal_cdf(x):
    # scipy.special.ndtr is off by 1e-13 relatively at -37.
    return float(mpmath.ncdf(mpmath.mpf(x)))


def normal_quantile(p):
    p = mpmath.mpf(p)
    x = mpmath.mpf(float(stats.norm.ppf(float(p))))
    for _ in range(4):
        x -= (mpmath.ncdf(x) - p) / mpmath.npdf(x)
    return float(x)


def main():
    g = np.random.default_rng(77)
    noise = stats.t.rvs(5, size=400, random_state=g) * 0.008
    r = 0.0009 + noise
    r[1:] += 0.25 * noise[:-1]
    r = np.round(r, 9)
    equity = 10_000 * np.concatenate([[1.0], np.cumprod(1 + r)])
    exact = equity[1:] / equity[:-1] - 1
    x = np.concatenate([np.linspace(-37, -4, 67), np.linspace(-4, 8, 241)])
    p = np.concatenate([10.0 ** np.arange(-300, -2, 9), np.linspace(0.001, 0.999, 333)])
    out = {
        "equity": equity.tolist(),
        "periods": PERIODS,
        "performance": [performance(equity, rate) for rate in (0.0, 0.03)],
        "significance": significance(exact, 37, 0.05),
        "neweyWest": [newey_west(exact, lags) for lags in (0, 1, 5, 20)],
        "normal": {"x": x.tolist(), "cdf": [normal_cdf(v) for v in x.tolist()]},
        "quantile": {"p": p.tolist(), "x": [normal_quantile(v) for v in p.tolist()]},
        "wilson": [
            [k, n, c, *stats.binomtest(k, n).proportion_ci(c, method="wilson")]
            for k, n, c in [
                (0, 10, 0.95), (10, 10, 0.95), (7, 10, 0.9), (132, 200, 0.95), (1, 1000, 0.99)
            ]
        ],
        "quantiles": [
            [q, float(np.quantile(exact, q))] for q in (0.0, 0.01, 0.05, 0.25, 0.5, 0.777, 1.0)
        ],
    }
    json.dump(out, sys.stdout)


main()
