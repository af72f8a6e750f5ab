"""Writes max_test.json: the max test over variants, computed from its definition.

Everything is written out anew: the counter-based generator (Philox 4x32-10 keyed by SHA-256), the
index rule of the stationary bootstrap, and for every resample the measures from the resampled
returns themselves (numpy, two passes), not from sums of deviations. p-values are plain counts.

Usage: python3 make_max_test.py > max_test.json
"""

import hashlib
import json
import struct
import sys

import numpy as np

M32, M64 = 2**32 - 1, 2**64 - 1


class Stream:
    """The generator of a seed and a path: 64 random bits at a time."""

    def __init__(self, seed, path):
        h = hashlib.sha256(struct.pack("<qq", seed, len(path)))
        for name in path:
            h.update(struct.pack("<q", len(name.encode())) + name.encode())
        k0, k1, s0, s1 = struct.unpack(">4I", h.digest()[:16])
        self.key, self.stream, self.block, self.spare = (k0, k1), (s0, s1), 0, None

    def next(self):
        if self.spare is not None:
            value, self.spare = self.spare, None
            return value
        c = [self.block & M32, self.block >> 32, *self.stream]
        k0, k1 = self.key
        for _ in range(10):
            p0, p1 = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
            c = [(p1 >> 32) ^ c[1] ^ k0, p1 & M32, (p0 >> 32) ^ c[3] ^ k1, p0 & M32]
            k0, k1 = (k0 + 0x9E3779B9) & M32, (k1 + 0xBB67AE85) & M32
        self.block += 1
        self.spare = c[3] << 32 | c[2]
        return c[1] << 32 | c[0]

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53

    def below(self, n):
        product = self.next() * n
        if product & M64 < n:
            while product & M64 < (2**64 - n) % n:
                product = self.next() * n
        return product >> 64


def resample(stream, n, block):
    index = [stream.below(n)]
    for _ in range(1, n):
        index.append(stream.below(n) if stream.uniform() < 1 / block else (index[-1] + 1) % n)
    return index


def value(measure, r, periods):
    if measure == "mean":
        return r.mean() * periods
    return r.mean() / r.std(ddof=1) * np.sqrt(periods)


def max_test(strategies, benchmark, measure, alternative, periods, block, draws, seed, path):
    side = np.abs if alternative == "different" else (lambda x: x)
    d = np.array([value(measure, s, periods) - value(measure, benchmark, periods) for s in strategies])
    stream, star = Stream(seed, path), []
    for _ in range(draws):
        i = resample(stream, len(benchmark), block)
        base = value(measure, benchmark[i], periods)
        star.append([value(measure, s[i], periods) - base for s in strategies])
    star = np.array(star)
    error = star.std(axis=0, ddof=1)
    t, z = side(d / error), side((star - d) / error)
    order, adjusted, floor = np.argsort(-t), np.empty(len(d)), 0.0
    for place, k in enumerate(order):
        top = z[:, order[place:]].max(axis=1)
        floor = adjusted[k] = max(floor, (1 + np.sum(top >= t[k])) / (1 + draws))
    alone = (1 + np.sum(z >= t, axis=0)) / (1 + draws)
    return {
        "measure": measure,
        "alternative": alternative,
        "difference": d.tolist(),
        "standardError": error.tolist(),
        "statistic": (d / error).tolist(),
        "pValue": alone.tolist(),
        "adjustedPValue": adjusted.tolist(),
    }


def main():
    g = np.random.default_rng(31)
    n, periods, block, draws, seed, path = 240, 365, 8.0, 400, 5, ["max test", "reference"]
    market = g.standard_t(5, n) * 0.02
    benchmark = np.round(market + g.standard_t(5, n) * 0.004, 8)
    strategies = [
        np.round(b * market + a + g.standard_t(5, n) * s, 8)
        for b, a, s in (
            (0.5, 0.0002, 0.004),
            (1, 0.0005, 0.006),
            (0.9, 0.0012, 0.008),
            (1.2, -0.002, 0.01),
            (0, 0, 0.01),
        )
    ]
    tests = [
        max_test(strategies, benchmark, m, a, periods, block, draws, seed, path)
        for m in ("sharpe", "mean")
        for a in ("better", "different")
    ]
    json.dump(
        {
            "benchmark": benchmark.tolist(),
            "strategies": [s.tolist() for s in strategies],
            "barsPerYear": periods,
            "meanBlockLength": block,
            "draws": draws,
            "seed": seed,
            "path": path,
            "tests": tests,
        },
        sys.stdout,
    )


main()
