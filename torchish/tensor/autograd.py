"""Backward: walks the graph newest node first and records one vector-Jacobian product a node.

https://docs.pytorch.org/docs/stable/autograd.html
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from torchish.base import dtypes as dt
from torchish.base.errors import size_text
from torchish.engine import trace
from torchish.engine.values import Value, from_host
from torchish.tensor.graph import ADD, Accumulate, BaseNode, Node, RemovableHandle
from torchish.tensor.modes import state as modes
from torchish.tensor.tensor import Tensor, accumulator, current_node, grad_edge, wrap

__all__ = ["RemovableHandle", "backward", "grad", "walk"]


def _seed(t: Tensor, g, create_graph: bool):
    """The first cotangent of an output, as a (value, edge) pair."""
    if g is None:
        if t.numel() != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        if t.is_complex():
            raise RuntimeError(
                "grad can be computed only for real scalar outputs but got " + repr(t.dtype)
            )
        return (_ones(t._aval), None)
    if not isinstance(g, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(g).__name__}")
    if g._aval.shape != t._aval.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[0] has a shape of {g.shape} and output[0] has a "
            "shape of "
            f"{t.shape}."
        )
    if g.is_complex() != t.is_complex():
        raise RuntimeError(
            "For complex Tensors, both grad_output and output are required to have the same "
            "dtype. Mismatch in dtype: "
            f"grad_output[0] has a dtype of {g.dtype} and output[0] has a dtype of {t.dtype}."
        )
    return (g._value(), grad_edge(g) if create_graph else None)


_one_cache: dict = {}


def _ones(aval) -> Value:
    v = _one_cache.get(aval)
    if v is None:
        v = from_host(np.ones(aval.shape, aval.dtype), aval.device)
        v.pinned = True
        _one_cache[aval] = v
    return v


def _as_tensor(pair) -> Tensor | None:
    if pair is None:
        return None
    t = wrap(pair[0])
    if pair[1] is not None:
        t._node, t._out = pair[1]
        if isinstance(t._node, Accumulate):
            return t._node.leaf
    return t


def _as_pair(t: Tensor | None, create_graph: bool):
    if t is None:
        return None
    return (t._value(), grad_edge(t) if create_graph else None)


def _add(a, b, create_graph: bool):
    out = trace.record(ADD, (a[0], b[0]))
    if not create_graph or (a[1] is None and b[1] is None):
        return (out[0], None)
    node = Node(
        ADD, (a[0], b[0]), (), (a[1], b[1]), "AddBackward0", out, recorded=out[0].array is None
    )
    return (out[0], (node, 0))


def walk(
    outputs: Sequence[Tensor],
    gradients: Sequence,
    *,
    retain_graph: bool,
    create_graph: bool,
    inputs: Sequence[Tensor] | None = None,
    accumulate: bool = True,
    allow_unreachable: bool = False,
) -> list:
    """Propagate cotangents. Leaves accumulate, or with `inputs` the gradients of those are
    returned as pairs."""
    cotangents: dict[BaseNode, dict] = {}

    def add(edge, pair):
        node, i = edge
        slots = cotangents.setdefault(node, {})
        slots[i] = pair if slots.get(i) is None else _add(slots[i], pair, create_graph)

    roots = []
    for n, (t, g) in enumerate(zip(outputs, gradients, strict=True)):
        edge = grad_edge(t)
        if edge is None:
            raise RuntimeError(
                f"element {n} of tensors does not require grad and does not have a grad_fn"
            )
        add(edge, _seed(t, g, create_graph))
        roots.append(edge[0])

    wanted_edges = None
    needed: set | None = None
    captured: dict[int, tuple] = {}
    if inputs is not None:
        wanted_edges = {}
        for k, t in enumerate(inputs):
            e = grad_edge(t)
            if e is None:
                raise RuntimeError("One of the differentiated Tensors does not require grad")
            wanted_edges.setdefault(e, []).append(k)
        needed = _needed(roots, {e[0] for e in wanted_edges})

    order, seen = [], set()
    for r in roots:
        if r not in seen:
            seen.add(r)
            heapq.heappush(order, (-r.seq, r))
    while order:
        _, node = heapq.heappop(order)
        slots = cotangents.pop(node, None)
        if slots is None:
            continue
        n_out = 1 if isinstance(node, Accumulate) else len(node.outs)
        cts = [slots.get(i) for i in range(n_out)]
        if node.tensor_hooks:
            _run_tensor_hooks(node, cts, create_graph)
        if node.pre_hooks:
            _run_pre_hooks(node, cts, create_graph)
        if wanted_edges is not None:
            for i, c in enumerate(cts):
                for k in wanted_edges.get((node, i), ()):
                    captured[k] = c
        if isinstance(node, Accumulate):
            if accumulate and (wanted_edges is None or (node, 0) in wanted_edges):
                _accumulate(node, cts[0], create_graph)
            continue
        if needed is not None and node not in needed:
            continue
        live = any(c is not None for c in cts)
        grads = _pull(node, cts, create_graph, needed) if live else [None] * len(node.edges)
        if not retain_graph:
            node.release()
        if node.post_hooks:
            grads = _run_post_hooks(node, grads, cts, create_graph)
        if modes.anomaly and modes.check_nan:
            _check_nan(node, grads)
        for e, g in zip(node.edges, grads, strict=True):
            if e is None:
                continue
            if g is not None:
                add(e, g)
            elif e[0] not in cotangents:
                cotangents[e[0]] = {}
            if e[0] not in seen:
                seen.add(e[0])
                heapq.heappush(order, (-e[0].seq, e[0]))
    if inputs is None:
        return []
    return [captured.get(k) for k in range(len(inputs))]


def _needed(roots, targets: set) -> set:
    """The nodes from which a target can be reached, targets' own gradients excluded."""
    order, seen, stack = [], set(roots), list(roots)
    while stack:
        n = stack.pop()
        order.append(n)
        for e in n.edges:
            if e is not None and e[0] not in seen:
                seen.add(e[0])
                stack.append(e[0])
    order.sort(key=lambda n: n.seq)
    reach: set = set()
    for n in order:
        if any(e is not None and (e[0] in reach or e[0] in targets) for e in n.edges):
            reach.add(n)
    return reach


def _pull(node, cts, create_graph: bool, needed: set | None) -> list:
    if not isinstance(node, Node):
        return node.pull_tensors(cts, create_graph)
    wanted = node.wanted()
    out: list = [None] * len(node.edges)
    for i, g in zip(wanted, node.pull(cts, wanted, create_graph), strict=True):
        out[i] = g
    return out


def _accumulate(node: Accumulate, pair, create_graph: bool) -> None:
    if pair is None:
        return
    leaf = node.leaf
    g = leaf._grad
    if g is None:
        new = _as_tensor(pair)
        if (
            new._storage is leaf._storage
            or pair[0].host
            or isinstance(pair[1] and pair[1][0], Accumulate)
        ):
            new = new.clone() if create_graph else wrap(pair[0])
        leaf._grad = new
    elif create_graph:
        leaf._grad = _as_tensor(_add(_as_pair(g, True), pair, True))
    else:
        total = trace.record(ADD, (g._value(), pair[0]))[0]
        g._set_value(total)
    if leaf._post_hooks:
        for hook in list(leaf._post_hooks.values()):
            hook(leaf)


def _run_tensor_hooks(node, cts, create_graph) -> None:
    for i, hooks in node.tensor_hooks.items():
        for hook in list(hooks.values()):
            if cts[i] is None:
                continue
            r = hook(_as_tensor(cts[i]))
            if r is not None:
                if not isinstance(r, Tensor):
                    raise TypeError(f"expected Variable, but hook returned '{type(r).__name__}'")
                cts[i] = _as_pair(r, create_graph)


def _run_pre_hooks(node, cts, create_graph) -> None:
    for hook in list(node.pre_hooks.values()):
        r = hook(tuple(_as_tensor(c) for c in cts))
        if r is not None:
            r = (r,) if isinstance(r, Tensor) else r
            cts[:] = [_as_pair(x, create_graph) for x in r]


def _run_post_hooks(node, grads, cts, create_graph) -> list:
    outs = tuple(_as_tensor(c) for c in cts)
    for hook in list(node.post_hooks.values()):
        r = hook(tuple(_as_tensor(g) for g in grads), outs)
        if r is not None:
            r = (r,) if isinstance(r, Tensor) else r
            grads = [_as_pair(x, create_graph) for x in r]
    return grads


def _check_nan(node, grads) -> None:
    for i, g in enumerate(grads):
        if g is not None and np.isnan(np.asarray(trace.look(g[0]), dtype=np.complex128)).any():
            where = getattr(node, "where", None)
            raise RuntimeError(
                f"Function '{node.name()}' returned nan values in its {i}th output."
                + (f"\nIts forward operator was called at {where}." if where else "")
            )


def backward(
    tensors,
    grad_tensors=None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables=None,
    inputs=None,
) -> None:
    """Sum the gradients of `tensors` into the leaves' `.grad` (or only into `inputs`).

    Raises RuntimeError for a non-scalar output without a gradient, an output that requires none, a
    graph walked twice.
    https://docs.pytorch.org/docs/stable/generated/torch.autograd.backward.html
    """
    tensors = (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)
    if grad_tensors is None:
        grad_tensors = grad_variables
    if grad_tensors is None or isinstance(grad_tensors, Tensor):
        grad_tensors = (grad_tensors,) * (len(tensors) if grad_tensors is None else 1)
    if len(grad_tensors) != len(tensors):
        raise RuntimeError(f"got {len(tensors)} tensors and {len(grad_tensors)} gradients")
    if inputs is not None:
        inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
        for t in inputs:
            if not t.is_leaf:
                t.retain_grad()
    if retain_graph is None:
        retain_graph = create_graph
    before = modes.grad
    modes.grad = create_graph
    try:
        pairs = walk(
            tensors,
            grad_tensors,
            retain_graph=retain_graph,
            create_graph=create_graph,
            inputs=inputs,
        )
        if inputs is not None:
            for t, p in zip(inputs, pairs, strict=True):
                if not t.is_leaf and p is not None and t._grad is None:
                    t._grad = _as_tensor(p)
    finally:
        modes.grad = before
    trace.backward_barrier()


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple:
    """The gradients of `outputs` with respect to `inputs`, without touching any `.grad`.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html
    """
    if not only_inputs:
        raise NotImplementedError("autograd.grad: only_inputs=False")
    outputs = (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)
    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    if not inputs:
        raise ValueError("grad requires non-empty inputs.")
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: "
            "allow_unused=False."
        )
    if grad_outputs is None or isinstance(grad_outputs, Tensor):
        grad_outputs = (grad_outputs,) * (len(outputs) if grad_outputs is None else 1)
    grad_outputs = tuple(grad_outputs)
    if len(grad_outputs) != len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(grad_outputs)} gradients")
    if retain_graph is None:
        retain_graph = create_graph
    if is_grads_batched:
        return _batched(
            outputs,
            inputs,
            grad_outputs,
            retain_graph,
            create_graph,
            allow_unused,
            materialize_grads,
        )
    before = modes.grad
    modes.grad = create_graph
    try:
        pairs = walk(
            outputs,
            grad_outputs,
            retain_graph=retain_graph,
            create_graph=create_graph,
            inputs=inputs,
            accumulate=False,
        )
        out = []
        for t, p in zip(inputs, pairs, strict=True):
            if p is None and not (allow_unused or materialize_grads):
                raise RuntimeError(
                    f"The differentiated Tensor at index {len(out)} appears to not have been used "
                    "in the graph. Set "
                    "allow_unused=True if this is the desired behavior."
                )
            if p is None:
                out.append(
                    wrap(from_host(np.zeros(t._aval.shape, t._aval.dtype), t.device))
                    if materialize_grads
                    else None
                )
            else:
                out.append(_as_tensor(p))
        return tuple(out)
    finally:
        modes.grad = before


def _batched(
    outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused, materialize_grads
):
    """One gradient a row of the leading dimension of `grad_outputs`, stacked."""
    n = len(next(g for g in grad_outputs if g is not None))
    rows = [
        grad(
            outputs,
            inputs,
            [None if g is None else g[i] for g in grad_outputs],
            retain_graph or i < n - 1,
            create_graph,
            True,
            allow_unused,
            False,
            materialize_grads,
        )
        for i in range(n)
    ]
    first = rows[0]
    return tuple(
        None if first[k] is None else type(first[k]).stack([r[k] for r in rows])
        for k in range(len(inputs))
    )


# --- Tensor methods
# ---------------------------------------------------------------------------------------------


def _backward(
    self: Tensor,
    gradient=None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs=None,
) -> None:
    """Gradients of this tensor into the leaves' `.grad`; see `torch.autograd.backward`."""
    backward(self, gradient, retain_graph, create_graph, inputs=inputs)


def _register_hook(self: Tensor, hook):
    """Call `hook(grad)` with this tensor's gradient each time it is computed; a returned tensor
    replaces it."""
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if not callable(hook):
        raise TypeError("hook must be callable")
    node = current_node(self)
    if node is None:
        # The leaf keeps its accumulator alive as long as it has hooks.
        node = self._hooks = accumulator(self)
    if node.tensor_hooks is None:
        node.tensor_hooks = {}
    return RemovableHandle(
        node.tensor_hooks.setdefault(self._out if node is not self._hooks else 0, {}), hook
    )


def _register_post_accumulate_grad_hook(self: Tensor, hook):
    """Call `hook(param)` after `.grad` of this leaf was accumulated."""
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if not self.is_leaf:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    if self._post_hooks is None:
        self._post_hooks = {}
    return RemovableHandle(self._post_hooks, hook)


def _retain_grad(self: Tensor) -> None:
    """Keep the gradient of this non-leaf in `.grad`."""
    if not self.requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if self.is_leaf or self._retains:
        return
    self._retains = True

    def keep(g: Tensor) -> None:
        if self._grad is None:
            self._grad = g
        else:
            self._grad = self._grad + g

    _register_hook(self, keep)


Tensor.backward = _backward
Tensor.register_hook = _register_hook
Tensor.register_post_accumulate_grad_hook = _register_post_accumulate_grad_hook
Tensor.retain_grad = _retain_grad


class _Context:
    """What a Function's forward and backward share (`ctx`)."""

    def __init__(self):
        self.saved: tuple = ()
        self.non_differentiable: tuple = ()
        self.dirty: tuple = ()
        self.materialize_grads = True
        self.needs_input_grad: tuple = ()
        self._freed = False

    def save_for_backward(self, *tensors) -> None:
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(
                    "save_for_backward can only save variables, but argument 0 is of type "
                    f"{type(t).__name__}"
                )
        self.saved = tensors

    save_for_forward = save_for_backward

    @property
    def saved_tensors(self) -> tuple:
        if self._freed:
            raise RuntimeError(
                "Trying to backward through the graph a second time (or directly access saved "
                "tensors after they have "
                "already been freed). Saved intermediate values of the graph are freed when you "
                "call .backward() or "
                "autograd.grad(). Specify retain_graph=True if you need to backward through the "
                "graph a second time or "
                "if you need to access saved tensors after calling backward."
            )
        return self.saved

    saved_variables = saved_tensors

    def mark_non_differentiable(self, *tensors) -> None:
        self.non_differentiable = tensors

    def mark_dirty(self, *tensors) -> None:
        self.dirty = tensors

    def set_materialize_grads(self, value: bool) -> None:
        self.materialize_grads = value


class FunctionNode(BaseNode):
    """The node of a user's Function."""

    __slots__ = ("cls", "ctx", "is_tensor", "outs")

    def __init__(self, cls, ctx, edges, outs, is_tensor):
        super().__init__(edges)
        self.cls, self.ctx, self.outs, self.is_tensor = cls, ctx, outs, is_tensor

    def name(self) -> str:
        return self.cls.__name__ + "Backward"

    @property
    def saved_tensors(self):
        return self.ctx.saved_tensors

    def release(self) -> None:
        if self.ctx.saved:
            self.ctx._freed, self.ctx.saved = True, ()

    def pull_tensors(self, cts, create_graph: bool) -> list:
        grads = []
        for c, aval in zip(cts, self.outs, strict=True):
            if c is None and self.ctx.materialize_grads:
                c = (from_host(np.zeros(aval.shape, aval.dtype), aval.device), None)
            grads.append(_as_tensor(c))
        out = self.cls.backward(self.ctx, *grads)
        out = out if isinstance(out, tuple) else (out,)
        n = len(self.is_tensor)
        if len(out) > n and all(o is None for o in out[n:]):
            out = out[:n]
        if len(out) != n:
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {n}, "
                f"got {len(out)})"
            )
        pairs = []
        for o, is_tensor in zip(out, self.is_tensor, strict=True):
            if not is_tensor:
                if o is not None:
                    raise RuntimeError(
                        f"function {self.name()} returned a gradient different from None at "
                        "position "
                        f"{len(pairs) + 1}, but the corresponding forward input was not a Variable"
                    )
                continue
            e = self.edges[len(pairs)]
            if o is not None and e is not None:
                aval = e[0].leaf._aval if isinstance(e[0], Accumulate) else e[0].outs[e[1]]
                if o._aval.shape != aval.shape:
                    o = _sum_to(o, aval.shape, self.name(), len(pairs))
                if o._aval.dtype != aval.dtype:
                    o = o.to(aval.torch_dtype)
            pairs.append(_as_pair(o, create_graph))
        return pairs


def _sum_to(g: Tensor, shape, name: str, i: int) -> Tensor:
    try:
        return g.sum_to_size(shape)
    except RuntimeError:
        raise RuntimeError(
            f"Function {name} returned an invalid gradient at index {i} - got "
            f"{size_text(g.shape)} but "
            f"expected shape compatible with {size_text(shape)}"
        ) from None


class Function:
    """A user's differentiable operator: static methods `forward` and `backward`, called with
    `apply`.

    Both styles of context are supported: `forward(ctx, ...)`, and `forward(...)` with
    `setup_context(ctx, inputs, output)`.
    https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
    """

    @staticmethod
    def forward(*args, **kwargs):
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function."
        )

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function "
            "to use it with backward mode AD."
        )

    vjp = backward

    @classmethod
    def apply(cls, *args, **kwargs):
        """Run `forward` and record `backward` for its tensor arguments."""
        ctx = _Context()
        backward = cls.backward if cls.backward is not Function.backward else cls.vjp
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)
        tensors = [a for a in args if isinstance(a, Tensor)]
        recording = modes.grad and any(t.requires_grad for t in tensors)
        edges = tuple(grad_edge(t) for t in tensors) if recording else ()
        setup = cls.__dict__.get("setup_context") or getattr(cls, "setup_context", None)
        before = modes.grad
        modes.grad = False
        try:
            if setup is not None:
                out = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, out)
            else:
                out = cls.forward(ctx, *args, **kwargs)
        finally:
            modes.grad = before
        outs = out if isinstance(out, tuple) else (out,)
        if not recording:
            return out
        node = FunctionNode(
            type(cls.__name__, (cls,), {"backward": staticmethod(backward)}),
            ctx,
            edges,
            tuple(o._aval for o in outs if isinstance(o, Tensor)),
            tuple(isinstance(a, Tensor) for a in args),
        )
        results, i = [], 0
        for o in outs:
            if isinstance(o, Tensor):
                plain = o._aval.torch_dtype.category < dt.FLOAT or any(
                    o is x for x in ctx.non_differentiable
                )
                if any(o is x for x in ctx.dirty):
                    o._node, o._out, o._requires_grad = node, i, False
                else:
                    if any(o is x for x in tensors):
                        o = o.view_as(o)
                    if plain:
                        o._node = None
                    else:
                        fresh = o if o._base is None else wrap(o._value())
                        fresh._node, fresh._out, fresh._requires_grad = node, i, False
                        o = fresh
                i += 1
            results.append(o)
        return tuple(results) if isinstance(out, tuple) else results[0]


def once_differentiable(f):
    """Marks a Function's backward as not differentiable itself: a second backward raises."""

    def backward(ctx, *grads):
        before = modes.grad
        modes.grad = False
        try:
            out = f(ctx, *grads)
        finally:
            modes.grad = before
        if not before or not any(isinstance(g, Tensor) and g.requires_grad for g in grads):
            return out
        return _Refuse.apply(len(grads), *grads, *(out if isinstance(out, tuple) else (out,)))

    return backward


class _Refuse(Function):
    """Passes values on, and refuses to be differentiated."""

    @staticmethod
    def forward(ctx, n, *tensors):
        out = tuple(t if t is None else wrap(t._value()) for t in tensors[n:])
        return out if len(out) > 1 else out[0]

    @staticmethod
    def backward(ctx, *grads):
        raise RuntimeError(
            "trying to differentiate twice a function that was marked with @once_differentiable"
        )
