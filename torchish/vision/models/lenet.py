"""LeNet-5, which torchvision does not have.

Y. LeCun et al., Gradient-based learning applied to document recognition, 1998.
"""

from __future__ import annotations

from torchish import nn
from torchish._core.tensor import Tensor

__all__ = ["LeNet5"]


class LeNet5(nn.Module):
    """Two convolutions, three linear layers. Images (N, channels, 28, 28) or (N, channels, 32, 32)
    give logits (N, num_classes); images of 28 pixels are padded to the paper's 32.
    """

    def __init__(self, num_classes: int = 10, channels: int = 1) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(channels, 6, kernel_size=5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(6, 16, kernel_size=5),
            nn.Tanh(),
            nn.AvgPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),
            nn.Tanh(),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] == 28:
            x = nn.functional.pad(x, (2, 2, 2, 2))
        return self.classifier(self.features(x).flatten(1))
