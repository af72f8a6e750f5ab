"""Measures other programs on the inputs of the Swift benchmarks.

    run.py INPUTS THEME [FILTER]

INPUTS is a folder of NAME.f64 files (float64, little endian). Prints one line a measurement, with
tabs: work, peer, seconds of the best repetition, a number out of the result (or "-" where the
results are not comparable). One thread. PyTorch is measured where it is installed.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import importlib.util
import sys
import time

import numpy as np

folder, theme = sys.argv[1:3]
wanted = sys.argv[3] if len(sys.argv) > 3 else ""


def load(name, *shape):
    """Reads an array, in rows of the given length if there is one."""
    values = np.fromfile(os.path.join(folder, name + ".f64"), dtype="<f8")
    return values.reshape(shape) if shape else values


def checksum(values):
    """The sum over all of a result that the Swift side takes: weights 1 to 7 in turn, NaN as 0."""
    values = np.asarray(values, dtype=np.float64).ravel()
    return np.nansum(values * (1 + np.arange(len(values)) % 7))


def measure(work, peer, body, value=None, count=5, seconds=1.0):
    """Times `body` as the Swift runner does: a warm-up, then `count` times and for a second."""
    if wanted not in work:
        return
    result = body()
    number = "-" if value is None else repr(float(value(result)))
    best = float("inf")
    start = time.perf_counter()
    done = 0
    while done < count or time.perf_counter() - start < seconds:
        result = None
        began = time.perf_counter()
        result = body()
        best = min(best, time.perf_counter() - began)
        done += 1
    print(work, peer, repr(best), number, sep="\t", flush=True)


def indicators():
    import talib

    high, low, close = load("highs"), load("lows"), load("closes")
    first = lambda columns: checksum(columns[0])

    def column(name, function, value=checksum, times=100):
        def body():
            for _ in range(times):
                last = function()
            return last

        measure("indicator " + name, "TA-Lib " + talib.__version__, body, value)

    column("EMA 20", lambda: talib.EMA(close, 20))
    column("SMA 20", lambda: talib.SMA(close, 20))
    column("RSI 14", lambda: talib.RSI(close, 14))
    column("BBANDS 20", lambda: talib.BBANDS(close, 20, 2, 2), first)
    column("ATR 14", lambda: talib.ATR(high, low, close, 14))
    column("MACD 12 26 9", lambda: talib.MACD(close), first)
    long = load("long_closes")
    column("MACD, one column", lambda: talib.MACD(long), first, times=1)


def hmm():
    import logging

    import hmmlearn
    from hmmlearn.hmm import GaussianHMM

    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    for rows, columns in ((10_000, 4), (8760, 2)):
        x = load(f"hmm_x_{columns}", rows, columns)
        means = load(f"hmm_means_{columns}", 3, columns)

        def fit():
            # The faster of its two implementations; no prior, so that it is plain Baum-Welch.
            model = GaussianHMM(
                3, covariance_type="diag", implementation="scaling", n_iter=50, tol=-np.inf,
                init_params="", params="stmc", covars_prior=0)
            model.startprob_ = np.full(3, 1 / 3)
            model.transmat_ = np.full((3, 3), 0.05) + 0.85 * np.eye(3)
            model.means_ = means.copy()
            model.covars_ = np.ones((3, columns))
            return model.fit(x)

        measure(
            f"hmm fit T={rows} D={columns} K=3", "hmmlearn " + hmmlearn.__version__, fit,
            lambda model: model.monitor_.history[-1])


def elementary():
    x = load("elementary")
    single = x.astype(np.float32)
    y, out = np.empty_like(single), np.empty_like(x)
    positive = x * x + 1e-3

    def repeat(function, source, target, passes):
        def body():
            for _ in range(passes):
                function(source, out=target)
            return target

        return body

    peer = "numpy " + np.__version__
    measure("exp Float, array", peer, repeat(np.exp, single, y, 64), checksum)
    measure("tanh Float, array", peer, repeat(np.tanh, single, y, 64), checksum)
    measure("exp Double", peer, repeat(np.exp, x, out, 8), checksum)
    measure("log Double", peer, repeat(np.log, positive, out, 8), checksum)


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


def allocation():
    import sklearn
    from sklearn.covariance import ledoit_wolf

    for n in (5, 20, 100):
        returns = load(f"returns_{n}", 500, n)
        covariance = load(f"covariance_{n}", n, n)
        measure(
            f"covariance N={n}, 500 rows", f"numpy {np.__version__}, matrix products",
            lambda: two_speed(returns), checksum)
        measure(
            f"Ledoit-Wolf N={n}, 500 rows", f"scikit-learn {sklearn.__version__}",
            lambda: ledoit_wolf(returns), lambda y: checksum(y[0]))
        measure(
            f"risk parity N={n}", f"Newton in numpy {np.__version__}",
            lambda: [risk_parity(covariance) for _ in range(10)], lambda y: checksum(y[-1]))


def loop():
    symbols, bars, every = 50, 10_000, 24
    commission, slippage = 0.001, 0.0005
    opens, closes = load("opens", bars, symbols), load("loop_closes", bars, symbols)
    weights = load("weights", (bars - 1) // every, symbols)

    def run():
        cash = 1_000_000.0
        held = np.zeros(symbols)
        equity = np.empty(bars)
        equity[:every] = cash
        for d, target in enumerate(weights):
            t = (d + 1) * every
            trade = target * equity[t - 1] / closes[t - 1] - held
            price = opens[t] * np.where(trade > 0, 1 + slippage, 1 - slippage)
            notional = trade * price
            cash -= notional.sum() + commission * np.abs(notional).sum()
            held = held + trade
            equity[t:t + every] = cash + closes[t:t + every] @ held
        return equity

    measure(
        "step loop 50 x 10000, every 24", f"numpy {np.__version__}, a call a rebalance", run,
        checksum)


def resample():
    for source, target, bars, slots in (("1m", "1h", 525_600, 60), ("1h", "1d", 87_600, 24)):
        o, h, l, c, v = (
            load(f"{name}_{source}") for name in ("opens", "highs", "lows", "closes", "volumes"))
        starts = np.arange(0, bars, slots)

        def run():
            return (
                o[starts], np.maximum.reduceat(h, starts), np.minimum.reduceat(l, starts),
                c[starts + slots - 1], np.add.reduceat(v, starts))

        measure(
            f"resample {source} to {target}", f"numpy {np.__version__} reduceat, no gaps", run,
            lambda y: checksum(y[1]) + checksum(y[4]))


def lstm():
    if importlib.util.find_spec("torch") is None:
        print("PyTorch is not installed: the LSTM has no peer", file=sys.stderr)
        return
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(0)
    peer = "PyTorch " + torch.__version__

    class Network(nn.Module):
        def __init__(self, inputs, hidden, head, dropout):
            super().__init__()
            self.lstm = nn.LSTM(inputs, hidden, batch_first=True)
            self.dropout = nn.Dropout(dropout)
            wide = hidden + 3
            self.head = (
                nn.Sequential(nn.Linear(wide, head), nn.ReLU(), nn.Linear(head, 1))
                if head else nn.Linear(wide, 1))

        def forward(self, x, regimes, first):
            y, _ = self.lstm(x)
            y = self.dropout(y[:, first:])
            return self.head(torch.cat([y, regimes[:, first:]], 2)).squeeze(2)

    def train(work, steps, batch, length, first, inputs, hidden, head, dropout):
        x = torch.randn(steps, batch, length, inputs)
        regimes = nn.functional.one_hot(torch.randint(0, 3, (steps, batch, length)), 3).float()
        y = torch.randn(steps, batch, length)
        network = Network(inputs, hidden, head, dropout)
        adam = torch.optim.Adam(network.parameters(), lr=2e-3, weight_decay=1e-4, fused=True)
        loss = nn.MSELoss()

        def epoch():
            for step in range(steps):
                adam.zero_grad(set_to_none=True)
                forecast = network(x[step], regimes[step], first)
                loss(forecast, y[step, :, first:]).backward()
                nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                adam.step()

        measure(work, peer, epoch)

    for hidden in (16, 32, 64):
        train(f"lstm train window 60, hidden {hidden}", 32, 64, 60, 59, 12, hidden, 0, 0.0)
    # 5 segments of 8760 bars in blocks of 60: 730 chunks, 46 steps of 16.
    train("lstm train default, hidden 16", 46, 16, 80, 20, 19, 16, 16, 0.3)

    bars = 20_000
    x = torch.from_numpy(load("lstm_inputs", bars, 1, 12)).float()
    regimes = torch.from_numpy(load("lstm_regimes", bars, 1, 3)).float()
    for hidden in (16, 32, 64):
        cell, head = nn.LSTMCell(12, hidden), nn.Linear(hidden + 3, 1)
        weights = torch.from_numpy(load(f"lstm_weights_{hidden}")).float()
        at = 0
        for tensor in (
                cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh, head.weight, head.bias):
            tensor.data = weights[at:at + tensor.numel()].reshape(tensor.shape).clone()
            at += tensor.numel()
        assert at == len(weights)

        def serve():
            with torch.inference_mode():
                h = c = torch.zeros(1, hidden)
                forecasts = []
                for bar in range(bars):
                    h, c = cell(x[bar], (h, c))
                    forecasts.append(head(torch.cat([h, regimes[bar]], 1)))
                return forecasts

        measure(
            f"lstm serve, hidden {hidden}", peer, serve,
            lambda forecasts: checksum([forecast.item() for forecast in forecasts]))


themes = {
    "indicators": indicators, "hmm": hmm, "elementary": elementary, "allocation": allocation,
    "loop": loop, "resample": resample, "lstm": lstm}
themes[theme]()
