"""Functions that PyTorch makes of other operators, made of the same here, for what looks at
operators. See Note [Dispatch].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish._ops.asking import without_modes
from torchish._ops.registry import aten as A
from torchish._ops.registry import ops

__all__ = ["PARTS", "viewable"]

PARTS: dict[str, Callable] = {}


def part(*names: str) -> Callable[[Callable], Callable]:
    """Enter a function under public names, its own unless given."""

    def entered(f: Callable) -> Callable:
        for name in names or (f.__name__,):
            PARTS[name] = f
        return f

    return entered


# --- shapes


def _contiguous(x: Tensor) -> Tensor:
    return x if x.is_contiguous() else A.clone.default(x, memory_format=layouts.contiguous_format)


@part()
def contiguous(self: Tensor, *, memory_format: Any = layouts.contiguous_format) -> Tensor:
    if self.is_contiguous(memory_format=memory_format):
        return self
    return A.clone.default(self, memory_format=memory_format)


@part()
def reshape(input: Tensor, *shape: Any) -> Tensor:
    size = list(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else list(shape)
    if -1 in size:
        rest = math.prod(n for n in size if n != -1)
        size[size.index(-1)] = input.numel() // rest if rest else 0
    if input.is_contiguous() or viewable(input, size):
        return A.view.default(input, size)
    copy = A.clone.default(input, memory_format=layouts.contiguous_format)
    return A._unsafe_view.default(copy, size)


def viewable(x: Any, size: list[int]) -> bool:
    """Whether a view can have the size: the dimensions that it joins lie in memory as one."""
    shape, strides = list(x.shape), list(x.stride())
    if x.numel() == 0 or math.prod(size) != x.numel():
        return True
    kept = [(n, s) for n, s in zip(shape, strides, strict=True) if n != 1]
    runs: list[int] = []
    for i, (n, s) in enumerate(kept):
        if i and kept[i - 1][1] == s * n:
            runs[-1] *= n
        else:
            runs.append(n)
    for n in reversed([m for m in size if m != 1]):
        if not runs or runs[-1] % n:
            return False
        runs[-1] //= n
        if runs[-1] == 1:
            runs.pop()
    return not runs


@part()
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    n = input.dim()
    if n == 0:
        return reshape(input, [1])
    a, b = start_dim % n, end_dim % n
    if a == b:
        return input
    return reshape(
        input, [*input.shape[:a], math.prod(input.shape[a : b + 1]), *input.shape[b + 1 :]]
    )


@part()
def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    d = dim % input.dim()
    known = -math.prod(sizes) if -1 in sizes else 0
    sizes = [input.shape[d] // known if n == -1 else n for n in sizes]
    return A.view.default(input, [*input.shape[:d], *sizes, *input.shape[d + 1 :]])


PARTS["view_as"] = lambda self, other: A.view.default(self, list(other.shape))
PARTS["reshape_as"] = lambda self, other: reshape(self, list(other.shape))
PARTS["expand_as"] = lambda self, other: A.expand.default(self, list(other.shape))
PARTS["ravel"] = lambda input: reshape(_contiguous(input), [input.numel()])
PARTS["swapaxes"] = lambda input, a, b: A.transpose.int(input, a, b)
PARTS["swapdims"] = PARTS["swapaxes"]
PARTS["adjoint"] = lambda input: A.transpose.int(input, -2, -1)
PARTS["narrow"] = lambda input, dim, start, length: A.slice.Tensor(
    input, dim, int(start), int(start) + length
)
PARTS["square"] = lambda input: A.pow.Tensor_Scalar(input, 2)


@part("movedim", "moveaxis")
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    n = input.dim()
    source = [source] if isinstance(source, int) else list(source)
    destination = [destination] if isinstance(destination, int) else list(destination)
    moved = {d % n: s % n for s, d in zip(source, destination, strict=True)}
    rest = iter(d for d in range(n) if d not in moved.values())
    order = [moved[d] if d in moved else next(rest) for d in range(n)]
    return A.permute.default(input, order)


def unless(x: Any, default: Any) -> tuple:
    """An argument at the end, left out where it is the default."""
    return () if x == default else (x,)


@part()
def chunk(input: Tensor, chunks: int, dim: int = 0) -> Any:
    n = input.shape[dim]
    return tuple(A.split.Tensor(input, max(1, -(-n // chunks)), *unless(dim, 0)))


@part("split")
def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0, **named: Any) -> Any:
    size = named.get("split_size", split_size_or_sections)
    if isinstance(size, int):
        return tuple(A.split.Tensor(tensor, size, *unless(dim, 0)))
    return tuple(A.split_with_sizes.default(tensor, list(size), *unless(dim, 0)))


@part("__getitem__")
def getitem(self: Tensor, index: Any) -> Tensor:
    items = list(index) if isinstance(index, tuple) else [index]
    used = sum(
        i.dim() if isinstance(i, Tensor) and i.dtype is dt.bool_ else 1
        for i in items
        if i is not None and i is not Ellipsis
    )
    if Ellipsis in [i for i in items if not isinstance(i, (Tensor, list))]:
        at = next(k for k, i in enumerate(items) if i is Ellipsis)
        items[at : at + 1] = [slice(None)] * (self.dim() - used)
    out, dim = self, 0
    indices: list[Any] = []
    for i in items:
        if i is None:
            out = A.unsqueeze.default(out, dim)
            indices.append(None)
            dim += 1
        elif isinstance(i, int) and not isinstance(i, bool):
            out = A.select.int(out, dim, i)
        elif isinstance(i, slice):
            if (i.start, i.stop, i.step) != (None, None, None):
                start, stop = i.start or 0, i.stop
                if stop is None:
                    stop = 2**63 - 1
                rest = () if i.step in (None, 1) else (i.step,)
                out = A.slice.Tensor(out, dim, start, stop, *rest)
            indices.append(None)
            dim += 1
        else:
            t = i if isinstance(i, Tensor) else A.lift_fresh.default(_new(i))
            indices.append(t)
            dim += t.dim() if t.dtype is dt.bool_ else 1
    if all(i is None for i in indices):
        return A.alias.default(self) if out is self else out
    while indices and indices[-1] is None:
        indices.pop()
    return A.index.Tensor(out, indices)


def _new(data: Any, **options: Any) -> Tensor:
    with without_modes():
        return ops.aten._space["tensor"](data, **options)


@part("__setitem__")
def setitem(self: Tensor, index: Any, value: Any) -> None:
    items = index if isinstance(index, tuple) else (index,)
    if not isinstance(value, Tensor):
        value = A.lift_fresh.default(_new(value, dtype=self.dtype))
    if any(isinstance(i, (Tensor, list)) for i in items):
        places = [None if isinstance(i, slice) else i for i in items]
        indices = [_new(i) if isinstance(i, (list, int)) else i for i in places]
        A.index_put_.default(self, indices, value)
        return
    part_of_it = getitem(self, index)
    if value.dim() == 0:
        A.fill_.Tensor(part_of_it, value)
    else:
        A.copy_.default(part_of_it, value)


# --- conversions


@part()
def to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    dtype, device, rest = kwargs.get("dtype"), kwargs.get("device"), list(args)
    if rest and isinstance(rest[0], Tensor):
        dtype, device = rest[0].dtype, rest[0].device
        rest = rest[1:]
    else:
        if rest and (isinstance(rest[0], (str, devices.device, int)) or rest[0] is None):
            if not isinstance(rest[0], bool):
                device = rest.pop(0)
        if rest and isinstance(rest[0], dt.dtype):
            dtype = rest.pop(0)
    copy = kwargs.get("copy", rest[1] if len(rest) > 1 else False)
    device = None if device is None else devices.device(device)
    options: dict[str, Any] = {}
    if dtype is not None and (dtype is not self.dtype or copy):
        options["dtype"] = dtype
    if device is not None and (device != self.device or copy):
        options["device"] = device
    if kwargs.get("memory_format", layouts.preserve_format) is not layouts.preserve_format:
        options["memory_format"] = kwargs["memory_format"]
    if not options and not copy:
        return self
    return A._to_copy.default(self, **options)


def _as(dtype: dt.dtype) -> Callable:
    return lambda self, **_: to(self, dtype)


for _name in (
    "float",
    "double",
    "half",
    "bfloat16",
    "long",
    "int",
    "short",
    "char",
    "byte",
    "bool",
):
    _d = {"long": "int64", "int": "int32", "short": "int16", "char": "int8", "byte": "uint8",
          "float": "float32", "double": "float64", "half": "float16"}.get(_name, _name)  # fmt: skip
    PARTS[_name] = _as(dt.BY_NAME[_d])
PARTS["cpu"] = lambda self, **_: to(self, "cpu")
PARTS["type_as"] = lambda self, other: to(self, other)


# --- arithmetic

PARTS["item"] = lambda self: A._local_scalar_dense.default(self)
PARTS["__eq__"] = lambda self, other: _compared("eq", self, other)
PARTS["outer"] = lambda input, vec2: A.mul.Tensor(A.view.default(input, [len(input), 1]), vec2)


def _compared(name: str, a: Tensor, b: Any) -> Tensor:
    op = getattr(A, name)
    return op.Tensor(a, b) if isinstance(b, Tensor) else op.Scalar(a, b)


@part("norm")
def norm(input, p="fro", dim=None, keepdim=False, out=None, dtype=None):
    order = 2.0 if p in ("fro", None) else float(p)
    dims = [dim] if isinstance(dim, int) else None if dim is None else list(dim)
    rest: list[Any] = [order, dims, keepdim]
    while rest and rest[-1] == [2.0, None, False][len(rest) - 1]:
        rest.pop()
    return A.linalg_vector_norm.default(input, *rest)


@part("where")
def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    if input is None and other is None:
        return tuple(A.unbind.int(A.nonzero.default(condition), 1))
    like = next((x for x in (input, other) if isinstance(x, Tensor)), None)

    def tensor(x: Any) -> Tensor:
        if isinstance(x, Tensor):
            return x
        dtype = like.dtype if like is not None else _new(x).dtype
        return A.scalar_tensor.default(
            x, dtype=dtype, layout=layouts.strided, device=condition.device
        )

    return A.where.self(condition, tensor(input), tensor(other))


@part("__rtruediv__")
def rtruediv(self: Tensor, other: Any) -> Tensor:
    inverse = A.reciprocal.default(self)
    return A.mul.Tensor(inverse, other)


@part("__rpow__")
def rpow(self: Tensor, other: Any) -> Tensor:
    return A.pow.Scalar(other, self)


def _spread(name: str) -> Callable:
    def call(input: Tensor, dim: Any = None, unbiased: Any = True, keepdim: bool = False, **more):
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        dim = [dim] if isinstance(dim, int) else None if dim is None else list(dim)
        correction = more.get("correction", 1 if unbiased else 0)
        named = {} if correction == 1 and dim is None else {"correction": correction}
        if keepdim or more.get("keepdim"):
            named["keepdim"] = True
        rest = () if dim is None else (dim,)
        return getattr(A, name).correction(input, *rest, **named)

    return call


for _name in ("std", "var", "std_mean", "var_mean"):
    PARTS[_name] = _spread(_name)


@part("tensor")
def tensor(data: Any, *, requires_grad: bool = False, **options: Any) -> Tensor:
    return A.lift_fresh.default(_new(data, **options)).requires_grad_(requires_grad)
