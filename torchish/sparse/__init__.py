"""`torch.sparse`: sparse tensors of layouts COO, CSR, CSC, BSR and BSC.

Note [Sparse tensors] in tensor/sparse.py says what they are. Where the numbers are PyTorch's and
the form is not:

- Indices are always checked against the size; PyTorch checks them when asked to.
- A sum of tensors that are not coalesced, as gradients of tables are, has the places of one after
  those of the other, and the gradient of a table keeps its padding row, as zeros: so the number of
  places does not depend on values, and a training step stays one program.
- The gradient of a sparse leaf is sparse also after `leaf @ dense`, where PyTorch's is dense. The
  gradient of a table that is itself computed is dense from there on.
- The momentum buffer that SGD makes for a sparse gradient is dense.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

from typing import NoReturn as _NoReturn

from torchish._core.tensor import Tensor as _Tensor
from torchish._core.tensor.public import public as _public
from torchish.sparse.arithmetic import RULED as _RULED
from torchish.sparse.compressed import (
    sparse_bsc_tensor,
    sparse_bsr_tensor,
    sparse_compressed_tensor,
    sparse_csc_tensor,
    sparse_csr_tensor,
)
from torchish.sparse.creation import check_sparse_tensor_invariants, sparse_coo_tensor
from torchish.sparse.legacy import LEGACY as _LEGACY
from torchish.sparse.products import sampled_addmm
from torchish.sparse.products import sparse_addmm as addmm
from torchish.sparse.products import sparse_mm as mm
from torchish.sparse.reductions import log_softmax, softmax, spdiags
from torchish.sparse.reductions import sparse_sum as sum
from torchish.sparse.shapes import RULED as _SHAPE_RULES

globals().update(_LEGACY)
_RULES = (*_RULED, *_SHAPE_RULES)  # importing them enters them

# What `torch` has of this package.
for _f in (
    sparse_coo_tensor,
    sparse_csr_tensor,
    sparse_csc_tensor,
    sparse_bsr_tensor,
    sparse_bsc_tensor,
    sparse_compressed_tensor,
):
    _public()(_f)


class SparseSemiStructuredTensor:
    """2:4 sparsity of CUDA's; nothing here has it."""

    def __init__(self, *args, **options):
        raise NotImplementedError("SparseSemiStructuredTensor: it is for CUDA's kernels")


def to_sparse_semi_structured(original_tensor: _Tensor, transposed: bool = False) -> _NoReturn:
    """2:4 sparsity of CUDA's: NotImplementedError."""
    raise NotImplementedError("to_sparse_semi_structured: it is for CUDA's kernels")


def spsolve(input: _Tensor, other: _Tensor, *, left: bool = True) -> _NoReturn:
    """Solving with a sparse matrix: NotImplementedError."""
    raise NotImplementedError("sparse.spsolve")


__all__ = [
    "SparseSemiStructuredTensor",
    "addmm",
    "check_sparse_tensor_invariants",
    "log_softmax",
    "mm",
    "sampled_addmm",
    "softmax",
    "spdiags",
    "spsolve",
    "sum",
    "to_sparse_semi_structured",
]
