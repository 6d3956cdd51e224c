"""Views of a whole tensor with other sizes or another order of dimensions.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

import math

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_count, size_text, warn_once, wrap_dim, wrap_dims
from torchish._core.engine import trace
from torchish._core.engine.values import Aval, aval_of
from torchish._core.ops import views as lens
from torchish._core.tensor import sparse_rules
from torchish._core.tensor.api.classes import class_name, ints, several
from torchish._core.tensor.tape.duals import now, root_of
from torchish._core.tensor.tape.graph import Node
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import (
    Tensor,
    View,
    alias_of,
    blank,
    contiguous_strides,
    grad_edge,
    tracked,
)
from torchish._core.tensor.views.errors import IN_INFERENCE


def make_view(
    t: Tensor, step: lens.Step, ats: tuple[int, ...], aval: Aval, strides, offset: int, name: str
) -> Tensor:
    """A view of `t` one lens step further, with the sizes and strides that PyTorch gives it."""
    return make_chain(t, (step,), ats, aval, strides, offset, name)


def make_chain(
    t: Tensor, steps: lens.Chain, ats: tuple[int, ...], aval: Aval, strides, offset: int, name: str
) -> Tensor:
    """A view of `t` some lens steps further."""
    v = blank()
    v._storage = s = t._storage
    view = t._view
    v._view = View(steps, ats) if view is None else view.then(steps, ats)
    v._aval = aval
    if strides != aval.strides:
        v._strides = tuple(strides)
    v._offset = offset
    if t._inference:
        v._inference = True
        return v
    v._base = t if t._base is None else t._base
    v._view_version = s.writes
    if t._quiet:
        v._quiet = True
    if t._pending:  # indices of several dimensions keep it; the other chains are of one step
        kind = steps[0][0]
        v._pending = 0 if kind == "real" else 2 if kind == "imag" else t._pending
    if modes.grad:
        edge = grad_edge(t)
        if t._base is not None:
            v._several, v._no_grad_view = max(-1, min(t._several, 1)), t._no_grad_view
        if edge is not None or (t._base is not None and tracked(t)):
            call = lens.get_call(steps)
            value = t._value()
            if not s.shared:
                # Read now, so that forward and backward of the view fall into one recording.
                out = trace.record(call, (value,), ats)[0]
                v._cached, v._cached_version = out, s.version
                outs = (out,)
            else:
                outs = ()
            label = f"{name[:-1]}Backward{name[-1]}" if name[-1].isdigit() else f"{name}Backward0"
            v._node = Node(call, (value,), ats, (edge,), label, outs)
            v._node.outs = (aval,)
    else:
        v._no_grad_view = IN_INFERENCE if modes.inference else True
    if now.level is not None:
        now.level.dual(v, None, root_of(t))
    return v


def _like(t: Tensor, shape) -> Aval:
    a = t._aval
    return aval_of(tuple(shape), a.dtype, a.device)


def view_strides(shape, strides, new) -> tuple[int, ...] | None:
    """Strides of a tensor of these sizes and strides seen with sizes `new`; None when that needs a
    copy."""
    if math.prod(shape) == 0:
        return tuple(strides) if tuple(shape) == tuple(new) else contiguous_strides(new)
    if not shape:
        return (1,) * len(new)
    out = [0] * len(new)
    v = len(new) - 1
    base, run_t, run_v = strides[-1], 1, 1
    for d in range(len(shape) - 1, -1, -1):
        run_t *= shape[d]
        if d == 0 or (shape[d - 1] != 1 and strides[d - 1] != run_t * base):
            while v >= 0 and (run_v < run_t or new[v] == 1):
                out[v] = run_v * base
                run_v *= new[v]
                v -= 1
            if run_v != run_t:
                return None
            if d > 0:
                base, run_t, run_v = strides[d - 1], 1, 1
    return tuple(out) if v == -1 else None


def infer_size(shape, numel: int) -> tuple[int, ...]:
    """A shape with its -1 filled in; RuntimeError when it does not fit `numel` elements."""
    unknown = [i for i, n in enumerate(shape) if n == -1]
    if len(unknown) > 1:
        raise RuntimeError("only one dimension can be inferred")
    for n in shape:
        if n < -1:
            raise RuntimeError(
                f"invalid shape dimension {n} at index {list(shape).index(n)} of shape "
                f"{size_text(shape)}"
            )
    known = math.prod(n for n in shape if n != -1)
    if unknown:
        if known == 0 and numel == 0:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {size_text(shape)} because the "
                "unspecified dimension size -1 can be any value and is ambiguous"
            )
        if known and numel % known == 0:
            out = list(shape)
            out[unknown[0]] = numel // known
            return tuple(out)
    elif known == numel:
        return tuple(shape)
    raise RuntimeError(f"shape '{size_text(shape)}' is invalid for input of size {numel}")


def view(self: Tensor, *shape, dtype=None, size=None) -> Tensor:
    """The same memory with other sizes, or seen as another dtype. RuntimeError when the strides do
    not allow it."""
    if dtype is None and len(shape) == 1 and isinstance(shape[0], dt.dtype):
        dtype = shape[0]
    if dtype is not None:
        return _view_dtype(self, dtype)
    return _view(self, several(shape if size is None else (size,), "view"), "View")


def _view(self: Tensor, shape: tuple[int, ...], name: str) -> Tensor:
    shape = infer_size(shape, self.numel())
    if self._strides is None:
        strides = contiguous_strides(shape)
    else:
        strides = view_strides(self._aval.shape, self.stride(), shape)
        if strides is None:
            raise RuntimeError(
                "view size is not compatible with input tensor's size and stride (at least one "
                "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
            )
    return make_view(self, ("reshape", shape), (), _like(self, shape), strides, self._offset, name)


def _view_dtype(self: Tensor, dtype: dt.dtype) -> Tensor:
    if dtype is self.dtype:
        return alias_of(self)
    if self._pending:
        what = "conjugate view tensors" if self._pending == 1 else "tensors with negative bit set"
        raise RuntimeError(
            f"torch.Tensor.view is not supported for {what} when converting to a different dtype."
        )
    old, new, shape, strides, offset = (
        self.itemsize,
        dtype.itemsize,
        list(self.shape),
        list(self.stride()),
        self._offset,
    )
    if old != new:
        if not shape:
            raise RuntimeError(
                f"self.dim() cannot be 0 to view {_long(self.dtype)} as {_long(dtype)} (different "
                "element sizes)"
            )
        if old < new and shape[-1] % (new // old):
            k = new // old
            raise RuntimeError(
                f"self.size(-1) must be divisible by {k} to view {_long(self.dtype)} as "
                f"{_long(dtype)} (different element sizes), but got {shape[-1]}"
            )
        if strides[-1] != 1:
            raise RuntimeError(
                f"self.stride(-1) must be 1 to view {_long(self.dtype)} as {_long(dtype)} "
                f"(different element sizes), but got {strides[-1]}"
            )
    if old > new:
        k = old // new
        shape[-1] *= k
        strides, offset = [s * k for s in strides[:-1]] + [1], offset * k
    elif old < new:
        k = new // old
        bad = f"must be divisible by {k} to view {_long(self.dtype)} as {_long(dtype)} "
        bad += "(different element sizes), but got"
        if offset % k:
            raise RuntimeError(f"self.storage_offset() {bad} {offset}")
        for d, s in enumerate(strides[:-1]):
            if s % k:
                raise RuntimeError(f"self.stride({d}) {bad} {s}")
        shape[-1] //= k
        strides, offset = [s // k for s in strides[:-1]] + [1], offset // k
    aval = aval_of(tuple(shape), dtype.np, self.device)
    step = ("bitcast", dtype.np.str if dtype is not dt.bfloat16 else "bfloat16")
    # To autograd, memory seen as another dtype is no view, and has no history.
    return alias_of(make_view(alias_of(self), step, (), aval, strides, offset, "View"))


def _long(d: dt.dtype) -> str:
    return dt.SCALAR_NAMES[d]


def reshape(self: Tensor, *shape, size=None) -> Tensor:
    """A view with other sizes where the strides allow it, else a copy."""
    target = several(shape if size is None else (size,), "reshape", "shape")
    target = infer_size(target, self.numel())
    if self._strides is not None and view_strides(self._aval.shape, self.stride(), target) is None:
        copy = _view(self.contiguous(), target, "UnsafeView")
        copy._base = None  # nobody else has that memory
        return copy
    return _view(self, target, "View")


def view_as(self: Tensor, other: Tensor) -> Tensor:
    return _view(self, other._aval.shape, "View")


def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    return reshape(self, other._aval.shape)


def permute(self: Tensor, *dims) -> Tensor:
    """A view with its dimensions in another order."""
    dims = several(dims, "permute", "dims")
    if len(dims) != self.dim():
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {self.dim()} is not "
            f"equal to len(dims) = {len(dims)}"
        )
    seen = wrap_dims_permute(dims, self.dim())
    return _permute(self, seen, "Permute")


def wrap_dims_permute(dims, ndim) -> tuple[int, ...]:
    out = tuple(wrap_dim(int(d), ndim) for d in dims)
    if len(set(out)) != len(out):
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return out


def _permute(self: Tensor, dims: tuple[int, ...], name: str) -> Tensor:
    if self._sparse:
        return sparse_rules.RULES["permute"](self, dims, name)
    shape, strides = self._aval.shape, self.stride()
    return make_view(
        self,
        ("permute", dims),
        (),
        _like(self, [shape[d] for d in dims]),
        [strides[d] for d in dims],
        self._offset,
        name,
    )


def transpose(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """A view with two dimensions swapped."""
    n = self.dim()
    a, b = wrap_dim(dim0, n), wrap_dim(dim1, n)
    order = list(range(n))
    if n:
        order[a], order[b] = order[b], order[a]
    return _permute(self, tuple(order), "Transpose")


def t(self: Tensor) -> Tensor:
    """The transpose of a matrix; a tensor of fewer dimensions as it is."""
    if self.dim() > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self.dim()}D")
    return _permute(self, (1, 0) if self.dim() == 2 else tuple(range(self.dim())), "T")


def _reverse(self: Tensor) -> Tensor:
    """`x.T`: the dimensions in reverse order."""
    if self.dim() > 2:
        warn_once(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is "
            "deprecated and it will throw an error in a future release. Consider `x.mT` to "
            "transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to "
            "reverse the dimensions of a tensor."
        )
    elif not self.dim():
        warn_once(
            "Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases."
        )
    return _permute(self, tuple(range(self.dim()))[::-1], "Permute")


def _swap_last(self: Tensor, name: str = "mT") -> Tensor:
    if self.dim() < 2:
        if self.dim() == 0:
            return self
        raise RuntimeError(
            f"tensor.{name} is only supported on matrices or batches of matrices. Got "
            f"{self.dim()}-D tensor."
        )
    return transpose(self, -2, -1)


def adjoint(self: Tensor) -> Tensor:
    """The conjugate transpose of the last two dimensions."""
    return _adjoint(self, "adjoint()")


def _adjoint(self: Tensor, name: str) -> Tensor:
    r = _swap_last(self, name)
    return r.conj() if self.is_complex() else r


def swapaxes(self: Tensor, axis0: int, axis1: int) -> Tensor:
    """`transpose`, by NumPy's name."""
    return transpose(self, axis0, axis1)


def swapdims(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """`transpose`."""
    return transpose(self, dim0, dim1)


def movedim(
    self: Tensor, source: int | tuple[int, ...], destination: int | tuple[int, ...]
) -> Tensor:
    """A view with dimensions moved to new places; the others keep their order."""
    if isinstance(source, (tuple, list)) is not isinstance(destination, (tuple, list)):
        raise TypeError(
            "movedim() received an invalid combination of arguments - got "
            f"({class_name(self)}, {class_name(source)}, {class_name(destination)}), but expected "
            "one of:"
        )
    src, dst = (
        tuple(d) if isinstance(d, (tuple, list)) else (wrap_dim(d, self.dim()),)
        for d in (source, destination)
    )
    if len(src) != len(dst):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({size_text(src)} dims) should "
            f"contain the same number of dims as destination ({size_text(dst)} dims)"
        )
    n = self.dim()
    s, d = [wrap_dim(i, n) for i in src], [wrap_dim(i, n) for i in dst]
    for given, name in ((s, "source"), (d, "destination")):
        if len(set(given)) != len(given):
            raise RuntimeError(
                f"movedim: repeated dim in `{name}` ({size_text(src if name == 'source' else dst)})"
            )
    if n == 0:
        return alias(self)
    order: list = [None] * n
    for i, j in zip(s, d, strict=True):
        order[j] = i
    rest = iter(i for i in range(n) if i not in s)
    return _permute(self, tuple(next(rest) if i is None else i for i in order), "Permute")


def squeeze(self: Tensor, dim: int | tuple[int, ...] | None = None, *more: int) -> Tensor:
    """A view without the dimensions of size 1 (or without those named, where their size is 1)."""
    shape, n = self._aval.shape, self.dim()
    if more:
        dim = several((dim, *more), "squeeze", "dim")
    if dim is None:
        drop = {i for i, s in enumerate(shape) if s == 1}
    else:
        dims = wrap_dims(dim, n) if isinstance(dim, (tuple, list)) else (wrap_dim(dim, n),)
        drop = {d for d in dims if n and shape[d] == 1}
    keep = [i for i in range(n) if i not in drop]
    strides, new = self.stride(), tuple(shape[i] for i in keep)
    return make_view(
        self,
        ("reshape", new),
        (),
        _like(self, new),
        [strides[i] for i in keep],
        self._offset,
        "Squeeze" if dim is None else "Squeeze2" if isinstance(dim, (tuple, list)) else "Squeeze1",
    )


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """A view with a new dimension of size 1."""
    dim = wrap_dim(dim, self.dim() + 1)
    if self._sparse:
        return sparse_rules.RULES["unsqueeze"](self, dim)
    shape, strides = self._aval.shape, self.stride()
    new = (*shape[:dim], 1, *shape[dim:])
    step = shape[dim] * strides[dim] if dim < len(shape) else 1
    return make_view(
        self,
        ("reshape", new),
        (),
        _like(self, new),
        (*strides[:dim], step, *strides[dim:]),
        self._offset,
        "Unsqueeze",
    )


def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Dimensions `start_dim` to `end_dim` as one; a view where the strides allow it."""
    n = self.dim()
    a, b = wrap_dim(start_dim, n), wrap_dim(end_dim, n)
    if a > b:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if n == 0:
        return reshape(self, 1)
    if a == b:
        return self
    shape = self._aval.shape
    return reshape(self, (*shape[:a], math.prod(shape[a : b + 1]), *shape[b + 1 :]))


def unflatten(self: Tensor, dim: int, sizes) -> Tensor:
    """One dimension as several of the given sizes, one of which may be -1."""
    d = wrap_dim(dim, self.dim())
    sizes = ints(sizes, "unflatten", "sizes", 3)
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    shape = self._aval.shape
    try:
        sizes = infer_size(sizes, shape[d])
    except RuntimeError as e:
        if "only one" in str(e):
            raise
        raise RuntimeError(
            f"unflatten: Provided sizes {size_text(sizes)} don't multiply up to the size of dim "
            f"{d} ({shape[d]}) in the input tensor"
        ) from None
    return reshape(self, (*shape[:d], *sizes, *shape[d + 1 :]))


def expand(self: Tensor, *sizes, size=None, implicit: bool = False) -> Tensor:
    """A view whose dimensions of size 1 (and new leading ones) are repeated without memory; -1
    keeps a size."""
    target = list(several(sizes if size is None else (size,), "expand"))
    shape, strides, n = self._aval.shape, self.stride(), self.dim()
    extra = len(target) - n
    if extra < 0:
        raise RuntimeError(
            f"expand({self.type()}{{{size_text(shape)}}}, size={size_text(target)}): the number of "
            f"sizes provided ({len(target)}) must be greater or equal to the number of dimensions "
            f"in the tensor ({n})"
        )
    new = [0] * len(target)
    for i in range(len(target) - 1, -1, -1):
        have = shape[i - extra] if i >= extra else 1
        if target[i] == -1:
            if i < extra:
                raise RuntimeError(
                    "The expanded size of the tensor (-1) isn't allowed in a leading, "
                    f"non-existing dimension {i}"
                )
            target[i] = have
        if have == target[i]:
            if i >= extra:
                new[i] = strides[i - extra]
            else:
                new[i] = target[i + 1] * new[i + 1] if n and i + 1 < len(target) else int(n > 0)
        elif have != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({target[i]}) must match the existing size "
                f"({have}) at non-singleton dimension {i}.  Target sizes: {size_text(target)}.  "
                f"Tensor sizes: {size_text(shape)}"
            )
    require_count(target)
    return make_view(
        self, ("expand", tuple(target)), (), _like(self, target), new, self._offset, "Expand"
    )


def expand_as(self: Tensor, other: Tensor) -> Tensor:
    return expand(self, other._aval.shape)


def alias(self: Tensor) -> Tensor:
    """A view of everything."""
    return make_view(
        self, ("reshape", self._aval.shape), (), self._aval, self.stride(), self._offset, "Alias"
    )
