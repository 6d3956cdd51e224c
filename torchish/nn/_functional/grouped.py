"""Matrix products in groups of rows, columns or summed elements."""

from __future__ import annotations

import enum
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor, cat, stack
from torchish._core.tensor.api.factory import zeros

__all__ = ["grouped_mm", "scaled_mm"]


class ScalingType(enum.Enum):
    """Which elements of a matrix one scale is for."""

    TensorWise = 0
    RowWise = 1
    BlockWise1x16 = 2
    BlockWise1x32 = 3
    BlockWise1x128 = 4
    BlockWise128x128 = 5


class SwizzleType(enum.Enum):
    """In which order a GPU's kernel reads scales."""

    NO_SWIZZLE = 0
    SWIZZLE_32_4_4 = 1


for _kind in (ScalingType, SwizzleType):
    _kind.__name__ = _kind.__qualname__ = f"_{_kind.__name__}"
    _kind.__module__ = "torch.nn.functional"


def scaled_mm(
    mat_a: Tensor,
    mat_b: Tensor,
    scale_a: Tensor | list[Tensor],
    scale_recipe_a: ScalingType | list[ScalingType],
    scale_b: Tensor | list[Tensor],
    scale_recipe_b: ScalingType | list[ScalingType],
    swizzle_a: SwizzleType | list[SwizzleType] | None = None,
    swizzle_b: SwizzleType | list[SwizzleType] | None = None,
    bias: Tensor | None = None,
    output_dtype: Any = dt.bfloat16,
    contraction_dim: list[int] | tuple[int, ...] = (),
    use_fast_accum: bool = False,
) -> Tensor:
    """The product of two float8 matrices, each times a scale: one number (`TensorWise`), or one of
    each row of `mat_a`, (M, 1), and of each column of `mat_b`, (1, N) (`RowWise`).

    Raises NotImplementedError for scales by block. The result, (M, N), has `output_dtype`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_mm.html
    """
    pairs = []
    for scale, recipe, swizzle in (
        (scale_a, scale_recipe_a, swizzle_a),
        (scale_b, scale_recipe_b, swizzle_b),
    ):
        scales, recipes = _listed(scale), _listed(recipe)
        plain = (ScalingType.TensorWise, ScalingType.RowWise)
        if len(scales) != 1 or recipes[0] not in plain:
            raise NotImplementedError(f"scaled_mm: {recipes}")
        if any(s is not SwizzleType.NO_SWIZZLE for s in _listed(swizzle) if s is not None):
            raise NotImplementedError(f"scaled_mm: swizzle {swizzle}")
        pairs.append(scales[0])
    if contraction_dim:
        raise NotImplementedError("scaled_mm: contraction_dim")
    return FUNCTIONS["_scaled_mm"](mat_a, mat_b, *pairs, bias=bias, out_dtype=output_dtype)


def _listed(value: Any) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def grouped_mm(
    mat_a: Tensor,
    mat_b: Tensor,
    *,
    offs: Tensor | None = None,
    bias: Tensor | None = None,
    out_dtype: Any = None,
) -> Tensor:
    """A product for each group of a dimension that `offs` (int32, where each group ends) splits.

    (M, K) @ (G, K, N) splits rows and gives (M, N); (G, M, K) @ (K, N) splits columns and gives
    (M, N); (M, K) @ (K, N) splits the sum and gives (G, M, N); (G, M, K) @ (G, K, N) has no
    `offs`. What is after the last group is zeros. Where the groups end is looked at.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grouped_mm.html
    """
    if bias is not None:
        raise RuntimeError("Bias not supported yet")
    if mat_a.dim() not in (2, 3):
        raise RuntimeError("mat_a has to be 2 or 3d")
    if mat_b.dim() not in (2, 3):
        raise RuntimeError("mat_b has to be 2 or 3d")
    if out_dtype is not None and out_dtype is not mat_a.dtype:
        raise RuntimeError("Grouped gemm output dtype must match `mat_a` dtype")
    flat_a, flat_b = mat_a.dim() == 2, mat_b.dim() == 2
    if (flat_a or flat_b) != (offs is not None):
        raise RuntimeError(
            "Have to provide offsets if there is a 2d matrix, or no offset if both matrices are 3d"
        )
    if mat_a.shape[-1] != mat_b.shape[-2]:
        raise RuntimeError("contraction dimension of mat_a and mat_b must match")
    if offs is None:
        return mat_a @ mat_b
    if offs.dim() != 1:
        raise RuntimeError("offs has to be 1D")
    if offs.dtype is not dt.int32:
        raise RuntimeError("Offsets have to be int32")
    ends = offs.tolist()
    spans = list(zip([0, *ends[:-1]], ends, strict=True))
    if flat_a and flat_b:
        return stack([mat_a[:, i:j] @ mat_b[i:j] for i, j in spans])
    if flat_a:
        parts = [mat_a[i:j] @ mat_b[g] for g, (i, j) in enumerate(spans)]
        rest = (mat_a.shape[0] - ends[-1], mat_b.shape[-1])
        return cat([*parts, zeros(*rest, dtype=mat_a.dtype, device=mat_a.device)])
    parts = [mat_a[g] @ mat_b[:, i:j] for g, (i, j) in enumerate(spans)]
    rest = (mat_a.shape[1], mat_b.shape[1] - ends[-1])
    return cat([*parts, zeros(*rest, dtype=mat_a.dtype, device=mat_a.device)], 1)
