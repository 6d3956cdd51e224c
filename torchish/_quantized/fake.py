"""Floats rounded to what integers could stand for, with the gradient of what was not cut off.

https://docs.pytorch.org/docs/stable/generated/torch.fake_quantize_per_tensor_affine.html
"""

from __future__ import annotations

from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Function, Tensor, tensor
from torchish._core.tensor.api.results import make_return_type
from torchish._quantized.tensors import choose_qparams

__all__ = [
    "fake_quantize_per_channel_affine",
    "fake_quantize_per_tensor_affine",
    "fused_moving_avg_obs_fake_quant",
    "_fake_quantize_per_tensor_affine_cachemask_tensor_qparams",
    "_fused_moving_avg_obs_fq_helper",
]


_ARGUMENTS = (
    *("self", "observer_on", "fake_quant_on", "running_min", "running_max", "scale"),
    *("zero_point", "averaging_const", "quant_min", "quant_max", "ch_axis"),
    *("per_row_fake_quant", "symmetric_quant"),
)


class _Fake(Function):
    label = "FakeQuantizePerTensorAffineCachemaskBackward0"

    @staticmethod
    def forward(ctx: Any, x: Tensor, scale: Any, zero: Any, low: int, high: int) -> Tensor:
        inverse = 1 / scale
        levels = (x * inverse).round() + zero
        ctx.save_for_backward((levels >= low) & (levels <= high))
        return ((levels.clamp(low, high) - zero) * scale).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (kept,) = ctx.saved_tensors
        return grads[0] * kept, None, None, None, None


def _range(low: int, high: int) -> None:
    if low > high:
        raise RuntimeError("`quant_min` should be less than or equal to `quant_max`.")


def fake_quantize_per_tensor_affine(
    input: Tensor, scale: Any, zero_point: Any, quant_min: int, quant_max: int
) -> Tensor:
    """Round to the levels of one scale and zero point, within `quant_min` and `quant_max`.

    >>> torch.fake_quantize_per_tensor_affine(torch.tensor([0.26, 9.0]), 0.1, 0, 0, 15)
    tensor([0.3000, 1.5000])
    """
    _range(quant_min, quant_max)
    zero = zero_point.item() if isinstance(zero_point, Tensor) else zero_point
    if not quant_min <= zero <= quant_max:
        raise RuntimeError("`zero_point` must be between `quant_min` and `quant_max`.")
    scale = scale.detach().reshape(()) if isinstance(scale, Tensor) else scale
    scale = input.detach().new_tensor(float(scale)) if not isinstance(scale, Tensor) else scale
    return _Fake.apply(input, scale.to(dt.float32), int(zero), quant_min, quant_max)


def fake_quantize_per_channel_affine(
    input: Tensor, scale: Tensor, zero_point: Tensor, axis: int, quant_min: int, quant_max: int
) -> Tensor:
    """The same with a scale and a zero point for each place along `axis`.

    >>> x, scale = torch.tensor([[0.26], [0.26]]), torch.tensor([0.1, 0.5])
    >>> zero = torch.zeros(2, dtype=torch.int32)
    >>> torch.fake_quantize_per_channel_affine(x, scale, zero, 0, 0, 15)
    tensor([[0.3000],
            [0.5000]])
    """
    _range(quant_min, quant_max)
    if scale.dim() != 1 or zero_point.dim() != 1:
        raise RuntimeError("scale should be a 1-D tensor, and so should zero point")
    if scale.numel() != input.shape[axis]:
        raise RuntimeError(
            "dimensions of scale and zero-point are not consistent with input tensor"
        )
    shape = [1] * input.dim()
    shape[axis] = -1
    scale = scale.detach().reshape(shape)
    return _Fake.apply(input, scale, zero_point.detach().reshape(shape), quant_min, quant_max)


def fused_moving_avg_obs_fake_quant(
    input: Tensor,
    observer_on: Tensor,
    fake_quant_on: Tensor,
    running_min: Tensor,
    running_max: Tensor,
    scale: Tensor,
    zero_point: Tensor,
    averaging_const: float,
    quant_min: int,
    quant_max: int,
    ch_axis: int,
    per_row_fake_quant: bool = False,
    symmetric_quant: bool = False,
) -> Tensor:
    """Take a tensor's range into the running one, set scale and zero point by it, and round to
    their levels; each where it is on."""
    if observer_on.item():
        x = input.detach()
        if per_row_fake_quant:
            flat = x.transpose(0, ch_axis).flatten(1) if x.dim() > 1 else x.reshape(-1, 1)
            low, high = flat.amin(1), flat.amax(1)
        else:
            low, high = x.min(), x.max()
        if running_min.numel() != low.numel():
            running_min.resize_(low.shape)
            running_max.resize_(low.shape)
            scale.resize_(low.shape)
            zero_point.resize_(low.shape)
            running_min.copy_(low)
            running_max.copy_(high)
        else:
            first = FUNCTIONS["isinf"](running_min) & FUNCTIONS["isinf"](running_max)
            low, high = low.reshape(running_min.shape), high.reshape(running_max.shape)
            moved = running_min + averaging_const * (low - running_min)
            running_min.copy_(FUNCTIONS["where"](first, low, moved))
            moved = running_max + averaging_const * (high - running_max)
            running_max.copy_(FUNCTIONS["where"](first, high, moved))
        ranges = zip(
            running_min.reshape(-1).tolist(), running_max.reshape(-1).tolist(), strict=True
        )
        chosen = [choose_qparams(a, b, quant_min, quant_max, symmetric_quant) for a, b in ranges]
        scale.copy_(tensor([s for s, _ in chosen]).reshape(scale.shape))
        zero_point.copy_(tensor([z for _, z in chosen]).reshape(zero_point.shape))
    if not fake_quant_on.item():
        return input
    if per_row_fake_quant:
        return fake_quantize_per_channel_affine(
            input, scale, zero_point, ch_axis, quant_min, quant_max
        )
    return fake_quantize_per_tensor_affine(input, scale, zero_point, quant_min, quant_max)


def _kept(x: Tensor, scale: Tensor, zero: Tensor, low: int, high: int) -> Tensor:
    """Where rounding does not cut off."""
    levels = (x.detach() / scale).round() + zero
    return (levels >= low) & (levels <= high)


def _fake_quantize_per_tensor_affine_cachemask_tensor_qparams(
    self: Tensor,
    scale: Tensor,
    zero_point: Tensor,
    fake_quant_enabled: Tensor,
    quant_min: int,
    quant_max: int,
) -> Any:
    """Rounding that can be off, and where it does not cut off."""
    on = bool(fake_quant_enabled.item())
    rounded = fake_quantize_per_tensor_affine(self, scale, zero_point, quant_min, quant_max)
    kept = _kept(self, scale, zero_point, quant_min, quant_max)
    kind = make_return_type(
        "_fake_quantize_per_tensor_affine_cachemask_tensor_qparams", ("output", "mask")
    )
    return kind(rounded, kept) if on else kind(self.clone(), kept.fill_(True))


def _fused_moving_avg_obs_fq_helper(*args: Any, **kwargs: Any) -> Any:
    """What `fused_moving_avg_obs_fake_quant` gives, and where it does not cut off."""
    given = dict(zip(_ARGUMENTS, args)) | kwargs
    x = given.pop("self")
    found = fused_moving_avg_obs_fake_quant(x, **given)
    shape = [1] * x.dim()
    if given.get("per_row_fake_quant"):
        shape[given["ch_axis"]] = -1
    scale, zero = given["scale"].reshape(shape), given["zero_point"].reshape(shape)
    if given["fake_quant_on"].item():
        kept = _kept(x, scale, zero, given["quant_min"], given["quant_max"])
    else:
        kept = FUNCTIONS["ones_like"](x, dtype=dt.bool_)
    kind = make_return_type("_fused_moving_avg_obs_fq_helper", ("output", "mask"))
    return kind(found, kept)
