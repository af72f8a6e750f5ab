"""Writes scaler.json (scikit-learn's StandardScaler) and ridge.json (ridge by numpy).

Run: pip install scikit-learn==1.9.1 numpy==2.4.6 && python linear.py
"""
import json

import numpy as np
from sklearn.preprocessing import StandardScaler


def save(name, content):
    with open(name, "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


rng = np.random.default_rng(11)
x = rng.normal(size=(40, 4)) * [1, 10, .01, 1] + [0, 5, 1, 0]
x[:, 2] = np.where(np.arange(40) % 7 == 0, x[:, 2] * 3, x[:, 2])
x[:, 3] = 0.1  # constant, and not a dyadic number: its mean is rounded
scaler = StandardScaler().fit(x)
save("scaler.json", dict(x=x.tolist(), mean=scaler.mean_.tolist(), scale=scaler.scale_.tolist(),
                         out=scaler.transform(x).tolist()))

# Ridge on standardised columns: minimise |y - b0 - Z b|^2 / n + penalty |b|^2.
x = rng.normal(size=(90, 3)) * [1, 20, .05] + [0, -3, 7]
y = .4 * x[:, 0] - .01 * x[:, 1] + 2 * x[:, 2] + 2 * rng.normal(size=90)
train, validation = slice(0, 15), slice(15, 90)
grid = [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0]
mean, scale = x[train].mean(axis=0), x[train].std(axis=0)
z, centred, n = (x[train] - mean) / scale, y[train] - y[train].mean(), 15
fits = []
for penalty in grid:
    b = np.linalg.solve(z.T @ z / n + penalty * np.eye(3), z.T @ centred / n) / scale
    intercept = y[train].mean() - mean @ b
    error = float(np.mean((y[validation] - intercept - x[validation] @ b) ** 2))
    fits.append(dict(penalty=penalty, weights=b.tolist(), intercept=float(intercept),
                     validationError=error))
save("ridge.json", dict(x=x.tolist(), y=y.tolist(), trainingRows=15, fits=fits))
