"""Methods that give views: they share storage, and their sizes and strides are PyTorch's.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

import math

import numpy as np

from torchish.base import dtypes as dt
from torchish.base.errors import size_text, wrap_dim, wrap_dims
from torchish.engine import trace
from torchish.engine.values import Aval, aval_of
from torchish.ops import views as lens
from torchish.tensor.graph import Node
from torchish.tensor.modes import state as modes
from torchish.tensor.tensor import Tensor, View, contiguous_strides, grad_edge

_EMPTY = View((), ())


def make_view(
    t: Tensor, step: lens.Step, ats: tuple[int, ...], aval: Aval, strides, offset: int, name: str
) -> Tensor:
    """A view of `t` one lens step further, with the sizes and strides that PyTorch gives it."""
    v = object.__new__(Tensor)
    v._storage = s = t._storage
    v._view = (t._view or _EMPTY).then(step, ats)
    v._aval = aval
    if strides != contiguous_strides(aval.shape):
        v._strides = tuple(strides)
    v._offset = offset
    v._base = t if t._base is None else t._base
    v._view_version = s.version
    v._view_name = name
    if modes.grad:
        edge = grad_edge(t)
        if edge is not None and aval.torch_dtype.category >= dt.FLOAT:
            call = lens.get_call((step,))
            value = t._value()
            if not s.shared:
                # Read now, so that forward and backward of the view fall into one recording.
                out = trace.record(call, (value,), ats)[0]
                v._cached, v._cached_version = out, s.version
                recorded = out.array is None
            else:
                recorded = False
            v._node = Node(call, (value,), ats, (edge,), name + "Backward0", (), recorded=recorded)
            v._node.outs = (aval,)
    else:
        v._no_grad_view = True
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


def _shape_args(args: tuple) -> tuple[int, ...]:
    if len(args) == 1 and not isinstance(args[0], (int, np.integer, Tensor)):
        args = args[0]
    try:
        return tuple([n if type(n) is int else n.__index__() for n in args])
    except (AttributeError, TypeError):
        bad = next(n for n in args if not hasattr(n, "__index__"))
        raise TypeError(
            f"view(): argument 'size' must be tuple of ints, but found element of type "
            f"{type(bad).__name__}"
        ) from None


def view(self: Tensor, *shape, dtype=None, size=None) -> Tensor:
    """The same memory with other sizes, or seen as another dtype. RuntimeError when the strides do
    not allow it."""
    if dtype is None and len(shape) == 1 and isinstance(shape[0], dt.dtype):
        dtype = shape[0]
    if dtype is not None:
        return _view_dtype(self, dtype)
    return _view(self, _shape_args(shape if size is None else (size,)), "View")


def _view(self: Tensor, shape: tuple[int, ...], name: str) -> Tensor:
    shape = infer_size(shape, self.numel())
    if self._strides is None:
        strides = contiguous_strides(shape)
    else:
        strides = view_strides(self._aval.shape, self.stride(), shape)
        if strides is None:
            raise RuntimeError(
                "view size is not compatible with input tensor's size and stride (at least one "
                "dimension spans across "
                "two contiguous subspaces). Use .reshape(...) instead."
            )
    return make_view(self, ("reshape", shape), (), _like(self, shape), strides, self._offset, name)


def _view_dtype(self: Tensor, dtype: dt.dtype) -> Tensor:
    if dtype is self.dtype:
        return alias(self)
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
        if strides[-1] != 1:
            raise RuntimeError(
                f"self.stride(-1) must be 1 to view {_long(self.dtype)} as {_long(dtype)} "
                "(different "
                f"element sizes), but got {strides[-1]}"
            )
    if old > new:
        k = old // new
        shape[-1] *= k
        strides, offset = [s * k for s in strides[:-1]] + [1], offset * k
    elif old < new:
        k = new // old
        if shape[-1] % k or offset % k or any(s % k for s in strides[:-1]):
            raise RuntimeError(
                f"self.size(-1) must be divisible by {k} to view {_long(self.dtype)} as "
                f"{_long(dtype)} "
                f"(different element sizes), but got {shape[-1]}"
            )
        shape[-1] //= k
        strides, offset = [s // k for s in strides[:-1]] + [1], offset // k
    aval = aval_of(tuple(shape), dtype.np, self.device)
    return make_view(
        self,
        ("bitcast", dtype.np.str if dtype is not dt.bfloat16 else "bfloat16"),
        (),
        aval,
        strides,
        offset,
        "View",
    )


def _long(d: dt.dtype) -> str:
    return dt.SCALAR_NAMES[d]


def reshape(self: Tensor, *shape, size=None) -> Tensor:
    """A view with other sizes where the strides allow it, else a copy."""
    target = _shape_args(shape if size is None else (size,))
    target = infer_size(target, self.numel())
    if self._strides is not None and view_strides(self._aval.shape, self.stride(), target) is None:
        return _view(self.contiguous(), target, "UnsafeView")
    return _view(self, target, "View")


def view_as(self: Tensor, other: Tensor) -> Tensor:
    return _view(self, other._aval.shape, "View")


def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    return reshape(self, other._aval.shape)


def permute(self: Tensor, *dims) -> Tensor:
    """A view with its dimensions in another order."""
    dims = dims[0] if len(dims) == 1 and not isinstance(dims[0], int) else dims
    if len(dims) != self.dim():
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the "
            "length of the "
            f"desired ordering of dimensions i.e. input.dim() = {self.dim()} is not equal to "
            "len(dims) = "
            f"{len(dims)}"
        )
    seen = wrap_dims_permute(dims, self.dim())
    return _permute(self, seen, "Permute")


def wrap_dims_permute(dims, ndim) -> tuple[int, ...]:
    out = tuple(wrap_dim(int(d), ndim) for d in dims)
    if len(set(out)) != len(out):
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return out


def _permute(self: Tensor, dims: tuple[int, ...], name: str) -> Tensor:
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
    return _permute(self, tuple(range(self.dim()))[::-1], "Permute")


def _swap_last(self: Tensor) -> Tensor:
    if self.dim() < 2:
        if self.dim() == 0:
            return self
        raise RuntimeError(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {self.dim()}-D "
            "tensor."
        )
    return transpose(self, -2, -1)


def adjoint(self: Tensor) -> Tensor:
    """The conjugate transpose of the last two dimensions."""
    r = _swap_last(self)
    return r.conj() if self.is_complex() else r


def movedim(self: Tensor, source, destination) -> Tensor:
    """A view with dimensions moved to new places; the others keep their order."""
    src = (source,) if isinstance(source, int) else tuple(source)
    dst = (destination,) if isinstance(destination, int) else tuple(destination)
    if len(src) != len(dst):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({size_text(src)} dims) should "
            "contain the same "
            f"number of dims as destination ({size_text(dst)} dims)"
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


def select(self: Tensor, dim: int, index: int) -> Tensor:
    """The view at one index of a dimension, which goes away."""
    n = self.dim()
    if n == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim, index = wrap_dim(dim, n), index.__index__()
    size = self._aval.shape[dim]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {size_text(self.shape)} at "
            f"dimension {dim}"
        )
    return _select(self, dim, index)


def _select(self: Tensor, dim: int, index: int, fixed: bool = False) -> Tensor:
    shape, strides = self._aval.shape, self.stride()
    if index < 0:
        index += shape[dim]
    aval = _like(self, shape[:dim] + shape[dim + 1 :])
    left, offset = strides[:dim] + strides[dim + 1 :], self._offset + index * strides[dim]
    if fixed:
        return make_view(self, ("pick", dim, index), (), aval, left, offset, "Select")
    return make_view(self, ("select", dim), (index,), aval, left, offset, "Select")


def slice_view(
    self: Tensor,
    dim: int,
    start: int,
    size: int,
    step: int = 1,
    fixed: bool = False,
    name: str = "Slice",
) -> Tensor:
    """`size` elements of a dimension from `start`, each `step` further. The start is data unless
    `fixed`."""
    shape, strides = self._aval.shape, self.stride()
    aval = _like(self, (*shape[:dim], size, *shape[dim + 1 :]))
    new = (*strides[:dim], strides[dim] * step, *strides[dim + 1 :])
    offset = self._offset + (
        start * strides[dim] if size or start < shape[dim] else start * strides[dim]
    )
    if fixed or start == 0 or size == 0:
        stop = start + (size - 1) * step + 1 if size else start
        return make_view(self, ("part", dim, start, stop, step), (), aval, new, offset, name)
    return make_view(self, ("slice", dim, size, step), (start,), aval, new, offset, name)


def narrow(self: Tensor, dim: int, start, length: int) -> Tensor:
    """`length` elements of a dimension from `start`."""
    if self.dim() == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if isinstance(start, Tensor):
        if start.dim() or start.dtype.category != dt.INT:
            raise RuntimeError("start must be an 0-dim integral Tensor.")
        start = start.item()
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {start})"
        )
    if start < 0:
        start += size
    if start > size - length:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return slice_view(self, dim, start, length)


def split(self: Tensor, split_size, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive parts of one size (the last may be smaller), or of the given sizes."""
    if self.dim() == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if isinstance(split_size, (int, np.integer)):
        if split_size < 0:
            raise RuntimeError(
                f"split expects split_size be non-negative, but got split_size={split_size}"
            )
        if split_size == 0:
            if size:
                raise RuntimeError(
                    "split_size can only be 0 if dimension size is 0, but got dimension size of "
                    f"{size}"
                )
            return (slice_view(self, dim, 0, 0, fixed=True, name="Split"),)
        sizes = [min(split_size, size - i) for i in range(0, size, split_size)] or [0]
    else:
        sizes = [int(n) for n in split_size]
        if any(n < 0 for n in sizes):
            raise RuntimeError(
                "split_with_sizes expects split_sizes have only non-negative entries, but got "
                f"split_sizes={size_text(sizes)}"
            )
        if sum(sizes) != size:
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's "
                "size at "
                f"dimension {dim}), but got split_sizes={size_text(sizes)}"
            )
    return _parts(self, dim, sizes, "Split")


def _parts(self: Tensor, dim: int, sizes, name: str) -> tuple[Tensor, ...]:
    out, start = [], 0
    for n in sizes:
        out.append(slice_view(self, dim, start, n, fixed=True, name=name))
        start += n
    return tuple(out)


def chunk(self: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal size (the last may be smaller)."""
    if self.dim() == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if size == 0:
        return _parts(self, dim, [0] * chunks, "Split")
    return split(self, -(-size // chunks), dim)


def tensor_split(
    self: Tensor, indices_or_sections=None, dim: int = 0, *, indices=None, sections=None
) -> tuple[Tensor, ...]:
    """Views of parts as equal as can be, or split before the given indices."""
    given = next(x for x in (indices_or_sections, indices, sections) if x is not None)
    if self.dim() == 0:
        raise RuntimeError(
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor with "
            f"{self.dim()} dims"
        )
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if isinstance(given, Tensor):
        if given.dim() > 1 or given.dtype is not dt.int64:
            raise RuntimeError(
                "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or "
                f"one-dimensional tensor, but got a tensor with {given.dim()} dims"
                if given.dim() > 1
                else "tensor_split expected tensor_indices_or_sections to have dtype of long, "
                f"but got {_long(given.dtype)}"
            )
        given = given.tolist()
    if isinstance(given, int):
        if given <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        q, r = divmod(size, given)
        return _parts(self, dim, [q + 1] * r + [q] * (given - r), "Slice")
    out, start = [], 0
    for end in [*given, size]:
        a, b, _ = slice(start, end).indices(size)
        out.append(slice_view(self, dim, a, max(0, b - a), fixed=True))
        start = end
    return tuple(out)


def hsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 1, 0 if self.dim() == 1 else 1, "hsplit")
    return tensor_split(self, indices_or_sections, 0 if self.dim() == 1 else 1)


def vsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 2, 0, "vsplit")
    return tensor_split(self, indices_or_sections, 0)


def dsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 3, 2, "dsplit")
    return tensor_split(self, indices_or_sections, 2)


def _split_check(self: Tensor, given, least: int, dim: int, name: str) -> None:
    if self.dim() < least:
        raise RuntimeError(
            f"torch.{name} requires a tensor with at least {least} dimension{'s' * (least > 1)}, "
            "but got a "
            f"tensor with {self.dim()} dimensions!"
        )
    if isinstance(given, int):
        if given <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        if self._aval.shape[dim] % given:
            raise RuntimeError(
                f"torch.{name} attempted to split along dimension {dim}, but the size of the "
                "dimension "
                f"{self._aval.shape[dim]} is not divisible by the split_size {given}!"
            )


def unbind(self: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The views at each index of a dimension."""
    if self.dim() == 0:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    dim = wrap_dim(dim, self.dim())
    # Beyond a few rows the index is data, so that iterating compiles once and not once a row.
    few = self._aval.shape[dim] <= 8
    return tuple(_select(self, dim, i, fixed=few) for i in range(self._aval.shape[dim]))


def squeeze(self: Tensor, dim=None) -> Tensor:
    """A view without the dimensions of size 1 (or without those named, where their size is 1)."""
    shape, n = self._aval.shape, self.dim()
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
        "Squeeze",
    )


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """A view with a new dimension of size 1."""
    dim = wrap_dim(dim, self.dim() + 1)
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
    sizes = tuple(int(s) for s in sizes)
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
            f"{d} "
            f"({shape[d]}) in the input tensor"
        ) from None
    return reshape(self, (*shape[:d], *sizes, *shape[d + 1 :]))


def expand(self: Tensor, *sizes, size=None, implicit: bool = False) -> Tensor:
    """A view whose dimensions of size 1 (and new leading ones) are repeated without memory; -1
    keeps a size."""
    target = list(_shape_args(sizes if size is None else (size,)))
    shape, strides, n = self._aval.shape, self.stride(), self.dim()
    extra = len(target) - n
    if extra < 0:
        raise RuntimeError(
            f"expand({self.type()}{{{size_text(shape)}}}, size={size_text(target)}): the number "
            "of sizes "
            f"provided ({len(target)}) must be greater or equal to the number of dimensions in "
            f"the tensor ({n})"
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
                new[i] = target[i + 1] * new[i + 1] if i + 1 < len(target) else 1
        elif have != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({target[i]}) must match the existing size "
                f"({have}) at "
                f"non-singleton dimension {i}.  Target sizes: {size_text(target)}.  Tensor sizes: "
                f"{size_text(shape)}"
            )
    return make_view(
        self, ("expand", tuple(target)), (), _like(self, target), new, self._offset, "Expand"
    )


def expand_as(self: Tensor, other: Tensor) -> Tensor:
    return expand(self, other._aval.shape)


def diagonal(self: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of a diagonal, as the last dimension."""
    n = self.dim()
    a, b = wrap_dim(dim1, n), wrap_dim(dim2, n)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    shape, strides = self._aval.shape, self.stride()
    size = max(
        0, min(shape[a], shape[b] - offset) if offset >= 0 else min(shape[a] + offset, shape[b])
    )
    start = self._offset + (
        0 if size == 0 else offset * strides[b] if offset >= 0 else -offset * strides[a]
    )
    keep = [i for i in range(n) if i not in (a, b)]
    new = (*(shape[i] for i in keep), size)
    return make_view(
        self,
        ("gather", "diagonal", offset, a, b),
        (),
        _like(self, new),
        (*(strides[i] for i in keep), strides[a] + strides[b]),
        start,
        "Diagonal",
    )


def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of all windows of `size` elements of a dimension, `step` apart; the window is the
    last dimension."""
    d = wrap_dim(dimension, self.dim())
    shape, strides = self._aval.shape, self.stride()
    extent = shape[d] if shape else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > extent:
        raise RuntimeError(
            f"maximum size for tensor at dimension {d} is {extent} but size is {size}"
        )
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    if not shape:
        return make_view(
            self, ("reshape", (size,)), (), _like(self, (size,)), (1,), self._offset, "Unfold"
        )
    new = (*shape[:d], (extent - size) // step + 1, *shape[d + 1 :], size)
    return make_view(
        self,
        ("gather", "unfold", d, size, step),
        (),
        _like(self, new),
        (*strides[:d], strides[d] * step, *strides[d + 1 :], strides[d]),
        self._offset,
        "Unfold",
    )


def as_strided(self: Tensor, size, stride, storage_offset: int | None = None) -> Tensor:
    """A view of the storage with any sizes, strides and offset. RuntimeError when it would leave
    the storage."""
    size, stride = tuple(int(n) for n in size), tuple(int(n) for n in stride)
    offset = self._offset if storage_offset is None else storage_offset
    if len(size) != len(stride):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(s < 0 for s in stride):
        raise RuntimeError(
            "as_strided: Negative strides are not supported at the moment, got strides: "
            f"{size_text(stride)}"
        )
    if offset < 0:
        raise RuntimeError(f"Storage offset must be non-negative, got {offset}")
    s = self._storage
    total = math.prod(s.aval.shape)
    last = (
        offset + sum((n - 1) * q for n, q in zip(size, stride, strict=True))
        if math.prod(size)
        else offset - 1
    )
    if last >= total:
        need = (last + 1) * self.itemsize
        raise RuntimeError(
            f"setStorage: sizes {size_text(size)}, strides {size_text(stride)}, storage offset "
            f"{offset}, and "
            f"itemsize {self.itemsize} requiring a storage size of {need} are out of bounds for "
            "storage of "
            f"size {total * self.itemsize}"
        )
    step = ("gather", "strided", size, stride, offset)
    root = self if self._base is None else self._base
    if root._view is None:
        # Seen from the storage in memory order, whatever lens this tensor has.
        if s.strides is not None:
            root = _permute(
                root,
                tuple(int(i) for i in np.argsort([-q for q in s.strides], kind="stable")),
                "Permute",
            )
        return make_view(root, step, (), _like(self, size), stride, offset, "AsStrided")
    if self.requires_grad:
        raise NotImplementedError("as_strided of a view of a detached view, with gradients")
    v = object.__new__(Tensor)
    v._storage, v._view, v._aval, v._offset = s, View((step,), ()), _like(self, size), offset
    if stride != contiguous_strides(size):
        v._strides = stride
    return v


def alias(self: Tensor) -> Tensor:
    """A view of everything."""
    return make_view(
        self, ("reshape", self._aval.shape), (), self._aval, self.stride(), self._offset, "Alias"
    )


def real(self: Tensor) -> Tensor:
    """The real part: a view of a complex tensor, a real tensor itself."""
    return _part(self, 0, "real") if self.is_complex() else self


def imag(self: Tensor) -> Tensor:
    """The imaginary part, a view."""
    if not self.is_complex():
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return _part(self, 1, "imag")


def _part(self: Tensor, k: int, step: str) -> Tensor:
    aval = aval_of(self._aval.shape, self.dtype.to_real().np, self.device)
    return make_view(
        self, (step,), (), aval, [2 * s for s in self.stride()], 2 * self._offset + k, "Select"
    )


def view_as_real(self: Tensor) -> Tensor:
    """A complex tensor as a real one with a last dimension of 2."""
    if not self.is_complex():
        raise RuntimeError("view_as_real is only supported for complex tensors")
    aval = aval_of((*self._aval.shape, 2), self.dtype.to_real().np, self.device)
    return make_view(
        self,
        ("as_real",),
        (),
        aval,
        [*(2 * s for s in self.stride()), 1],
        2 * self._offset,
        "ViewAsReal",
    )


def view_as_complex(self: Tensor) -> Tensor:
    """A real tensor with a last dimension of 2 as a complex one."""
    if not self.is_floating_point():
        raise RuntimeError(
            "view_as_complex is only supported for half, float and double tensors, but got a "
            f"tensor of scalar type: {_long(self.dtype)}"
        )
    if self.dim() == 0:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if self.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    strides = self.stride()
    if strides[-1] != 1:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    if any(s % 2 for s in strides[:-1]):
        raise RuntimeError("Tensor must have a stride divisible by 2 for all but last dimension")
    aval = aval_of(self._aval.shape[:-1], self.dtype.to_complex().np, self.device)
    return make_view(
        self,
        ("as_complex",),
        (),
        aval,
        [s // 2 for s in strides[:-1]],
        self._offset // 2,
        "ViewAsComplex",
    )


FUNCTIONS_AND_METHODS = (
    reshape,
    permute,
    transpose,
    t,
    adjoint,
    movedim,
    select,
    narrow,
    split,
    chunk,
    tensor_split,
    hsplit,
    vsplit,
    dsplit,
    unbind,
    squeeze,
    unsqueeze,
    flatten,
    unflatten,
    diagonal,
    as_strided,
    real,
    imag,
    view_as_real,
    view_as_complex,
    alias,
)
METHODS = (view, view_as, reshape_as, expand, expand_as, unfold)
ALIASES = {"swapaxes": transpose, "swapdims": transpose, "moveaxis": movedim}
INPLACE = ("t", "transpose", "squeeze", "unsqueeze", "swapaxes", "swapdims", "as_strided")

for _f in (*FUNCTIONS_AND_METHODS, *METHODS):
    if _f.__name__ not in ("real", "imag", "alias"):
        setattr(Tensor, _f.__name__, _f)
for _n, _f in ALIASES.items():
    setattr(Tensor, _n, _f)
Tensor.real, Tensor.imag = property(real), property(imag)
Tensor.T = property(_reverse)
Tensor.mT = property(_swap_last)
Tensor.H = property(lambda self: adjoint(self) if self.dim() == 2 else _matrix_only(self))
Tensor.mH = property(adjoint)


def _matrix_only(self: Tensor) -> Tensor:
    if self.dim() == 0:
        return self
    raise RuntimeError(
        f"tensor.H is only supported on matrices (2-D tensors). Got {self.dim()}-D tensor."
    )


def _make_inplace(name: str):
    f = getattr(Tensor, name)

    def inplace(self: Tensor, *args, **kwargs) -> Tensor:
        v = f(self, *args, **kwargs)
        become(self, v)
        return self

    inplace.__name__ = inplace.__qualname__ = name + "_"
    inplace.__doc__ = (
        f"In-place form of `{name}`: the tensor itself takes the new sizes and strides."
    )
    return inplace


def become(self: Tensor, v: Tensor) -> None:
    """Make `self` the view `v` of itself."""
    node, out = v._node, v._out
    leaf = self._requires_grad and self._node is None
    self._view, self._aval, self._strides, self._offset = v._view, v._aval, v._strides, v._offset
    self._cached, self._cached_version = None, -1
    if not leaf:
        self._node, self._out = node, out
        if self._base is None and node is not None:
            self._view_version = self._storage.version


for _n in INPLACE:
    setattr(Tensor, _n + "_", _make_inplace(_n))
