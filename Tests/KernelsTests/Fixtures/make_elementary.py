"""Writes elementary.json: arguments and 200-bit references of the elementary functions.

Run:  python3 make_elementary.py   (needs mpmath; see README.md for versions)

A row is "x [y] value residual": x, y and value are bit patterns of doubles in hexadecimal, value is
the double nearest to f(x), residual is (f(x) - value) / ulp(value) in decimal. The grids are fixed,
so the file is the same on every run.
"""

import json
import math
import struct
from pathlib import Path

import mpmath
from mpmath import mpf

mpmath.mp.prec = 1400  # sin of 2^1023 needs 1023 bits before the point


def bits(x):
    return struct.pack(">d", x).hex()


def row(arguments, exact):
    value = float(exact)
    residual = float((exact - mpf(value)) / mpf(math.ulp(value)))
    return " ".join([bits(a) for a in arguments] + [bits(value), f"{residual:.4f}"])


def linear(a, b, n):
    return [a + (b - a) * (i + 0.37) / n for i in range(n)]


def geometric(a, b, n):
    """Points whose binary exponent runs from a to b, mantissas spread by the golden ratio."""
    out = []
    for i in range(n):
        exponent = a + (b - a) * i // n
        out.append(math.ldexp(1 + (i * 0.6180339887498949) % 1, exponent))
    return out


def both(points):
    return [s * p for p in points for s in (1.0, -1.0)]


def neighbours(x):
    return [math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)]


def multiples_of_half_pi(ks):
    return [float(k * mpmath.pi / 2) for k in ks]


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


angles = (
    linear(-10, 10, 160)
    + linear(-1e5, 1e5, 160)
    + both(geometric(-40, 1023, 100))
    + multiples_of_half_pi([1, 2, 3, 4, 5, 8, 64, 355, 710, 63661, 1000000, 1018592, 2**30 + 1])
    # The double nearest to a multiple of pi/2, relatively (Kahan): 6381956970095103 * 2^797.
    + neighbours(math.ldexp(6381956970095103, 797))
    + [0.785, math.nextafter(0.785, 1), 1.6e6, 1.6e6 - 1]
)

power_pairs = []
for i, x in enumerate(geometric(-1074, 1023, 260) + linear(0.5, 2, 260)):
    # y chosen so that x^y runs through the whole range, subnormal results included.
    target = -744 + 1453 * ((i * 0.6180339887498949) % 1)
    y = target / math.log(x)
    power_pairs.append((x, y))
power_pairs += [(1 + 2.0**-k, 2.0**k * 3.3) for k in range(1, 53)]
power_pairs += [(1 - 2.0**-k, 2.0**k * 3.3) for k in range(2, 54)]
power_pairs += [(-3.0, float(k)) for k in range(-7, 8)] + [(10.0, float(k)) for k in (-5, 2, 22, 23)]

cases = {
    "exp": (
        mpmath.exp,
        linear(-745, 709.7, 260) + linear(-2, 2, 200) + both(geometric(-55, 9, 60)),
    ),
    "log": (
        mpmath.log,
        linear(0.4, 2.5, 260)
        + geometric(-1074, 1024, 200)
        + [1 + s * 2.0**-k for k in range(2, 53) for s in (1, -1)]
        + neighbours(math.sqrt(0.5))
        + neighbours(math.sqrt(2)),
    ),
    "sin": (mpmath.sin, angles),
    "cos": (mpmath.cos, angles),
    "tanh": (mpmath.tanh, linear(-19.5, 19.5, 260) + linear(-1, 1, 200) + both(geometric(-40, 4, 60))),
    "sigmoid": (sigmoid, linear(-744, 41, 260) + linear(-4, 4, 200) + both(geometric(-40, 5, 60))),
}

table = {
    name: [row([x], f(mpf(x))) for x in points] for name, (f, points) in cases.items()
}
table["pow"] = [row([x, y], mpmath.power(mpf(x), mpf(y))) for x, y in power_pairs]

here = Path(__file__).parent
(here / "elementary.json").write_text(json.dumps(table, indent=0, sort_keys=True) + "\n")
for name, rows in sorted(table.items()):
    print(name, len(rows))
