"""`torch.ops.aten`: this package's functions by the names that PyTorch's dispatcher has for them.

`overloads.txt` has the names of PyTorch's operators and of their overloads, which
`docs/make_aten.py` writes. An operator of another name or other parameters than its public function
has a row or a function here; one that torchish lacks raises NotImplementedError when it is called.
"""

from __future__ import annotations

import functools
import inspect
import pathlib
from collections.abc import Callable
from typing import Any

from torchish._core.tensor import FUNCTIONS, Tensor
from torchish._core.tensor.api.attach import namespace
from torchish._ops import lowering
from torchish._ops.backward import BACKWARD
from torchish._ops.layers import KERNELS
from torchish._ops.registry import Namespace, OpOverload, OpOverloadPacket, ops

__all__ = ["Aten"]

LIST = pathlib.Path(__file__).with_name("overloads.txt")
_F, _T = namespace("nn.functional"), Tensor
_REDUCTIONS = ("none", "mean", "sum")


@functools.cache
def _overloads() -> dict[str, list[str]]:
    lines = LIST.read_text().splitlines()
    return {name: rest.split() for name, _, rest in (line.partition(" ") for line in lines)}


def _slice(
    x: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
):
    index: list[Any] = [slice(None)] * x.dim()
    index[dim] = slice(start, end, step)
    return x[tuple(index)]


def _index(x: Tensor, indices: Any) -> Tensor:
    if all(i is None for i in indices):
        raise IndexError("at least one index must be provided")
    return x[tuple(slice(None) if i is None else i for i in indices)]


def _to_copy(x: Tensor, *, dtype=None, layout=None, device=None, pin_memory=None, **options: Any):
    out = x.to(device=device, dtype=dtype or x.dtype, copy=True)
    return out


def _convolution(
    x, weight, bias, stride, padding, dilation, transposed, output_padding, groups
) -> Tensor:
    n = weight.dim() - 2
    if transposed:
        f = FUNCTIONS[f"conv_transpose{n}d"]
        return f(x, weight, bias, stride, padding, output_padding, groups, dilation)
    return FUNCTIONS[f"conv{n}d"](x, weight, bias, stride, padding, dilation, groups)


def _with_statistics(x: Tensor, out: Tensor, dims: list[int], eps: float):
    mean = x.mean(dims, keepdim=True)
    return out, mean, (x.var(dims, correction=0, keepdim=True) + eps).rsqrt()


def _native_layer_norm(x, normalized_shape, weight, bias, eps):
    out = FUNCTIONS["layer_norm"](x, normalized_shape, weight, bias, eps)
    return _with_statistics(x, out, list(range(-len(normalized_shape), 0)), eps)


def _native_group_norm(x, weight, bias, n, c, hxw, group, eps):
    out = FUNCTIONS["group_norm"](x, group, weight, bias, eps)
    flat = x.reshape(n, group, -1)
    _, mean, rstd = _with_statistics(flat, out, [-1], eps)
    return out, mean.reshape(n, group), rstd.reshape(n, group)


def _softmax(name: str) -> Callable:
    def call(x: Tensor, dim: int, half_to_float: bool) -> Tensor:
        out = FUNCTIONS[name](x, dim)
        return out.float() if half_to_float else out

    return call


def _loss(name: str, option: str = "") -> Callable:
    def call(x: Tensor, target: Tensor, reduction: int = 1, *rest: Any, **options: Any) -> Tensor:
        more = {option: rest[0]} if rest else options
        return _F[name](x, target, reduction=_REDUCTIONS[reduction], **more)

    return call


def _class_loss(name: str) -> Callable:
    def call(x, target, weight=None, reduction: int = 1, ignore_index=-100, *rest: Any):
        more = {"label_smoothing": rest[0]} if rest else {}
        reduced = _REDUCTIONS[reduction]
        return _F[name](x, target, weight, ignore_index=ignore_index, reduction=reduced, **more)

    return call


def _embedding(weight, indices, padding_idx=-1, scale_grad_by_freq=False, sparse=False):
    at = None if padding_idx < 0 else padding_idx
    return _F["embedding"](
        indices, weight, at, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse
    )


def _assert_async(x: Tensor, message: str = "Expected Tensor with single nonzero value") -> None:
    FUNCTIONS["_assert"](x, message)


def _local_scalar_dense(x: Tensor):
    if not x.numel():
        raise RuntimeError("_local_scalar_dense: Empty tensor not supported")
    return x.item()


SPECIAL: dict[str, Callable] = {
    **KERNELS,
    "_assert_async": _assert_async,
    "_is_all_true": lambda x: x.all(),
    "_is_any_true": lambda x: x.any(),
    "_local_scalar_dense": _local_scalar_dense,
    "_log_softmax": _softmax("log_softmax"),
    "_softmax": _softmax("softmax"),
    "_to_copy": _to_copy,
    "_unsafe_view": lambda x, size: x.reshape(size),
    "alias": lambda x: x.view_as(x),
    "convolution": _convolution,
    "cross_entropy_loss": _class_loss("cross_entropy"),
    "embedding": _embedding,
    "huber_loss": _loss("huber_loss", "delta"),
    "index": _index,
    "lift": lambda x: x,
    "lift_fresh": lambda x: x,
    "lift_fresh_copy": lambda x: x.clone(),
    "l1_loss": _loss("l1_loss"),
    "log_sigmoid": lambda x: _F["logsigmoid"](x),
    "mse_loss": _loss("mse_loss"),
    "native_dropout": lambda x, p, train: _native_dropout(x, p, train),
    "native_group_norm": _native_group_norm,
    "native_layer_norm": _native_layer_norm,
    "nll_loss": _class_loss("nll_loss"),
    "nll_loss_nd": _class_loss("nll_loss"),
    "sigmoid_backward": lambda g, y: g * (1 - y) * y,
    "slice": _slice,
    "smooth_l1_loss": _loss("smooth_l1_loss", "beta"),
    "sym_numel": lambda x: x.numel(),
    "sym_size": lambda x, *dim: x.size(*dim),
    "sym_storage_offset": lambda x: x.storage_offset(),
    "sym_stride": lambda x, *dim: x.stride(*dim),
    "tanh_backward": lambda g, y: g * (1 - y * y),
    "threshold_backward": lambda g, x, threshold: g * (x > threshold),
    # The method, not the function of images that has its name.
    "unfold": lambda x, dimension, size, step: x.unfold(dimension, size, step),
}


def _native_dropout(x: Tensor, p: float, train: bool | None):
    if not train:
        return x.clone(), FUNCTIONS["ones_like"](x, dtype=FUNCTIONS["gt"](x, x).dtype)
    kept = FUNCTIONS["bernoulli"](FUNCTIONS["full_like"](x, 1 - p)).bool()
    return x * kept * (1 / (1 - p)), kept


def implementation(name: str, space: dict[str, Any]) -> Callable | None:
    """The function or method that an operator of PyTorch is here; None when there is none."""
    if name in SPECIAL:
        return SPECIAL[name]
    if name in BACKWARD:
        return BACKWARD[name]
    if name.endswith("_") and not name.endswith("__"):
        found = getattr(_T, name, None)
        if found is not None:
            return found
        whole = _F.get(name[:-1])
        if whole is not None and "inplace" in inspect.signature(whole).parameters:
            return functools.partial(whole, inplace=True)  # such as silu_, which is no function
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    for prefix in ("linalg", "special", "fft"):
        if name.startswith(prefix + "_"):
            rest = name.removeprefix("fft_" if prefix == "fft" else prefix + "_")
            found = namespace(prefix).get(rest)
            if found is not None:
                return found
    found = _F.get(name) or space.get(name) or getattr(_T, name, None)
    if found is None and "nn" in space:
        found = vars(space["nn"].functional).get(name)
    return found


def _renamed(call: Callable, names: tuple[str, ...] = ("input",)) -> Callable:
    """A function that also takes its first argument as `self`."""

    @functools.wraps(call)
    def with_self(*args: Any, **kwargs: Any) -> Any:
        if "self" in kwargs and not args:
            return call(kwargs.pop("self"), **kwargs)
        return call(*args, **kwargs)

    return with_self


def _absent(name: str) -> Callable:
    def call(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"torch.ops.aten.{name} is not supported by torchish")

    call.absent = True
    return call


def _schema(name: str, overload: str) -> Any:
    """An overload's parameters; None for one that takes `out`."""
    word = "" if overload == "default" else overload
    return next((s for s in lowering.schemas(name) if s.overload_name == word), None)


class _Finder:
    """Finds the overloads of one operator."""

    def __init__(self, name: str, space: dict[str, Any]):
        self.name, self.space = name, space
        self.made: dict[str, OpOverload] = {}
        self.packet: OpOverloadPacket | None = None

    def names(self, name: str) -> list[str]:
        return _overloads()[name]

    def __call__(self, overload: str) -> OpOverload | None:
        if overload not in _overloads()[self.name]:
            return None
        if overload not in self.made:
            found = implementation(self.name, self.space)
            call = _renamed(found) if found is not None else _absent(self.name)
            assert self.packet is not None
            schema = _schema(self.name, overload)
            self.made[overload] = OpOverload(self.packet, overload, call, schema)
        return self.made[overload]


class Aten(Namespace):
    """`torch.ops.aten` and the like."""

    def __init__(self, name: str, space: dict[str, Any]):
        super().__init__(name)
        self._space = space

    def __getattr__(self, op: str) -> OpOverloadPacket:
        if op.startswith("__") and op.endswith("__") and op not in _overloads():
            raise AttributeError(op)
        if op not in _overloads():
            return super().__getattr__(op)
        finder = _Finder(op, self._space)
        finder.packet = packet = OpOverloadPacket(self.name, op, finder)
        setattr(self, op, packet)
        return packet

    def __dir__(self) -> list[str]:
        return sorted({*_overloads(), *super().__dir__()})


def install(space: dict[str, Any]) -> None:
    """Put `aten` into `torch.ops`; `space` has the functions that the table lacks (factories)."""
    ops.aten = Aten("aten", space)
