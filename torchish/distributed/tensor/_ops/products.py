"""Products of matrices."""

from __future__ import annotations

from torchish.distributed.tensor._dispatch import Call, Plan, rule
from torchish.distributed.tensor._ops.common import FIXED, by_labels, operands

__all__: list[str] = []

_BATCH = "abcdefghij"


def _aligned(shape: tuple, labels: str, sizes: tuple) -> str:
    """The labels of what is broadcast to a result: its dimensions of another size are fixed."""
    n = len(shape)
    pairs = zip(shape, labels[len(labels) - n :], sizes[len(sizes) - n :], strict=True)
    return "".join(label if size == whole else FIXED for size, label, whole in pairs)


@rule("linear")
def _linear(call: Call) -> Plan | None:
    found = operands(call, "input", "weight", "bias")
    if found is None or any(t is None for t in found[:2]):
        return None
    x, w = call.specs[0].shape, call.specs[1].shape
    batch = _BATCH[: len(x) - 1]
    out = batch + ("n" if len(w) == 2 else "")
    labels = [batch + "k", "nk" if len(w) == 2 else "k"]
    biased = len(call.specs) == 3
    if biased:
        labels.append("n" if len(call.specs[2].shape) else "")
    shape = (*x[:-1], *w[:-1])
    return by_labels(call, labels, out, shape, 2 if biased else None)


@rule("matmul", "mm", "bmm", "mv", "dot", "__matmul__", "__rmatmul__")
def _matmul(call: Call) -> Plan | None:
    if len(call.specs) != 2 or call.name == "__rmatmul__":
        return None
    x, y = (tuple(s.shape) for s in call.specs)
    if not x or not y:
        return None
    rows, columns = "m" if len(x) > 1 else "", "n" if len(y) > 1 else ""
    before = [x[:-2], y[:-2]]
    longest = max(before, key=len)
    sizes = tuple(
        max((b[d - len(longest)] for b in before if len(b) >= len(longest) - d), default=1)
        for d in range(len(longest))
    )
    batch = _BATCH[: len(sizes)]
    labels = [
        _aligned(before[0], batch, sizes) + rows + "k",
        _aligned(before[1], batch, sizes) + "k" + columns,
    ]
    shape = (*sizes, *x[-2:-1], *(y[-1:] if len(y) > 1 else ()))
    return by_labels(call, labels, batch + rows + columns, shape)


@rule("addmm", "baddbmm")
def _addmm(call: Call) -> Plan | None:
    if len(call.specs) != 3:
        return None
    added, x, y = (tuple(s.shape) for s in call.specs)
    batch = "a" if call.name == "baddbmm" else ""
    shape = (*x[:-1], y[-1])
    out = batch + "mn"
    return by_labels(call, [_aligned(added, out, shape), batch + "mk", batch + "kn"], out, shape, 0)


@rule("scaled_dot_product_attention")
def _attention(call: Call) -> Plan | None:
    found = operands(call, "query", "key", "value", "attn_mask")
    if found is None or call.given.get("dropout_p"):
        return None
    q, k, v = (tuple(s.shape) for s in call.specs[:3])
    if not q[:-2] == k[:-2] == v[:-2]:
        return None
    batch = _BATCH[: len(q) - 2]
    labels = [batch + FIXED + FIXED] * 3
    if len(call.specs) == 4:
        mask = tuple(call.specs[3].shape)
        whole = (*q[:-1], k[-2])
        labels.append(_aligned(mask, batch + FIXED + FIXED, whole))
    return by_labels(call, labels, batch + FIXED + FIXED, (*q[:-1], v[-1]))
