"""Modules as functions of their parameters.

https://docs.pytorch.org/docs/stable/func.api.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from torchish._core.tensor import Tensor, stack
from torchish.nn.modules.batchnorm import _BatchNorm
from torchish.nn.modules.module import Module
from torchish.nn.utils.stateless import _functional_call

__all__ = [
    "debug_unwrap",
    "functional_call",
    "functionalize",
    "replace_all_batch_norm_modules_",
    "stack_module_state",
]


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: dict[str, Tensor] | Sequence[dict[str, Tensor]],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`module(*args, **kwargs)` with other parameters and buffers than its own.

    https://docs.pytorch.org/docs/stable/generated/torch.func.functional_call.html

    >>> net = nn.Linear(2, 1)
    >>> weights = {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}
    >>> torch.func.functional_call(net, weights, (torch.tensor([[1.0, 2.0]]),))
    tensor([[3.]])
    """
    given = parameter_and_buffer_dicts
    if isinstance(given, dict):
        together = given
    elif isinstance(given, Sequence):
        if not all(isinstance(d, dict) for d in given):
            raise ValueError(
                "Expected all elements of parameter_and_buffer_dicts to be dictionaries"
            )
        names = [n for d in given for n in d]
        repeated = [n for n in dict.fromkeys(names) if names.count(n) > 1]
        if repeated:
            raise ValueError(
                f"{repeated} appeared in multiple dictionaries; behavior of functional call is "
                "ambiguous"
            )
        together = {n: t for d in given for n, t in d.items()}
    else:
        raise ValueError(
            "Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got "
            f"{type(given)}"
        )
    return _functional_call(module, together, args, kwargs, tie_weights=tie_weights, strict=strict)


def stack_module_state(models: Iterable[Module]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """(parameters, buffers) of models of one kind, each stacked along a new first dimension.

    https://docs.pytorch.org/docs/stable/generated/torch.func.stack_module_state.html

    >>> params, buffers = torch.func.stack_module_state([nn.Linear(2, 1) for _ in range(3)])
    >>> params["weight"].shape
    torch.Size([3, 1, 2])
    """
    models = list(models)
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if not (all(m.training for m in models) or all(not m.training for m in models)):
        raise RuntimeError(
            "stack_module_state: Expected all models to have the same training/eval mode."
        )
    kind = type(models[0])
    if not all(type(m) is kind for m in models):
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    parameters = {}
    for name, p in models[0].named_parameters():
        all_ps = [dict(m.named_parameters())[name] for m in models]
        together = stack([q.detach() for q in all_ps])
        parameters[name] = together.requires_grad_(p.requires_grad)
    buffers = {
        name: stack([dict(m.named_buffers())[name] for m in models]).detach()
        for name, _ in models[0].named_buffers()
    }
    return parameters, buffers


def functionalize(func: Callable, *, remove: str = "mutations") -> Callable:
    """The function itself: what is recorded is free of mutation and of views in any case.

    https://docs.pytorch.org/docs/stable/generated/torch.func.functionalize.html

    >>> def doubled(x):
    ...     y = x.clone()
    ...     y.mul_(2)
    ...     return y
    >>> torch.func.functionalize(doubled)(torch.tensor([1.0, 2.0]))
    tensor([2., 4.])
    """
    if remove not in ("mutations", "mutations_and_views"):
        raise RuntimeError(
            "functionalize(f, remove='mutations'): received invalid argument for remove=. Valid "
            "options are:\n     remove='mutations': all inplace and out= operators will be removed "
            "from the program, and replaced with their out-of-place equivalents.\n     "
            "remove='mutations_and_views': In addition to the above, all aliasing operators will "
            "be replaced with their non-aliasing counterparts, {view}_copy.\n"
        )
    return func


def replace_all_batch_norm_modules_(root: Module) -> Module:
    """Take the running statistics away from all batch normalization in a module; gives it back.

    https://docs.pytorch.org/docs/stable/generated/torch.func.replace_all_batch_norm_modules_.html

    >>> net = nn.Sequential(nn.BatchNorm1d(2))
    >>> torch.func.replace_all_batch_norm_modules_(net)[0].track_running_stats
    False
    """
    for m in root.modules():
        if isinstance(m, _BatchNorm):
            m.running_mean = m.running_var = m.num_batches_tracked = None
            m.track_running_stats = False
    return root


def debug_unwrap(tensor: Tensor, *, recurse: bool = True) -> Tensor:
    """The tensor itself: transformations do not wrap tensors here."""
    return tensor
