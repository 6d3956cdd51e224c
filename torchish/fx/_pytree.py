"""Flattening by a specification that is known already.

https://docs.pytorch.org/docs/stable/fx.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish.utils import _pytree as pytree

SUPPORTED_NODES: dict[type, Callable[[Any, Any], list]] = {}
SUPPORTED_NODES_EXACT_MATCH: dict[type, Callable[[Any, Any], bool] | None] = {}


def register_pytree_flatten_spec(
    cls: type,
    flatten_fn_spec: Callable[[Any, Any], list],
    flatten_fn_exact_match_spec: Callable[[Any, Any], bool] | None = None,
) -> None:
    """Say how objects of a class are flattened when their specification is given."""
    SUPPORTED_NODES[cls] = flatten_fn_spec
    SUPPORTED_NODES_EXACT_MATCH[cls] = flatten_fn_exact_match_spec


def tree_flatten_spec(tree: Any, spec: Any) -> list[Any]:
    """The leaves of a tree in the order of a specification."""
    if spec.is_leaf():
        return [tree]
    if spec.type not in SUPPORTED_NODES:
        return pytree._flatten_up_to(tree, spec)
    children = SUPPORTED_NODES[spec.type](tree, spec)
    out: list[Any] = []
    for child, below in zip(children, spec.children(), strict=True):
        out += tree_flatten_spec(child, below)
    return out


def _mapping(d: Any, spec: Any) -> list:
    return [d[k] for k in spec.context]


def _sequence(x: Any, spec: Any) -> list:
    return [x[i] for i in range(spec.num_children)]


for _cls in (list, tuple):
    register_pytree_flatten_spec(_cls, _sequence, lambda x, spec: len(x) == spec.num_children)
register_pytree_flatten_spec(dict, _mapping, lambda d, spec: list(d) == list(spec.context))
