"""Writes pipeline.json: eight symbols of a generated market, from returns to weights.

Student-t returns of a market and two groups. Covariances with holes (skfolio), with weights in time and by
regime (whole arrays, as defined), correlation clusters (scipy), and one allocation through all its steps:
budgets in proportion to conviction, each capped; weights with these shares of the risk (Newton's method,
make_allocation.py); a volatility target; the nearest weights by tracking error within the limits, with the
price of each limit (quadprog).

Usage: python3 make_pipeline.py > pipeline.json
"""

import itertools
import json
import sys
import warnings

import numpy as np
import pandas as pd
import quadprog
from make_allocation import clean, decay_weights, risk_budget, two_speed
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from skfolio.moments import EWCovariance
from sklearn.covariance import LedoitWolf

N, T, YEAR = 8, 160, 252


def market():
    g = np.random.default_rng(25)
    own = g.standard_t(9, (T, N)) * g.uniform(0.004, 0.007, N)
    common = 0.002 * g.standard_t(9, (T, 1))
    groups = 0.009 * g.standard_t(9, (T, 2))
    member = np.array([[1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0, 0]])
    return (common + groups @ (member * g.uniform(0.7, 1.4, N)) + own).round(6)


def with_holes(x):
    """Two late listings, one of them too late; holes of two more."""
    x = x[-110:].copy()
    x[:50, 2] = x[:80, 7] = x[40, 5] = x[90:93, 0] = np.nan
    model = EWCovariance(half_life=40, min_observations=40, nearest=False).fit(x)
    return {"returns": clean(x), "half_life": 40, "min_obs": 40, "cov": clean(model.covariance_)}


def weighted_ledoit_wolf(x, weights):
    """Ledoit and Wolf 2004 with weights that sum to 1 in place of 1/T; bar by bar."""
    z = x - weights @ x
    s = (z.T * weights) @ z
    level = np.trace(s) / N * np.eye(N)
    noise = sum(w**2 * np.sum((np.outer(r, r) - s) ** 2) for w, r in zip(weights, z))
    shrinkage = min(1, noise / np.sum((s - level) ** 2))
    return (1 - shrinkage) * s + shrinkage * level, shrinkage


def decayed(x):
    theirs = LedoitWolf().fit(x)
    equal, shrinkage = weighted_ledoit_wolf(x, np.full(T, 1 / T))
    np.testing.assert_allclose(equal, theirs.covariance_, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(shrinkage, theirs.shrinkage_, rtol=1e-10)
    cov, shrinkage = weighted_ledoit_wolf(x, decay_weights(T, 60))
    return {"returns": x.tolist(), "half_life": 60, "cov": cov.tolist(), "shrinkage": shrinkage}


def regime_mixture(x):
    """Moments of each regime by its probabilities, mixed by those of the next bar."""
    unrest = pd.Series(np.abs(x.mean(axis=1))).ewm(span=20).mean().rank(pct=True)
    wild = unrest.clip(0.02, 0.98).round(6).to_numpy()
    gamma = np.column_stack([1 - wild, wild])
    means = [np.average(x, axis=0, weights=column) for column in gamma.T]
    covs = [np.cov(x.T, aweights=column, ddof=0) for column in gamma.T]
    ahead = np.array([0.7, 0.3]) @ np.array([[0.97, 0.03], [0.08, 0.92]])
    mean = ahead @ np.array(means)
    within = sum(p * cov for p, cov in zip(ahead, covs))
    between = sum(p * np.outer(m - mean, m - mean) for p, m in zip(ahead, means))
    return {
        "gamma": gamma.tolist(), "next": ahead.tolist(),
        "mu_k": [m.tolist() for m in means], "cov_k": [c.tolist() for c in covs],
        "mu": mean.tolist(), "cov": (within + between).tolist(),
    }


def clusters(correlation, rho):
    """The largest groups in which all correlations are at least rho, by complete linkage."""
    distance = squareform(np.sqrt((1 - correlation) / 2), checks=False)
    merges = hierarchy.linkage(distance, "complete")
    label = hierarchy.fcluster(merges, np.sqrt((1 - rho) / 2) + 1e-12, "distance")
    return sorted(np.flatnonzero(label == one).tolist() for one in set(label))


def nearest(metric, centre, rows):
    """The nearest point by `metric`, and what each row (coefficients, at most) costs."""
    scale = 1e4
    answer = quadprog.solve_qp(
        scale * metric, scale * metric @ centre, -np.array([row for row, _ in rows], float).T,
        -np.array([bound for _, bound in rows], float))
    return answer[0], answer[4] / scale


def box(n, high):
    return [(-row, 0) for row in np.eye(n)], [(row, high) for row in np.eye(n)]


def capped_budgets(conviction, cap):
    active = conviction > 0
    n = int(active.sum())
    share = conviction[active] / conviction.sum()
    low, high = box(n, cap)
    budgets = np.zeros(N)
    budgets[active] = nearest(
        np.eye(n), share, [(np.ones(n), 1), (-np.ones(n), -1), *low, *high])[0]
    return budgets


def pipeline(cov, correlation):
    conviction = np.array([0.9, 0.5, 0.7, 0.5, 0.0, 0.2, 0.2, 0.6])
    budgets = capped_budgets(conviction, 0.22)
    active = budgets > 0
    parity = np.zeros(N)
    parity[active] = risk_budget(cov[np.ix_(active, active)], budgets[active])
    volatility = np.sqrt(parity @ cov @ parity * YEAR)
    scale = min(1, 0.045 / volatility)
    scaled = scale * parity

    joined = [group for group in clusters(correlation, 0.4) if len(group) > 1]
    held, most = np.full(N, 0.08), 0.50
    low, high = box(N, 0.15)
    grouped = [(np.isin(np.arange(N), group).astype(float), 0.16) for group in joined]
    # The sum of |w - held| is at most so much where that holds for every choice of signs.
    signs = [np.array(sign) for sign in itertools.product([-1.0, 1.0], repeat=N)]
    traded = [(sign, most + sign @ held) for sign in signs]
    rows = [(np.ones(N), 1), *low, *high, *grouped, *traded]
    weights, prices = nearest(cov + 1e-10 * np.eye(N), scaled, rows)
    first = 1 + 2 * N
    duals = {f"cluster{i}": [prices[first + i]] for i in range(len(joined))}
    return {
        "conviction": conviction.tolist(), "budget_cap": 0.22, "budgets": budgets.tolist(),
        "erc": parity.tolist(), "ann_vol": volatility, "target": 0.045, "scale": scale,
        "scaled": scaled.tolist(), "cap": 0.15, "clusters": joined, "cluster_cap": 0.16,
        "w_prev": held.tolist(), "turnover_cap": most, "weights": weights.tolist(),
        "cash": 1 - weights.sum(), "turnover": np.abs(weights - held).sum(),
        "duals": {"hi": prices[1 + N : first].tolist(), **duals},
    }


def no_trade_band():
    """What is farther from its target than the band is traded to the target, the rest is kept."""
    current, target = np.array([0.32, 0.24, 0.18, 0.14, 0.06]), np.array([0.21, 0.26, 0.19, 0.09, 0.16])
    return {
        "current": current.tolist(), "target": target.tolist(), "band": 0.04,
        "to_target_raw": np.where(np.abs(target - current) > 0.04, target, current).tolist(),
    }


def main():
    warnings.simplefilter("ignore")
    x = market()
    fast = two_speed(x, 20, 60)
    cov, correlation = np.array(fast["covariance"]), np.array(fast["correlation"])
    json.dump(
        {
            "ewma_nan": with_holes(x),
            "weighted_ledoit_wolf_hl60": decayed(x),
            "two_speed_shrunk": {
                "vol_half_life": 20, "corr_half_life": 60, "cov": fast["covariance"],
                "corr": fast["correlation"], "shrinkage": fast["shrinkage"],
                "rbar": fast["averageCorrelation"]},
            "regime_mixture": regime_mixture(x),
            "corr_clusters": {str(rho): clusters(correlation, rho) for rho in (0.3, 0.4, 0.5, 0.7)},
            "pipeline": pipeline(cov, correlation),
            "no_trade_band": no_trade_band(),
        },
        sys.stdout)


main()
