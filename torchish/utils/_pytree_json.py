"""Descriptions of trees as JSON: what `_pytree.treespec_dumps` writes.

A class of nodes is written by a name; its context by JSON itself, unless it was registered with
functions of its own.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any, NamedTuple


class Dumped(NamedTuple):
    """How a class of nodes is written: its name, and its context there and back."""

    name: str
    to_json: Callable[[Any], Any] | None
    from_json: Callable[[Any], Any] | None


DUMPED: dict[type, Dumped] = {
    cls: Dumped(f"{cls.__module__}.{cls.__name__}", None, None)
    for cls in (list, tuple, dict, OrderedDict, deque)
}


def to_json(spec: Any) -> dict[str, Any]:
    """A description, of `TreeSpec`, as JSON's objects. NotImplementedError for a class without a
    name."""
    if spec.type is None:
        return {"type": None, "context": None, "children_spec": []}
    how = DUMPED.get(spec.type)
    if how is None:
        raise NotImplementedError(
            f"Serializing {spec.type} in pytree is not registered: give register_pytree_node a "
            "serialized_type_name"
        )
    return {
        "type": how.name,
        "context": how.to_json(spec.context) if how.to_json else json.dumps(spec.context),
        "children_spec": [to_json(c) for c in spec.children()],
    }


def from_json(said: dict[str, Any], make: Callable[[Any, Any, list], Any]) -> Any:
    """The description that JSON's objects say, made of (class, context, children)."""
    if said["type"] is None:
        return make(None, None, [])
    found = [(cls, how) for cls, how in DUMPED.items() if how.name == said["type"]]
    if not found:
        raise NotImplementedError(f"Deserializing {said['type']} in pytree is not registered.")
    cls, how = found[0]
    text = said["context"]
    context = how.from_json(text) if how.from_json else json.loads(text)
    return make(cls, context, [from_json(c, make) for c in said["children_spec"]])
