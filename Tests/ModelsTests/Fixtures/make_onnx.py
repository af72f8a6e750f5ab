"""Makes forecast-*.onnx and onnx.json. Run: python make_onnx.py (onnx 1.23.2, onnxruntime 1.32.0).

Two small forecasts as ONNX's own library writes them, with weights by formula, and what onnxruntime
computes from them for inputs by formula. The product must write the same bytes and forecast the same.
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


def build(window, layers, hidden, head, networks, ridge):
    nodes, constants = [], []

    def node(operation, inputs, outputs, **attributes):
        name = next(o for o in outputs if o)
        nodes.append(helper.make_node(operation, inputs, outputs, name=name))
        # make_node sorts attributes by name; they are added in the given order.
        nodes[-1].attribute.extend(helper.make_attribute(k, v) for k, v in attributes.items())

    def constant(name, values, dtype):
        values = np.asarray(values, dtype=dtype)
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        constants.append(helper.make_tensor(name, kind, values.shape, values.tobytes(), raw=True))

    def squeeze(source, target, axis):
        constant(target + ".axis", [axis], "<i8")
        node("Squeeze", [source, target + ".axis"], [target])

    def value(name, kind, shape, meaning):
        return helper.make_tensor_value_info(name, kind, shape, doc_string=meaning)

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
        for name, meaning in (("h", "hidden"), ("c", "cell")):
            shape = [networks * layers, "batch", hidden]
            inputs.append(value(
                name, TensorProto.FLOAT, shape,
                f"{meaning} states: layers of network 0, then of 1; zero at first"))
            outputs.append(value(
                name + "_next", TensorProto.FLOAT, shape, f"{meaning} states after the last step"))

    constant("scaler.mean", numbers(FEATURES, 1), "<f8")
    constant("scaler.scale", np.abs(numbers(FEATURES, 2)) + 0.5, "<f8")
    constant("squash", 1.5, "<f8")
    node("Sub", ["features", "scaler.mean"], ["centred"])
    node("Div", ["centred", "scaler.scale"], ["standardised"])
    node("Div", ["standardised", "squash"], ["narrowed"])
    node("Tanh", ["narrowed"], ["inputs"])
    node("Cast", ["inputs"], ["x"], to=1)
    node("Cast", ["regime"], ["r"], to=1)
    for member in range(networks):
        own, current, seed = f"network.{member}", "x", 10 * member
        order = np.array([0, 3, 1, 2])  # PyTorch's i f g o as ONNX's i o f c
        for layer in range(layers):
            name, width = f"{own}.l{layer}", hidden if layer else FEATURES
            w = numbers(4 * hidden * width, seed + 1).reshape(4, hidden * width)[order]
            r = numbers(4 * hidden * hidden, seed + 2).reshape(4, hidden * hidden)[order]
            b = [numbers(4 * hidden, seed + k).reshape(4, hidden)[order].ravel() for k in (3, 4)]
            seed += 4
            constant(name + ".W", w.reshape(1, 4 * hidden, width), "<f4")
            constant(name + ".R", r.reshape(1, 4 * hidden, hidden), "<f4")
            constant(name + ".B", np.concatenate(b)[None], "<f4")
            feeds = [current, name + ".W", name + ".R", name + ".B"]
            is_end = window and layer == layers - 1
            gives = ["" if is_end else name + ".Y"]
            if not window:
                constant(name + ".index", [member * layers + layer], "<i8")
                for state in "hc":
                    node("Gather", [state, name + ".index"], [f"{name}.{state}"])
                feeds += ["", name + ".h", name + ".c"]
                gives += [name + ".h_next", name + ".c_next"]
            elif is_end:
                gives.append(name + ".h_next")
            node("LSTM", feeds, gives, hidden_size=hidden)
            current = name + ".y"
            if is_end:
                squeeze(name + ".h_next", current, 0)
            else:
                squeeze(name + ".Y", current, 1)
        node("Concat", [current, "r"], [own + ".joined"], axis=-1)

        def linear(layer, source, target, size, seed):
            name = f"{own}.{layer}"
            constant(name + ".weight", numbers(size[0] * size[1], seed).reshape(size[::-1]).T, "<f4")
            constant(name + ".bias", numbers(size[1], seed + 1), "<f4")
            node("MatMul", [source, name + ".weight"], [name + ".product"])
            node("Add", [name + ".product", name + ".bias"], [target])

        joined = hidden + STATES
        if head:
            linear("head.0", own + ".joined", own + ".wide", (joined, head), seed + 1)
            node("Relu", [own + ".wide"], [own + ".rectified"])
            linear("head.2", own + ".rectified", own, (head, 1), seed + 3)
        else:
            linear("head", own + ".joined", own, (joined, 1), seed + 1)
    node("Concat", [f"network.{m}" for m in range(networks)], ["networks"], axis=-1)
    node("Cast", ["networks"], ["networks.double"], to=11)
    node("ReduceMean", ["networks.double"], ["ensemble" if ridge else "forecast"],
         axes=[-1], keepdims=0)
    if ridge:
        constant("ridge.weights", numbers(FEATURES, 5)[:, None], "<f8")
        constant("ridge.intercept", 0.125, "<f8")
        constant("half", 0.5, "<f8")
        node("MatMul", ["inputs", "ridge.weights"], ["ridge.column"])
        squeeze("ridge.column", "ridge.product", -1)
        node("Add", ["ridge.product", "ridge.intercept"], ["ridge"])
        node("Mul", ["ensemble", "half"], ["ensemble.half"])
        node("Mul", ["ridge", "half"], ["ridge.half"])
        node("Add", ["ensemble.half", "ridge.half"], ["forecast"])
    if not window:
        for state in "hc":
            node("Concat",
                 [f"network.{m}.l{l}.{state}_next" for m in range(networks) for l in range(layers)],
                 [state + "_next"], axis=0)

    graph = helper.make_graph(nodes, "forecast", inputs, outputs, constants)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="test")
    helper.set_model_props(model, {
        "features": "a,b,c", "states": "calm,turbulent",
        "mode": f"windowed {window}" if window else "dense"})
    onnx.checker.check_model(model, full_check=True)
    return model


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
with open(os.path.join(here, "onnx.json"), "w") as file:
    json.dump(made, file, indent=1)
    file.write("\n")
