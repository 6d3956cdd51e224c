"""MNASNet.

M. Tan et al., MnasNet: Platform-Aware Neural Architecture Search for Mobile, 2018.
https://docs.pytorch.org/vision/stable/models/mnasnet.html
"""

from __future__ import annotations

from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models._api import model, weights_enum
from torchish.vision.models._blocks import make_divisible

__all__ = [
    "MNASNet",
    "MNASNet0_5_Weights",
    "MNASNet0_75_Weights",
    "MNASNet1_0_Weights",
    "MNASNet1_3_Weights",
    "mnasnet0_5",
    "mnasnet0_75",
    "mnasnet1_0",
    "mnasnet1_3",
]

_MOMENTUM = 1 - 0.9997  # TensorFlow's 0.9997 says how much is kept
_WIDTHS = (32, 16, 24, 40, 80, 96, 192, 320)
# kernel, stride, expansion, blocks of the stages from the third width on
_STAGES = ((3, 2, 3, 3), (5, 2, 3, 3), (5, 2, 6, 3), (3, 1, 6, 2), (5, 2, 6, 4), (3, 1, 6, 1))


def _norm(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, momentum=_MOMENTUM)


def _depthwise(width: int, kernel: int, stride: int) -> nn.Conv2d:
    return nn.Conv2d(
        width, width, kernel, stride=stride, padding=kernel // 2, groups=width, bias=False
    )


class _InvertedResidual(nn.Module):
    """Expansion, depthwise convolution, linear projection, and a shortcut."""

    def __init__(self, before: int, width: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = before * expansion
        self.apply_residual = before == width and stride == 1
        self.layers = nn.Sequential(
            nn.Conv2d(before, hidden, 1, bias=False),
            _norm(hidden),
            nn.ReLU(inplace=True),
            _depthwise(hidden, kernel, stride),
            _norm(hidden),
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden, width, 1, bias=False),
            _norm(width),
        )

    def forward(self, input: Tensor) -> Tensor:
        return self.layers(input) + input if self.apply_residual else self.layers(input)


class MNASNet(nn.Module):
    """Images (N, 3, H, W) give logits (N, num_classes); `alpha` multiplies the widths."""

    _version = 2

    def __init__(self, alpha: float, num_classes: int = 1000, dropout: float = 0.2) -> None:
        super().__init__()
        if alpha <= 0.0:
            raise ValueError(f"alpha should be greater than 0.0 instead of {alpha}")
        self.alpha = alpha
        self.num_classes = num_classes
        widths = [make_divisible(w * alpha, 8) for w in _WIDTHS]
        layers: list[nn.Module] = [
            nn.Conv2d(3, widths[0], 3, padding=1, stride=2, bias=False),
            _norm(widths[0]),
            nn.ReLU(inplace=True),
            _depthwise(widths[0], 3, 1),
            _norm(widths[0]),
            nn.ReLU(inplace=True),
            nn.Conv2d(widths[0], widths[1], 1, bias=False),
            _norm(widths[1]),
        ]
        for i, (kernel, stride, expansion, count) in enumerate(_STAGES, 2):
            blocks = [_InvertedResidual(widths[i - 1], widths[i], kernel, stride, expansion)]
            for _ in range(count - 1):
                blocks.append(_InvertedResidual(widths[i], widths[i], kernel, 1, expansion))
            layers.append(nn.Sequential(*blocks))
        layers += [nn.Conv2d(widths[-1], 1280, 1, bias=False), _norm(1280), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout, inplace=True), nn.Linear(1280, num_classes)
        )
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
            elif isinstance(m, nn.Linear):
                nn.init.kaiming_uniform_(m.weight, mode="fan_out", nonlinearity="sigmoid")
                nn.init.zeros_(m.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.layers(x).mean([2, 3]))


MNASNet0_5_Weights = weights_enum("MNASNet0_5_Weights", __name__)
MNASNet0_75_Weights = weights_enum("MNASNet0_75_Weights", __name__)
MNASNet1_0_Weights = weights_enum("MNASNet1_0_Weights", __name__)
MNASNet1_3_Weights = weights_enum("MNASNet1_3_Weights", __name__)


@model(MNASNet0_5_Weights)
def mnasnet0_5(**kwargs: Any) -> MNASNet:
    """MNASNet with widths multiplied by 0.5."""
    return MNASNet(0.5, **kwargs)


@model(MNASNet0_75_Weights)
def mnasnet0_75(**kwargs: Any) -> MNASNet:
    """MNASNet with widths multiplied by 0.75."""
    return MNASNet(0.75, **kwargs)


@model(MNASNet1_0_Weights)
def mnasnet1_0(**kwargs: Any) -> MNASNet:
    """MNASNet with widths multiplied by 1.0."""
    return MNASNet(1.0, **kwargs)


@model(MNASNet1_3_Weights)
def mnasnet1_3(**kwargs: Any) -> MNASNet:
    """MNASNet with widths multiplied by 1.3."""
    return MNASNet(1.3, **kwargs)
