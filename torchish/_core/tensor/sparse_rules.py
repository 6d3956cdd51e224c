"""What operators do with sparse tensors: a rule of their own by name, or a refusal.

Note [Sparse operands]
A sparse tensor has no storage, and asking it for one raises SparseOperand. So recording an operator
on dense tensors pays nothing for sparse ones: the choke point catches the exception and calls the
operator's rule, entered by the packages above, with the arguments in the order of its parameters.
An operator without a rule refuses by name; none reads memory that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import layouts
from torchish._core.ops.table import Op

RULES: dict[str, Callable] = {}
MERGING: set[str] = set()  # operators that sum what is at one place before they are applied
LAYOUTS = (
    layouts.sparse_coo,
    layouts.sparse_csr,
    layouts.sparse_csc,
    layouts.sparse_bsr,
    layouts.sparse_bsc,
)
KINDS = {
    layouts.strided: "Strided",
    layouts.sparse_coo: "Sparse",
    layouts.sparse_csr: "SparseCsr",
    layouts.sparse_csc: "SparseCsc",
    layouts.sparse_bsr: "SparseBsr",
    layouts.sparse_bsc: "SparseBsc",
}
_BACKENDS = {"sparse_coo": "SparseCPU"}


def rule(*names: str):
    """Enter a function as what operators do with sparse arguments."""

    def enter(f: Callable) -> Callable:
        RULES.update(dict.fromkeys(names, f))
        return f

    return enter


def refusal(name: str, layout=None) -> NotImplementedError:
    """The error of an operator without a form for a layout."""
    kind = getattr(layout, "name", "sparse_coo")
    backend = "CPU" if kind == "strided" else _BACKENDS.get(kind, "SparseCsrCPU")
    return NotImplementedError(
        f"Could not run 'aten::{name}' with arguments from the '{backend}' backend: the operator "
        f"has no form for tensors of layout torch.{kind}."
    )


def call(op: Op, args: Sequence) -> Any:
    """The result of an operator of which an argument is sparse."""
    f = RULES.get(op.name)
    if f is None:
        raise refusal(op.short, _layout(args))
    return f(*args)


def call_inplace(op: Op, self: Any, args: Sequence) -> Any:
    """What is to stand in the place of `self`, or of another argument that is sparse."""
    if op.name in MERGING and self.layout is layouts.sparse_coo and not self._coalesced:
        raise RuntimeError(f"{op.short}_ requires coalesced input")
    if op.name == "abs" and self.is_complex():
        raise RuntimeError("In-place abs is not supported for complex tensors.")
    if op.name not in RULES or op.name == "pow":
        raise refusal(op.short + "_", _layout(args) or self.layout)
    return RULES[op.name](*args)


def unfilled(name: str, value, like, layout, *options) -> Any:
    """A sparse tensor of the sizes of another one, filled with zeros; other values only a
    compressed tensor has, at the places of the other one."""
    shape = like._aval.shape
    if like._sparse and like.layout is not layouts.sparse_coo:
        if not isinstance(layout, layouts.layout) or layout in (layouts.strided, LAYOUTS[0]):
            raise RuntimeError(
                "empty_like with different sparse layout is not supported (self is "
                f"{KINDS[like.layout]} but you requested {KINDS.get(layout, layout)})"
            )
        if value != 0:
            return RULES["_filled_like"](like, value, layout, *options)
        return RULES["_empty"](shape, layout, *options, like=like)
    if value != 0 or layout not in LAYOUTS:
        raise refusal(name, layout)
    if layout is layouts.sparse_coo:
        if like._sparse:
            n = like.dim() - like.dense_dim()
            return RULES["_empty"](shape, layout, *options, sparse_dim=n)
        if name == "empty_like":
            raise refusal("empty_strided", layout)
    return RULES["_empty"](shape, layout, *options)


def _layout(args: Sequence):
    for a in args:
        for x in a if isinstance(a, (list, tuple)) else (a,):
            if getattr(x, "_sparse", False):
                return x.layout
    return None
