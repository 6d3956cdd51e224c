"""Nested dictionaries as flat ones, whose keys are paths.

A dictionary is taken apart always, a list only where it holds a tensor or a dictionary somewhere;
anything else is a value. Keys become text, places in lists stay numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torchish._core.tensor import Tensor

__all__ = ["flatten_state_dict", "unflatten_state_dict"]

OBJ_PATH = tuple[str | int, ...]
FLATTEN_MAPPING = dict[str, OBJ_PATH]


def _keeps_whole(value: Any) -> bool:
    """Whether a value is one entry, and not a container of entries."""
    if isinstance(value, Mapping):
        return False
    if isinstance(value, list):
        return all(not isinstance(v, Tensor | Mapping) and _keeps_whole(v) for v in value)
    return True


def traverse_state_dict(state_dict: Mapping, visit: Callable[[OBJ_PATH, Any], None]) -> None:
    """Call `visit` with the path of each entry, and the entry."""

    def walk(path: OBJ_PATH, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, v in value.items():
                walk((*path, str(key)), v)
        elif _keeps_whole(value):
            visit(path, value)
        else:
            for i, v in enumerate(value):
                walk((*path, i), v)

    for key, value in state_dict.items():
        walk((str(key),), value)


def set_element(root: Any, path: OBJ_PATH, value: Any) -> None:
    """Put an entry at a path; containers on the way that are not there yet are made."""
    here = root
    for i, key in enumerate(path):
        last = i == len(path) - 1
        new: Any = value if last else ([] if isinstance(path[i + 1], int) else {})
        if isinstance(here, list):
            if not isinstance(key, int):
                raise ValueError(f"{key!r} of {path} is no place in a list")
            here.extend([None] * (key + 1 - len(here)))
            missing = here[key] is None
        else:
            missing = key not in here
        if last or missing:
            here[key] = new
        here = here[key]


def get_element(root: Any, path: OBJ_PATH, default: Any = None) -> Any:
    """The entry at a path, or the default."""
    here = root
    for key in path:
        if isinstance(key, int):
            if not isinstance(here, list) or key >= len(here):
                return default
        elif not isinstance(here, Mapping) or key not in here:
            return default
        here = here[key]
    return here


def flatten_state_dict(state_dict: Mapping) -> tuple[dict[str, Any], FLATTEN_MAPPING]:
    """The entries by dotted path, and the path of each name. ValueError where two entries get the
    same name."""
    flat: dict[str, Any] = {}
    paths: FLATTEN_MAPPING = {}

    def visit(path: OBJ_PATH, value: Any) -> None:
        name = ".".join(map(str, path))
        if name in flat:
            raise ValueError(f"duplicated flatten key {name}")
        flat[name], paths[name] = value, path

    traverse_state_dict(state_dict, visit)
    return flat, paths


def unflatten_state_dict(state_dict: Mapping[str, Any], mapping: FLATTEN_MAPPING) -> dict[str, Any]:
    """The nested dictionary that `flatten_state_dict` made this of."""
    nested: dict[str, Any] = {}
    for name, value in state_dict.items():
        set_element(nested, mapping[name], value)
    return nested
