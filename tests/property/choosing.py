"""How a line is chosen: by the facts of the tensors that there are; and lines that make some."""

from __future__ import annotations

import random
from typing import Any

from world import NAMES

FLOATS = ("float32", "float32", "float64")
DTYPES = (*FLOATS, "int64", "int32", "uint8", "bool", "complex64")


class Choice:
    """Random choices, given the facts of the tensors."""

    def __init__(self, seed: int | str):
        self.random = random.Random(seed)
        self.facts: dict[str, Any] = {}

    def one(self, *choices):
        return self.random.choice(choices)

    def below(self, n: int) -> int:
        return self.random.randrange(n) if n > 0 else 0

    def name(self) -> str:
        return self.one(*self.facts)

    def new(self) -> str:
        return self.one(*NAMES)

    def shape(self) -> tuple[int, ...]:
        return self.one((4,), (2, 3), (3, 2), (2, 2, 2), (), (1,), (3, 1), (2, 1, 2), (3, 4))

    def create(self) -> str:
        n, shape, dtype = self.new(), self.shape(), self.one(*DTYPES)
        k, of = self.below(4), f"dtype=torch.{dtype}"
        size = 1
        for s in shape:
            size *= s
        made = self.one(
            f"torch.ones({shape}, {of})",
            f"torch.zeros({shape}, {of})",
            f"torch.full({shape}, {k}, {of})",
            f"torch.arange({size}, {of}).reshape({shape})" if dtype != "bool" else "torch.eye(2)",
            f"torch.arange({k}, {size + k}).reshape({shape}).to(torch.{dtype})",
            f"torch.eye(3, {of})",
            f"torch.empty({shape}, {of}).fill_({k})",
            f"torch.tensor([[1, {k}], [0, 2]], {of})",
            f"torch.from_numpy(np.arange({size}.).reshape({shape}))",
            f"torch.ones(1, {of}).expand(2, 3).clone()",
            f"torch.ones(2, 1, {of}).repeat(1, {k})",
            f"torch.stack([torch.zeros({shape}), torch.ones({shape})])",
            f"torch.full_like(torch.ones(3, 2).t(), {k})",
            f"torch.ones({shape}).new_full((2, {k}), {k})",
            f"torch.as_tensor([1, 2, {k}], {of})",
            f"torch.ones(4, 3, {of}).t()",
            f"torch.linspace(0, 4, 5, {of})" if dtype != "bool" else "torch.ones(3, dtype=bool)",
        )
        if self.below(3) == 0 and "float" in dtype:
            return (
                f"{n} = {made}.float().clone().requires_grad_()"
                if self.below(2)
                else (f"{n} = torch.nn.Parameter({made}.double().clone())")
            )
        return f"{n} = {made}"

    def dim(self, name: str) -> int:
        d = len(self.facts[name][1])
        return (
            self.below(d + 1) - self.below(2) * d
            if self.below(12) == 0
            else (self.below(d) - self.one(0, d) if d else 0)
        )
