"""Writes torchish/_ops/overloads.txt: the names of PyTorch's operators and their overloads.

python docs/make_aten.py     # needs PyTorch, whose names it reads
"""

from __future__ import annotations

import pathlib

import torch

LIST = pathlib.Path(__file__).resolve().parents[1] / "torchish" / "_ops" / "overloads.txt"


def main() -> None:
    found: dict[str, set[str]] = {}
    for schema in torch._C._jit_get_all_schemas():
        space, _, name = schema.name.partition("::")
        if space == "aten" and torch._C._dispatch_has_kernel(
            schema.name + (f".{schema.overload_name}" if schema.overload_name else "")
        ):
            found.setdefault(name, set()).add(schema.overload_name or "default")
    lines = [f"{name} {' '.join(sorted(overloads))}" for name, overloads in sorted(found.items())]
    LIST.write_text("\n".join(lines) + "\n")
    print(f"{LIST}: {len(lines)} operators")


if __name__ == "__main__":
    main()
