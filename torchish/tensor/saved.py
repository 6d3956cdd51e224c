"""What PyTorch saves for the backward pass must not have been written to since.

Note [Saved for backward]
Values are immutable here, so a gradient is always that of the values which the forward pass saw.
PyTorch keeps the tensors themselves, and raises when one that the gradient needs was modified in
place. A table entry says which ones those are (`saves=`), so that the same programs raise:

  "input"                           whenever a gradient is wanted
  {"input": "other", ...}           for the gradient of `input`, `other` is needed
  a function, which gives one of these, of the names of those parameters that are tensors
                                    ("operands.1" in a list) and of the static ones' values by name

"result" is the operator's (first) result. Recording notes how often each input was written to,
and nothing else: what of that matters is worked out when something has been written to since. A
node refers to the storages, not to the tensors, so that no cycle arises.

  node.saved    (storage, count of its writes, storage, ...) of the inputs; None in the place of
                an in-place operator's own tensor, of which PyTorch saves a copy; then its result
  node.kept     the storage of a new result, where the gradient needs one

Within `saved_tensors_hooks` a node keeps what `pack` made of each tensor that the entry names, in
the place of its value, and asks `unpack` for it when it pulls. A result is packed and unpacked,
too, though the gradient here comes from the inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish.base import dtypes as dt
from torchish.ops.table import Call
from torchish.tensor.graph import Accumulate, Node
from torchish.tensor.modes import no_grad
from torchish.tensor.modes import state as modes
from torchish.tensor.tensor import Tensor, wrap

RESULT = -1


def stamps(tensors) -> tuple:
    """Storages, each with how often it was written to."""
    kept: list = []
    for t in tensors:
        s = t._storage
        kept += (s, s.writes)
    return tuple(kept)


def written(node: Node, t) -> None:
    """Correct what was noted of an in-place operator, now that its result is in `t`."""
    kept = (None, 0, *node.saved[2:])
    if node.call.op.saves_result:
        kept += (t._storage, t._storage.writes)
    node.saved = kept


def verify(node: Node) -> None:
    """Raise when something that a node's gradient needs was written to since."""
    kept = node.saved
    bad = [
        k for k in range(0, len(kept), 2) if kept[k] is not None and kept[k].writes != kept[k + 1]
    ]
    if not bad and (node.kept is None or node.kept.writes == 0):
        return
    plan = _plan(node.call, node.edges)
    n = len(node.edges)
    for k in bad:
        i = RESULT if k == 2 * n else k // 2
        if i in plan:
            raise RuntimeError(_message(node, i, kept[k].writes, kept[k + 1]))
    if node.kept is not None and node.kept.writes and RESULT in plan:
        raise RuntimeError(_message(node, RESULT, node.kept.writes, 0))


def _plan(call: Call, edges: tuple) -> set[int]:
    """Positions of the tensors that a gradient needs; RESULT for the result."""
    place = {name: how[1] for name, how in call.template.items() if how[0] == "t"}
    for name, how in call.template.items():
        if how[0] == "l":
            place |= {f"{name}.{k}": i for k, i in enumerate(how[1]) if i is not None}
    spec = call.op.saves
    if callable(spec):
        spec = spec(set(place), call.statics())
    if isinstance(spec, dict):
        wanted = [n for p, n in spec.items() if p in place and edges[place[p]] is not None]
        spec = " ".join(wanted)
    names = set(spec.split())
    return {place[n] for n in names if n in place} | ({RESULT} if "result" in names else set())


def _message(node: Node, i: int, now: int, then: int) -> str:
    aval = node.outs[0] if i == RESULT else node.avals[i]
    maker = (node, 0) if i == RESULT else node.edges[i]
    made = ""
    if maker is not None and not isinstance(maker[0], Accumulate):
        made = f", which is output {maker[1]} of {maker[0].name().removesuffix('Backward0')},"
    where = "" if aval.device.type == "cpu" else f"{aval.device.type}."
    hint = (
        "the backtrace further above shows the operation that failed to compute its gradient. The "
        "variable in question was changed in there or anywhere later. Good luck!"
        if modes.anomaly
        else "enable anomaly detection to find the operation that failed to compute its gradient, "
        "with torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )
    return (
        "one of the variables needed for gradient computation has been modified by an inplace "
        f"operation: [torch.{where}{dt.SCALAR_NAMES[aval.torch_dtype]}Tensor {list(aval.shape)}]"
        f"{made} is at version {now}; expected version {then} instead. Hint: {hint}"
    )


def pack(hook: Callable, t: Tensor) -> Any:
    """What a hook makes of a tensor; operators that it calls are not recorded and not packed."""
    with no_grad():
        before, modes.saved_hooks = modes.saved_hooks, []
        try:
            return hook(t)
        finally:
            modes.saved_hooks = before


class PackedNode(Node):
    """A recorded operator, some of whose values are as `saved_tensors_hooks` packed them."""

    __slots__ = ("packed", "unpack")

    def __init__(self, node: Node, hooks: tuple[Callable, Callable], tensors: Any, outs: Any):
        super().__init__(
            node.call, list(node.values or ()), node.numbers, node.edges, node.label, outs
        )
        self.where = node.where  # and nothing to verify: what is kept is what the hooks made
        # Not with the forward's pullback, which has the values that the hooks took away.
        self.epoch, self.residual = None, None
        self._avals = node.avals
        self.unpack = hooks[1]
        self.packed: dict[int, Any] = {}
        for i in sorted(_plan(node.call, node.edges), key=lambda i: (i == RESULT, i)):
            t = wrap(outs[0]) if i == RESULT else tensors[i]
            self.packed[i] = pack(hooks[0], t)
        inputs = self.packed.keys() - {RESULT}
        self.values: Any = [None if i in inputs else v for i, v in enumerate(node.values or ())]

    @property
    def avals(self) -> tuple:
        """Avals of the inputs."""
        return self._avals

    def pull(self, cotangents: list, wanted: tuple[int, ...], build: bool) -> list:
        values = self.values
        if values is None:
            return super().pull(cotangents, wanted, build)
        filled = list(values)
        for i, kept in self.packed.items():
            t = pack(self.unpack, kept)
            if not isinstance(t, Tensor):
                raise TypeError(
                    "Output of saved tensor unpack_hook expected to be a Tensor but got result of "
                    f"type {type(t).__name__}"
                )
            if i != RESULT:
                filled[i] = t._value()
        self.values = filled
        try:
            return super().pull(cotangents, wanted, build)
        finally:
            self.values = values

    def release(self) -> None:
        self.packed = {}
        super().release()


def packed(node: Node, tensors: Any, outs: Any) -> Node:
    """The node with its saved tensors packed by the innermost hooks."""
    if node.call.op is None or getattr(node.call.op, "saves", None) is None:
        return node
    return PackedNode(node, modes.saved_hooks[-1], tensors, outs)
