"""`autograd.Function`: a user's differentiable operator.

https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
"""

from __future__ import annotations

import numpy as np

from torchish.base import dtypes as dt
from torchish.base.errors import size_text
from torchish.engine.values import from_host
from torchish.tensor import dispatch, overrides, saved
from torchish.tensor.gradients import as_pair, as_tensor
from torchish.tensor.graph import Accumulate, BaseNode
from torchish.tensor.modes import state as modes
from torchish.tensor.tensor import Tensor, grad_edge, wrap


class Context:
    """What a Function's forward and backward share (`ctx`)."""

    def __init__(self):
        self.saved: tuple = ()
        self.non_differentiable: tuple = ()
        self.dirty: tuple = ()
        self.materialize_grads = True
        self.needs_input_grad: tuple = ()
        self._freed = False
        self._unpack = None

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
                "tensors after they have already been freed). Saved intermediate values of the "
                "graph are freed when you call .backward() or autograd.grad(). Specify "
                "retain_graph=True if you need to backward through the graph a second time or if "
                "you need to access saved tensors after calling backward."
            )
        if self._unpack is not None:
            return tuple(t if t is None else self._unpack(t) for t in self.saved)
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

    __slots__ = ("cls", "ctx", "is_tensor", "outs", "results")

    def __init__(self, cls, ctx, edges, outs, is_tensor, results):
        super().__init__(edges)
        self.cls, self.ctx, self.outs, self.is_tensor = cls, ctx, outs, is_tensor
        self.results = results  # for each thing that forward returned, whether it is a tensor

    def name(self) -> str:
        return getattr(self.cls, "label", None) or self.cls.__name__ + "Backward"

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{self.name()} object at {id(self):#x}>"

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
            grads.append(as_tensor(c))
        tensors = iter(grads)
        grads = [next(tensors) if is_tensor else None for is_tensor in self.results]
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
                        f"position {len(pairs) + 1}, but the corresponding forward input was not a "
                        "Variable"
                    )
                continue
            e = self.edges[len(pairs)]
            if o is not None and e is not None:
                aval = e[0].leaf._aval if isinstance(e[0], Accumulate) else e[0].outs[e[1]]
                if o._aval.shape != aval.shape:
                    o = _sum_to(o, aval.shape, self.name(), len(pairs))
                if o._aval.dtype != aval.dtype:
                    o = o.to(aval.torch_dtype)
            pairs.append(as_pair(o, create_graph))
        return pairs


def _sum_to(g: Tensor, shape, name: str, i: int) -> Tensor:
    try:
        return g.sum_to_size(shape)
    except RuntimeError:
        raise RuntimeError(
            f"Function {name} returned an invalid gradient at index {i} - got {size_text(g.shape)} "
            f"but expected shape compatible with {size_text(shape)}"
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
            "autograd.Function to use it with backward mode AD."
        )

    vjp = backward

    @classmethod
    def apply(cls, *args, **kwargs):
        """Run `forward` and record `backward` for its tensor arguments."""
        outer = overrides.disabled_now()
        with overrides.DisableTorchFunctionSubclass():  # what is asked here, subclasses do not see
            return cls._apply(args, kwargs, outer)

    @classmethod
    def _apply(cls, args: tuple, kwargs: dict, outer: int):
        ctx = Context()
        backward = cls.backward if cls.backward is not Function.backward else cls.vjp
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)
        tensors = [a for a in args if isinstance(a, Tensor)]
        recording = modes.grad and any(t.requires_grad for t in tensors)
        edges = tuple(grad_edge(t) for t in tensors) if recording else ()
        setup = cls.__dict__.get("setup_context") or getattr(cls, "setup_context", None)
        before = modes.grad
        modes.grad = False
        inner = overrides.disabled_now(outer)
        try:
            if setup is not None:
                out = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, out)
            else:
                out = cls.forward(ctx, *args, **kwargs)
        finally:
            modes.grad = before
            overrides.disabled_now(inner)
        outs = out if isinstance(out, tuple) else (out,)
        for o in ctx.dirty:
            o._storage.writes += 1
        if not recording:
            return out
        if modes.saved_hooks and ctx.saved:
            pack, ctx._unpack = modes.saved_hooks[-1]
            ctx.saved = tuple(t if t is None else saved.pack(pack, t) for t in ctx.saved)
        for o in ctx.dirty:
            if o._requires_grad and o._node is None:
                raise RuntimeError(
                    "a leaf Variable that requires grad has been used in an in-place operation."
                )
            dispatch.check_writable(o, overlapping=True)
        node = FunctionNode(
            type(cls.__name__, (cls,), {"backward": staticmethod(backward)}),
            ctx,
            edges,
            tuple(o._aval for o in outs if isinstance(o, Tensor)),
            tuple(isinstance(a, Tensor) for a in args),
            tuple(isinstance(o, Tensor) for o in outs),
        )
        results, i = [], 0
        for o in outs:
            if isinstance(o, Tensor):
                plain = o._aval.torch_dtype.category < dt.FLOAT or any(
                    o is x for x in ctx.non_differentiable
                )
                if any(o is x for x in ctx.dirty):
                    if o._base is None:
                        o._node, o._out, o._requires_grad = node, i, False
                        if o._retains:
                            o._retains.move(node, i)
                    else:  # of a view: its base's history goes through this node as well
                        dispatch.write(o, o._value(), node, i)
                else:
                    if any(o is x for x in tensors):
                        o = o.view_as(o)
                    if plain:
                        o._node = None
                    else:
                        fresh = o if o._base is None else wrap(o._value(), type(o))
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
