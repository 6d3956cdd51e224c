"""Counting the multiplications and additions of matrix products and convolutions.

What is counted are the operators that were recorded, forward and backward, by the shapes of their
inputs; the keys are PyTorch's operators.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from torchish._core.tensor.tape.modes import state as modes
from torchish._ops.registry import ops
from torchish.utils.module_tracker import ModuleTracker

__all__ = ["FlopCounterMode", "register_flop_formula"]

Shape = tuple[int, ...]


def mm_flop(
    a_shape: Shape, b_shape: Shape, *args: Any, out_shape: Any = None, **kwargs: Any
) -> int:
    """(m, k) @ (k, n)."""
    m, k = a_shape
    return m * b_shape[1] * 2 * k


def addmm_flop(self_shape: Shape, a_shape: Shape, b_shape: Shape, **kwargs: Any) -> int:
    """input + (m, k) @ (k, n): the sum is not counted."""
    return mm_flop(a_shape, b_shape)


def bmm_flop(a_shape: Shape, b_shape: Shape, **kwargs: Any) -> int:
    """(b, m, k) @ (b, k, n)."""
    b, m, k = a_shape
    return b * m * b_shape[2] * 2 * k


def baddbmm_flop(self_shape: Shape, a_shape: Shape, b_shape: Shape, **kwargs: Any) -> int:
    """input + (b, m, k) @ (b, k, n): the sum is not counted."""
    return bmm_flop(a_shape, b_shape)


def conv_flop_count(
    x_shape: Shape, w_shape: Shape, out_shape: Shape, transposed: bool = False
) -> int:
    """One product for each weight and each place of the output; of the input, if transposed."""
    places = (x_shape if transposed else out_shape)[2:]
    return x_shape[0] * math.prod(places) * math.prod(w_shape) * 2


_CUSTOM: dict[Any, Callable] = {}


def register_flop_formula(targets: Any, get_raw: bool = False) -> Callable[[Callable], Callable]:
    """A decorator: the function counts a program's own operators, by the shapes of their inputs."""

    def register(fn: Callable) -> Callable:
        for target in targets if isinstance(targets, (list, tuple)) else [targets]:
            _CUSTOM[target] = fn
        return fn

    return register


# --- the operators of this package: (PyTorch's operator, flops), by their arguments' avals


def _rows(shape: Shape) -> int:
    return math.prod(shape[:-1])


def _linear(given: dict[str, Any], out: Shape) -> list[tuple[str, int]]:
    weight = given["weight"].shape
    name = "mm" if given.get("bias") is None else "addmm"
    return [(name, _rows(given["input"].shape) * 2 * math.prod(weight))]


def _matmul(given: dict[str, Any], out: Shape) -> list[tuple[str, int]]:
    a, b = given["input"].shape, given["other"].shape
    if len(a) < 2 or len(b) < 2:
        return []  # products with vectors are not counted
    name = "mm" if len(b) == 2 or len(a) == 2 else "bmm"
    return [(name, math.prod(out) * 2 * a[-1])]


def _two(name: str, first: str, second: str) -> Callable:
    def count(given: dict[str, Any], out: Shape) -> list[tuple[str, int]]:
        return [(name, math.prod(out) * 2 * given[first].shape[-1])]

    return count


def _einsum(given: dict[str, Any], out: Shape) -> list[tuple[str, int]]:
    terms, _, result = given["equation"].replace(" ", "").partition("->")
    labels = terms.split(",")
    if len(labels) < 2 or "." in terms:
        return []
    sizes = {c: n for t, x in zip(labels, given["operands"], strict=True)
             for c, n in zip(t, x.shape, strict=True)}  # fmt: skip
    counted, held = [], set(labels[0])
    for k, term in enumerate(labels[1:], 2):  # from the left, as without a path
        joined = held | set(term)
        counted.append(("bmm", 2 * math.prod(sizes[c] for c in joined)))
        held = joined & (set(result) | {c for t in labels[k:] for c in t})
    return counted


def _convolution(transposed: bool) -> Callable:
    def count(given: dict[str, Any], out: Shape) -> list[tuple[str, int]]:
        x, w = given["input"].shape, given["weight"].shape
        if len(x) < len(w):  # without a batch
            x, out = (1, *x), (1, *out)
        return [("convolution", conv_flop_count(x, w, out, transposed))]

    return count


_FORMULAS: dict[str, Callable] = {
    "linear": _linear,
    "matmul": _matmul,
    "mm": _two("mm", "input", "mat2"),
    "bmm": _two("bmm", "input", "mat2"),
    "addmm": _two("addmm", "mat1", "mat2"),
    "baddbmm": _two("baddbmm", "batch1", "batch2"),
    "_einsum": _einsum,
}
_FORMULAS |= {f"conv{n}d": _convolution(False) for n in (1, 2, 3)}
_FORMULAS |= {f"conv_transpose{n}d": _convolution(True) for n in (1, 2, 3)}
_BACKWARD = {"addmm": "mm", "baddbmm": "bmm", "convolution": "convolution_backward"}


def _products(call: Any, avals: Any, out: Shape) -> tuple[list[tuple[str, int]], set[int]]:
    """What a call counts for, and which of its tensors are factors."""
    op = getattr(call, "op", None)
    formula = _FORMULAS.get(op.short) if op is not None else None
    if op is None or formula is None:
        return [], set()
    numbers = [0] * (len(call.numbers) if hasattr(call, "numbers") else 0)
    counted = formula(call.arguments([*avals, *numbers]), out)
    # What is added has no product of its own in the gradient.
    added = {"addmm": {"input"}, "baddbmm": {"input"}}.get(op.short, {"bias"})
    factors = set()
    for name, spec in call.template.items():
        if name not in added:
            factors |= {spec[1]} if spec[0] == "t" else set(spec[1]) if spec[0] == "l" else set()
    return counted, factors


class FlopCounterMode:
    """Counts what is computed within it, for each module.

    `get_flop_counts()` gives {module: {operator: flops}}, `get_total_flops()` their sum. On leaving
    it prints a table, unless `display` is False; `depth` says down to which modules.

    >>> from torch.utils.flop_counter import FlopCounterMode
    >>> with FlopCounterMode(display=False) as counter:
    ...     _ = torch.ones(2, 3) @ torch.ones(3, 4)
    >>> counter.get_total_flops()  # 2 · 2 · 3 · 4
    48
    """

    def __init__(
        self,
        mods: Any = None,
        depth: int = 2,
        display: bool = True,
        custom_mapping: dict[Any, Any] | None = None,
    ) -> None:
        self.depth, self.display = depth, display
        self.flop_counts: dict[str, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
        self.mod_tracker = ModuleTracker()
        self.flop_registry = {**_CUSTOM, **(custom_mapping or {})}

    def __enter__(self) -> FlopCounterMode:
        self.flop_counts.clear()
        self.mod_tracker.__enter__()
        modes.observers = [*modes.observers, self]
        return self

    def __exit__(self, *exc: object) -> None:
        modes.observers = [o for o in modes.observers if o is not self]
        self.mod_tracker.__exit__()
        if self.display:
            print(self.get_table(self.depth))

    def _add(self, packet: Any, flops: int) -> None:
        for name in set(self.mod_tracker.parents):
            self.flop_counts[name][packet] += flops

    def forward(self, call: Any, values: Any, outs: Any) -> None:
        """An operator was recorded."""
        counted, _ = _products(call, [v.aval for v in values], outs[0].aval.shape)
        for name, flops in counted:
            self._add(getattr(ops.aten, name), flops)

    def backward(self, node: Any, wanted: tuple[int, ...]) -> None:
        """An operator's gradient is about to be recorded: a product for each factor."""
        counted, factors = _products(node.call, node.avals, node.outs[0].shape)
        for i in wanted:
            if i in factors:
                for name, flops in counted:
                    self._add(getattr(ops.aten, _BACKWARD.get(name, name)), flops)

    def custom(self, op: Any, args: list, result: Any) -> None:
        """A program's operator ran."""
        count = self.flop_registry.get(op) or self.flop_registry.get(op.overloadpacket)
        if count is not None:
            shapes = [tuple(a.shape) if hasattr(a, "shape") else a for a in args]
            out = tuple(result.shape) if hasattr(result, "shape") else None
            self._add(op.overloadpacket, count(*shapes, out_shape=out))

    def get_total_flops(self) -> int:
        """All that was counted."""
        return sum(self.flop_counts["Global"].values())

    def get_flop_counts(self) -> dict[str, dict[Any, int]]:
        """{module: {operator: flops}}; "Global" for all."""
        return {k: dict(v) for k, v in self.flop_counts.items()}

    def get_table(self, depth: int | None = None) -> str:
        """The counts as text."""
        depth = self.depth if depth is None else depth
        total = max(self.get_total_flops(), 1)
        unit = min(max(0, (len(str(total)) - 1) // 3), 4)
        rows: list[tuple[str, str, str]] = []
        for name in sorted(self.flop_counts, key=lambda n: (n != "Global", n)):
            level = 0 if name == "Global" else name.count(".") + 1
            if level > depth:
                continue
            indent = " " * level
            counts = self.flop_counts[name]
            rows.append((indent + name, *self._shown(sum(counts.values()), unit, total)))
            for packet, flops in counts.items():
                rows.append((f"{indent} - {packet}", *self._shown(flops, unit, total)))
        head = ("Module", "FLOP", "% Total")
        widths = [max(len(r[i]) for r in [head, *rows]) for i in range(3)]
        lines = [f"{head[0]:<{widths[0]}}  {head[1]:>{widths[1]}}  {head[2]:>{widths[2]}}"]
        lines.append("  ".join("-" * w for w in widths))
        lines += [f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows]
        return "\n".join(lines)

    @staticmethod
    def _shown(flops: int, unit: int, total: int) -> tuple[str, str]:
        return f"{flops / 1000**unit:.3f}{' KMBT'[unit].strip()}", f"{100 * flops / total:.2f}%"
