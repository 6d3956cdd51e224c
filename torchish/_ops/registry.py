"""Operators by name: `torch.ops.<namespace>.<name>.<overload>`.

Note [Custom operators]
An operator is an `OpOverload`; a packet of overloads is chosen by `torch.ops.ns.name`. Those of
`aten` are the public functions of this package (aten.py). Those of a program are made by
`torch.library` and have kernels by dispatch key: a call goes to the autograd kernel, if there is
one; otherwise, when a gradient is wanted, through a `Function` that calls the registered backward;
then to the kernel of the arguments' device, or the composite one. On `meta` tensors the fake kernel
runs. `defined` counts what has been defined, so that a packet notices new overloads.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

from torchish._core.tensor import Function, Tensor
from torchish._core.tensor import overrides as _overrides
from torchish._core.tensor.inner import is_traced
from torchish._core.tensor.public import namespace
from torchish._core.tensor.tape.modes import no_grad
from torchish._core.tensor.tape.modes import state as modes
from torchish._ops import asking
from torchish._ops.schema import FunctionSchema
from torchish.amp.autocast_mode import autocast
from torchish.utils import _pytree as pytree

__all__ = ["OpOverload", "OpOverloadPacket", "OperatorBase", "Ops", "custom", "ops"]


class _Dispatch(threading.local):
    def __init__(self):
        self.below_autograd = 0


dispatch = _Dispatch()


@contextlib.contextmanager
def below_autograd() -> Iterator[None]:
    """Within it, operators of programs run their kernels, not those for autograd."""
    dispatch.below_autograd += 1
    try:
        yield
    finally:
        dispatch.below_autograd -= 1


def tensors_of(*things: Any) -> list[Tensor]:
    """The tensors among arguments."""
    return [x for x in pytree.tree_leaves(things) if isinstance(x, Tensor)]


class OperatorBase:
    """What operators have in common."""

    def name(self) -> str:
        """The operator's qualified name."""
        raise NotImplementedError


class OpOverload(OperatorBase):
    """One operator."""

    def __init__(self, packet: OpOverloadPacket, overload: str, call: Callable | None, schema: Any):
        self._overloadpacket, self._overloadname, self._call = packet, overload, call
        self._schema: FunctionSchema | None = schema
        self._opname = packet._opname
        self.namespace = packet._namespace
        self.tags: list[Any] = []
        self.kernels: dict[str, Callable] = {}
        self.fake: Callable | None = None
        self.gradient: tuple[Callable | None, Callable | None] | None = None
        self.batched: Callable | None = None  # by torch.library.register_vmap
        self.disabled: set[str] = set()
        self.by_class: dict[
            type, Callable
        ] = {}  # of modes and tensors, in __torch_dispatch__'s place
        # The dtype that autocast of a type of devices gives inputs.
        self.casts: dict[str, Any] = {}
        self.__name__ = f"{packet._opname}.{overload or 'default'}"
        self.__qualname__ = self.__name__
        self.__module__ = packet.__module__

    @property
    def overloadpacket(self) -> OpOverloadPacket:
        """The operator's overloads."""
        return self._overloadpacket

    @property
    def op(self) -> OpOverload:
        """The operator itself."""
        return self

    @property
    def _mutable(self) -> bool:
        """Whether it writes to an argument."""
        if self._schema is not None:
            return self._schema.is_mutable
        return self._opname.endswith("_") or self._overloadname == "out"

    @property
    def callable_here(self) -> bool:
        """Whether there is anything to call: not every name of PyTorch's is supported."""
        return self._call is None or not getattr(self._call, "absent", False)

    def name(self) -> str:
        tail = f".{self._overloadname}" if self._overloadname not in ("", "default") else ""
        return f"{self.namespace}::{self._opname}{tail}"

    def __repr__(self) -> str:
        overload = self._overloadname or "default"
        return f"<OpOverload(op='{self.namespace}.{self._opname}', overload='{overload}')>"

    def __str__(self) -> str:
        return f"{self.namespace}.{self.__name__}"

    def __deepcopy__(self, memo: dict) -> OpOverload:
        return self

    def __reduce__(self):
        return _find, (self.namespace, self._opname, self._overloadname or "default")

    def has_kernel_for_dispatch_key(self, key: Any) -> bool:
        """Whether a kernel is registered for a key."""
        return str(getattr(key, "name", key)) in self.kernels

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if _overrides._armed:
            found = _overrides.overriding((*args, *kwargs.values()))
            if found or _overrides.state.modes:
                return _overrides.handle(self, found, args, kwargs)
        if _overrides.Lower.call is not None and self.namespace == "aten":
            if asking.dispatching(args, kwargs):
                return Above.call(self, args, kwargs)
        return self.plainly(*args, **kwargs)

    def plainly(self, /, *args: Any, **kwargs: Any) -> Any:
        """The operator itself, without asking modes and classes."""
        if self._call is not None:
            return self._call(*args, **kwargs)
        return custom(self, args, kwargs)


class Above:
    """What an operator of `aten` does while modes or classes ask (see python_key.py)."""

    call: Callable[[Any, tuple, dict], Any]


def _find(namespace: str, name: str, overload: str) -> OpOverload:
    return getattr(getattr(getattr(ops, namespace), name), overload)


def _key(tensors: list[Tensor]) -> str:
    kinds = {t.device.type for t in tensors}
    if "meta" in kinds:
        return "Meta"
    kind = next((k for k in sorted(kinds) if k != "cpu"), "cpu")
    return {"cpu": "CPU", "cuda": "CUDA"}.get(kind, kind.upper())


def custom(op: OpOverload, args: tuple, kwargs: dict[str, Any]) -> Any:
    """A call of a program's operator."""
    schema = op._schema
    assert schema is not None
    positional, named = schema.fill(args, kwargs)
    tensors = tensors_of(positional, named)
    if op.casts and modes.autocast is not None:
        kind = next((t.device.type for t in tensors), "cpu")
        if kind in op.casts and namespace("")["is_autocast_enabled"](kind):
            cast = functools.partial(_cast, dtype=op.casts[kind])
            with autocast(kind, enabled=False):
                return custom(op, *pytree.tree_map_only(Tensor, cast, (args, kwargs)))
    wanted = modes.grad and any(t.requires_grad for t in tensors)
    if not dispatch.below_autograd:
        key = _key(tensors)
        kernel = op.kernels.get(f"Autograd{key}") or op.kernels.get("Autograd")
        if kernel is not None and op.gradient is None:
            return kernel(*positional, **named)
        if wanted and op.gradient is not None:
            return _Differentiable.run(op, positional, named)
        composite = op.kernels.get("CompositeImplicitAutograd")
        if composite is not None and key not in op.kernels:
            return composite(*positional, **named)
        if wanted and not schema.is_mutable:
            return _Differentiable.run(op, positional, named)
    return _asked(op, positional, named)


def _asked(op: OpOverload, positional: list, named: dict[str, Any]) -> Any:
    """The operator's kernel, unless a mode or a class takes its place."""

    def kernel(*args: Any, **kwargs: Any) -> Any:
        given, rest, tensors = list(args), kwargs, tensors_of(args, kwargs)
        f = kernel_of(op, tensors)
        if op.batched is not None and any(is_traced(t) for t in tensors):
            return observed(op, given, op.batched(f, args, rest))
        return observed(op, given, f(*given, **rest))

    if _overrides.Lower.call is None:
        return kernel(*positional, **named)
    with asking.below_autograd():
        return asking.invoke(op, tuple(positional), named, kernel)


def _cast(t: Tensor, dtype: Any) -> Tensor:
    return t.to(dtype) if t.is_floating_point() else t


def observed(op: OpOverload, args: list, result: Any) -> Any:
    """The result, of which those who count are told."""
    for o in modes.observers:
        o.custom(op, args, result)
    return result


def kernel_of(op: OpOverload, tensors: list[Tensor]) -> Callable:
    """The function that computes an operator for such arguments. NotImplementedError when there is
    none."""
    key = _key(tensors)
    if key == "Meta" and "Meta" not in op.kernels:
        if op.fake is None and "CompositeImplicitAutograd" not in op.kernels:
            raise NotImplementedError(
                f"{op.name()}: attempted to run this operator with Meta tensors, but there was no "
                "fake impl or Meta kernel registered"
            )
        if op.fake is not None:
            return op.fake
    for candidate in (key, "CompositeExplicitAutograd", "CompositeImplicitAutograd"):
        if candidate in op.kernels and candidate not in op.disabled:
            return op.kernels[candidate]
    raise NotImplementedError(
        f"Could not run '{op.name()}' with arguments from the '{key}' backend: no kernel is "
        "registered for it"
    )


class _Differentiable(Function):
    """An operator of a program, whose gradient is the registered function's."""

    @staticmethod
    def run(op: OpOverload, positional: list, named: dict[str, Any]) -> Any:
        leaves, spec = pytree.tree_flatten((tuple(positional), named))
        result = _Differentiable.apply(op, spec, *leaves)
        return result

    @staticmethod
    def forward(ctx: Any, op: OpOverload, spec: Any, *leaves: Any) -> Any:
        positional, named = pytree.tree_unflatten(leaves, spec)
        with below_autograd(), no_grad():
            out = _asked(op, list(positional), named)
        ctx.op, ctx.spec = op, spec
        setup = op.gradient[1] if op.gradient is not None else None
        if setup is not None:
            if named:
                setup(ctx, tuple(positional), named, out)
            else:
                setup(ctx, tuple(positional), out)
        ctx.listed = isinstance(out, list)
        return tuple(out) if ctx.listed else out

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        op: OpOverload = ctx.op
        if op.gradient is None or op.gradient[0] is None:
            raise RuntimeError(
                f"Trying to backward through {op} but no autograd formula was registered. Please "
                "use register_autograd to add one."
            )
        given = ([*grads],) if ctx.listed else grads
        found = op.gradient[0](ctx, *given)
        found = found if isinstance(found, tuple) else (found,)
        positional_spec, named_spec = ctx.spec.children()
        if len(found) != positional_spec.num_children:
            raise RuntimeError(
                f"{op}: backward gave {len(found)} gradients, one for each of "
                f"{positional_spec.num_children} inputs was expected"
            )
        out: list[Any] = []
        for g, spec in zip(found, positional_spec.children(), strict=True):
            if spec.is_leaf():
                out.append(g)
            elif g is None:
                out += [None] * spec.num_leaves
            else:
                out += pytree.tree_leaves(g, is_leaf=lambda x: x is None)
        return (None, None, *out, *([None] * named_spec.num_leaves))


class OpOverloadPacket(OperatorBase):
    """The overloads of one name. Calling it calls the one that fits."""

    def __init__(self, namespace: str, name: str, finder: Any):
        self._namespace, self._opname, self._finder = namespace, name, finder
        self._qualified_op_name = f"{namespace}::{name}"
        self.__name__ = name
        self.__qualname__ = name
        self.__module__ = f"torch._ops.{namespace}"
        self._made: dict[str, OpOverload] = {}

    def __repr__(self) -> str:
        return f"<OpOverloadPacket(op='{self._namespace}.{self._opname}')>"

    def __str__(self) -> str:
        return f"{self._namespace}.{self._opname}"

    def __deepcopy__(self, memo: dict) -> OpOverloadPacket:
        return self

    @property
    def op(self) -> OpOverloadPacket:
        """The packet itself."""
        return self

    def overloads(self) -> list[str]:
        """The names of the overloads."""
        return [n or "default" for n in self._finder.names(self._opname)]

    def __getattr__(self, key: str) -> OpOverload:
        made = self.__dict__.get("_made")
        if made is None or key.startswith("__"):
            raise AttributeError(key)
        found = self._finder(key)
        if found is None:
            raise AttributeError(f"The underlying op of '{self}' has no overload name '{key}'")
        return found

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        names = self.overloads()
        if "default" in names or len(names) == 1 or self._namespace == "aten":
            return getattr(self, "default" if "default" in names else names[0])(*args, **kwargs)
        errors = []
        for name in names:
            overload = getattr(self, name)
            try:
                overload._schema.fill(args, kwargs)
            except RuntimeError as error:
                errors.append(str(error))
                continue
            return overload(*args, **kwargs)
        raise RuntimeError("\n".join(errors))


class _Custom:
    """Finds the overloads of a program's operator."""

    def __init__(self, namespace: str, name: str):
        self.namespace, self.name = namespace, name

    def names(self, name: str) -> list[str]:
        return list(DEFINED.get((self.namespace, name), {}))

    def __call__(self, overload: str) -> OpOverload | None:
        found = DEFINED.get((self.namespace, self.name), {})
        return found.get("" if overload == "default" else overload)


# The overloads of each operator that a program defined.
DEFINED: dict[tuple[str, str], dict[str, OpOverload]] = {}


class Namespace(types.ModuleType):
    """`torch.ops.<name>`."""

    def __init__(self, name: str):
        super().__init__(f"torch.ops.{name}")
        self.name = name
        self._dir: list[str] = []

    def __getattr__(self, op: str) -> OpOverloadPacket:
        if op.startswith("__"):
            raise AttributeError(op)
        if (self.name, op) not in DEFINED:
            raise AttributeError(f"'_OpNamespace' '{self.name}' object has no attribute '{op}'")
        packet = OpOverloadPacket(self.name, op, _Custom(self.name, op))
        setattr(self, op, packet)
        return packet

    def __dir__(self) -> list[str]:
        return sorted(name for space, name in DEFINED if space == self.name)


class Ops(types.ModuleType):
    """`torch.ops`: a namespace for each word."""

    loaded_libraries: set[str]

    def __init__(self) -> None:
        super().__init__("torch.ops")
        self.loaded_libraries = set()

    def __getattr__(self, name: str) -> Namespace:
        if name.startswith("__"):
            raise AttributeError(name)
        made = Namespace(name)
        setattr(self, name, made)
        return made

    def load_library(self, path: Any) -> None:
        """OSError: extensions compiled for PyTorch need its binary."""
        raise OSError(f"torch.ops.load_library: {path} is compiled for PyTorch")

    def import_module(self, module: str) -> None:
        """Import a Python module, which defines operators."""
        __import__(module)


ops = Ops()


class _Late:
    """`ops.aten`, which is put in place when the whole package is there."""

    def __getattr__(self, name: str) -> OpOverloadPacket:
        return getattr(ops.aten, name)


aten: Any = _Late()
