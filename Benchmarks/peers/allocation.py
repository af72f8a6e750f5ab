"""numpy, scikit-learn, skfolio, Riskfolio-Lib and PyPortfolioOpt on the inputs of
Sources/benchmarks/AllocationDecisions.swift.

The last three have no counterpart of our limits: theirs is the covariance and the sizing alone.
"""
from importlib.metadata import version

import numpy as np
import sklearn
from sklearn.covariance import ledoit_wolf

from peer import checksum, load, work


def risk_parity(covariance):
    """Newton's method on x'Cx/2 - sum(b ln x), damped as in Spinu (2013), C the correlation."""
    n = len(covariance)
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    budget = 1 / n
    y = np.full(n, np.sqrt(budget / correlation.mean() / n))
    for _ in range(100):
        gradient = correlation @ y - budget / y
        if np.abs(y * gradient).max() <= 1e-12 * budget:
            break
        hessian = correlation + np.diag(budget / (y * y))
        step = np.linalg.solve(hessian, gradient)
        decrement = np.sqrt(step @ gradient / budget)
        largest = np.abs(step / y).max()
        y -= step if decrement <= 0.95 * (3 - np.sqrt(5)) / 2 else step / (1 + largest)
    weights = y / deviation
    return weights / weights.sum()


def two_speed(returns, volatility_half_life=20, correlation_half_life=60):
    """Volatilities with a short memory, correlations with a long one, shrunk to their mean by the
    weighted Ledoit-Wolf intensity; of complete returns, all at once."""
    rows, n = returns.shape
    age = np.arange(rows - 1, -1, -1)
    p = 2.0 ** (-age / volatility_half_life)
    volatility = np.sqrt(p @ returns**2 / p.sum())
    p = 2.0 ** (-age / correlation_half_life)
    p /= p.sum()
    z = returns / np.sqrt(p @ returns**2)
    correlation = (z * p[:, None]).T @ z
    upper = np.triu_indices(n, 1)
    average = correlation[upper].mean()
    target = np.where(np.eye(n) > 0, 1.0, average)
    w = z * p[:, None]
    noise = ((w * w).T @ (z * z) - 2 * correlation * (w.T @ w) + correlation**2 * (p @ p)).sum()
    spread = ((correlation - target) ** 2).sum()
    shrinkage = min(1.0, noise / spread)
    shrunk = (1 - shrinkage) * correlation + shrinkage * target
    return shrunk * np.outer(volatility, volatility)


def offer(n):
    @work(f"covariance N={n}, 500 rows", f"numpy {np.__version__}, matrix products")
    def _():
        returns = load(f"returns_{n}", 500, n)
        return lambda: two_speed(returns), checksum

    @work(f"Ledoit-Wolf N={n}, 500 rows", f"scikit-learn {sklearn.__version__}")
    def _():
        returns = load(f"returns_{n}", 500, n)
        return lambda: ledoit_wolf(returns), lambda y: checksum(y[0])

    @work(f"risk parity N={n}", f"Newton in numpy {np.__version__}")
    def _():
        covariance = load(f"covariance_{n}", n, n)
        return lambda: [risk_parity(covariance) for _ in range(10)], lambda y: checksum(y[-1])


for n in (5, 20, 100):
    offer(n)


def whole(n):
    name = f"allocation N={n}, 500 rows: Ledoit-Wolf, ERC, limits"

    @work(name, f"skfolio {version('skfolio')}")
    def _():
        from skfolio import RiskMeasure
        from skfolio.moments import LedoitWolf
        from skfolio.optimization import RiskBudgeting
        from skfolio.prior import EmpiricalPrior

        returns = load(f"returns_{n}", 500, n)
        prior = EmpiricalPrior(covariance_estimator=LedoitWolf(nearest=False))

        def solve():
            return RiskBudgeting(
                risk_measure=RiskMeasure.VARIANCE, prior_estimator=prior
            ).fit(returns)

        return (solve,)

    @work(name, f"Riskfolio-Lib {version('riskfolio-lib')}")
    def _():
        import pandas as pd
        import riskfolio

        returns = pd.DataFrame(load(f"returns_{n}", 500, n))

        def solve():
            portfolio = riskfolio.Portfolio(returns=returns)
            portfolio.assets_stats(method_mu="hist", method_cov="ledoit")
            return portfolio.rp_optimization(model="Classic", rm="MV", hist=True)

        return (solve,)


for n in (100, 500):
    whole(n)


@work("hierarchical risk parity N=2000", f"PyPortfolioOpt {version('pyportfolioopt')}")
def _():
    import pandas as pd
    from pypfopt import HRPOpt

    covariance = pd.DataFrame(load("covariance_2000", 2000, 2000))

    def solve():
        weights = HRPOpt(cov_matrix=covariance).optimize()
        return [weights[i] for i in range(2000)]

    return solve, checksum
