"""Backward: walks the graph newest node first and records one vector-Jacobian product a node.

https://docs.pytorch.org/docs/stable/autograd.html
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.base import forks
from torchish._core.base.layouts import preserve_format
from torchish._core.engine import trace
from torchish._core.engine.values import Value, from_host
from torchish._core.tensor.dispatch import apply_function
from torchish._core.tensor.overrides import Lower
from torchish._core.tensor.public import namespace
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape import saved
from torchish._core.tensor.tape.anomaly import check_nan, tell_of_anomaly
from torchish._core.tensor.tape.cotangents import Cotangent, Dense, of_tensor, tensor_of
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.forward import DualNode, attach
from torchish._core.tensor.tape.graph import Accumulate, BaseNode, Node
from torchish._core.tensor.tape.handles import GradientEdge
from torchish._core.tensor.tape.modes import no_grad
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.passing_hooks import (
    check,
    run_post_hooks,
    run_pre_hooks,
    run_tensor_hooks,
)
from torchish._core.tensor.tensor import (
    Tensor,
    accumulator,
    grad_dtype_of,
    grad_edge,
    tracked,
    wrap,
)

__all__ = ["aval_at", "edge_of", "walk"]


def edge_of(x: Tensor | GradientEdge):
    """Where the gradient of a tensor flows to, or what an edge says: (node, output number)."""
    return (x.node, x.output_nr) if isinstance(x, GradientEdge) else grad_edge(x)


def aval_at(x: Tensor | GradientEdge):
    """The aval of a tensor, or of what flows along an edge."""
    if isinstance(x, Tensor):
        return x._aval
    return x.node.leaf._aval if isinstance(x.node, Accumulate) else x.node.outs[x.output_nr]


def _seed(t: Tensor | GradientEdge, g, build: bool):
    """The first cotangent of an output, as a cotangent."""
    aval = aval_at(t)
    dtype = aval.torch_dtype
    if g is None:
        if math.prod(aval.shape) != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        if dtype.is_complex:
            raise RuntimeError(
                f"grad can be implicitly created only for real scalar outputs but got {dtype!r}"
            )
        if Lower.call is not None and isinstance(t, Tensor):
            with no_grad():
                ones = namespace("")["ones_like"](t, memory_format=preserve_format)
            return of_tensor(ones, False)
        return Dense(_ones(aval), None)
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
    return of_tensor(t._gradient_in(g) if isinstance(t, Tensor) else g, build)


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
) -> list[Tensor | None]:
    """Propagate cotangents. Leaves accumulate, or with `inputs` the gradients of those are
    returned. With `stop` nothing flows on from an input, so that the gradients of inputs
    that depend on each other are partial ones."""
    task = functools.partial(
        _Walk, outputs, gradients, retain_graph, create_graph, inputs, accumulate, stop
    )
    if modes.depth and modes.depth % DEEP == 0:
        return _in_a_thread(task)
    return _with_callbacks(task)


DEEP = 20  # backwards inside of each other that one thread's stack is sure to hold


def _with_callbacks(task: Callable[[], _Walk]) -> list[Tensor | None]:
    before = modes.walk, modes.node, modes.depth
    modes.depth += 1
    try:
        walk = task()
        found = walk.run()
        for callback in walk.callbacks:
            callback()
        return found
    finally:
        modes.walk, modes.node, modes.depth = before


def _in_a_thread(task: Callable[[], _Walk]) -> list[Tensor | None]:
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


class _Walk:
    """A backward that runs.

    roots       the nodes where it begins
    needed      the nodes that it computes; None: all that it comes to
    targets     those whose gradients are asked for; `wanted`: at which places, and for which
                inputs; `captured`: the gradients, by input
    cotangents  what has come to each node so far, by output number
    callbacks   what is to be called in its end
    """

    __slots__ = (
        "accumulate",
        "build",
        "callbacks",
        "captured",
        "cotangents",
        "inputs",
        "needed",
        "retain",
        "roots",
        "targets",
        "task",
        "wanted",
    )

    def __init__(self, outputs, gradients, retain, build, inputs, accumulate, stop):
        self.retain, self.build, self.accumulate = retain, build, accumulate
        self.cotangents: dict[BaseNode, dict] = {}
        self.roots: list[BaseNode] = []
        for n, (t, g) in enumerate(zip(outputs, gradients, strict=True)):
            edge = edge_of(t)
            if edge is None:
                raise RuntimeError(
                    f"element {n} of tensors does not require grad and does not have a grad_fn"
                )
            self._add(edge, _seed(t, g, build))
            self.roots.append(edge[0])
        self.inputs, self.needed = inputs, None
        self.wanted: dict[tuple, list[int]] = {}
        self.captured: dict[int, Cotangent | None] = {}
        for k, t in enumerate(inputs or ()):
            e = edge_of(t)
            if e is None and isinstance(t, Tensor) and tracked(t):
                e = accumulator(t), 0  # of a view without history, to which nothing flows
            if e is None:
                raise RuntimeError("One of the differentiated Tensors does not require grad")
            self.wanted.setdefault(e, []).append(k)
        self.targets = {e[0] for e in self.wanted}
        if inputs is not None:
            self.needed = _needed(self.roots, self.targets)
            if stop:
                self.needed -= self.targets
            if accumulate:
                self.needed |= self.targets
        self.callbacks: list = []
        self.task = next(_tasks)

    def run(self) -> list[Tensor | None]:
        """Visit the nodes, newest first; the gradients of the inputs."""
        modes.walk = self
        order, seen, further = [], set(), [(r, 0) for r in self.roots]
        while True:
            for e in further:
                if e is not None and e[0] not in seen:
                    seen.add(e[0])
                    heapq.heappush(order, (-e[0].seq, e[0]))
            if not order:
                break
            further = self._visit(heapq.heappop(order)[1])
        return [tensor_of(self.captured.get(k)) for k in range(len(self.inputs or ()))]

    def _add(self, edge: tuple, c: Cotangent) -> None:
        slots = self.cotangents.setdefault(edge[0], {})
        i = edge[1]
        before = slots.get(i)
        slots[i] = c if before is None else before.add(c, self.build)

    def _visit(self, node: BaseNode) -> Sequence:
        """Pass a node's cotangents on; the edges by which the walk goes on."""
        slots = self.cotangents.pop(node, None)
        runs = self.needed is None or node in self.needed
        if slots is None:
            return ()
        leaf, build = isinstance(node, Accumulate), self.build
        cts = [slots.get(i) for i in range(1 if leaf else len(node.outs))]
        # The hooks of the one output run even where nothing that is asked for lies behind it.
        if node.tensor_hooks and (runs or node in self.targets or self.roots == [node]):
            run_tensor_hooks(node, cts, build)
        if node in self.targets:
            for i, c in enumerate(cts):
                for k in self.wanted.get((node, i), ()):
                    self.captured[k] = c
        if not runs:
            return ()
        modes.node = node
        if node.pre_hooks:
            run_pre_hooks(node, cts, build)
        if leaf:
            if self.accumulate:
                _accumulate(node, cts[0], build)
                if node.post_hooks:
                    run_post_hooks(node, [], cts, build)
            return ()
        grads = self._gradients(node, cts)
        for e, g in zip(node.edges, grads, strict=True):
            if g is not None and e is not None:
                self._add(e, g)
            elif e is not None:
                self.cotangents.setdefault(e[0], {})
        return node.edges

    def _gradients(self, node: Any, cts: list) -> list:
        """The cotangents of a node's inputs."""
        live = node.always or cts.count(None) < len(cts)
        try:
            grads = _pull(node, cts, self.build) if live else [None] * len(node.edges)
            if modes.anomaly and modes.check_nan:
                check_nan(node, grads)
        except Exception:  # whatever it is, it goes on: anomaly mode only says where it came from
            if modes.anomaly:
                tell_of_anomaly(node)
            raise
        if not self.retain:
            node.release()
        return run_post_hooks(node, grads, cts, self.build) if node.post_hooks else grads


_tasks = itertools.count()


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


def _pull(node, cts: list, build: bool) -> list:
    """The cotangents of a node's inputs, None for those that need none."""
    if not isinstance(node, Node):
        grads = node.pull_tensors([tensor_of(c) for c in cts], build)
        return [of_tensor(g, build) for g in grads]
    dual = isinstance(node, DualNode)
    for i, c in enumerate(cts):
        if c is not None and type(c) is not Dense:
            cts[i] = c = c.dense(build)
            dual = dual or type(c) is not Dense
    if node.saved is not None:
        saved.verify(node)
    wanted = node.wanted()
    for o in modes.observers:
        o.backward(node, wanted)
    if not wanted:
        return [None] * len(node.edges)
    if dual and now.level is not None:
        found = [of_tensor(t, build) for t in _pull_dual(node, cts, wanted)]
    else:
        found = [Dense(v, e) for v, e in node.pull(cts, wanted, build)]
    if len(found) == len(node.edges):
        return found
    out: list = [None] * len(node.edges)
    for i, g in zip(wanted, found, strict=True):
        out[i] = g
    return out


def _pull_dual(node: Node, cts: list, wanted: tuple[int, ...]) -> Sequence:
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
    cotangents = [tensor_of(cts[i]) for i in given]
    label = node.label.replace("Backward0", "BackwardBackward0")
    return apply_function(call, [*inputs, *cotangents], node.numbers, label)


_accumulating = forks.lock(threading.RLock())  # threads may walk graphs that end in the same leaf


def _accumulate(node: Accumulate, c: Cotangent | None, build: bool) -> None:
    leaf = node.leaf
    if c is None or not leaf._requires_grad:  # nor any longer
        return
    if leaf._grad_dtype is not None:
        c = _as_chosen(leaf, c, build)
    with _accumulating:
        c.accumulate(leaf, build)
    if leaf._post_hooks:
        for hook in list(leaf._post_hooks.values()):
            r = hook(leaf)
            if r is not None:
                check(hook, leaf, r)
                raise RuntimeError("Tensor post accumulate grad hooks should return None.")


def _as_chosen(leaf: Tensor, c: Cotangent, build: bool) -> Cotangent:
    """A gradient in the dtype that its leaf asks for, or that of the gradient which is there."""
    dtype = leaf._grad.dtype if leaf._grad is not None else grad_dtype_of(leaf)
    return c if dtype is None else of_tensor(c.tensor().to(dtype), build)


def _call(node: BaseNode, *gradients):
    """The gradients of a node's inputs for those of its outputs; TypeError for another number."""
    n = 1 if isinstance(node, Accumulate) else len(node.outs)
    if len(gradients) != n:
        raise TypeError(f"expected {n} arguments, got {len(gradients)} instead")
    for i, g in enumerate(gradients):
        if g is not None and not isinstance(g, Tensor):
            raise TypeError(f"argument {i} is not a Variable")
    build = modes.grad
    cts = [of_tensor(g, build) for g in gradients]
    if isinstance(node, Accumulate):
        _accumulate(node, cts[0], build)
        return ()
    found = tuple(tensor_of(g) for g in _pull(node, cts, build))
    return found[0] if len(found) == 1 else found


BaseNode.__call__ = _call
