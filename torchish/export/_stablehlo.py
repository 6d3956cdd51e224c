"""An exported program as StableHLO, through `jax.export`.

Note [Sizes in StableHLO]
JAX traces functions with symbols for sizes, but operators here choose among forms by comparing
sizes, which symbols do not allow. So a program with dynamic sizes is traced with several values for
them. The traces must be the same primitives up to whole numbers, each of which is an expression of
the sizes (`fit`); what comes of that is bound again, primitive by primitive, to tracers with
symbolic shapes, where JAX's own rules check every shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base import devices
from torchish._core.base.jax_internals import scan_of
from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import array_of, from_array
from torchish._core.tensor.tape.modes import no_grad
from torchish.export._capture import _envs
from torchish.export._symbolic import FakeTensor, SymInt, fit, int_oo
from torchish.export.graph_signature import InputKind
from torchish.fx.interpreter import Interpreter
from torchish.utils import _pytree as pytree

__all__ = ["as_jax", "exported"]


def as_jax(ep: Any) -> Callable[..., tuple]:
    """A program as a function of JAX arrays: `f(state, *inputs)` gives its outputs that are
    tensors. `state` has parameters, buffers and constants by name, `inputs` are the tensors."""
    specs = ep.graph_signature.input_specs
    places = [n for n in ep.graph.nodes if n.op == "placeholder"]

    def call(state: dict[str, Any], *inputs: Any) -> tuple:
        given, args = iter(inputs), []
        for s, n in zip(specs, places, strict=True):
            if s.kind is not InputKind.USER_INPUT:
                args.append(from_array(state[str(s.target)], None))
            elif isinstance(n.meta["val"], FakeTensor):
                args.append(from_array(next(given), None))
            else:
                args.append(n.meta["val"])
        with no_grad():
            out = Interpreter(ep.graph_module, graph=ep.graph).run(*args)
        leaves = pytree.tree_leaves(out)
        return tuple(array_of(o) if isinstance(o, Tensor) else jnp.asarray(o)
                     for o in leaves if isinstance(o, (Tensor, int, float, bool)))  # fmt: skip

    return call


def _state(ep: Any) -> dict[str, Any]:
    return {name: jax.ShapeDtypeStruct(tuple(t.shape), t._aval.dtype) for name, t in ep._lifted()}


def _user(ep: Any, size: Callable[[Any], Any]) -> list[Any]:
    specs = ep.graph_signature.input_specs
    places = [n for n in ep.graph.nodes if n.op == "placeholder"]
    out = []
    for s, n in zip(specs, places, strict=True):
        v = n.meta["val"]
        if s.kind is InputKind.USER_INPUT and isinstance(v, FakeTensor):
            shape = tuple(size(d) for d in v.shape)
            out.append(jax.ShapeDtypeStruct(shape, v.dtype.np))
    return out


def exported(ep: Any) -> Any:
    """The `jax.export.Exported` of a program. NotImplementedError for one whose form depends on its
    dynamic sizes."""
    f, state = as_jax(ep), _state(ep)
    if not ep.range_constraints:
        inputs = _user(ep, lambda d: d)
        return jax.export.export(jax.jit(f))(state, *inputs)
    last: NotImplementedError | None = None
    for base in (None, 24, 96):  # which form an operator takes may change at small sizes
        hints = {k: n if base is None else base for k, n in ep._hints.items()}
        inside = all(v.lower <= hints[k] <= v.upper for k, v in ep.range_constraints.items())
        if not inside:
            continue
        try:
            return _with_symbols(ep, f, state, _envs(hints, ep.range_constraints))
        except NotImplementedError as e:
            last = e
    assert last is not None
    raise last


def _with_symbols(ep: Any, f: Callable, state: dict[str, Any], envs: list[dict[str, int]]) -> Any:
    """A program with symbols for its dynamic sizes, from traces with these values for them."""
    traces = []
    for env in envs:
        inputs = _user(ep, lambda d, e=env: d.node.expr.value(e) if isinstance(d, SymInt) else d)
        with devices.open_sizes():
            traces.append(jax.make_jaxpr(f)(state, *inputs))
    constraints = []
    for name, (low, high) in ep.range_constraints.items():
        constraints.append(f"{name} >= {max(int(low), 1)}")
        if high != int_oo:
            constraints.append(f"{name} <= {int(high)}")
    names = list(ep._hints)
    dims = jax.export.symbolic_shape(", ".join(names), constraints=constraints)
    sizes = dict(zip(names, dims, strict=True))
    replay = _Replay(envs, sizes)

    def g(state: dict[str, Any], *inputs: Any) -> tuple:
        flat = jax.tree.leaves((state, inputs))
        return tuple(replay([t.jaxpr for t in traces], [t.consts for t in traces], flat))

    inputs = _user(ep, lambda d: d.node.expr.value(sizes) if isinstance(d, SymInt) else d)
    return jax.export.export(jax.jit(g))(state, *inputs)


_CALLS = ("jaxpr", "call_jaxpr", "fun_jaxpr")


class _Replay:
    """Binds the equations of several traces that differ by sizes, with symbols for those."""

    def __init__(self, envs: list[dict[str, int]], sizes: dict[str, Any]):
        self.envs, self.sizes = envs, sizes

    def number(self, xs: Sequence[int]) -> Any:
        found = fit([int(x) for x in xs], self.envs)
        if found is None:
            raise NotImplementedError(
                f"torch.export: {list(xs)} is no expression of the sizes {self.envs}"
            )
        return found.value(self.sizes)

    def merged(self, xs: Sequence[Any]) -> Any:
        x = xs[0]
        if type(x) is int:
            return x if all(y == x for y in xs) else self.number(xs)
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*[self.merged(ys) for ys in zip(*xs, strict=True)])
        if isinstance(x, (list, tuple)):
            return type(x)(self.merged(ys) for ys in zip(*xs, strict=True))
        return x

    def constant(self, xs: Sequence[Any]) -> Any:
        arrays = [np.asarray(x) for x in xs]
        first = arrays[0]
        if all(a.shape == first.shape and a.tobytes() == first.tobytes() for a in arrays):
            return xs[0]
        fill = first.ravel()[:1]
        if first.size and all(a.size and (a == fill).all() for a in arrays):
            return jnp.full(self.merged([a.shape for a in arrays]), fill[0], first.dtype)
        if not first.shape and all(float(a).is_integer() for a in arrays):
            return jnp.asarray(self.number([int(a) for a in arrays]), first.dtype)
        raise NotImplementedError("torch.export: a constant array that depends on dynamic sizes")

    def __call__(self, jaxprs: Sequence[Any], consts: Sequence[Sequence], args: Sequence) -> list:
        first = jaxprs[0]
        held: dict[Any, Any] = {}
        for v, *values in zip(first.constvars, *consts, strict=True):
            held[v] = self.constant(values)
        held |= dict(zip(first.invars, args, strict=True))
        if any(len(j.eqns) != len(first.eqns) for j in jaxprs):
            raise NotImplementedError("torch.export: a form that depends on dynamic sizes")

        def read(vs: Sequence[Any]) -> Any:
            return self.constant([v.val for v in vs]) if hasattr(vs[0], "val") else held[vs[0]]

        for eqns in zip(*[j.eqns for j in jaxprs], strict=True):
            eqn = eqns[0]
            if any(e.primitive is not eqn.primitive for e in eqns):
                raise NotImplementedError(
                    f"torch.export: {eqn.primitive} where the form depends on dynamic sizes"
                )
            ins = [read(vs) for vs in zip(*[e.invars for e in eqns], strict=True)]
            outs = self.bind(eqn.primitive, [e.params for e in eqns], ins)
            held |= dict(zip(eqn.outvars, outs, strict=True))
        return [read(vs) for vs in zip(*[j.outvars for j in jaxprs], strict=True)]

    def inner(self, closed: Sequence[Any]) -> Callable[..., list]:
        jaxprs = [getattr(c, "jaxpr", c) for c in closed]
        consts = [getattr(c, "consts", ()) for c in closed]
        return lambda *args: self(jaxprs, consts, args)

    def bind(self, primitive: Any, params: list[dict[str, Any]], ins: list) -> Sequence[Any]:
        p = params[0]
        name = primitive.name
        if name == "scan":
            scans = [scan_of(q, len(ins)) for q in params]
            body = self.inner([q.body for q in scans])
            c, n = scans[0].constants, scans[0].carry
            fixed = ins[:c]

            def step(carry: Any, x: Any) -> Any:
                out = body(*fixed, *carry, *x)
                return tuple(out[:n]), tuple(out[n:])

            carry, ys = lax.scan(
                step, tuple(ins[c : c + n]), tuple(ins[c + n :]),
                self.merged([q.length for q in scans]), scans[0].reverse, p["unroll"],
            )  # fmt: skip
            return [*carry, *ys]
        if name == "while":
            c, b = p["cond_nconsts"], p["body_nconsts"]
            test = self.inner([q["cond_jaxpr"] for q in params])
            body = self.inner([q["body_jaxpr"] for q in params])
            return lax.while_loop(
                lambda s: test(*ins[:c], *s)[0],
                lambda s: tuple(body(*ins[c : c + b], *s)),
                tuple(ins[c + b :]),
            )
        if name == "cond":
            branches = [
                self.inner(list(bs)) for bs in zip(*[q["branches"] for q in params], strict=True)
            ]
            return lax.switch(ins[0], branches, *ins[1:])
        for key in _CALLS:
            if key in p and hasattr(getattr(p[key], "jaxpr", p[key]), "eqns"):
                return self.inner([q[key] for q in params])(*ins)
        if any(hasattr(x, "eqns") or hasattr(x, "jaxpr") for x in p.values()):
            if name not in ("reduce", "reduce_window", "scatter", "scatter-add", "scatter_add"):
                raise NotImplementedError(f"torch.export: {name} with dynamic sizes")
        merged = {k: self.merged([q[k] for q in params]) for k in p}
        out = primitive.bind(*ins, **merged)
        return out if primitive.multiple_results else [out]
