"""How a tensor lies on the devices of a mesh: values that plans of parallelism are written with.

https://docs.pytorch.org/docs/stable/distributed.tensor.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from torchish import _absent

__all__ = ["Partial", "Placement", "Replicate", "Shard"]


class Placement:
    """How a tensor lies along one dimension of a mesh."""

    def is_shard(self, dim: int | None = None) -> bool:
        """Whether it is cut, along `dim` if that is given."""
        return isinstance(self, Shard) and dim in (None, self.dim)

    def is_replicate(self) -> bool:
        """Whether each device has all of it."""
        return isinstance(self, Replicate)

    def is_partial(self, reduce_op: str | None = None) -> bool:
        """Whether it is the sum, or another reduction, of what the devices have."""
        return isinstance(self, Partial) and reduce_op in (None, self.reduce_op)


@dataclasses.dataclass(frozen=True)
class Shard(Placement):
    """Cut along the tensor's dimension `dim`, as `torch.chunk` does: the last parts may be smaller,
    or empty."""

    dim: int

    def __str__(self) -> str:
        return f"S({self.dim})"

    @staticmethod
    def local_shard_size_and_offset(size: int, num_chunks: int, rank: int) -> tuple[int, int]:
        """How long the part of a rank is, of a dimension of `size`, and where it begins."""
        full = -(-size // num_chunks)
        start = min(full * rank, size)
        return min(full, size - start), start


@dataclasses.dataclass(frozen=True)
class _StridedShard(Shard):
    """Cut along `dim` after dimensions of the mesh further right have cut it in `split_factor`
    parts: as `fully_shard` cuts what tensor parallelism has cut before."""

    split_factor: int = 1

    def __repr__(self) -> str:
        return f"_StridedShard(dim={self.dim}, sf={self.split_factor})"

    def __str__(self) -> str:
        return f"_S({self.dim}, {self.split_factor})"


def in_order(placements: Sequence[Placement]) -> list[int]:
    """The dimensions of a mesh in the order in which they cut a tensor."""
    return sorted(
        range(len(placements)), key=lambda i: (isinstance(placements[i], _StridedShard), i)
    )


@dataclasses.dataclass(frozen=True)
class Replicate(Placement):
    """All of it on each device."""

    def __repr__(self) -> str:
        return "Replicate()"

    def __str__(self) -> str:
        return "R"


@dataclasses.dataclass(frozen=True)
class Partial(Placement):
    """The reduction of what the devices have."""

    reduce_op: str = "sum"

    def __repr__(self) -> str:
        return f"Partial({self.reduce_op})"

    def __str__(self) -> str:
        return f"P({self.reduce_op})"


__getattr__ = _absent.attributes(__name__)
