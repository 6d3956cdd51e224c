"""Packed and padded sequences.

https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from typing import Any

import numpy as np

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, arange, cat, empty_like, from_numpy, full, stack, tensor
from torchish._core.tensor.api.signatures import checked

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]

_Packed = namedtuple(
    "PackedSequence", ["data", "batch_sizes", "sorted_indices", "unsorted_indices"]
)


class PackedSequence(_Packed):
    """Sequences of different lengths, step by step: `data` holds the first elements of all, then
    the second elements of those that have one, and so on; `batch_sizes` (int64, on the CPU) how
    many there are at each step.

    >>> packed = nn.utils.rnn.pack_sequence([torch.tensor([1.0, 2.0]), torch.tensor([4.0])])
    >>> isinstance(packed, nn.utils.rnn.PackedSequence), packed.batch_sizes
    (True, tensor([2, 1]))
    """

    def __new__(cls, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        return super().__new__(cls, *_fields(data, batch_sizes, sorted_indices, unsorted_indices))

    def pin_memory(self) -> PackedSequence:
        """The same sequences in pinned memory."""
        return type(self)(
            self.data.pin_memory(),
            self.batch_sizes,
            _apply(self.sorted_indices, "pin_memory"),
            _apply(self.unsorted_indices, "pin_memory"),
        )

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same sequences with `data` converted as by `Tensor.to`."""
        data = self.data.to(*args, **kwargs)
        if data is self.data:
            return self
        where = {"device": data.device}
        return type(self)(
            data,
            self.batch_sizes,
            _apply(self.sorted_indices, "to", **where),
            _apply(self.unsorted_indices, "to", **where),
        )

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same sequences on the GPU."""
        return self.to(*args, device="cuda", **kwargs)

    def cpu(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same sequences on the CPU."""
        return self.to(*args, device="cpu", **kwargs)

    def double(self) -> PackedSequence:
        """The same sequences as float64."""
        return self.to(dtype=dt.float64)

    def float(self) -> PackedSequence:
        """The same sequences as float32."""
        return self.to(dtype=dt.float32)

    def half(self) -> PackedSequence:
        """The same sequences as float16."""
        return self.to(dtype=dt.float16)

    def long(self) -> PackedSequence:
        """The same sequences as int64."""
        return self.to(dtype=dt.int64)

    def int(self) -> PackedSequence:
        """The same sequences as int32."""
        return self.to(dtype=dt.int32)

    def short(self) -> PackedSequence:
        """The same sequences as int16."""
        return self.to(dtype=dt.int16)

    def char(self) -> PackedSequence:
        """The same sequences as int8."""
        return self.to(dtype=dt.int8)

    def byte(self) -> PackedSequence:
        """The same sequences as uint8."""
        return self.to(dtype=dt.uint8)

    @property
    def is_cuda(self) -> bool:
        return self.data.is_cuda

    def is_pinned(self) -> bool:
        """Whether `data` is in pinned memory."""
        return self.data.is_pinned()


def _apply(t: Tensor | None, method: str, **kwargs: Any) -> Tensor | None:
    return None if t is None else getattr(t, method)(**kwargs)


def _fields(data, batch_sizes, sorted_indices, unsorted_indices) -> tuple:
    if unsorted_indices is None:
        unsorted_indices = invert_permutation(sorted_indices)
    if batch_sizes is None:
        if not isinstance(data, (list, tuple)) or len(data) != 2:
            raise AssertionError(
                "Expected data to be a tuple of two elements when batch_sizes is None"
            )
        return data[0], data[1], sorted_indices, unsorted_indices
    if batch_sizes.device.type != "cpu":
        raise ValueError(
            "batch_sizes should always be on CPU. Instances of PackedSequence should never be "
            "created manually. They should be instantiated by functions like pack_sequence and "
            "pack_padded_sequences in nn.utils.rnn. "
            "https://pytorch.org/docs/stable/nn.html#torch.nn.utils.rnn.pack_sequence"
        )
    return data, batch_sizes, sorted_indices, unsorted_indices


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes this one.

    >>> nn.utils.rnn.invert_permutation(torch.tensor([2, 0, 1]))
    tensor([1, 2, 0])
    """
    if permutation is None:
        return None
    places = arange(0, permutation.numel(), device=permutation.device)
    return empty_like(permutation).scatter_(0, permutation, places)


@checked
def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Sequences padded to (T, B, *), batch first when asked, as a PackedSequence.

    Lengths are looked at, so this runs what is pending if they are results. RuntimeError for
    lengths that are not positive, and for unsorted ones with `enforce_sorted`.
    """
    if not isinstance(lengths, Tensor):
        lengths = tensor(list(lengths), dtype=dt.int64, device="cpu")
    if lengths.device.type != "cpu":
        raise RuntimeError(
            f"'lengths' argument should be a 1D CPU int64 tensor, but got {lengths.dim()}D "
            f"{lengths.device} {str(lengths.dtype).removeprefix('torch.')} tensor"
        )
    sizes = [int(n) for n in lengths.tolist()]
    sorted_indices = None
    if not enforce_sorted:
        ordered, sorted_indices = lengths.sort(descending=True)
        sorted_indices = sorted_indices.to(input.device)
        sizes = ordered.tolist()
        input = input.index_select(0 if batch_first else 1, sorted_indices)
    if input.numel() == 0:
        raise RuntimeError("Cannot pack empty tensors.")
    steps_first = input.transpose(0, 1) if batch_first else input
    if len(sizes) != steps_first.size(1):
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {len(sizes)} "
            f"(batch_size={steps_first.size(1)})"
        )
    if min(sizes) <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' "
            "that is <= 0"
        )
    if sizes != sorted(sizes, reverse=True):
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You "
            "can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to "
            "sidestep this requirement if you do not need ONNX exportability."
        )
    if sizes[0] > steps_first.size(0):
        raise RuntimeError(
            "Expected `len(lengths)` to be at most the padded length: "
            f"got a length of {sizes[0]} for {steps_first.size(0)} steps"
        )
    counts = [sum(n > t for n in sizes) for t in range(sizes[0])]
    batch = steps_first.size(1)
    places = np.concatenate([np.arange(n) + t * batch for t, n in enumerate(counts)])
    data = steps_first.flatten(0, 1).index_select(0, from_numpy(places).to(input.device))
    return PackedSequence(data, tensor(counts, dtype=dt.int64), sorted_indices, None)


def _lengths(batch_sizes: list[int]) -> list[int]:
    return [sum(n > i for n in batch_sizes) for i in range(batch_sizes[0])]


@checked
def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """(sequences padded to (T, B, *), their lengths on the CPU), batch first when asked."""
    counts = sequence.batch_sizes.tolist()
    steps, batch = len(counts), counts[0]
    if total_length is not None:
        if total_length < steps:
            raise ValueError(
                "Expected total_length to be at least the length of the longest sequence in input, "
                f"but got total_length={total_length} and max sequence length being {steps}"
            )
        steps = total_length
    data = sequence.data
    # Row `len(data)` is padding; every other row of the source is used once.
    source = np.full((steps, batch), data.size(0))
    at = 0
    for t, n in enumerate(counts):
        source[t, :n] = np.arange(at, at + n)
        at += n
    padding = full((1, *data.shape[1:]), padding_value, dtype=data.dtype, device=data.device)
    flat = cat([data, padding]).index_select(0, from_numpy(source.reshape(-1)).to(data.device))
    output = flat.view(steps, batch, *data.shape[1:])
    if batch_first:
        output = output.transpose(0, 1)
    lengths = tensor(_lengths(counts), dtype=dt.int64)
    order = sequence.unsorted_indices
    if order is not None:
        return output.index_select(0 if batch_first else 1, order), lengths[order.cpu()]
    return output, lengths


@checked
def pad_sequence(
    sequences: Any,
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences (L, *) of different lengths in one tensor (T, B, *), batch first when asked."""
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            "pad_sequence: Expected iterable for input sequences, but got arg of type: "
            f"{type(sequences)}"
        )
    if padding_side not in ("left", "right"):
        raise RuntimeError(
            f"Expected padding_side to be one of left or right, but got {padding_side}."
        )
    parts = list(sequences.unbind(0) if isinstance(sequences, Tensor) else sequences)
    if not parts:
        raise RuntimeError("received an empty list of sequences")
    longest = max(p.size(0) for p in parts)
    rows = []
    for p in parts:
        missing = longest - p.size(0)
        if missing:
            filler = full((missing, *p.shape[1:]), padding_value, dtype=p.dtype, device=p.device)
            p = cat([p, filler] if padding_side == "right" else [filler, p])
        rows.append(p)
    return stack(rows, 0 if batch_first else 1)


@checked
def unpad_sequence(
    padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False
) -> list[Tensor]:
    """The sequences of a padded tensor, each of its own length."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[: int(n)] for row, n in zip(rows.unbind(0), lengths.tolist(), strict=True)]


@checked
def pack_sequence(sequences: list[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """A list of sequences (L, *) as a PackedSequence."""
    lengths = tensor([s.size(0) for s in sequences], dtype=dt.int64)
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """A PackedSequence as a list of sequences (L, *).

    >>> packed = nn.utils.rnn.pack_sequence([torch.tensor([1, 2]), torch.tensor([4])])
    >>> nn.utils.rnn.unpack_sequence(packed)
    [tensor([1, 2]), tensor([4])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


__getattr__ = _absent.attributes(__name__)
