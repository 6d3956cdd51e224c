"""A training run that stops, is saved, and goes on, in any library with PyTorch's interface."""

from __future__ import annotations

from typing import Any

import numpy as np

RULES = {
    "SGD": {"lr": 0.05, "momentum": 0.9, "nesterov": True},
    "Adam": {"lr": 0.01, "amsgrad": True},
    "AdamW": {"lr": 0.01, "weight_decay": 0.1},
    "RMSprop": {"lr": 0.005, "momentum": 0.5, "centered": True},
}
SCHEDULES = {
    "SGD": ("StepLR", {"step_size": 3, "gamma": 0.5}),
    "Adam": ("CosineAnnealingLR", {"T_max": 12}),
    "AdamW": ("OneCycleLR", {"max_lr": 0.02, "total_steps": 20}),
    "RMSprop": ("ReduceLROnPlateau", {"patience": 0, "factor": 0.7}),
}
HALF = 6


class Run:
    """Two layers that learn random numbers; what is drawn does not depend on the library."""

    def __init__(self, torch: Any, name: str):
        self.torch, self.step = torch, 0
        torch.manual_seed(0)
        nn = torch.nn
        self.net = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 2))
        self.optimizer = getattr(torch.optim, name)(self.net.parameters(), **RULES[name])
        kind, options = SCHEDULES[name]
        self.scheduler = getattr(torch.optim.lr_scheduler, kind)(self.optimizer, **options)
        self.plateau = kind == "ReduceLROnPlateau"

    def steps(self, count: int) -> list[float]:
        """The loss of each of the next steps."""
        torch, losses = self.torch, []
        for _ in range(count):
            rng = np.random.default_rng(self.step)
            x, y = (torch.from_numpy(rng.standard_normal((8, n), np.float32)) for n in (4, 2))
            loss = torch.nn.functional.mse_loss(self.net(x), y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
            self.scheduler.step(*[losses[-1]] if self.plateau else [])
            self.step += 1
        return losses

    def save(self, file) -> None:
        parts = {n: getattr(self, n).state_dict() for n in ("net", "optimizer", "scheduler")}
        self.torch.save({**parts, "step": self.step}, file)

    def load(self, file) -> None:
        saved = self.torch.load(file, weights_only=True)
        self.step = saved["step"]
        for n in ("net", "optimizer", "scheduler"):
            getattr(self, n).load_state_dict(saved[n])
