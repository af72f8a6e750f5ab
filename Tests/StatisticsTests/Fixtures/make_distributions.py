"""Writes distributions.json: binomial, beta and Student probabilities by mpmath, at 40 digits.

Usage: python3 make_distributions.py > distributions.json
"""

import json
import sys

import mpmath

mpmath.mp.dps = 40


def beta(a, b, x):
    if a > 10 and a == int(a) and b == int(b):
        return float(tail(int(a), int(a + b - 1), x))  # The hypergeometric series does not converge.
    return float(mpmath.betainc(a, b, 0, x, regularized=True))


def student(t, n):
    n, t = mpmath.mpf(n), mpmath.mpf(t)
    return float(mpmath.betainc(n / 2, mpmath.mpf(1) / 2, 0, n / (n + t * t), regularized=True))


def tail(k, n, p):
    p = mpmath.mpf(p)
    return +sum(mpmath.binomial(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1))


def clopper_pearson(k, n, confidence):
    side = (1 - mpmath.mpf(confidence)) / 2

    def root(k, wanted):
        low, high = mpmath.mpf(0), mpmath.mpf(1)
        for _ in range(70):
            middle = (low + high) / 2
            if tail(k, n, middle) < wanted:
                low = middle
            else:
                high = middle
        return float(low)

    return [0.0 if k == 0 else root(k, side), 1.0 if k == n else root(k + 1, 1 - side)]


json.dump(
    {
        "beta": [[a, b, x, beta(a, b, x)] for a, b, x in [
            (0.5, 0.5, 0.25), (1, 3, 0.125), (2.5, 0.5, 0.875), (30, 20, 0.5), (400, 600, 0.375),
            (12.5, 0.5, 0.9375), (5000, 5000, 0.5078125)]],
        "student": [[t, n, student(t, n)] for t, n in [
            (0, 3), (1, 1), (-2.5, 4), (2.75, 19), (12, 30), (-1.96875, 60)]],
        "binomial": [[k, n, p, float(tail(k, n, p))] for k, n, p in [
            (0, 5, 0.5), (3, 5, 0.5), (5, 5, 0.25), (132, 200, 0.5), (61, 100, 0.5625),
            (2, 300, 0.0078125)]],
        "clopperPearson": [[k, n, c] + clopper_pearson(k, n, c) for k, n, c in [
            (0, 7, 0.95), (7, 7, 0.95), (3, 12, 0.95), (132, 200, 0.95), (40, 60, 0.5)]],
    },
    sys.stdout, indent=1)
