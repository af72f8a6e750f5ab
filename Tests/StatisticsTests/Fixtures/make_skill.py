"""Writes skill.json: tests of skill and the cuts of cross-validation, on generated numbers.

Forecasts and outcomes, the trials of a search, and the returns of metrics.json beside it, as read by
purgedcv, dieboldmariano, arch, statsmodels, skfolio and scipy. What only a paper has (the two halves of
Bailey, Borwein, López de Prado and Zhu 2017; Pesaran and Timmermann 1992; Harvey, Leybourne and Newbold
1997) is computed from its definition; where a program has it too, both must agree or nothing is written.

Usage: python3 make_skill.py > skill.json
"""

import itertools
import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from dieboldmariano import dm_test
from purgedcv import probability_of_backtest_overfitting
from scipy import stats
from skfolio.model_selection import CombinatorialPurgedCV, WalkForward
from sklearn.metrics import r2_score
from statsmodels.stats.proportion import proportion_confint


def require(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)


def overfitting(trials, blocks):
    """`trials`: steps x variants; steps after the last whole block are left out."""
    trials = trials[: len(trials) // blocks * blocks]
    parts = np.split(trials, blocks)

    def ratios(chosen):
        joined = np.vstack([parts[block] for block in chosen])
        return joined.mean(axis=0) / joined.std(axis=0, ddof=1)

    logits, seen, unseen = [], [], []
    for half in itertools.combinations(range(blocks), blocks // 2):
        inside, outside = ratios(half), ratios(sorted(set(range(blocks)) - set(half)))
        best = inside.argmax()
        place = stats.rankdata(outside)[best] / (len(outside) + 1)
        logits.append(math.log(place / (1 - place)))
        seen.append(inside[best])
        unseen.append(outside[best])
    line = stats.linregress(seen, unseen)

    theirs = probability_of_backtest_overfitting(trials.T, n_splits=blocks)
    require(theirs.pbo, np.mean(np.array(logits) <= 0))
    require(theirs.slope, line.slope)
    require(sorted(theirs.logits), sorted(logits))
    return {
        "pbo": theirs.pbo,
        "n_combinations": theirs.n_combos,
        "mean_logit": theirs.logits.mean(),
        "prob_oos_loss": (theirs.is_oos_performance[:, 1] < 0).mean(),
        "degradation_slope": theirs.slope,
        "degradation_intercept": line.intercept,
    }


def search(g):
    """Eight variants of noise, and the same with one that is good; 3 of 163 steps fill no block."""
    noise = g.normal(0, 0.006, (163, 8)).round(5)
    good = noise.copy()
    good[:, 3] += 0.002
    correlation = np.corrcoef(good.T)
    shares = np.linalg.eigvalsh(correlation) / 8
    mean = correlation[~np.eye(8, dtype=bool)].mean()
    return {
        "cscv": {
            "trials_noise": noise.tolist(),
            "noise": overfitting(noise, 8),
            "one_good_col3_plus_20bp": overfitting(good, 8),
        },
        "eff_trials": {
            "eig_entropy": math.exp(stats.entropy(shares)),
            "avg_corr_rule": mean + (1 - mean) * 8,
        },
    }


def diebold_mariano(outcomes, forecast, other, horizon):
    """From the definition, without and with the factor for small samples."""
    d = (outcomes - forecast) ** 2 - (outcomes - other) ** 2
    n, e = len(d), d - d.mean()
    covariances = [e[lag:] @ e[: n - lag] / n for lag in range(horizon)]
    plain = d.mean() / math.sqrt((2 * sum(covariances) - covariances[0]) / n)
    factor = math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    return {
        "dm": plain,
        "dm_hln": plain * factor,
        "p_two_sided_t": 2 * stats.t.sf(abs(plain * factor), n - 1),
    }


def direction(outcomes, forecast):
    """Pesaran and Timmermann 1992, equations 3 to 6, with what a coin and the majority would have."""
    n = len(outcomes)
    up, named = np.mean(outcomes > 0), np.mean(forecast > 0)
    hits = int(np.sum((outcomes > 0) == (forecast > 0)))
    expected = up * named + (1 - up) * (1 - named)
    spread = expected * (1 - expected) / n
    spread -= (2 * up - 1) ** 2 * named * (1 - named) / n
    spread -= (2 * named - 1) ** 2 * up * (1 - up) / n
    spread -= 4 * up * named * (1 - up) * (1 - named) / n**2
    statistic = (hits / n - expected) / math.sqrt(spread)
    return {
        "n": n,
        "hits": hits,
        "binom_p_greater": stats.binomtest(hits, n, alternative="greater").pvalue,
        "clopper_pearson95": proportion_confint(hits, n, method="beta"),
        "wilson95": proportion_confint(hits, n, method="wilson"),
        "pesaran_timmermann": statistic,
        "pt_p_greater": stats.norm.sf(statistic),
        "majority_baseline_hit": max(up, 1 - up),
    }


def forecasts(g):
    outcomes = (0.001 + g.normal(0, 0.01, 200)).round(6)
    forecast = (0.2 * outcomes + g.normal(0, 0.005, 200)).round(6)
    nothing = np.zeros(200)
    assert np.all(outcomes != 0) and np.all(forecast != 0)
    series = {"actual": outcomes.tolist(), "model": forecast.tolist(), "naive": nothing.tolist()}
    for horizon in (1, 5):
        own = diebold_mariano(outcomes, forecast, nothing, horizon)
        theirs = dm_test(outcomes.tolist(), forecast.tolist(), nothing.tolist(), h=horizon)
        require(theirs[0], own["dm_hln"])
        series[f"h{horizon}"], series[f"lib_h{horizon}"] = own, theirs
    return {
        "diebold_mariano": series,
        "direction": direction(outcomes, forecast),
        # Against a forecast of 0 the mean of the outcomes does not count: both signs make it 0.
        "r2_oos_vs_zero": r2_score(np.append(outcomes, -outcomes), np.append(forecast, -forecast)),
        "ic_pearson": stats.pearsonr(outcomes, forecast).statistic,
        "ic_spearman": stats.spearmanr(outcomes, forecast).statistic,
    }


def of_returns(returns):
    n = len(returns)
    ratio = returns.mean() / returns.std(ddof=1)
    skewness, kurtosis = stats.skew(returns), stats.kurtosis(returns, fisher=False)
    lags = int(4 * (n / 100) ** (2 / 9))
    mean = sm.OLS(returns, np.ones(n)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})

    def block(values):
        return optimal_block_length(values).iloc[0][["stationary", "circular"]].to_dict()

    def sharpe(values):
        return np.array([values.mean() / values.std(ddof=1) * math.sqrt(252)])

    interval = StationaryBootstrap(10, returns, seed=np.random.default_rng(2)).conf_int(
        sharpe, 2000, method="percentile")
    return {
        "sharpe_se": {
            "se_iid_lo2002": math.sqrt((1 + ratio**2 / 2) / n),
            "se_mertens": math.sqrt(
                (1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2) / (n - 1)),
        },
        "newey_west_mean": {
            "lags": lags, "se": mean.bse[0], "statsmodels_t": mean.tvalues[0]},
        "optimal_block_length_arch_returns": block(returns),
        "optimal_block_length_arch_sq_returns": block(returns**2),
        "arch_stationary_bootstrap_sharpe_ci95_block10_2000": interval.ravel().tolist(),
    }


def index_rule(g):
    """Politis and Romano 1994: an index starts a block with probability p, or follows the one before."""
    restart, start = g.random(20).round(6), g.random(20).round(6)
    indices = [math.floor(20 * start[0])]
    for u, v in zip(restart[1:], start[1:]):
        indices.append(math.floor(20 * v) if u < 0.25 else (indices[-1] + 1) % 20)
    return {"p": 0.25, "u": restart.tolist(), "v": start.tolist(), "indices": indices}


def cuts():
    steps = np.zeros((60, 1))
    purged = CombinatorialPurgedCV(n_folds=6, n_test_folds=2, purged_size=2, embargo_size=3)
    walk = WalkForward(test_size=10, train_size=20, purged_size=2)
    splits = list(purged.split(steps))
    return {
        "cpcv_60obs_6folds_2test_purge2_embargo3": {
            "n_splits": len(splits),
            "n_paths": purged.n_test_paths,
            "path_ids": purged.get_path_ids().tolist(),
            "first3": [
                {"train": train.tolist(), "test": [part.tolist() for part in test]}
                for train, test in splits[:3]
            ],
        },
        "walk_forward_60obs_train20_test10_purge2": [
            {"train": train[[0, -1]].tolist(), "test": test[[0, -1]].tolist()}
            for train, test in walk.split(steps)
        ],
    }


def main():
    warnings.simplefilter("ignore")
    g = np.random.default_rng(2028)
    metrics = json.loads(Path(__file__).with_name("metrics.json").read_text())
    json.dump(
        {
            **search(g),
            **forecasts(g),
            **of_returns(np.array(metrics["returns"])),
            "stationary_bootstrap_index_rule": index_rule(g),
            **cuts(),
        },
        sys.stdout, default=float)


main()
