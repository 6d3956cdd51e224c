"""Operators below the layers of `torch.nn`, one for each number of dimensions, as `torch.ops.aten`
and `torch._C._nn` have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torchish._core.tensor import FUNCTIONS, Tensor
from torchish._core.tensor.api.attach import namespace

__all__ = ["KERNELS"]

_F = namespace("nn.functional")


def _pad(mode: str, n: int) -> Callable[..., Tensor]:
    def call(input: Tensor, padding: Sequence[int]) -> Tensor:
        """The last dimensions padded by what `padding` says of each, the last one first."""
        if len(padding) != 2 * n:
            raise RuntimeError(f"padding size is expected to be {2 * n}, but got: {len(padding)}")
        if input.dim() not in (n + 1, n + 2) or 0 in input.shape[-n - 1 :]:
            raise RuntimeError(
                f"Expected {n + 1}D or {n + 2}D (batch mode) tensor with possibly 0 batch size and "
                f"other non-zero dimensions for input, but got: {list(input.shape)}"
            )
        return _F["pad"](input, tuple(padding), mode)

    return call


def _convolution(n: int, transposed: bool = False) -> Callable[..., Tensor]:
    def sizes(name: str, given: int | Sequence[int]) -> tuple[int, ...]:
        found = (given,) * n if isinstance(given, int) else tuple(given)
        if len(found) != n:
            raise RuntimeError(f"{n}D {name} expected, but got {len(found)}")
        return found

    def call(
        input: Tensor,
        weight: Tensor,
        kernel_size: int | Sequence[int],
        bias: Tensor | None = None,
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] = 0,
        *rest: int | Sequence[int],
    ) -> Tensor:
        """A convolution with a weight of `kernel_size`; `rest` is the dilation, where the operator
        has one, behind the output padding of a transposed one."""
        kernel = sizes("kernel_size", kernel_size)
        stride, padding = sizes("stride", stride), sizes("padding", padding)
        if input.dim() not in (n + 1, n + 2) or weight.dim() != n + 2:
            raise RuntimeError(
                f"Expected {n + 1}D or {n + 2}D input and {n + 2}D weight, but got: "
                f"{list(input.shape)} and {list(weight.shape)}"
            )
        if tuple(weight.shape[2:]) != kernel:
            raise RuntimeError(
                f"kernel_size {list(kernel)} is not that of the weight, {list(weight.shape[2:])}"
            )
        if transposed:
            more = rest[0] if rest else 0
            dilation = rest[1] if len(rest) > 1 else 1
            return FUNCTIONS[f"conv_transpose{n}d"](
                input, weight, bias, stride, padding, more, 1, dilation
            )
        dilation = rest[0] if rest else 1
        return FUNCTIONS[f"conv{n}d"](input, weight, bias, stride, padding, dilation)

    return call


def _upsample(mode: str, n: int) -> Callable[..., Tensor]:
    corners = mode in ("linear", "bilinear", "bicubic", "trilinear")

    def call(
        input: Tensor,
        output_size: Sequence[int] | None,
        *rest: object,
        scale_factors: Sequence[float] | None = None,
    ) -> Tensor:
        """An image in another size: by the size, or by the factors, which are the last argument of
        the overload `vec` and an argument for each dimension of the other."""
        options: dict = {"align_corners": bool(rest[0])} if corners else {}
        tail = list(rest[1:] if corners else rest)
        if len(tail) == 1 and (tail[0] is None or isinstance(tail[0], (list, tuple))):
            scale_factors = tail[0]
        if output_size is None:
            return _F["interpolate"](input, scale_factor=list(scale_factors), mode=mode, **options)
        return _F["interpolate"](input, list(output_size), mode=mode, **options)

    return call


_UPSAMPLED = {
    "nearest": (1, 2, 3), "nearest_exact": (1, 2, 3), "linear": (1,), "bilinear": (2,),
    "bicubic": (2,), "trilinear": (3,),
}  # fmt: skip

KERNELS: dict[str, Callable[..., Tensor]] = {
    **{
        f"{'_' if mode == 'nearest_exact' else ''}upsample_{mode}{n}d": _upsample(
            mode.replace("_", "-"), n
        )
        for mode, sizes in _UPSAMPLED.items()
        for n in sizes
    },
    **{f"reflection_pad{n}d": _pad("reflect", n) for n in (1, 2, 3)},
    **{f"replication_pad{n}d": _pad("replicate", n) for n in (1, 2, 3)},
    "thnn_conv2d": _convolution(2),
    "slow_conv3d": _convolution(3),
    "slow_conv_dilated2d": _convolution(2),
    "slow_conv_dilated3d": _convolution(3),
    "slow_conv_transpose2d": _convolution(2, True),
    "slow_conv_transpose3d": _convolution(3, True),
}
