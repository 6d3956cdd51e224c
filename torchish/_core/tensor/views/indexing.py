"""`x[...]` and `x[...] = v`: basic indices give views, tensors, lists and masks gather and scatter.

https://docs.pytorch.org/cppdocs/notes/tensor_indexing.html
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import NoReturn

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import size_text
from torchish._core.base.frames import user_level
from torchish._core.ops.table import TABLE
from torchish._core.tensor import binding, dispatch
from torchish._core.tensor.api.factory import as_tensor, of_array, tensor
from torchish._core.tensor.public import enter
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, grad_edge
from torchish._core.tensor.views import parts
from torchish._core.tensor.views.make import like, make_chain
from torchish._core.tensor.views.shapes import alias, expand, unsqueeze, view_sizes
from torchish._core.tensor.views.strides import keep_index_order

_PLAIN = {int, slice, type(None), type(Ellipsis)}


def _is_sequence(i) -> bool:
    return isinstance(i, (list, range, np.ndarray, tuple))


def _stands_for_tuple(index) -> bool:
    """Whether a sequence is a tuple of indices: one of at most 32 items with a tensor, another
    sequence, a slice, an ellipsis or None among them. Others are one list of positions."""
    if isinstance(index, tuple):
        return True
    return (
        isinstance(index, (list, range))
        and len(index) < 32
        and any([type(i) in _NOT_A_POSITION or isinstance(i, _PARTS) for i in index])
    )


_NOT_A_POSITION = {slice, type(None), type(Ellipsis)}
_PARTS = (Tensor, list, range, np.ndarray, tuple, str)


def _canonical(self: Tensor, index) -> tuple:
    items = index if _stands_for_tuple(index) else (index,)
    out = []
    for i in items:
        if type(i) in _PLAIN:
            out.append(i)
        elif _is_sequence(i):
            out.append(_positions(as_tensor(i) if isinstance(i, np.ndarray) else _listed(i)))
        else:
            out.append(i)
    return tuple(out)


_MASKS = (dt.bool_, dt.uint8)


def _is_flag(i) -> bool:
    """Whether an index is one truth value."""
    return isinstance(i, bool) or (isinstance(i, Tensor) and i.dtype in _MASKS and not i.dim())


def _listed(i) -> Tensor:
    """A list of positions, or of a mask's elements, as a tensor."""
    return tensor(_numbers(i))


def _positions(t: Tensor) -> Tensor:
    """What arrays and lists hold as PyTorch takes it."""
    return t if t.dtype in (dt.bool_, dt.uint8) else t.long()


def _numbers(i):
    """A nested sequence with its tensors and arrays as numbers."""
    if isinstance(i, (Tensor, np.ndarray)):
        return i.tolist()
    if isinstance(i, (slice, type(None), type(Ellipsis))):
        raise TypeError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are "
            f"valid indices (got {type(i).__name__})"
        )
    return [_numbers(x) for x in i] if _is_sequence(i) else i


def _consumed(i) -> int:
    if type(i) is slice or type(i) is int:
        return 1
    if i is None or i is Ellipsis or isinstance(i, bool):
        return 0
    if isinstance(i, Tensor) and i.dtype in (dt.bool_, dt.uint8):
        return i.dim()
    return 1


def _too_many(self: Tensor, first) -> NoReturn:
    """Raise for more indices than dimensions."""
    if not self.dim() and type(first) is int and first:
        raise IndexError(f"index {first} is out of bounds for dimension 0 with size 0")
    if not self.dim() and not isinstance(first, (slice, Tensor)):
        raise IndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
            "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number"
        )
    raise IndexError(f"too many indices for tensor of dimension {self.dim()}")


def _plan(self: Tensor, index):
    """The basic part applied as views; (view, advanced indices by dimension of that view, or
    None)."""
    if isinstance(index, slice) and not self.dim():
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    items = _canonical(self, index)
    n_used = sum([_consumed(i) for i in items])
    if n_used > self.dim():
        _too_many(self, items[0])
    if len(items) > 1 and sum([i is Ellipsis for i in items]) > 1:
        # The first one stands for all dimensions that are left.
        first = next(k for k, i in enumerate(items) if i is Ellipsis)
        items = tuple(i for k, i in enumerate(items) if i is not Ellipsis or k == first)
    if type(index) is slice and index == slice(None):
        return parts.slice_view(self, 0, 0, self._aval.shape[0]), []
    t, dim, place = self, 0, 0  # `place` counts the dimensions of `self` used so far, for messages
    advanced: list = []
    for i in items:
        here, place = place, place + (self.dim() - n_used if i is Ellipsis else _consumed(i))
        place += i is None
        if i is None:
            t = unsqueeze(t, dim)
            dim += 1
        elif i is Ellipsis:
            dim += self.dim() - n_used
        elif isinstance(i, bool):
            t = unsqueeze(t, dim)
            advanced.append((dim, tensor([i])))
            dim += 1
        elif isinstance(i, slice):
            t = _slice(t, dim, i)
            dim += 1
        elif isinstance(i, Tensor):
            mask = i.dtype is dt.bool_ or i.dtype is dt.uint8
            if i.dim() == 0 and i.dtype.category == dt.INT and not mask and _has_value(i):
                t = _integer(t, dim, i.item(), here)
            elif not mask and i.dtype not in (dt.int64, dt.int32):
                raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
            elif i.dim() == 0 and mask:
                t = unsqueeze(t, dim)
                advanced.append((dim, i.bool().reshape(1)))
                dim += 1
            else:
                advanced.append((dim, i))
                dim += max(1, _consumed(i)) if mask else 1
        elif hasattr(i, "__index__") and not isinstance(i, np.bool_):
            t = _integer(t, dim, i.__index__(), here)
        elif isinstance(i, str):
            raise TypeError("new(): invalid data type 'str'")
        else:
            name = f"{'numpy.' if isinstance(i, np.generic) else ''}{type(i).__name__}"
            raise IndexError(
                "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables "
                f"are valid indices (got {name})"
            )
    return t, advanced


def _has_value(i: Tensor) -> bool:
    """Whether an integer tensor can be looked at: the index then gives a view, which shares the
    memory, so that a write through it is not lost."""
    return not i.is_meta and not (i._storage.shared is False and i._value().traced)


def _integer(t: Tensor, dim: int, i: int, place: int) -> Tensor:
    size = t._aval.shape[dim] if dim < t.dim() else 0
    if not -size <= i < size:
        if not -(2**63) <= i < 2**63:
            raise ValueError("Overflow when unpacking long long")
        raise IndexError(f"index {i} is out of bounds for dimension {place} with size {size}")
    return parts.select_at(t, dim, i)


def _bound(i: int, size: int) -> int:
    """A bound of a slice, counted from the end when negative, within the dimension."""
    return min(i, size) if i >= 0 else max(i + size, 0)


def _slice(t: Tensor, dim: int, s: slice) -> Tensor:
    for bound in (s.step, s.start, s.stop):
        if bound is not None and not hasattr(bound, "__index__"):
            raise TypeError("slice indices must be integers or None or have an __index__ method")
    step = 1 if s.step is None else s.step.__index__()
    if step <= 0:
        raise ValueError("step must be greater than zero" if step else "slice step cannot be zero")
    size = t._aval.shape[dim]
    start, stop = s.start, s.stop
    start = 0 if start is None else _bound(start.__index__(), size)
    stop = size if stop is None else _bound(stop.__index__(), size)
    if start == 0 and stop == size and step == 1:
        return t
    return parts.slice_view(t, dim, start, max(0, -(-(stop - start) // step)), step)


def _indices(t: Tensor, advanced) -> list:
    """The advanced indices as a list by dimension, masks expanded into positions."""
    out: list = [None] * t.dim()
    for dim, i in advanced:
        if i.dtype in (dt.bool_, dt.uint8):
            if i.dim():
                warn_of_bytes(i)
            for k in range(i.dim()):
                if i._aval.shape[k] != t._aval.shape[dim + k]:
                    raise IndexError(
                        f"The shape of the mask {size_text(i.shape)} at index {k} does not match "
                        f"the shape of the indexed tensor {size_text(t.shape)} at index {dim + k}"
                    )
            for k, p in enumerate(positions(i)):
                out[dim + k] = p
        else:
            out[dim] = i
    while out and out[-1] is None:
        out.pop()
    return out


def warn_of_bytes(mask: Tensor) -> None:
    """PyTorch's warning for a mask of bytes."""
    if mask.dtype is dt.uint8:
        warnings.warn(
            "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool "
            "instead.",
            UserWarning,
            stacklevel=user_level(),
        )


def positions(mask: Tensor) -> tuple[Tensor, ...]:
    """The positions of a mask's true elements, one index tensor a dimension."""
    if mask.dim() and mask.is_cpu and not mask._value().traced:
        return tuple([of_array(p) for p in np.nonzero(mask._contents())])
    found = dispatch.apply(TABLE["nonzero"], (mask,))
    cols = found.t().contiguous().unbind(0) if mask.dim() else ()
    return tuple(c.contiguous() for c in cols)


def _single_mask(self: Tensor, t: Tensor, advanced):
    if len(advanced) == 1 and advanced[0][1].dtype is dt.bool_:
        return advanced[0]
    return None


def _part(self: Tensor, items: tuple) -> Tensor | None:
    """The view of integers and slices with whole bounds, made in one go; None for other indices,
    and where each step has a gradient of its own."""
    shape = self._aval.shape
    if len(items) > len(shape) or (modes.grad and grad_edge(self) is not None):
        return None
    strides, offset, dim = self.stride(), self._offset, 0
    sizes, left, steps, ats = [], [], [], []
    for size, stride, i in zip(shape, strides, items, strict=False):
        if type(i) is int:
            if not -size <= i < size:
                return None
            i += size * (i < 0)
            steps.append(parts.SELECT[dim])
            ats.append(i)
            offset += i * stride
            continue
        if type(i) is not slice:
            return None
        start, stop, step = i.start, i.stop, i.step
        if step is not None or (start is not None and type(start) is not int):
            return None
        if stop is not None and type(stop) is not int:
            return None
        start = 0 if start is None else _bound(start, size)
        n = max(0, (size if stop is None else _bound(stop, size)) - start)
        if n != size:
            if start == 0 or n == 0:
                steps.append(parts.Part(dim, start, start + n, 1))
            else:
                steps.append(parts.slice_of(dim, n, 1))
                ats.append(start)
            offset += start * stride
        sizes.append(n)
        left.append(stride)
        dim += 1
    if not steps:
        return None
    rest = len(items)
    aval = like(self, (*sizes, *shape[rest:]))
    return make_chain(
        self, tuple(steps), tuple(ats), aval, (*left, *strides[rest:]), offset, "Select"
    )


def getitem(self: Tensor, index) -> Tensor:
    if type(index) is int and self._aval.shape:
        return _integer(self, 0, index, 0)
    if type(index) is tuple:
        t = _part(self, index)
        if t is not None:
            return t
    t, advanced = _plan(self, index)
    if not advanced:
        return alias(self) if t is self else t
    indices = _indices(t, advanced)
    found = dispatch.apply(TABLE["index"], (t, indices))
    keep_index_order(found, t, indices)
    return found


def _require_same_shape(self: Tensor, index, value: Tensor) -> None:
    """RuntimeError where a value does not broadcast to what an index names."""
    before, modes.grad = modes.grad, False
    try:
        target = getitem(self, index)._aval.shape
    finally:
        modes.grad = before
    shape = value._aval.shape
    while len(shape) > len(target) and shape[0] == 1:
        shape = shape[1:]
    pairs = zip(reversed(shape), reversed(target), strict=False)
    if len(shape) > len(target) or any(n not in (1, m) for n, m in pairs):
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {size_text(value.shape)} cannot be broadcast "
            f"to indexing result of shape {size_text(target)}"
        )


def _require_assignable(self: Tensor, value) -> None:
    """TypeError for what is no tensor and no number of Python."""
    if not isinstance(value, (Tensor, int, float, complex, np.integer)):
        home = type(value).__module__
        name = type(value).__name__
        if home == "numpy":
            name = f"numpy.{name}"
        elif home.startswith("torchish"):
            name = f"torch.{name}"
        raise TypeError(f"can't assign a {name} to a {self.type()}")


def setitem(self: Tensor, index, value) -> None:
    if value.__class__ is not float and value.__class__ is not Tensor:
        _require_assignable(self, value)
    if index is False:  # alone it is nothing, whatever the value
        return
    if index is True:  # alone it is all of the tensor, and no mask
        _fill_view(self, self.unsqueeze(0), value)
        return
    t = _part(self, index) if type(index) is tuple else None
    t, advanced = (t, ()) if t is not None else _plan(self, index)
    if not advanced:
        _fill_view(self, t, value)
        return
    if not isinstance(value, Tensor):
        number = binding.as_number(value)
        value = (
            tensor(value, dtype=self.dtype, device=self.device)
            if number is not None
            else as_tensor(value, device=self.device)
        )
    if len(advanced) == 1 and advanced[0][1].dtype is dt.uint8 and value.numel() == 1:
        raise RuntimeError(
            "masked_fill_ only supports boolean masks, but got mask with dtype unsigned char"
        )
    mask = _single_mask(self, t, advanced)
    if mask is not None and (value.dtype is not self.dtype or value._storage is self._storage):
        # One truth value is no mask: its values have to be of the same dtype, and elsewhere.
        mask = None if any([_is_flag(i) for i in _canonical(self, index)]) else mask
    if mask is not None and value.numel() == 1 and value.dim() <= t.dim():
        value = value.reshape(()).to(self.dtype)
        _fill_masked(t, *mask, value.clone() if value._storage is self._storage else value)
        return
    if mask is not None:
        dispatch.refuse_overlap(t, [value], wholly=True)
    indices = _indices(t, advanced)
    if not t.numel() or any(i is not None and not i.numel() for i in indices):
        _require_same_shape(self, index, value)
    if any(i._storage.whole is self._storage.whole for _, i in advanced):
        dispatch.refuse_overlap(t, [i for _, i in advanced], wholly=True)
    if value.dtype is not self.dtype:
        _require_same_shape(self, index, value)
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{dt.SCALAR_NAMES[self.dtype]} for the destination and "
            f"{dt.SCALAR_NAMES[value.dtype]} for the source."
        )
    dispatch.apply_inplace(TABLE["index_put"], (t, indices, _drop_leading(value), False))


def _fill_view(self: Tensor, t: Tensor, value) -> None:
    """Write to a view of basic indices."""
    if not isinstance(value, Tensor):
        number = binding.as_number(value)
        if number is None:
            value = as_tensor(value, device=self.device)
        else:
            dispatch.check_writable(t)  # which fill_ by itself would let pass
            if t.dtype.itemsize < 4 and t.dtype.is_floating_point:  # becomes an infinity
                number = tensor(number, dtype=t.dtype, device=t.device)
            t.fill_(number)
            return
    if value._aval.shape == t._aval.shape:
        t.copy_(value)
    elif not value.dim() and value.device is t.device:
        dispatch.check_writable(t)
        t.fill_(value)
    else:
        t.copy_(expand(_drop_leading(value), t._aval.shape))


def _fill_masked(t: Tensor, dim: int, m: Tensor, value: Tensor) -> None:
    """Write one value where a mask, which begins at a dimension, is true."""
    # A mask with one value stays in the program: no positions have to be looked up.
    for k in range(m.dim()):
        if m._aval.shape[k] != t._aval.shape[dim + k]:
            raise IndexError(
                f"The shape of the mask {size_text(m.shape)} at index {k} does not match the "
                f"shape of the indexed tensor {size_text(t.shape)} at index {dim + k}"
            )
    shape = (1,) * dim + tuple(m.shape) + (1,) * (t.dim() - dim - m.dim())
    m = m if m._aval.shape == shape else m.reshape(shape)
    dispatch.apply_inplace(TABLE["masked_fill"], (t, m, value))


def _drop_leading(value: Tensor) -> Tensor:
    """A value without its leading dimensions of size 1, which it is broadcast along anyway."""
    shape = value._aval.shape
    ones = next((d for d, n in enumerate(shape) if n != 1), len(shape))
    return view_sizes(value, shape[ones:], "View") if ones else value


def _delitem(self: Tensor, index) -> None:
    raise TypeError("Tensor does not support deleting items")


def _iterate(self: Tensor) -> Iterator[Tensor]:
    if not self.dim():
        raise TypeError("iteration over a 0-d tensor")
    return iter(Tensor.unbind(self, 0))


enter("Tensor.__getitem__", getitem)
enter("Tensor.__setitem__", setitem)
enter("Tensor.__iter__", _iterate)
enter("Tensor.__delitem__", _delitem)
