"""PyTorch's type promotion.

Note [Promotion]
Tensors with dimensions outrank 0-dim tensors, which outrank Python numbers: the lower-ranked
operand changes the result only when its category (bool < integer < float < complex) is higher. An
operator declares one of the kinds below; the table casts its operands to the computation dtype
(float32 for half types) and the result to the result dtype, all at trace time, so promotion costs
nothing when an operator is recorded.
https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import jax.numpy as jnp

from torchish._core.base import dtypes as dt
from torchish._core.base.dtypes import dtype


class Promote(enum.Enum):
    """How an operator's operands become one computation dtype, and what its result has."""

    NONE = "operands arrive as they are"
    DEFAULT = "common dtype; half types compute in float32"
    SAME = "common dtype, computed in that dtype itself"
    INT_TO_FLOAT = "integers and bools become the default float dtype"
    BOOL_RESULT = "computed in the common dtype, result bool"
    COMPLEX_TO_FLOAT = "complex operands give a real result"
    BOOL_TO_INT = "bools become int64"


def promote_types(a: dtype, b: dtype) -> dtype:
    """The smallest dtype that both can be cast to (`torch.promote_types`)."""
    if a is b:
        return a
    if a in dt.FLOAT8 or b in dt.FLOAT8:
        raise RuntimeError(
            "Promotion for Float8 Types is not supported, attempted to promote "
            f"{dt.SCALAR_NAMES.get(a, a)} and {dt.SCALAR_NAMES.get(b, b)}"
        )
    for d in (a, b):
        if d.name in dt.UNHELD:
            raise NotImplementedError(f"promotion of {d} tensors")
    if a.category == b.category == dt.INT and (not a.is_signed or not b.is_signed):
        big = {dt.uint16, dt.uint32, dt.uint64}
        if (a in big or b in big) and a is not b:
            raise RuntimeError(
                "Promotion for uint16, uint32, uint64 types is not supported, attempted to promote "
                f"{dt.SCALAR_NAMES[a]} and {dt.SCALAR_NAMES[b]}"
            )
    if a.category < b.category:
        a, b = b, a
    if a.category == dt.COMPLEX:
        return promote_types(a.to_real(), b.to_real()).to_complex() if b.category >= dt.FLOAT else a
    if a.category == dt.FLOAT:
        if b.category < dt.FLOAT:
            return a
        if {a, b} == {dt.float16, dt.bfloat16}:
            return dt.float32
        return a if a.itemsize > b.itemsize else b
    if b.category == dt.BOOL:
        return a
    if a.is_signed == b.is_signed:
        return a if a.itemsize >= b.itemsize else b
    unsigned, signed = (a, b) if b.is_signed else (b, a)
    if signed.itemsize > unsigned.itemsize:
        return signed
    return {1: dt.int16, 2: dt.int32}.get(unsigned.itemsize, dt.int64)


def scalar_dtype(kind: type) -> dtype:
    """The dtype with which a Python number of this class takes part in promotion."""
    if kind is bool:
        return dt.bool_
    if kind is int:
        return dt.int64
    return dt.get_default_dtype() if kind is float else dt.get_default_dtype().to_complex()


def result_type(operands: Iterable[tuple[dtype, int]]) -> dtype:
    """Common dtype of operands given as (dtype, rank): 2 with dimensions, 1 for 0-dim, 0 for a
    Python number."""
    by_rank: list[dtype | None] = [None, None, None]
    for d, rank in operands:
        seen = by_rank[rank]
        by_rank[rank] = d if seen is None else promote_types(seen, d)
    common = None
    for d in (
        by_rank
    ):  # numbers first: each higher rank wins unless the lower one has the higher category
        if d is None:
            continue
        if common is None or d.category >= common.category:
            # A complex tensor beside a real number keeps its width; so does a float beside an
            # integer.
            common = d
        elif common.category == dt.COMPLEX and d.category == dt.FLOAT:
            common = promote_types(d.to_complex(), d)
        else:
            common = promote_types(common, d)
    assert common is not None, "promotion of no operands"
    return common


def computation_dtypes(common: dtype, kind: Promote) -> tuple[dtype, dtype]:
    """(computation dtype, result dtype) for operands whose common dtype is `common`."""
    if kind is Promote.INT_TO_FLOAT and common.category < dt.FLOAT:
        common = dt.get_default_dtype()
    if kind is Promote.BOOL_TO_INT and common is dt.bool_:
        common = dt.int64
    compute = common
    if kind is not Promote.SAME and common in (dt.float16, dt.bfloat16):
        compute = dt.float32
    if kind is Promote.BOOL_RESULT:
        return common, dt.bool_
    if kind is Promote.COMPLEX_TO_FLOAT:
        return compute, common.to_real()
    return compute, common


def can_cast(source: dtype, target: dtype) -> bool:
    """Whether a result of dtype `source` may be written into `target` (`torch.can_cast`)."""
    if source.category > target.category:
        return False
    return not (source.category == dt.INT and target.category == dt.BOOL)


def cast(array, d: dtype):
    """`array` as dtype `d`, converting the way C does: complex to real drops the imaginary part."""
    if array.dtype == d.np:
        return array
    if jnp.issubdtype(array.dtype, jnp.complexfloating):
        if d is dt.bool_:
            return array != 0
        if not d.is_complex:
            array = array.real
    if d is dt.bool_:
        return array != 0
    if d.category == dt.INT and jnp.issubdtype(array.dtype, jnp.floating):
        # XLA saturates. C on x86-64 converts through int32 (to unsigned bytes and int64 through
        # int64), whose least number stands for all that it does not hold, NaN too, and wraps.
        whole = jnp.int64 if d is dt.uint8 or d.itemsize == 8 else jnp.int32
        least = jnp.iinfo(whole).min
        if array.dtype.itemsize < 4:
            array = array.astype(jnp.float32)
        inside = (array > (least - 1.0)) & (array < -float(least))
        if whole is jnp.int64:
            inside = (array >= float(least)) & (array < -float(least))
        return jnp.where(inside, array.astype(whole), jnp.asarray(least, whole)).astype(d.np)
    if d is dt.float8_e4m3fn:  # which has no infinity: PyTorch saturates, and keeps NaN
        array = jnp.clip(array, -448, 448)
    return array.astype(d.np)
