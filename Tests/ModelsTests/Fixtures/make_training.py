"""Makes training.json: PyTorch's AdamW, Huber loss and plateau schedule. Run: python make_training.py
(torch 2.13.0).

"runs": an nn.LSTM and a head Linear-ReLU-Linear on [output, regimes], trained for 24 full-batch
steps in float64: HuberLoss, gradients clipped to norm 0.5, AdamW or Adam, ReduceLROnPlateau stepped
with the loss of each step. Kept are the drawn numbers (float32, 9 digits), the loss and the learning
rate after every step, and the parameters after steps 1, 8 and 24.

"schedules": ReduceLROnPlateau alone over 120 drawn losses; kept are settings, losses (17 digits) and
the rates after each.
"""

import json
import os
import random

import torch
from torch import nn

INPUTS, HIDDEN, LAYERS, HEAD, REGIMES, STEPS, BATCH = 4, 6, 2, 5, 3, 11, 4
KEPT = (1, 8, 24)


def flat(tensor, digits=9):
  return [float(f"{v:.{digits}g}") for v in tensor.detach().reshape(-1).tolist()]


def run(optimiser, decay, delta, plateau):
  """Returns what was drawn and what training makes of it."""
  torch.manual_seed(23)
  lstm = nn.LSTM(INPUTS, HIDDEN, LAYERS, batch_first=True)
  head = nn.Sequential(nn.Linear(HIDDEN + REGIMES, HEAD), nn.ReLU(), nn.Linear(HEAD, 1))
  x = torch.randn(BATCH, STEPS, INPUTS)
  regimes = torch.softmax(torch.randn(BATCH, STEPS, REGIMES), 2)
  y = torch.randn(BATCH, STEPS)
  named = [("lstm." + n, p) for n, p in lstm.named_parameters()]
  named += [("head." + n, p) for n, p in head.named_parameters()]
  drawn = {
    "optimiser": optimiser, "weightDecay": decay, "delta": delta, "rate": 0.02, "clip": 0.5,
    "plateau": plateau, "x": flat(x), "regimes": flat(regimes), "y": flat(y),
    "tensors": [{"name": n, "shape": list(p.shape), "values": flat(p)} for n, p in named],
  }
  lstm, head, x, regimes, y = (v.double() for v in (lstm, head, x, regimes, y))
  parameters = list(lstm.parameters()) + list(head.parameters())
  make = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[optimiser]
  adam = make(parameters, lr=drawn["rate"], weight_decay=decay)
  schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(adam, mode="min", **plateau)
  loss_of = nn.HuberLoss(delta=delta)
  drawn["losses"], drawn["rates"], drawn["parameters"] = [], [], {}
  for step in range(1, KEPT[-1] + 1):
    adam.zero_grad()
    output, _ = lstm(x)
    loss = loss_of(head(torch.cat([output, regimes], 2)).squeeze(2), y)
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, drawn["clip"])
    adam.step()
    schedule.step(loss.item())
    drawn["losses"] += flat(loss)
    drawn["rates"].append(adam.param_groups[0]["lr"])
    if step in KEPT:
      drawn["parameters"][str(step)] = [v for p in parameters for v in flat(p)]
  return drawn


def schedule(seed, rate, plateau):
  generator = random.Random(seed)
  losses = [
    float(f"{1 / (1 + n / 9) + generator.uniform(-0.02, 0.05):.17g}") for n in range(120)
  ]
  adam = torch.optim.Adam([nn.Parameter(torch.zeros(1))], lr=rate)
  scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(adam, mode="min", **plateau)
  rates = []
  for loss in losses:
    scheduler.step(loss)
    rates.append(adam.param_groups[0]["lr"])
  return {"rate": rate, "plateau": plateau, "losses": losses, "rates": rates}


def plateau(factor, patience, threshold, cooldown, min_lr):
  return {"factor": factor, "patience": patience, "threshold": threshold, "cooldown": cooldown,
          "min_lr": min_lr}


torch.set_num_threads(1)
runs = [
  run("adamw", 0.1, 0.5, plateau(0.5, 2, 0.05, 0, 0.0)),
  run("adamw", 1e-2, 1.0, plateau(0.3, 0, 0.02, 1, 1e-3)),
  run("adam", 1e-2, 0.25, plateau(0.1, 1, 0.1, 0, 0.0)),
]
schedules = [
  schedule(1, 2e-3, plateau(0.5, 2, 1e-4, 0, 0.0)),
  schedule(2, 1e-1, plateau(0.1, 10, 1e-4, 0, 1e-4)),
  schedule(3, 1e-2, plateau(0.7, 0, 0.0, 3, 1e-5)),
  schedule(4, 1e-7, plateau(0.5, 1, 0.01, 2, 0.0)),
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json")
with open(path, "w") as file:
  json.dump({"torch": torch.__version__, "inputs": INPUTS, "hidden": HIDDEN, "layers": LAYERS,
             "headHidden": HEAD, "regimes": REGIMES, "steps": STEPS, "batch": BATCH,
             "runs": runs, "schedules": schedules}, file, separators=(",", ":"))
  file.write("\n")
