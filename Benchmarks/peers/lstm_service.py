"""PyTorch and onnxruntime serving the networks of Sources/benchmarks/LSTMService.swift: same weights."""
import time

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from peer import checksum, load, work

FEATURES, STATES, LENGTH = 12, 3, 60
TORCH = "PyTorch " + torch.__version__.split("+")[0]
RUNTIME = "onnxruntime " + onnxruntime.__version__


def tensors(hidden):
    """The network's tensors by PyTorch's names, as float32."""
    shapes = {
        "weight_ih_l0": (4 * hidden, FEATURES), "weight_hh_l0": (4 * hidden, hidden),
        "bias_ih_l0": (4 * hidden,), "bias_hh_l0": (4 * hidden,),
        "weight": (1, hidden + STATES), "bias": (1,)}
    flat, at, found = load(f"lstm_weights_{hidden}").astype(np.float32), 0, {}
    for name, shape in shapes.items():
        count = int(np.prod(shape))
        found[name] = flat[at:at + count].reshape(shape)
        at += count
    assert at == len(flat)
    return found


def modules(hidden):
    lstm, head = nn.LSTM(FEATURES, hidden, batch_first=True), nn.Linear(hidden + STATES, 1)
    weights = {k: torch.from_numpy(v.copy()) for k, v in tensors(hidden).items()}
    lstm.load_state_dict({k: v for k, v in weights.items() if k.endswith("_l0")})
    head.load_state_dict({"weight": weights["weight"], "bias": weights["bias"]})
    return lstm, head


def graph(hidden):
    """An ONNX graph of the same network: x is steps x batch x features, states go in and out."""
    t = tensors(hidden)
    gates = lambda a: a.reshape(4, -1)[[0, 3, 1, 2]].reshape(a.shape)  # i f g o -> i o f c
    constants = {
        "W": gates(t["weight_ih_l0"])[None], "R": gates(t["weight_hh_l0"])[None],
        "B": np.concatenate([gates(t["bias_ih_l0"]), gates(t["bias_hh_l0"])])[None],
        "head": t["weight"].T.copy(), "bias": t["bias"], "axis": np.array([0], np.int64)}
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    state = [1, "batch", hidden]
    nodes = [
        helper.make_node("LSTM", ["x", "W", "R", "B", "", "h", "c"], ["", "hn", "cn"], hidden_size=hidden),
        helper.make_node("Squeeze", ["hn", "axis"], ["last"]),
        helper.make_node("Concat", ["last", "regime"], ["joined"], axis=1),
        helper.make_node("MatMul", ["joined", "head"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["forecast"])]
    made = helper.make_graph(
        nodes, "lstm",
        [value("x", ["steps", "batch", FEATURES]), value("regime", ["batch", STATES]),
         value("h", state), value("c", state)],
        [value("forecast", ["batch", 1]), value("hn", state), value("cn", state)],
        [numpy_helper.from_array(v, k) for k, v in constants.items()])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def windows():
    """10 000 windows: windows x bars x features, and the regimes of their last bars."""
    inputs = load("window_inputs").astype(np.float32).reshape(-1, FEATURES)
    regimes = load("window_regimes").astype(np.float32).reshape(-1, STATES)
    view = np.lib.stride_tricks.sliding_window_view(inputs, LENGTH, 0).transpose(0, 2, 1)
    return np.ascontiguousarray(view), regimes[LENGTH - 1:].copy()


def fastest(make, batches):
    """The batch size whose pass takes the shortest: body and size."""
    times = {}
    for batch in batches:
        body = make(batch)
        body()
        began = time.perf_counter()
        body()
        times[batch] = time.perf_counter() - began
    best = min(times, key=times.get)
    return make(best), best


INFER = "lstm infer 10 000 windows of 60, hidden 64"


@work(INFER, TORCH)
def _():
    torch.set_num_threads(1)
    lstm, head = modules(64)
    x, regimes = map(torch.from_numpy, windows())

    def make(batch):
        def body():
            with torch.inference_mode():
                return torch.cat([
                    head(torch.cat([lstm(x[k:k + batch])[0][:, -1], regimes[k:k + batch]], 1))
                    for k in range(0, len(x), batch)]).numpy()
        return body

    body, batch = fastest(make, (32, 64, 128, 256, 1000, 10_000))
    return body, checksum, None, f"{TORCH}, batch {batch}"


@work(INFER, RUNTIME)
def _():
    session = graph(64)
    x, regimes = windows()
    x = np.ascontiguousarray(x.transpose(1, 0, 2))

    def make(batch):
        parts = []
        for k in range(0, x.shape[1], batch):
            own = np.ascontiguousarray(x[:, k:k + batch])
            zero = np.zeros((1, own.shape[1], 64), np.float32)
            parts.append({"x": own, "regime": regimes[k:k + batch], "h": zero, "c": zero})
        return lambda: np.concatenate([session.run(["forecast"], part)[0] for part in parts])

    body, batch = fastest(make, (32, 64, 128, 256, 1000))
    return body, checksum, None, f"{RUNTIME}, batch {batch}"


def stream(bars):
    return (
        load(f"lstm_inputs_{bars}").astype(np.float32).reshape(bars, 1, 1, FEATURES),
        load(f"lstm_regimes_{bars}").astype(np.float32).reshape(bars, 1, STATES))


def offer_stateful(hidden, bars=20_000):
    name = f"lstm serve, one more bar, hidden {hidden}"

    @work(name, TORCH + " LSTMCell")
    def _():
        torch.set_num_threads(1)
        lstm, head = modules(hidden)
        cell = nn.LSTMCell(FEATURES, hidden)
        cell.load_state_dict({k[:-3]: v for k, v in lstm.state_dict().items()})
        x, regimes = map(torch.from_numpy, stream(bars))
        x = x[:, 0]

        def body():
            with torch.inference_mode():
                h = c = torch.zeros(1, hidden)
                forecasts = []
                for bar in range(bars):
                    h, c = cell(x[bar], (h, c))
                    forecasts.append(head(torch.cat([h, regimes[bar]], 1)))
                return forecasts

        return body, lambda forecasts: checksum([forecast.item() for forecast in forecasts])

    @work(name, RUNTIME)
    def _():
        session = graph(hidden)
        x, regimes = stream(bars)

        def body():
            h = c = np.zeros((1, 1, hidden), np.float32)
            forecasts = []
            for bar in range(bars):
                forecast, h, c = session.run(None, {"x": x[bar], "regime": regimes[bar], "h": h, "c": c})
                forecasts.append(forecast)
            return forecasts

        return body, lambda forecasts: checksum(np.concatenate(forecasts))


def offer_windowed(hidden=64, bars=400):
    name = f"lstm serve, a window of 60, hidden {hidden}"

    @work(name, TORCH)
    def _():
        torch.set_num_threads(1)
        lstm, head = modules(hidden)
        x, regimes = map(torch.from_numpy, stream(bars))
        x = x.reshape(1, bars, FEATURES)

        def body():
            with torch.inference_mode():
                return [
                    head(torch.cat([lstm(x[:, bar - 59:bar + 1])[0][:, -1], regimes[bar]], 1))
                    for bar in range(59, bars)]

        return body, number

    @work(name, RUNTIME)
    def _():
        session = graph(hidden)
        x, regimes = stream(bars)
        x = x.reshape(bars, 1, FEATURES)
        zero = np.zeros((1, 1, hidden), np.float32)

        def body():
            return [
                session.run(["forecast"], {
                    "x": x[bar - 59:bar + 1], "regime": regimes[bar], "h": zero, "c": zero})[0]
                for bar in range(59, bars)]

        return body, number

    def number(forecasts):
        # The Swift side has a place for each bar, the first 59 without a forecast.
        return checksum([0.0] * 59 + [float(forecast.reshape(())) for forecast in forecasts])


for hidden in (16, 64):
    offer_stateful(hidden)
offer_windowed()
