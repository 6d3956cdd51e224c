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
"""

from __future__ import annotations

from torchish.base import dtypes as dt
from torchish.ops.table import Call
from torchish.tensor.graph import Accumulate, Node
from torchish.tensor.modes import state as modes

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
