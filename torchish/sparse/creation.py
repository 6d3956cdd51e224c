"""Making sparse tensors: COO ones, and empty ones of any layout.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_count, size_text
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, as_tensor, tensor, zeros
from torchish._core.tensor.dispatch import check_values
from torchish._core.tensor.public import public
from torchish._core.tensor.sparse import (
    BLOCKED,
    BY_ROWS,
    KINDS,
    SparseTensor,
    alias,
    index_tensor,
    labelled,
    linear,
    make,
)
from torchish._core.tensor.sparse_rules import LAYOUTS, refusal, rule
from torchish._core.tensor.tape.modes import state as modes

# What the parts of a sparse tensor may be made of.
Data = Tensor | np.ndarray | Sequence[Any] | complex

COO = LAYOUTS[0]


class check_sparse_tensor_invariants(contextlib.ContextDecorator):
    """Whether constructors check the pointers of compressed layouts too; indices always are.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.check_sparse_tensor_invariants.html
    """

    _on = False

    def __init__(self, enable: bool = True):
        self.state = enable
        self.saved: bool | None = None

    @staticmethod
    def is_enabled() -> bool:
        return check_sparse_tensor_invariants._on

    @staticmethod
    def enable() -> None:
        check_sparse_tensor_invariants._on = True

    @staticmethod
    def disable() -> None:
        check_sparse_tensor_invariants._on = False

    def __enter__(self):
        if self.saved is not None:
            raise RuntimeError(
                "This context manager instance is already activated. Use a different context "
                "manager instance for context nesting."
            )
        self.saved = self.is_enabled()
        check_sparse_tensor_invariants._on = self.state
        return self

    def __exit__(self, *exc) -> None:
        check_sparse_tensor_invariants._on, self.saved = bool(self.saved), None


def values_of(values, dtype, device) -> Tensor:
    if isinstance(values, Tensor):
        if values._sparse:
            raise refusal("sparse_coo_tensor", values.layout)
        return values.to(
            dtype=dtype or values.dtype, device=values.device if device is None else device
        )
    return tensor(values, dtype=dtype, device=device)


def index_of(index, device) -> Tensor:
    t = index if isinstance(index, Tensor) else as_tensor(index)
    return t.detach().to(device=device)


def finished(t: SparseTensor, values: Tensor, requires_grad: bool, label: str) -> SparseTensor:
    """With the values' history, or as a leaf when `requires_grad` is asked of a plain one."""
    if modes.grad and values.requires_grad:
        t._vals = alias(values)
        labelled(t._vals, label)
        return t
    t._vals = values.detach()
    if requires_grad:
        t.requires_grad_()
    return t


def sparse_coo_tensor(
    indices: Data | None = None,
    values: Data | None = None,
    size: Sequence[int] | None = None,
    *,
    dtype: dt.dtype | None = None,
    device: devices.device | str | int | None = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    is_coalesced: bool | None = None,
    layout: layouts.layout | None = None,
) -> Tensor:
    """A COO tensor of indices (sparse dims, nnz) and values (nnz, *dense dims), or an empty one of
    a size.

    RuntimeError for parts that do not fit each other, and for an index outside of the size.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse_coo_tensor.html
    """
    if layout not in (None, COO):
        raise RuntimeError(f"sparse_coo_tensor: unexpected layout {layout}")
    if pin_memory:
        raise NotImplementedError("sparse_coo_tensor: pin_memory=True")
    if values is None:
        shape = tuple(size if size is not None else indices)
        return empty_sparse(
            shape, COO, dtype or dt.get_default_dtype(), _device(device), requires_grad
        )
    values = values_of(values, dtype, device)
    index = index_of(indices, values.device)
    if index.dim() != 2:
        if index.dim() == 1 and size is not None:
            raise RuntimeError(_dims_text(len(size), len(index), values.dim() - 1))
        raise RuntimeError("indices must be sparse_dim x nnz, but got: " + size_text(index.shape))
    if values.dim() == 0:
        values = values.unsqueeze(0)
    sparse, nnz = index.shape
    dense = tuple(values.shape[1:])
    if size is None:
        size = (*_extent(index), *dense)
    size = tuple(int(n) for n in size)
    require_count(size)
    if len(size) != sparse + len(dense):
        raise RuntimeError(_dims_text(len(size), sparse, len(dense)))
    if nnz != values.shape[0]:
        raise RuntimeError(
            "indices and values must have same nnz, but got nnz from indices: "
            f"{nnz}, nnz from values: {values.shape[0]}"
        )
    if dense != size[sparse:]:
        raise RuntimeError(
            f"values has incorrect size, expected {size_text((nnz, *size[sparse:]))}, got "
            f"{size_text(values.shape)}"
        )
    index = index.to(dt.int64)
    checks = check_sparse_tensor_invariants.is_enabled()
    if is_coalesced and (checks if check_invariants is None else check_invariants):
        _require_coalesced(index, size[:sparse])
    check_values(TABLE["_sparse_indices"], (index, size[:sparse]))
    t = make(COO, (index,), values, size, bool(is_coalesced))
    return finished(t, values, requires_grad, "SparseCooTensorWithDimsAndTensorsBackward0")


def _require_coalesced(index: Tensor, shape) -> None:
    places = linear(np.asarray(index._array()), shape)
    if (np.diff(places) <= 0).any():
        raise RuntimeError(
            "cannot set is_coalesced to true if indices correspond to uncoalesced COO tensor"
        )


def _device(device):
    return zeros((), device=device).device


def _dims_text(n: int, sparse: int, dense: int) -> str:
    return (
        f"'len(size) == sparse_dim + dense_dim' is not satisfied: len(size) = {n}, sparse_dim = "
        f"{sparse}, dense_dim = {dense}"
    )


def _extent(index: Tensor) -> list[int]:
    """The least size that has room for all indices. Looks at them."""
    a = np.asarray(index._array())
    if a.shape[1] == 0:
        return [0] * a.shape[0]
    for d, row in enumerate(a):
        if row.min() < 0:
            raise RuntimeError(f"found negative index {row.min()} for dim {d}")
    return [int(n) + 1 for n in a.max(axis=1)]


@rule("_empty")
def empty_sparse(
    shape: Sequence[int],
    layout: layouts.layout,
    dtype: dt.dtype | None,
    device: devices.device | str | int | None,
    requires_grad: bool = False,
    sparse_dim: int | None = None,
    like: SparseTensor | None = None,
) -> SparseTensor:
    """A sparse tensor without any element, with the dimensions of another one; otherwise all are
    sparse ones, and those before the last two of a compressed tensor are of a batch."""
    shape = tuple(int(n) for n in shape)
    require_count(shape)
    if layout is not COO:
        return _empty_compressed(shape, layout, dtype, device, requires_grad, like)
    n = len(shape) if sparse_dim is None else sparse_dim
    nothing = zeros((0, *shape[n:]), dtype=dtype, device=device)
    parts = (index_tensor(np.zeros((n, 0)), nothing.device),)
    t = make(layout, parts, nothing, shape, True)
    if requires_grad:
        t.requires_grad_()
    return t


def _empty_compressed(shape, layout, dtype, device, requires_grad, like) -> SparseTensor:
    if len(shape) < 2:
        raise RuntimeError(
            "torch.empty: Only batched sparse compressed (non-block) tensors are supported, but "
            f"got size {size_text(shape)}"
        )
    dense = 0 if like is None else like.dense_dim()
    block = () if like is None else like._block()
    if bool(block) != (layout in BLOCKED):
        raise RuntimeError(
            "empty_sparse_compressed expected sparse compressed (non-block) tensor layout but got "
            f"{KINDS[layout]}"
        )
    batch = len(shape) - 2 - dense
    major = 0 if layout in BY_ROWS else 1
    n = shape[batch + major] // (block[major] if block else 1)
    lead = shape[:batch]
    nothing = zeros((*lead, 0, *block, *shape[batch + 2 :]), dtype=dtype, device=device)
    parts = tuple(index_tensor(np.zeros((*lead, k)), nothing.device) for k in (n + 1, 0))
    t = make(layout, parts, nothing, shape)
    return t.requires_grad_() if requires_grad else t


@public("_validate_sparse_coo_tensor_args")
def _validate_coo(
    indices: Tensor,
    values: Tensor,
    size: Sequence[int],
    is_coalesced: bool | None = None,
    check_pinning: bool | None = None,
) -> None:
    """RuntimeError where the parts of a COO tensor do not fit each other."""
    sparse_coo_tensor(indices, values, size, check_invariants=True, is_coalesced=is_coalesced)
