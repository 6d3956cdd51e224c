"""What two results must have in common to count as equal. Every allowance of the exams is here.

The rule is: the same number of tensors, the same shapes, the same dtypes, and values within the
tolerance of the dtype (TOLERANCE), exactly equal for integers and bool. Where that asks for more
than PyTorch promises, one of these takes its place, for the value alone:

- **Unspecified.** What `torch.empty` and its like hold is nobody's promise: no value is compared.
- **Gauge.** Factors of a decomposition are fixed up to sign, phase, order or basis (GAUGE_FREE):
  no value is compared, and no gradient.
- **Order.** `sort`, `argsort`, `topk` and `kthvalue` leave open which of several equal elements
  comes first (ORDERING). The values must be PyTorch's; the indices must be in range, none twice in
  a row of results, and must lead to those values in the input. `stable=True` leaves nothing open,
  and there the indices must be PyTorch's.
- **Truth.** A value that differs from PyTorch's is held against the true one: PyTorch's own result
  in double precision, and in double precision the NumPy or SciPy function that the database names
  as the reference. It counts when it is within the tolerance of the truth, or no further from it
  than twice the worst of PyTorch's own values in that tensor (twice, because what two computations
  lose by rounding in different places differs by chance). The truth is asked only where it is
  recognisably the same computation (PyTorch's finite values lie within TRUSTED tolerances of it)
  and where PyTorch drew no random number.

A gradient is compared by the same rules; its truth is PyTorch's gradient in double precision.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from bridge import dtype_name, leaves, mapped

UNSPECIFIED = {
    "empty",
    "empty_like",
    "new_empty",
    "new_empty_strided",
    "empty_strided",
    "resize_",
    "resize_as_",
}
GAUGE_FREE = {
    "svd",
    "linalg.svd",
    "linalg.eig",
    "linalg.eigh",
    "qr",
    "linalg.qr",
    "geqrf",
    "svd_lowrank",
    "pca_lowrank",
    "linalg.eigvals",
    "linalg.ldl_factor",
    "linalg.ldl_factor_ex",
}
TOLERANCE = {
    "float32": (2e-4, 2e-5),
    "float64": (1e-7, 1e-8),
    "complex64": (2e-4, 2e-5),
    "complex128": (1e-7, 1e-8),
    "bfloat16": (3e-2, 3e-2),
    "float16": (5e-3, 5e-3),
}
WIDER = {
    torch.bfloat16: torch.float64,
    torch.float16: torch.float64,
    torch.float32: torch.float64,
    torch.complex64: torch.complex128,
}
TRUSTED = 100  # tolerances
ORDERING = {"sort", "argsort", "topk", "kthvalue"}


def widened(x: Any) -> Any:
    """The same arguments in double precision, dtypes that are arguments among them."""

    def wide(t: torch.Tensor) -> torch.Tensor:
        y = t.detach().to(WIDER.get(t.dtype, t.dtype), copy=True)
        return y.requires_grad_(t.requires_grad)

    def dtypes(y: Any) -> Any:
        if isinstance(y, torch.dtype):
            return WIDER.get(y, y)
        if isinstance(y, dict):
            return {key: dtypes(value) for key, value in y.items()}
        return type(y)(map(dtypes, y)) if type(y) in (list, tuple) else y

    return dtypes(mapped(wide, x))


def _tensors_differ(a: torch.Tensor, b: torch.Tensor, what: str) -> str:
    rtol, atol = TOLERANCE.get(dtype_name(b.dtype), (0, 0))
    try:
        torch.testing.assert_close(a, b, rtol=rtol, atol=atol, equal_nan=True)
    except AssertionError as error:
        return f"{what}: {error}"
    return ""


def _near_truth(a: torch.Tensor, b: torch.Tensor, truth: torch.Tensor) -> bool:
    """Whether `a` is as good a value of `truth` as PyTorch's `b`, or within the tolerance."""
    if truth.shape != b.shape or truth.is_complex() != b.is_complex():
        return False
    rtol, atol = TOLERANCE[dtype_name(b.dtype)]
    wide = torch.complex128 if b.is_complex() else torch.float64
    a, b, truth = a.to(wide), b.to(wide), truth.to(wide)
    # What overflows the narrow dtype is infinite in every right answer: only the rest is measured.
    measured = truth.isfinite()
    if not measured.any() or not torch.equal(a.isfinite(), measured):
        return False
    a, b, truth = a[measured], b[measured], truth[measured]
    allowed = atol + rtol * truth.abs()
    theirs = (b - truth).abs()
    known = theirs.isfinite()
    if (theirs[known] > TRUSTED * allowed[known]).any():
        return False
    worst = float(theirs[known].max()) if known.any() else 0.0
    return bool(((a - truth).abs() <= allowed.clamp(min=2 * worst)).all())


def _reached(source: torch.Tensor, indices: torch.Tensor, dim: int) -> torch.Tensor | None:
    """The elements that the indices lead to, or None where one is out of range or met twice."""
    if source.ndim == 0:
        return source.expand(indices.shape) if not indices.any() else None
    if indices.numel() == 0:
        return source.new_empty(indices.shape)
    if indices.min() < 0 or indices.max() >= source.shape[dim]:
        return None
    ranked = indices.sort(dim).values
    if ranked.shape[dim] > 1 and not ranked.diff(dim=dim).all():
        return None
    return source.gather(dim, indices)


def _order_differs(op: Any, call: tuple, got: list, want: list) -> str | None:
    """For ORDERING: "" when the indices are valid, what is wrong with them, or None: strict."""
    source, args, kwargs = call
    if not isinstance(source, torch.Tensor) or kwargs.get("stable"):
        return None
    source = source.detach()
    position = {"sort": 0, "argsort": 0, "topk": 1, "kthvalue": 1}[op.name]
    dim = kwargs.get("dim", args[position] if len(args) > position else -1)
    if isinstance(dim, bool):
        return None  # argsort's or sort's overload with `stable` first
    single = op.name == "kthvalue" and want[-1].ndim < source.ndim
    ours, theirs = got[-1], want[-1]
    if single:
        ours, theirs = ours.unsqueeze(dim), theirs.unsqueeze(dim)
    reached, expected = _reached(source, ours, dim), _reached(source, theirs, dim)
    if reached is None:
        return "indices out of range, or one of them twice"
    same = torch.allclose(reached, expected, rtol=0, atol=0, equal_nan=True)
    return "" if same else "the indices lead to other values than PyTorch's"


def compare(
    bridge: Any,
    got: Any,
    want: Any,
    op: Any,
    what: str,
    truth: Any = None,
    call: tuple | None = None,
) -> None:
    """Raises AssertionError with the first difference.

    `truth()`, if given, makes PyTorch's result in double precision, or gives None. `call` is the
    operator's (input, args, kwargs), which the indices of a sort are read against.
    """
    g, w = leaves(got, bridge.lib.Tensor), leaves(want, torch.Tensor)
    if not w and not g:
        _compare_plain(got, want, what)
        return
    assert len(g) == len(w), f"{what}: {len(g)} tensors instead of {len(w)}"
    strided = [(a, b) for a, b in zip(g, w) if not b.is_sparse and b.layout == torch.strided]
    for i, (a, b) in enumerate(strided):
        shape = f"{what}[{i}]: shape {tuple(a.shape)} instead of {tuple(b.shape)}"
        assert tuple(a.shape) == tuple(b.shape), shape
        dtype = f"{what}[{i}]: dtype {a.dtype} instead of {b.dtype}"
        assert dtype_name(a.dtype) == dtype_name(b.dtype), dtype
    if op.name in UNSPECIFIED | GAUGE_FREE:
        return
    plain = [
        (bridge.back(a), b.detach().resolve_conj().resolve_neg().contiguous()) for a, b in strided
    ]
    indices = None
    if op.name in ORDERING and call is not None and len(plain) == len(w):
        indices = _order_differs(op, call, [a for a, _ in plain], [b for _, b in plain])
        assert not indices, f"{what}: {indices}"
    for i, (a, b) in enumerate(plain):
        if indices == "" and i == len(plain) - 1:
            continue  # what the indices lead to has been compared
        difference = _tensors_differ(a, b, f"{what}[{i}]")
        if not difference:
            continue
        floating = b.is_floating_point() or b.is_complex()
        true = leaves(truth(), torch.Tensor) if truth is not None and floating else []
        near = len(true) == len(w) and _near_truth(a, b, true[i].detach())
        assert near, difference


def _compare_plain(got: Any, want: Any, what: str) -> None:
    """Results that are no tensors: sizes, numbers, and lists of numbers."""
    difference = f"{what}: {got} instead of {want}"
    if isinstance(want, torch.Size):
        assert tuple(got) == tuple(want), difference
    elif isinstance(want, bool | str) or want is None:
        assert got == want, difference
    elif isinstance(want, int | float | complex):
        a, b = complex(got), complex(want)
        pairs = [(a.real, b.real), (a.imag, b.imag)]
        same = [
            (math.isnan(x) and math.isnan(y)) or math.isclose(x, y, rel_tol=2e-4, abs_tol=2e-5)
            for x, y in pairs
        ]
        assert all(same), difference
    elif isinstance(want, list | tuple):
        assert len(got) == len(want), difference
        for a, b in zip(got, want):
            _compare_plain(a, b, what)
