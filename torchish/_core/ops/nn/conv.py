"""Convolutions, transposed convolutions, and sliding blocks as columns and back.

Layouts are PyTorch's: input (N, C, spatial...) or (C, spatial...), weight (out, in / groups,
kernel...), and (in, out / groups, kernel...) for the transposed ones.
https://docs.pytorch.org/docs/stable/nn.functional.html#convolution-functions
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base import native
from torchish._core.base.errors import size_text
from torchish._core.ops.arguments import ntuple, scalar_name
from torchish._core.ops.nn.correlation import Geometry
from torchish._core.ops.nn.onednn import correlate, correlate_transposed
from torchish._core.ops.table import Array, MaybeArray, op

Ints = tuple[int, ...]


def _per_dim(value, n: int, what: str) -> Ints:
    text = size_text(value) if isinstance(value, (tuple, list)) else str(value)
    return ntuple(
        value,
        n,
        f"expected {what} to be a single integer value or a list of {n} values to match the "
        f"convolution dimensions, but got {what}={text}",
    )


def _by_x(sizes: Sequence[int]) -> str:
    return "(" + " x ".join(str(s) for s in sizes) + ")"


def _check_dtypes(input, weight, bias) -> None:
    if input.dtype != weight.dtype:
        raise RuntimeError(
            f"expected scalar type {scalar_name(input)} but found {scalar_name(weight)}"
        )
    if bias is not None and bias.dtype != input.dtype:
        names = {"Float": "float", "Double": "double"}
        kinds = [names.get(scalar_name(a), scalar_name(a)) for a in (input, bias)]
        raise RuntimeError(f"Input type ({kinds[0]}) and bias type ({kinds[1]}) should be the same")


def _check(
    name: str, n: int, input, weight, bias, stride, padding, dilation, groups, transposed: bool
) -> None:
    """Raise PyTorch's errors for shapes and options that do not fit; `padding` is a tuple of ints
    here."""
    if input.ndim not in (n + 1, n + 2):
        raise RuntimeError(
            f"Expected {n + 1}D (unbatched) or {n + 2}D (batched) input to {name}, "
            f"but got input of size: {size_text(input.shape)}"
        )
    if input.ndim - weight.ndim in (1, -1) and n > 1 and weight.ndim == n + 1:
        raise RuntimeError(
            f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional "
            f"weight{size_text(weight.shape)}, but got {input.ndim}-dimensional input of size "
            f"{size_text(input.shape)} instead"
        )
    if weight.ndim != n + 2:
        raise RuntimeError(
            f"expected stride to be a single integer value or a list of {weight.ndim - 2} values "
            f"to match the convolution dimensions, but got stride={size_text(stride)}"
        )
    _check_numbers(stride, padding, dilation, groups)
    _check_dtypes(input, weight, bias)
    size = size_text(weight.shape)
    if weight.shape[0] < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at "
            f"dimension 0, but got weight of size {size} instead"
        )
    if weight.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at "
            f"dimension 0, but got weight of size [{size}] instead"
        )
    channels = input.shape[-n - 1]
    wanted = weight.shape[0] if transposed else weight.shape[1] * groups
    if channels != wanted:
        batched = size_text(input.shape if input.ndim == n + 2 else (1, *input.shape))
        given = f"transposed={int(transposed)}" if transposed else f"groups={groups}"
        raise RuntimeError(
            f"Given {given}, weight of size {size}, expected input{batched} to have "
            f"{wanted} channels, but got {channels} channels instead"
        )
    out = weight.shape[1] * groups if transposed else weight.shape[0]
    if bias is not None and (bias.ndim != 1 or bias.shape[0] != out):
        kind = f"transposed={int(transposed)}, " if transposed else ""
        raise RuntimeError(
            f"Given {kind}weight of size {size}, expected bias to be 1-dimensional "
            f"with {out} elements, but got bias of size {size_text(bias.shape)} "
            "instead"
        )
    if not transposed:
        padded = [s + 2 * p for s, p in zip(input.shape[-n:], padding, strict=True)]
        kernel = [d * (k - 1) + 1 for k, d in zip(weight.shape[2:], dilation, strict=True)]
        if any(k > s for s, k in zip(padded, kernel, strict=True)):
            raise RuntimeError(
                f"Calculated padded input size per channel: {_by_x(padded)}. Kernel "
                f"size: {_by_x(kernel)}. Kernel size can't be greater than actual "
                "input size"
            )


def _check_numbers(stride, padding, dilation, groups) -> None:
    if min(stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if min(padding) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(dilation) <= 0:
        raise RuntimeError(f"dilation should be greater than zero, but got {size_text(dilation)}")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")


def _add_bias(y, bias, n: int):
    if bias is None:
        return y
    if native.channels_last():
        return native.from_memory_order(native.to_memory_order(y) + bias)
    return y + bias.reshape(-1, *[1] * n)


def _conv(name: str, n: int, input, weight, bias, stride, padding, dilation, groups):
    stride, dilation = _per_dim(stride, n, "stride"), _per_dim(dilation, n, "dilation")
    if weight.ndim != n + 2:
        _check(name, n, input, weight, bias, stride, (0,), dilation, groups, False)
    kernel = weight.shape[2:]
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise RuntimeError(f"Invalid padding string: '{padding}'")
        if padding == "same" and any(s != 1 for s in stride):
            raise RuntimeError("padding='same' is not supported for strided convolutions")
        total = [
            d * (k - 1) if padding == "same" else 0 for k, d in zip(kernel, dilation, strict=True)
        ]
        pads = [(t // 2, t - t // 2) for t in total]
        least = tuple((t + 1) // 2 for t in total)
    else:
        least = _per_dim(padding, n, "padding")
        pads = [(p, p) for p in least]
    _check(name, n, input, weight, bias, stride, least, dilation, groups, False)
    x = input if input.ndim == n + 2 else input[None]
    geometry = Geometry(stride, tuple(pads), dilation, groups)
    if x.size == 0 or weight.size == 0:
        sizes = geometry.output(x.shape[2:], kernel)
        y = jnp.zeros((x.shape[0], weight.shape[0], *sizes), x.dtype)
    else:
        y = correlate(x, weight, geometry)
    y = _add_bias(y, bias, n)
    return y if input.ndim == n + 2 else y[0]


@op("nn.functional.conv1d", aliases=("conv1d",), method=False, out=False, saves="input weight")
def conv1d(
    input: Array,
    weight: Array,
    bias: MaybeArray = None,
    stride: int | Ints = 1,
    padding: int | Ints | str = 0,
    dilation: int | Ints = 1,
    groups: int = 1,
):
    """1-D cross-correlation: input (N, C, L) or (C, L), weight (out, C / groups, k)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html)"""
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


@op("nn.functional.conv2d", aliases=("conv2d",), method=False, out=False, saves="input weight")
def conv2d(
    input: Array,
    weight: Array,
    bias: MaybeArray = None,
    stride: int | Ints = 1,
    padding: int | Ints | str = 0,
    dilation: int | Ints = 1,
    groups: int = 1,
):
    """2-D cross-correlation: input (N, C, H, W) or (C, H, W), weight (out, C / groups, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html)"""
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


@op("nn.functional.conv3d", aliases=("conv3d",), method=False, out=False, saves="input weight")
def conv3d(
    input: Array,
    weight: Array,
    bias: MaybeArray = None,
    stride: int | Ints = 1,
    padding: int | Ints | str = 0,
    dilation: int | Ints = 1,
    groups: int = 1,
):
    """3-D cross-correlation: input (N, C, D, H, W) or (C, D, H, W), weight (out, C / groups, kd,
    kh, kw) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv3d.html)"""
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def _conv_transpose(
    name: str, n: int, input, weight, bias, stride, padding, output_padding, groups, dilation
):
    stride, dilation = _per_dim(stride, n, "stride"), _per_dim(dilation, n, "dilation")
    padding, extra = _per_dim(padding, n, "padding"), _per_dim(output_padding, n, "output_padding")
    _check(name, n, input, weight, bias, stride, padding, dilation, groups, True)
    if min(extra) < 0:
        raise RuntimeError("negative output_padding is not supported")
    if any(e >= s and e >= d for e, s, d in zip(extra, stride, dilation, strict=True)):
        names = ("depth", "height", "width")[-max(n, 2) :]
        texts = [
            f"{what}_{d}: {v}"
            for what, values in (
                ("output_padding", extra),
                ("stride", stride),
                ("dilation", dilation),
            )
            for d, v in zip(
                names,
                values if n > 1 else ((0 if what == "output_padding" else 1), *values),
                strict=True,
            )
        ]
        raise RuntimeError(
            "output padding must be smaller than either stride or dilation, but "
            "got " + " ".join(texts)
        )
    x = input if input.ndim == n + 2 else input[None]
    kernel = weight.shape[2:]
    sizes = [
        (s - 1) * t - 2 * p + d * (k - 1) + e + 1
        for s, t, p, d, k, e in zip(
            x.shape[2:], stride, padding, dilation, kernel, extra, strict=True
        )
    ]
    if min(sizes) < 1:
        raise RuntimeError(
            f"Given input size per channel: {_by_x(x.shape[2:])}. Calculated output "
            f"size per channel: {_by_x(sizes)}. Output size is too small"
        )
    outs = weight.shape[1]
    if x.size == 0 or weight.size == 0:
        y = jnp.zeros((x.shape[0], outs * groups, *sizes), x.dtype)
    else:
        geometry = Geometry(stride, tuple((p, p) for p in padding), dilation, groups)
        y = correlate_transposed(x, weight, geometry, tuple(sizes))
    y = _add_bias(y, bias, n)
    return y if input.ndim == n + 2 else y[0]


@op(
    "nn.functional.conv_transpose1d",
    aliases=("conv_transpose1d",),
    method=False,
    out=False,
    saves="input weight",
)
def conv_transpose1d(
    input: Array,
    weight: Array,
    bias: MaybeArray = None,
    stride: int | Ints = 1,
    padding: int | Ints = 0,
    output_padding: int | Ints = 0,
    groups: int = 1,
    dilation: int | Ints = 1,
):
    """Gradient of a 1-D convolution as a layer: weight (C, out / groups, k)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html)"""
    return _conv_transpose(
        "conv_transpose1d",
        1,
        input,
        weight,
        bias,
        stride,
        padding,
        output_padding,
        groups,
        dilation,
    )


@op(
    "nn.functional.conv_transpose2d",
    aliases=("conv_transpose2d",),
    method=False,
    out=False,
    saves="input weight",
)
def conv_transpose2d(
    input: Array,
    weight: Array,
    bias: MaybeArray = None,
    stride: int | Ints = 1,
    padding: int | Ints = 0,
    output_padding: int | Ints = 0,
    groups: int = 1,
    dilation: int | Ints = 1,
):
    """Gradient of a 2-D convolution as a layer: weight (C, out / groups, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html)"""
    return _conv_transpose(
        "conv_transpose2d",
        2,
        input,
        weight,
        bias,
        stride,
        padding,
        output_padding,
        groups,
        dilation,
    )


@op(
    "nn.functional.conv_transpose3d",
    aliases=("conv_transpose3d",),
    method=False,
    out=False,
    saves="input weight",
)
def conv_transpose3d(
    input: Array,
    weight: Array,
    bias: MaybeArray = None,
    stride: int | Ints = 1,
    padding: int | Ints = 0,
    output_padding: int | Ints = 0,
    groups: int = 1,
    dilation: int | Ints = 1,
):
    """Gradient of a 3-D convolution as a layer: weight (C, out / groups, kd, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose3d.html)"""
    return _conv_transpose(
        "conv_transpose3d",
        3,
        input,
        weight,
        bias,
        stride,
        padding,
        output_padding,
        groups,
        dilation,
    )


@op("nn.functional.conv_tbc", aliases=("conv_tbc",), method=False, out=False)
def conv_tbc(input: Array, weight: Array, bias: Array, pad: int = 0):
    """1-D convolution over (time, batch, channels): weight (k, channels, out), bias (out,)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_tbc.html)"""
    if input.ndim != 3:
        raise RuntimeError("Input must have 3 dims: time, batch, in_channel")
    if weight.ndim != 3:
        raise RuntimeError(
            "Weight tensor must have 3 dims: kernel_width, in_channels, out_channels."
        )
    if bias.ndim != 1:
        raise RuntimeError("Bias must be 1-D")
    if input.shape[2] != weight.shape[1]:
        raise RuntimeError("Input dim 2 (input channels) is not == dim 1 in the weight tensor")
    if weight.shape[2] != bias.shape[0]:
        raise RuntimeError("Bias size must equal dim 2 in the weight tensor (output channels).")
    y = lax.conv_general_dilated(
        input, weight, (1,), [(pad, pad)], dimension_numbers=("WNC", "WIO", "WNC")
    )
    return y + bias


for _entry in (conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d):
    _entry.grad_name = "ConvolutionBackward0"


def _columns(x, kernel: Ints, dilation: Ints, padding: Ints, stride: Ints):
    """(N, C, H, W) → (N, C * kh * kw, blocks)."""
    counts = [
        (s + 2 * p - d * (k - 1) - 1) // t + 1
        for s, p, d, k, t in zip(x.shape[2:], padding, dilation, kernel, stride, strict=True)
    ]
    x = jnp.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    blocks = []
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            start = (i * dilation[0], j * dilation[1])
            stop = [a + (c - 1) * t + 1 for a, c, t in zip(start, counts, stride, strict=True)]
            blocks.append(lax.slice(x, (0, 0, *start), (*x.shape[:2], *stop), (1, 1, *stride)))
    return jnp.stack(blocks, axis=2).reshape(
        x.shape[0], x.shape[1] * len(blocks), counts[0] * counts[1]
    )


def _pairs(kernel_size, dilation, padding, stride):
    options = {
        "kernel_size": kernel_size,
        "dilation": dilation,
        "padding": padding,
        "stride": stride,
    }
    pairs = {
        k: ntuple(
            v,
            2,
            f"It is expected {k} equals to 2, but got size {len(v) if isinstance(v, tuple) else 1}",
        )
        for k, v in options.items()
    }
    for k, v in pairs.items():
        if min(v) < (0 if k == "padding" else 1):
            least = "non-negative" if k == "padding" else "greater than zero"
            raise RuntimeError(
                f"{k.replace('_size', '')} should be {least}, but got {k}_height: "
                f"{v[0]} {k}_width: {v[1]}".replace("size_height", "height").replace(
                    "size_width", "width"
                )
            )
    return pairs["kernel_size"], pairs["dilation"], pairs["padding"], pairs["stride"]


@op("nn.functional.unfold", method=False, out=False)
def unfold(
    input: Array,
    kernel_size: int | Ints,
    dilation: int | Ints = 1,
    padding: int | Ints = 0,
    stride: int | Ints = 1,
):
    """Sliding blocks as columns: (N, C, H, W) or (C, H, W) → (N, C * kh * kw, blocks)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html)"""
    kernel, dil, pad, step = _pairs(kernel_size, dilation, padding, stride)
    if input.ndim not in (3, 4) or 0 in input.shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero "
            f"dimensions for input, but got: {size_text(input.shape)}"
        )
    x = input if input.ndim == 4 else input[None]
    counts = [
        (s + 2 * p - d * (k - 1) - 1) // t + 1
        for s, p, d, k, t in zip(x.shape[2:], pad, dil, kernel, step, strict=True)
    ]
    if min(counts) < 1:
        raise RuntimeError(
            f"Given input with spatial size ({x.shape[2]}, {x.shape[3]}), "
            f"kernel_size=({kernel[0]}, {kernel[1]}), dilation=({dil[0]}, {dil[1]}), "
            f"padding=({pad[0]}, {pad[1]}), stride=({step[0]}, {step[1]}), calculated shape of the "
            f"array of sliding blocks as ({counts[0]}, {counts[1]}), but its components must be at "
            "least one."
        )
    y = _columns(x, kernel, dil, pad, step)
    return y if input.ndim == 4 else y[0]


@op("nn.functional.fold", method=False, out=False)
def fold(
    input: Array,
    output_size: int | Ints,
    kernel_size: int | Ints,
    dilation: int | Ints = 1,
    padding: int | Ints = 0,
    stride: int | Ints = 1,
):
    """Columns summed back into the blocks they stand for: (N, C * kh * kw, blocks) → (N, C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.fold.html)"""
    size = ntuple(
        output_size,
        2,
        "It is expected output_size equals to 2, but got size "
        f"{len(output_size) if isinstance(output_size, tuple) else 1}",
    )
    kernel, dil, pad, step = _pairs(kernel_size, dilation, padding, stride)
    if input.ndim not in (2, 3) or 0 in input.shape[-2:]:
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch "
            "size and non-zero dimensions for input, but got: "
            f"{size_text(input.shape)}"
        )
    x = input if input.ndim == 3 else input[None]
    area = kernel[0] * kernel[1]
    if x.shape[1] % area:
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product "
            f"of kernel_size, but got input.size(1)={x.shape[1]} and "
            f"kernel_size=({kernel[0]}, {kernel[1]})."
        )
    counts = [
        (s + 2 * p - d * (k - 1) - 1) // t + 1
        for s, p, d, k, t in zip(size, pad, dil, kernel, step, strict=True)
    ]
    if min(counts) < 1:
        raise RuntimeError(
            f"Given output_size=({size[0]}, {size[1]}), kernel_size=({kernel[0]}, {kernel[1]}), "
            f"dilation=({dil[0]}, {dil[1]}), padding=({pad[0]}, {pad[1]}), stride=({step[0]}, "
            f"{step[1]}), calculated shape of the array of sliding blocks as ({counts[0]}, "
            f"{counts[1]}), which is too small (non-positive)"
        )
    if x.shape[2] != counts[0] * counts[1]:
        raise RuntimeError(
            f"Given output_size=({size[0]}, {size[1]}), kernel_size=({kernel[0]}, {kernel[1]}), "
            f"dilation=({dil[0]}, {dil[1]}), padding=({pad[0]}, {pad[1]}), stride=({step[0]}, "
            f"{step[1]}), expected size of input's dimension 2 to match the calculated number of "
            f"sliding blocks {counts[0]} * {counts[1]} = {counts[0] * counts[1]}, but got "
            f"input.size(2)={x.shape[2]}."
        )
    shape = jax.ShapeDtypeStruct((x.shape[0], x.shape[1] // area, *size), x.dtype)
    (y,) = jax.linear_transpose(lambda image: _columns(image, kernel, dil, pad, step), shape)(x)
    return y if input.ndim == 3 else y[0]


# What PyTorch prints as the grad_fn of the result.
unfold.grad_name = "Im2ColBackward0"
fold.grad_name = "Col2ImBackward0"
