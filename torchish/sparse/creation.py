"""Making sparse tensors, and conversions between layouts.

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
    WORDS,
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
_Data = Tensor | np.ndarray | Sequence[Any] | complex

COO, CSR, CSC, BSR, BSC = LAYOUTS


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


@rule("_filled_like")
def filled_like(
    like: SparseTensor, value, layout, dtype, device, requires_grad: bool = False
) -> SparseTensor:
    """A compressed tensor of one value at the places of another one."""
    if layout is not like.layout:
        raise NotImplementedError(f"filled like a tensor of {like.layout}: layout={layout}")
    values = like._vals.detach().to(device=device, dtype=dtype).clone().fill_(value)
    t = like.detach()._with_values(values)
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


# --- compressed layouts


def _compressed(layout, pointers, plain, values, size, dtype, device, requires_grad, check, pinned):
    if pinned:
        raise NotImplementedError(f"{layout.name}_tensor: pin_memory=True")
    if size is not None:
        size = tuple(int(n) for n in size)
        if any(n < 0 for n in size):
            raise RuntimeError("numel: integer multiplication overflow")
    values = _values_of(values, dtype, device)
    pointers, plain = _index_of(pointers, values.device), _index_of(plain, values.device)
    batch = _check_sizes(layout, pointers, plain, values, size)
    block = values.shape[batch + 1 : batch + 3] if layout in BLOCKED else ()
    if size is None:
        most = int(plain.max()) + 1 if plain.numel() else 0
        counts = [pointers.shape[-1] - 1, most]
        counts = counts if layout in BY_ROWS else counts[::-1]
        base = [n * k for n, k in zip(counts, block or (1, 1), strict=True)]
        size = (*pointers.shape[:-1], *base, *values.shape[batch + 1 + len(block) :])
    minor = batch + (1 if layout in BY_ROWS else 0)
    m = size[minor] // max(block[minor - batch], 1) if block else size[minor]
    if check or (check is None and check_sparse_tensor_invariants.is_enabled()):
        _check_pointers(layout, np.asarray(pointers._array()), np.asarray(plain._array()), m)
    else:
        check_values(TABLE["_sparse_indices"], (plain.reshape(-1), (m,)))
    t = make(layout, (pointers, plain), values, size)
    return _finished(t, values, requires_grad, "SparseCompressedTensorBackward0")


def _check_sizes(layout, pointers: Tensor, plain: Tensor, values: Tensor, size) -> int:
    """The number of batch dimensions, where sizes and dtypes of the parts fit each other."""
    (first, second), by_rows = WORDS[layout], layout in BY_ROWS
    batch, blocked = pointers.dim() - 1, 2 if layout in BLOCKED else 0
    dense = values.dim() - batch - 1 - blocked
    block = tuple(values.shape[batch + 1 : batch + 1 + blocked])
    n = pointers.shape[-1] - 1 if pointers.dim() else 0
    word = f"number of {'row' if by_rows else 'column'}{' block' if blocked else ''}s + 1"

    def rules():
        yield batch >= 0, lambda: f"{first} must have dimensionality >= 1 but got 0"
        yield (
            plain.dim() == batch + 1,
            lambda: (
                f"{first} and {second} dimensionalities must be equal but got {batch + 1} and "
                f"{plain.dim()}, respectively"
            ),
        )
        yield (
            dense >= 0,
            lambda: (
                f"values must have dimensionality > sum of batch and block dimensionalities "
                f"(={batch} + {blocked}) but got {values.dim()}"
            ),
        )
        for t in (pointers, plain):
            yield (
                t.dtype in (dt.int32, dt.int64),
                lambda t=t: (
                    f"{first} and {second} dtype must be Int or Long, but got "
                    f"{dt.SCALAR_NAMES[t.dtype]}"
                ),
            )
        names = [dt.SCALAR_NAMES[t.dtype] for t in (pointers, plain)]
        yield (
            names[0] == names[1],
            lambda: (
                f"{first} and {second} must have the same dtype, bot got {names[0]} and "
                f"{names[1]}, respectively"
            ),
        )
        if size is not None:
            yield (
                len(size) == batch + 2 + dense,
                lambda: (
                    "tensor dimensionality must be sum of batch, base, and dense "
                    f"dimensionalities (={batch} + 2 + {dense}) but got {len(size)}"
                ),
            )
        batches = [list(t.shape[:batch]) for t in (pointers, plain, values)]
        wanted = batches[0] if size is None else list(size[:batch])
        yield (
            all(b == wanted for b in batches),
            lambda: (
                f"all batch dimensions of {first} (={batches[0]}), {second} (={batches[1]}), "
                f"and values (={batches[2]}) must be equal to tensor batch dimensions (={wanted})"
            ),
        )
        for d, k in enumerate(block if size is not None else ()):
            yield (
                k > 0 and size[batch + d] % k == 0,
                lambda d=d, k=k: (
                    f"tensor shape[{d}] (={size[batch + d]}) must be divisible with "
                    f"blocksize[{d}] (={k}) as defined by values shape"
                ),
            )
        if size is not None:
            major = 0 if by_rows else 1
            count = size[batch + major] // (block[major] if block else 1)
            yield (
                n == count,
                lambda: (
                    f"{first}.shape[-1] must be equal to the {word} (={count + 1}), but got {n + 1}"
                ),
            )
            yield (
                tuple(size[batch + 2 :]) == tuple(values.shape[batch + 1 + blocked :]),
                lambda: (
                    "values.shape[...] does not end with the dense dimensions of the size "
                    f"{list(size)}: {list(values.shape)}"
                ),
            )
        nnz = values.shape[batch]
        yield (
            plain.shape[-1] == nnz,
            lambda: (
                f"{second}.shape[-1] must be equal to nnz (={nnz}) as defined by "
                f"values.shape[{batch}], but got {plain.shape[-1]}"
            ),
        )

    for holds, text in rules():
        if not holds:
            raise RuntimeError(text())
    return batch


def _check_pointers(layout, pointers: np.ndarray, plain: np.ndarray, m: int) -> None:
    """RuntimeError unless the pointers go up from 0 to the number of elements, by no more than the
    other side's size `m`, and the indices of each row go up inside of it."""
    (first, second), count = WORDS[layout], plain.shape[-1]
    here, other = ("row", "col") if layout in BY_ROWS else ("col", "row")
    steps = np.diff(pointers, axis=-1)
    for ok, text in (
        (pointers[..., 0] == 0, f"`{first}[..., 0] == 0` is not satisfied."),
        (pointers[..., -1] == count, f"`{first}[..., -1] == nnz` is not satisfied."),
        (
            (steps >= 0) & (steps <= m),
            f"`0 <= {first}[..., 1:] - {first}[..., :-1] <= n{other}s` is not satisfied.",
        ),
        ((plain >= 0) & (plain < m), f"`0 <= {second} < n{other}s` is not satisfied."),
    ):
        if not ok.all():
            raise RuntimeError(text)
    for row, inner in zip(
        pointers.reshape(-1, pointers.shape[-1]), plain.reshape(-1, max(count, 0)), strict=True
    ):
        starts = np.zeros(count + 1, bool)
        starts[row] = True
        if count > 1 and not ((np.diff(inner) > 0) | starts[1:-1]).all():
            raise RuntimeError(
                f"`{second}[..., {first}[..., i - 1]:{first}[..., i]] for all i = 1, ..., "
                f"n{here}s are sorted and distinct along the last dimension values` is not "
                "satisfied."
            )


def _only_layout(name: str, own, asked) -> None:
    if asked not in (None, own):
        raise RuntimeError(f"{name}: unexpected layout {asked}")


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
    """A matrix with compressed rows: crow_indices (*batch, rows + 1), col_indices (*batch, nnz) and
    values (*batch, nnz, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csr_tensor.html
    """
    _only_layout("sparse_csr_tensor", CSR, layout)
    options = dtype, device, requires_grad, check_invariants, pin_memory
    return _compressed(CSR, crow_indices, col_indices, values, size, *options)


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
    """A matrix with compressed columns: ccol_indices (*batch, columns + 1), row_indices
    (*batch, nnz) and values (*batch, nnz, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csc_tensor.html
    """
    _only_layout("sparse_csc_tensor", CSC, layout)
    options = dtype, device, requires_grad, check_invariants, pin_memory
    return _compressed(CSC, ccol_indices, row_indices, values, size, *options)


def sparse_bsr_tensor(
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
    """A matrix with compressed rows of blocks: values are (*batch, nnz, *block, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_bsr_tensor.html
    """
    _only_layout("sparse_bsr_tensor", BSR, layout)
    options = dtype, device, requires_grad, check_invariants, pin_memory
    return _compressed(BSR, crow_indices, col_indices, values, size, *options)


def sparse_bsc_tensor(
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
    """A matrix with compressed columns of blocks: values are (*batch, nnz, *block, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_bsc_tensor.html
    """
    _only_layout("sparse_bsc_tensor", BSC, layout)
    options = dtype, device, requires_grad, check_invariants, pin_memory
    return _compressed(BSC, ccol_indices, row_indices, values, size, *options)


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
        BSR: sparse_bsr_tensor,
        BSC: sparse_bsc_tensor,
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


for _kind in (CSR, CSC, BSR, BSC):
    _validating(_kind)
