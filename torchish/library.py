"""`torch.library`: operators of programs.

https://docs.pytorch.org/docs/stable/library.html
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NoReturn

from torchish import _absent
from torchish._core.tensor import Tensor, overrides
from torchish._core.tensor.tape.modes import no_grad
from torchish._ops.registry import DEFINED, OpOverload, OpOverloadPacket, _Custom, ops
from torchish._ops.schema import infer_schema, parse
from torchish.func._batching import batching
from torchish.utils import _pytree as pytree

__all__ = [
    "CustomOpDef",
    "Library",
    "custom_op",
    "define",
    "fallthrough_kernel",
    "get_ctx",
    "get_kernel",
    "impl",
    "impl_abstract",
    "infer_schema",
    "opcheck",
    "register_autocast",
    "register_autograd",
    "register_fake",
    "register_kernel",
    "register_torch_dispatch",
    "register_vmap",
    "triton_op",
    "wrap_triton",
]

_KEYS = {"cpu": "CPU", "cuda": "CUDA", "meta": "Meta", "xpu": "XPU", "mps": "MPS"}
_KEYS |= dict.fromkeys(("default", "types"), "CompositeExplicitAutograd")


def fallthrough_kernel() -> None:
    """Registered for a key: the key's turn is passed on."""
    raise NotImplementedError("fallthrough_kernel() should never be called.")


def _split(qualname: str) -> tuple[str, str, str]:
    space, colons, rest = qualname.partition("::")
    if not colons:
        raise ValueError(
            f"Expected {qualname} to be of the form 'namespace::name': operators of torch.library "
            "have a namespace"
        )
    name, _, overload = rest.partition(".")
    return space, name, overload


def _defined(op: Any) -> OpOverload:
    """The operator of a name, a definition or the operator itself. RuntimeError for a name that
    nobody defined."""
    if isinstance(op, CustomOpDef):
        return op._opoverload
    if isinstance(op, OpOverload):
        return op
    if isinstance(op, OpOverloadPacket):
        return op.default
    space, name, overload = _split(op)
    found = DEFINED.get((space, name), {}).get(overload)
    if found is None:
        raise RuntimeError(f"operator {op} does not exist")
    return found


def _define(space: str, text: str, tags: Any = ()) -> OpOverload:
    schema = parse(f"{space}::{text.strip()}")
    name = schema.name.partition("::")[2]
    overloads = DEFINED.setdefault((space, name), {})
    if schema.overload_name in overloads:
        tail = f".{schema.overload_name}" if schema.overload_name else ""
        raise RuntimeError(
            f"Tried to register an operator ({space}::{text}) with the same name and overload name "
            f"multiple times: {schema.name}{tail} is defined already."
        )
    packet = OpOverloadPacket(space, name, _Custom(space, name))
    op = OpOverload(packet, schema.overload_name, None, schema)
    op.tags = list(tags) if isinstance(tags, Sequence) else [tags]
    overloads[schema.overload_name] = op
    # The packet that programs see is the namespace's own.
    op._overloadpacket = getattr(getattr(ops, space), name)
    return op


class Library:
    """Definitions (kind "DEF"), more of them ("FRAGMENT") or kernels ("IMPL") in a namespace. What
    it registered goes with it when it is destroyed."""

    def __init__(self, ns: str, kind: str, dispatch_key: str = "") -> None:
        if kind not in ("IMPL", "DEF", "FRAGMENT"):
            raise ValueError("Unsupported kind: ", kind)
        if ns in ("prim", "prims") or (ns == "aten" and kind == "DEF"):
            raise ValueError(f"{ns} is a reserved namespace. Please use another one.")
        self.ns, self.kind, self.dispatch_key = ns, kind, dispatch_key
        self._defined: list[OpOverload] = []
        self._kernels: list[tuple[OpOverload, str]] = []

    def __repr__(self) -> str:
        return f"Library(kind={self.kind}, ns={self.ns}, dispatch_key={self.dispatch_key})>"

    def define(self, schema: str, alias_analysis: str = "", *, tags: Any = ()) -> str:
        """Define an operator: "name(Tensor x) -> Tensor"; its name."""
        if self.kind == "IMPL":
            raise RuntimeError("define() can not be called on a Library of kind IMPL")
        if alias_analysis not in ("", "FROM_SCHEMA", "CONSERVATIVE"):
            raise RuntimeError(f"Invalid alias_analysis type {alias_analysis}")
        op = _define(self.ns, schema, tags)
        self._defined.append(op)
        return op.name()

    def impl(
        self,
        op_name: Any,
        fn: Callable,
        dispatch_key: str = "",
        *,
        with_keyset: bool = False,
        allow_override: bool = False,
    ) -> None:
        """Register a kernel of an operator for a dispatch key."""
        if not callable(fn):
            said = f"Input function is required to be a callable but found type {type(fn)}"
            raise TypeError(said)
        if with_keyset:
            raise NotImplementedError("Library.impl: with_keyset")
        key = dispatch_key or self.dispatch_key or "CompositeImplicitAutograd"
        own = isinstance(op_name, str) and "::" not in op_name
        op = _defined(f"{self.ns}::{op_name}" if own else op_name)
        if op._call is not None:
            raise NotImplementedError(
                f"Library.impl: a kernel of {op.name()}, which is torch's own"
            )
        if key in op.kernels and not allow_override:
            raise RuntimeError(
                "This is not allowed since there's already a kernel registered from python "
                f"overriding {op._opname}'s behavior for {key} dispatch key and {self.ns} "
                "namespace."
            )
        if fn is not fallthrough_kernel:
            op.kernels[key] = fn
            self._kernels.append((op, key))

    def fallback(self, fn: Callable, dispatch_key: str = "", *, with_keyset: bool = False) -> None:
        """Not there: there is no key that every operator goes through. NotImplementedError, unless
        it is for passing on."""
        if fn is not fallthrough_kernel:
            raise NotImplementedError("Library.fallback")

    def _register_fake(self, op_name: str, fn: Callable, _stacklevel: int = 1, **options: Any):
        _defined(op_name if "::" in op_name else f"{self.ns}::{op_name}").fake = fn

    def _destroy(self) -> None:
        """Take back what it registered."""
        for op, key in self._kernels:
            op.kernels.pop(key, None)
        for op in self._defined:
            overloads = DEFINED.get((op.namespace, op._opname), {})
            overloads.pop(op._overloadname, None)
            if not overloads:
                DEFINED.pop((op.namespace, op._opname), None)
                vars(getattr(ops, op.namespace)).pop(op._opname, None)
        self._defined.clear()
        self._kernels.clear()


@contextlib.contextmanager
def _scoped_library(*args: Any, **kwargs: Any):
    """A library for a `with` block."""
    made = Library(*args, **kwargs)
    try:
        yield made
    finally:
        made._destroy()


def define(qualname: Any, schema: Any, *, lib: Library | None = None, tags: Any = ()) -> Any:
    """Define an operator: `define("mylib::sin", "(Tensor x) -> Tensor")`."""
    if not isinstance(qualname, str):
        raise ValueError(
            "define(qualname, schema): expected qualname to be instance of str, got "
            f"{type(qualname)}"
        )
    space, name, overload = _split(qualname)
    if not schema.lstrip().startswith("("):
        raise ValueError(
            f'define(qualname, schema, ...): expected schema to look like e.g. "(Tensor x) -> '
            f'Tensor" but got "{schema}"'
        )
    tail = f".{overload}" if overload else ""
    op = _define(space, f"{name}{tail}{schema.strip()}", tags)
    if lib is not None:
        lib._defined.append(op)
    return op


def _keys(types: Any) -> list[str]:
    if types is None:
        return ["CompositeExplicitAutograd"]
    return [_KEYS.get(t, t) for t in ([types] if isinstance(types, str) else types)]


def impl(
    qualname: Any, types: Any, func: Callable | None = None, *, lib: Library | None = None
) -> Any:
    """Register a kernel for types of devices, "default" or dispatch keys, a decorator without
    `func`; or decorate it for a library: `impl(library, name, key)`."""
    if isinstance(qualname, Library):
        return lambda f: qualname.impl(types, f, func or "") or f

    def register(f: Callable) -> Callable:
        op = _defined(qualname)
        for key in _keys(types):
            op.kernels[key] = f
            if lib is not None:
                lib._kernels.append((op, key))
        return f

    return register if func is None else (register(func) and None)


def register_kernel(
    op: Any, device_types: Any, func: Callable | None = None, /, *, lib: Library | None = None
) -> Any:
    """Register a kernel for types of devices; None: for all of them."""
    return impl(op, device_types, func, lib=lib)


def register_fake(
    op: Any,
    func: Callable | None = None,
    /,
    *,
    lib: Library | None = None,
    _stacklevel: int = 1,
    allow_override: bool = False,
) -> Any:
    """Register the function that makes results without elements: it runs on `meta` tensors."""

    def register(f: Callable) -> Callable:
        _defined(op).fake = f
        return f

    return register if func is None else register(func)


def impl_abstract(
    qualname: Any, func: Callable | None = None, *, lib: Any = None, _stacklevel: int = 1
) -> Any:
    """The older name of `register_fake`."""
    return register_fake(qualname, func, lib=lib)


def register_autograd(
    op: Any,
    backward: Callable,
    /,
    *,
    setup_context: Callable | None = None,
    lib: Library | None = None,
) -> None:
    """Register a gradient: `setup_context(ctx, inputs, output)` keeps what
    `backward(ctx, *grads)` needs."""
    found = _defined(op)
    if found._schema is not None and found._schema.is_mutable:
        raise RuntimeError(
            f"Cannot register autograd formula for non-functional operator {found} with schema "
            f"{found._schema}. Please create a functional operator and register an autograd formula"
            " for that."
        )
    found.gradient = backward, setup_context


def register_vmap(op: Any, func: Callable | None = None, /, *, lib: Library | None = None) -> Any:
    """Register `func(info, in_dims, *args, **kwargs)`, for `vmap`: a batch's outputs and where in
    them its dimension is. NumPy can not look at its tensors."""

    def register(f: Callable) -> Callable:
        _defined(op).batched = functools.partial(batching, f)
        return f

    return register if func is None else register(func)


def register_autocast(
    op: Any, device_type: str, cast_inputs: Any, /, *, lib: Library | None = None
) -> None:
    """Within autocast of a type of devices, give the operator its floating-point inputs in a
    dtype. ValueError for a type that autocast does not know here."""
    if device_type not in ("cpu", "cuda"):
        raise ValueError(f"Unknown device type: {device_type}")
    _defined(op).casts[device_type] = cast_inputs


def register_torch_dispatch(
    op: Any, torch_dispatch_class: Any, func: Callable | None = None, /, *, lib: Any = None
) -> Any:
    """Register what the operator does for a mode, `func(mode, func, types, args, kwargs)`, or for a
    class of tensors, `func(func, types, args, kwargs)`, in the place of `__torch_dispatch__`."""

    def register(f: Callable) -> Callable:
        overrides.watch()
        _defined(op).by_class[torch_dispatch_class] = f
        return f

    return register if func is None else register(func)


def triton_op(
    name: str, fn: Callable | None = None, /, *, mutates_args: Any, schema: Any = None
) -> NoReturn:
    """NotImplementedError: Triton makes kernels for PyTorch only."""
    raise NotImplementedError("torch.library.triton_op")


def wrap_triton(triton_kernel: Any, /) -> Any:
    raise NotImplementedError("torch.library.wrap_triton")


def get_kernel(op: Any, dispatch_key: Any) -> Callable:
    """The kernel that is registered for a key. RuntimeError when there is none."""
    found, key = _defined(op), str(getattr(dispatch_key, "name", dispatch_key))
    if key not in found.kernels:
        raise RuntimeError(f"no kernel for {key} dispatch key is registered for {found.name()}")
    return found.kernels[key]


class _Context:
    def new_dynamic_size(self, *, min: int = 0, max: int | None = None) -> Any:
        raise NotImplementedError("torch.library.get_ctx().new_dynamic_size")

    create_unbacked_symint = new_dynamic_size


def get_ctx() -> _Context:
    """What a fake kernel may ask for sizes that depend on elements."""
    return _Context()


# --- operators from functions


class CustomOpDef:
    """An operator made of a function. Call it, or `torch.ops.ns.name`."""

    def __init__(self, namespace: str, name: str, schema: str, fn: Callable, tags: Any = None):
        self._namespace, self._name, self._schema = namespace, name, schema
        self._init_fn = fn
        self._qualname = f"{namespace}::{name}"
        overloads = DEFINED.get((namespace, name), {})
        overloads.pop("", None)  # a module that is loaded again defines it anew
        self._opoverload = _define(namespace, f"{name}{schema}", tags or ())
        functools.update_wrapper(self, fn)

    def __repr__(self) -> str:
        return f"<CustomOpDef({self._qualname})>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._opoverload(*args, **kwargs)

    def register_kernel(self, device_types: Any, fn: Callable | None = None, /) -> Callable:
        """Register a kernel for types of devices."""

        def register(f: Callable) -> Callable:
            for key in _keys(device_types):
                self._opoverload.kernels[key] = _checked(self, f)
            return f

        return register if fn is None else register(fn)

    def register_fake(self, fn: Callable, /) -> Callable:
        """Register the function that makes results without elements."""
        self._opoverload.fake = fn
        return fn

    def register_autograd(
        self, backward: Callable, /, *, setup_context: Callable | None = None
    ) -> None:
        """Register a gradient."""
        register_autograd(self._opoverload, backward, setup_context=setup_context)

    def register_vmap(self, func: Callable | None = None) -> Any:
        """Register what the operator does with a batch."""
        return register_vmap(self, func)

    def register_autocast(self, device_type: str, cast_inputs: Any) -> None:
        """Register the dtype of inputs within autocast."""
        register_autocast(self, device_type, cast_inputs)

    def register_torch_dispatch(self, torch_dispatch_class: Any, fn: Any = None, /) -> Any:
        """Register what the operator does for a mode or a class of tensors."""
        return register_torch_dispatch(self, torch_dispatch_class, fn)

    @contextlib.contextmanager
    def set_kernel_enabled(self, device_type: str, enabled: bool = True) -> Iterator[None]:
        """Run, or do not run, the kernel of a type of devices, within a `with` block; without one
        the function that the operator was made of takes its place."""
        key = _KEYS.get(device_type, device_type)
        if key not in self._opoverload.kernels:
            warnings.warn(
                f"Attempted to disable kernel for {device_type} but no kernel was registered",
                stacklevel=3,
            )
        before = set(self._opoverload.disabled)
        (self._opoverload.disabled.discard if enabled else self._opoverload.disabled.add)(key)
        try:
            yield
        finally:
            self._opoverload.disabled = before


def _checked(op: CustomOpDef, fn: Callable) -> Callable:
    """A kernel whose results must not be its inputs, as PyTorch demands."""

    @functools.wraps(fn)
    def kernel(*args: Any, **kwargs: Any) -> Any:
        out = fn(*args, **kwargs)
        given = {
            id(t._storage) for t in pytree.tree_leaves((args, kwargs)) if isinstance(t, Tensor)
        }
        for t in pytree.tree_leaves(out):
            if isinstance(t, Tensor) and id(t._storage) in given:
                raise RuntimeError(
                    f"{op._qualname} (with implementation in {inspect.getmodule(fn)}): The output "
                    "of this custom operator (1) must not also be an input to this custom operator "
                    "and (2) may not alias any inputs to this custom operator or other returns. "
                    "The most common way to trigger this error is if we have y = custom_op(x) and "
                    "y and x are the same Tensor. Please instead return a clone of the offending "
                    "output tensor(s) (e.g. return x.clone()) or refactor the custom operator to "
                    "not return y."
                )
        return out

    return kernel


def custom_op(
    name: str,
    fn: Callable | None = None,
    /,
    *,
    mutates_args: str | Iterable[str],
    device_types: Any = None,
    schema: str | None = None,
    tags: Sequence | None = None,
) -> Any:
    """Make a function an operator `namespace::name`, which programs see as one step; a decorator
    without `fn`.

    Its schema is read off the annotations, unless `schema` says it. `mutates_args` names the
    arguments that it writes to.
    """

    def make(f: Callable) -> CustomOpDef:
        space, short, _ = _split(name)
        said = schema if schema is not None else infer_schema(f, mutates_args=mutates_args)
        made = CustomOpDef(space, short, said, f, tags)
        if schema is not None and not isinstance(mutates_args, str):
            parsed = made._opoverload._schema
            assert parsed is not None
            written = {a.name for a in parsed.arguments if a.is_write}
            if written != set(mutates_args):
                raise ValueError(
                    f"Attempted to create a custom op with `mutates_args={mutates_args}` and "
                    f"`schema={schema}. The schema suggests that the op mutates {written} which is "
                    "different from what was provided to us in `mutates_args`."
                )
        made.register_kernel(device_types)(f)
        if device_types is not None:
            made._opoverload.kernels.setdefault("CompositeExplicitAutograd", _checked(made, f))
        return made

    return make if fn is None else make(fn)


# --- checks

_DEFAULT_TESTS = (
    "test_schema",
    "test_autograd_registration",
    "test_faketensor",
    "test_aot_dispatch_dynamic",
)


def opcheck(
    op: Any,
    args: tuple,
    kwargs: dict[str, Any] | None = None,
    *,
    test_utils: str | Sequence[str] = _DEFAULT_TESTS,
    raise_exception: bool = True,
    atol: float | None = None,
    rtol: float | None = None,
) -> dict[str, str]:
    """Whether an operator does what its registration says, for some arguments: that it writes to
    what its schema says only, that its fake kernel gives the shapes and dtypes that it gives.

    "SUCCESS" or the error for each test.
    """
    found = _defined(op)
    kwargs = kwargs or {}
    wanted = (test_utils,) if isinstance(test_utils, str) else tuple(test_utils)
    if unknown := set(wanted) - set(_DEFAULT_TESTS):
        raise RuntimeError(f"Invalid test_utils {unknown}: there are {_DEFAULT_TESTS}")
    results = {}
    for name in wanted:
        try:
            _TESTS[name](found, args, kwargs)
            results[name] = "SUCCESS"
        except Exception as error:
            if raise_exception:
                raise OpCheckError(f"opcheck(op, ...): {name} failed with {error}") from error
            results[name] = str(error)
    return results


class OpCheckError(Exception):
    """An operator does something else than its registration says."""


def _copies(things: Any) -> Any:
    return pytree.tree_map_only(
        Tensor, lambda t: t.detach().clone().requires_grad_(t.requires_grad), things
    )


def _test_schema(op: OpOverload, args: tuple, kwargs: dict) -> None:
    assert op._schema is not None
    positional, named = op._schema.fill(*_copies((args, kwargs)))
    given = dict(zip((a.name for a in op._schema.arguments), [*positional, *named.values()]))
    before = _copies(given)
    with no_grad():
        op(*positional, **named)
    for a in op._schema.arguments:
        if not a.is_write:
            for x, y in zip(pytree.tree_leaves(given[a.name]), pytree.tree_leaves(before[a.name])):
                if isinstance(x, Tensor):
                    same = (x == y) | ((x != x) & (y != y))
                    if not bool(same.all()):
                        raise RuntimeError(
                            f"Argument {a.name} is not defined as mutable but was mutated"
                        )


def _test_fake(op: OpOverload, args: tuple, kwargs: dict) -> None:
    with no_grad():
        real = op(*_copies(args), **_copies(kwargs))
        meta = pytree.tree_map_only(Tensor, lambda t: t.to("meta"), (args, kwargs))
        fake = op(*meta[0], **meta[1])
    for r, f in zip(pytree.tree_leaves(real), pytree.tree_leaves(fake), strict=True):
        if isinstance(r, Tensor) and (r.shape, r.dtype) != (f.shape, f.dtype):
            raise RuntimeError(
                f"the fake kernel gives {tuple(f.shape)} of {f.dtype}, the real one "
                f"{tuple(r.shape)} of {r.dtype}"
            )


def _test_registration(op: OpOverload, args: tuple, kwargs: dict) -> None:
    by_hand = [k for k in op.kernels if k in ("CPU", "CUDA", "CompositeExplicitAutograd")]
    if any(k.startswith("Autograd") for k in by_hand):
        raise RuntimeError("an autograd kernel stands for a device's")


def _test_gradient(op: OpOverload, args: tuple, kwargs: dict) -> None:
    leaves = [t for t in pytree.tree_leaves((args, kwargs)) if isinstance(t, Tensor)]
    if op.gradient is None or not any(t.requires_grad for t in leaves):
        return
    made = _copies((args, kwargs))
    out = op(*made[0], **made[1])
    total = sum(
        t.sum() for t in pytree.tree_leaves(out) if isinstance(t, Tensor) and t.requires_grad
    )
    if isinstance(total, Tensor):
        total.backward()


_TESTS = {
    "test_schema": _test_schema,
    "test_faketensor": _test_fake,
    "test_autograd_registration": _test_registration,
    "test_aot_dispatch_dynamic": _test_gradient,
}

__getattr__ = _absent.attributes(__name__)
