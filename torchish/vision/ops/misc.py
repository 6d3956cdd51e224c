"""Building blocks of vision models.

https://docs.pytorch.org/vision/stable/ops.html#layers
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor

__all__ = [
    "MLP",
    "Conv2dNormActivation",
    "Conv3dNormActivation",
    "FrozenBatchNorm2d",
    "Permute",
    "SqueezeExcitation",
    "StochasticDepth",
    "stochastic_depth",
]

Layer = Callable[..., nn.Module]


def rename_in_old(
    state_dict: dict[str, Tensor], prefix: str, metadata: dict, names: dict[str, str]
) -> None:
    """In a state dict from before convolutions had norms beside them: a layer's new name."""
    version = metadata.get("version")
    if version is not None and version >= 2:
        return
    for old, new in names.items():
        for kind in ("weight", "bias"):
            if f"{prefix}{old}.{kind}" in state_dict:
                state_dict[f"{prefix}{new}.{kind}"] = state_dict.pop(f"{prefix}{old}.{kind}")


class FrozenBatchNorm2d(nn.Module):
    """Batch normalization of (N, C, H, W) whose statistics and affine parameters are buffers.

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.FrozenBatchNorm2d.html

    >>> from torchvision import ops
    >>> len(list(ops.FrozenBatchNorm2d(4).parameters())), len(ops.FrozenBatchNorm2d(4).state_dict())
    (0, 4)
    """

    def __init__(self, num_features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        for name, start in (("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1)):
            self.register_buffer(name, torch.full((num_features,), float(start)))

    def _load_from_state_dict(self, state_dict, prefix, *args):
        # A BatchNorm2d's checkpoint also counts batches
        state_dict.pop(prefix + "num_batches_tracked", None)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def forward(self, x: Tensor) -> Tensor:
        scale = self.weight * (self.running_var + self.eps).rsqrt()
        shift = self.bias - self.running_mean * scale
        return x * scale.reshape(1, -1, 1, 1) + shift.reshape(1, -1, 1, 1)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.weight.shape[0]}, eps={self.eps})"


def _activation(layer: Layer, inplace: bool | None) -> nn.Module:
    return layer() if inplace is None else layer(inplace=inplace)


class _ConvNormActivation(nn.Sequential):
    """A convolution, a normalization unless None, an activation unless None."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int],
        padding: int | Sequence[int] | str | None,
        groups: int,
        norm_layer: Layer | None,
        activation_layer: Layer | None,
        dilation: int | Sequence[int],
        inplace: bool | None,
        bias: bool | None,
        conv_layer: Layer,
    ) -> None:
        if padding is None:  # as much as keeps the size at stride 1
            if isinstance(kernel_size, int) and isinstance(dilation, int):
                padding = (kernel_size - 1) // 2 * dilation
            else:
                sizes = (kernel_size, dilation)
                dims = max(len(s) for s in sizes if not isinstance(s, int))
                kernel_size, dilation = (
                    (s,) * dims if isinstance(s, int) else tuple(s) for s in sizes
                )
                padding = tuple(
                    (k - 1) // 2 * d for k, d in zip(kernel_size, dilation, strict=True)
                )
        layers = [
            conv_layer(
                in_channels,
                out_channels,
                kernel_size,
                stride,
                padding,
                dilation=dilation,
                groups=groups,
                bias=norm_layer is None if bias is None else bias,
            )
        ]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            layers.append(_activation(activation_layer, inplace))
        super().__init__(*layers)
        self.out_channels = out_channels


class Conv2dNormActivation(_ConvNormActivation):
    """Conv2d, norm_layer and activation_layer in a row; a bias when there is no norm_layer.

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.Conv2dNormActivation.html

    >>> from torchvision import ops
    >>> ops.Conv2dNormActivation(3, 8, kernel_size=3)(torch.zeros(1, 3, 6, 6)).shape
    torch.Size([1, 8, 6, 6])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int] = 3,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | str | None = None,
        groups: int = 1,
        norm_layer: Layer | None = nn.BatchNorm2d,
        activation_layer: Layer | None = nn.ReLU,
        dilation: int | tuple[int, int] = 1,
        inplace: bool | None = True,
        bias: bool | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            groups,
            norm_layer,
            activation_layer,
            dilation,
            inplace,
            bias,
            nn.Conv2d,
        )


class Conv3dNormActivation(_ConvNormActivation):
    """Conv2dNormActivation for (N, C, D, H, W).

    >>> from torchvision import ops
    >>> ops.Conv3dNormActivation(1, 2, kernel_size=3)(torch.zeros(1, 1, 4, 4, 4)).shape
    torch.Size([1, 2, 4, 4, 4])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int, int] = 3,
        stride: int | tuple[int, int, int] = 1,
        padding: int | tuple[int, int, int] | str | None = None,
        groups: int = 1,
        norm_layer: Layer | None = nn.BatchNorm3d,
        activation_layer: Layer | None = nn.ReLU,
        dilation: int | tuple[int, int, int] = 1,
        inplace: bool | None = True,
        bias: bool | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            groups,
            norm_layer,
            activation_layer,
            dilation,
            inplace,
            bias,
            nn.Conv3d,
        )


class SqueezeExcitation(nn.Module):
    """Channels (N, C, H, W) weighed by what a bottleneck makes of their means.

    J. Hu et al., Squeeze-and-Excitation Networks, 2017.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.SqueezeExcitation.html

    >>> from torchvision import ops
    >>> ops.SqueezeExcitation(4, 2)(torch.ones(1, 4, 3, 3)).shape
    torch.Size([1, 4, 3, 3])
    """

    def __init__(
        self,
        input_channels: int,
        squeeze_channels: int,
        activation: Layer = nn.ReLU,
        scale_activation: Layer = nn.Sigmoid,
    ) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, input: Tensor) -> Tensor:
        scale = self.activation(self.fc1(self.avgpool(input)))
        return input * self.scale_activation(self.fc2(scale))


class MLP(nn.Sequential):
    """Linear layers, each but the last followed by norm_layer and activation; dropout after each.

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.MLP.html

    >>> from torchvision import ops
    >>> ops.MLP(4, [8, 2])(torch.zeros(3, 4)).shape
    torch.Size([3, 2])
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: list[int],
        norm_layer: Layer | None = None,
        activation_layer: Layer | None = nn.ReLU,
        inplace: bool | None = None,
        bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        layers: list[nn.Module] = []
        dropout_args = {} if inplace is None else {"inplace": inplace}
        for i, width in enumerate(hidden_channels):
            layers.append(nn.Linear(in_channels, width, bias=bias))
            if i < len(hidden_channels) - 1:
                if norm_layer is not None:
                    layers.append(norm_layer(width))
                if activation_layer is not None:
                    layers.append(_activation(activation_layer, inplace))
            layers.append(nn.Dropout(dropout, **dropout_args))
            in_channels = width
        super().__init__(*layers)


class Permute(nn.Module):
    """`x.permute(dims)` as a layer.

    >>> from torchvision import ops
    >>> ops.Permute([0, 2, 1])(torch.zeros(1, 2, 3)).shape
    torch.Size([1, 3, 2])
    """

    def __init__(self, dims: list[int]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return torch.permute(x, self.dims)


def stochastic_depth(input: Tensor, p: float, mode: str, training: bool = True) -> Tensor:
    """The input with rows ("row"), or all of it ("batch"), zero with probability p, else scaled.

    G. Huang et al., Deep Networks with Stochastic Depth, 2016.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.stochastic_depth.html

    >>> from torchvision import ops
    >>> ops.stochastic_depth(torch.ones(2, 3), p=0.5, mode="row", training=False)
    tensor([[1., 1., 1.],
            [1., 1., 1.]])
    """
    if p < 0.0 or p > 1.0:
        raise ValueError(f"drop probability has to be between 0 and 1, but got {p}")
    if mode not in ("batch", "row"):
        raise ValueError(f"mode has to be either 'batch' or 'row', but got {mode}")
    if not training or p == 0.0:
        return input
    kept = 1.0 - p
    shape = [input.shape[0] if mode == "row" else 1] + [1] * (input.ndim - 1)
    noise = torch.empty(shape, dtype=input.dtype, device=input.device).bernoulli_(kept)
    return input * (noise.div_(kept) if kept > 0.0 else noise)


class StochasticDepth(nn.Module):
    """`stochastic_depth` in training.

    >>> from torchvision import ops
    >>> ops.StochasticDepth(0.5, "row").eval()(torch.ones(1, 2))
    tensor([[1., 1.]])
    """

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, input: Tensor) -> Tensor:
        return stochastic_depth(input, self.p, self.mode, self.training)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p}, mode={self.mode})"
