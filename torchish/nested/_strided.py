"""Nested tensors of the strided layout: a list of tensors of as many dimensions. See Note [Nested
tensors].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from torchish._core.base import layouts
from torchish._core.tensor import FUNCTIONS, Tensor, tensor
from torchish._core.tensor.api.wrappers import hollow
from torchish._ruled import RuledTensor, Rules
from torchish.nested._jagged import NestedTensor
from torchish.nested._names import ACTIVATIONS, METHODS, POINTWISE
from torchish.nn import functional as F

__all__ = ["RULES", "StridedNested", "strided_of"]

RULES = Rules()


def _unsized(what: str) -> NoReturn:
    raise RuntimeError(
        f"Internal error: NestedTensorImpl doesn't support {what}. Please file an issue."
    )


class StridedNested(RuledTensor, _waits=True):
    """Tensors of as many dimensions, whose sizes may differ."""

    _rules, _telling = RULES, NestedTensor._telling
    _parts: list[Tensor]
    is_nested = True
    layout = layouts.strided

    @classmethod
    def _without_rule(cls, name: str, args: tuple) -> Exception:
        return NotImplementedError(
            f"Could not run 'aten::{name}' with arguments from the 'NestedTensorCPU' backend."
        )

    @property
    def shape(self) -> Any:
        _unsized("sizes")

    def __len__(self) -> int:
        _unsized("sizes")

    def stride(self, dim: int | None = None) -> Any:
        _unsized("strides")

    def dim(self) -> int:
        return self._parts[0].dim() + 1 if self._parts else 1

    ndimension = dim
    ndim = property(dim)

    def size(self, dim: int | None = None) -> Any:
        if dim is None:
            _unsized("sizes")
        d = dim % self.dim()
        if d == 0:
            return len(self._parts)
        found = {p.shape[d - 1] for p in self._parts}
        if len(found) != 1:
            raise RuntimeError(f"Given dimension {d} is irregular and does not have a size.")
        return found.pop()

    def numel(self) -> int:
        return sum(p.numel() for p in self._parts)

    nelement = numel

    def _nested_tensor_size(self) -> Tensor:
        """The parts' sizes, one row each."""
        return tensor([list(p.shape) for p in self._parts])

    def is_contiguous(self, memory_format: Any = None) -> bool:
        return all(p.is_contiguous() for p in self._parts)

    @property
    def requires_grad(self) -> bool:
        return any(p.requires_grad for p in self._parts)

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        for p in self._parts:
            p.requires_grad = value

    def requires_grad_(self, requires_grad: bool = True) -> StridedNested:
        for p in self._parts:
            p.requires_grad_(requires_grad)
        return self

    @property
    def grad_fn(self) -> Any:
        return next((p.grad_fn for p in self._parts if p.grad_fn is not None), None)

    @property
    def is_leaf(self) -> bool:
        return all(p.is_leaf for p in self._parts)

    @property
    def grad(self) -> Any:
        if all(p.grad is None for p in self._parts):
            return None
        zeros = FUNCTIONS["zeros_like"]
        return strided_of([zeros(p) if p.grad is None else p.grad for p in self._parts])

    @grad.setter
    def grad(self, value: Any) -> None:
        for i, p in enumerate(self._parts):
            p.grad = None if value is None else value._parts[i]

    def backward(self, gradient: Any = None, *args: Any, **kwargs: Any) -> None:
        if gradient is None:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        sums = [(p * g).sum() for p, g in zip(self._parts, gradient._parts, strict=True)]
        total = sums[0]
        for s in sums[1:]:
            total = total + s
        total.backward(*args, **kwargs)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        inner = ",\n".join(_indented(repr(p)) for p in self._parts)
        return f"nested_tensor([\n{inner}\n])"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return strided_of, (self._parts,)

    def __deepcopy__(self, memo: dict) -> StridedNested:
        made = strided_of([p.detach().clone() for p in self._parts])
        return made.requires_grad_(self.requires_grad)


def _indented(text: str) -> str:
    return "\n".join("  " + line for line in text.split("\n"))


def strided_of(parts: Sequence[Tensor]) -> StridedNested:
    """The nested tensor of these."""
    parts = list(parts)
    first = parts[0] if parts else tensor([])
    shape = [len(parts), *first.shape]
    t = hollow(StridedNested, shape, first.dtype, first.device)
    t._parts = parts
    return t


def _each(name: str, f: Callable, dense: bool = True) -> Callable:
    """A function of the parts; with `dense`, other tensors are the same for all."""

    def call(*args: Any, **kwargs: Any) -> StridedNested:
        n = next(a for a in (*args, *kwargs.values()) if isinstance(a, StridedNested))
        for a in (*args, *kwargs.values()):
            if isinstance(a, StridedNested):
                if len(a._parts) != len(n._parts):
                    raise RuntimeError(f"{name}: nested tensors of different numbers of parts")
            elif isinstance(a, Tensor) and not dense and a.dim():
                raise RuntimeError(
                    "Expected both self and other to be nested, but got a nested self and "
                    "non-nested other"
                )

        def at(a: Any, i: int) -> Any:
            return a._parts[i] if isinstance(a, StridedNested) else a

        return strided_of([
            f(*(at(a, i) for a in args), **{k: at(a, i) for k, a in kwargs.items()})
            for i in range(len(n._parts))
        ])  # fmt: skip

    return call


for _n in POINTWISE:
    if _n in FUNCTIONS or hasattr(Tensor, _n):
        RULES[_n] = _each(_n, FUNCTIONS.get(_n) or getattr(Tensor, _n), False)
for _n in METHODS:
    RULES[_n] = _each(_n, getattr(Tensor, _n), False)
for _n in ACTIVATIONS:
    RULES[_n] = _each(_n, getattr(F, _n))
RULES["linear"] = _each("linear", F.linear)
RULES["contiguous"] = _each("contiguous", Tensor.contiguous)
for _n in ("embedding", "scaled_dot_product_attention", "rms_norm"):
    RULES[_n] = _each(_n, getattr(F, _n))


@RULES.enter("layer_norm")
def _layer_norm(n: Any, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5):
    if weight is None or bias is None:
        raise ValueError("NestedTensor layer_norm requires weight and bias")
    return strided_of([F.layer_norm(p, shape, weight, bias, eps) for p in n._parts])


def _inner(n: StridedNested, dim: int, name: str) -> int:
    d = dim % n.dim()
    if d == 0:
        raise RuntimeError(f"{name}(): the first dimension of a nested tensor is that of its parts")
    return d - 1


def _along(name: str) -> Callable:
    def call(n: StridedNested, dim: int, _stacklevel: Any = 3, dtype: Any = None) -> StridedNested:
        d = _inner(n, dim, name)
        return strided_of([getattr(F, name)(p, d, dtype=dtype) for p in n._parts])

    return call


RULES["softmax"], RULES["log_softmax"] = _along("softmax"), _along("log_softmax")


@RULES.enter("is_same_size")
def _is_same_size(n: Any, other: Any) -> bool:
    for word, t in (("Self", n), ("Other", other)):
        if not isinstance(t, StridedNested):
            nested = "Other" if t is n else "Self"
            raise RuntimeError(
                f"Expected both self and other to be nested tensors. {nested} is nested. While "
                f"{word} is not nested."
            )
    return [p.shape for p in n._parts] == [p.shape for p in other._parts]


@RULES.enter("unbind")
def _unbind(n: StridedNested, dim: int = 0) -> tuple[Tensor, ...]:
    if dim != 0:
        raise RuntimeError(
            f"NestedTensor can only be unbound along dimension 0, got {dim} instead."
        )
    return tuple(n._parts)


RULES["__iter__"] = lambda n: iter(n._parts)


@RULES.enter("__getitem__", "select")
def _getitem(n: StridedNested, index: Any, *rest: Any) -> Any:
    if rest:  # select(dim, index)
        index = rest[0] if index == 0 else (slice(None), rest[0])
    items = index if isinstance(index, tuple) else (index,)
    if isinstance(items[0], int):
        return n._parts[items[0]][items[1:]] if len(items) > 1 else n._parts[items[0]]
    raise NotImplementedError(
        "Could not run 'aten::slice.Tensor' with arguments from the 'NestedTensorCPU' backend."
    )


@RULES.enter("to_padded_tensor")
def _to_padded(n: StridedNested, padding: float, output_size: Any = None) -> Tensor:
    if not n._parts:
        raise RuntimeError("at least one constituent tensor should have non-zero numel")
    inner = [max(sizes) for sizes in zip(*(p.shape for p in n._parts), strict=True)]
    wanted = [len(n._parts), *inner] if output_size is None else list(output_size)
    if len(wanted) != n.dim() or any(w < s for w, s in zip(wanted[1:], inner, strict=True)):
        raise RuntimeError("Value in output_size is less than NestedTensor padded size.")

    def wide(p: Tensor) -> Tensor:
        more = [w - s for w, s in zip(wanted[1:], p.shape, strict=True)]
        return F.pad(p, [e for w in reversed(more) for e in (0, w)], value=padding)

    return FUNCTIONS["stack"]([wide(p) for p in n._parts])


@RULES.enter("transpose")
def _transpose(n: StridedNested, dim0: int, dim1: int) -> StridedNested:
    a, b = _inner(n, dim0, "transpose"), _inner(n, dim1, "transpose")
    return strided_of([p.transpose(a, b) for p in n._parts])


@RULES.enter("view", "reshape")
def _reshape(n: StridedNested, *sizes: Any) -> StridedNested:
    size = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (list, tuple)) else [*sizes]
    if size[0] != len(n._parts):
        raise RuntimeError("view: For now nested view cannot change or infer the batch dimension")
    made = []
    for p in n._parts:
        # -1 stands for the size that a part has in this dimension, as in PyTorch.
        inner = [p.shape[i] if s == -1 and i < p.dim() else s for i, s in enumerate(size[1:])]
        made.append(p.reshape(inner))
    return strided_of(made)


@RULES.enter("sum")
def _sum(n: StridedNested, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    if dim is None:
        raise NotImplementedError(
            "Could not run 'aten::sum' with arguments from the 'NestedTensorCPU' backend."
        )
    d = (dim if isinstance(dim, int) else dim[0]) % n.dim()
    if d != n.dim() - 1:
        raise RuntimeError(
            "NestedTensor can only be reduced across the last dimension for now got dimension "
            f"{d} instead."
        )
    if not keepdim:
        raise RuntimeError("NestedTensor always requires keepdim=True for now.")
    return strided_of([p.sum(-1, keepdim=True, dtype=dtype) for p in n._parts])


@RULES.enter("bmm", "matmul", "__matmul__")
def _matmul(a: Any, b: Any) -> StridedNested:
    if not (isinstance(a, StridedNested) and isinstance(b, StridedNested)):
        raise RuntimeError("Expected both to be nested, but got a nested self and non-nested other")
    return strided_of([x @ y for x, y in zip(a._parts, b._parts, strict=True)])


@RULES.enter("values")
def _values(n: StridedNested) -> Tensor:
    return FUNCTIONS["cat"]([p.flatten() for p in n._parts])
