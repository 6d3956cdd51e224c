"""Backward: walks the graph newest node first and records one vector-Jacobian product a node.

https://docs.pytorch.org/docs/stable/autograd.html
"""

from __future__ import annotations

import heapq
import itertools
import math
import sys
import threading
import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from torchish._core.base import forks
from torchish._core.base.frames import user_level
from torchish._core.engine import trace
from torchish._core.engine.values import Value, from_host
from torchish._core.ops import core
from torchish._core.tensor.cotangents import (
    ADD,
    as_pair,
    as_tensor,
    joined,
    run_post_hooks,
    run_pre_hooks,
    run_tensor_hooks,
    total_of,
)
from torchish._core.tensor.dispatch import apply, apply_function
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape import saved
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.forward import DualNode, attach
from torchish._core.tensor.tape.graph import Accumulate, BaseNode, GradientEdge, Node
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, grad_dtype_of, grad_edge, wrap
from torchish._core.tensor.views.strides import keep_leaf_order

__all__ = ["edge_of", "reached", "walk", "will_run"]


def edge_of(x: Tensor | GradientEdge):
    """Where the gradient of a tensor flows to, or what an edge says: (node, output number)."""
    return (x.node, x.output_nr) if isinstance(x, GradientEdge) else grad_edge(x)


def _aval_at(x: Tensor | GradientEdge):
    if isinstance(x, Tensor):
        return x._aval
    return x.node.leaf._aval if isinstance(x.node, Accumulate) else x.node.outs[x.output_nr]


def _seed(t: Tensor | GradientEdge, g, create_graph: bool):
    """The first cotangent of an output, as a (value, edge) pair."""
    aval = _aval_at(t)
    dtype = aval.torch_dtype
    if g is None:
        if math.prod(aval.shape) != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        if dtype.is_complex:
            raise RuntimeError(
                f"grad can be implicitly created only for real scalar outputs but got {dtype!r}"
            )
        return (_ones(aval), None)
    if not isinstance(g, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(g).__name__}")
    if g._aval.shape != aval.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[0] has a shape of {g.shape} and output[0] has a shape "
            f"of {Size(aval.shape)}."
        )
    if g.is_complex() != dtype.is_complex:
        raise RuntimeError(
            "For complex Tensors, both grad_output and output are required to have the same "
            "dtype. Mismatch in dtype: "
            f"grad_output[0] has a dtype of {g.dtype} and output[0] has a dtype of {dtype}."
        )
    if isinstance(t, Tensor) and t._sparse:
        g = t._values_at(g)
    return as_pair(g, create_graph)


_one_cache: dict = {}


def _ones(aval) -> Value:
    v = _one_cache.get(aval)
    if v is None:
        v = from_host(np.ones(aval.shape, aval.dtype), aval.device)
        v.pinned = True
        _one_cache[aval] = v
    return v


def walk(
    outputs: Sequence[Tensor | GradientEdge],
    gradients: Sequence,
    *,
    retain_graph: bool,
    create_graph: bool,
    inputs: Sequence[Tensor | GradientEdge] | None = None,
    accumulate: bool = True,
    allow_unreachable: bool = False,
    stop: bool = False,
) -> list:
    """Propagate cotangents. Leaves accumulate, or with `inputs` the gradients of those are
    returned as pairs. With `stop` nothing flows on from an input, so that the gradients of inputs
    that depend on each other are partial ones."""
    task = (
        outputs, gradients, retain_graph, create_graph, inputs, accumulate, allow_unreachable, stop,
    )  # fmt: skip
    if modes.depth and modes.depth % DEEP == 0:
        return _in_a_thread(task)
    return _with_callbacks(task)


DEEP = 20  # backwards inside of each other that one thread's stack is sure to hold


def _with_callbacks(task: tuple) -> list:
    before = modes.walk, modes.node, modes.depth
    modes.depth += 1
    try:
        found = _walk(*task)
        for callback in modes.walk.callbacks:
            callback()
        return found
    finally:
        modes.walk, modes.node, modes.depth = before


def _in_a_thread(task: tuple) -> list:
    """The same with a stack of its own, under the modes of this thread."""
    given = dict(vars(modes))
    found: list = []

    def run() -> None:
        vars(modes).update(given)
        try:
            found.append(_with_callbacks(task))
        except BaseException as error:
            found.append(error)

    trace.barrier()  # so that nothing there waits for what is pending here
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def _walk(
    outputs, gradients, retain_graph, create_graph, inputs, accumulate, allow_unreachable, stop
) -> list:
    cotangents: dict[BaseNode, dict] = {}

    def add(edge, pair):
        node, i = edge
        slots = cotangents.setdefault(node, {})
        slots[i] = pair if slots.get(i) is None else joined(slots[i], pair, create_graph)

    roots = []
    for n, (t, g) in enumerate(zip(outputs, gradients, strict=True)):
        edge = edge_of(t)
        if edge is None:
            raise RuntimeError(
                f"element {n} of tensors does not require grad and does not have a grad_fn"
            )
        add(edge, _seed(t, g, create_graph))
        roots.append(edge[0])

    wanted: dict[tuple, list[int]] = {}
    needed: set | None = None  # the nodes whose gradients are computed; None: all
    captured: dict[int, tuple] = {}
    if inputs is not None:
        for k, t in enumerate(inputs):
            e = edge_of(t)
            if e is None:
                raise RuntimeError("One of the differentiated Tensors does not require grad")
            wanted.setdefault(e, []).append(k)
        targets = {e[0] for e in wanted}
        needed = _needed(roots, targets)
        if stop:
            needed -= targets
        if accumulate:
            needed |= targets
    modes.walk = _Walk(roots, needed, {e[0] for e in wanted}, accumulate, [], next(_tasks))
    targets = modes.walk.targets
    order, seen = [], set()
    for r in roots:
        if r not in seen:
            seen.add(r)
            heapq.heappush(order, (-r.seq, r))
    while order:
        _, node = heapq.heappop(order)
        slots = cotangents.pop(node, None)
        runs = needed is None or node in needed
        if slots is None or not (runs or node in targets):
            continue
        n_out = 1 if isinstance(node, Accumulate) else len(node.outs)
        cts = [slots.get(i) for i in range(n_out)]
        if node.tensor_hooks:
            run_tensor_hooks(node, cts, create_graph)
        if node in targets:
            for i, c in enumerate(cts):
                for k in wanted.get((node, i), ()):
                    captured[k] = c
        if not runs:
            continue
        modes.node = node
        if node.pre_hooks:
            run_pre_hooks(node, cts, create_graph)
        if isinstance(node, Accumulate):
            if accumulate:
                _accumulate(node, cts[0], create_graph)
                if node.post_hooks:
                    run_post_hooks(node, [], cts, create_graph)
            continue
        live = node.always or any(c is not None for c in cts)
        try:
            grads = _pull(node, cts, create_graph, needed) if live else [None] * len(node.edges)
            if modes.anomaly and modes.check_nan:
                _check_nan(node, grads)
        except Exception:  # whatever it is, it goes on: anomaly mode only says where it came from
            if modes.anomaly:
                _tell_of_anomaly(node)
            raise
        if not retain_graph:
            node.release()
        if node.post_hooks:
            grads = run_post_hooks(node, grads, cts, create_graph)
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


_tasks = itertools.count()


class _Walk(NamedTuple):
    """A backward that runs: where it began, the nodes that it computes (None: all that it comes
    to), those whose gradients are asked for, whether leaves accumulate, and what is to be called
    in its end."""

    roots: list
    needed: set | None
    targets: set
    accumulate: bool
    callbacks: list
    task: int


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
    """The nodes whose gradients the backward which now runs comes to."""
    if modes.walk is None:
        return set()
    present = modes.walk
    seen = _graph_of(present.roots)
    return seen if present.needed is None else seen & (present.needed | present.targets)


def _graph_of(roots) -> set:
    seen, stack = set(roots), list(roots)
    while stack:
        for e in stack.pop().edges:
            if e is not None and e[0] not in seen:
                seen.add(e[0])
                stack.append(e[0])
    return seen


def task_number() -> int:
    """The number of the backward that runs on this thread; -1 outside of one."""
    return -1 if modes.walk is None else modes.walk.task


def order_of_task() -> list:
    """The nodes that the backward which now runs computes, in order; RuntimeError outside of one,
    and where its threads would make the order uncertain."""
    if modes.walk is None:
        raise RuntimeError(
            "_current_graph_task_execution_order should only be called during the backward pass"
        )
    if modes.multithreading:
        raise RuntimeError(
            "_current_graph_task_execution_order expects the current backward to be executed with "
            "multithreading disabled, e.g. by running:\n\n>>> with "
            "torch.autograd.set_multithreading_enabled(False):\n...     "
            "torch._C._current_graph_task_execution_order()\n"
        )
    return sorted(reached(), key=lambda n: -n.seq)


def will_run(node) -> bool:
    """Whether the backward which now runs computes a node; RuntimeError outside of one."""
    if modes.walk is None:
        raise RuntimeError(
            "_get_should_execute_nodes should only be called during the backward pass"
        )
    if not isinstance(node, BaseNode):
        raise RuntimeError(
            f"_will_engine_execute_node expects an grad_fn, but got {type(node).__name__}"
        )
    if isinstance(node, Accumulate) and not modes.walk.accumulate:
        raise RuntimeError(
            "A leaf node was passed to _will_engine_execute_node but we are currently running "
            "autograd.grad(). This is currently not supported."
        )
    needed = modes.walk.needed
    return node in (_graph_of(modes.walk.roots) if needed is None else needed)


def _pull(node, cts, create_graph: bool, needed: set | None) -> list:
    if not isinstance(node, Node):
        return node.pull_tensors(cts, create_graph)
    dual = isinstance(node, DualNode)
    for i, c in enumerate(cts):
        if c is not None and isinstance(c[0], Tensor):
            cts[i] = as_pair(c[0].to_dense(), create_graph)
            dual = dual or isinstance(cts[i][0], Tensor)
    if node.saved is not None:
        saved.verify(node)
    wanted = node.wanted()
    for o in modes.observers:
        o.backward(node, wanted)
    out: list = [None] * len(node.edges)
    if not wanted:
        return out
    pull = _pull_dual if dual and now.level is not None else type(node).pull
    for i, g in zip(wanted, pull(node, cts, wanted, create_graph), strict=True):
        out[i] = g
    return out


def _pull_dual(node: Node, cts: list, wanted: tuple[int, ...], create_graph: bool) -> list:
    """`Node.pull` on tensors, so that the gradients have the tangents which they get from the
    inputs' and the cotangents'."""
    given = tuple([i for i, c in enumerate(cts) if c is not None])
    call = node.call.vjp(wanted, given)
    inputs = []
    for i, v in enumerate(node.values or node._stand_ins(call)):
        x = wrap(v)
        if node.edges[i] is not None:
            x._node, x._out = node.edges[i]
        if isinstance(node, DualNode):
            attach(x, [node.tangents[i]])
        inputs.append(x)
    cotangents = [as_tensor(cts[i]) for i in given]
    label = node.label.replace("Backward0", "BackwardBackward0")
    outs = apply_function(call, [*inputs, *cotangents], node.numbers, label)
    return [as_pair(t, create_graph) for t in outs]


_accumulating = forks.lock(threading.RLock())  # threads may walk graphs that end in the same leaf


def _accumulate(node: Accumulate, pair, create_graph: bool) -> None:
    if pair is None:
        return
    leaf = node.leaf
    if not leaf._requires_grad:  # nor any longer
        return
    if leaf._grad_dtype is not None:
        pair = _as_chosen(leaf, pair, create_graph)
    with _accumulating:
        _add_to(leaf, pair, create_graph)
    if leaf._post_hooks:
        for hook in list(leaf._post_hooks.values()):
            if hook(leaf) is not None:
                raise RuntimeError("Tensor post accumulate grad hooks should return None.")


def _as_chosen(leaf: Tensor, pair, create_graph: bool):
    """A gradient in the dtype that its leaf asks for, or that of the gradient which is there."""
    dtype = leaf._grad.dtype if leaf._grad is not None else grad_dtype_of(leaf)
    return pair if dtype is None else as_pair(as_tensor(pair).to(dtype), create_graph)


def _add_to(leaf: Tensor, pair, create_graph: bool) -> None:
    g = leaf._grad
    if isinstance(pair[0], Tensor) or (g is not None and g._sparse):
        new = as_tensor(pair)
        if not create_graph and not new._sparse:
            new = new.detach()
        if g is None:
            leaf._grad = new
        elif create_graph or (g._sparse and not new._sparse):
            leaf._grad = total_of(g, new)
        else:
            g.add_(new)
    elif g is None:
        new = as_tensor(pair)
        if create_graph and grad_edge(new) is not None:
            new = apply(core.copy, (new.detach(), new))
            new._node.label = "CopyBackwards"
        elif (
            new._storage is leaf._storage
            or pair[0].host
            or isinstance(pair[1] and pair[1][0], Accumulate)
        ):
            new = wrap(pair[0])
        if leaf._strides is not None:
            keep_leaf_order(new, leaf)
        leaf._grad = new
    elif create_graph:
        leaf._grad = as_tensor(joined(as_pair(g, True), pair, True))
    else:
        total = trace.record(ADD, (g._value(), pair[0]))[0]
        g._set_value(total)


def _check_nan(node, grads) -> None:
    for i, g in enumerate(grads):
        if g is None:
            continue
        value = g[0]
        if isinstance(value, Tensor):
            value = (value._values() if value._sparse else value)._value()
        if np.isnan(np.asarray(trace.look(value), dtype=np.complex128)).any():
            raise RuntimeError(f"Function '{node.name()}' returned nan values in its {i}th output.")


def _tell_of_anomaly(node) -> None:
    """Warn where the forward operator was called of a node whose gradient failed."""
    lines = node.metadata.get("traceback_")
    what = f"Error detected in {node.name()}. "
    if not lines:
        what += (
            "No forward pass information available. Enable detect anomaly during forward pass for "
            "more information."
        )
    else:
        what += f"Traceback of forward call that caused the error:\n{''.join(lines)}"
    told = [what]
    parent = node.metadata.get("parent_")
    while parent is not None:
        lines = parent.metadata.get("traceback_")
        text = f"\n\nPrevious calculation was induced by {parent.name()}. "
        text += (
            f"Traceback of forward call that induced the previous calculation:\n{''.join(lines)}"
            if lines
            else "No forward pass information available. Enable detect anomaly during forward pass "
            "for more information."
        )
        told.append(text)
        parent = parent.metadata.get("parent_")
    for text in told:
        try:
            warnings.warn(text, UserWarning, stacklevel=user_level())
        except UserWarning:  # made an error, it would hide the one that is told of
            print(text, file=sys.stderr)


def _call(node: BaseNode, *gradients):
    """The gradients of a node's inputs for those of its outputs; TypeError for another number."""
    n = 1 if isinstance(node, Accumulate) else len(node.outs)
    if len(gradients) != n:
        raise TypeError(f"expected {n} arguments, got {len(gradients)} instead")
    for i, g in enumerate(gradients):
        if g is not None and not isinstance(g, Tensor):
            raise TypeError(f"argument {i} is not a Variable")
    build = modes.grad
    cts = [as_pair(g, build) for g in gradients]
    if isinstance(node, Accumulate):
        _accumulate(node, cts[0], build)
        return ()
    found = tuple(as_tensor(g) for g in _pull(node, cts, build, None))
    return found[0] if len(found) == 1 else found


BaseNode.__call__ = _call
