"""Legacy constructors: `torch.sparse.FloatTensor(indices, values, size)` and its kin."""

from __future__ import annotations

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Size, Tensor
from torchish.sparse.creation import sparse_coo_tensor

_NAMES = ["BFloat16", "Byte", "Char", "Double", "Float", "Half", "Int", "Long", "Short"]


class _SparseMeta(type):
    def __instancecheck__(cls, t) -> bool:
        return isinstance(t, Tensor) and t.is_sparse and t.dtype is cls._legacy_dtype

    def __call__(cls, *args, device=None) -> Tensor:
        if not args:
            args = (Size((0,)),)
        if all(isinstance(a, int) for a in args):
            args = (Size(args),)
        return sparse_coo_tensor(*args, dtype=cls._legacy_dtype, device=device)


LEGACY = {
    f"{n}Tensor": _SparseMeta(
        f"{n}Tensor",
        (),
        {
            "_legacy_dtype": dt.LEGACY_NAMES[n],
            "__doc__": f"Legacy constructor of COO tensors of {dt.LEGACY_NAMES[n]}.",
            "__module__": "torch.sparse",
        },
    )
    for n in _NAMES
}
