"""Backward: walks the graph newest node first and records one vector-Jacobian product a node.

https://docs.pytorch.org/docs/stable/autograd.html
"""

from __future__ import annotations

import heapq
import threading
import weakref
from collections.abc import Sequence

import numpy as np

from torchish.base import forks
from torchish.base.errors import warn_once
from torchish.engine import trace
from torchish.engine.values import Value, from_host
from torchish.ops.table import TABLE
from torchish.tensor import saved
from torchish.tensor.dispatch import apply
from torchish.tensor.gradients import (
    as_pair,
    as_tensor,
    run_post_hooks,
    run_pre_hooks,
    run_tensor_hooks,
)
from torchish.tensor.graph import ADD, Accumulate, BaseNode, Node, RemovableHandle, RetainedGrad
from torchish.tensor.modes import state as modes
from torchish.tensor.strides import keep_leaf_order
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
            f"Mismatch in shape: grad_output[0] has a shape of {g.shape} and output[0] has a shape "
            f"of {t.shape}."
        )
    if g.is_complex() != t.is_complex():
        raise RuntimeError(
            "For complex Tensors, both grad_output and output are required to have the same "
            "dtype. Mismatch in dtype: "
            f"grad_output[0] has a dtype of {g.dtype} and output[0] has a dtype of {t.dtype}."
        )
    if t._sparse:
        g = t._values_at(g)
    return (g._value(), grad_edge(g) if create_graph else None)


_one_cache: dict = {}


def _ones(aval) -> Value:
    v = _one_cache.get(aval)
    if v is None:
        v = from_host(np.ones(aval.shape, aval.dtype), aval.device)
        v.pinned = True
        _one_cache[aval] = v
    return v


def _add(a, b, create_graph: bool):
    if isinstance(a[0], Tensor) or isinstance(b[0], Tensor):
        return as_pair(_sum(as_tensor(a), as_tensor(b)), create_graph)
    out = trace.record(ADD, (a[0], b[0]))
    if not create_graph or (a[1] is None and b[1] is None):
        return (out[0], None)
    node = Node(ADD, (a[0], b[0]), (), (a[1], b[1]), "AddBackward0", out)
    return (out[0], (node, 0))


def _sum(a: Tensor, b: Tensor) -> Tensor:
    """The sum of gradients of which one or both are sparse."""
    return b + a if a._sparse and not b._sparse else a + b


def walk(
    outputs: Sequence[Tensor],
    gradients: Sequence,
    *,
    retain_graph: bool,
    create_graph: bool,
    inputs: Sequence[Tensor] | None = None,
    accumulate: bool = True,
    allow_unreachable: bool = False,
    stop: bool = False,
) -> list:
    """Propagate cotangents. Leaves accumulate, or with `inputs` the gradients of those are
    returned as pairs. With `stop` nothing flows on from an input, so that the gradients of inputs
    that depend on each other are partial ones."""
    before = modes.walk
    try:
        found = _walk(
            outputs, gradients, retain_graph, create_graph, inputs, accumulate,
            allow_unreachable, stop,
        )  # fmt: skip
        for callback in modes.walk[2]:
            callback()
        return found
    finally:
        modes.walk = before


def _walk(
    outputs, gradients, retain_graph, create_graph, inputs, accumulate, allow_unreachable, stop
) -> list:
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
    targets: set = set()
    captured: dict[int, tuple] = {}
    if inputs is not None:
        wanted_edges = {}
        for k, t in enumerate(inputs):
            e = grad_edge(t)
            if e is None:
                raise RuntimeError("One of the differentiated Tensors does not require grad")
            wanted_edges.setdefault(e, []).append(k)
        targets = {e[0] for e in wanted_edges}
        needed = _needed(roots, targets)
        if stop:
            needed -= targets
        if accumulate:  # into `.grad`: what made the inputs runs as well
            needed |= {n for n in targets if not isinstance(n, Accumulate)}

    modes.walk = roots, needed, []
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
        taken = needed is None or node in needed
        if not taken and node not in targets:
            continue
        n_out = 1 if isinstance(node, Accumulate) else len(node.outs)
        cts = [slots.get(i) for i in range(n_out)]
        if node.tensor_hooks:
            run_tensor_hooks(node, cts, create_graph)
        if node.pre_hooks and taken:
            run_pre_hooks(node, cts, create_graph)
        if wanted_edges is not None:
            for i, c in enumerate(cts):
                for k in wanted_edges.get((node, i), ()):
                    captured[k] = c
        if isinstance(node, Accumulate):
            if accumulate and (wanted_edges is None or (node, 0) in wanted_edges):
                _accumulate(node, cts[0], create_graph)
            continue
        if not taken:
            continue
        live = any(c is not None for c in cts)
        grads = _pull(node, cts, create_graph, needed) if live else [None] * len(node.edges)
        if not retain_graph:
            node.release()
        if node.post_hooks:
            grads = run_post_hooks(node, grads, cts, create_graph)
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


def reached() -> set:
    """The nodes that the backward which now runs comes to."""
    if modes.walk is None:
        return set()
    roots, needed, _ = modes.walk
    seen, stack = set(roots), list(roots)
    while stack:
        for e in stack.pop().edges:
            if e is not None and e[0] not in seen:
                seen.add(e[0])
                stack.append(e[0])
    if needed is None:
        return seen
    onward = {e[0] for n in needed for e in n.edges if e is not None}
    return seen & (needed | onward | set(roots))


def _pull(node, cts, create_graph: bool, needed: set | None) -> list:
    if not isinstance(node, Node):
        return node.pull_tensors(cts, create_graph)
    for i, c in enumerate(cts):
        if c is not None and isinstance(c[0], Tensor):
            cts[i] = as_pair(c[0].to_dense(), create_graph)
    if node.saved is not None:
        saved.verify(node)
    wanted = node.wanted()
    if not wanted:
        return [None] * len(node.edges)
    for o in modes.observers:
        o.backward(node, wanted)
    out: list = [None] * len(node.edges)
    for i, g in zip(wanted, node.pull(cts, wanted, create_graph), strict=True):
        out[i] = g
    return out


_accumulating = forks.lock(threading.RLock())  # threads may walk graphs that end in the same leaf


def _accumulate(node: Accumulate, pair, create_graph: bool) -> None:
    if pair is None:
        return
    leaf = node.leaf
    if not leaf._requires_grad:  # nor any longer
        return
    with _accumulating:
        _add_to(leaf, pair, create_graph)
    if leaf._post_hooks:
        for hook in list(leaf._post_hooks.values()):
            if hook(leaf) is not None:
                raise RuntimeError("Tensor post accumulate grad hooks should return None.")


def _add_to(leaf: Tensor, pair, create_graph: bool) -> None:
    g = leaf._grad
    if isinstance(pair[0], Tensor) or (g is not None and g._sparse):
        new = as_tensor(pair)
        if g is None:
            leaf._grad = new
        elif create_graph or (g._sparse and not new._sparse):
            leaf._grad = _sum(g, new)
        else:
            g.add_(new)
    elif g is None:
        new = as_tensor(pair)
        if (
            new._storage is leaf._storage
            or pair[0].host
            or isinstance(pair[1] and pair[1][0], Accumulate)
        ):
            new = new.clone() if create_graph else wrap(pair[0])
        if leaf._strides is not None:
            keep_leaf_order(new, leaf)
        leaf._grad = new
    elif create_graph:
        leaf._grad = as_tensor(_add(as_pair(g, True), pair, True))
    else:
        total = trace.record(ADD, (g._value(), pair[0]))[0]
        g._set_value(total)


def _check_nan(node, grads) -> None:
    for i, g in enumerate(grads):
        if g is None:
            continue
        value = g[0]._values()._value() if isinstance(g[0], Tensor) else g[0]
        if np.isnan(np.asarray(trace.look(value), dtype=np.complex128)).any():
            where = getattr(node, "where", None)
            raise RuntimeError(
                f"Function '{node.name()}' returned nan values in its {i}th output."
                + (f"\nIts forward operator was called at {where}." if where else "")
            )


def _require_tensors(given, what: str) -> None:
    for t in given:
        if not isinstance(t, Tensor):
            raise AssertionError(f"Expected {what} to be a torch.Tensor")


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
    _require_tensors(tensors, "output")
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
    if create_graph:
        warn_once(
            "Using backward() with create_graph=True will create a reference cycle between the "
            "parameter and its gradient which can cause a memory leak. We recommend using "
            "autograd.grad when creating the graph to avoid this. If you have to use this "
            "function, make sure to reset the .grad fields of your parameters to None after use "
            "to break the cycle and avoid the leak."
        )
    if retain_graph is None:
        retain_graph = create_graph
    before = modes.grad, modes.partial
    modes.grad, modes.partial = create_graph, inputs is not None
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
                    t._grad = as_tensor(p)
    finally:
        modes.grad, modes.partial = before


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
    _require_tensors(outputs, "output")
    if not inputs:
        raise ValueError("grad requires non-empty inputs.")
    for t in inputs:
        if not isinstance(t, Tensor):
            raise RuntimeError(
                f"all inputs have to be Tensors or GradientEdges, but got {type(t).__name__}"
            )
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
    before = modes.grad, modes.partial
    modes.grad, modes.partial = create_graph, True
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
                    "in the graph. Set allow_unused=True if this is the desired behavior."
                )
            if p is None:
                out.append(
                    wrap(from_host(np.zeros(t._aval.shape, t._aval.dtype), t.device))
                    if materialize_grads
                    else None
                )
            else:
                g = as_tensor(p)
                out.append(t._with_values(g) if t._sparse else g)
        return tuple(out)
    finally:
        modes.grad, modes.partial = before


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
        None if first[k] is None else apply(TABLE["stack"], ([r[k] for r in rows], 0))
        for k in range(len(inputs))
    )


# --- Tensor methods


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
    me = weakref.ref(self)

    def keep(g: Tensor) -> None:
        t = me()
        if t is not None:
            t._grad = g if t._grad is None else t._grad + g

    self._retains = RetainedGrad(current_node(self), self._out, keep)


Tensor.backward = _backward
Tensor.register_hook = _register_hook
Tensor.register_post_accumulate_grad_hook = _register_post_accumulate_grad_hook
Tensor.retain_grad = _retain_grad
