"""A second torchish, of NumPy alone: a tensor is a strided NumPy view of one buffer a storage.

Methods have PyTorch's names and arguments, so that a program runs on it unchanged. Only valid
programs are its business: an exception of any kind says that PyTorch refuses too. Strides are
NumPy's, so they say something only where a dimension has more than one element.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


class Refused(Exception):
    """What PyTorch refuses."""


class Storage:
    """Memory, as bytes; `begin` is its address. A `dual` one holds complex numbers whose imaginary
    part is a derivative."""

    def __init__(self, root: np.ndarray, dual: bool = False):
        self.root, self.dual = root, dual
        self.begin = root.__array_interface__["data"][0]
        self.version = 0  # counts the writes


def over(a: np.ndarray) -> Tensor:
    """A tensor that shares the memory of a NumPy array, as `from_numpy` does."""
    extent = 1 + sum((n - 1) * s // a.itemsize for n, s in zip(a.shape, a.strides)) if a.size else 0
    flat = as_strided(a, (extent,), (a.itemsize,))
    return Tensor(Storage(flat.view(np.uint8)), a.view())


def tensor(data, dtype, dual: bool = False, tracked: bool = False) -> Tensor:
    """A tensor with memory of its own."""
    a = np.array(data, dtype, order="C")
    return Tensor(Storage(a.reshape(-1).view(np.uint8), dual), a, tracked=tracked)


class Tensor:
    def __init__(self, storage: Storage, a: np.ndarray, base=None, tracked: bool = False):
        self.storage, self.a = storage, a
        self.base = base  # the tensor that this is a differentiable view of
        self.several = False  # made by a function of many views, or a view of such a one
        self.leaf = False  # a leaf of the graph
        self._tracked = tracked  # whether gradients flow to it
        self.made = storage.version
        self.born_tracked = base is not None and base.tracked
        self.cut = False  # detached from a dual tensor: without the derivative

    @property
    def root(self) -> Tensor:
        return self if self.base is None else self.base

    @property
    def tracked(self) -> bool:
        return self.root._tracked

    @property
    def late(self) -> bool:
        """A view made before gradients flowed to its base. PyTorch takes it for a leaf when it is
        written to, unless somebody has asked for its `grad_fn` before."""
        return self.base is not None and self.tracked and not self.born_tracked

    @property
    def value(self) -> np.ndarray:
        return self.a.real.astype(self.dtype) if self.cut else self.a

    @property
    def stale(self) -> bool:
        """Whether any use of it is refused: one of many views, whose base was written to since."""
        return self.several and self.tracked and self.made != self.storage.version

    def _put(self, value, at=...) -> None:
        self.storage.version += 1
        (self.a.real if self.cut else self.a)[at] = np.real(value) if self.cut else value

    # --- metadata

    @property
    def shape(self) -> tuple[int, ...]:
        return self.a.shape

    @property
    def dtype(self) -> np.dtype:
        return self.a.dtype

    def dim(self) -> int:
        return self.a.ndim

    def numel(self) -> int:
        return self.a.size

    def stride(self) -> tuple[int, ...]:
        return tuple(s // self.a.itemsize for s in self.a.strides)

    def storage_offset(self) -> int:
        return (self.a.__array_interface__["data"][0] - self.storage.begin) // self.a.itemsize

    def is_contiguous(self) -> bool:
        return bool(self.a.flags.c_contiguous)

    def tolist(self):
        return self.a.tolist()

    def numpy(self) -> np.ndarray:
        return self.a.view()

    # --- views

    def _view(self, a: np.ndarray, several: bool = False) -> Tensor:
        v = Tensor(self.storage, a, self if self.base is None else self.base)
        v.several = several or self.several
        v.cut = self.cut
        return v

    def detach(self) -> Tensor:
        v = Tensor(self.storage, self.a.view())
        v.cut = self.storage.dual
        return v

    def _copy(self, a: np.ndarray) -> Tensor:
        return tensor(a, self.dtype, self.storage.dual, self.tracked)

    def __getitem__(self, index) -> Tensor:
        if _advanced(index):
            return self._copy(self.value[index])
        found = self.a[index if isinstance(index, tuple) else (index,)]
        if not isinstance(found, np.ndarray):  # NumPy gives a scalar where PyTorch gives a view
            found = self.a[(*(index if isinstance(index, tuple) else (index,)), ...)]
        return self._view(found)

    def select(self, dim: int, index: int) -> Tensor:
        return self._view(np.moveaxis(self.a, dim, 0)[index, ...])

    def narrow(self, dim: int, start: int, length: int) -> Tensor:
        size = self.shape[dim]
        if not (start >= 0 and start + length <= size):
            raise Refused
        return self._view(
            self.a[(*[slice(None)] * (dim % self.dim()), slice(start, start + length))]
        )

    def _parts(self, sizes, dim: int) -> tuple[Tensor, ...]:
        ends = np.cumsum([0, *sizes])
        before = (slice(None),) * (dim % self.dim())
        return tuple(
            self._view(self.a[(*before, slice(a, b))], True) for a, b in zip(ends, ends[1:])
        )

    def split(self, size: int, dim: int) -> tuple[Tensor, ...]:
        n = self.shape[dim]
        return self._parts([min(size, n - i) for i in range(0, n, size)] or [0], dim)

    def chunk(self, chunks: int, dim: int) -> tuple[Tensor, ...]:
        n = self.shape[dim]
        if n == 0:
            return self._parts([0] * chunks, dim)
        return self.split(-(-n // chunks), dim)

    def unbind(self, dim: int) -> tuple[Tensor, ...]:
        rows = np.moveaxis(self.a, dim, 0)
        return tuple(self._view(rows[i, ...], True) for i in range(len(rows)))

    def permute(self, dims) -> Tensor:
        return self._view(self.a.transpose(dims))

    def transpose(self, a: int, b: int) -> Tensor:
        return self._view(self.a.swapaxes(a, b))

    def t(self) -> Tensor:
        if self.dim() > 2:
            raise Refused
        return self._view(self.a.T)

    def movedim(self, a: int, b: int) -> Tensor:
        return self._view(np.moveaxis(self.a, a, b))

    def view(self, shape) -> Tensor:
        if isinstance(shape, type):
            return self._view_dtype(np.dtype(shape))
        try:
            return self._view(np.reshape(self.a, shape, copy=False))
        except ValueError:
            raise Refused from None

    def _view_dtype(self, dtype: np.dtype) -> Tensor:
        k, offset, stride = dtype.itemsize // self.a.itemsize, self.storage_offset(), self.stride()
        if dtype.itemsize != self.a.itemsize:
            if not self.dim() or (stride[-1] != 1 and self.shape[-1] > 1 and self.numel()):
                raise Refused
        if k > 1 and (self.shape[-1] % k or offset % k or any(s % k for s in stride[:-1])):
            raise Refused
        return self._view(self.a.view(dtype))

    def reshape(self, shape) -> Tensor:
        try:
            return self.view(shape)
        except Refused:
            return self._copy(self.value.reshape(shape))

    def flatten(self) -> Tensor:
        return self if self.dim() == 1 else self.reshape((self.numel(),))

    def squeeze(self, *dim) -> Tensor:
        if dim and (not self.dim() or self.shape[dim[0]] != 1):
            return self._view(self.a.view())
        return self._view(np.squeeze(self.a, *dim))

    def unsqueeze(self, dim: int) -> Tensor:
        return self._view(np.expand_dims(self.a, dim))

    def expand(self, shape) -> Tensor:
        v = np.broadcast_to(self.a, shape)
        return self._view(as_strided(self.a, v.shape, v.strides))

    def diagonal(self, offset: int, a: int, b: int) -> Tensor:
        found = self.a.diagonal(offset, a, b)
        if not found.size:
            return self._view(np.zeros(found.shape, self.dtype))
        at: list = [slice(None)] * self.dim()
        at[b if offset >= 0 else a] = slice(abs(offset), None)
        return self._view(as_strided(self.a[tuple(at)], found.shape, found.strides))

    def unfold(self, dim: int, size: int, step: int) -> Tensor:
        windows = sliding_window_view(self.a, size, dim, writeable=True)
        before = (slice(None),) * (dim % self.dim())
        return self._view(windows[(*before, slice(None, None, step))])

    def as_strided(self, size, stride, offset: int) -> Tensor:
        whole = self.storage.root[: len(self.storage.root) // self.a.itemsize * self.a.itemsize]
        flat = whole.view(self.dtype)
        last = offset + sum((n - 1) * s for n, s in zip(size, stride))
        if not math.prod(size):
            return self._view(np.zeros(size, self.dtype))
        if last >= len(flat):
            raise Refused
        item = self.a.itemsize
        return self._view(as_strided(flat[offset:], size, [s * item for s in stride]))

    @property
    def real(self) -> Tensor:
        return self._view(self.a.real) if self.dtype.kind == "c" else self

    @property
    def imag(self) -> Tensor:
        if self.dtype.kind != "c":
            raise Refused
        return self._view(self.a.imag)

    def view_as_real(self) -> Tensor:
        half = np.dtype(f"f{self.a.itemsize // 2}")
        a = self.a.real
        return self._view(as_strided(a, (*a.shape, 2), (*a.strides, half.itemsize)))

    # --- results with memory of their own

    def clone(self) -> Tensor:
        return self._result(self.value, self.tracked)

    def _result(self, values: np.ndarray, tracked: bool) -> Tensor:
        return Tensor(*_like(values, self.a, self.storage.dual), tracked=tracked)

    def contiguous(self) -> Tensor:
        return self if self.is_contiguous() else self._copy(self.value)

    def mul(self, other) -> Tensor:
        return self._result(self.value * _operand(other), self.tracked or _tracked(other))

    def add(self, other) -> Tensor:
        return self._result(self.value + _operand(other), self.tracked or _tracked(other))

    # --- writes

    def _writable(self, other=None, overlapping: bool = False) -> None:
        if (not overlapping and overlaps(self.a)) or self.root.leaf:
            raise Refused
        if self.several and (self.tracked or _tracked(other)):
            raise Refused

    def _checked(self, other) -> np.ndarray:
        self._writable(other)
        value = _operand(other)
        if isinstance(other, Tensor):
            if _clash(self, other):
                raise Refused
            self.root._tracked = self.tracked or other.tracked
        if np.broadcast_shapes(self.shape, np.shape(value)) != self.shape:
            raise Refused
        return value

    def add_(self, other) -> Tensor:
        self._put(self.value + self._checked(other))
        return self

    def mul_(self, other) -> Tensor:
        self._put(self.value * self._checked(other))
        return self

    def copy_(self, other: Tensor) -> Tensor:
        if other is not self:
            self._put(np.array(self._checked(other)))
        elif self.root.leaf or (self.several and self.tracked):
            raise Refused
        else:
            self.storage.version += 1
        return self

    def fill_(self, value) -> Tensor:
        self._writable(overlapping=True)
        self._put(value)
        return self

    def zero_(self) -> Tensor:
        return self.fill_(0)

    def masked_fill_(self, mask: np.ndarray, value) -> Tensor:
        self._checked(mask)
        self._put(value, np.broadcast_to(mask, self.shape))
        return self

    def __setitem__(self, index, value) -> None:
        if _advanced(index):
            self._writable()
            self._put(value, index)
            return
        part = self[index]
        if isinstance(value, Tensor):
            shape = value.a.shape
            while len(shape) > part.dim() and shape[0] == 1:
                shape = shape[1:]
            part.copy_(value if value.shape == shape else value._view(value.a.reshape(shape)))
        else:
            part._writable()
            part.fill_(value)

    def __iadd__(self, other) -> Tensor:
        return self.add_(other)

    def __imul__(self, other) -> Tensor:
        return self.mul_(other)


def _operand(x):
    return x.value if isinstance(x, Tensor) else x


def _tracked(x) -> bool:
    return isinstance(x, Tensor) and x.tracked


def _advanced(index) -> bool:
    items = index if isinstance(index, tuple) else (index,)
    return any(isinstance(i, np.ndarray) for i in items)


def _like(values: np.ndarray, source: np.ndarray, dual: bool) -> tuple[Storage, np.ndarray]:
    """Values in new memory, dense, ordered as the operand is."""
    order = list(range(values.ndim - 1, -1, -1))

    def compare(a: int, b: int) -> int:
        s, t = source.strides[a], source.strides[b]
        if source.shape != values.shape or not s or not t:
            return 0
        return (s > t) - (s < t) if s != t else int(values.shape[a] > values.shape[b])

    for i in range(1, len(order)):
        j = i
        for k in range(i - 1, -1, -1):
            c = compare(order[k], order[j])
            if c > 0:
                order[k], order[j] = order[j], order[k]
                j = k
            elif c < 0:
                break
    order = order[::-1]  # slowest first
    memory = np.array(values.transpose(order), order="C", copy=True)
    return Storage(memory.reshape(-1).view(np.uint8), dual), memory.transpose(np.argsort(order))


def _places(a: np.ndarray) -> np.ndarray:
    at = np.zeros(1, np.int64)
    for n, s in zip(a.shape, a.strides):
        at = (at[:, None] + np.arange(n) * s).reshape(-1)
    return at


def overlaps(a: np.ndarray) -> bool:
    at = _places(a)
    return len(np.unique(at)) < len(at)


def repeats(a: np.ndarray) -> bool:
    """Whether a dimension repeats its elements, as one that was expanded does."""
    return any(s == 0 and n > 1 for n, s in zip(a.shape, a.strides))


def dense(a: np.ndarray) -> bool:
    """Whether the elements fill a stretch of memory, each place once."""
    at = np.sort(_places(a))
    return len(at) == 0 or bool(np.all(np.diff(at) == a.itemsize))


def within(x: Tensor, size, stride, offset: int) -> bool:
    """Whether a view of the storage, strides and offset in elements, has elements of `x` alone."""
    if not math.prod(size):
        return True
    flat = x.storage.root[: len(x.storage.root) // x.a.itemsize * x.a.itemsize].view(x.dtype)
    if offset + sum((n - 1) * s for n, s in zip(size, stride)) >= len(flat):
        return True  # which is refused
    part = as_strided(flat[offset:], size, [s * x.a.itemsize for s in stride])
    begins = (a.__array_interface__["data"][0] for a in (part, x.a))
    return bool(np.isin(_places(part) + next(begins), _places(x.a) + next(begins)).all())


def mixable(x: Tensor, y: Tensor) -> bool:
    """Whether it is clear what writing from `y` into `x` does: where they overlap, and PyTorch
    cannot tell how, it does not say."""
    if x is y or not np.shares_memory(x.a, y.a):
        return True
    return dense(x.a) and dense(y.a) and x.shape == y.shape and 1 not in x.shape


def _clash(x: Tensor, y: Tensor) -> bool:
    """Whether PyTorch refuses to write into `x` from `y` because they overlap in part."""
    if x is y or not np.shares_memory(x.a, y.a):
        return False
    return x.a.strides != y.a.strides or x.storage_offset() != y.storage_offset()
