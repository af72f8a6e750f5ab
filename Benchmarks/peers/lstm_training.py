"""PyTorch training the networks of Sources/benchmarks/LSTMTraining.swift: same sizes, optimiser, clipping."""
import time

import torch
from torch import nn

from peer import work


class Network(nn.Module):
    def __init__(self, inputs, hidden, layers, head, dropout):
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, layers, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        wide = hidden + 3
        self.head = (
            nn.Sequential(nn.Linear(wide, head), nn.ReLU(), nn.Linear(head, 1))
            if head else nn.Linear(wide, 1))

    def forward(self, x, regimes, first):
        y, _ = self.lstm(x)
        y = self.dropout(y[:, first:])
        return self.head(torch.cat([y, regimes[:, first:]], 2)).squeeze(2)


def offer(name, threads, steps, batch, length, first, inputs, hidden, layers, head, dropout):
    count = "1 thread" if threads == 1 else f"{threads} threads"

    @work(name, f"PyTorch {torch.__version__.split('+')[0]}, {count}",
          time.process_time if threads == 1 else time.perf_counter)
    def _():
        torch.manual_seed(0)
        x = torch.randn(steps, batch, length, inputs)
        regimes = nn.functional.one_hot(torch.randint(0, 3, (steps, batch, length)), 3).float()
        y = torch.randn(steps, batch, length)
        network = Network(inputs, hidden, layers, head, dropout)
        adam = torch.optim.Adam(network.parameters(), lr=2e-3, weight_decay=1e-4, fused=True)
        loss = nn.MSELoss()

        def epoch():
            for step in range(steps):
                adam.zero_grad(set_to_none=True)
                loss(network(x[step], regimes[step], first), y[step, :, first:]).backward()
                nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                adam.step()

        # Weights are drawn by another generator: results cannot be compared.
        return epoch, None, lambda: torch.set_num_threads(threads)


for threads in (1, 2):
    for hidden, layers in ((16, 1), (32, 1), (64, 1), (128, 1), (64, 2)):
        name = f"lstm train, hidden {hidden}" + (f" x {layers}" if layers > 1 else "")
        offer(name, threads, 16, 64, 60, 59, 12, hidden, layers, 0, 0.0)
    # 5 segments of 8760 bars in blocks of 60: 730 chunks, 46 steps of 16.
    offer("lstm train as by default, hidden 16", threads, 46, 16, 80, 20, 19, 16, 1, 16, 0.3)
