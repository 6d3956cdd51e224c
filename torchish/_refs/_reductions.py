"""References of reductions that take more, or say other things, than the functions themselves."""

from __future__ import annotations

from collections.abc import Sequence

from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.errors import wrap_dims
from torchish._core.tensor import Tensor


def prod(
    a: Tensor,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
) -> Tensor:
    """The product over any number of dimensions, all of them without `dim`."""
    dims = range(a.dim()) if dim is None else (dim,) if isinstance(dim, int) else dim
    found = a if a.dim() else a.prod(dtype=dtype)
    for d in sorted(wrap_dims(dims, a.dim()), reverse=True):
        found = found.prod(d, keepdim=keepdim, dtype=dtype)
    return found


def _extreme(name: str):
    def f(a: Tensor, dim: int | Sequence[int] = (), keepdim: bool = False) -> Tensor:
        dims = (dim,) if isinstance(dim, int) else dim or ()
        if not a.numel() and any(a.shape[d] == 0 for d in wrap_dims(dims, a.dim())):
            raise RuntimeError(f"reducing over zero-size dimension for {name} is undefined")
        return getattr(a, name)(dims, keepdim=keepdim)

    f.__name__ = f.__qualname__ = name
    f.__doc__ = f"`{name}`, which has no value over nothing: RuntimeError."
    return f


amax, amin = _extreme("amax"), _extreme("amin")
