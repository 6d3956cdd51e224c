"""What stands below the public functions: modes and classes with `__torch_dispatch__`.

Note [Dispatch]
A program that has a `TorchDispatchMode` on, or a tensor of a class with `__torch_dispatch__`, is
told of the operators of `torch.ops.aten` that its calls come to. Nothing looks for either until
there is one: the guards of Note [Overrides] ask `lower` from then on.

A call of a public function is lowered (lowering.py) to operators of `aten`, those that PyTorch
makes of others by PyTorch's own parts (decompositions.py). `call` gives one such operator to the
innermost mode, which is off meanwhile, then to the classes. Autograd stands above: what a handler
computes has no history, and its results get a node afterwards. Where the operator's gradient
is in derivatives.py, the node calls the operators of that formula, so that modes and classes see
them too. Elsewhere the node is the one that the operator itself gives, which is recorded beside and
computed only if somebody asks for gradients; a tensor without elements has none of that kind, and
its backward raises.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any

from torchish._core.tensor import Tensor, dispatch, get_rng_state, inner, set_rng_state
from torchish._core.tensor import overrides as _overrides
from torchish._core.tensor.tape.context import Context
from torchish._core.tensor.tape.function import FunctionNode
from torchish._core.tensor.tape.graph import SPENT
from torchish._core.tensor.tape.modes import state as grads
from torchish._core.tensor.tensor import alias_of, grad_edge
from torchish._ops import asking
from torchish._ops.asking import below_autograd, dispatching, invoke, without_classes, without_modes
from torchish._ops.derivatives import RULES, Given
from torchish._ops.layer_parts import PARTS
from torchish._ops.lowering import full_name, lowered
from torchish._ops.registry import Above, aten, ops

__all__ = ["call", "lower"]

# --- autograd above what is asked

_RANDOM = (
    "dropout",
    "bernoulli",
    "normal",
    "rrelu",
    "rand",
    "multinomial",
    "poisson",
    "exponential",
)


class _Derived(FunctionNode):
    """The node of an operator that was asked about."""

    __slots__ = ()


@functools.cache
def _class_of(label: str) -> type[_Derived]:
    return type(label, (_Derived,), {"__slots__": (), "__module__": "torch.autograd.function"})


def _label(op: Any) -> str:
    words = op._opname.strip("_").split("_")
    return "".join(w[:1].upper() + w[1:] for w in words) + "Backward0"


def _places(args: tuple, kwargs: dict) -> list[tuple[Any, Tensor]]:
    """The tensors among arguments, with their places: (position or name, position in a list)."""
    found: list[tuple[Any, Tensor]] = []
    for i, a in [*enumerate(args), *kwargs.items()]:
        if isinstance(a, Tensor):
            found.append(((i, None), a))
        elif isinstance(a, (list, tuple)):
            found += [((i, j), x) for j, x in enumerate(a) if isinstance(x, Tensor)]
    return found


def _differentiable(x: Any) -> bool:
    return isinstance(x, Tensor) and x._aval.differentiable


def _attach(op: Any, args: tuple, kwargs: dict, out: Any) -> Any:
    """Results with a node that goes back by the operator's rule."""
    outs = list(out) if isinstance(out, (tuple, list)) else [out]
    if not any(_differentiable(o) for o in outs):
        return out
    places = _places(args, kwargs)
    given = {id(t) for _, t in places}
    outs = [alias_of(o, type(o)) if id(o) in given and not o._hollow else o for o in outs]
    rule = RULES.get(str(op).partition(".")[2])
    ctx = Context()
    ctx.materialize_grads = False
    ctx.saved = (args, kwargs, tuple(outs))

    def backward(ctx: Context, *grads: Any) -> tuple:
        if ctx._freed:
            raise RuntimeError(SPENT)
        if rule is None:
            raise NotImplementedError(
                f"the gradient of {op} for tensors that have no elements of their own"
            )
        kept_args, kept_kwargs, kept = ctx.saved
        wanted = {place for place, t in places if t.requires_grad}
        made = rule(Given(kept_args, kept_kwargs, kept, grads, wanted))
        made = {(k if isinstance(k, tuple) else (k, None)): g for k, g in made.items()}
        return tuple(made.get(place) for place, _ in places)

    edges = tuple(grad_edge(t) for _, t in places)
    node = _class_of(_label(op))(
        backward,
        ctx,
        edges,
        [o._aval if isinstance(o, Tensor) else None for o in outs],
        [True] * len(edges),
        [not _differentiable(o) for o in outs],
    )
    for i, o in enumerate(outs):
        if _differentiable(o):
            o._node, o._out, o._no_grad_view = node, i, False
    return outs[0] if not isinstance(out, (tuple, list)) else type(out)(outs)


def _move_history(source: Any, target: Any) -> None:
    """Give what a handler returned the history of what the operator itself gives."""
    if isinstance(source, (tuple, list)):
        for s, t in zip(source, target, strict=True):
            _move_history(s, t)
    elif isinstance(source, Tensor) and isinstance(target, Tensor) and source.requires_grad:
        target._node, target._out = source._node, source._out
        target._base, target._view_version = source._base, source._view_version
        target._several, target._no_grad_view = source._several, source._no_grad_view


def _plainly(op: Any, args: tuple, kwargs: dict) -> Any:
    """The operator itself, nobody being asked."""
    with without_modes(), without_classes():
        if not any(word in op._opname for word in _RANDOM):
            return op._call(*args, **kwargs)
        before = get_rng_state()
        try:
            return op._call(*args, **kwargs)
        finally:
            set_rng_state(before)


def _inplace(op: Any, args: tuple, kwargs: dict) -> Any:
    """An operator that writes into its first argument, whose history goes on."""
    self = args[0]
    if self._hollow:
        raise NotImplementedError(f"the gradient through {op}, which writes in place")
    packet = getattr(ops.aten, op._opname.rstrip("_"))
    dispatch.check_writable(self, op._opname == "fill_")
    made = _plainly(getattr(packet, op._overloadname or "default"), args, kwargs)
    with below_autograd():
        out = invoke(op, args, kwargs, op.plainly)
    inner.follow(self, made)
    return out


def call(op: Any, args: tuple, kwargs: dict) -> Any:
    """An operator of `aten`, of which modes and classes are told."""
    tensors = [t for _, t in _places(args, kwargs)]
    recording = grads.grad and any(t.requires_grad for t in tensors) and "out" not in kwargs
    if not recording or op._opname in ("detach", "detach_"):
        with below_autograd():
            return invoke(op, args, kwargs, op.plainly)
    schema = op._schema
    if schema is not None and schema.is_mutable:
        return _inplace(op, args, kwargs)
    ruled = str(op).partition(".")[2] in RULES
    if ruled or any(t._hollow for t in tensors):
        with below_autograd():
            out = invoke(op, args, kwargs, op.plainly)
        return _attach(op, args, kwargs, out)
    made = _plainly(op, args, kwargs)
    with below_autograd():
        out = invoke(op, args, kwargs, op.plainly)
    if any(out is a for a in tensors):
        out = alias_of(out)
    _move_history(made, out)
    return out


# --- from public functions


@functools.cache
def _parts(name: str | None) -> Callable | None:
    """PyTorch's own parts of a public function; None for others."""
    if name is None:
        return None
    if name == "torch.linalg.norm":
        return _linalg_norm
    home, _, short = name.rpartition(".")
    if home.rpartition(".")[2] in ("linalg", "fft", "special", "init"):
        return None
    return PARTS.get(short)


def _linalg_norm(A: Any, ord: Any = None, dim: Any = None, keepdim: bool = False, **rest: Any):
    if ord is None or isinstance(dim, int) or A.dim() == 1:
        return PARTS["norm"](A, 2.0 if ord is None else ord, dim, keepdim)
    return aten.linalg_norm.default(A, ord, dim, keepdim, **rest)


def _property(name: str, args: tuple) -> Any:
    """`x.T` and the like, as operators; NotImplemented for a property that is none."""
    short, x = name.split(".")[-2], args[0]
    if short in ("T", "mT") and x.dim() >= 2:
        if short == "mT":
            return aten.transpose.int(x, -2, -1)
        return aten.permute.default(x, list(range(x.dim()))[::-1])
    if short == "data":
        return aten.detach.default(x)
    return NotImplemented


def _told(name: str) -> contextlib.AbstractContextManager:
    """Within it the innermost mode knows that operators are parts of a function, if it asks."""
    composite = getattr(asking.state.modes[-1], "composite", None) if asking.state.modes else None
    return contextlib.nullcontext() if composite is None else composite(f"aten::{name}")


def lower(shown: Callable, original: Callable, args: tuple, kwargs: dict) -> Any:
    """A call of a public function, while there are modes or classes that ask."""
    if not dispatching(args, kwargs):
        return original(*args, **kwargs)
    whole = getattr(asking.state.modes[-1], "lower", None) if asking.state.modes else None
    if whole is not None:  # a mode that takes public functions before they are lowered
        return whole(shown, original, args, kwargs)
    name = full_name(shown)
    if name is None:
        return original(*args, **kwargs)
    if name.endswith(".__get__"):
        made = _property(name, args)
        return original(*args, **kwargs) if made is NotImplemented else made
    parts = _parts(name)
    if parts is not None:
        with _told(name.rpartition(".")[2]):
            made = parts(*args, **kwargs)
        # Forms of a function that have no parts here are for its own to come to operators.
        return original(*args, **kwargs) if made is NotImplemented else made
    found = lowered(name, original, args, kwargs)
    if found is None:
        return original(*args, **kwargs)
    operator, overload, args, named = found
    packet = getattr(ops.aten, operator)
    if overload.endswith("|out"):
        overload = _out_overload(packet, overload.removesuffix("|out"))
    out = getattr(packet, overload)(*args, **named)
    if kwargs.get("requires_grad") is True and isinstance(out, Tensor):
        out.requires_grad_()
    return out


def _out_overload(packet: Any, overload: str) -> str:
    there = packet.overloads()
    for name in (f"{overload}_out", "out"):
        if name in there:
            return name
    raise NotImplementedError(f"{packet}: out= under __torch_dispatch__")


Above.call = staticmethod(call)
_overrides.on_watch(lower)
