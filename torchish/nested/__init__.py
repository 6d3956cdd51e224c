"""`torch.nested`: batches of tensors whose sizes differ.

https://docs.pytorch.org/docs/stable/nested.html
"""

from __future__ import annotations

from typing import Any

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.tensor import FUNCTIONS, Tensor, as_tensor, tensor
from torchish.nested._jagged import NestedTensor, from_parts, jagged_of
from torchish.nested._strided import StridedNested, strided_of

__all__ = [
    "as_nested_tensor",
    "masked_select",
    "narrow",
    "nested_tensor",
    "nested_tensor_from_jagged",
    "to_padded_tensor",
]


def _checked(parts: list[Tensor]) -> list[Tensor]:
    for i, p in enumerate(parts[1:], 1):
        if p.dim() != parts[0].dim():
            raise RuntimeError(
                "All Tensors given to nested_tensor must have the same dimension. Found dimension "
                f"{p.dim()} for Tensor at index {i} and dimension {parts[0].dim()} for Tensor at "
                "index 0."
            )
    return parts


def _packed(parts: list[Tensor], layout: Any, name: str) -> Any:
    if layout is None or layout is layouts.strided:
        return strided_of(_checked(parts))
    if layout is not layouts.jagged:
        raise RuntimeError(f"Specified layout is unsupported for nested tensors: {layout}")
    if not parts:
        raise RuntimeError("Cannot construct a nested tensor from an empty tensor list")
    _checked(parts)
    if any(p.dim() == 0 for p in parts):
        raise RuntimeError(f"{name}(): the parts of a jagged tensor have a dimension at least")
    rest = {tuple(p.shape[1:]) for p in parts}
    if len(rest) == 1:
        return from_parts(parts)
    differing = [d for d in range(parts[0].dim()) if len({p.shape[d] for p in parts}) > 1]
    if len(differing) != 1:
        raise RuntimeError(
            "Cannot represent given tensor list as a nested tensor with the jagged layout. Note "
            "that the jagged layout only allows for a single ragged dimension. For example: (B, "
            "*, D_0, D_1, ..., D_N), with ragged * dim."
        )
    d = differing[0]
    made = from_parts([p.transpose(0, d) for p in parts])
    return jagged_of(made._values.transpose(0, d), made._offsets, d + 1)


def nested_tensor(
    tensor_list: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Any:
    """A nested tensor, a leaf, of copies of these tensors or lists of numbers. TypeError for what
    is no list; RuntimeError where the layout can not hold them.

    >>> x = torch.nested.nested_tensor([torch.tensor([1.0, 2.0]), torch.tensor([3.0])])
    >>> list(t.tolist() for t in x.unbind())
    [[1.0, 2.0], [3.0]]
    """
    if not isinstance(tensor_list, (list, tuple)):
        raise TypeError(
            "Only lists (List[Tensor] and List[List...[Scalar]]) are accepted in nested_tensor"
        )
    if pin_memory:
        raise RuntimeError("Cannot access accelerator device when none is available.")
    parts = [
        t.detach().clone().to(dtype=dtype or t.dtype, device=device)
        if isinstance(t, Tensor)
        else tensor(t, dtype=dtype, device=device)
        for t in tensor_list
    ]
    made = _packed(parts, layout, "nested_tensor")
    return made.requires_grad_() if requires_grad else made


def as_nested_tensor(ts: Any, dtype: Any = None, device: Any = None, layout: Any = None) -> Any:
    """A nested tensor of tensors, through which gradients flow to them.

    >>> x = torch.nested.as_nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)
    >>> x.offsets()
    tensor([0, 2, 5])
    """
    if isinstance(ts, (NestedTensor, StridedNested)):
        return ts.to(dtype=dtype or ts.dtype, device=device)
    if not isinstance(ts, (list, tuple, Tensor)) or (
        isinstance(ts, (list, tuple)) and not all(isinstance(t, Tensor) for t in ts)
    ):
        raise TypeError(
            "as_nested_tensor(): Expected first argument to be a tensor or a list / tuple of "
            "tensors "
        )
    parts = [as_tensor(t, dtype=dtype, device=device) for t in ts]
    return _packed(parts, layout, "as_nested_tensor")


def to_padded_tensor(
    input: Any, padding: float, output_size: Any = None, out: Any = None
) -> Tensor:
    """A dense tensor in which the parts begin, and `padding` is what they leave over.

    >>> x = torch.nested.nested_tensor([torch.tensor([1.0, 2.0]), torch.tensor([3.0])])
    >>> torch.nested.to_padded_tensor(x, -1.0)
    tensor([[ 1.,  2.],
            [ 3., -1.]])
    """
    if out is not None:
        raise NotImplementedError("nested.to_padded_tensor(): out")
    return input.to_padded_tensor(padding, output_size)


def nested_tensor_from_jagged(
    values: Tensor,
    offsets: Tensor | None = None,
    lengths: Tensor | None = None,
    jagged_dim: int | None = None,
    min_seqlen: int | None = None,
    max_seqlen: int | None = None,
) -> NestedTensor:
    """A view of values as parts: from each offset to the next, or of these lengths. RuntimeError
    without either.

    >>> offsets = torch.tensor([0, 2, 5])
    >>> x = torch.nested.nested_tensor_from_jagged(torch.arange(5.0), offsets)
    >>> list(t.tolist() for t in x.unbind())
    [[0.0, 1.0], [2.0, 3.0, 4.0]]
    """
    if offsets is None:
        if lengths is None:
            raise RuntimeError(
                "nested_tensor_from_jagged(): At least one of offsets or lengths is required."
            )
        zero = FUNCTIONS["zeros_like"](lengths[:1])
        offsets, lengths = FUNCTIONS["cat"]([zero, lengths.cumsum(0)]), None
    return jagged_of(values, offsets, 1 if jagged_dim is None else jagged_dim, lengths)


def narrow(
    tensor: Tensor,
    dim: int,
    start: int | Tensor,
    length: int | Tensor,
    layout: Any = layouts.strided,
) -> Any:
    """For each row of a batch, so many places of dimension 1 from a place on, which may differ.

    >>> whole, starts = torch.arange(8.0).reshape(2, 4), torch.tensor([0, 2])
    >>> x = torch.nested.narrow(whole, 1, starts, 2, torch.jagged)
    >>> list(t.tolist() for t in x.unbind())
    [[0.0, 1.0], [6.0, 7.0]]
    """
    if not isinstance(start, (int, Tensor)):
        raise RuntimeError("start must be an integer or a tensor")
    if not isinstance(length, (int, Tensor)):
        raise RuntimeError("length must be an integer or a tensor")
    if dim != 1:
        raise RuntimeError("narrow(): dim must be 1 for nested tensors")
    n = tensor.shape[0]
    starts = start.tolist() if isinstance(start, Tensor) else [start] * n
    lengths = length.tolist() if isinstance(length, Tensor) else [length] * n
    parts = [row.narrow(0, a, k) for row, a, k in zip(tensor, starts, lengths, strict=True)]
    return _packed(parts, layout, "narrow")


def masked_select(tensor: Tensor, mask: Tensor) -> NestedTensor:
    """For each row of a batch what a mask keeps, of the jagged layout. RuntimeError for a mask of
    another type."""
    if mask.dtype is not dt.bool_:
        raise RuntimeError("Expected mask to be boolean")
    wide, kept = FUNCTIONS["broadcast_tensors"](tensor, mask)
    values = wide.masked_select(kept)
    counts = kept.flatten(1).sum(1) if kept.dim() > 1 else kept.long()
    zero = FUNCTIONS["zeros_like"](counts[:1])
    return jagged_of(values, FUNCTIONS["cat"]([zero, counts.cumsum(0)]))


__getattr__ = _absent.attributes(__name__)
