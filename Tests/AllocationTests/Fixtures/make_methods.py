"""Writes methods.json: every covariance and sizing of one generated market, by the programs that have it.

Sixty Student-t returns of six symbols with two factors. Covariances: numpy, scikit-learn and skfolio;
the constant-correlation target of Ledoit and Wolf 2003 is written out, pair by pair. Sizings: PyPortfolioOpt
(hierarchical risk parity, Black and Litterman), skfolio (its leaf order, equal risk contribution), scipy
(linkage), quadprog for all that is a quadratic program, Newton's method (make_allocation.py) for risk
budgets.

Usage: python3 make_methods.py > methods.json
"""

import itertools
import json
import sys
import warnings

import numpy as np
import pandas as pd
import quadprog
from make_allocation import risk_budget
from pypfopt import BlackLittermanModel, HRPOpt
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from skfolio.cluster import HierarchicalClustering, LinkageMethod
from skfolio.moments import EWCovariance
from skfolio.optimization import (
    HierarchicalEqualRiskContribution, HierarchicalRiskParity, MaximumDiversification, MeanRisk)
from sklearn.covariance import OAS, LedoitWolf

N, YEAR = 6, 252


def market():
    g = np.random.default_rng(41)
    factors = 0.009 * g.standard_t(5, (60, 2))
    own = g.standard_t(6, (60, N)) * g.uniform(0.006, 0.014, N)
    loadings = g.uniform([[0.5], [-0.8]], [[1.3], [0.8]], (2, N))
    return (g.uniform(0, 0.004, N) + factors @ loadings + own).round(6)


def constant_correlation(x):
    """Ledoit and Wolf 2003, appendix B, from the deviations of every pair; divisor T."""
    count = len(x)
    z = x - x.mean(axis=0)
    s = z.T @ z / count
    sd = np.sqrt(np.diag(s))
    pairs = [(i, j) for i in range(N) for j in range(N) if i != j]
    mean = np.mean([s[i, j] / sd[i] / sd[j] for i, j in pairs])
    target = np.diag(np.diag(s)).astype(float)
    noise, shared, distance = 0.0, 0.0, 0.0
    for i in range(N):
        own = z[:, i] ** 2 - s[i, i]
        noise += np.mean(own**2)
        shared += np.mean(own**2)
    for i, j in pairs:
        target[i, j] = mean * sd[i] * sd[j]
        both = z[:, i] * z[:, j] - s[i, j]
        first, second = (np.mean((z[:, k] ** 2 - s[k, k]) * both) for k in (i, j))
        noise += np.mean(both**2)
        shared += mean / 2 * (sd[j] / sd[i] * first + sd[i] / sd[j] * second)
        distance += (target[i, j] - s[i, j]) ** 2
    shrinkage = min(1, max(0, (noise - shared) / distance / count))
    return {"cov": (shrinkage * target + (1 - shrinkage) * s).tolist(), "shrinkage": shrinkage}


def covariances(x):
    identity, oracle = LedoitWolf().fit(x), OAS().fit(x)
    return {
        "returns": x.tolist(),
        "cov_sample_ddof1": np.cov(x.T).tolist(),
        "corr": np.corrcoef(x.T).tolist(),
        "cov_ewma_halflife40": EWCovariance(half_life=40, nearest=False).fit(x).covariance_.tolist(),
        "ledoit_wolf": {"cov": identity.covariance_.tolist(), "shrinkage": identity.shrinkage_},
        "oas": {"cov": oracle.covariance_.tolist(), "shrinkage": oracle.shrinkage_},
        "ledoit_wolf_const_corr": constant_correlation(x),
    }


def program(metric, equal, above, centre=None):
    """The nearest point to `centre` (0) by `metric`: rows (coefficients, bound) of `=` and of `>=`."""
    scale = 1e4
    rows = equal + above
    return quadprog.solve_qp(
        scale * metric, scale * metric @ (np.zeros(N) if centre is None else centre),
        np.array([row for row, _ in rows], float).T, np.array([bound for _, bound in rows], float),
        len(equal))[0]


def box(low, high):
    return [(row, low) for row in np.eye(N)] + [(-row, -high) for row in np.eye(N)]


def least_variance(cov):
    full = [(np.ones(N), 1)]
    grouped = {
        "lo": 0.01, "hi": 0.35,
        "groups": [{"idx": [0, 1], "max": 0.25}, {"idx": [2, 3], "max": 0.40}],
    }
    members = [
        (-np.isin(np.arange(N), group["idx"]).astype(float), -group["max"])
        for group in grouped["groups"]
    ]
    grouped["weights"] = program(cov, full, box(0.01, 0.35) + members).tolist()
    # The sum of |w - 1/N| is at most 0.3 where that holds for every choice of signs.
    signs = [np.array(sign) for sign in itertools.product([-1.0, 1.0], repeat=N)]
    slow = [(-sign, -0.30 - sign.sum() / N) for sign in signs]
    return {
        "minvar_longonly": {"weights": program(cov, full, box(0, 1)).tolist()},
        "minvar_box_group": grouped,
        "minvar_turnover_L1_0.30_from_equal": {
            "weights": program(cov, full, box(0, 1) + slow).tolist()},
    }


def ratios(x, cov):
    """The largest ratio of a sum to the deviation: least variance where the sum is 1, then normalised."""
    def best(numerator):
        y = program(cov, [(numerator / np.abs(numerator).max(), 1)], box(0, 1e6))
        return (y / y.sum()).tolist()

    mean = x.mean(axis=0)
    return {
        "max_diversification": {"weights": best(np.sqrt(np.diag(cov)))},
        "max_sharpe_longonly": {"mu": mean.tolist(), "weights": best(mean)},
    }


def trees(x, cov):
    names = [f"A{i}" for i in range(N)]
    frame = pd.DataFrame(x, columns=names)

    def parity(method):
        model = HRPOpt(cov_matrix=pd.DataFrame(cov, names, names))
        weights = model.optimize(linkage_method=method)
        return [weights[name] for name in names]

    distance = squareform(np.sqrt((1 - np.corrcoef(x.T)) / 2), checks=False)
    merges = hierarchy.linkage(distance, "single")
    single = HierarchicalClustering(linkage_method=LinkageMethod.SINGLE)
    optimal = HierarchicalRiskParity(hierarchical_clustering_estimator=single).fit(frame)
    equal = HierarchicalEqualRiskContribution().fit(frame)
    return {
        "hrp_single": {
            "weights": parity("single"), "linkage": merges.tolist(),
            "leaf_order": hierarchy.leaves_list(merges).tolist()},
        "hrp_ward": {"weights": parity("ward")},
        "hrp_single_skfolio": optimal.weights_.tolist(),
        "herc_skfolio_default_ward": equal.weights_.tolist(),
    }


def budgets(cov):
    wanted = np.arange(1.0, N + 1) / (N * (N + 1) / 2)
    weights = np.array(risk_budget(cov, wanted))
    inverse = 1 / np.sqrt(np.diag(cov))
    correlation = cov * np.outer(inverse, inverse)
    penalised = inverse / np.maximum(correlation, 0).sum(axis=0)
    return {
        "inverse_vol": (inverse / inverse.sum()).tolist(),
        "corr_penalised_inverse_vol": (penalised / penalised.sum()).tolist(),
        "erc": {"weights": risk_budget(cov, np.full(N, 1 / N))},
        "risk_budget_1toN": {
            "budgets": wanted.tolist(), "weights": weights.tolist(),
            "rc": (weights * (cov @ weights) / (weights @ cov @ weights)).tolist()},
    }


def capped_simplex():
    v = np.array([0.31, 0.18, -0.02, 0.52, 0.25, 0.09])
    full = [(np.ones(N), 1)]
    w = program(np.eye(N), full, box(0, 0.35), centre=v)
    return {"project_capped_simplex": {"v": v.tolist(), "lo": 0.0, "hi": 0.35, "w": w.tolist()}}


def black_litterman(cov):
    yearly, names = YEAR * cov, [f"A{i}" for i in range(N)]
    held = np.arange(N, 0, -1.0) / (N * (N + 1) / 2)
    equilibrium = 2.5 * yearly @ held
    portfolios = np.array([
        [1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 1, -1, 0]], float)
    views = np.array([0.12, -0.03, 0.05, 0.02])
    model = BlackLittermanModel(
        pd.DataFrame(yearly, names, names), pi=pd.Series(equilibrium, names), P=portfolios,
        Q=views.reshape(-1, 1), tau=0.05, omega="default")
    return {
        "black_litterman": {
            "w_mkt": held.tolist(), "delta": 2.5, "tau": 0.05, "annualisation": YEAR,
            "P": portfolios.tolist(), "Q": views.tolist(), "pi": equilibrium.tolist(),
            "post_mu": model.bl_returns().tolist(),
            "post_cov": model.bl_cov().to_numpy().tolist()},
    }


def main():
    warnings.simplefilter("ignore")
    x = market()
    cov = np.cov(x.T)
    out = {
        **covariances(x), **budgets(cov), **trees(x, cov), **least_variance(cov), **ratios(x, cov),
        **capped_simplex(), **black_litterman(cov),
    }
    # The solvers of skfolio stop earlier; they must come near.
    for key, model in (
        ("minvar_longonly", MeanRisk()), ("max_diversification", MaximumDiversification())):
        np.testing.assert_allclose(out[key]["weights"], model.fit(x).weights_, atol=1e-4)
    json.dump(out, sys.stdout)


main()
