"""JAX's traces read again: which module and line an operation of a compiled program is of."""

from __future__ import annotations

import gzip
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

from torchish.profiler._operators import EventList, FunctionEvent

__all__ = ["labelled", "operations", "read"]

_MODULE = re.compile(r"^HloModule ([^\s,]+)")
_COMPUTATION = re.compile(r"^(?:ENTRY )?%?([\w.\-]+) \(.*\{$")
_INSTRUCTION = re.compile(r"^\s+(?:ROOT )?%?([\w.\-]+) = ")
_OP_NAME = re.compile(r'op_name="((?:[^"\\]|\\.)*)"')
_CALLS = re.compile(r"(?:calls|to_apply|body)=%?([\w.\-]+)")
MOVES = ("/convert_element_type", "/broadcast_in_dim", "/reshape", "/transpose", "/copy")
MOST = 4  # names that a row of several operations shows


def _short(op_name: str) -> str:
    """An operation's name without the program and without what JAX calls itself on the way."""
    parts = op_name.split("/")
    kept = [p for p in parts[:-1] if not re.match(r"\w+\(.*\)$|jit$|closed_call$", p)]
    return "/".join([*kept, parts[-1]])


def names(texts: list[str]) -> dict[tuple[str, str], list[str]]:
    """What the operations of compiled programs were, by program and operation: several, where one
    does the work of several."""
    found: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        head = _MODULE.match(text)
        if head is None:
            continue
        within: dict[str, list[str]] = {}
        calls: list[tuple[str, str | None, str | None]] = []
        here: list[str] = []
        for line in text.splitlines():
            begins = _COMPUTATION.match(line)
            if begins:
                here = within.setdefault(begins[1], [])
            entry = _INSTRUCTION.match(line)
            if entry is None:
                continue
            name, called = _OP_NAME.search(line), _CALLS.search(line)
            if name is not None and "/" in name[1]:
                here.append(_short(name[1]))
            calls.append((entry[1], called and called[1], name and name[1]))
        for instruction, called, name in calls:
            inside = within.get(called or "", [])
            own = [_short(name)] if name is not None and "/" in name else []
            every = list(dict.fromkeys([*inside, *own]))
            telling = [n for n in every if not n.endswith(MOVES)]
            found[head[1], instruction] = telling or every
    return found


def read(folder: str) -> dict[str, Any]:
    """The trace that JAX has written. RuntimeError where there is none."""
    traces = sorted(pathlib.Path(folder).rglob("perfetto_trace.json.gz"))
    if not traces:
        raise RuntimeError("JAX's profiler wrote no trace")
    with gzip.open(traces[-1], "rt") as file:
        made = json.load(file)
    return made if isinstance(made, dict) else {"traceEvents": made}


def _rows(trace: dict[str, Any], known: dict) -> Iterator[tuple[dict[str, Any], list[str]]]:
    for row in trace["traceEvents"]:
        told = row.get("args") or {}
        if row.get("ph") == "X" and "hlo_op" in told:
            yield row, known.get((told.get("hlo_module"), told["hlo_op"]), [])


def labelled(trace: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    """The trace, its rows of compiled programs named by module, line and operation. The name that
    XLA gave stays among the row's arguments, with all that the operation does."""
    for row, found in _rows(trace, names(texts)):
        if found:
            row["name"] = _joined(found)
            row["args"]["operations"] = ", ".join(found)
    return trace


def _joined(found: list[str]) -> str:
    more = f" + {len(found) - MOST} more" if len(found) > MOST else ""
    return " + ".join(found[:MOST]) + more


def operations(trace: dict[str, Any], texts: list[str]) -> EventList:
    """The operations of compiled programs as events, for a table."""
    made = EventList()
    for row, found in _rows(trace, names(texts)):
        event = FunctionEvent(_joined(found) or row["args"]["hlo_op"], float(row["ts"]), [])
        event.end = event.start + float(row.get("dur", 0.0))
        made.append(event)
    return made
