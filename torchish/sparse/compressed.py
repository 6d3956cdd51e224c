"""Making tensors of compressed layouts: CSR, CSC, BSR, BSC.

https://docs.pytorch.org/docs/stable/sparse.html#sparse-compressed-tensors
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor
from torchish._core.tensor.dispatch import check_values
from torchish._core.tensor.public import public
from torchish._core.tensor.sparse import BLOCKED, BY_ROWS, WORDS, SparseTensor, make
from torchish._core.tensor.sparse_rules import LAYOUTS, rule
from torchish.sparse.creation import (
    Data as _Data,
)
from torchish.sparse.creation import (
    check_sparse_tensor_invariants,
    finished,
    index_of,
    values_of,
)

_COO, CSR, CSC, BSR, BSC = LAYOUTS


def _compressed(layout, pointers, plain, values, size, dtype, device, requires_grad, check):
    if size is not None:
        size = tuple(int(n) for n in size)
        if any(n < 0 for n in size):
            raise RuntimeError("numel: integer multiplication overflow")
    values = values_of(values, dtype, device)
    pointers, plain = index_of(pointers, values.device), index_of(plain, values.device)
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
    return finished(t, values, requires_grad, "SparseCompressedTensorBackward0")


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


def _only_layout(own: layouts.layout, asked: layouts.layout | None) -> None:
    if asked not in (None, own):
        raise RuntimeError(f"{own.name}_tensor: unexpected layout {asked}")


def _named(make: Callable, kind: layouts.layout, doc: str) -> Callable:
    make.__name__ = make.__qualname__ = name = f"{kind.name}_tensor"
    make.__doc__ = (
        f"{doc}\n\n    RuntimeError for parts that do not fit each other.\n\n"
        f"    https://docs.pytorch.org/docs/stable/generated/torch.{name}.html\n    "
    )
    return make


def _of_rows(kind: layouts.layout, doc: str) -> Callable[..., Tensor]:
    """The constructor of a layout of compressed rows."""

    def make(
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
        if pin_memory:
            raise NotImplementedError(f"{kind.name}_tensor: pin_memory=True")
        _only_layout(kind, layout)
        options = dtype, device, requires_grad, check_invariants
        return _compressed(kind, crow_indices, col_indices, values, size, *options)

    return _named(make, kind, doc)


def _of_columns(kind: layouts.layout, doc: str) -> Callable[..., Tensor]:
    """The constructor of a layout of compressed columns."""

    def make(
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
        if pin_memory:
            raise NotImplementedError(f"{kind.name}_tensor: pin_memory=True")
        _only_layout(kind, layout)
        options = dtype, device, requires_grad, check_invariants
        return _compressed(kind, ccol_indices, row_indices, values, size, *options)

    return _named(make, kind, doc)


sparse_csr_tensor = _of_rows(
    CSR,
    """A matrix with compressed rows: crow_indices (*batch, rows + 1), col_indices (*batch, nnz) and
    values (*batch, nnz, *dense).""",
)
sparse_csc_tensor = _of_columns(
    CSC,
    """A matrix with compressed columns: ccol_indices (*batch, columns + 1), row_indices
    (*batch, nnz) and values (*batch, nnz, *dense).""",
)
sparse_bsr_tensor = _of_rows(
    BSR, "A matrix with compressed rows of blocks: values are (*batch, nnz, *block, *dense)."
)
sparse_bsc_tensor = _of_columns(
    BSC, "A matrix with compressed columns of blocks: values are (*batch, nnz, *block, *dense)."
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
