"""A module and example inputs, as one graph. See Note [Capture].

Where sizes are dynamic, the module is run with several values for them, and the lists of operators
are made one: they must be the same up to whole numbers, and each of those an expression of the
sizes (`fit`), which the values that were not used to find it have to confirm.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import array_of, from_array
from torchish._core.tensor.tape.modes import no_grad
from torchish.export._errors import ConstraintViolationError, GuardOnDataDependentSymNode, UserError
from torchish.export._recorder import Line, Recorder, violated
from torchish.export._symbolic import Expr, ValueRanges, fit, name_of_symbol, number, symbol
from torchish.export.dynamic_shapes import Dim, _DimHintType, combined, sizes_of
from torchish.interop.jax import rng
from torchish.nn.modules.module import Module
from torchish.nn.modules.module import register_module_forward_hook as _after
from torchish.nn.modules.module import register_module_forward_pre_hook as _before
from torchish.nn.utils.stateless import _reparametrize_module
from torchish.utils import _pytree as pytree

__all__ = ["Captured", "argument_names", "capture"]

_STEPS = (0, 1, 3, 7, 12, 18, 26, 35, 47, 58)  # from the example's size to the others


class Captured(NamedTuple):
    """The list of a module's operators, its constants, its outputs, and its sizes."""

    lines: list[Line]
    constants: list[Tensor]
    outputs: list[Any]
    out_spec: Any
    symbols: dict[str, ValueRanges]
    hints: dict[str, int]
    sources: dict[str, tuple[int, int]]  # where a symbol's own size is: tensor input, dimension
    shapes: list[tuple]  # of the tensor inputs: ints and expressions


class _World(NamedTuple):
    recorder: Recorder
    outputs: Any


def _struct(t: Tensor, shape: Sequence[int] | None = None) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(tuple(t.shape if shape is None else shape), t._aval.dtype)


def _run(module: Module, inputs: tuple, state: dict[str, Tensor], shapes: list[tuple]) -> _World:
    """One run with inputs of these shapes, on tracers."""
    recorder = Recorder()
    leaves, spec = pytree.tree_flatten(inputs)
    names = {id(m): n for n, m in module.named_modules()}
    result: list[Any] = []
    own = [i for i, x in enumerate(leaves) if isinstance(x, Tensor)]

    def entering(m: Module, args: Any) -> None:
        recorder.modules.append((names.get(id(m), ""), type(m)))

    def leaving(m: Module, args: Any, out: Any) -> None:
        recorder.modules.pop()

    def traced(*arrays: Any) -> list:
        tensors = [from_array(a, None) for a in arrays]
        for n, t in enumerate(tensors):
            recorder.enter_input(n, t)
        held = dict(zip(state, tensors, strict=False))
        given = list(leaves)
        for i, t in zip(own, tensors[len(state) :], strict=True):
            given[i] = t
        args, kwargs = pytree.tree_unflatten(given, spec)
        with contextlib.ExitStack() as stack:
            stack.enter_context(no_grad())
            stack.enter_context(rng(jax.random.key(0)))
            stack.enter_context(_reparametrize_module(module, held, tie_weights=True))
            hooks = [_before(entering), _after(leaving)]
            stack.callback(lambda: [h.remove() for h in hooks])
            stack.enter_context(recorder.layers())
            stack.enter_context(recorder)
            out = module(*args, **kwargs)
        flat, out_spec = pytree.tree_flatten(out)
        encoded = [recorder.ref(o, "forward") if isinstance(o, Tensor) else o for o in flat]
        result.append((encoded, out_spec))
        return []

    structs = [_struct(t) for t in state.values()]
    structs += [_struct(leaves[i], s) for i, s in zip(own, shapes, strict=True)]
    jax.eval_shape(traced, *structs)
    return _World(recorder, result[0])


# --- sizes


class _Plan(NamedTuple):
    """Expressions for the inputs' sizes, ranges of the symbols, and the values to run with."""

    shapes: list[tuple]
    symbols: dict[str, ValueRanges]
    shown: dict[str, str]
    envs: list[dict[str, int]]
    sources: dict[str, tuple[int, int]]


def _plan(sized: list[tuple], first: int, hints: str) -> _Plan:
    """Symbols for the dynamic sizes; `hints` says what becomes of `Dim.AUTO`: a symbol for each
    ("each"), one for all that are equal ("equal"), or none ("none")."""
    symbols: dict[str, ValueRanges] = {}
    shown: dict[str, str] = {}
    sources: dict[str, tuple[int, int]] = {}
    example: dict[str, int] = {}
    of_dim: dict[Any, str] = {}

    def new(source: str, i: int, d: int, value: int, label: str, low: int, high: Any) -> str:
        s = name_of_symbol(source, list(symbols))
        symbols[s], shown[s], example[s] = ValueRanges(low, high), label, value
        sources[s] = (first + i, d)
        return s

    shapes = []
    later = []
    for i, (t, source, dims) in enumerate(sized):
        shape: list[Any] = list(t.shape)
        for d, what in dims.items():
            at, n = f"{source}.size()[{d}]", t.shape[d]
            if isinstance(what, Dim):
                if not what.min <= n <= what.max:
                    top = "int_oo" if what.max == float("inf") else what.max
                    raise ConstraintViolationError(f"{n} not in range [{what.min}, {top}]")
                if what.root is not what:
                    later.append((i, d, what, n))
                    continue
                key = what.__name__
                if key not in of_dim:
                    of_dim[key] = new(at, i, d, n, key, int(what.min), what.max)
                elif example[of_dim[key]] != n:
                    raise ConstraintViolationError(
                        f"Constraints violated ({key})! {at} = {n} is not equal to "
                        f"{example[of_dim[key]]}"
                    )
                shape[d] = symbol(of_dim[key])
                continue
            auto = what.type is _DimHintType.AUTO
            if auto and (hints == "none" or n < 2 or (hints == "first" and d)):
                continue
            key = ("hint", n) if hints in ("equal", "first") else ("hint", i, d)
            low, high = what.min or 2, what.max or float("inf")
            if key not in of_dim:
                of_dim[key] = new(at, i, d, n, at, low, high)
            shape[d] = symbol(of_dim[key])
        shapes.append(shape)
    for i, d, what, n in later:
        key = what.root.__name__
        root, rest = divmod(n - what.c, what.k)
        if rest or (key in of_dim and example[of_dim[key]] != root):
            raise ConstraintViolationError(f"Constraints violated ({what})! {n} is not {what}")
        if key not in of_dim:
            raise NotImplementedError(f"torch.export: {what} where no size is {key} itself")
        out = (
            Expr("mul", (number(what.k), symbol(of_dim[key])))
            if what.k != 1
            else symbol(of_dim[key])
        )
        shapes[i][d] = Expr("add", (out, number(what.c))) if what.c else out
    return _Plan([tuple(s) for s in shapes], symbols, shown, _envs(example, symbols), sources)


def _envs(example: dict[str, int], symbols: dict[str, ValueRanges]) -> list[dict[str, int]]:
    if not example:
        return [{}]
    out = [dict(example)]
    for j in range(2 + len(example)):
        env = {}
        for k, (s, n) in enumerate(example.items()):
            step = _STEPS[(j + 1 + 2 * k) % len(_STEPS)] + (k if j else 0)
            value = max(n, 2) + step
            low, high = symbols[s]
            if value > high:
                value = max(int(low), 1, n - step) if n - step >= max(low, 1) else n
            env[s] = max(value, int(low))
        if env not in out:
            out.append(env)
    return out


# --- one list of several


class _Merge:
    """Makes one of what differs by sizes only."""

    def __init__(self, envs: list[dict[str, int]], names: str):
        self.envs, self.names = envs, names

    def specialized(self, why: str) -> UserError:
        return violated(self.names, why)

    def __call__(self, xs: list[Any], where: str) -> Any:
        x = xs[0]
        if all(type(y) is not type(x) for y in xs[1:]) and len(xs) > 1:
            raise self.specialized(f"{where} is not the same for other sizes")
        if type(x) is int:
            found = fit(xs, self.envs)
            if found is None:
                raise self.specialized(f"{where} is {xs} for sizes {self.envs}")
            return x if found.kind == "int" else found
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*[self(list(ys), where) for ys in zip(*xs, strict=True)])
        if isinstance(x, (list, tuple)):
            if any(len(y) != len(x) for y in xs):
                raise self.specialized(f"{where} has other lengths for other sizes")
            return type(x)(self(list(ys), where) for ys in zip(*xs, strict=True))
        if isinstance(x, dict):
            return {k: self([y[k] for y in xs], where) for k in x}
        if any(y != x for y in xs[1:] if not (x != x and y != y)):
            raise self.specialized(f"{where} is {xs}: it depends on the sizes")
        return x

    def shown(self, xs: list[Any]) -> Any:
        """What results are like; a size that is no expression is that of the example."""
        x = xs[0]
        if type(x) is int:
            found = fit(xs, self.envs)
            return x if found is None or found.kind == "int" else found
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*[self.shown(list(ys)) for ys in zip(*xs, strict=True)])
        if isinstance(x, (list, tuple)):
            return type(x)(self.shown(list(ys)) for ys in zip(*xs, strict=True))
        return x


def _same_constant(a: Tensor, b: Tensor) -> bool:
    x, y = np.asarray(array_of(a)), np.asarray(array_of(b))
    return x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes()


def _merged(worlds: list[_World], plan: _Plan) -> Captured:
    names = ", ".join(plan.shown.values())
    merge = _Merge(plan.envs, names)
    lists = [w.recorder.lines for w in worlds]
    for n, lines in enumerate(zip(*lists, strict=False)):
        if any(x.target is not lines[0].target for x in lines):
            at = lines[0].place
            raise merge.specialized(
                f"You marked {names} as dynamic but your code specialized it to be a constant "
                f"({', '.join(str(v) for v in plan.envs[0].values())})"
                + (f", at operator {n}:\n  {at.text()}" if at else "")
            )
    if any(len(x) != len(lists[0]) for x in lists):
        raise merge.specialized(
            f"You marked {names} as dynamic but your code specialized it to be a constant"
        )
    made = []
    for lines in zip(*lists, strict=True):
        first: Line = lines[0]
        what = f"an argument of {first.target}"
        args = merge([x.args for x in lines], what)
        kwargs = merge([x.kwargs for x in lines], what)
        made.append(
            first._replace(
                args=args, kwargs=kwargs, results=merge.shown([x.results for x in lines])
            )
        )
    constants = worlds[0].recorder.constants
    for w in worlds[1:]:
        theirs = w.recorder.constants
        pairs = zip(constants, theirs, strict=False)
        if len(theirs) != len(constants) or not all(
            a is b or _same_constant(a, b) for a, b in pairs
        ):
            raise merge.specialized("a tensor that is made of the sizes' numbers")
    outputs = merge([w.outputs[0] for w in worlds], "an output")
    return Captured(
        made, constants, outputs, worlds[0].outputs[1], plan.symbols, plan.envs[0], plan.sources,
        plan.shapes,
    )  # fmt: skip


def _attempt(module: Module, inputs: tuple, state: dict[str, Tensor], plan: _Plan) -> Captured:
    worlds = []
    for env in plan.envs:
        shapes = [tuple(n.value(env) if isinstance(n, Expr) else n for n in s) for s in plan.shapes]
        try:
            worlds.append(_run(module, inputs, state, shapes))
        except GuardOnDataDependentSymNode:
            raise
        except (RuntimeError, ValueError, IndexError, TypeError) as e:
            if not worlds:
                raise
            raise violated(
                ", ".join(plan.shown.values()),
                f"You marked {', '.join(plan.shown.values())} as dynamic but your code specialized "
                f"it to be a constant ({', '.join(map(str, plan.envs[0].values()))}): for {env} it "
                f"raises {type(e).__name__}: {e}",
            ) from e
    return _merged(worlds, plan)


def capture(
    module: Module,
    args: tuple,
    kwargs: dict[str, Any],
    dynamic_shapes: Any,
    state: dict[str, Tensor],
) -> Captured:
    """The operators of a call. UserError for dynamic sizes that the program does not have,
    GuardOnDataDependentSymNode for a branch on a tensor's elements."""
    given = combined(module, args, kwargs)
    sized = sizes_of(given, dynamic_shapes)
    order = {id(t): i for i, t in enumerate(
        x for x in pytree.tree_leaves((args, kwargs)) if isinstance(x, Tensor))}  # fmt: skip
    sized.sort(key=lambda s: order[id(s[0])])
    hinted = any(not isinstance(d, Dim) for _, _, dims in sized for d in dims.values())
    ways = ("each", "equal", "first", "none") if hinted else ("none",)
    for i, way in enumerate(ways):
        try:
            return _attempt(module, (args, kwargs), state, _plan(sized, len(state), way))
        except UserError:
            if i == len(ways) - 1:
                raise  # no way is left
    raise AssertionError


def argument_names(module: Module, args: tuple, kwargs: dict[str, Any]) -> list[str]:
    """A name for each leaf of the inputs, as placeholders have them."""
    parameters = list(inspect.signature(module.forward).parameters.values())
    names = []
    for i in range(len(args)):
        p = parameters[min(i, len(parameters) - 1)]
        if p.kind is inspect.Parameter.VAR_POSITIONAL:
            names.append(f"{p.name}_{i - parameters.index(p)}")
        else:
            names.append(p.name)
    out = []
    for name, x in [*zip(names, args, strict=True), *kwargs.items()]:
        paths = pytree.tree_flatten_with_path(x)[0]
        for path, _ in paths:
            tail = "".join(
                f"_{getattr(k, 'key', getattr(k, 'idx', getattr(k, 'name', '')))}" for k in path
            )
            out.append(name + tail)
    return out
