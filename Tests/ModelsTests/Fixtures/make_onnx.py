"""Makes forecast-*.onnx, variance-*.onnx and onnx.json. Run: python make_onnx.py (onnx 1.23.2,
onnxruntime 1.32.0).

Small forecasts of returns and variances as ONNX's own library writes them, with weights by formula, and what
onnxruntime computes from the first for inputs by formula. The product must write the same bytes and forecast
the same.
"""
import json
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

FEATURES, STATES = 3, 2
# name: window (0 is dense), layers, hidden, head's hidden units, networks, ridge
CASES = {"dense": (0, 2, 4, 3, 2, True), "windowed": (5, 1, 3, 0, 1, False)}
STEPS, BATCH = 6, 2


def numbers(count, seed):
    """(n * 37 + seed * 11) mod 101 from -50 to 50, over 64: exact in float32."""
    return ((np.arange(count) * 37 + seed * 11) % 101 - 50) / 64


class Graph:
    """Nodes and constants in the order in which they are added."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def node(self, operation, inputs, outputs, **attributes):
        name = next(o for o in outputs if o)
        self.nodes.append(helper.make_node(operation, inputs, outputs, name=name))
        # make_node sorts attributes by name; they are added in the given order.
        self.nodes[-1].attribute.extend(helper.make_attribute(k, v) for k, v in attributes.items())

    def constant(self, name, values, dtype):
        values = np.asarray(values, dtype=dtype)
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        self.constants.append(
            helper.make_tensor(name, kind, values.shape, values.tobytes(), raw=True))

    def squeeze(self, source, target, axis):
        self.constant(target + ".axis", [axis], "<i8")
        self.node("Squeeze", [source, target + ".axis"], [target])

    def squash(self, source, columns):
        self.constant("scaler.mean", numbers(columns, 1), "<f8")
        self.constant("scaler.scale", np.abs(numbers(columns, 2)) + 0.5, "<f8")
        self.constant("squash", 1.5, "<f8")
        self.node("Sub", [source, "scaler.mean"], ["centred"])
        self.node("Div", ["centred", "scaler.scale"], ["standardised"])
        self.node("Div", ["standardised", "squash"], ["narrowed"])
        self.node("Tanh", ["narrowed"], ["inputs"])
        self.node("Cast", ["inputs"], ["x"], to=1)

    def linear(self, own, layer, source, target, size, seed):
        name = f"{own}.{layer}"
        weight = numbers(size[0] * size[1], seed).reshape(size[::-1]).T
        self.constant(name + ".weight", weight, "<f4")
        self.constant(name + ".bias", numbers(size[1], seed + 1), "<f4")
        self.node("MatMul", [source, name + ".weight"], [name + ".product"])
        self.node("Add", [name + ".product", name + ".bias"], [target])

    def network(self, member, window, inputs, layers, hidden, head, states):
        own, current, seed = f"network.{member}", "x", 10 * member
        order = np.array([0, 3, 1, 2])  # PyTorch's i f g o as ONNX's i o f c
        for layer in range(layers):
            name, width = f"{own}.l{layer}", hidden if layer else inputs
            w = numbers(4 * hidden * width, seed + 1).reshape(4, hidden * width)[order]
            r = numbers(4 * hidden * hidden, seed + 2).reshape(4, hidden * hidden)[order]
            b = [numbers(4 * hidden, seed + k).reshape(4, hidden)[order].ravel() for k in (3, 4)]
            seed += 4
            self.constant(name + ".W", w.reshape(1, 4 * hidden, width), "<f4")
            self.constant(name + ".R", r.reshape(1, 4 * hidden, hidden), "<f4")
            self.constant(name + ".B", np.concatenate(b)[None], "<f4")
            feeds = [current, name + ".W", name + ".R", name + ".B"]
            is_end = window and layer == layers - 1
            gives = ["" if is_end else name + ".Y"]
            if not window:
                self.constant(name + ".index", [member * layers + layer], "<i8")
                for state in "hc":
                    self.node("Gather", [state, name + ".index"], [f"{name}.{state}"])
                feeds += ["", name + ".h", name + ".c"]
                gives += [name + ".h_next", name + ".c_next"]
            elif is_end:
                gives.append(name + ".h_next")
            self.node("LSTM", feeds, gives, hidden_size=hidden)
            current = name + ".y"
            if is_end:
                self.squeeze(name + ".h_next", current, 0)
            else:
                self.squeeze(name + ".Y", current, 1)
        if states:
            self.node("Concat", [current, "r"], [own + ".joined"], axis=-1)
            current = own + ".joined"
        joined = hidden + states
        if head:
            self.linear(own, "head.0", current, own + ".wide", (joined, head), seed + 1)
            self.node("Relu", [own + ".wide"], [own + ".rectified"])
            self.linear(own, "head.2", own + ".rectified", own, (head, 1), seed + 3)
        else:
            self.linear(own, "head", current, own, (joined, 1), seed + 1)

    def networks(self, networks, *shape):
        for member in range(networks):
            self.network(member, *shape)
        self.node("Concat", [f"network.{m}" for m in range(networks)], ["networks"], axis=-1)
        self.node("Cast", ["networks"], ["networks.double"], to=11)

    def hand_on_states(self, networks, layers):
        for state in "hc":
            names = [f"network.{m}.l{l}.{state}_next" for m in range(networks) for l in range(layers)]
            self.node("Concat", names, [state + "_next"], axis=0)

    def model(self, name, inputs, outputs, metadata):
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="test")
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        return model


def value(name, kind, shape, meaning):
    return helper.make_tensor_value_info(name, kind, shape, doc_string=meaning)


def declare_states(inputs, outputs, networks, layers, hidden):
    for name, meaning in (("h", "hidden"), ("c", "cell")):
        shape = [networks * layers, "batch", hidden]
        inputs.append(value(
            name, TensorProto.FLOAT, shape,
            f"{meaning} states: layers of network 0, then of 1; zero at first"))
        outputs.append(value(
            name + "_next", TensorProto.FLOAT, shape, f"{meaning} states after the last step"))


def build(window, layers, hidden, head, networks, ridge):
    graph = Graph()
    steps, rows = (window, ["batch"]) if window else ("steps", ["steps", "batch"])
    inputs = [
        value("features", TensorProto.DOUBLE, [steps, "batch", FEATURES],
              "features of each bar in natural units"),
        value("regime", TensorProto.DOUBLE, rows + [STATES],
              "filtered regime probabilities at the close of the bar")]
    outputs = [
        value("forecast", TensorProto.DOUBLE, rows,
              "forecast of the next bar's log return, in EWMA sigmas"),
        value("networks", TensorProto.FLOAT, rows + [networks], "the forecast of each network")]
    if not window:
        declare_states(inputs, outputs, networks, layers, hidden)
    graph.squash("features", FEATURES)
    graph.node("Cast", ["regime"], ["r"], to=1)
    graph.networks(networks, window, FEATURES, layers, hidden, head, STATES)
    graph.node(
        "ReduceMean", ["networks.double"], ["ensemble" if ridge else "forecast"], axes=[-1], keepdims=0)
    if ridge:
        graph.constant("ridge.weights", numbers(FEATURES, 5)[:, None], "<f8")
        graph.constant("ridge.intercept", 0.125, "<f8")
        graph.constant("half", 0.5, "<f8")
        graph.node("MatMul", ["inputs", "ridge.weights"], ["ridge.column"])
        graph.squeeze("ridge.column", "ridge.product", -1)
        graph.node("Add", ["ridge.product", "ridge.intercept"], ["ridge"])
        graph.node("Mul", ["ensemble", "half"], ["ensemble.half"])
        graph.node("Mul", ["ridge", "half"], ["ridge.half"])
        graph.node("Add", ["ensemble.half", "ridge.half"], ["forecast"])
    if not window:
        graph.hand_on_states(networks, layers)
    return graph.model("forecast", inputs, outputs, {
        "features": "a,b,c", "states": "calm,turbulent",
        "mode": f"windowed {window}" if window else "dense"})


RANGES = ["range_1", "range_5", "range_22", "range_66"]
REST = ["log_return", "ewma", "ewma_slow", "log_volume_ratio"]
WEEK = ["week_sine", "week_cosine", "week_sine_2", "week_cosine_2"]
# name: calendar, units, networks (0: the regression alone), regression
VARIANCES = {"blend": (WEEK, 3, 2, True), "har": ([], 0, 0, True), "ewma": ([], 0, 0, False)}


def build_variance(method, calendar, hidden, networks, regression):
    graph, readings, head = Graph(), RANGES + calendar + REST, 2
    inputs = [value(
        "readings", TensorProto.DOUBLE, ["steps", "batch", len(readings)],
        "what the variance model reads of each bar, in natural units")]
    outputs = [value(
        "variance", TensorProto.DOUBLE, ["steps", "batch"],
        "forecast variance of the next bar's log return")]
    if networks:
        outputs.append(value(
            "networks", TensorProto.FLOAT, ["steps", "batch", networks],
            "log of the next bar's range variance over the EWMA variance, by each network"))
        declare_states(inputs, outputs, networks, 1, hidden)

    def pick(names, target):
        graph.constant(target + ".columns", [readings.index(n) for n in names], "<i8")
        graph.node("Gather", ["readings", target + ".columns"], [target], axis=-1)

    def log_ratio(variance, unit, target):
        graph.node("Div", [variance, unit], [target + ".ratio"])
        graph.node("Max", [target + ".ratio", "floor"], [target + ".floored"])
        graph.node("Log", [target + ".floored"], [target])

    pick(["ewma"], "ewma")
    graph.squeeze("ewma", "unit", -1)
    logs = []
    if regression:
        graph.constant("floor", 0.01, "<f8")
        pick(RANGES, "ranges")
        log_ratio("ranges", "ewma", "ranges.log")
        if calendar:
            pick(calendar, "calendar")
            graph.node("Concat", ["ranges.log", "calendar"], ["terms"], axis=-1)
        else:
            graph.node("Identity", ["ranges.log"], ["terms"])
        graph.constant("regression.weights", numbers(4 + len(calendar), 5)[:, None], "<f8")
        graph.constant("regression.intercept", 0.125, "<f8")
        graph.constant("regression.level", -0.25, "<f8")
        graph.node("MatMul", ["terms", "regression.weights"], ["regression.product"])
        graph.node("Add", ["regression.product", "regression.intercept"], ["regression.range"])
        graph.node("Add", ["regression.range", "regression.level"], ["regression"])
        logs.append("regression")
    if networks:
        for name in ("log_return", "ewma_slow", "log_volume_ratio"):
            pick([name], name)
        graph.node("Sqrt", ["ewma"], ["sigma"])
        graph.node("Div", ["log_return", "sigma"], ["sigmas"])
        graph.node("Abs", ["sigmas"], ["sigmas.size"])
        log_ratio("ewma", "ewma_slow", "ewma.log")
        graph.node(
            "Concat", ["terms", "sigmas", "sigmas.size", "ewma.log", "log_volume_ratio"], ["natural"],
            axis=-1)
        width = 8 + len(calendar)
        graph.squash("natural", width)
        graph.networks(networks, 0, width, 1, hidden, head, 0)
        graph.constant("network.level", 0.375, "<f8")
        graph.node("ReduceMean", ["networks.double"], ["network.range"], axes=[-1], keepdims=1)
        graph.node("Add", ["network.range", "network.level"], ["network"])
        logs.append("network")
    if logs:
        graph.node("Concat", logs, ["log_ratios"], axis=-1)
        graph.node("ReduceMean", ["log_ratios"], ["log_ratio"], axes=[-1], keepdims=0)
        graph.node("Exp", ["log_ratio"], ["ratio"])
        graph.node("Mul", ["unit", "ratio"], ["variance"])
    else:
        graph.node("Identity", ["unit"], ["variance"])
    if networks:
        graph.hand_on_states(networks, 1)
    return graph.model("variance", inputs, outputs, {
        "readings": ",".join(readings), "method": method, "decay": "0.94",
        "slow_decay": "0.99723122886693"})


made = {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
here = os.path.dirname(os.path.abspath(__file__))
for name, case in CASES.items():
    window, layers, hidden, head, networks, ridge = case
    data = build(*case).SerializeToString()
    with open(os.path.join(here, f"forecast-{name}.onnx"), "wb") as file:
        file.write(data)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    steps = window or STEPS
    rows = (BATCH,) if window else (STEPS, BATCH)
    feeds = {
        "features": numbers(steps * BATCH * FEATURES, 7).reshape(steps, BATCH, FEATURES),
        "regime": np.abs(numbers(int(np.prod(rows)) * STATES, 8)).reshape(*rows, STATES)}
    if not window:
        for state in "hc":
            feeds[state] = np.zeros((networks * layers, BATCH, hidden), np.float32)
    forecast, each = session.run(["forecast", "networks"], feeds)
    made[name] = {
        "forecast": forecast.ravel().tolist(), "networks": each.astype(float).ravel().tolist()}
for name, case in VARIANCES.items():
    with open(os.path.join(here, f"variance-{name}.onnx"), "wb") as file:
        file.write(build_variance(name, *case).SerializeToString())
with open(os.path.join(here, "onnx.json"), "w") as file:
    json.dump(made, file, indent=1)
    file.write("\n")
