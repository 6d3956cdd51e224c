"""What a tensor object holds."""

from __future__ import annotations

from typing import Any

from torchish._core.engine.values import Aval, Value
from torchish._core.ops import views
from torchish._core.tensor.storage import Storage


class View:
    """How a tensor reads its storage: a chain of lens steps, and the integers that travel as
    data."""

    __slots__ = ("ats", "chain")

    def __init__(self, chain: views.Chain, ats: tuple[int, ...]):
        self.chain, self.ats = chain, ats

    def then(self, steps: views.Chain, ats: tuple[int, ...]) -> View:
        return View((*self.chain, *steps), (*self.ats, *ats))

    def after(self, base: View | None) -> View:
        """The part of this view that comes after `base`, one of its beginnings."""
        if base is None:
            return self
        return View(self.chain[len(base.chain) :], self.ats[len(base.ats) :])


class State:
    """What a tensor is made of. These are slots, so that an instance's `__dict__` holds what users
    set and nothing else, as in PyTorch; `blank` gives them their first values."""

    __slots__ = (
        "_accumulator",
        "_aval",
        "_base",
        "_cached",
        "_cached_version",
        "_dual",
        "_face",
        "_grad",
        "_grad_dtype",
        "_hooks",
        "_inference",
        "_no_grad_view",
        "_node",
        "_offset",
        "_out",
        "_pending",
        "_post_hooks",
        "_quiet",
        "_requires_grad",
        "_retains",
        "_several",
        "_storage",
        "_strides",
        "_view",
        "_view_version",
    )

    def __dir__(self) -> list[str]:
        return [n for n in super().__dir__() if n not in _HIDDEN]

    _storage: Storage
    _aval: Aval
    _view: View | None
    _strides: tuple[int, ...] | None  # None: contiguous
    _offset: int
    _cached: Value | None
    _cached_version: int
    _face: Any  # the UntypedStorage of its memory, once somebody has asked; else not set
    _dual: Any  # None outside of a dual level; see Note [Dual tensors] in duals.py
    _requires_grad: bool
    _node: Any
    _out: int
    _grad: Any
    _grad_dtype: tuple  # (dtype or None,) where a program chose it, else None
    _base: Any
    _view_version: int
    _hooks: Any
    _accumulator: Any
    _post_hooks: Any
    _retains: bool
    _no_grad_view: int  # True, or IN_INFERENCE for one made in inference mode
    # Of a view made together with others, or a view of it: its number plus one; of one that a
    # Function returned: -1.
    _several: int
    _inference: bool
    _pending: int  # what PyTorch leaves to be done: 1 a conjugate, 2 a sign; see `methods.conj`
    _quiet: bool  # `.data`, or a view of it: its writes are not counted


# PyTorch has the others too, and lists them.
_HIDDEN = frozenset(State.__slots__) - {"_base", "_grad"}
