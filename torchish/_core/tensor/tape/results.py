"""What a Function's forward gives, as programs get it: views of inputs, marks, histories."""

from __future__ import annotations

import warnings

from torchish._core.base.frames import user_level
from torchish._core.tensor import dispatch
from torchish._core.tensor.tape.context import Context
from torchish._core.tensor.tensor import Tensor, alias_of, tracked


def inputs_as_views(ctx: Context, tensors: list, recording: bool, out):
    """The results, with views of the inputs that are among them and are not marked as dirty; of
    one without a gradient the same memory without history."""

    def seen(o):
        if not any(o is x for x in tensors) or any(o is x for x in ctx.dirty):
            return o
        without = any(o is x for x in ctx.non_differentiable)
        view = alias_of(o) if without and recording else o.view_as(o)
        if without:
            ctx.non_differentiable = (*ctx.non_differentiable, view)
        return view

    return tuple(map(seen, out)) if isinstance(out, tuple) else seen(out)


def check_written(ctx: Context, outs: tuple) -> None:
    """Refuse in-place writes that no history can follow."""
    for o in ctx.dirty:
        if any(o is x for x in ctx.non_differentiable):
            continue
        if o._requires_grad and o._node is None:
            raise RuntimeError(
                "a leaf Variable that requires grad has been used in an in-place operation."
            )
        dispatch.check_writable(o, overlapping=True)
        if o._base is not None and sum(isinstance(x, Tensor) for x in outs) > 1:
            raise RuntimeError(
                "If your Function modifies inplace an input that is a view of another Tensor, "
                "your Function cannot return more than one Tensor. This is not supported by "
                "the current autograd engine. You should either make sure the input is not a "
                "view (using .clone() for example) or make your Function only return one "
                "Tensor (potentially splitting it into two Functions: one doing the inplace "
                "that returns a single Tensor and a second one that does the other operations)."
            )


def with_history(o: Tensor, i: int, plain: bool, node, ctx: Context) -> Tensor:
    """Result number `i` of a Function, which goes back through its node unless it is `plain`."""
    dirty = any(o is x for x in ctx.dirty)
    if dirty and plain and tracked(o):
        o = alias_of(o)  # of an input, which keeps its gradient
    elif dirty and not plain:
        o._grad = None  # which was of the value before
        if o._base is None:
            o._node, o._out, o._requires_grad = node, i, False
            if o._retains:
                o._retains.move(node, i)
        else:  # of a view: its base's history goes through this node as well
            dispatch.write(o, o._value(), node, i)
    elif not dirty:
        if plain:
            o._node = None
        else:
            o._node, o._out, o._requires_grad = node, i, False
            if o._base is not None:
                o._several, o._no_grad_view = -1, False
                o._view_version = o._storage.writes
    return o


def check_dirty(dirty: tuple, args: tuple, outs: tuple) -> None:
    """Of what is marked as dirty, each is an input and an output."""
    for o in dirty:
        if any(o is a for a in args):
            if not any(o is x for x in outs):
                raise RuntimeError(
                    "Some elements marked as dirty during the forward method were not returned as "
                    "output. The inputs that are modified inplace must all be outputs of the "
                    "Function."
                )
            continue
        message = (
            "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors that "
            "have been mutated should be passed to ctx.mark_dirty()."
        )
        if o._base is not None:
            raise RuntimeError(message)
        warnings.warn(message, UserWarning, stacklevel=user_level())
