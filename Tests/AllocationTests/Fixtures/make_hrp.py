"""Writes hrp.json: hierarchical risk parity weights of random covariances, by PyPortfolioOpt.

The covariances are those of random one-factor returns (numpy generator, seed 21). Linkage, leaf
order and bisection are the library's own (`HRPOpt`, single linkage, on scipy).

Usage: python3 make_hrp.py > hrp.json
"""

import json
import sys

import numpy as np
import pandas as pd
from pypfopt import HRPOpt


def main():
    g = np.random.default_rng(21)
    cases = []
    for n in (2, 3, 4, 7, 12, 30):
        for loading in (0.2, 1.5):
            market = g.standard_t(5, 4 * n + 40) * 0.012
            own = g.standard_t(6, (len(market), n)) * g.uniform(0.004, 0.03, n)
            returns = market[:, None] * g.normal(loading, 0.6, n) + own
            cov = np.cov(returns.T)
            names = [f"A{i:02d}" for i in range(n)]
            model = HRPOpt(cov_matrix=pd.DataFrame(cov, names, names))
            weights = model.optimize(linkage_method="single")
            cases.append({"covariance": cov.tolist(), "weights": [weights[a] for a in names]})
    json.dump(cases, sys.stdout)


main()
