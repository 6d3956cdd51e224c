"""Writes torchish/_ops/overloads.txt and torchish/_ops/schemas.txt: the names of PyTorch's
operators and of their overloads, and the parameters of those that take no `out`.

python docs/make_aten.py     # needs PyTorch, whose names it reads
"""

from __future__ import annotations

import pathlib

import torch

HERE = pathlib.Path(__file__).resolve().parents[1] / "torchish" / "_ops"
LIST = HERE / "overloads.txt"
SCHEMAS = HERE / "schemas.txt"


def main() -> None:
    found: dict[str, set[str]] = {}
    schemas: set[tuple[str, str, str]] = set()
    for schema in torch._C._jit_get_all_schemas():
        space, _, name = schema.name.partition("::")
        full = schema.name + (f".{schema.overload_name}" if schema.overload_name else "")
        if space != "aten" or not torch._C._dispatch_has_kernel(full):
            continue
        found.setdefault(name, set()).add(schema.overload_name or "default")
        if any(a.kwarg_only and a.is_out for a in schema.arguments):
            continue
        made_of_others = torch._C._dispatch_has_kernel_for_dispatch_key(
            full, "CompositeImplicitAutograd"
        )
        text = str(schema).removeprefix("aten::")
        # Among the overloads of a name the order is PyTorch's; names are sorted.
        schemas.add((name, f"{len(schemas):05}", ("*" if made_of_others else "") + text))
    lines = [f"{name} {' '.join(sorted(overloads))}" for name, overloads in sorted(found.items())]
    LIST.write_text("\n".join(lines) + "\n")
    SCHEMAS.write_text("\n".join(text for _, _, text in sorted(schemas)) + "\n")
    print(f"{LIST}: {len(lines)} operators; {SCHEMAS}: {len(schemas)} schemas")


if __name__ == "__main__":
    main()
