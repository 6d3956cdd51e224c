"""Which modules of a model are wrapped by themselves.

A policy is a function of (module, recurse, nonwrapped_numel), which says for a module with
`recurse=True` whether its children are looked at, and with `recurse=False` whether it is wrapped,
`nonwrapped_numel` elements of its parameters being in no wrapped child. Or it is an object that
gives, for a whole model, the modules to wrap.

https://docs.pytorch.org/docs/stable/fsdp.html
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from torchish import _absent
from torchish.nn.modules.activation import MultiheadAttention
from torchish.nn.modules.container import ModuleDict, ModuleList
from torchish.nn.modules.module import Module

__all__ = [
    "CustomPolicy",
    "ModuleWrapPolicy",
    "always_wrap_policy",
    "enable_wrap",
    "lambda_auto_wrap_policy",
    "size_based_auto_wrap_policy",
    "transformer_auto_wrap_policy",
    "wrap",
]

Choice = dict[Module, dict[str, Any]]


def always_wrap_policy(*args: Any, **kwargs: Any) -> bool:
    """Wrap every module."""
    return True


def lambda_auto_wrap_policy(
    module: Module, recurse: bool, nonwrapped_numel: int, lambda_fn: Callable
) -> bool:
    """Wrap the modules that `lambda_fn` is true of."""
    return True if recurse else lambda_fn(module)


def transformer_auto_wrap_policy(
    module: Module,
    recurse: bool,
    nonwrapped_numel: int,
    transformer_layer_cls: set[type[Module]],
) -> bool:
    """Wrap the modules of these classes."""
    return True if recurse else isinstance(module, tuple(transformer_layer_cls))


def size_based_auto_wrap_policy(
    module: Module,
    recurse: bool,
    nonwrapped_numel: int,
    min_num_params: int = int(1e8),
    force_leaf_modules: set[type[Module]] | None = None,
    exclude_wrap_modules: set[type[Module]] | None = None,
) -> bool:
    """Wrap modules of at least `min_num_params` elements, apart from those of wrapped children.

    Args:
        force_leaf_modules: classes whose children are not wrapped, MultiheadAttention unless given.
        exclude_wrap_modules: classes that are not wrapped, lists and dicts of modules unless given.
    """
    leaves = {MultiheadAttention} if force_leaf_modules is None else force_leaf_modules
    never = {ModuleList, ModuleDict} if exclude_wrap_modules is None else exclude_wrap_modules
    large = nonwrapped_numel >= min_num_params
    if recurse:
        return large and not isinstance(module, tuple(leaves))
    return large and not isinstance(module, tuple(never))


class _Policy(ABC):
    """One that looks at a whole model."""

    @abstractmethod
    def _run_policy(
        self, root_module: Module, ignored_modules: set[Module], root_kwargs: dict[str, Any]
    ) -> Choice:
        """The modules to wrap, each with the arguments to do it with."""


class ModuleWrapPolicy(_Policy):
    """Wrap the modules of these classes."""

    def __init__(self, module_classes: Iterable[type[Module]]) -> None:
        classes = set(module_classes)
        self._module_classes, self._module_classes_str = classes, str(classes)

    def _run_policy(
        self, root_module: Module, ignored_modules: set[Module], root_kwargs: dict[str, Any]
    ) -> Choice:
        classes = tuple(self._module_classes)
        return {
            m: dict(root_kwargs)
            for m in root_module.modules()
            if m not in ignored_modules and isinstance(m, classes)
        }

    def __call__(self, module: Module, recurse: bool, *args: Any, **kwargs: Any) -> bool:
        return True if recurse else isinstance(module, tuple(self._module_classes))

    def __repr__(self) -> str:
        return f"{super().__repr__()}({self._module_classes_str})"


class CustomPolicy(_Policy):
    """Wrap the modules that a function is true of, or for which it gives arguments of their own.
    ValueError where it gives anything else."""

    def __init__(self, lambda_fn: Callable[[Module], bool | dict[str, Any]]) -> None:
        self._lambda_fn = lambda_fn

    def _run_policy(
        self, root_module: Module, ignored_modules: set[Module], root_kwargs: dict[str, Any]
    ) -> Choice:
        made: Choice = {}
        for m in root_module.modules():
            if m in ignored_modules:
                continue
            found = self._lambda_fn(m)
            if not isinstance(found, (bool, dict)):
                raise ValueError(
                    "The lambda_fn passed to CustomPolicy should return False/True or a kwarg "
                    f"dict, but it returned {found}"
                )
            if found is not False:
                made[m] = {**root_kwargs, **(found if isinstance(found, dict) else {})}
        return made


def chosen(policy: Any, root: Module, ignored: set[Module], kwargs: dict[str, Any]) -> Choice:
    """The modules below `root` that a policy wraps, inner ones first."""
    if isinstance(policy, _Policy):
        found = policy._run_policy(root, ignored, kwargs)
        found.pop(root, None)
        order = [m for m in root.modules() if m in found]
        return {m: found[m] for m in reversed(order)}
    if not callable(policy):
        raise ValueError(f"auto_wrap_policy should be a function or a policy, got {policy!r}")
    made: Choice = {}
    _visit(policy, root, ignored, kwargs, made)
    made.pop(root, None)
    return made


def _visit(
    policy: Callable, m: Module, ignored: set[Module], kwargs: dict[str, Any], made: Choice
) -> int:
    """Enter the modules to wrap; how many elements of `m` are wrapped then."""
    numel = sum(p.numel() for p in m.parameters())
    if not policy(module=m, recurse=True, nonwrapped_numel=numel):
        return 0
    inside = sum(
        _visit(policy, child, ignored, kwargs, made)
        for child in m.children()
        if child not in ignored
    )
    if policy(module=m, recurse=False, nonwrapped_numel=numel - inside):
        made[m] = dict(kwargs)
        return numel
    return inside


_wrappers: list[tuple[Any, dict[str, Any]]] = []


@contextlib.contextmanager
def enable_wrap(*, wrapper_cls: Any, **wrapper_kwargs: Any) -> Iterator[None]:
    """Inside, `wrap` wraps with this class and these arguments."""
    _wrappers.append((wrapper_cls, wrapper_kwargs))
    try:
        yield
    finally:
        _wrappers.pop()


def wrap(module: Module, **wrap_overrides: Any) -> Module:
    """The module, wrapped as `enable_wrap` around says; outside of one, the module itself."""
    if not _wrappers:
        return module
    cls, kwargs = _wrappers[-1]
    return cls(module, **{**kwargs, **wrap_overrides})


__getattr__ = _absent.attributes(__name__)
