"""Products of matrices that PyTorch keeps to itself and test suites call: of bytes, and with an
activation.
"""

from __future__ import annotations

from torchish._core.base import dtypes as dt
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.copies import into
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.public import enter


def _int_mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of two int8 matrices, int32; the sums are formed in int32.

    Raises RuntimeError for other dtypes and for shapes that do not multiply.
    """
    for name, t in (("self", input), ("mat2", mat2)):
        if t.dim() != 2:
            raise RuntimeError(f"Expected {name} to be of dimension 2 but got {t.dim()}")
    if input.size(1) != mat2.size(0):
        raise RuntimeError(
            f"self.size(1) needs to match mat2.size(0) but got {input.size(1)} and {mat2.size(0)}"
        )
    for name, t in (("self", input), ("mat2", mat2)):
        if t.dtype is not dt.int8:
            raise RuntimeError(f"Expected {name} dtype to be of type int8 but got {t.dtype}")
    if out is not None and out.dtype is not dt.int32:
        raise RuntimeError(f"Expected result dtype to be of type kInt but got {out.dtype}")
    found = apply(TABLE["mm"], (input.to(dt.int32), mat2.to(dt.int32)))
    return found if out is None else into("_int_mm", found, out, (input, mat2))


def _addmm_activation(
    input: Tensor,
    mat1: Tensor,
    mat2: Tensor,
    *,
    beta: float = 1,
    alpha: float = 1,
    use_gelu: bool = False,
) -> Tensor:
    """`relu` of `addmm`, or `gelu` by tanh."""
    found = apply(TABLE["addmm"], (input, mat1, mat2, beta, alpha))
    if use_gelu:
        return apply(TABLE["nn.functional.gelu"], (found, "tanh"))
    return found.relu()


def _weight_int8pack_mm(input: Tensor, mat2: Tensor, scales: Tensor) -> Tensor:
    """input (M, K) times the transpose of int8 weights (N, K), each row scaled by scales (N,)."""
    if input.dim() != 2 or input.dtype not in (dt.float32, dt.float16, dt.bfloat16):
        raise RuntimeError("_weight_int8pack_mm : expect A to be a 2D tensor of floats.")
    if mat2.dim() != 2 or mat2.dtype is not dt.int8 or mat2.size(1) != input.size(1):
        raise RuntimeError(
            f"_weight_int8pack_mm : expect B to be int8 tensor of shape (N, {input.size(1)})."
        )
    if scales.dim() != 1 or scales.size(0) != mat2.size(0):
        raise RuntimeError(
            f"_weight_int8pack_mm : expect scales to be 1d tensor with size {mat2.size(0)}"
        )
    wide = apply(TABLE["mm"], (input.float(), mat2.float().t()))
    return (wide * scales.float()).to(input.dtype)


for _f in (_addmm_activation, _weight_int8pack_mm, _int_mm):
    enter(_f.__name__, _f, takes="other")
