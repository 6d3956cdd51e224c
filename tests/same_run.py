"""One training run, as a PyTorch user writes it, for any library with PyTorch's interface.

`losses(torch, ...)` is the whole experiment: seed 0, LeNet, batches of four from a shuffled
DataLoader over handwritten digits, and the loss of each step. It is a case of oracle.py.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from torchish.vision.datasets import Digits
from torchish.vision.transforms import Resize

BATCH, STEPS = 4, 200
VARIANTS = {
    "plain": {"optimizer": "sgd", "dropout": False},
    "dropout": {"optimizer": "sgd", "dropout": True},
    "adam": {"optimizer": "adam", "dropout": False},
}


def digits() -> tuple[np.ndarray, np.ndarray]:
    """The training images as float32 (N, 1, 32, 32) in [-1, 1], and their labels."""
    items = [(np.asarray(image), label) for image, label in Digits(transform=Resize((32, 32)))]
    images = np.stack([image for image, _ in items]).astype(np.float32)
    return images[:, None] / np.float32(127.5) - 1, np.array([label for _, label in items])


def make_net(torch: ModuleType, dropout: bool) -> Any:
    nn, F = torch.nn, torch.nn.functional

    class LeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5)
            self.conv2 = nn.Conv2d(6, 16, 5)
            self.fc1 = nn.Linear(16 * 5 * 5, 120)
            self.fc2 = nn.Linear(120, 84)
            self.fc3 = nn.Linear(84, 10)
            self.dropout = nn.Dropout(0.3 if dropout else 0.0)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = torch.flatten(x, 1)
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(self.dropout(x)))
            return self.fc3(x)

    return LeNet()


def losses(torch: ModuleType, optimizer: str, dropout: bool, steps: int = STEPS) -> list[float]:
    """The training loss of each of the first steps.

    The learning rates are such that PyTorch agrees with itself. Where a ReLU's input lies within
    rounding of zero, rounding alone sends the gradient one way or the other; at Adam's rates of
    2e-4 and 8e-4 PyTorch on one thread and on two differ by 1 % and 40 % after these 200 steps.
    """
    images, labels = (torch.from_numpy(array) for array in digits())
    torch.manual_seed(0)
    net = make_net(torch, dropout)
    criterion = torch.nn.CrossEntropyLoss()
    if optimizer == "sgd":
        rule = torch.optim.SGD(net.parameters(), lr=0.004, momentum=0.9)
    else:
        rule = torch.optim.Adam(net.parameters(), lr=0.0003)
    dataset = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True)
    out = []
    for inputs, targets in loader:
        if len(out) == steps:
            break
        rule.zero_grad()
        loss = criterion(net(inputs), targets)
        loss.backward()
        rule.step()
        out.append(loss.item())
    return out
