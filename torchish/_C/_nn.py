"""`torch._C._nn`: where some functions of `torch.nn.functional` say that they come from, as in
pickled modules."""

from __future__ import annotations

from collections.abc import Callable as _Callable
from collections.abc import Sequence as _Sequence
from typing import Any

from torchish._core.base import devices as _devices
from torchish._core.base import dtypes as _dtypes
from torchish._core.base import layouts as _layouts
from torchish._core.tensor import Tensor as _Tensor
from torchish._core.tensor.api.attach import namespace as _namespace
from torchish._ops.layers import KERNELS as _KERNELS

_NAMES = (
    "avg_pool2d",
    "avg_pool3d",
    "gelu",
    "linear",
    "one_hot",
    "pad",
    "scaled_dot_product_attention",
    "silu",
    "softplus",
    "softshrink",
)
globals().update({n: f for n, f in _namespace("nn.functional").items() if n in _NAMES})
globals().update(_KERNELS)


def _upsample(n: int, mode: str, corners: bool) -> _Callable[..., _Tensor]:
    """`interpolate` to a size, over `n` dimensions; an optional `out=` keeps its order of them."""

    def call(
        input: _Tensor, output_size: _Sequence[int], *rest: Any, out: _Tensor | None = None
    ) -> _Tensor:
        align, scales = (rest[0], rest[1:]) if corners else (None, rest)
        size, kept = tuple(output_size), [x for x in scales if x is not None]
        if kept and (len(kept) < n or size != _sizes(input, kept)):
            raise NotImplementedError(f"upsample: scales {kept} that do not give {list(size)}")
        options = {"scale_factor": kept} if kept else {"size": size}
        r = _interpolate(input, mode=mode, align_corners=align, **options)
        return r if out is None else _put(r, out)

    return call


def _sizes(x: _Tensor, scales: _Sequence[float]) -> tuple[int, ...]:
    return tuple(int(n * f) for n, f in zip(x.shape[-len(scales) :], scales, strict=True))


def _put(r: _Tensor, out: _Tensor) -> _Tensor:
    if r.dtype != out.dtype:
        raise RuntimeError(
            f"Expected out tensor to have dtype torch.{r.dtype.name} but got torch."
            f"{out.dtype.name} instead"
        )
    if r.device != out.device:
        raise RuntimeError(
            f"Attempting to copy from device {r.device} to device {out.device}, but cross-device "
            "copies are not allowed!"
        )
    if out.shape != r.shape:
        last = r.dim() == 4 and r.is_contiguous(memory_format=_layouts.channels_last)
        form = _layouts.channels_last if last and not r.is_contiguous() else None
        out.resize_(r.shape, memory_format=form)
    return out.copy_(r)


_interpolate = _namespace("nn.functional")["interpolate"]
for _n, _mode, _corners in (
    *((_d, "nearest", False) for _d in (1, 2, 3)),
    *((_d, "nearest-exact", False) for _d in (1, 2, 3)),
    *((1, "linear", True), (2, "bilinear", True), (2, "bicubic", True), (3, "trilinear", True)),
):
    _head = "_upsample_nearest_exact" if _mode == "nearest-exact" else f"upsample_{_mode}"
    globals()[f"{_head}{_n}d"] = _upsample(_n, _mode, _corners)


def _parse_to(*args: Any, **kwargs: Any) -> tuple:
    """What the arguments of `Tensor.to` and `Module.to` ask for: (device, dtype, non_blocking,
    memory_format), of which what is not asked for is None."""
    device, dtype = kwargs.get("device"), kwargs.get("dtype")
    rest = list(args)
    if rest and isinstance(rest[0], _Tensor):
        device, dtype = rest[0].device, rest[0].dtype
        rest.pop(0)
    else:
        if rest and not isinstance(rest[0], (_dtypes.dtype, bool)):
            device = rest.pop(0)
        if rest and (rest[0] is None or isinstance(rest[0], _dtypes.dtype)):
            dtype = rest.pop(0)
    blocking = rest.pop(0) if rest else kwargs.get("non_blocking", False)
    form = kwargs.get("memory_format")
    if isinstance(form, str) or (form is not None and not isinstance(form, _layouts.memory_format)):
        raise TypeError(
            f"to(): memory_format must be torch.memory_format, not {type(form).__name__}"
        )
    where = None if device is None else _devices.device(device)
    return where, dtype, bool(blocking), form
