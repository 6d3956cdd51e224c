"""Masks of attention as functions, and which blocks of (query, key) hold anything.

https://docs.pytorch.org/docs/stable/nn.attention.flex_attention.html
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor
from torchish._core.tensor.api.attach import namespace
from torchish._core.tensor.api.factory import ones, zeros
from torchish._core.tensor.api.ranges import arange
from torchish._core.tensor.inner import is_computed
from torchish.func import vmap

_DEFAULT_SPARSE_BLOCK_SIZE = 128
_LARGE_SPARSE_BLOCK_SIZE = 1 << 30


def noop_mask(batch: Any, head: Any, token_q: Any, token_kv: Any) -> Tensor:
    """The mask that keeps every pair."""
    return ones((), dtype=dt.bool_)


def and_masks(*mask_mods: Callable) -> Callable:
    """The mask that keeps what all of these keep."""
    if not all(callable(m) for m in mask_mods):
        raise RuntimeError(f"All inputs should be callable mask_mods: {mask_mods}")

    def and_mask(b: Any, h: Any, q_idx: Any, kv_idx: Any) -> Tensor:
        result = ones((), dtype=dt.bool_)
        for mask in mask_mods:
            result = result & mask(b, h, q_idx, kv_idx)
        return result

    return and_mask


def or_masks(*mask_mods: Callable) -> Callable:
    """The mask that keeps what one of these keeps."""
    if not all(callable(m) for m in mask_mods):
        raise RuntimeError(f"All inputs should be callable mask_mods: {mask_mods}")

    def or_mask(b: Any, h: Any, q_idx: Any, kv_idx: Any) -> Tensor:
        result = zeros((), dtype=dt.bool_)
        for mask in mask_mods:
            result = result | mask(b, h, q_idx, kv_idx)
        return result

    return or_mask


def _round_up_to_multiple(x: int, multiple: int) -> int:
    return (x + multiple - 1) // multiple * multiple


def _two(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


def _ordered(dense: Tensor) -> tuple[Tensor, Tensor]:
    """(how many, which) of the last dimension of a 0/1 tensor: those that are set first."""
    counts = dense.sum(-1)
    order = FUNCTIONS["argsort"](dense.to(dt.int32), dim=-1, descending=True, stable=True)
    return counts.to(dt.int32).contiguous(), order.to(dt.int32).contiguous()


def _dense(counts: Tensor, indices: Tensor, columns: int | None = None) -> Tensor:
    """The 0/1 tensor of (how many, which)."""
    n = indices.size(-1) if columns is None else columns
    listed = arange(indices.size(-1), device=indices.device) < counts.unsqueeze(-1)
    # What is not listed goes to one more column, which is cut off.
    at = FUNCTIONS["where"](listed, indices, n).to(dt.int64)
    out = zeros((*at.shape[:-1], n + 1), dtype=dt.int32, device=indices.device)
    return out.scatter(-1, at, 1)[..., :n]


def create_mask(
    mod_fn: Callable,
    B: int | None,
    H: int | None,
    Q_LEN: int,
    KV_LEN: int,
    device: Any = None,
) -> Tensor:
    """The mask, or the scores, of a function: (B, H, Q_LEN, KV_LEN). None counts as 1."""
    sizes = (B or 1, H or 1, Q_LEN, KV_LEN)
    at = [arange(n, device=device) for n in sizes]
    takes_score = False
    if hasattr(mod_fn, "__code__"):
        defaults = getattr(mod_fn, "__defaults__", None) or ()
        takes_score = mod_fn.__code__.co_argcount - len(defaults) == 5
    fn = mod_fn
    for axis in (3, 2, 1, 0):
        dims = tuple(0 if i == axis else None for i in range(4))
        fn = vmap(fn, in_dims=((0, *dims) if takes_score else dims))
    if takes_score:
        out = fn(zeros(sizes, device=device), *at)
        return FUNCTIONS["where"](FUNCTIONS["isneginf"](out), False, True)
    return fn(*at)


def create_block_mask(
    mask_mod: Callable,
    B: int | None,
    H: int | None,
    Q_LEN: int,
    KV_LEN: int,
    device: Any = None,
    BLOCK_SIZE: int | tuple[int, int] = _DEFAULT_SPARSE_BLOCK_SIZE,
    _compile: bool = False,
    separate_full_blocks: bool = True,
) -> BlockMask:
    """The blocks of a mask: those that hold a pair, and among them those that hold every pair."""
    q_block, kv_block = _two(BLOCK_SIZE)
    mask = create_mask(mask_mod, B, H, Q_LEN, KV_LEN, device=device)
    rows, columns = math.ceil(Q_LEN / q_block), math.ceil(KV_LEN / kv_block)
    grown = namespace("nn.functional")["pad"](
        mask.to(dt.int32), (0, columns * kv_block - KV_LEN, 0, rows * q_block - Q_LEN)
    )
    b, h = mask.shape[:2]
    held = grown.reshape(b, h, rows, q_block, columns, kv_block).sum((-3, -1))
    whole = held == q_block * kv_block
    if separate_full_blocks:
        some = (held > 0) & ~whole
        full_counts, full_order = _ordered(whole)
    else:
        some, full_counts, full_order = held > 0, None, None
    counts, order = _ordered(some)
    made = BlockMask.from_kv_blocks(
        counts,
        order,
        full_counts,
        full_order,
        BLOCK_SIZE=(q_block, kv_block),
        mask_mod=mask_mod,
        seq_lengths=(Q_LEN, KV_LEN),
    )
    made._held = held
    return made


def _create_empty_block_mask(query: Tensor, key: Tensor) -> BlockMask:
    """One block that keeps every pair."""
    one = ones((1, 1, 1), dtype=dt.int32, device=query.device)
    at = zeros((1, 1, 1, 1), dtype=dt.int32, device=query.device)
    return BlockMask.from_kv_blocks(
        one, at, BLOCK_SIZE=_LARGE_SPARSE_BLOCK_SIZE, seq_lengths=(1, 1)
    )


def create_nested_block_mask(
    mask_mod: Callable, B: Any, H: Any, *rest: Any, **options: Any
) -> NoReturn:
    """NotImplementedError: nested tensors have no flex attention."""
    raise NotImplementedError("torch.nn.attention.flex_attention.create_nested_block_mask")


Span = tuple[int, int, int, int]
PARTS = 8  # of the queries, each with a range of keys of its own
SPARED = 0.25  # of the pairs, from which on parts are taken
LONG = 512 * 512  # pairs, from which on
KINDS = 4  # of parts for the same lengths: others are not worth a program
_kinds: dict[tuple[int, int], set[tuple[Span, ...]]] = {}


def spans(mask: BlockMask) -> tuple[Span, ...] | None:
    """The queries in parts and the keys that each part may look at: (first query, behind the last,
    first key, behind the last); None where that spares too little to be worth it, or is not known
    without running what is recorded.

    Sizes are part of a program, so a mask that is made from each batch would have one compiled for
    each: it is as a rule still pending where it is used, and else a few kinds are enough.
    """
    if type(mask._held) is not Tensor or not is_computed(mask._held):
        return None
    q_len, kv_len = mask.seq_lengths
    if q_len * kv_len < LONG:
        return None
    held = mask._held.numpy().any((0, 1))
    rows = len(held)
    step = -(-rows // PARTS)
    found = []
    for i in range(0, rows, step):
        seen = held[i : i + step].any(0).nonzero()[0]
        begin, end = (int(seen[0]), int(seen[-1]) + 1) if len(seen) else (0, 1)
        q_block, kv_block = mask.BLOCK_SIZE
        part = (i * q_block, min((i + step) * q_block, q_len))
        found.append((*part, begin * kv_block, min(end * kv_block, kv_len)))
    made = tuple(found)
    area = sum((b - a) * (d - c) for a, b, c, d in made)
    known = _kinds.setdefault(mask.seq_lengths, set())
    if area > (1 - SPARED) * q_len * kv_len or (made not in known and len(known) >= KINDS):
        return None
    known.add(made)
    return made


_TENSORS = (
    "kv_num_blocks",
    "kv_indices",
    "full_kv_num_blocks",
    "full_kv_indices",
    "q_num_blocks",
    "q_indices",
    "full_q_num_blocks",
    "full_q_indices",
)


class BlockMask:
    """Which blocks of (query, key) hold pairs, row by row and column by column, and the function
    that says which pairs."""

    def __init__(
        self,
        seq_lengths: tuple[int, int],
        kv_num_blocks: Tensor,
        kv_indices: Tensor,
        full_kv_num_blocks: Tensor | None,
        full_kv_indices: Tensor | None,
        q_num_blocks: Tensor | None,
        q_indices: Tensor | None,
        full_q_num_blocks: Tensor | None,
        full_q_indices: Tensor | None,
        BLOCK_SIZE: tuple[int, int],
        mask_mod: Callable,
        **others: Any,
    ) -> None:
        if others:
            raise NotImplementedError(f"BlockMask: {', '.join(others)}")
        if kv_indices.dim() < 2:
            raise RuntimeError("BlockMask must have at least 2 dimensions")
        self.seq_lengths, self.BLOCK_SIZE, self.mask_mod = seq_lengths, BLOCK_SIZE, mask_mod
        self.kv_num_blocks, self.kv_indices = kv_num_blocks, kv_indices
        self.full_kv_num_blocks, self.full_kv_indices = full_kv_num_blocks, full_kv_indices
        self.q_num_blocks, self.q_indices = q_num_blocks, q_indices
        self.full_q_num_blocks, self.full_q_indices = full_q_num_blocks, full_q_indices
        # How many pairs each block holds, where the blocks are known to be those of `mask_mod`.
        self._held: Tensor | None = None

    @classmethod
    def from_kv_blocks(
        cls,
        kv_num_blocks: Tensor,
        kv_indices: Tensor,
        full_kv_num_blocks: Tensor | None = None,
        full_kv_indices: Tensor | None = None,
        BLOCK_SIZE: int | tuple[int, int] = _DEFAULT_SPARSE_BLOCK_SIZE,
        mask_mod: Callable | None = None,
        seq_lengths: tuple[int, int] | None = None,
        compute_q_blocks: bool = True,
    ) -> BlockMask:
        """A mask from its rows: for each row of blocks how many blocks there are, and which."""
        if kv_indices.dim() < 2:
            raise RuntimeError("BlockMask must have at least 2 dimensions")
        if (full_kv_num_blocks is None) != (full_kv_indices is None):
            raise AssertionError(
                "full_kv_num_blocks and full_kv_indices must be both provided or omitted"
            )
        size = _two(BLOCK_SIZE)

        def columns(counts: Tensor | None, indices: Tensor | None):
            if counts is None or indices is None or not compute_q_blocks:
                return None, None
            return _ordered(_dense(counts, indices).transpose(-2, -1))

        if seq_lengths is None:
            seq_lengths = kv_indices.size(-2) * size[0], kv_indices.size(-1) * size[1]
        return cls(
            seq_lengths,
            kv_num_blocks,
            kv_indices,
            full_kv_num_blocks,
            full_kv_indices,
            *columns(kv_num_blocks, kv_indices),
            *columns(full_kv_num_blocks, full_kv_indices),
            size,
            mask_mod or noop_mask,
        )

    def as_tuple(self, flatten: bool = True) -> tuple:
        """All parts, lengths and sizes first and last."""
        tensors = tuple(getattr(self, n) for n in _TENSORS)
        if flatten:
            return (*self.seq_lengths, *tensors, *self.BLOCK_SIZE, self.mask_mod)
        return (self.seq_lengths, *tensors, self.BLOCK_SIZE, self.mask_mod)

    @property
    def shape(self) -> tuple[int, ...]:
        """(batches, heads, queries, keys)."""
        return (*self.kv_indices.shape[:-2], *self.seq_lengths)

    def numel(self) -> int:
        """The number of pairs."""
        return math.prod(self.shape)

    def sparsity(self) -> float:
        """The part of the pairs, in percent, whose blocks hold nothing."""
        held = int(self.kv_num_blocks.sum())
        if self.full_kv_num_blocks is not None:
            held += int(self.full_kv_num_blocks.sum())
        return 100 * (1 - held * math.prod(self.BLOCK_SIZE) / self.numel())

    def to_dense(self) -> Tensor:
        """(…, rows, columns): 1 for a block that holds a pair."""
        out = _dense(self.kv_num_blocks, self.kv_indices)
        if self.full_kv_num_blocks is not None and self.full_kv_indices is not None:
            out = out | _dense(self.full_kv_num_blocks, self.full_kv_indices)
        return out

    def _map(self, fn: Callable[[Tensor], Tensor], **changes: Any) -> BlockMask:
        tensors = [getattr(self, n) for n in _TENSORS]
        return BlockMask(
            changes.get("seq_lengths", self.seq_lengths),
            *(None if t is None else fn(t) for t in tensors),
            self.BLOCK_SIZE,
            self.mask_mod,
        )

    def to(self, device: Any) -> BlockMask:
        """The mask on another device."""
        made = self._map(lambda t: t.to(device))
        made._held = self._held
        return made

    def __getitem__(self, index: Any) -> BlockMask:
        """Some of the batches and heads; the mask's function counts from the first of all."""
        index = tuple(
            slice(i, i + 1 or None) if isinstance(i, int) else i
            for i in (index if isinstance(index, tuple) else (index,))
        )
        return self._map(lambda t: t[index])

    def _adjust(self, new_q_len: int, new_kv_len: int) -> BlockMask:
        """The upper left corner, for shorter sequences."""
        rows = math.ceil(new_q_len / self.BLOCK_SIZE[0])
        columns = math.ceil(new_kv_len / self.BLOCK_SIZE[1])

        def crop(counts: Tensor | None, indices: Tensor | None):
            if counts is None or indices is None:
                return None, None
            return _ordered(_dense(counts, indices)[..., :rows, :columns])

        return BlockMask.from_kv_blocks(
            *crop(self.kv_num_blocks, self.kv_indices),
            *crop(self.full_kv_num_blocks, self.full_kv_indices),
            self.BLOCK_SIZE,
            self.mask_mod,
            (new_q_len, new_kv_len),
        )

    def to_string(self, grid_size: int | tuple[int, int] = (20, 20), limit: int = 4) -> str:
        """A picture: a square for each block that holds pairs, for the first batches and heads."""
        dense = self.to_dense()
        *heads, rows, columns = dense.shape
        if grid_size == -1:
            grid_size = (rows, columns)
        height, width = _two(grid_size)
        tall, wide = max(math.ceil(rows / height), 1), max(math.ceil(columns / width), 1)
        pictures = []
        leading = [()]
        for n in heads:
            leading = [(*at, i) for at in leading for i in range(n)]
        for at in leading[:limit]:
            cells = dense[at].tolist()
            lines = [
                "".join(
                    "██" if any(any(r[c : c + wide]) for r in cells[y : y + tall]) else "  "
                    for c in range(0, columns, wide)
                )
                for y in range(0, rows, tall)
            ]
            pictures.append(f"{at}\n" + "\n".join(lines) + "\n")
        text = "\n".join(pictures)
        if len(leading) > limit:
            text += (
                "\n...\nTo print out more, set BlockMask.to_string(limit=N)\nYou can also index "
                "(BlockMask[batch, head]) to choose a specific batch or head"
            )
            text += "\n"
        return text

    def __repr__(self) -> str:
        return (
            f"BlockMask(shape={self.shape}, sparsity={self.sparsity():.2f}%, \n{self.to_string()})"
        )

    def __str__(self) -> str:
        return repr(self)
