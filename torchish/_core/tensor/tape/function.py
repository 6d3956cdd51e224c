"""`autograd.Function`: a user's differentiable operator.

https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
"""

from __future__ import annotations

import inspect
import warnings

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import size_text
from torchish._core.base.frames import user_level
from torchish._core.engine.values import from_host
from torchish._core.tensor import overrides
from torchish._core.tensor.tape import forward, results
from torchish._core.tensor.tape.context import Context
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.graph import Accumulate, BaseNode
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.record import remember_lines
from torchish._core.tensor.tensor import Tensor, accumulator, grad_edge, wrap


class FunctionNode(BaseNode):
    """The node of a user's Function."""

    always = True
    __slots__ = ("backward", "ctx", "is_tensor", "outs", "plain")

    def __init__(self, backward, ctx, edges, outs, is_tensor, plain):
        super().__init__(edges)
        self.backward, self.ctx, self.is_tensor = backward, ctx, is_tensor
        self.outs = outs  # of what forward returned, the avals of tensors
        self.plain = plain  # which of them are not differentiable

    def __repr__(self) -> str:
        return f"<torch.autograd.function.{self.name()} object at {id(self):#x}>"

    def __getattr__(self, name: str):
        if name.startswith("__") or name in FunctionNode.__slots__:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return getattr(self.ctx, name)

    def release(self) -> None:
        if self.ctx.saved:
            self.ctx._freed, self.ctx.saved, self.ctx._raw = True, (), ()
            self.ctx._stamps = ()

    def pull_tensors(self, cotangents: list, build: bool) -> list:
        """The gradients of the inputs, for those of the outputs, as tensors."""
        grads = []
        for g, aval, plain in zip(cotangents, self.outs, self.plain, strict=True):
            wanted = self.ctx.materialize_grads
            if plain:
                wanted = wanted and self.ctx._materialize_non_diff_grads
            if g is None and wanted and aval is not None:
                g = wrap(from_host(np.zeros(aval.shape, aval.dtype), aval.device))
            grads.append(g)
        out = self.backward(self.ctx, *grads)
        out = out if isinstance(out, tuple) else (out,)
        n = len(self.is_tensor)
        if len(out) > n and all(o is None for o in out[n:]):
            out = out[:n]
        if len(out) != n:
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {n}, "
                f"got {len(out)})"
            )
        found = []
        for o, is_tensor in zip(out, self.is_tensor, strict=True):
            if not is_tensor:
                if o is not None:
                    raise RuntimeError(
                        f"function {self.name()} returned a gradient different from None at "
                        f"position {len(found) + 1}, but the corresponding forward input was not a "
                        "Variable"
                    )
                continue
            e = self.edges[len(found)]
            if o is not None and e is not None:
                aval = e[0].leaf._aval if isinstance(e[0], Accumulate) else e[0].outs[e[1]]
                if o._aval.shape != aval.shape:
                    o = _sum_to(o, aval.shape, self.name(), len(found))
                own = isinstance(e[0], Accumulate) and e[0].leaf._grad_dtype is not None
                if o._aval.dtype != aval.dtype and not own:
                    o = o.to(aval.torch_dtype)
            found.append(o)
        return found


def _sum_to(g: Tensor, shape, name: str, i: int) -> Tensor:
    try:
        return g.sum_to_size(shape)
    except RuntimeError:
        raise RuntimeError(
            f"Function {name} returned an invalid gradient at index {i} - got {size_text(g.shape)} "
            f"but expected shape compatible with {size_text(shape)}"
        ) from None


# What nodes have, and Functions had when they were nodes.
_OF_NODES = {"_register_hook_dict", "register_hook", "next_functions", "name", "_sequence_nr"}
_OF_NODES |= {"_set_sequence_nr", "_input_metadata"}


class Function:
    """A user's differentiable operator: static methods `forward` and `backward`, called with
    `apply`.

    Both styles of context are supported: `forward(ctx, ...)`, and `forward(...)` with
    `setup_context(ctx, inputs, output)`.
    https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
    """

    __module__ = "torchish.autograd"

    generate_vmap_rule = False
    clear_saved_tensors_on_access = False
    _backward_cls: type[FunctionNode]

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        name = cls.__dict__.get("label") or cls.__name__ + "Backward"
        options = {"__slots__": (), "__module__": "torch.autograd.function", "_forward_cls": cls}
        cls._backward_cls = type(name, (FunctionNode,), options)

    def __init__(self, *args, **kwargs):
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all "
            "static, so you should invoke them on the class itself. Instantiating an autograd "
            "function will raise an error in a future version of PyTorch.",
            DeprecationWarning,
            stacklevel=user_level(),
        )

    def __getattr__(self, name: str):
        if name == "metadata":
            raise RuntimeError(
                "You attempted to access the anomaly metadata of a custom autograd function but "
                "the underlying PyNode has already been deallocated.  The most likely reason this "
                "occurred is because you assigned x.grad_fn to a local variable and then let the "
                "original variable get deallocated.  Don't do that!"
            )
        if name in _OF_NODES:
            raise RuntimeError(
                f"Attribute '{name}' is invalid for this instance of _C._FunctionBase. Accessing "
                "this attribute directly on an instance of autograd.Function is a legacy access "
                "pattern that is no longer supported. For examples on how to use new-style "
                "autograd functions, see "
                "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function "
            )
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __call__(self, *args, **kwargs):
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use "
            "new-style autograd function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

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

    @staticmethod
    def jvp(ctx, *grad_inputs):
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with "
            "forward mode AD."
        )

    @staticmethod
    def vmap(info, in_dims, *args):
        raise NotImplementedError(
            "To use autograd.Function with vmap, you must either override the vmap static method "
            "or set generate_vmap_rule=True."
        )

    @classmethod
    def apply(cls, *args, **kwargs):
        """Run `forward` and record `backward` for its tensor arguments."""
        # What is asked before and after, subclasses do not see.
        with overrides.DisableTorchFunctionSubclass():
            setup = cls.__dict__.get("setup_context") or getattr(cls, "setup_context", None)
            if setup is not None:
                args = _with_defaults(cls.forward, args, kwargs)
            ctx = Context()
            ctx._clears = cls.clear_saved_tensors_on_access
            ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)
            tensors = [a for a in args if isinstance(a, Tensor)]
            recording = modes.grad and any(t.requires_grad for t in tensors)
            edges = tuple(grad_edge(t) for t in tensors) if recording else ()
        before = modes.grad, modes.forward
        modes.grad = modes.forward = False
        try:
            if setup is not None:
                out = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, out)
            else:
                out = cls.forward(ctx, *args, **kwargs)
            if tensors:
                out = results.inputs_as_views(ctx, tensors, recording, out)
        finally:
            modes.grad, modes.forward = before
        with overrides.DisableTorchFunctionSubclass():
            return cls._finished(ctx, args, tensors, edges, recording, out)

    @classmethod
    def _finished(cls, ctx, args: tuple, tensors, edges, recording: bool, out):
        """The results of `forward` as programs get them."""
        outs = out if isinstance(out, tuple) else (out,)
        for o in ctx.dirty:
            o._storage.writes += 1
        if ctx.dirty:
            results.check_dirty(ctx.dirty, args, outs)
        if not recording:
            for o in outs:
                if isinstance(o, Tensor) and o._base is not None:
                    if not any(o is x for x in (*args, *ctx.dirty)):
                        o._several = -1
        if recording:
            out = cls._recorded(ctx, args, tensors, edges, out, outs)
        if now.level is not None:
            out = forward_mode(cls, ctx, args, out)
        ctx._for_forward = None
        return out

    @classmethod
    def _recorded(cls, ctx, args, tensors, edges, out, outs):
        """The results, with the node that goes back through `backward`."""
        backward = cls.backward if cls.backward is not Function.backward else cls.vjp
        if backward is cls.backward and cls.vjp is not Function.vjp:
            backward = _refuse_both
        if modes.saved_hooks and ctx.saved:
            for i, raw in enumerate(ctx._raw_saved_tensors):
                if ctx.saved[i] is not None:
                    raw.keep(modes.saved_hooks[-1], ctx.saved[i])
                    ctx.keep(i, raw)
        results.check_written(ctx, outs)
        plains = tuple(
            isinstance(o, Tensor)
            and (
                o._aval.torch_dtype.category < dt.FLOAT
                or any(o is x for x in ctx.non_differentiable)
            )
            for o in outs
        )
        node = cls._backward_cls(
            backward,
            ctx,
            edges,
            tuple(o._aval if isinstance(o, Tensor) else None for o in outs),
            tuple(isinstance(a, Tensor) for a in args),
            plains,
        )
        if modes.anomaly:
            remember_lines(node)
        finished = []
        for i, (o, plain) in enumerate(zip(outs, plains, strict=True)):
            if isinstance(o, Tensor):
                o = results.with_history(o, i, plain, node, ctx)
            finished.append(o)
        kept = [None if t is None or t._sparse else t._storage for t in ctx.saved]
        ctx._stamps = tuple([s if s is None else (s, s.writes) for s in kept])
        return tuple(finished) if isinstance(out, tuple) else finished[0]


def _with_defaults(forward, args: tuple, kwargs: dict) -> tuple:
    """The arguments, with the defaults that `forward` has for those that are not given."""
    if kwargs:
        return args
    given = inspect.signature(forward).bind(*args)
    given.apply_defaults()
    return given.args


def _refuse_both(ctx, *gradients):
    raise RuntimeError(
        "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should "
        "only implement one of them."
    )


def forward_mode(cls, ctx: Context, args: tuple, out):
    """The results with the tangents that a Function's `jvp` gives them."""
    level = now.level
    places = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
    found = forward.tangents_of([args[i] for i in places])
    if found is None or level is None:
        return out
    tangents: list = [None] * len(args)
    for i, t in zip(places, found, strict=True):
        if t is None and ctx.materialize_grads and args[i]._aval.differentiable:
            a = args[i]._aval
            t = wrap(from_host(np.zeros(a.shape, a.dtype), a.device))
        tangents[i] = t
    if ctx._for_forward is None:
        ctx._for_forward = ()
    writes = [0 if t is None else t._storage.writes for t in tangents]
    made = cls.jvp(ctx, *tangents)
    made = made if isinstance(made, tuple) else (made,)
    outs = list(out) if isinstance(out, tuple) else [out]
    if len(made) != len(outs):
        raise RuntimeError(
            "Function's jvp returned an invalid number of forward gradients (expected "
            f"{len(outs)} but got {len(made)})"
        )
    for k, (o, tangent) in enumerate(zip(outs, made, strict=True)):
        if tangent is None:
            continue
        plain = not isinstance(o, Tensor) or not o._aval.differentiable
        if plain or any(o is x for x in ctx.non_differentiable):
            raise RuntimeError(
                f"Function's jvp returned a gradient at position {k}, but  the corresponding "
                "forward output is not a differentiable Tensor.You should return None at that "
                "position instead."
            )
        forward.require_size(o, tangent)
        dirty = any(o is x for x in ctx.dirty)
        for i, a in enumerate(args):
            if not isinstance(a, Tensor) or a._storage is not o._storage:
                continue
            if dirty:
                mine = tangents[i]
                if mine is not None:
                    same = tangent._storage is mine._storage
                    if not same or mine._storage.writes == writes[i]:
                        raise RuntimeError(
                            "An inplace custom Function is not modifying the forward mode "
                            "gradients inplace. If the forward is modifying an input inplace, then "
                            "the jvp function must modify the corresponding gradient inplace."
                        )
            else:
                _require_view(tangent, tangents[i])
                if o is a:
                    outs[k] = o = o.view_as(o)
            break
        if not (dirty and forward.tangent_of(o) is tangent):
            level.dual(o, tangent)
    return tuple(outs) if isinstance(out, tuple) else outs[0]


def _require_view(tangent: Tensor, of: Tensor | None) -> None:
    """RuntimeError where a Function returned a view, and its `jvp` no view of the same."""
    if tangent._base is None:
        raise RuntimeError(
            "A custom Function's forward is returning a view (or an input as-is) but the jvp is "
            "not returning a view."
        )
    if of is None or tangent._base is of or tangent._base is of._base:
        return
    what = "the given grad input" if of._base is None else "the same base as the given grad input"
    raise RuntimeError(
        f"A custom Function is returning a view but the jvp is not returning a view of {what}."
    )


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
        outs = out if isinstance(out, tuple) else (out,)
        leaves = [t if t is None else t.detach().requires_grad_() for t in outs]
        given = [t for t in leaves if t is not None]
        refused = iter(_Refuse.apply(*given) if given else ())
        results = tuple(t if t is None else next(refused) for t in leaves)
        for t in results:
            if t is not None:  # what has no gradient keeps its place
                t._node.edges = tuple(x if x is None else (accumulator(x), 0) for x in leaves)
        return results if isinstance(out, tuple) else results[0]

    return backward


class _Refuse(Function):
    """Passes values on, and refuses to be differentiated."""

    label = "Error"

    @staticmethod
    def forward(ctx, *tensors):
        return tuple(wrap(t._value()) for t in tensors)

    @staticmethod
    def backward(ctx, *grads):
        raise RuntimeError(
            "trying to differentiate twice a function that was marked with @once_differentiable"
        )


class _Stop(Function):
    @staticmethod
    def forward(ctx, t):
        return t.view_as(t)

    @staticmethod
    def backward(ctx, g):
        return None


class UndefinedGrad:
    """`UndefinedGrad()(tensor)`: the tensor, whose gradient goes no further."""

    def __call__(self, t: Tensor) -> Tensor:
        return _Stop.apply(t)
