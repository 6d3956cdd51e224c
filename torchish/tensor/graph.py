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

import jax
import numpy as np

from torchish.base.jax_internals import used_inputs
from torchish.engine import trace
from torchish.engine.values import Value, from_host
from torchish.ops.table import AnyCall, FunctionCall, Operand, Raw

_sequence = itertools.count()


class _Accumulate(FunctionCall):
    """Sums two gradients. It is served by `host` like what only moves elements, being linear."""

    __slots__ = ()
    moves = True

    def host(self, a, b):
        return (a + b,)

    def host_vjp(self, wanted, flat):
        return (np.asarray(flat[2]),) * len(wanted)


ADD = _Accumulate("accumulate", lambda a, b: (a + b,), 2)


class BaseNode:
    """What every node has: edges, a place in the order, hooks."""

    __slots__ = (
        "__weakref__",
        "_pre",
        "_retained",
        "edges",
        "metadata",
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
        self.metadata: dict | None = None

    @property
    def next_functions(self) -> tuple:
        """The nodes that gradients flow to, each with the number of its output."""
        for e in self.edges:
            if e is not None and isinstance(e[0], Node):
                e[0].named()
        return tuple(self.edges[i] or (None, 0) for i in self.shown())

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
        "residual",
        "saved",
        "values",
        "where",
    )

    def __init__(
        self,
        call: AnyCall,
        values: tuple[Value, ...] | list[Value],
        numbers,
        edges: tuple,
        label: str,
        outs: tuple[Value, ...] | list[Value],
    ):
        # As BaseNode's, without a call: an operator with a gradient makes one of these.
        self.edges, self.seq = edges, next(_sequence)
        self.tensor_hooks = self.pre_hooks = self.post_hooks = self.metadata = None
        self.call, self.values, self.numbers, self.label = call, values, numbers, label
        self.outs = [o.aval for o in outs]
        self.where = self.saved = self.kept = None
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
        return self._avals if self.values is None else tuple([v.aval for v in self.values])

    def release(self) -> None:
        if self.values is not None:
            self._avals = self.avals
            self.values = self.saved = self.kept = self.residual = None

    def wanted(self) -> tuple[int, ...]:
        return tuple([i for i, e in enumerate(self.edges) if e is not None])

    def pull(self, cotangents: list, wanted: tuple[int, ...], build: bool) -> list:
        """Gradients for the inputs `wanted`, as (value, edge) pairs; cotangents are such pairs, or
        None.

        With `build` the gradients have nodes of their own, so that they can be differentiated
        again.
        """
        given = tuple([i for i, c in enumerate(cotangents) if c is not None])
        call = self.call.vjp(wanted, given)
        cts = [cotangents[i][0] for i in given]
        if self.epoch is not None and self.epoch is trace.epoch() and self.values is not None:
            outs = trace.record_pullback(call, cts, self)
        else:
            values = self.values
            if values is None:
                values = self._stand_ins(call)
            outs = trace.record(call, [*values, *cts], self.numbers)
        if not build:
            return [(o, None) for o in outs]
        edges = (*self.edges, *[cotangents[i][1] for i in given])
        if not any(e is not None for e in edges):
            return [(o, None) for o in outs]
        values = [*(self.values or self._stand_ins(call)), *cts]
        node = Node(
            call,
            values,
            self.numbers,
            edges,
            self.label.replace("Backward0", "BackwardBackward0"),
            outs,
        )
        return [(o, (node, i)) for i, o in enumerate(outs)]

    def _stand_ins(self, call: AnyCall) -> list[Value]:
        """Inputs for a node whose saved values are gone: fine where its gradient does not depend
        on them.

        PyTorch lets a graph be walked twice where nothing was saved, as through a sum or a view.
        """
        structs = [a.struct() for a in self.avals]
        cts = [self.outs[i].struct() for i in call.given]
        numbers = [np.float64(0) if k is float else k(0) for k in call.numbers]
        used = used_inputs(jax.make_jaxpr(call.fn)(*structs, *cts, *numbers))
        # A number beside a tensor is a 0-dim tensor in PyTorch, and saved like one.
        kinds = getattr(getattr(self.call, "op", None), "params", ())
        template = getattr(self.call, "template", {})
        operands = {
            template[p.name][1] for p in kinds if p.kind is Operand and template[p.name][0] == "n"
        }
        first = len(structs) + len(cts)
        if any(used[: len(structs)]) or any(used[first + i] for i in operands):
            raise RuntimeError(
                "Trying to backward through the graph a second time (or directly access saved "
                "tensors after they have already been freed). Saved intermediate values of the "
                "graph are freed when you call .backward() or autograd.grad(). Specify "
                "retain_graph=True if you need to backward through the graph a second time or if "
                "you need to access saved tensors after calling backward."
            )
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


class RetainedGrad:
    """The hook of `retain_grad`: it stays with the tensor's present value, so that an in-place
    operator takes it along to the new value's node."""

    __slots__ = ("keep", "node", "out")

    def __init__(self, node: BaseNode, out: int, keep):
        self.keep = keep
        self._place(node, out)

    def __call__(self, g) -> None:
        self.keep(g)

    @staticmethod
    def is_kept(hook) -> bool:
        return isinstance(hook, RetainedGrad)

    def _place(self, node: BaseNode, out: int) -> None:
        self.node, self.out = weakref.ref(node), out
        if node.tensor_hooks is None:
            node.tensor_hooks = {}
        node.tensor_hooks.setdefault(out, {})[id(self)] = self

    def move(self, node: BaseNode | None, out: int) -> None:
        """Belong to the node that makes the value from now on; to none for a value without."""
        before = self.node()
        if before is node and self.out == out:
            return
        if before is not None and before.tensor_hooks:
            before.tensor_hooks.get(self.out, {}).pop(id(self), None)
        if node is not None:
            self._place(node, out)


class RemovableHandle:
    """Removes a hook: `handle.remove()`, or as a context manager."""

    _next = itertools.count()

    def __init__(self, hooks: dict, hook=None, *, extra_dict=None):
        self.id = next(RemovableHandle._next)
        self._hooks = weakref.ref(hooks) if type(hooks) is not dict else (lambda: hooks)
        self._extra = extra_dict if extra_dict is not None else ()
        if hook is not None:
            hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        hooks = self._hooks()
        if hooks is not None:
            hooks.pop(self.id, None)
        for d in self._extra if isinstance(self._extra, (list, tuple)) else (self._extra,):
            d.pop(self.id, None)

    def __getstate__(self):
        return self.id, self._hooks(), self._extra

    def __setstate__(self, state) -> None:
        self.id, hooks, self._extra = state
        hooks = {} if hooks is None else hooks
        self._hooks = weakref.ref(hooks) if type(hooks) is not dict else (lambda: hooks)
        RemovableHandle._next = itertools.count(max(next(RemovableHandle._next), self.id + 1))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.remove()
