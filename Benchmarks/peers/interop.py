"""Proves that models come and go unharmed, by the programs on the other side: `make interop`.

    interop.py PROGRAM

Trains small portfolios on the sample's bars in a scratch folder, then for each of them:

  safetensors  torch.nn.LSTM takes the exported weights and, over the inputs that `models trace` wrote,
               gives what each network gave, to 1e-6
  onnx         the file passes onnx.checker in full, is what onnx itself would write, and onnxruntime
               gives the same forecasts: all bars at once, bar by bar, several series side by side
  variance     the same for the variance's file, whose readings numpy makes from the bars as well
  hmmlearn     the exported regime model, set into GaussianHMM, gives the same filtered posteriors;
               one that hmmlearn fitted gives them after `models import`
  import       weights that PyTorch trained, imported, forecast what PyTorch forecasts, and serve
  pickle       torch.save's file is refused

Prints a line a proof with the largest difference; ends with status 1 if one is beyond its tolerance.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch
from hmmlearn import _hmmc
from hmmlearn.hmm import GaussianHMM
from safetensors.torch import load_file, save_file
from torch import nn

from export_hmmlearn import export

program = os.path.abspath(sys.argv[1])
sample = os.path.join(os.path.dirname(__file__), "..", "..", "db", "sample", "BTC-1h.csv")
BARS = 4000
torch.manual_seed(5)
torch.set_num_threads(1)
failed = []

# name: mode, layers, units, head's hidden units, networks, ridge, states, covariance; then the variance's
# method and networks
CASES = {
    "dense-1": ("dense", 1, 16, 16, 2, True, 3, "diagonal", "blend", 1),
    "dense-2": ("dense", 2, 9, 0, 1, False, 3, "full", "blend", 2),
    "windowed-3": ("windowed", 3, 8, 5, 2, True, 2, "tied", "har", 0),
    "windowed-1": ("windowed", 1, 16, 0, 1, False, 2, "spherical", "ewma", 0),
}
WINDOW = 24


def report(what, difference, tolerance):
    good = difference <= tolerance
    print(f"{'ok  ' if good else 'FAIL'} {what}: differs by {difference:.1e} "
          f"(tolerance {tolerance:.0e})", flush=True)
    if not good:
        failed.append(what)


def run(*arguments, status=0):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != status:
        sys.exit(f"regimefolio {' '.join(arguments)}: status {done.returncode}\n{done.stderr}")
    return done


def portfolio(name):
    mode, layers, hidden, head, seeds, ridge, states, covariance, variance, variance_seeds = CASES[name]
    text = f"""profile: balanced
symbols: [BTC]
timeframes: {{1h: 1}}
market: crypto
split: {{folds: 1, inner_folds: 0}}
regime: {{states: {states}, covariance: {covariance}, restarts: 1}}
forecast: {{mode: {mode}, layers: {layers}, hidden: {hidden}, seeds: {seeds}, window: {WINDOW},
  ridge: {str(ridge).lower()}, epochs: 1}}
head: {{hidden: {head}}}
variance: {{method: {variance}, epochs: 1, hidden: 8, seeds: {max(variance_seeds, 1)}}}
"""
    if states == 2:
        text = text.replace("restarts: 1", "restarts: 1, size: [1, 1]")
    with open(name + ".yaml", "w") as file:
        file.write(text)


class Trace:
    """The bars of a trace that the networks read, as arrays."""

    def __init__(self, name):
        run("models", "trace", name + ".yaml", "BTC", "1h", "--csv", name + ".csv")
        with open(name + ".csv") as file:
            rows = list(csv.DictReader(file))
        columns = list(rows[0])

        def read(prefix, rows):
            names = [c for c in columns if c == prefix or c.startswith(prefix + ".")]
            return np.array(
                [[float(row[c]) if row[c] else np.nan for c in names] for row in rows])

        observed = [row for row in rows if row["posterior.0"]]
        first = rows.index(observed[0])
        assert rows[first:] == observed, "bars without an observation in between"
        self.observations = read("observation", observed)
        self.posteriors = read("posterior", observed)
        fed = [row for row in rows if row["input." + columns_of(columns, "input")[0]]]
        assert fed == rows[len(rows) - len(fed):], "bars without inputs in between"
        self.features = read("feature", fed)
        self.inputs = read("input", fed).astype(np.float32)
        self.regimes = read("posterior", fed)
        self.networks = read("network", fed)
        self.forecast = read("forecast", fed)[:, 0]
        warm = [row for row in rows if row["variance_reading.ewma"]]
        self.before_readings = len(rows) - len(warm)
        assert warm == rows[self.before_readings:], "bars without readings in between"
        self.reading_names = columns_of(columns, "variance_reading")
        self.readings = read("variance_reading", warm)
        self.variance = read("variance", warm)[:, 0]


def columns_of(columns, prefix):
    return [c[len(prefix) + 1:] for c in columns if c.startswith(prefix + ".")]


class Network(nn.Module):
    def __init__(self, inputs, hidden, layers, regimes, head):
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, layers, batch_first=True)
        width = hidden + regimes
        self.head = (
            nn.Sequential(nn.Linear(width, head), nn.ReLU(), nn.Linear(head, 1))
            if head else nn.Linear(width, 1))

    def forward(self, x, regimes):
        """Dense: every step of one sequence. Windowed: x is windows x bars x inputs."""
        y, _ = self.lstm(x)
        y = y[:, -1] if x.dim() == 3 and regimes.dim() == 2 else y
        return self.head(torch.cat([y, regimes], -1)).squeeze(-1)


def make(name, inputs):
    mode, layers, hidden, head, _, _, states, *_ = CASES[name]
    return Network(inputs, hidden, layers, states, head)


def tensors(name, trace):
    """The network's arguments for all bars of a trace."""
    x = torch.from_numpy(trace.inputs)
    r = torch.from_numpy(trace.regimes).float()
    if CASES[name][0] == "dense":
        return x[None], r[None]
    return x.unfold(0, WINDOW, 1).transpose(1, 2).contiguous(), r[WINDOW - 1:]


def forecasts(name, network, trace):
    with torch.inference_mode():
        return network(*tensors(name, trace)).reshape(-1).numpy()


def compare_networks(what, name, networks, trace, tolerance=1e-6):
    first = 0 if CASES[name][0] == "dense" else WINDOW - 1
    worst = 0.0
    for member, network in enumerate(networks):
        difference = np.abs(forecasts(name, network, trace) - trace.networks[first:, member])
        # The product says nothing while a window fills after a hole of more than max_gap bars.
        worst = max(worst, float(np.nanmax(difference)))
    report(f"{name}: {what} ({len(trace.inputs) - first} bars)", worst, tolerance)


def prove_safetensors(name, trace):
    file = name + ".safetensors"
    exported = load_file(file)
    networks = []
    for member in range(CASES[name][4]):
        prefix = f"member.{member}."
        network = make(name, trace.inputs.shape[1])
        network.load_state_dict(
            {k[len(prefix):]: v for k, v in exported.items() if k.startswith(prefix)})
        networks.append(network)
    compare_networks("exported safetensors in torch.nn.LSTM", name, networks, trace)
    return exported


def prove_onnx(name, trace):
    mode, layers, hidden, _, members, *_ = CASES[name]
    with open(name + ".onnx", "rb") as file:
        data = file.read()
    model = onnx.load_model_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    other = model.SerializeToString() != data
    report(f"{name}: onnx.checker; the bytes that onnx itself would write", float(other), 0)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    said = ~np.isnan(trace.forecast)
    if mode == "dense":
        state = np.zeros((members * layers, 1, hidden), np.float32)

        def ask(features, regime, h, c):
            return session.run(
                ["forecast", "networks", "h_next", "c_next"],
                {"features": features, "regime": regime, "h": h, "c": c})

        forecast, networks, *_ = ask(
            trace.features[:, None], trace.regimes[:, None], state, state)
        forecast, networks = forecast[:, 0], networks[:, 0]
        h, c, bars = state, state, []
        for t in range(500):
            one, _, h, c = ask(trace.features[t:t + 1, None], trace.regimes[t:t + 1, None], h, c)
            bars.append(one[0, 0])
        report(f"{name}: onnxruntime bar by bar", float(np.abs(bars - forecast[:500]).max()), 1e-6)
        wide = np.repeat(state, 3, 1)
        three, *_ = ask(
            np.repeat(trace.features[:200, None], 3, 1), np.repeat(trace.regimes[:200, None], 3, 1),
            wide, wide)
        report(f"{name}: onnxruntime, 3 series", float(np.abs(three - forecast[:200, None]).max()), 1e-6)
    else:
        windows = np.lib.stride_tricks.sliding_window_view(trace.features, WINDOW, 0)
        forecast, networks = session.run(
            ["forecast", "networks"],
            {"features": np.ascontiguousarray(windows.transpose(2, 0, 1)),
             "regime": trace.regimes[WINDOW - 1:]})
        gap = np.full(WINDOW - 1, np.nan)
        forecast = np.concatenate([gap, forecast])
        networks = np.concatenate([np.repeat(gap[:, None], members, 1), networks])
    report(f"{name}: onnxruntime, each network", float(np.nanmax(np.abs(networks - trace.networks))), 1e-6)
    report(
        f"{name}: onnxruntime, forecast ({int(said.sum())} bars)",
        float(np.abs(forecast - trace.forecast)[said].max()), 1e-6)


def bars():
    """Columns of the ingested file by name; times in hours since 1970."""
    with open("BTC-1h.csv") as file:
        rows = list(csv.DictReader(file))
    columns = {n: np.array([float(row[n]) for row in rows]) for n in ("open", "high", "low", "close", "volume")}
    columns["time"] = np.array([row["time"].rstrip("Z") for row in rows], "datetime64[h]").astype(int)
    return columns


def means(x, count):
    return np.lib.stride_tricks.sliding_window_view(x, count).mean(1)


def ewma(squares, decay):
    """From the 20th square on."""
    said = [squares[:20].mean()]
    for square in squares[20:]:
        said.append(decay * said[-1] + (1 - decay) * square)
    return np.array(said)


def readings_of_bars(names, metadata):
    """The readings as docs/interop.md defines them, from bar 66 on."""
    bar = bars()
    log = np.log
    gap = np.append(0, log(bar["open"][1:] / bar["close"][:-1]))
    ranges = gap ** 2 + log(bar["high"] / bar["low"]) ** 2 / (4 * log(2))
    moves = log(bar["close"][1:] / bar["close"][:-1])
    squares = moves ** 2 / np.diff(bar["time"])
    close = bar["time"] + 1
    day, week = 2 * np.pi * (close % 24) / 24, 2 * np.pi * ((close // 24 + 3) % 7) / 7
    made = {f"range_{n}": means(ranges, n) for n in (1, 5, 22, 66)}
    for name, angle in (("day", day), ("week", week)):
        for suffix, twice in (("", 1), ("_2", 2)):
            made[f"{name}_sine{suffix}"] = np.sin(twice * angle)
            made[f"{name}_cosine{suffix}"] = np.cos(twice * angle)
    made["log_return"] = moves
    made["ewma"] = ewma(squares, float(metadata["decay"]))
    made["ewma_slow"] = ewma(squares, float(metadata["slow_decay"]))
    volume = bar["volume"][19:] / means(bar["volume"], 20)
    made["log_volume_ratio"] = log(np.maximum(volume, 0.01))
    count = len(close) - 65
    return np.stack([made[n][-count:] for n in names], 1)


def prove_variance(name, trace):
    method, members = CASES[name][8:]
    with open(name + "-variance.onnx", "rb") as file:
        data = file.read()
    model = onnx.load_model_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    report(
        f"{name}: variance, onnx.checker; the bytes that onnx itself would write",
        float(model.SerializeToString() != data), 0)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    assert metadata["method"] == method, metadata
    assert metadata["readings"].split(",") == trace.reading_names
    made = readings_of_bars(trace.reading_names, metadata)
    # Relative to each column's size: one that crosses zero has no relative difference of its own.
    size = np.abs(made).mean(0)
    report(
        f"{name}: variance, readings that numpy makes of the bars ({len(made)} bars)",
        float((np.abs(made - trace.readings) / size).max()), 1e-9)
    said = ~np.isnan(trace.variance)

    def ask(readings, state):
        """Variances, and the states after the last bar."""
        states = dict(zip("hc", state)) if members else {}
        asked = ["variance"] + (["h_next", "c_next"] if members else [])
        variance, *state = session.run(asked, {"readings": readings, **states})
        return variance, state

    def compare(what, variance, wanted):
        report(f"{name}: variance, {method} of {members}, {what}",
               float(np.abs(variance / wanted - 1).max()), 1e-6)

    zero = [np.zeros((members, 1, 8), np.float32)] * 2
    variance = ask(trace.readings[:, None], zero)[0][:, 0]
    compare(f"onnxruntime ({int(said.sum())} bars)", variance[said], trace.variance[said])
    own, _ = ask(made[:, None], zero)
    compare("onnxruntime from the bars", own[said, 0], trace.variance[said])
    state, steps = zero, []
    for t in range(500):
        one, state = ask(trace.readings[t:t + 1, None], state)
        steps.append(one[0, 0])
    compare("onnxruntime bar by bar", np.array(steps), variance[:500])
    three, _ = ask(np.repeat(trace.readings[:200, None], 3, 1), [np.repeat(s, 3, 1) for s in zero])
    compare("onnxruntime, 3 series", three, variance[:200, None])


def filtered(model, observations):
    density = model._compute_log_likelihood(observations)
    _, alpha = _hmmc.forward_log(model.startprob_, model.transmat_, density)
    alpha = np.exp(alpha - alpha.max(1, keepdims=True))
    return alpha / alpha.sum(1, keepdims=True)


def turn_states(model):
    """Renumbers the states 0 1 2 -> 1 2 0, so that the order is not the product's by chance."""
    turn = np.roll(np.arange(model.n_components), 1)
    covariance = model._covars_ if model.covariance_type == "tied" else model._covars_[turn]
    model.startprob_ = model.startprob_[turn]
    model.transmat_ = model.transmat_[np.ix_(turn, turn)]
    model.means_, model._covars_ = model.means_[turn], covariance


def hmmlearn_name(covariance):
    return {"diagonal": "diag"}.get(covariance, covariance)


def prove_hmm_export(name, trace, exported):
    states, covariance = CASES[name][6:8]
    model = GaussianHMM(states, covariance_type=hmmlearn_name(covariance))
    model.n_features = exported["hmm.means"].shape[1]
    model.startprob_ = exported["hmm.start"].numpy()
    model.transmat_ = exported["hmm.transition"].numpy()
    model.means_ = exported["hmm.means"].numpy()
    key = {"full": "hmm.covariances", "tied": "hmm.covariance"}.get(covariance, "hmm.variances")
    model.covars_ = exported[key].numpy()
    z = (trace.observations - exported["hmm.scaler.mean"].numpy()) / exported["hmm.scaler.scale"].numpy()
    report(
        f"{name}: exported {covariance} regime model in hmmlearn ({len(z)} bars)",
        float(np.abs(filtered(model, z) - trace.posteriors).max()), 1e-9)


def prove_imports(name, trace):
    mode, layers, hidden, head, members, _, states, covariance, *_ = CASES[name]
    # A model of hmmlearn on standardised observations; states in whatever order it found them.
    mean, scale = trace.observations.mean(0), trace.observations.std(0)
    z = (trace.observations - mean) / scale
    hmm = GaussianHMM(
        states, covariance_type=hmmlearn_name(covariance), n_iter=10, random_state=3).fit(z)
    turn_states(hmm)
    export(hmm, name + "-hmm.safetensors", mean, scale)
    if covariance == "spherical":
        # hmmlearn stores it D times after a fit and then cannot be asked for it; in full it can.
        variances = hmm._covars_[:, 0].copy()
        hmm.covars_ = variances
    posteriors = filtered(hmm, z)

    # Networks trained by PyTorch on the traced inputs and hmmlearn's posteriors, in its order.
    trace.regimes = posteriors[-len(trace.inputs):]
    target = torch.from_numpy(np.append(z[-len(trace.inputs) + 1:, 0], 0)).float()
    networks, files = [], []
    for member in range(members):
        network = make(name, trace.inputs.shape[1])
        adam = torch.optim.Adam(network.parameters(), lr=5e-3)
        x, r = tensors(name, trace)
        wanted = target if mode == "dense" else target[WINDOW - 1:]
        for _ in range(15):
            adam.zero_grad()
            ((network(x, r).reshape(-1) - wanted) ** 2).mean().backward()
            adam.step()
        file = f"{name}-torch-{member}.safetensors"
        save_file(network.state_dict(), file)
        networks.append(network)
        files += ["--lstm", file]
    torch.save(networks[0].state_dict(), name + ".pt")
    refused = run("models", "import", name + ".yaml", "BTC", "1h", "--lstm", name + ".pt", status=1)
    report(f"{name}: pickle refused", float("pickle" not in refused.stderr), 0)
    run("models", "import", name + ".yaml", "BTC", "1h", *files, "--hmm", name + "-hmm.safetensors")
    again = Trace(name)
    order = [
        int(np.abs(posteriors - again.posteriors[:, [k]]).max(0).argmin()) for k in range(states)]
    assert sorted(order) == list(range(states)), order
    report(
        f"{name}: imported {covariance} model of hmmlearn, states {order}",
        float(np.abs(posteriors[:, order] - again.posteriors).max()), 1e-9)
    # PyTorch reads the regimes in hmmlearn's order, the product in its own.
    trace.networks = again.networks
    compare_networks("imported PyTorch weights", name, networks, trace)
    plan = json.loads(run("allocate", name + ".yaml", "--json", "--quiet").stdout)
    report(f"{name}: the imported bundle serves ('allocate')", float(not plan), 0)


def main():
    with open(sample) as file:
        lines = file.readlines()[:BARS + 1]
    with open("BTC-1h.csv", "w") as file:
        file.writelines(lines)
    run("ingest", "BTC-1h.csv", "--quiet")
    for name in CASES:
        portfolio(name)
        run("train", name + ".yaml", "--quiet")
        trace = Trace(name)
        run("models", "export", "BTC", "1h", "--safetensors", name + ".safetensors", "--onnx", name + ".onnx",
            "--onnx-variance", name + "-variance.onnx")
        exported = prove_safetensors(name, trace)
        prove_onnx(name, trace)
        prove_variance(name, trace)
        prove_hmm_export(name, trace, exported)
        prove_imports(name, trace)
    print(f"torch {torch.__version__}, onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
    sys.exit(1 if failed else 0)


with tempfile.TemporaryDirectory() as scratch:
    sample = os.path.abspath(sample)
    os.chdir(scratch)
    main()
