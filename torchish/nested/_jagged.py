"""Nested tensors of the jagged layout: rows of all tensors one after the other, and offsets.

Note [Nested tensors]
A jagged tensor has the elements of its parts in one ordinary tensor, `values`, the parts' first
dimensions joined, and says by `offsets` where each begins. A strided one is a list of its parts.
Functions come to both by `__torch_function__` (Note [Overrides]) and are made of ordinary
functions of the values or of the parts, so that gradients, recording and compilation are theirs:
the gradient of a nested tensor is that of what it is made of.

https://docs.pytorch.org/docs/stable/nested.html
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import layouts
from torchish._core.tensor import FUNCTIONS, Tensor, tensor
from torchish._core.tensor.api.wrappers import hollow
from torchish._core.tensor.size import Size
from torchish._ruled import TELLING, HoldingTensor, Rules
from torchish.nested._names import ACTIVATIONS, METHODS, POINTWISE
from torchish.nn import functional as F

__all__ = ["NestedTensor", "RULES", "jagged_of"]

RULES = Rules()
_numbers = itertools.count(1)


class NestedInt:
    """The size of a ragged dimension: equal to itself, and to that of tensors with the same
    offsets."""

    def __init__(self, number: int, times: int = 1):
        self.number, self.times = number, times

    def __repr__(self) -> str:
        return f"j{self.number}" if self.times == 1 else f"{self.times}*j{self.number}"

    def __mul__(self, n: int) -> NestedInt:
        return NestedInt(self.number, self.times * n)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, NestedInt) and self.number == other.number
        return same and self.times == other.times

    def __hash__(self) -> int:
        return hash((self.number, self.times))


_ints: dict[int, tuple[Tensor, NestedInt]] = {}


def _int_of(offsets: Tensor) -> NestedInt:
    """The size that tensors with these offsets share."""
    found = _ints.get(id(offsets))
    if found is None or found[0] is not offsets:
        found = _ints[id(offsets)] = (offsets, NestedInt(next(_numbers)))
        if len(_ints) > 1024:
            _ints.pop(next(iter(_ints)))
    return found[1]


class NestedTensor(HoldingTensor, _waits=True):
    """Tensors that differ in one dimension."""

    _rules = RULES
    _held = "_values"
    _values: Tensor
    _offsets: Tensor
    _ragged: int
    _lengths: Tensor | None
    is_nested = True
    layout = layouts.jagged

    @classmethod
    def _without_rule(cls, name: str, args: tuple) -> Exception:
        return NotImplementedError(f"NestedTensor of the jagged layout: {name}()")

    def values(self) -> Tensor:
        """The rows of all parts."""
        return self._values

    def offsets(self) -> Tensor:
        """Where each part begins, and where the last ends."""
        return self._offsets

    def lengths(self) -> Tensor | None:
        """How long each part is, where there are gaps between them."""
        return self._lengths

    @property
    def shape(self) -> Any:
        inner: list[Any] = list(self._values.shape)
        inner[self._ragged - 1] = _int_of(self._offsets)
        return tuple.__new__(Size, (len(self._offsets) - 1, *inner))

    def size(self, dim: int | None = None) -> Any:
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        return self._values.dim() + 1

    ndimension = dim
    ndim = property(dim)

    def numel(self) -> int:
        return self._values.numel()

    nelement = numel

    def stride(self, dim: int | None = None) -> Any:
        inner = self._values.stride()
        whole = (self.shape[self._ragged] * inner[self._ragged - 1], *inner)
        return whole if dim is None else whole[dim]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def is_contiguous(self, memory_format: Any = None) -> bool:
        return self._ragged == 1 and self._lengths is None and self._values.is_contiguous()

    def _around(self, gradient: Tensor) -> Any:
        return like(self, gradient)

    def backward(self, gradient: Any = None, *args: Any, **kwargs: Any) -> None:
        g = gradient._values if isinstance(gradient, NestedTensor) else gradient
        self._values.backward(g, *args, **kwargs)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        text = f"NestedTensor(size={tuple(self.shape)}, offsets={self._offsets}"
        if self._lengths is not None:
            text += f", lengths={self._lengths}"
        if self.grad_fn is not None:
            text += f", grad_fn=<{self.grad_fn.name()}>"
        elif self.requires_grad:
            text += ", requires_grad=True"
        return f"{text}, contiguous={self.is_contiguous()})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return jagged_of, (self._values, self._offsets, self._ragged, self._lengths)

    def __deepcopy__(self, memo: dict) -> NestedTensor:
        made = like(self, self._values.detach().clone())
        return made.requires_grad_(self.requires_grad)


NestedTensor._telling = TELLING | {"is_pinned", "is_shared"}


def jagged_of(
    values: Tensor, offsets: Tensor, ragged: int = 1, lengths: Tensor | None = None
) -> NestedTensor:
    """The nested tensor of these values."""
    shape = [len(offsets) - 1, *values.shape]
    t = hollow(NestedTensor, shape, values.dtype, values.device)
    t._values, t._offsets, t._ragged, t._lengths = values, offsets, ragged, lengths
    return t


def like(n: NestedTensor, values: Tensor, ragged: int | None = None) -> NestedTensor:
    """Other values under the same offsets."""
    return jagged_of(values, n._offsets, n._ragged if ragged is None else ragged, n._lengths)


def bounds(n: NestedTensor) -> list[tuple[int, int]]:
    """Where each part begins and ends."""
    starts = n._offsets.tolist()
    if n._lengths is None:
        return list(itertools.pairwise(starts))
    return [(s, s + k) for s, k in zip(starts, n._lengths.tolist(), strict=False)]


def parts(n: NestedTensor) -> tuple[Tensor, ...]:
    """The tensors that it is of."""
    return tuple(n._values.narrow(n._ragged - 1, a, b - a) for a, b in bounds(n))


# --- to and from padded tensors


def _rows(n: NestedTensor) -> Tensor:
    """The values with the ragged dimension in front."""
    return n._values if n._ragged == 1 else n._values.transpose(0, n._ragged - 1)


def padded(n: NestedTensor, fill: float = 0.0, longest: int | None = None) -> Tensor:
    """(parts, longest, …), the ragged dimension second, what is left over being `fill`."""
    where = bounds(n)
    width = max((b - a for a, b in where), default=0) if longest is None else longest
    rows = _rows(n)
    if not len(rows):
        return rows.new_full((len(where), width, *rows.shape[1:]), fill)
    places = [[min(a + i, len(rows) - 1) for i in range(width)] for a, _ in where]
    kept = tensor([[i < b - a for i in range(width)] for a, b in where])
    out = rows[tensor(places).reshape(len(where), width)]
    return out.masked_fill(~kept.reshape(len(where), width, *[1] * (rows.dim() - 1)), fill)


def unpadded(x: Tensor, n: NestedTensor) -> Tensor:
    """The rows of (parts, longest, …) that are no padding, one after the other."""
    width = x.shape[1]
    places = [k * width + i for k, (a, b) in enumerate(bounds(n)) for i in range(b - a)]
    return x.flatten(0, 1)[tensor(places, dtype=n._offsets.dtype).long()]


@RULES.enter("to_padded_tensor")
def to_padded_tensor(n: NestedTensor, padding: float, output_size: Any = None) -> Tensor:
    longest = None if output_size is None else output_size[n._ragged]
    out = padded(n, padding, longest)
    out = out if n._ragged == 1 else out.transpose(1, n._ragged)
    if output_size is not None:
        more = [w - s for w, s in zip(output_size, out.shape, strict=True)]
        out = F.pad(out, [e for w in reversed(more) for e in (0, w)], value=padding)
    return out


# --- elementwise


def _same(a: NestedTensor, b: NestedTensor, name: str) -> None:
    if a._offsets is not b._offsets or a._ragged != b._ragged:
        raise RuntimeError(
            f"cannot call binary pointwise function {name} with inputs of shapes "
            f"{tuple(a.shape)} and {tuple(b.shape)}"
        )


def _against(n: NestedTensor, x: Any, name: str) -> Any:
    """An operand, to be used with the values."""
    if isinstance(x, NestedTensor):
        _same(n, x, name)
        return x._values
    if not isinstance(x, Tensor) or x.dim() == 0:
        return x
    if x.dim() < n.dim():
        at = x.dim() - (n.dim() - n._ragged)
        if at >= 0 and x.shape[at] != 1:
            raise RuntimeError(f"{name}: a dense tensor along the ragged dimension")
        return x
    if x.dim() > n.dim() or x.shape[n._ragged] != 1:
        raise RuntimeError(f"{name}: a dense tensor of shape {tuple(x.shape)} with {n}")
    if x.shape[0] == 1:
        return x.squeeze(0)
    moved = x.transpose(1, n._ragged).squeeze(1)
    lengths = tensor([b - a for a, b in bounds(n)])
    wide = moved.repeat_interleave(lengths, 0)
    return wide if n._ragged == 1 else wide.transpose(0, n._ragged - 1)


def _pointwise(name: str, f: Callable) -> Callable:
    def call(*args: Any, **kwargs: Any) -> Any:
        n = next(a for a in (*args, *kwargs.values()) if isinstance(a, NestedTensor))
        out = f(
            *(_against(n, a, name) for a in args),
            **{k: _against(n, a, name) for k, a in kwargs.items()},
        )
        return like(n, out)

    return call


for _n in POINTWISE:
    if _n in FUNCTIONS:
        RULES[_n] = _pointwise(_n, FUNCTIONS[_n])
    elif hasattr(Tensor, _n):
        RULES[_n] = _pointwise(_n, getattr(Tensor, _n))
for _n in METHODS:
    RULES[_n] = _pointwise(_n, getattr(Tensor, _n))
for _n in ACTIVATIONS:
    RULES[_n] = _pointwise(_n, getattr(F, _n))


# --- shapes


def _dim(n: NestedTensor, dim: int, name: str) -> int:
    """A dimension of the values. RuntimeError for that of the parts."""
    d = dim % n.dim()
    if d == 0:
        raise RuntimeError(f"{name}(): not supported for NestedTensor on dim=0")
    return d - 1


def _plain(n: NestedTensor, dim: int, name: str) -> int:
    """The same, which must not be the ragged one."""
    d = _dim(n, dim, name)
    if d == n._ragged - 1:
        raise RuntimeError(f"{name}(): not supported for NestedTensor on ragged dim")
    return d


@RULES.enter("unbind")
def unbind(n: NestedTensor, dim: int = 0) -> tuple[Tensor, ...]:
    if dim != 0:
        raise RuntimeError("unbind(): only supported for NestedTensor on dim=0")
    return parts(n)


RULES["__iter__"] = lambda n: iter(parts(n))


@RULES.enter("transpose", "swapaxes", "swapdims")
def transpose(n: NestedTensor, dim0: int, dim1: int) -> NestedTensor:
    a, b = _dim(n, dim0, "transpose"), _dim(n, dim1, "transpose")
    ragged = {a + 1: b + 1, b + 1: a + 1}.get(n._ragged, n._ragged)
    return like(n, n._values.transpose(a, b), ragged)


@RULES.enter("permute")
def permute(n: NestedTensor, *dims: Any) -> NestedTensor:
    order = [d % n.dim() for d in (dims[0] if isinstance(dims[0], (list, tuple)) else dims)]
    if order[0] != 0:
        raise RuntimeError("permute(): the first dimension of a NestedTensor stays")
    return like(n, n._values.permute([d - 1 for d in order[1:]]), order.index(n._ragged))


@RULES.enter("contiguous")
def contiguous(n: NestedTensor, memory_format: Any = None) -> NestedTensor:
    if n._lengths is not None:
        return from_parts(list(parts(n)))
    return n if n._values.is_contiguous() else like(n, n._values.contiguous())


@RULES.enter("view", "reshape")
def view(n: NestedTensor, *sizes: Any) -> NestedTensor:
    size = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (list, tuple)) else [*sizes]
    if size[0] not in (len(n), -1):
        raise RuntimeError(f"view(): cannot view shape {tuple(n.shape)} as {tuple(size)}")
    at = [i for i, s in enumerate(size) if isinstance(s, NestedInt)]
    if not at:
        if -1 not in size[1:]:
            raise RuntimeError(f"view(): cannot view shape {tuple(n.shape)} as {tuple(size)}")
        at = [size.index(-1, 1)]
    ragged = at[0]
    inner = [n._values.shape[n._ragged - 1] if i == ragged else s for i, s in enumerate(size)][1:]
    source, before = n._values, math.prod(n._values.shape[: n._ragged - 1])
    if math.prod(s for s in inner[: ragged - 1] if s != -1) != before and n._ragged == 1:
        raise RuntimeError(f"view(): cannot view shape {tuple(n.shape)} as {tuple(size)}")
    return like(n, source.reshape(inner), ragged)


@RULES.enter("unflatten")
def unflatten(n: NestedTensor, dim: int, sizes: Sequence[int]) -> NestedTensor:
    d = _plain(n, dim, "unflatten")
    ragged = n._ragged if d >= n._ragged else n._ragged + len(sizes) - 1
    return like(n, n._values.unflatten(d, sizes), ragged)


@RULES.enter("flatten")
def flatten(n: NestedTensor, start_dim: int = 0, end_dim: int = -1) -> NestedTensor:
    a, b = _dim(n, start_dim, "flatten"), _dim(n, end_dim, "flatten")
    if a <= n._ragged - 1 <= b and a != b:
        raise RuntimeError("flatten(): not supported for NestedTensor on ragged dim")
    ragged = n._ragged if a >= n._ragged else n._ragged - (b - a)
    return like(n, n._values.flatten(a, b), ragged)


@RULES.enter("unsqueeze")
def unsqueeze(n: NestedTensor, dim: int) -> NestedTensor:
    d = dim % (n.dim() + 1)
    if d == 0:
        raise RuntimeError("unsqueeze(): not supported for NestedTensor on dim=0")
    return like(n, n._values.unsqueeze(d - 1), n._ragged + (d <= n._ragged))


@RULES.enter("squeeze")
def squeeze(n: NestedTensor, dim: int) -> NestedTensor:
    d = _plain(n, dim, "squeeze")
    return like(n, n._values.squeeze(d), n._ragged - (d < n._ragged - 1))


@RULES.enter("chunk")
def chunk(n: NestedTensor, chunks: int, dim: int = 0) -> tuple:
    return tuple(like(n, v) for v in n._values.chunk(chunks, _plain(n, dim, "chunk")))


@RULES.enter("split")
def split(n: NestedTensor, sizes: Any, dim: int = 0) -> tuple:
    return tuple(like(n, v) for v in n._values.split(sizes, _plain(n, dim, "split")))


@RULES.enter("cat", "concat")
def cat(tensors: Sequence[Any], dim: int = 0) -> NestedTensor:
    first = tensors[0]
    for t in tensors[1:]:
        _same(first, t, "cat")
    values = [t._values for t in tensors]
    return like(first, FUNCTIONS["cat"](values, _plain(first, dim, "cat")))


@RULES.enter("select")
def select(n: NestedTensor, dim: int, index: int) -> Any:
    if dim % n.dim() == 0:
        return parts(n)[index]
    d = _plain(n, dim, "select")
    return like(n, n._values.select(d, index), n._ragged - (d < n._ragged - 1))


@RULES.enter("__getitem__")
def getitem(n: NestedTensor, index: Any) -> Any:
    items = index if isinstance(index, tuple) else (index,)
    if len(items) == 1 and isinstance(items[0], int):
        return parts(n)[items[0]]
    if items[0] is Ellipsis:
        items = (slice(None),) * (n.dim() - len(items) + 1) + items[1:]
    if isinstance(items[0], int):
        return parts(n)[items[0]][items[1:]]
    whole = slice(None)
    if items[0] != whole:
        raise RuntimeError("slice(): not supported for NestedTensor on dim=0")
    if len(items) > n._ragged and items[n._ragged] != whole:
        raise RuntimeError("slice(): not supported for NestedTensor on ragged dim")
    gone = sum(isinstance(i, int) for i in items[1 : n._ragged])
    return like(n, n._values[items[1:]], n._ragged - gone)


# --- reductions and layers


def _reduction(name: str) -> Callable:
    def call(n: NestedTensor, dim: Any = None, keepdim: bool = False, **named: Any) -> Any:
        f = FUNCTIONS[name]
        if dim is None:
            return f(n._values, **named)
        dims = [d % n.dim() for d in ([dim] if isinstance(dim, int) else dim)]
        if n._ragged not in dims and 0 not in dims:
            out = f(n._values, [d - 1 for d in dims], keepdim, **named)
            gone = 0 if keepdim else sum(d < n._ragged for d in dims)
            return like(n, out, n._ragged - gone)
        if 0 in dims:
            raise RuntimeError(f"{name}(): not supported along the batch dimension of NestedTensor")
        each = [f(p, [d - 1 for d in dims], keepdim, **named) for p in parts(n)]
        return FUNCTIONS["stack"](each)

    return call


for _n in ("sum", "mean", "amax", "amin", "logsumexp", "var", "std"):
    RULES[_n] = _reduction(_n)
for _n in ("all", "any", "max", "min", "prod"):
    RULES[_n] = (lambda name: lambda n: FUNCTIONS[name](n._values))(_n)


def _normalized(name: str) -> Callable:
    def call(n: NestedTensor, dim: int, _stacklevel: Any = 3, dtype: Any = None) -> NestedTensor:
        d = _dim(n, dim, name)
        f = getattr(F, name)
        if d != n._ragged - 1:
            return like(n, f(n._values, d, dtype=dtype))
        out = f(padded(n, -math.inf), 1, dtype=dtype)
        rows = unpadded(out, n)
        return like(n, rows if n._ragged == 1 else rows.transpose(0, d))

    return call


RULES["softmax"], RULES["log_softmax"] = _normalized("softmax"), _normalized("log_softmax")


def _last(n: NestedTensor, name: str) -> None:
    if n._ragged == n.dim() - 1:
        raise RuntimeError(f"{name}(): not supported for NestedTensor on ragged dim")


@RULES.enter("linear")
def linear(input: NestedTensor, weight: Tensor, bias: Tensor | None = None) -> NestedTensor:
    _last(input, "linear")
    return like(input, F.linear(input._values, weight, bias))


def _norm(name: str) -> Callable:
    def call(n: NestedTensor, shape: Any, *args: Any, **kwargs: Any) -> NestedTensor:
        if n.dim() - len(shape if isinstance(shape, (list, tuple)) else [shape]) <= n._ragged:
            raise RuntimeError(f"{name}(): normalizing over ragged dim not supported")
        return like(n, getattr(F, name)(n._values, shape, *args, **kwargs))

    return call


RULES["layer_norm"], RULES["rms_norm"] = _norm("layer_norm"), _norm("rms_norm")


@RULES.enter("matmul", "__matmul__", "bmm", "mm")
def matmul(a: Any, b: Any) -> Any:
    if isinstance(a, NestedTensor) and not isinstance(b, NestedTensor):
        _last(a, "matmul")
        if b.dim() == 2:
            return like(a, a._values @ b)
        return from_parts([x @ y for x, y in zip(parts(a), b, strict=True)], a._offsets)
    return from_any([x @ y for x, y in zip(parts(a), parts(b), strict=True)], a._offsets)


def from_any(made: list[Tensor], offsets: Tensor) -> Any:
    """A nested tensor of these where they differ, else one dense tensor."""
    if all(t.shape == made[0].shape for t in made):
        return FUNCTIONS["stack"](made)
    return from_parts(made, offsets)


@RULES.enter("embedding")
def embedding(input: NestedTensor, weight: Tensor, *args: Any, **kwargs: Any) -> NestedTensor:
    return like(input, F.embedding(input._values, weight, *args, **kwargs))


@RULES.enter("scaled_dot_product_attention")
def attention(
    query: Any, key: Any, value: Any, attn_mask: Any = None, dropout_p: float = 0.0,
    is_causal: bool = False, scale: float | None = None, enable_gqa: bool = False,
) -> NestedTensor:  # fmt: skip
    if attn_mask is not None:
        raise NotImplementedError("scaled_dot_product_attention() of NestedTensor: attn_mask")
    if any(not isinstance(t, NestedTensor) or t.dim() != 4 or t._ragged != 2
           for t in (query, key, value)):  # fmt: skip
        raise NotImplementedError(
            "scaled_dot_product_attention() of NestedTensor: inputs that are not all of shape "
            "(batch, heads, ragged, features)"
        )
    q, k, v = (padded(t).transpose(1, 2) for t in (query, key, value))
    width = k.shape[2]
    seen = tensor([[i < b - a for i in range(width)] for a, b in bounds(key)])
    mask = seen[:, None, None, :]
    if is_causal:
        mask = mask & FUNCTIONS["ones_like"](q[0, 0] @ k[0, 0].mT).tril().bool()
    out = F.scaled_dot_product_attention(
        q, k, v, mask, dropout_p, False, scale=scale, enable_gqa=enable_gqa
    )
    rows = unpadded(out.transpose(1, 2), query)
    return like(query, rows.transpose(0, 1), 2)


def from_parts(made: list[Tensor], offsets: Tensor | None = None) -> NestedTensor:
    """A jagged tensor of tensors that differ in their first dimension."""
    if offsets is None:
        ends = list(itertools.accumulate((t.shape[0] for t in made), initial=0))
        offsets = tensor(ends)
    return jagged_of(FUNCTIONS["cat"](made), offsets)
