"""Writes allocation.json: reference covariances and risk budgets of random returns, by numpy.

Everything is computed from its definition with whole arrays (explicit weights, explicit pairs,
Newton's method with a matrix inverse), not by the recursions and descent of the Swift sources.

Usage: python3 make_allocation.py > allocation.json
"""

import json
import sys

import numpy as np


def decay_weights(count, half_life):
    age = np.arange(count)[::-1]
    w = np.exp2(-age / half_life)
    return w / w.sum()


def two_speed(x, vol_half_life, corr_half_life):
    """x: T x N with NaN for a missing return."""
    n = x.shape[1]
    vol = np.empty(n)
    for i in range(n):
        r = x[~np.isnan(x[:, i]), i]
        vol[i] = np.sqrt(np.average(r**2, weights=decay_weights(len(r), vol_half_life)))
    corr = np.eye(n)
    noise = 0.0
    for i in range(n):
        for j in range(n):
            both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
            a, b = x[both, i], x[both, j]
            p = decay_weights(len(a), corr_half_life)
            a = a / np.sqrt(np.sum(p * a * a))
            b = b / np.sqrt(np.sum(p * b * b))
            rho = np.sum(p * a * b)
            corr[i, j] = rho if i != j else 1.0
            noise += np.sum((p * (a * b - corr[i, j])) ** 2)
    off = ~np.eye(n, dtype=bool)
    mean = corr[off].mean()
    spread = np.sum((corr[off] - mean) ** 2)
    d = min(1.0, noise / spread)
    shrunk = np.where(off, (1 - d) * corr + d * mean, 1.0)
    return {
        "volatilities": vol.tolist(),
        "correlation": shrunk.tolist(),
        "covariance": (vol[:, None] * shrunk * vol).tolist(),
        "shrinkage": d,
        "averageCorrelation": mean,
        "observations": (~np.isnan(x)).sum(0).tolist(),
    }


def risk_budget(cov, budgets):
    """Newton's method on grad = cov x - b/x, damped, then normalised."""
    x = np.sqrt(budgets / np.diag(cov))
    for _ in range(500):
        grad = cov @ x - budgets / x
        step = np.linalg.inv(cov + np.diag(budgets / x**2)) @ grad
        size = 1.0
        while np.any(x - size * step <= 0):
            size /= 2
        lam = np.sqrt(grad @ step / budgets.min())
        x = x - min(size, 1 / (1 + lam) if lam > 0.1 else 1.0) * step
        if np.abs(step / x).max() < 1e-15:
            break
    return (x / x.sum()).tolist()


def clean(x):
    return [[None if np.isnan(v) else float(v) for v in row] for row in x]


def main():
    g = np.random.default_rng(20)
    cases = []
    for count, symbols in ((150, 5), (260, 7)):
        market = g.standard_t(5, count) * 0.012
        own = g.standard_t(6, (count, symbols)) * g.uniform(0.004, 0.03, symbols)
        x = np.round(market[:, None] * g.uniform(0.2, 1.6, symbols) + own, 8)
        holes = x.copy()
        holes[: count // 2, 1] = np.nan
        holes[40:43, 0] = np.nan
        holes[100, 2] = np.nan
        for data in (x, holes):
            for vol, corr in ((20, 60), (10, 90)):
                cases.append(
                    {
                        "returns": clean(data),
                        "volatilityHalfLife": vol,
                        "correlationHalfLife": corr,
                        "estimate": two_speed(data, vol, corr),
                    }
                )
    budgets = []
    for n in (1, 2, 5, 12):
        for signed in (False, True):
            f = g.normal(size=(n, 3 * n + 5))
            f += (0 if signed else 1) * g.normal(size=3 * n + 5)
            cov = np.cov(f * g.uniform(0.005, 0.04, n)[:, None]) if n > 1 else np.array([[4e-4]])
            b = g.uniform(0.1, 1, n)
            b /= b.sum()
            equal = np.full(n, 1 / n)
            budgets.append(
                {
                    "covariance": cov.tolist(),
                    "budgets": b.tolist(),
                    "weights": risk_budget(cov, b),
                    "parity": risk_budget(cov, equal),
                }
            )
    json.dump({"covariances": cases, "budgets": budgets}, sys.stdout)


if __name__ == "__main__":
    main()
