"""Makes qlike.json: PyTorch's QLIKE loss and gradient. Run: python make_qlike.py (torch 2.13.0).

An nn.LSTM and Linear-ReLU-Linear on its output, in float64 from numbers drawn in float32; the loss at
every step from the burn-in on is `y exp(-f) + f`, y a squared normal. Arrays are flat, row-major,
[batch, step, unit].
"""

import json
import os

import torch
from torch import nn

LAYERS, HIDDEN, INPUTS, STEPS, BATCH, HEAD, BURN_IN = 1, 9, 5, 12, 4, 6, 3


def flat(tensor):
  return [float(f"{v:.17g}") for v in tensor.detach().reshape(-1).tolist()]


torch.set_num_threads(1)
torch.manual_seed(5)
lstm = nn.LSTM(INPUTS, HIDDEN, LAYERS, batch_first=True)
head = nn.Sequential(nn.Linear(HIDDEN, HEAD), nn.ReLU(), nn.Linear(HEAD, 1))
x = torch.randn(BATCH, STEPS, INPUTS)
y = torch.randn(BATCH, STEPS) ** 2
lstm, head, x, y = (v.to(torch.float64) for v in (lstm, head, x, y))
named = [("lstm." + n, p) for n, p in lstm.named_parameters()]
named += [("head." + n, p) for n, p in head.named_parameters()]
forecast = head(lstm(x)[0]).squeeze(2)[:, BURN_IN:]
loss = (y[:, BURN_IN:] * torch.exp(-forecast) + forecast).mean()
loss.backward()
made = {
  "torch": torch.__version__, "layers": LAYERS, "hidden": HIDDEN, "inputs": INPUTS, "steps": STEPS,
  "batch": BATCH, "headHidden": HEAD, "lossFrom": BURN_IN, "x": flat(x), "y": flat(y),
  "tensors": [{"name": n, "shape": list(p.shape), "values": flat(p)} for n, p in named],
  "loss": flat(loss)[0], "gradient": [v for _, p in named for v in flat(p.grad)],
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "qlike.json")
with open(path, "w") as file:
  json.dump(made, file, separators=(",", ":"))
  file.write("\n")
