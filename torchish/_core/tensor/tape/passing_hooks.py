"""The hooks that gradients pass on their way: what they are given, and what they may give back.

https://docs.pytorch.org/docs/stable/notes/autograd.html#backward-hooks-execution
"""

from __future__ import annotations

from typing import Any

from torchish._core.tensor.tape.cotangents import of_tensor, tensor_of
from torchish._core.tensor.tape.handles import RetainedGrad
from torchish._core.tensor.tensor import Tensor

__all__ = ["run_post_hooks", "run_pre_hooks", "run_tensor_hooks"]


def run_tensor_hooks(node, cts: list, build: bool) -> None:
    for i, hooks in node.tensor_hooks.items():
        # Gradients are retained after the hooks, in whatever order both were asked for.
        for hook in sorted(hooks.values(), key=RetainedGrad.is_kept):
            g = tensor_of(cts[i])
            r = hook(g)
            if r is not None:
                check(hook, g, r)
                cts[i] = of_tensor(r, build)


def run_pre_hooks(node, cts: list, build: bool) -> None:
    for hook in list(node.pre_hooks.values()):
        given = tuple([tensor_of(c) for c in cts])
        cts[:] = _replaced(hook, hook(given), given, cts, build)


def run_post_hooks(node, grads: list, cts: list, build: bool) -> list:
    outs = tuple([tensor_of(c) for c in cts])
    shown = [i for i in node.shown() if i < len(grads)]
    for hook in list(node.post_hooks.values()):
        given = tuple([tensor_of(grads[i]) for i in shown])
        found = [grads[i] for i in shown]
        made = _replaced(hook, hook(given, outs), given, found, build)
        for i, c in zip(shown, made, strict=True):
            grads[i] = c
    return grads


def _replaced(hook, result: Any, given: tuple, before: list, build: bool) -> list:
    """The cotangents, or what a hook gave in their place."""
    if result is None:
        return before
    if not isinstance(result, tuple):
        raise TypeError(f"expected tuple, but hook returned '{type(result).__name__}'")
    if len(result) != len(given):
        raise RuntimeError(
            f"hook '{_name(hook)}' has returned an incorrect number of values "
            f"(got {len(result)}, but expected {len(given)})"
        )
    for g, r in zip(given, result, strict=True):
        check(hook, g, r)
    return [of_tensor(r, build) for r in result]


def _name(hook) -> str:
    return getattr(hook, "__name__", "<unknown>")


def check(hook, g: Tensor | None, r: Any) -> None:
    """Refuse what cannot stand in a gradient's place."""
    if r is None:
        return
    if g is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if not isinstance(r, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(r).__name__}'")
    if g.dtype is not r.dtype or g.layout is not r.layout or g.device.type != r.device.type:
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the type of value (was {g.type()} got {r.type()})"
        )
    if g.shape != r.shape:
        raise RuntimeError(f"hook '{_name(hook)}' has changed the size of value")
