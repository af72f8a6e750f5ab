"""Makes lstm.json: what PyTorch computes for small LSTMs. Run: python make_lstm.py (torch 2.13.0).

Every case is an nn.LSTM and a head on [output, regimes], trained for three steps of Adam (rate
0.01) on a mean squared error, gradients clipped to norm 0.05. "windowed": a linear head, loss at
the last step. "dense": Linear-ReLU-Linear, loss at every step from the burn-in on that has a
target (null: none). The weights and data are drawn in float32; the float64 run starts from the
same numbers. Arrays are flat, row-major, [batch, step, unit]; numbers carry 9 digits (which is
exact for float32).
"""

import json
import os

import torch
from torch import nn

# layers, hidden, inputs, steps, batch, head's hidden units, burn-in, weight decay
CASES = [
  (1, 8, 4, 10, 3, 0, None, 0.0),
  (2, 8, 4, 10, 3, 0, None, 0.0),
  (1, 5, 3, 7, 2, 0, None, 0.0),
  (1, 9, 5, 12, 5, 16, 4, 1e-2),
  (3, 5, 3, 9, 3, 7, 2, 1e-2),
]
REGIMES = 3


def flat(tensor):
  values = tensor.detach().reshape(-1).tolist()
  return [None if v != v else float(f"{v:.9g}") for v in values]


def run(dtype, layers, hidden, inputs, steps, batch, head_hidden, burn_in, decay):
  """Returns the drawn numbers and what the forward pass and three steps of Adam make of them."""
  torch.manual_seed(11)
  lstm = nn.LSTM(inputs, hidden, layers, batch_first=True)
  width = hidden + REGIMES
  head = nn.Linear(width, 1)
  if head_hidden:
    head = nn.Sequential(nn.Linear(width, head_hidden), nn.ReLU(), nn.Linear(head_hidden, 1))
  x = torch.randn(batch, steps, inputs)
  if burn_in is None:
    one_hot = nn.functional.one_hot(torch.arange(batch) % REGIMES, REGIMES).float()
    regimes = one_hot[:, None, :].repeat(1, steps, 1)
    y = torch.full((batch, steps), float("nan"))
    y[:, -1] = torch.randn(batch) * 0.1
  else:
    regimes = torch.softmax(torch.randn(batch, steps, REGIMES), 2)
    y = torch.randn(batch, steps) * 0.5
    y[:, 2::5] = float("nan")
  lstm, head, x, regimes, y = (v.to(dtype) for v in (lstm, head, x, regimes, y))
  named = [("lstm." + n, p) for n, p in lstm.named_parameters()]
  named += [("head." + n, p) for n, p in head.named_parameters()]
  parameters = [p for _, p in named]

  drawn = {
    "layers": layers, "hidden": hidden, "inputs": inputs, "steps": steps, "batch": batch,
    "headHidden": head_hidden, "lossFrom": steps - 1 if burn_in is None else burn_in,
    "weightDecay": decay,
    "x": flat(x), "regimes": flat(regimes), "y": flat(y),
    "tensors": [{"name": n, "shape": list(p.shape), "values": flat(p)} for n, p in named],
  }
  scored = ~torch.isnan(y)
  scored[:, : drawn["lossFrom"]] = False
  adam = torch.optim.Adam(parameters, lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=decay)
  made = {"losses": []}
  for step in range(3):
    adam.zero_grad()
    output, (h, c) = lstm(x)
    forecast = head(torch.cat([output, regimes], 2)).squeeze(2)
    loss = ((forecast - y)[scored] ** 2).mean()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(parameters, 0.05)
    if step == 0:
      made["output"] = flat(output)
      made["h"] = flat(h)
      made["c"] = flat(c)
      made["forecast"] = flat(forecast[:, drawn["lossFrom"] :])
      made["gradientNorm"] = flat(norm)[0]
      made["clippedGradient"] = [v for p in parameters for v in flat(p.grad)]
    adam.step()
    made["losses"] += flat(loss)
  made["parametersAfter"] = [v for p in parameters for v in flat(p)]
  return drawn, made


torch.set_num_threads(1)
cases = []
for case in CASES:
  drawn, single = run(torch.float32, *case)
  _, double = run(torch.float64, *case)
  cases.append({**drawn, "float32": single, "float64": double})
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lstm.json")
with open(path, "w") as file:
  json.dump({"torch": torch.__version__, "regimes": REGIMES, "cases": cases}, file,
            separators=(",", ":"))
  file.write("\n")
