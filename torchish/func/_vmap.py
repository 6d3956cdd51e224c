"""`vmap`: a function of one example, run on a batch of them.

Note [Vmap]
The function runs once, under `jax.vmap`, on tensors that hold tracers. What that gives, a jaxpr, is
recorded as one operator; arrays that the function closes over are inputs of it, so a program is
compiled once for all calls that do the same. The result's node asks for gradients by the same way:
it runs the function again, on the tape, under `vmap`. So `detach`, `no_grad` and Functions inside
mean what they say, and tensors that the function closes over get their gradients.

https://docs.pytorch.org/docs/stable/generated/torch.func.vmap.html
"""

from __future__ import annotations

import contextlib
import functools
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base.jax_internals import Tracer, eval_jaxpr, outside_jax, program_of, structure
from torchish._core.base.quiet import drop_remark
from torchish._core.tensor import cat, zeros
from torchish._core.tensor.generator import default_generator, draws
from torchish._core.tensor.inner import (
    FunctionCall,
    array_of,
    call_of,
    from_array,
    is_traced,
    kept_array,
    placeholder,
    present,
)
from torchish._core.tensor.inner import run as run_call
from torchish._core.tensor.tape.graph import SPENT, BaseNode
from torchish._core.tensor.tape.modes import enable_grad
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.walk import walk
from torchish._core.tensor.tensor import Tensor, grad_edge
from torchish.func._levels import Edge, connected, now, outer_edges, stand_in
from torchish.utils._pytree import (
    TreeSpec,
    _broadcast_to_and_flatten,
    tree_flatten,
    tree_unflatten,
)

__all__ = ["batched", "vmap"]

RANDOMNESS = ("error", "different", "same")


class _Local(threading.local):
    depth = 0
    randomness = "error"


_local = _Local()


def randomness_now() -> str:
    """How the examples of the `vmap` that runs draw their numbers."""
    return _local.randomness


# --- random numbers -----------------------------------------------------------------------------

# The methods of a generator whose first argument is the shape.
_BY_SHAPE = {
    *("rand", "uniform", "randn", "normal", "log_normal", "exponential", "cauchy", "geometric"),
    *("bernoulli", "dropout_mask", "randint", "random"),
}


def _substitute(mode: str, size: int, axis: str):
    """Draws for the examples of a batch, as the mode says."""

    def draw(generator, name: str, *args, **kwargs):
        if mode == "error":
            raise RuntimeError(
                "vmap: called random operation while in randomness error mode. Please either use "
                "the 'same' or 'different' randomness flags on vmap or perform the randomness "
                "operation out of vmap"
            )
        if any(isinstance(a, Tracer) for a in args):
            raise NotImplementedError(f"vmap: {name} with parameters that differ by example")
        method = getattr(generator, name)
        if mode == "same":
            return method(*args, **kwargs)
        if name in _BY_SHAPE:
            shape = args[0]
            shape = (shape,) if isinstance(shape, int) else tuple(shape)
            drawn = method((size, *shape), *args[1:], **kwargs)
        else:
            drawn = np.stack([np.asarray(method(*args, **kwargs)) for _ in range(size)])
        return jnp.asarray(drawn)[jax.lax.axis_index(axis)]

    return draw


@contextlib.contextmanager
def _draws_by(substitute) -> Iterator[None]:
    before = draws.on_host
    draws.on_host = before or outside_jax()
    draws.substitutes.append(substitute)
    try:
        yield
    finally:
        draws.substitutes.remove(substitute)
        draws.on_host = before


# --- one call -----------------------------------------------------------------------------------


class _Traced(NamedTuple):
    """What a run under `jax.vmap` gave."""

    jaxpr: Any
    constants: list
    outer: dict[Edge, Any]  # edges to tensors outside that require grad, with their avals


def _trace(f: Callable, tensors, mapped, size: int, randomness: str) -> _Traced:
    outer: dict[Edge, Any] = {}
    axis = f"vmap{_local.depth}"
    devices = [t._aval.device for t in tensors]

    def on_arrays(*arrays):
        ts = [from_array(a, d) for a, d in zip(arrays, devices)]
        start = now()
        outs = f(ts)
        if modes.grad:
            outer.update(outer_edges(outs, start))
        return tuple([array_of(o) for o in outs])

    axes = tuple(0 if m else None for m in mapped)
    run = jax.vmap(on_arrays, axes, axis_name=axis, axis_size=size)
    structs = [t._aval.struct() for t in tensors]
    outer_randomness = _local.randomness
    _local.depth, _local.randomness = _local.depth + 1, randomness
    try:
        with _draws_by(_substitute(randomness, size, axis)):
            closed = jax.make_jaxpr(run)(*structs)
    except (jax.errors.TracerArrayConversionError, jax.errors.ConcretizationTypeError) as e:
        raise _looked_at(e) from e
    except Exception as e:
        drop_remark(e)
        raise
    finally:
        _local.depth, _local.randomness = _local.depth - 1, outer_randomness
    return _Traced(*program_of(closed), outer)


def _looked_at(error: Exception) -> RuntimeError:
    """What PyTorch says of a function that looks at an example's values."""
    frames = {f.name for f in traceback.extract_tb(error.__traceback__)}
    if "__bool__" in frames:
        return RuntimeError(
            "vmap: It looks like you're attempting to use a Tensor in some data-dependent control "
            "flow. We don't support that yet, please file an issue at "
            "https://github.com/pytorch/pytorch/issues ."
        )
    return RuntimeError(
        "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over "
        "calling .item() on a Tensor, please try to rewrite what you're doing with other "
        "operations. If error is occurring somewhere inside PyTorch internals, please file a bug "
        "report."
    )


def _call_of(traced: _Traced, inputs: int) -> FunctionCall:
    """The recorded form of a jaxpr; the same object for jaxprs that compute the same."""
    jaxpr, n = traced.jaxpr, len(traced.constants)

    def run(*arrays):
        return tuple(eval_jaxpr(jaxpr, arrays[inputs:], *arrays[:inputs]))

    key = ("vmap", structure(jaxpr))
    return call_of(key, lambda: FunctionCall("vmap", run, inputs + n, (), False))


def batched(f: Callable, tensors: Sequence[Tensor], mapped: Sequence[bool], size: int,
            randomness: str = "error") -> list[Tensor]:  # fmt: skip
    """The tensors that `f`, from a list of tensors to one, gives for each example: stacked along a
    new first dimension. `mapped` tensors have the examples in their first dimension."""
    state = default_generator._get_state_bytes() if randomness != "error" else None
    traced = _trace(f, tensors, mapped, size, randomness)
    device = tensors[0]._aval.device
    read = [present(t) for t in tensors]
    constants = [_constant(c, device) for c in traced.constants]
    results = run_call(_call_of(traced, len(tensors)), [*read, *constants])
    edges = [grad_edge(t) for t in tensors] if modes.grad else []
    if any(e is not None for e in edges) or traced.outer:
        node = VmapBackward0(f, read, mapped, size, randomness, state, edges,
                             traced.outer, results)  # fmt: skip
        for i, t in enumerate(results):
            if t._aval.differentiable:
                t._node, t._out = node, i
    return results


def _constant(c, device) -> Tensor:
    t = from_array(c if isinstance(c, jax.Array) else jnp.asarray(c), device)
    kept_array(t)  # the tensor that it came from may hold it, too
    return t


class VmapBackward0(BaseNode):
    """The node of a batch: its gradient is the batch of the examples' gradients."""

    __slots__ = ("f", "inputs", "mapped", "outer", "outs", "randomness", "size", "state")

    def __init__(self, f, inputs, mapped, size, randomness, state, edges, outer, outs):
        super().__init__((*edges, *outer))
        self.f, self.mapped, self.size = f, list(mapped), size
        self.randomness, self.state, self.outer = randomness, state, outer
        self.inputs = inputs
        self.outs = [o._aval for o in outs]

    def release(self) -> None:
        self.f = self.inputs = None

    def pull_tensors(self, cotangents: list, build: bool) -> list:
        """Gradients, for the inputs and for what the function closes over."""
        if self.f is None:
            raise RuntimeError(SPENT)
        n = len(self.inputs)
        wanted = [i for i in range(n) if self.edges[i] is not None]
        given = [i for i, c in enumerate(cotangents) if c is not None]
        inputs = [connected(e, present(t)) for t, e in zip(self.inputs, self.edges)]
        cts = [cotangents[i] for i in given]
        f, outer = self.f, self.outer

        def one(ts: list[Tensor]) -> list[Tensor]:
            xs = list(ts[:n])
            for i in wanted:
                xs[i] = stand_in(xs[i])
            with enable_grad():
                outs = f(xs)
            targets = [xs[i] for i in wanted]
            targets += [connected(e, placeholder(aval)) for e, aval in outer.items()]
            pairs = [(outs[i], g) for i, g in zip(given, ts[n:]) if grad_edge(outs[i]) is not None]
            found = walk(
                [o for o, _ in pairs],
                [g for _, g in pairs],
                retain_graph=modes.grad,
                create_graph=modes.grad,
                inputs=targets,
                accumulate=False,
                stop=True,
            )
            return [
                zeros(t._aval.shape, dtype=t.dtype, device=t.device) if g is None else g
                for t, g in zip(targets, found)
            ]

        mapped = [*self.mapped, *[True] * len(cts)]
        before = default_generator._get_state_bytes() if self.state is not None else None
        try:
            if self.state is not None:
                default_generator._set_state_bytes(self.state)
            grads = batched(one, [*inputs, *cts], mapped, self.size, self.randomness)
        finally:
            if before is not None:
                default_generator._set_state_bytes(before)
        out: list = [None] * len(self.edges)
        for i, g in zip([*wanted, *range(n, len(self.edges))], grads):
            shared = i >= n or not self.mapped[i]
            out[i] = g.sum(0) if shared else g
        return out


# --- the public function ------------------------------------------------------------------------


def _name(func) -> str:
    if isinstance(func, functools.partial):
        return f"functools.partial({_name(func.func)}, ...)"
    return getattr(func, "__name__", repr(func))


def _inputs(func, in_dims, args, kwargs) -> tuple[list, list, TreeSpec, int]:
    """(leaves, the dimension mapped of each or None, structure, batch size), checked."""
    name = _name(func)
    head = f"vmap({name}, in_dims={in_dims}, ...)(<inputs>): "
    if not isinstance(in_dims, (int, tuple)):
        raise ValueError(
            f"{head}expected `in_dims` to be int or a (potentially nested) tuple matching the "
            f"structure of inputs, got: {type(in_dims)}."
        )
    if not args and not kwargs:
        raise ValueError(
            f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are "
            "trying to vmap over a function with no inputs. The latter is unsupported."
        )
    leaves, spec = tree_flatten(args)
    dims = _broadcast_to_and_flatten(in_dims, spec, lambda x: x is None)
    if dims is None:
        raise ValueError(
            f"{head}in_dims is not compatible with the structure of `inputs`. in_dims has "
            f"structure {tree_flatten(in_dims)[1]} but inputs has structure {spec}."
        )
    extra, kwspec = tree_flatten(kwargs)
    dims = [*dims, *[None] * len(extra)]  # keyword arguments are shared
    leaves = [*leaves, *extra]
    sizes = []
    for i, (x, d) in enumerate(zip(leaves, dims)):
        if d is None:
            continue
        if not isinstance(d, int):
            raise ValueError(
                f"{head}Got in_dim={d} for an input but in_dim must be either an integer dimension "
                "or None."
            )
        if not isinstance(x, Tensor):
            raise ValueError(
                f"{head}Got in_dim={d} for an input but the input is of type {type(x)}. We cannot "
                "vmap over non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -x.dim() <= d < x.dim():
            raise ValueError(
                f"{head}Got in_dim={d} for some input, but that input is a Tensor of "
                f"dimensionality {x.dim()} so expected in_dim to satisfy -{x.dim()} <= in_dim < "
                f"{x.dim()}."
            )
        dims[i] = d % x.dim()
        sizes.append(x.shape[d])
    if not sizes:
        raise ValueError(
            f"{head}Expected at least one input with a mapped dimension, got in_dims={in_dims}"
        )
    if len(set(sizes)) > 1:
        raise ValueError(
            "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{sizes} for the mapped dimension"
        )
    return leaves, dims, TreeSpec(tuple, None, [spec, kwspec]), sizes[0]


def _out_dims(func, out_dims, spec: TreeSpec) -> list:
    if not all(isinstance(d, int) or d is None for d in tree_flatten(out_dims)[0]):
        raise ValueError(
            f"vmap({_name(func)}, ..., out_dims={out_dims}): `out_dims` must be an int, None or a "
            "python collection of ints representing where in the outputs the vmapped dimension "
            "should appear."
        )
    if isinstance(out_dims, int) or out_dims is None:
        return [out_dims] * spec.num_leaves
    if spec.is_leaf() and isinstance(out_dims, tuple) and len(out_dims) == 1:
        return [out_dims[0]]
    dims = _broadcast_to_and_flatten(out_dims, spec, lambda x: x is None)
    if dims is None:
        raise ValueError(
            f"vmap({_name(func)}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible "
            f"with the structure of `outputs`. out_dims has structure {tree_flatten(out_dims)[1]} "
            f"but outputs has structure {spec}."
        )
    return dims


def _run(func, in_dims, out_dims, randomness: str, args, kwargs):
    leaves, dims, spec, size = _inputs(func, in_dims, args, kwargs)
    places = [i for i, x in enumerate(leaves) if isinstance(x, Tensor)]
    tensors = [leaves[i] if dims[i] in (None, 0) else leaves[i].movedim(dims[i], 0) for i in places]
    mapped = [dims[i] is not None for i in places]
    name = _name(func)
    found: dict[str, Any] = {}

    def flat(ts: list[Tensor]) -> list[Tensor]:
        again = list(leaves)
        for i, t in zip(places, ts):
            again[i] = t
        a, k = tree_unflatten(again, spec)
        outs, found["spec"] = tree_flatten(func(*a, **k))
        for o in outs:
            if not isinstance(o, Tensor):
                raise ValueError(
                    f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(o)}. "
                    "Did you mean to set out_dims= to None for output?"
                )
        found["batched"] = [is_traced(o) for o in outs]
        return outs

    results = batched(flat, tensors, mapped, size, randomness)
    where = _out_dims(func, out_dims, found["spec"])
    moved = []
    for t, d, differs in zip(results, where, found["batched"]):
        if d is None:
            if differs:
                raise ValueError(
                    f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is "
                    "None"
                )
            moved.append(t[0])
        else:
            moved.append(t if d == 0 else t.movedim(0, d))
    return tree_unflatten(moved, found["spec"])


def _in_chunks(func, in_dims, out_dims, randomness: str, args, kwargs, chunk: int):
    leaves, dims, spec, size = _inputs(func, in_dims, args, kwargs)
    if chunk >= size:
        return _run(func, in_dims, out_dims, randomness, args, kwargs)
    parts = []
    for begin in range(0, size, chunk):
        n = min(chunk, size - begin)
        cut = [x if d is None else x.narrow(d, begin, n) for x, d in zip(leaves, dims)]
        a, k = tree_unflatten(cut, spec)
        parts.append(_run(func, in_dims, out_dims, randomness, a, k))
    flats = [tree_flatten(p)[0] for p in parts]
    spec = tree_flatten(parts[0])[1]
    where = _out_dims(func, out_dims, spec)
    joined = [ts[0] if d is None else cat(list(ts), dim=d) for ts, d in zip(zip(*flats), where)]
    return tree_unflatten(joined, spec)


def vmap(
    func: Callable,
    in_dims: int | tuple = 0,
    out_dims: int | tuple | None = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable:
    """A function that runs `func`, which handles one example, on all examples at once.

    in_dims      which dimension of each input holds the examples; None: the input is shared
    out_dims     where the examples' dimension is to be in each output
    randomness   whether random operators draw "different" or the "same" numbers for each example,
                 or raise ("error")
    chunk_size   run this many examples at a time, to bound memory
    https://docs.pytorch.org/docs/stable/generated/torch.func.vmap.html
    """
    if randomness not in RANDOMNESS:
        raise RuntimeError(
            "Only allowed values for randomness are 'error', 'different', or 'same'. Got "
            f"{randomness}"
        )
    if chunk_size is not None and not chunk_size > 0:
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        if chunk_size is not None:
            return _in_chunks(func, in_dims, out_dims, randomness, args, kwargs, chunk_size)
        return _run(func, in_dims, out_dims, randomness, args, kwargs)

    return wrapped
