"""Module hooks: registration, removal, and a module's call when it has any.

A module without hooks goes from `__call__` straight to `forward`. With hooks the call comes here.
Backward hooks surround the module with two identity Functions: the one on its outputs sees the
gradients that arrive, the one on its inputs the gradients that leave, which is when the hook runs.
https://docs.pytorch.org/docs/stable/notes/modules.html#module-hooks
"""

from __future__ import annotations

import functools
import itertools
import warnings
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torchish._core.base.frames import user_level
from torchish._core.tensor import Function, RemovableHandle, Tensor, is_grad_enabled

if TYPE_CHECKING:
    from torchish.nn.modules.module import Module

forward_pre: OrderedDict[int, Callable] = OrderedDict()
forward: OrderedDict[int, Callable] = OrderedDict()
forward_always: OrderedDict[int, bool] = OrderedDict()
forward_with_kwargs: OrderedDict[int, bool] = OrderedDict()
backward_pre: OrderedDict[int, Callable] = OrderedDict()
backward: OrderedDict[int, Callable] = OrderedDict()
# Whether the global backward hooks are full ones; None while there never was one.
_backward_is_full: list[bool | None] = [None]
parameter_registration: OrderedDict[int, Callable] = OrderedDict()
module_registration: OrderedDict[int, Callable] = OrderedDict()
buffer_registration: OrderedDict[int, Callable] = OrderedDict()
# PyTorch's names of them in `torch.nn.modules.module`.
GLOBAL: dict[str, OrderedDict[int, Any]] = {
    "_global_forward_pre_hooks": forward_pre,
    "_global_forward_hooks": forward,
    "_global_forward_hooks_always_called": forward_always,
    "_global_forward_hooks_with_kwargs": forward_with_kwargs,
    "_global_backward_pre_hooks": backward_pre,
    "_global_backward_hooks": backward,
    "_global_parameter_registration_hooks": parameter_registration,
    "_global_module_registration_hooks": module_registration,
    "_global_buffer_registration_hooks": buffer_registration,
}


def add(
    hooks: OrderedDict, hook: Callable, *flags: OrderedDict, prepend: bool = False
) -> RemovableHandle:
    """Enter a hook, marked in each of `flags`; the handle removes it from all."""
    handle = RemovableHandle(hooks, extra_dict=list(flags)) if flags else RemovableHandle(hooks)
    hooks[handle.id] = hook
    for f in flags:
        f[handle.id] = True
    if prepend:
        hooks.move_to_end(handle.id, last=False)
    return handle


def register_module_forward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Run `hook(module, args)` before every module's forward."""
    return add(forward_pre, hook)


def register_module_forward_hook(
    hook: Callable[..., Any], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Run `hook(module, args[, kwargs], output)` after every module's forward."""
    flags = [
        d
        for d, wanted in ((forward_always, always_call), (forward_with_kwargs, with_kwargs))
        if wanted
    ]
    return add(forward, hook, *flags)


def _claim_backward(full: bool) -> None:
    if _backward_is_full[0] is (not full):
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a "
            "global Module hook. Please use only one of them."
        )
    _backward_is_full[0] = full


def register_module_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Deprecated in favour of `register_module_full_backward_hook`."""
    _claim_backward(False)
    return add(backward, hook)


def register_module_full_backward_pre_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Run `hook(module, grad_output)` before every module's backward."""
    return add(backward_pre, hook)


def register_module_full_backward_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Run `hook(module, grad_input, grad_output)` after every module's backward."""
    _claim_backward(True)
    return add(backward, hook)


def register_module_parameter_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Run `hook(module, name, parameter)` whenever a parameter is registered; a result replaces
    it."""
    return add(parameter_registration, hook)


def register_module_module_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Run `hook(module, name, submodule)` whenever a submodule is registered; a result replaces
    it."""
    return add(module_registration, hook)


def register_module_buffer_registration_hook(hook: Callable[..., Any]) -> RemovableHandle:
    """Run `hook(module, name, buffer)` whenever a buffer is registered; a result replaces it."""
    return add(buffer_registration, hook)


def at_registration(hooks: OrderedDict, module: Module, name: str, value: Any) -> Any:
    """What the registration hooks make of a value."""
    for hook in hooks.values():
        out = hook(module, name, value)
        if out is not None:
            value = out
    return value


class WithModule:
    """A hook that is called with the module that it was registered on, held weakly unless it was
    made without one."""

    def __init__(self, hook: Callable, module=None):
        self.hook = hook
        functools.update_wrapper(self, hook)
        self.with_module = module is not None
        if module is not None:
            self.module = weakref.ref(module)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.with_module:
            return self.hook(*args, **kwargs)
        module = self.module()
        if module is None:
            raise RuntimeError("You are trying to call the hook of a dead Module!")
        return self.hook(module, *args, **kwargs)

    def __getstate__(self) -> dict:
        state = {"hook": self.hook, "with_module": self.with_module}
        if self.with_module:
            state["module"] = self.module()
        return state

    def __setstate__(self, state: dict) -> None:
        self.hook, self.with_module = state["hook"], state["with_module"]
        if self.with_module:
            if state["module"] is None:
                raise RuntimeError("You are trying to revive the hook of a dead Module!")
            self.module = weakref.ref(state["module"])


class BackwardHookFunction(Function):
    """Identity that hands its incoming gradients to `see` and passes on what that gives."""

    @staticmethod
    def forward(ctx: Any, see: Callable[..., Any], *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.see = see
        ctx.set_materialize_grads(False)
        ctx.mark_non_differentiable(*[t for t in tensors if not t.requires_grad])
        return tensors

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> tuple[Tensor | None, ...]:
        return (None, *ctx.see(grads))


class _Surround:
    """The backward and backward pre-hooks of one call of a module."""

    def __init__(self, module, user_hooks: list, user_pre_hooks: list):
        self.module, self.hooks, self.pre_hooks = module, user_hooks, user_pre_hooks
        self.grad_outputs: tuple | None = None
        self.n_inputs = self.n_outputs = -1
        self.input_places: list[int] | None = None
        self.output_places: list[int] = []

    @staticmethod
    def _through(see, values: tuple) -> tuple[tuple, list[int] | None]:
        places = [i for i, v in enumerate(values) if isinstance(v, Tensor)]
        tensors = [values[i] for i in places]
        if not (is_grad_enabled() and any(t.requires_grad for t in tensors)):
            return values, None
        out = list(values)
        for i, t in zip(places, BackwardHookFunction.apply(see, *tensors), strict=True):
            out[i] = t
        return tuple(out), places

    def inputs(self, args: tuple) -> tuple:
        self.n_inputs = len(args)
        args, self.input_places = self._through(self._leaving, args)
        return args

    def outputs(self, result):
        single = not isinstance(result, tuple)
        values = (result,) if single else result
        self.n_outputs = len(values)
        places = [i for i, v in enumerate(values) if isinstance(v, Tensor)]
        values, taken = self._through(self._arriving, values)
        self.output_places = taken if taken is not None else places
        return values[0] if single else values

    def _arriving(self, grads: tuple) -> tuple:
        full = _scatter(grads, self.output_places, self.n_outputs)
        for hook in self.pre_hooks:
            out = hook(self.module, full)
            if out is not None:
                out = out if isinstance(out, tuple) else (out,)
                if len(out) != len(full):
                    raise RuntimeError(
                        "Backward pre hook returned an invalid number of grad_output, "
                        f"got {len(out)}, but expected {len(full)}"
                    )
                full = out
        self.grad_outputs = full
        if self.input_places is None:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module "
                "outputs since no inputs require gradients. See https://docs.pytorch.org/docs/main/"
                "generated/torch.nn.Module.html#torch.nn.Module.register_full_backward_hook for "
                "more details.",
                stacklevel=user_level(),
            )
            none = tuple([None] * self.n_inputs)
            for hook in self.hooks:
                out = hook(self.module, none, full)
                if out is not None and not (isinstance(out, tuple) and all(o is None for o in out)):
                    raise RuntimeError(
                        "Backward hook for Modules where no input requires "
                        "gradient should always return None or None for all gradients."
                    )
            self.grad_outputs = None
        return tuple(full[i] for i in self.output_places)

    def _leaving(self, grads: tuple) -> tuple:
        if self.grad_outputs is None:
            # The outputs took no part in this backward pass.
            return grads
        full = _scatter(grads, self.input_places, self.n_inputs)
        for hook in self.hooks:
            out = hook(self.module, full, self.grad_outputs)
            if out is None:
                continue
            out = out if isinstance(out, tuple) else (out,)
            if len(out) != len(full):
                raise RuntimeError(
                    "Backward hook returned an invalid number of grad_input, "
                    f"got {len(out)}, but expected {len(full)}"
                )
            full = out
        self.grad_outputs = None
        return tuple(full[i] for i in self.input_places)


def _scatter(values: tuple, places: list[int], n: int) -> tuple:
    out: list = [None] * n
    for i, v in zip(places, values, strict=True):
        out[i] = v
    return tuple(out)


def _run_pre_hooks(module, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
    for key, hook in (*forward_pre.items(), *module._forward_pre_hooks.items()):
        if key in module._forward_pre_hooks_with_kwargs:
            out = hook(module, args, kwargs)
            if out is not None:
                if not (isinstance(out, tuple) and len(out) == 2):
                    raise RuntimeError(
                        "forward pre-hook must return None or a tuple of (new_args, new_kwargs), "
                        f"but got {out}."
                    )
                args, kwargs = out
        else:
            out = hook(module, args)
            if out is not None:
                args = out if isinstance(out, tuple) else (out,)
    return args, kwargs


def _first_tensor(result):
    while not isinstance(result, Tensor):
        if isinstance(result, dict):
            result = next(v for v in result.values() if isinstance(v, Tensor))
        else:
            result = result[0]
    return result


def _tell_of_missing(args: Any, result: Any, node: Any) -> None:
    """Warn where a hook that is not a full one does not see all of a module's gradients."""
    several = "and will be removed in future versions. This hook will be missing some "
    if not isinstance(result, Tensor) and not _all_tensors(result):
        what = "Using non-full backward hooks on a Module that does not return a single Tensor or "
        what += "a tuple of Tensors is deprecated " + several + "of the grad_output."
    elif not isinstance(args, Tensor) and not _all_tensors(args):
        what = "Using non-full backward hooks on a Module that does not take as input a single "
        what += f"Tensor or a tuple of Tensors is deprecated {several}of the grad_input."
    else:
        results = (result,) if isinstance(result, Tensor) else result
        inputs = {x.grad_fn for x in args if x.grad_fn is not None}
        if len({r.grad_fn for r in results if r.grad_fn is not None}) > 1:
            what = "Using a non-full backward hook when outputs are generated by different "
            what += f"autograd Nodes is deprecated {several}grad_output."
        elif inputs != {n for n, _ in node.next_functions}:
            what = "Using a non-full backward hook when the forward contains multiple autograd "
            what += f"Nodes is deprecated {several}grad_input."
        else:
            return
    what += " Please use register_full_backward_hook to get the documented behavior."
    warnings.warn(what, FutureWarning, stacklevel=user_level())


def _all_tensors(values: Any) -> bool:
    return isinstance(values, tuple) and all(isinstance(v, Tensor) for v in values)


class _Call:
    """One call of a module with hooks; remembers which hooks ran, for those that run even after an
    error."""

    def __init__(self, module):
        self.module = module
        self.ran: set[int] = set()

    def run(self, args: tuple, kwargs: dict):
        m = self.module
        pre = [*backward_pre.values(), *m._backward_pre_hooks.values()]
        own = list(m._backward_hooks.values())
        full = [
            *(backward.values() if _backward_is_full[0] else ()),
            *(own if m._is_full_backward_hook else ()),
        ]
        legacy = [
            *(backward.values() if _backward_is_full[0] is False else ()),
            *(own if m._is_full_backward_hook is False else ()),
        ]
        args, kwargs = _run_pre_hooks(m, args, kwargs)
        around = None
        if full or pre:
            around = _Surround(m, full, pre)
            args = around.inputs(args)
        result = m.forward(*args, **kwargs)
        for key, hook in (*forward.items(), *m._forward_hooks.items()):
            if key in m._forward_hooks_always_called or key in forward_always:
                self.ran.add(key)
            if key in m._forward_hooks_with_kwargs or key in forward_with_kwargs:
                out = hook(m, args, kwargs, result)
            else:
                out = hook(m, args, result)
            if out is not None:
                result = out
        if around is not None:
            if not isinstance(result, (Tensor, tuple)):
                warnings.warn(
                    "For backward hooks to be called, module output should be a Tensor or a tuple "
                    f"of Tensors but received {type(result)}",
                    stacklevel=4,
                )
            result = around.outputs(result)
        if legacy:
            node = _first_tensor(result).grad_fn
            if node is not None:
                _tell_of_missing(args, result, node)
                for hook in legacy:
                    node.register_hook(WithModule(hook, m))
        return result

    def after_error(self, args: tuple, kwargs: dict) -> None:
        """Run the hooks that are always called and did not come to it."""
        m = self.module
        for key, hook in itertools.chain(forward.items(), m._forward_hooks.items()):
            everywhere = key in forward_always
            if key in self.ran or not (everywhere or key in m._forward_hooks_always_called):
                continue
            try:
                if key in m._forward_hooks_with_kwargs or key in forward_with_kwargs:
                    hook(m, args, kwargs, None)
                else:
                    hook(m, args, None)
            except Exception as e:
                kind = "global module" if everywhere else "module"
                warnings.warn(
                    f"{kind} forward hook with ``always_call=True`` raised an exception "
                    f"that was silenced as another error was raised in forward: {e}",
                    stacklevel=4,
                )


def call(module: Module, args: tuple, kwargs: dict) -> Any:
    """Call a module that has hooks, or while there are global ones."""
    c = _Call(module)
    if not (forward_always or module._forward_hooks_always_called):
        return c.run(args, kwargs)
    try:
        return c.run(args, kwargs)
    except Exception:  # hooks with `always_call` hear of any error, which goes on
        c.after_error(args, kwargs)
        raise
