"""Sparse tensors: indices and values that are ordinary tensors, seen as one tensor.

Note [Sparse tensors]
A sparse tensor has no storage, no view and no node: it has parts (COO: the indices; compressed
layouts: pointers and plain indices) and values. Operators on it are recorded operators on those,
so they are deferred and compiled like all others, and its autograd is that of its values: a sparse
leaf has a leaf of values, and its gradient is that leaf's, at the same places. What depends on the
values of indices (which places are there, `coalesce`) looks at the indices only. The values of a
compressed tensor are (*batch, nnz, *block, *dense), flat where each element's place is asked for.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

import copy
import sys
import warnings

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.base.errors import SparseOperand, size_text
from torchish._core.base.frames import PACKAGE, user_level
from torchish._core.engine.values import Value, aval_of, from_host
from torchish._core.ops.table import TABLE
from torchish._core.tensor import dispatch, overrides
from torchish._core.tensor import repr as _repr
from torchish._core.tensor.sparse_rules import KINDS, refusal
from torchish._core.tensor.tape.cotangents import Cotangent, Whole, of_tensor
from torchish._core.tensor.tape.graph import Node
from torchish._core.tensor.tensor import Tensor, wrap
from torchish._core.tensor.views import shapes

BY_ROWS = (layouts.sparse_csr, layouts.sparse_bsr)
BY_COLUMNS = (layouts.sparse_csc, layouts.sparse_bsc)
BLOCKED = (layouts.sparse_bsr, layouts.sparse_bsc)
WORDS = {
    layouts.sparse_coo: ("indices",),
    **dict.fromkeys(BY_ROWS, ("crow_indices", "col_indices")),
    **dict.fromkeys(BY_COLUMNS, ("ccol_indices", "row_indices")),
}


def index_tensor(a: np.ndarray, device) -> Tensor:
    """An int64 tensor of indices made on the host."""
    return wrap(from_host(np.ascontiguousarray(a, np.int64), device, copy=False))


def copied(t: Tensor) -> Tensor:
    """A copy with history; values are immutable, so it costs nothing."""
    return dispatch.apply(TABLE["_clone"], (t,))


def alias(t: Tensor) -> Tensor:
    """The same memory with history, as a tensor object of its own."""
    return shapes.alias(t)


def _caller() -> str:
    """The name of the public function that is running: the outermost frame of this package."""
    frame = sys._getframe(2)
    name = frame.f_code.co_name
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        code, frame = frame.f_code, frame.f_back
        generated = code.co_filename.endswith(">")  # whose file has the function's name
        name = code.co_filename.rpartition("<")[2][:-1] if generated else code.co_name
    return name


class SparseCotangent(Whole):
    """A sparse gradient: its values have its history."""

    __slots__ = ()

    @classmethod
    def of(cls, t: Tensor, build: bool) -> Cotangent:
        return cls(t if build else t.detach())

    def numbers(self) -> Value:
        return self.whole._values()._value()

    def add(self, other: Cotangent, build: bool) -> Cotangent:
        if isinstance(other, SparseCotangent):
            return of_tensor(self.whole + other.whole, build)
        return of_tensor(other.tensor() + self.whole, build)

    def accumulate(self, leaf: Tensor, build: bool) -> None:
        g = leaf._grad
        if g is None:
            leaf._grad = self.whole
        elif build:
            leaf._grad = g + self.whole
        else:
            g.add_(self.whole)


class SparseTensor(Tensor):
    """A tensor of a sparse layout. See Note [Sparse tensors]."""

    __torch_function__ = overrides.disabled
    __slots__ = ("_coalesced", "_made_grad", "_parts", "_shows_grad", "_vals", "layout")
    _sparse = True
    _cotangent = SparseCotangent
    _coalesced: bool
    _made_grad: tuple | None
    _shows_grad: Tensor | None  # the gradient of a leaf of values, whose sparse form this is
    _parts: tuple[Tensor, ...]
    _vals: Tensor

    @property
    def _storage(self):
        raise SparseOperand(str(refusal(_caller(), self.layout)))

    # --- autograd's metadata is that of the values

    @property
    def _node(self):
        return self._vals.grad_fn

    @property
    def _out(self):
        return self._vals._out

    @property
    def _requires_grad(self):
        return self._vals._requires_grad

    @_requires_grad.setter
    def _requires_grad(self, value: bool) -> None:
        self._vals._requires_grad = value

    @property
    def _accumulator(self):
        return self._vals._accumulator

    @_accumulator.setter
    def _accumulator(self, value) -> None:
        self._vals._accumulator = value

    @property
    def _grad(self):
        g = self._vals._grad
        if g is None:
            return None
        made = self._made_grad
        if made is None or made[0] is not g or (made[1]._vals is not g and made[2] != g._version):
            made = self._made_grad = (g, self._gradient_out(g), g._version)
            made[1]._shows_grad = g
        return made[1]

    @_grad.setter
    def _grad(self, value) -> None:
        if value is None:
            self._vals._grad = self._made_grad = None
            return
        if value.layout is not self.layout:
            raise NotImplementedError(
                f"assigning a gradient of layout {value.layout} to a tensor of {self.layout}"
            )
        self._vals._grad = value._vals
        self._made_grad = (value._vals, value, value._vals._version)

    def retain_grad(self) -> None:
        self._vals.retain_grad()

    def register_hook(self, hook):
        raise NotImplementedError("register_hook on a sparse tensor")

    register_post_accumulate_grad_hook = register_hook

    # --- parts

    def _with_values(self, values: Tensor, label: str | None = None) -> SparseTensor:
        """Other values at the same places."""
        dense = self.dense_dim()
        kept = self._aval.shape[: self.dim() - dense]
        dense = values._aval.shape[self._vals.dim() - dense :]
        r = make(self.layout, self._parts, values, (*kept, *dense), self._coalesced, label)
        r._coalesced = self._coalesced
        return r

    def _values_at(self, g: Tensor) -> Tensor:
        """The values of a tensor of the same shape at this one's places."""
        if g._sparse:
            g = g.to_dense()
        r = dispatch.apply(TABLE["_sparse_gather"], (g, self._coo_indices()))
        lead = self._vals.dim() - self.dense_dim()
        return r if lead == 1 else r.reshape(*self._vals.shape[:lead], *r.shape[1:])

    def _gradient_in(self, g: Tensor) -> Tensor:
        return self._values_at(g)

    def _gradient_out(self, g: Tensor) -> SparseTensor:
        """The values' gradient as a tensor: the gradient of a place that is named more than once is
        each of its values' gradient, and stands there once."""
        if self.layout is not layouts.sparse_coo or self._coalesced:
            return self._with_values(g)
        index = np.asarray(self._parts[0]._array())
        kept, first = np.unique(linear(index, self._aval.shape), return_index=True)
        if len(kept) == len(g):
            return self._with_values(g)
        values = dispatch.apply(TABLE["_sparse_take"], (g, index_tensor(first, self.device)))
        parts = (index_tensor(index[:, first], self.device),)
        return make(self.layout, parts, values, self._aval.shape, True)

    def _coo_indices(self) -> Tensor:
        """Indices of one row a sparse dimension, of batches and elements of blocks too."""
        if self.layout is layouts.sparse_coo:
            return self._parts[0]
        by_rows = self.layout in BY_ROWS
        return dispatch.apply(TABLE["_sparse_places"], (*self._parts, by_rows, self._block()))

    def _coo_values(self) -> Tensor:
        """The values (elements, *dense), in the order of `_coo_indices`."""
        lead = self._vals.dim() - self.dense_dim()
        return self._vals if lead == 1 else self._vals.reshape(-1, *self._vals.shape[lead:])

    def _batch_dim(self) -> int:
        """The number of dimensions before those of the matrix; a COO tensor has none."""
        return 0 if self.layout is layouts.sparse_coo else self._parts[1].dim() - 1

    def _block(self) -> tuple[int, ...]:
        """The size of the blocks of BSR and BSC, () of other layouts."""
        n = self._batch_dim() + 1
        return self._vals._aval.shape[n : n + 2] if self.layout in BLOCKED else ()

    def _take_over(self, other: SparseTensor) -> None:
        """Become another sparse tensor, whatever its shape and layout."""
        self._aval, self.layout = other._aval, other.layout
        self._parts, self._vals, self._coalesced = other._parts, other._vals, other._coalesced
        self._made_grad, self._shows_grad = other._made_grad, other._shows_grad
        self.__dict__.update(other.__dict__)

    def _become(self, other: SparseTensor) -> SparseTensor:
        """Take over another sparse tensor's parts, values and history: in-place operators."""
        if other._aval is not self._aval:
            if other._aval.shape != self._aval.shape:
                raise RuntimeError(
                    f"output with shape {size_text(self.shape)} doesn't match the broadcast shape "
                    f"{size_text(other.shape)}"
                )
            other = other.to(self.dtype)
        values = self._vals
        if values._aval is other._vals._aval and not other._vals.requires_grad:
            values._set_value(other._vals._value())
        elif self._shows_grad is not None:
            raise NotImplementedError("other places in the gradient of a sparse tensor, in place")
        else:
            self._vals = other._vals
        self._parts, self._coalesced = other._parts, other._coalesced
        return self

    def _nnz(self) -> int:
        """The number of places, duplicates counted."""
        return self._vals._aval.shape[self._batch_dim()]

    def sparse_dim(self) -> int:
        return self._parts[0]._aval.shape[0] if self.layout is layouts.sparse_coo else 2

    def dense_dim(self) -> int:
        return len(self._aval.shape) - self._batch_dim() - self.sparse_dim()

    _dimI, _dimV = sparse_dim, dense_dim

    def values(self) -> Tensor:
        if self.layout is layouts.sparse_coo and not self._coalesced:
            raise RuntimeError(
                "Cannot get values on an uncoalesced tensor, please call .coalesce() first"
            )
        return labelled(alias(self._vals), "ValuesBackward0")

    def _values(self) -> Tensor:
        return self._vals.detach()

    def _only(self, name: str, *allowed) -> None:
        if self.layout not in allowed:
            raise wrong_layout(name, self.layout)

    def indices(self) -> Tensor:
        self._only("indices", layouts.sparse_coo)
        if not self._coalesced:
            raise RuntimeError(
                "Cannot get indices on an uncoalesced tensor, please call .coalesce() first"
            )
        return self._parts[0].detach()

    def _indices(self) -> Tensor:
        if self.layout is not layouts.sparse_coo:
            raise refusal("_indices", self.layout)
        return self._parts[0].detach()

    def crow_indices(self) -> Tensor:
        self._only("crow_indices", *BY_ROWS)
        return self._parts[0].detach()

    def col_indices(self) -> Tensor:
        self._only("col_indices", *BY_ROWS)
        return self._parts[1].detach()

    def ccol_indices(self) -> Tensor:
        self._only("ccol_indices", *BY_COLUMNS)
        return self._parts[0].detach()

    def row_indices(self) -> Tensor:
        self._only("row_indices", *BY_COLUMNS)
        return self._parts[1].detach()

    def is_coalesced(self) -> bool:
        self._only("is_coalesced", layouts.sparse_coo)
        return self._coalesced

    def _coalesced_(self, coalesced: bool) -> SparseTensor:
        self._coalesced = coalesced
        return self

    def coalesce(self) -> SparseTensor:
        """Each place once, in order, with the sum of its values. Looks at the indices."""
        self._only("coalesce", layouts.sparse_coo)
        if self._coalesced:
            return self
        index = np.asarray(self._parts[0]._array())
        count = index.shape[1]
        shape = self._aval.shape[: index.shape[0]]
        places = linear(index, shape)
        kept, groups = np.unique(places, return_inverse=True)
        device = self.device
        if len(kept) == count and np.array_equal(kept, places):
            parts, values = self._parts, copied(self._vals)
        else:
            parts = (index_tensor(unlinear(kept, shape), device),)
            values = dispatch.apply(
                TABLE["_sparse_merge"],
                (self._vals, index_tensor(groups.reshape(-1), device), len(kept)),
            )
        return make(layouts.sparse_coo, parts, values, self._aval.shape, True, "CoalesceBackward0")

    # --- metadata that dense tensors read off their memory

    @property
    def is_sparse(self) -> bool:
        return self.layout is layouts.sparse_coo

    @property
    def is_sparse_csr(self) -> bool:
        return self.layout is layouts.sparse_csr

    @property
    def _version(self) -> int:
        return self._vals._version

    def stride(self, dim: int | None = None):
        if self.layout is not layouts.sparse_coo:
            raise without(self.layout, "strides")
        zeros = (0,) * len(self._aval.shape)
        return zeros if dim is None else zeros[dim]

    def is_contiguous(self, memory_format=None) -> bool:
        if self.layout is not layouts.sparse_coo:
            raise without(self.layout, "is_contiguous")
        return False

    def contiguous(self, memory_format=None) -> Tensor:
        if self.layout is not layouts.sparse_coo:
            raise without(self.layout, "is_contiguous")
        raise RuntimeError("unsupported memory format option Contiguous")

    def data_ptr(self) -> int:
        raise RuntimeError("Cannot access data pointer of Tensor that doesn't have storage")

    def untyped_storage(self):
        raise NotImplementedError("Cannot access storage of SparseTensorImpl")

    storage = untyped_storage

    def type(self, dtype=None, non_blocking: bool = False, **kwargs):
        if isinstance(dtype, str):
            name = dtype.rpartition(".")[2].removesuffix("Tensor")
            dtype = next((d for d, n in dt.SCALAR_NAMES.items() if n == name), None)
            dtype = dt.float32 if name == "Float" else dtype
            if dtype is None:
                raise ValueError(f"invalid type: '{name}'")
        if dtype is not None:
            return self.to(dtype)
        if self.layout is not layouts.sparse_coo:
            raise RuntimeError("Unimplemented backend SparseCsrCPU")
        return self._vals.type().replace("torch.", "torch.sparse.", 1)

    def item(self):
        """The one element, as a number; RuntimeError for more than one."""
        if self.numel() != 1:
            raise RuntimeError(
                f"a Tensor with {self.numel()} elements cannot be converted to Scalar"
            )
        return self.to_dense().item()

    def __bool__(self) -> bool:
        if self.numel() != 1:
            many = "more than one value" if self.numel() else "no values"
            raise RuntimeError(f"Boolean value of Tensor with {many} is ambiguous")
        return bool(self.item())

    is_nonzero = __bool__

    def tolist(self) -> list:
        raise RuntimeError("Cannot access data pointer of Tensor that doesn't have storage")

    def numpy(self, *, force: bool = False) -> np.ndarray:
        raise TypeError(
            f"can't convert {KINDS[self.layout]} layout tensor to numpy. Use Tensor.to_dense() "
            "first."
        )

    # --- copies

    def detach(self) -> SparseTensor:
        return make(
            self.layout, self._parts, self._vals.detach(), self._aval.shape, self._coalesced
        )

    def detach_(self) -> SparseTensor:
        self._vals = self._vals.detach()
        return self

    @property
    def data(self) -> SparseTensor:
        return self.detach()

    def to(self, *args, **options) -> SparseTensor:
        for a in args:
            if isinstance(a, Tensor) and a.layout is not self.layout:
                raise RuntimeError(
                    "to(options) doesn't support converting to a different layout, but got "
                    f"self.layout being {KINDS[self.layout]} and options.layout set as "
                    f"{KINDS[a.layout]}"
                )
        values = self._vals.to(*args, **options)
        if values is self._vals:
            return self
        r = self._with_values(values, "ToCopyBackward0")
        r._parts = tuple(p.to(values.device) for p in self._parts)
        return r

    def to_dense(self, dtype: dt.dtype | None = None, *, masked_grad: bool | None = None) -> Tensor:
        """The dense tensor, values of equal places summed.

        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to_dense.html
        """
        if dtype is not None:
            raise RuntimeError("dtype argument is not supported by sparse_to_dense")
        if masked_grad is False:
            raise NotImplementedError("to_dense: masked_grad=False")
        t = dispatch.apply(
            TABLE["_sparse_to_dense"], (self._coo_indices(), self._coo_values(), self._aval.shape)
        )
        return labelled(t, "ToDenseBackward0")

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
                "protocol at the moment."
            )
        r = self.detach()
        r._vals = r._vals.clone()
        r._vals._requires_grad = self._requires_grad
        memo[id(self)] = r
        if self.grad is not None:
            r.grad = copy.deepcopy(self.grad, memo)
        return r

    def __reduce_ex__(self, protocol):
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the pickle "
                "protocol"
            )
        parts = tuple(p.detach() for p in self._parts)
        return rebuild, (
            self.layout.name,
            parts,
            self._values(),
            tuple(self._aval.shape),
            self._coalesced,
            self._requires_grad,
        )

    def __repr__(self, *, tensor_contents=None) -> str:
        names = (*WORDS[self.layout], "values")
        arrays = [np.asarray(p._array()) for p in (*self._parts, self._vals)]
        node = self._node
        return _repr.format_sparse(
            list(zip(names, arrays, strict=True)),
            shape=self._aval.shape,
            nnz=self._nnz(),
            layout=repr(self.layout),
            dtype_name=self.dtype.name,
            default_dtype_name=dt.get_default_dtype().name,
            device=str(self.device),
            requires_grad=self._requires_grad,
            grad_fn_name=node.name() if node is not None else None,
        )

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return object.__format__(self, spec)


def wrong_layout(name: str, layout) -> RuntimeError:
    """The error of a method of another layout."""
    wanted = {
        "values": "sparse tensor layout",
        "crow_indices": "sparse row compressed tensor layout",
        "col_indices": "sparse row compressed tensor layout",
        "ccol_indices": "sparse column compressed tensor layout",
        "row_indices": "sparse column compressed tensor layout",
    }.get(name, "sparse coordinate tensor layout")
    return RuntimeError(f"{name} expected {wanted} but got {KINDS[layout]}")


def without(layout, what: str) -> RuntimeError:
    """The error of a question that compressed layouts have no answer to."""
    return RuntimeError(f"Sparse {layout.name[-3:].upper()} tensors do not have {what}")


def linear(index: np.ndarray, shape) -> np.ndarray:
    """Places as one number each, in row-major order."""
    out = np.zeros(index.shape[1], np.int64)
    for row, n in zip(index, shape, strict=False):
        out = out * n + row
    return out


def unlinear(places: np.ndarray, shape) -> np.ndarray:
    """The indices of places."""
    out = np.zeros((len(shape), len(places)), np.int64)
    for d in reversed(range(len(shape))):
        out[d], places = places % max(shape[d], 1), places // max(shape[d], 1)
    return out


def labelled(t: Tensor, label: str | None) -> Tensor:
    """A result whose gradient is called by PyTorch's name of it."""
    node = t._node
    if label is not None and isinstance(node, Node):
        node.label = label
    return t


_told: list[str] = []


def _tell_of_beta(layout) -> None:
    """PyTorch's warning about the first compressed tensor of a process."""
    _told.append(layout.name)
    warnings.warn(
        f"Sparse {layout.name[-3:].upper()} tensor support is in beta state. If you miss a "
        "functionality in the sparse tensor support, please submit a feature request to "
        "https://github.com/pytorch/pytorch/issues.",
        UserWarning,
        stacklevel=user_level(),
    )


def make(
    layout, parts, values: Tensor, shape, coalesced: bool = False, label: str | None = None
) -> SparseTensor:
    """A sparse tensor of parts and values, which are taken as they are."""
    if layout is not layouts.sparse_coo and not _told:
        _tell_of_beta(layout)
    t = object.__new__(SparseTensor)
    t._hooks = t._base = t._view = t._strides = t._dual = t._grad_dtype = None
    t._pending = 0
    t._inference = t._retains = t._no_grad_view = t._quiet = False
    t._several = t._offset = 0
    t._made_grad = t._shows_grad = None
    t.layout, t._parts, t._vals = layout, tuple(parts), values
    t._aval = aval_of(tuple(shape), values._aval.dtype, values.device)
    t._coalesced = layout is layouts.sparse_coo and (bool(coalesced) or len(t._vals) < 2)
    labelled(values, label)
    return t


def rebuild(layout: str, parts, values, shape, coalesced: bool, requires_grad: bool):
    """A sparse tensor from its pickled parts."""
    t = make(getattr(layouts, layout), parts, values, shape, coalesced)
    t._vals._requires_grad = requires_grad
    return t
