"""Running a graph and noting each value's shape.

https://docs.pytorch.org/docs/stable/fx.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.tensor import Tensor
from torchish._core.tensor.size import Size
from torchish.fx.interpreter import Interpreter
from torchish.fx.node import Node, map_aggregate

__all__ = ["ShapeProp", "TensorMetadata"]


class TensorMetadata(NamedTuple):
    """What is known of a tensor without its elements."""

    shape: Size
    dtype: dt.dtype
    requires_grad: bool
    stride: tuple[int, ...]
    memory_format: Any
    is_quantized: bool
    qparams: dict[str, Any]


def _extract_tensor_metadata(result: Tensor, include_contiguity: bool = True) -> TensorMetadata:
    formats = [layouts.contiguous_format, layouts.channels_last, layouts.channels_last_3d]
    fits = [f for f in formats if include_contiguity and result.is_contiguous(memory_format=f)]
    return TensorMetadata(
        result.shape,
        result.dtype,
        result.requires_grad,
        tuple(result.stride()),
        fits[0] if fits else None,
        False,
        {},
    )


class ShapeProp(Interpreter):
    """Notes shape, dtype and the like of every node's value in `node.meta["tensor_meta"]`."""

    def run_node(self, n: Node) -> Any:
        result = super().run_node(n)
        found = False

        def note(x: Any) -> Any:
            nonlocal found
            if isinstance(x, Tensor):
                found = True
                return _extract_tensor_metadata(x)
            return x

        meta = map_aggregate(result, note)
        if found:
            n.meta["tensor_meta"] = meta
        n.meta["type"] = type(result)
        return result

    def propagate(self, *args: Any) -> Any:
        """The graph's value for these inputs."""
        return super().run(*args)
