"""Making a view: a tensor one step, or several, further from its storage.

Note [Making views]
A function of views checks a program's arguments, and then makes its lens (Note [Lenses]) and calls
`make_view`. Sizes, strides, offset and dtype follow from the lens, which stands directly above the
functions that make it.
"""

from __future__ import annotations

import functools

from torchish._core.engine import trace
from torchish._core.engine.values import Aval, aval_of
from torchish._core.ops import views as lenses
from torchish._core.tensor.tape.duals import now, root_of
from torchish._core.tensor.tape.graph import Node
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, View, blank, grad_edge, tracked
from torchish._core.tensor.views.errors import IN_INFERENCE

__all__ = ["like", "make_chain", "make_view"]


def make_view(t: Tensor, lens: lenses.Lens, name: str, at: int | None = None) -> Tensor:
    """A view of `t` through a lens, `at` being the integer that it takes as data; `name` is what
    autograd calls the function."""
    a = t._aval
    if at is None and not t._offset:
        aval, strides, offset = _static(lens, a, t._strides or a.strides)
        return make_chain(t, (lens,), (), aval, strides, offset, name)
    aval, strides, offset = _seen(lens, a, t._strides or a.strides, t._offset, at)
    return make_chain(t, (lens,), () if at is None else (at,), aval, strides, offset, name)


def _seen(lens: lenses.Lens, a: Aval, strides: tuple, offset: int, at: int | None) -> tuple:
    """Aval, strides and offset of a view."""
    shape, strides, offset = lens.layout(a, strides, offset, at)
    dtype = lens.dtype(a.dtype) if lens.recasts else a.dtype
    return aval_of(shape, dtype, a.device), strides, offset


# Equal tuples may be lenses of two kinds, which differ by their layout alone.
@functools.lru_cache(4096, typed=True)
def _static(lens: lenses.Lens, a: Aval, strides: tuple) -> tuple:
    """`_seen` of a view of all from the beginning of memory, which programs make again and
    again."""
    return _seen(lens, a, strides, 0, None)


def make_chain(
    t: Tensor,
    steps: lenses.Chain,
    ats: tuple[int, ...],
    aval: Aval,
    strides,
    offset: int,
    name: str,
) -> Tensor:
    """A view of `t` some lens steps further."""
    v = blank()
    v._storage = s = t._storage
    view = t._view
    v._view = View(steps, ats) if view is None else view.then(steps, ats)
    v._aval = aval
    if strides != aval.strides:
        v._strides = tuple(strides)
    v._offset = offset
    if t._inference:
        v._inference = True
        return v
    v._base = t if t._base is None else t._base
    v._view_version = s.writes
    if t._quiet:
        v._quiet = True
    if t._pending:  # longer chains are of indices, which keep it
        v._pending = steps[0].pending(t._pending)
    if modes.grad:
        edge = grad_edge(t)
        if t._base is not None:
            v._several, v._no_grad_view = max(-1, min(t._several, 1)), t._no_grad_view
        if edge is not None or (t._base is not None and tracked(t)):
            call = lenses.get_call(steps)
            value = t._value()
            if not s.shared:
                # Read now, so that forward and backward of the view fall into one recording.
                out = trace.record(call, (value,), ats)[0]
                v._cached, v._cached_version = out, s.version
                outs = (out,)
            else:
                outs = ()
            label = f"{name[:-1]}Backward{name[-1]}" if name[-1].isdigit() else f"{name}Backward0"
            v._node = Node(call, (value,), ats, (edge,), label, outs)
            v._node.outs = (aval,)
    else:
        v._no_grad_view = IN_INFERENCE if modes.inference else True
    if now.level is not None:
        now.level.dual(v, None, root_of(t))
    return v


def like(t: Tensor, shape: tuple[int, ...]) -> Aval:
    a = t._aval
    return aval_of(shape, a.dtype, a.device)
