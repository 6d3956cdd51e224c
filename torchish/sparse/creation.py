"""Making sparse tensors, and conversions between layouts.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

import contextlib
import importlib
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
from torchish._core.tensor.sparse import SparseTensor, alias, index_tensor, labelled, linear, make
from torchish._core.tensor.sparse_rules import LAYOUTS, refusal, rule
from torchish._core.tensor.tape.modes import state as modes

# What the parts of a sparse tensor may be made of.
_Data = Tensor | np.ndarray | Sequence[Any] | complex

COO, CSR, CSC = LAYOUTS


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


def _values_of(values, dtype, device) -> Tensor:
    if isinstance(values, Tensor):
        if values._sparse:
            raise refusal("sparse_coo_tensor", values.layout)
        return values.to(
            dtype=dtype or values.dtype, device=values.device if device is None else device
        )
    return tensor(values, dtype=dtype, device=device)


def _index_of(index, device) -> Tensor:
    t = index if isinstance(index, Tensor) else as_tensor(index)
    return t.detach().to(device=device)


def _finished(t: SparseTensor, values: Tensor, requires_grad: bool, label: str) -> SparseTensor:
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
    indices: _Data | None = None,
    values: _Data | None = None,
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
    values = _values_of(values, dtype, device)
    index = _index_of(indices, values.device)
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
    return _finished(t, values, requires_grad, "SparseCooTensorWithDimsAndTensorsBackward0")


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
) -> SparseTensor:
    """A sparse tensor without any element, all of its dimensions sparse unless told."""
    shape = tuple(int(n) for n in shape)
    require_count(shape)
    n = len(shape) if sparse_dim is None else sparse_dim
    nothing = zeros((0, *shape[n:]), dtype=dtype, device=device)
    if layout is COO:
        parts = (index_tensor(np.zeros((n, 0)), nothing.device),)
    else:
        if len(shape) != 2:
            raise NotImplementedError(f"{layout} of {len(shape)} dimensions")
        n = shape[0 if layout is CSR else 1]
        parts = tuple(index_tensor(np.zeros(k), nothing.device) for k in (n + 1, 0))
    t = make(layout, parts, nothing, shape, layout is COO)
    if requires_grad:
        t.requires_grad_()
    return t


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


# --- compressed layouts


def _compressed(layout, pointers, plain, values, size, dtype, device, requires_grad, check):
    names = ("crow_indices", "col_indices") if layout is CSR else ("ccol_indices", "row_indices")
    values = _values_of(values, dtype, device)
    pointers, plain = _index_of(pointers, values.device), _index_of(plain, values.device)
    if pointers.dim() != plain.dim():
        raise RuntimeError(
            f"{names[0]} and {names[1]} dimensionalities must be equal but got {pointers.dim()} "
            f"and {plain.dim()}, respectively"
        )
    if pointers.dim() != 1:
        raise NotImplementedError(f"batches of {layout} tensors")
    if values.dim() != 1:
        raise NotImplementedError(f"{layout} tensors with dense dimensions")
    if size is None:
        most = int(plain.max()) + 1 if len(plain) else 0
        size = (len(pointers) - 1, most) if layout is CSR else (most, len(pointers) - 1)
    size = tuple(int(n) for n in size)
    if len(size) != 2:
        raise NotImplementedError(f"{layout} tensors of {len(size)} dimensions")
    n, m = size if layout is CSR else size[::-1]
    words = ("row", "col") if layout is CSR else ("column", "row")
    if len(pointers) != n + 1:
        raise RuntimeError(
            f"{names[0]}.shape[-1] must be equal to the number of {words[0]}s + 1 (={n + 1}), but "
            f"got {len(pointers)}"
        )
    if len(plain) != len(values):
        raise RuntimeError(
            f"{names[1]}.shape[-1] must be equal to nnz (={len(values)}) as defined by "
            f"values.shape[0], but got {len(plain)}"
        )
    if check or (check is None and check_sparse_tensor_invariants.is_enabled()):
        _check_pointers(np.asarray(pointers._array()), np.asarray(plain._array()), m, names, words)
    else:
        check_values(TABLE["_sparse_indices"], (plain, (m,)))
    t = make(layout, (pointers, plain), values, size)
    label = "SparseCompressedTensorBackward0"
    return _finished(t, values, requires_grad, label)


def _check_pointers(pointers, plain, m: int, names, words) -> None:
    where, count = names[0] + "[..., ", len(plain)
    rules = [
        (pointers[0] == 0, f"`{where}0] == 0` is not satisfied."),
        (pointers[-1] == count, f"`{where}-1] == nnz` is not satisfied."),
        (
            (np.diff(pointers) >= 0).all(),
            f"`0 <= {where}1:] - {where}:-1] <= n{words[1]}s` is not satisfied.",
        ),
        (
            count == 0 or (plain.min() >= 0 and plain.max() < m),
            f"`0 <= {names[1]} < n{words[1]}s` is not satisfied.",
        ),
    ]
    for ok, text in rules:
        if not ok:
            raise RuntimeError(text)
    starts = np.zeros(count + 1, bool)
    starts[pointers] = True
    if count > 1 and not ((np.diff(plain) > 0) | starts[1:-1]).all():
        raise RuntimeError(
            f"`{names[1]}[..., {where}i - 1]:{where}i]] for all i = 1, ..., nrows are sorted and "
            "distinct along the last dimension values` is not satisfied."
        )


def sparse_csr_tensor(
    crow_indices: _Data,
    col_indices: _Data,
    values: _Data,
    size: Sequence[int] | None = None,
    *,
    dtype: dt.dtype | None = None,
    device: devices.device | str | int | None = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    layout: layouts.layout | None = None,
) -> Tensor:
    """A matrix with compressed rows: crow_indices (rows + 1,), col_indices and values (nnz,).

    RuntimeError for parts that do not fit each other. Batches raise NotImplementedError.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csr_tensor.html
    """
    if pin_memory:
        raise NotImplementedError("sparse_csr_tensor: pin_memory=True")
    return _compressed(
        CSR, crow_indices, col_indices, values, size, dtype, device, requires_grad, check_invariants
    )


def sparse_csc_tensor(
    ccol_indices: _Data,
    row_indices: _Data,
    values: _Data,
    size: Sequence[int] | None = None,
    *,
    dtype: dt.dtype | None = None,
    device: devices.device | str | int | None = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    layout: layouts.layout | None = None,
) -> Tensor:
    """A matrix with compressed columns: ccol_indices (columns + 1,), row_indices, values (nnz,).

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csc_tensor.html
    """
    if pin_memory:
        raise NotImplementedError("sparse_csc_tensor: pin_memory=True")
    return _compressed(
        CSC, ccol_indices, row_indices, values, size, dtype, device, requires_grad, check_invariants
    )


def sparse_compressed_tensor(
    compressed_indices: _Data,
    plain_indices: _Data,
    values: _Data,
    size: Sequence[int] | None = None,
    *,
    layout: layouts.layout | None = None,
    **options,
) -> Tensor:
    """A tensor of layout sparse_csr, sparse_csc, sparse_bsr or sparse_bsc.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_compressed_tensor.html
    """
    maker = {
        CSR: sparse_csr_tensor,
        CSC: sparse_csc_tensor,
        layouts.sparse_bsr: sparse_bsr_tensor,
        layouts.sparse_bsc: sparse_bsc_tensor,
    }.get(layout)
    if maker is None:
        raise NotImplementedError(f"sparse_compressed_tensor: layout={layout}")
    return maker(compressed_indices, plain_indices, values, size, **options)


@public("_validate_sparse_compressed_tensor_args")
def _validate_compressed(
    compressed_indices: Tensor,
    plain_indices: Tensor,
    values: Tensor,
    size: Sequence[int],
    layout: layouts.layout,
    check_pinning: bool | None = None,
) -> None:
    """RuntimeError where the parts of a compressed tensor do not fit each other."""
    sparse_compressed_tensor(
        compressed_indices, plain_indices, values, size, layout=layout, check_invariants=True
    )


def _validating(kind: layouts.layout) -> None:
    def validate(
        compressed_indices: Tensor, plain_indices: Tensor, values: Tensor, size: Sequence[int]
    ) -> None:
        _validate_compressed(compressed_indices, plain_indices, values, size, kind)

    validate.__doc__ = _validate_compressed.__doc__
    public(f"_validate_{kind.name}_tensor_args")(validate)


for _kind in (CSR, CSC, layouts.sparse_bsr, layouts.sparse_bsc):
    _validating(_kind)


def blocked() -> Any:
    """The module of blocked layouts, whose class lets every function ask the classes of its
    arguments: imported for the first of them."""
    return importlib.import_module("torchish.sparse.blocked")


def sparse_bsr_tensor(
    crow_indices: _Data,
    col_indices: _Data,
    values: _Data,
    size: Sequence[int] | None = None,
    **options,
) -> Tensor:
    """A matrix with compressed rows of blocks: values are (nnz, rows, columns) of the blocks.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_bsr_tensor.html
    """
    return blocked().construct(
        layouts.sparse_bsr, crow_indices, col_indices, values, size, **options
    )


def sparse_bsc_tensor(
    ccol_indices: _Data,
    row_indices: _Data,
    values: _Data,
    size: Sequence[int] | None = None,
    **options,
) -> Tensor:
    """The same with compressed columns of blocks.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_bsc_tensor.html
    """
    return blocked().construct(
        layouts.sparse_bsc, ccol_indices, row_indices, values, size, **options
    )
