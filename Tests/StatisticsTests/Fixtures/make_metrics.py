"""Writes metrics.json: performance figures of generated returns by quantstats, empyrical and skfolio.

Two calendar years of business days: Student-t returns of a benchmark whose volatility wanders, and of a
strategy with a beta to it, an echo of the day before and twenty days in cash. A figure that a program has
is that program's; the rest is spelled out with pandas and scipy, on whole arrays. `ref_rf0` and
`ref_rf2pct` are the figures at a risk-free rate of 0 and of 2 % a year; the other objects are what the
program of that name says where its definition is another one, or to have two witnesses.

Usage: python3 make_metrics.py > metrics.json
"""

import json
import math
import sys
import warnings

import empyrical as ep
import numpy as np
import pandas as pd
import quantstats as qs
import skfolio.measures as sk
from scipy import stats

YEAR = 252
TRIALS = [0.0, 0.01, 0.02, 0.03, 0.035, 0.04, -0.01, 0.015, 0.05, 0.045]


def market():
    """Strategy and benchmark on dates; six decimals, so that the file says exactly what was summed up."""
    g = np.random.default_rng(2026)
    dates = pd.bdate_range("2021-01-01", "2022-12-31")
    days = len(dates)
    calm = np.zeros(days)
    for day in range(1, days):
        calm[day] = 0.95 * calm[day - 1] + 0.18 * g.standard_normal()
    benchmark = 0.0008 + 0.009 * np.exp(calm) * g.standard_t(6, days) / math.sqrt(1.5)
    own = 0.004 * g.standard_t(5, days)
    strategy = 0.0006 + 0.7 * benchmark + own
    strategy[1:] += 0.15 * own[:-1] - 0.1 * benchmark[:-1]
    strategy[150:170] = 0
    return pd.Series(strategy.round(6), dates), pd.Series(benchmark.round(6), dates)


def episodes(returns):
    """Every stretch below a peak, in steps of equity that starts at 1, deepest first."""
    equity = pd.Series(np.append(1.0, (1 + returns).cumprod()))
    depth = equity / equity.cummax() - 1
    below = depth < 0
    found = []
    for _, part in depth[below].groupby((~below).cumsum()[below]):
        first, after = int(part.index[0]), int(part.index[-1]) + 1
        valley = int(part.idxmin())
        found.append({
            "peak": first - 1,
            "start": first,
            "valley": valley,
            "recover": after if after < len(equity) else None,
            "depth": float(part.min()),
            "bars_underwater": after - first,
            "bars_peak_to_valley": valley - first + 1,
        })
    return sorted(found, key=lambda episode: episode["depth"])


def sharpe_figures(r):
    """Bailey and López de Prado: the ratio above 0, above the best of the trials, and for how long."""
    ratio = r.mean() / r.std()
    spread = 1 - stats.skew(r) * ratio + (stats.kurtosis(r, fisher=False) - 1) / 4 * ratio**2
    count = len(TRIALS)
    best = np.std(TRIALS, ddof=1) * (
        (1 - np.euler_gamma) * stats.norm.isf(1 / count)
        + np.euler_gamma * stats.norm.isf(1 / (count * math.e))
    )
    above = math.sqrt((len(r) - 1) / spread)
    return {
        "psr_0": sk.probabilistic_sharpe_ratio(r.to_numpy()),
        "dsr_trials": TRIALS,
        "dsr_sr0_ddof1": best,
        "dsr": stats.norm.cdf((ratio - best) * above),
        "min_trl_95_obs": 1 + spread * (stats.norm.ppf(0.95) / ratio) ** 2,
    }


def tail_figures(r):
    z, mean, deviation = stats.norm.ppf(0.05), r.mean(), r.std()
    s, k = stats.skew(r), stats.kurtosis(r)
    corrected = z + s * (z**2 - 1) / 6 + k * (z**3 - 3 * z) / 24 - s**2 * (2 * z**3 - 5 * z) / 36
    return {
        "var95_hist": ep.value_at_risk(r),
        "cvar95_hist": ep.conditional_value_at_risk(r),
        "var95_normal": qs.stats.var(r),
        "cvar95_normal": stats.norm.expect(
            lambda x: x, loc=mean, scale=deviation, ub=mean + z * deviation, conditional=True,
            epsabs=1e-16, epsrel=1e-13),
        "var95_cornish_fisher": mean + corrected * deviation,
        "tail_ratio": ep.tail_ratio(r),
    }


def benchmark_figures(r, b, rate):
    """`rate` a day."""
    line = stats.linregress(b - rate, r - rate)
    return {
        "beta": line.slope,
        "alpha_ann_arith": line.intercept * YEAR,
        "alpha_ann_geom": ep.alpha(r, b, risk_free=rate),
        "r2": qs.stats.r_squared(r, b),
        "tracking_error_ann": (r - b).std() * math.sqrt(YEAR),
        "information_ratio_ann": ep.excess_sharpe(r, b) * math.sqrt(YEAR),
    }


def figures(r, b):
    drawdowns = sk.get_drawdowns(r.to_numpy(), compounded=True)
    found = episodes(r)
    years = (r.index[-1] - r.index[0]).days / 365.25
    growth = ep.cum_returns_final(r)
    gains, losses, active = r[r > 0], r[r < 0], r[r != 0]
    return {
        "total_return": growth,
        "cagr_252": ep.annual_return(r),
        "cagr_calendar": (1 + growth) ** (1 / years) - 1,
        "ann_vol": ep.annual_volatility(r),
        "sharpe": ep.sharpe_ratio(r),
        "sharpe_per_period": stats.ttest_1samp(r, 0).statistic / math.sqrt(len(r)),
        "downside_dev_ann": ep.downside_risk(r),
        "sortino": ep.sortino_ratio(r),
        "max_drawdown": ep.max_drawdown(r),
        "calmar": ep.calmar_ratio(r),
        "ulcer_index": sk.ulcer_index(drawdowns),
        "avg_drawdown": -sk.average_drawdown(drawdowns),
        "skew_biased": stats.skew(r),
        "skew_unbiased": r.skew(),
        "excess_kurt_biased": stats.kurtosis(r),
        "excess_kurt_unbiased": r.kurt(),
        "best": qs.stats.best(r),
        "worst": qs.stats.worst(r),
        "win_rate_nonzero": qs.stats.win_rate(r),
        "win_rate_all": len(gains) / len(r),
        "exposure": len(active) / len(r),
        "profit_factor": qs.stats.profit_factor(r),
        "payoff": qs.stats.payoff_ratio(r),
        "expectancy_per_active_period": active.mean(),
        "omega_0": ep.omega_ratio(r),
        "kelly_full_gaussian": r.mean() / r.var(),
        "acf1_5": [r.autocorr(lag) for lag in range(1, 6)],
        "n_drawdowns": len(found),
        "drawdowns_top5": found[:5],
        "longest_underwater_bars": max(episode["bars_underwater"] for episode in found),
        **tail_figures(r),
        **sharpe_figures(r),
        **benchmark_figures(r, b, 0.0),
    }


def figures_with_rate(r, b):
    rate = 1.02 ** (1 / YEAR) - 1
    arithmetic = benchmark_figures(r, b, rate)
    return {
        "sharpe": ep.sharpe_ratio(r, risk_free=rate),
        "sortino": qs.stats.sortino(r, rf=0.02),
        "downside_dev_ann": ep.downside_risk(r, required_return=rate),
        "alpha_ann_arith": arithmetic["alpha_ann_arith"],
        "alpha_ann_geom": arithmetic["alpha_ann_geom"],
    }


def main():
    warnings.simplefilter("ignore")
    r, b = market()
    q = qs.stats
    drawdowns = sk.get_drawdowns(r.to_numpy(), compounded=True)
    deepest = q.drawdown_details(q.to_drawdown_series(r)).sort_values("max drawdown").head(5)
    json.dump(
        {
            "dates": r.index.strftime("%Y-%m-%d").tolist(),
            "returns": r.tolist(),
            "benchmark": b.tolist(),
            "ref_rf0": figures(r, b),
            "ref_rf2pct": figures_with_rate(r, b),
            "quantstats": {
                "sharpe": q.sharpe(r),
                "sortino": q.sortino(r),
                "calmar": q.calmar(r),
                "cvar": q.cvar(r),
                "gain_to_pain": q.gain_to_pain_ratio(r),
                "consecutive_wins": q.consecutive_wins(r),
                "consecutive_losses": q.consecutive_losses(r),
            },
            "quantstats_monthly": {
                str(year): row.tolist() for year, row in q.monthly_returns(r).iterrows()
            },
            "quantstats_drawdowns": deepest[["start", "valley", "end", "days"]]
            .astype(str).to_dict("records"),
            "empyrical": {
                "sharpe": ep.sharpe_ratio(r),
                "sortino": ep.sortino_ratio(r),
                "calmar": ep.calmar_ratio(r),
                "cvar": ep.conditional_value_at_risk(r),
                "stability": ep.stability_of_timeseries(r),
                "up_capture": ep.up_capture(r, b),
                "down_capture": ep.down_capture(r, b),
            },
            "skfolio": {
                "cdar95_compounded": sk.cdar(drawdowns),
                "dsr": sk.deflated_sharpe_ratio(r.to_numpy(), np.array(TRIALS)),
            },
        },
        sys.stdout, default=float)


main()
