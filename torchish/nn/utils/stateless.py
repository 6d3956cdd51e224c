"""Modules called with other parameters than their own.

https://docs.pytorch.org/docs/stable/generated/torch.func.functional_call.html
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torchish._core.tensor import Tensor
from torchish.nn.modules.module import Module

__all__ = ["functional_call"]


def _homes(module: Module) -> dict[str, tuple[dict, str, Tensor]]:
    """Where each parameter and buffer is kept: its dict, its name there, and itself."""
    found = {}
    for prefix, m in module.named_modules(remove_duplicate=False):
        for home in (m._parameters, m._buffers):
            for name, t in home.items():
                if t is not None:
                    found[f"{prefix}.{name}" if prefix else name] = (home, name, t)
    return found


@contextmanager
def _reparametrize_module(
    module: Module,
    parameters_and_buffers: dict[str, Tensor],
    *,
    tie_weights: bool = False,
    strict: bool = False,
) -> Iterator[None]:
    """Inside, the module has the given tensors; with `tie_weights` also under the other names of
    the same tensor."""
    homes = _homes(module)
    given = dict(parameters_and_buffers)
    errors = []
    if strict:
        unexpected = [n for n in given if n not in homes]
        tied = {id(homes[n][2]) for n in given if n in homes} if tie_weights else set()
        missing = [n for n, (_, _, t) in homes.items() if n not in given and id(t) not in tied]
        if unexpected:
            errors.append(f"Unexpected key(s): {', '.join(map(repr, unexpected))}.")
        if missing:
            errors.append(f"Missing key(s): {', '.join(map(repr, missing))}.")
        if errors:
            raise RuntimeError(
                "Error(s) in reparametrizing for {}:\n\t{}".format(
                    module._get_name(), "\n\t".join(errors)
                )
            )
    if tie_weights:
        by_tensor: dict[int, list[str]] = {}
        for name, (_, _, t) in homes.items():
            by_tensor.setdefault(id(t), []).append(name)
        for names in by_tensor.values():
            values = [n for n in names if n in given]
            if len({id(given[n]) for n in values}) > 1:
                raise ValueError(
                    f"functional_call got multiple values for keys {sorted(values)}, which are "
                    "tied. Consider using tie_weights=False"
                )
            if values:
                given.update({n: given[values[0]] for n in names})
    before = []
    try:
        for name, value in given.items():
            if name in homes:
                home, short, old = homes[name]
                before.append((home, short, old))
                home[short] = value
        yield
    finally:
        for home, short, old in reversed(before):
            home[short] = old


def _functional_call(
    module: Module,
    parameters_and_buffers: dict[str, Tensor],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _reparametrize_module(
        module, parameters_and_buffers, tie_weights=tie_weights, strict=strict
    ):
        return module(*args, **(kwargs or {}))


def functional_call(
    module: Module,
    parameters_and_buffers: dict[str, Tensor],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Deprecated in favour of `torch.func.functional_call`."""
    warnings.warn(
        "This API is deprecated as of PyTorch 2.0 and will be removed in a future version of "
        "PyTorch. Please use torch.func.functional_call instead which is a drop-in replacement for "
        "this API.",
        FutureWarning,
        stacklevel=2,
    )
    return _functional_call(
        module, parameters_and_buffers, args, kwargs, tie_weights=tie_weights, strict=strict
    )
