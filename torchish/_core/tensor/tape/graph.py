"""The autograd graph: one node an operator, with the values that its gradient needs and edges to
what made its inputs.

Note [Tape]
A node keeps the recorded call, its input values and where its forward entry stands in the present
recording. Its gradient is the call's vector-Jacobian product, one more recorded operator; where
forward and backward fall into one recording, that operator is linked to the forward entry and
shares its pullback.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from torchish._core.base.jax_internals import used_inputs
from torchish._core.engine import trace
from torchish._core.engine.values import Value, from_host
from torchish._core.ops.by_result import by_result
from torchish._core.ops.table import AnyCall, Operand, Raw
from torchish._core.tensor.tape.handles import Metadata, RemovableHandle, numbers_among

_sequence = itertools.count()


SPENT = (
    "Trying to backward through the graph a second time (or directly access saved tensors after "
    "they have already been freed). Saved intermediate values of the graph are freed when you call "
    ".backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved tensors after calling backward."
)


class BaseNode:
    """What every node has: edges, a place in the order, hooks."""

    always = False  # whether it is pulled although no cotangent came
    __slots__ = (
        "__weakref__",
        "_pre",
        "_retained",
        "edges",
        "kept_metadata",
        "post_hooks",
        "pre_hooks",
        "seq",
        "tensor_hooks",
    )

    def __init__(self, edges: tuple):
        self.edges = edges
        self.seq = next(_sequence)
        self.tensor_hooks: dict | None = None  # output number → {id: hook}
        self.pre_hooks: dict | None = None
        self.post_hooks: dict | None = None
        self.kept_metadata: dict | None = None

    @property
    def next_functions(self) -> tuple:
        """The nodes that gradients flow to, each with the number of its output; (None, 0) for what
        has none."""
        for e in self.edges:
            if e is not None and isinstance(e[0], Node):
                e[0].named()
        edges = [self.edges[i] or (None, 0) for i in self.shown()]
        for i in numbers_among(getattr(self, "call", None)):
            edges.insert(i, (None, 0))
        return tuple(edges)

    def shown(self):
        """Which edges PyTorch has as well: not those of index tensors and masks."""
        op = getattr(getattr(self, "call", None), "op", None)
        if op is None or len(self.edges) < 2:
            return range(len(self.edges))
        raw = [p.name for p in op.params if p.kind and issubclass(p.kind, Raw)]
        how = [self.call.template.get(name, "s") for name in raw]
        hidden = {i for h in how if h[0] in "tl" for i in (h[1] if h[0] == "l" else h[1:])}
        return [i for i in range(len(self.edges)) if i not in hidden]

    def name(self) -> str:
        return type(self).__name__

    @property
    def metadata(self) -> dict:
        """What programs and anomaly mode attach to the node."""
        if self.kept_metadata is None:
            self.kept_metadata = {}
        return self.kept_metadata

    @property
    def _input_metadata(self) -> list:
        """Of each output what its gradient must be like."""
        return [Metadata(a) for a in outputs_of(self)]

    def register_hook(self, hook):
        """Call `hook(grad_inputs, grad_outputs)` after the node's gradients are computed."""
        self.post_hooks = {} if self.post_hooks is None else self.post_hooks
        return RemovableHandle(self.post_hooks, hook)

    def register_prehook(self, hook):
        """Call `hook(grad_outputs)` before the node's gradients are computed."""
        self.pre_hooks = {} if self.pre_hooks is None else self.pre_hooks
        return RemovableHandle(self.pre_hooks, hook)

    def __repr__(self):
        return f"<{self.name()} object at {id(self):#x}>"


def outputs_of(node: Any) -> Any:
    """The avals of a node's outputs."""
    if isinstance(node, Accumulate):
        return [node.leaf._aval]
    return [a for a in node.outs if a is not None]


_used: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # of calls, by their inputs' avals
_KINDS: dict[str, type] = {}  # classes of nodes by their name


class Node(BaseNode):
    """A recorded operator."""

    __slots__ = (
        "_avals",
        "call",
        "entry",
        "epoch",
        "kept",
        "label",
        "numbers",
        "outs",
        "raw",
        "residual",
        "saved",
        "values",
    )

    def __init__(
        self, call: AnyCall, values: Sequence, numbers, edges: tuple, label: str, outs: Sequence
    ):
        # As BaseNode's, without a call: an operator with a gradient makes one of these.
        self.edges, self.seq = edges, next(_sequence)
        self.tensor_hooks = self.pre_hooks = self.post_hooks = self.kept_metadata = None
        self.call, self.values, self.numbers, self.label = call, values, numbers, label
        self.outs = [o.aval for o in outs]
        self.saved = self.kept = self.raw = None
        self.epoch, self.entry, self.residual = trace.last(outs)

    def name(self) -> str:
        return self.label

    def named(self) -> Node:
        """The node, its class of the name that PyTorch's has: programs draw graphs by it."""
        if type(self) is Node:
            kind = _KINDS.get(self.label)
            if kind is None:
                options = {"__slots__": (), "__module__": __name__}
                kind = _KINDS[self.label] = type(self.label, (Node,), options)
            self.__class__ = kind
        return self

    def __repr__(self):
        return f"<{self.label} object at {id(self):#x}>"

    @property
    def avals(self) -> tuple:
        """Avals of the inputs."""
        if self.values is None or self.raw is not None:
            return self._avals
        return tuple([v.aval for v in self.values])

    def inputs(self) -> list[Value] | None:
        """The values of the inputs, as hooks on saved tensors give them; None when they are
        gone."""
        if self.raw is None or self.values is None:
            return self.values
        return [self.raw[i].value() if i in self.raw else v for i, v in enumerate(self.values)]

    def release(self) -> None:
        if self.values is not None:
            self._avals = self.avals
            self.values = self.saved = self.kept = self.raw = self.residual = None

    def wanted(self) -> tuple[int, ...]:
        return tuple([i for i, e in enumerate(self.edges) if e is not None])

    def pull(self, cotangents: list, wanted: tuple[int, ...], build: bool) -> list:
        """Gradients for the inputs `wanted`, as (value, edge) pairs; cotangents are
        dense ones (Note [Cotangents]), or None.

        With `build` the gradients have nodes of their own, so that they can be differentiated
        again.
        """
        given = tuple([i for i, c in enumerate(cotangents) if c is not None])
        call = self.call.vjp(wanted, given)
        cts = [cotangents[i].value for i in given]
        if self.raw is not None and -1 in self.raw:
            result = self.raw[-1].value()
            rule = by_result(self.call.name)
            if rule is not None:
                return self._pull_by(rule, result, cotangents[0], build)
        values = self.inputs()
        if values is not None and trace.goes_on(self.epoch):
            outs = trace.record_pullback(call, cts, self)
        else:
            if values is None:
                values = self._stand_ins(call)
            outs = trace.record(call, [*values, *cts], self.numbers)
        if not build:
            return [(o, None) for o in outs]
        values = [*(values or self._stand_ins(call)), *cts]
        label = self.label.replace("Backward0", "BackwardBackward0")
        further = [cotangents[i].edge for i in given]
        nodes: dict[tuple, Node] = {}
        pairs: list = []
        for i, (o, used) in enumerate(zip(outs, self._used(call), strict=True)):
            # What a gradient does not depend on has no part in its history.
            own = [e if u else None for e, u in zip(self.edges, used, strict=False)]
            edges = (*own, *further)
            node = nodes.get(edges)
            if node is None and any(e is not None for e in edges):
                node = nodes[edges] = Node(call, values, self.numbers, edges, label, outs)
            pairs.append((o, None if node is None else (node, i)))
        return pairs

    def _pull_by(self, rule: AnyCall, result: Value, cotangent: Any, build: bool) -> list:
        """The gradient of the one input, from what hooks gave for the result."""
        values = [result, cotangent.value]
        outs = trace.record(rule, values)
        if not build:
            return [(outs[0], None)]
        label = self.label.replace("Backward0", "BackwardBackward0")
        node = Node(rule, values, (), ((self, 0), cotangent.edge), label, outs)
        return [(outs[0], (node, 0))]

    def _used(self, call: AnyCall) -> list[list[bool]]:
        """For each gradient of a call, the tensors, cotangents and numbers that it depends on."""
        known = _used.setdefault(call, {})
        avals = tuple(self.avals)
        used = known.get(avals)
        if used is None:
            structs = [a.struct() for a in avals]
            cts = [self.outs[i].struct() for i in call.given]
            numbers = [np.float64(0) if k is float else k(0) for k in call.numbers]
            used = used_inputs(jax.make_jaxpr(call.fn)(*structs, *cts, *numbers))
            known[avals] = used
        return used

    def _stand_ins(self, call: AnyCall) -> list[Value]:
        """Inputs for a node whose saved values are gone: fine where its gradient does not depend
        on them.

        PyTorch lets a graph be walked twice where nothing was saved, as through a sum or a view.
        """
        used = [any(u) for u in zip(*self._used(call), strict=True)]
        # A number beside a tensor is a 0-dim tensor in PyTorch, and saved like one.
        kinds = getattr(getattr(self.call, "op", None), "params", ())
        template = getattr(self.call, "template", {})
        operands = {
            template[p.name][1] for p in kinds if p.kind is Operand and template[p.name][0] == "n"
        }
        first = len(self.avals) + len(call.given)
        if any(used[: len(self.avals)]) or any(used[first + i] for i in operands):
            raise RuntimeError(SPENT)
        return [from_host(np.zeros(a.shape, a.dtype), a.device) for a in self.avals]


class Accumulate(BaseNode):
    """The end of the graph at a leaf: adds to its `.grad`."""

    __slots__ = ("leaf",)

    def __init__(self, leaf):
        super().__init__(())
        self.leaf = leaf

    @property
    def variable(self):
        return self.leaf

    def name(self) -> str:
        return "torch::autograd::AccumulateGrad"

    def __repr__(self):
        return f"<AccumulateGrad object at {id(self):#x}>"


Accumulate.__name__ = Accumulate.__qualname__ = "AccumulateGrad"  # PyTorch's name, drawn in graphs
