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

import weakref
from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.ops.table import Call
from torchish._core.tensor.tape.graph import SPENT, Accumulate, Node
from torchish._core.tensor.tape.modes import no_grad
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, alias_of, wrap

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
    return modified(aval, (node, 0) if i == RESULT else node.edges[i], now, then)


def modified(aval: Any, maker: Any, now: int, then: int) -> str:
    """What is said of a tensor, of which `maker` gives the node and the number of its output, that
    was written to since it was saved."""
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


def refuse_inference(node: Node, tensors: Any) -> None:
    """RuntimeError where a gradient needs an inference tensor."""
    if not any(t._inference for t in tensors):
        return
    op = getattr(node.call, "op", None)
    for i in _plan(node.call, node.edges) if op is not None and op.saves is not None else ():
        if i != RESULT and tensors[i]._inference:
            raise RuntimeError(
                "Inference tensors cannot be saved for backward. Please do not use Tensors created "
                "in inference mode in computation tracked by autograd. To work around this, you "
                "can make a clone to get a normal tensor and use it in autograd, or use "
                "`torch.no_grad()` instead of `torch.inference_mode()`."
            )


def pack(hook: Callable, t: Tensor) -> Any:
    """What a hook makes of a tensor; operators that it calls are not recorded and not packed."""
    with no_grad():
        before, modes.saved_hooks = modes.saved_hooks, []
        try:
            return hook(t)
        finally:
            modes.saved_hooks = before


class SavedTensor:
    """A tensor that a node keeps for its gradient, seen from outside; hooks may keep something else
    in its place."""

    __slots__ = ("_hooks", "_index", "_kept", "_node")

    def __new__(cls, *args: Any) -> SavedTensor:
        if not args:
            raise RuntimeError("Trying to create a SavedTensor object from Python is forbidden.")
        return super().__new__(cls)

    def __init__(self, node: Any, index: int):
        self._node, self._index = node, index
        self._hooks: tuple[Callable, Callable] | None = None
        self._kept: Any = None

    @property
    def data(self) -> Any:
        """What is kept: the tensor, without history where it is the node's own result, or what a
        hook made of it."""
        if self._hooks is not None:
            return self._kept
        t = self.tensor()
        own = t is not None and t._node is not None and t._node is self._node.node
        return t.detach() if own else t

    @property
    def unpack_hook(self) -> Callable | None:
        """What makes a tensor again of what is kept; None without hooks."""
        return None if self._hooks is None else self._hooks[1]

    def unpack(self) -> Tensor:
        """The tensor that the gradient is computed with."""
        return self.tensor()

    def keep(self, hooks: tuple[Callable, Callable], t: Tensor) -> None:
        """Keep what a hook makes of the tensor; RuntimeError where the hook writes to it."""
        writes = t._storage.writes
        self._kept = pack(hooks[0], t)
        if t._storage.writes != writes:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as "
                "input to pack hook can not be modified by in-place operations as this can lead to "
                "unexpected side-effects. Please open an issue if you need to perform in-place "
                "operations on the input to a pack hook."
            )
        self._hooks = hooks

    def register_hooks(self, *hooks: Callable) -> None:
        """`register_hooks(pack_hook, unpack_hook)`: keep `pack_hook(tensor)`, and compute with what
        `unpack_hook` makes of that."""
        if len(hooks) != 2 or not all(map(callable, hooks)):
            raise TypeError(
                "register_hooks(): incompatible function arguments. The following argument types "
                "are supported: (pack_hook: function, unpack_hook: function)"
            )
        if self._hooks is not None:
            raise RuntimeError(
                "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: "
                "only one pair of hooks is allowed at a time."
            )
        if self._node.released():
            raise RuntimeError(
                "Calling register_hooks on a saved tensor after it has been freed. Saved "
                "intermediate values of the graph are freed when you call .backward() or "
                "autograd.grad(). Specify retain_graph=True if you need to backward through the "
                "graph a second time or if you need to access saved variables after calling "
                "backward."
            )
        t = self.tensor()
        if t is None:
            raise RuntimeError(
                "Calling register_hooks on a saved tensor with value None is forbidden"
            )
        self.keep((hooks[0], hooks[1]), t)
        self._node.keep(self._index, self)

    def tensor(self) -> Tensor:
        """The tensor; RuntimeError when it is gone, or was written to since."""
        if self._hooks is None:
            return self._node.kept_tensor(self._index)
        t = pack(self._hooks[1], self._kept)
        if not isinstance(t, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(t).__name__}"
            )
        return t

    def value(self) -> Any:
        return self.tensor()._value()


class Alone:
    """A tensor that is kept for no node."""

    __slots__ = ("node", "t")

    def __init__(self, t: Tensor):
        self.node, self.t = None, t

    def released(self) -> bool:
        return False

    def kept_tensor(self, i: int) -> Tensor:
        return self.t

    def keep(self, i: int, kept: SavedTensor) -> None:
        pass


def make_saved(t: Tensor, is_output: bool = False) -> SavedTensor:
    """A tensor as a node would keep it, by the innermost hooks."""
    made = SavedTensor(Alone(t.detach() if is_output else t), 0)
    if modes.saved_hooks:
        made.keep(modes.saved_hooks[-1], made._node.t)
    return made


class OfNode:
    """The tensors that an operator's node keeps."""

    __slots__ = ("_held", "_known")

    def __init__(self, node: Node):
        self._held: Node | None = node
        self._known = weakref.ref(node)

    @property
    def node(self) -> Any:
        """The node; RuntimeError when it is gone."""
        node = self._known()
        if node is None:
            raise RuntimeError(SPENT)
        return node

    def released(self) -> bool:
        """Whether what the node kept is gone."""
        return self.node.values is None

    def kept_tensor(self, i: int) -> Tensor:
        node = self.node
        if node.values is None:
            raise RuntimeError(SPENT)
        if node.saved is not None:
            verify(node)
        if i == RESULT:
            if node.kept is None:
                raise RuntimeError(SPENT)
            t = wrap(node.kept.value)
            t._node = node
            return t
        edge = node.edges[i]
        if edge is not None and isinstance(edge[0], Accumulate):
            if edge[0].leaf._value() is node.values[i]:
                return edge[0].leaf
        return _with_edge(wrap(node.values[i]), node, i)

    def keep(self, i: int, kept: SavedTensor) -> None:
        node = self.node
        if node.values is None:
            raise RuntimeError(SPENT)
        if node.raw is None:
            node._avals, node.raw = node.avals, {}
        node.raw[i] = kept
        if i != RESULT:
            node.values = [None if k == i else v for k, v in enumerate(node.values)]
        # Not with the forward's pullback, which has the values that the hooks took away.
        node.epoch, node.residual = None, None
        self._held = None  # the node refers to what is kept


def _with_edge(t: Tensor, node: Node, i: int) -> Tensor:
    """A kept tensor with the history of what was saved."""
    if i == RESULT:
        t._node = node
        return t
    edge = node.edges[i]
    if edge is not None and isinstance(edge[0], Accumulate):
        t._requires_grad, t._accumulator = True, weakref.ref(edge[0])
    elif edge is not None:
        t._node, t._out = edge
    return t


def packed(node: Node, tensors: Any, outs: Any) -> None:
    """Let the innermost hooks pack the tensors that a node keeps."""
    if node.call.op is None or getattr(node.call.op, "saves", None) is None:
        return
    for i in sorted(_plan(node.call, node.edges), key=lambda i: (i == RESULT, i)):
        kept = SavedTensor(OfNode(node), i)
        kept.keep(modes.saved_hooks[-1], wrap(outs[0]) if i == RESULT else tensors[i])
        kept._node.keep(i, kept)
    if node.raw is not None:
        node.saved = None  # there is nothing to verify: what is kept is what the hooks made


def _attribute(node: Node, name: str) -> Any:
    """What PyTorch's nodes show of what they keep: `_saved_self`, `_raw_saved_result`,
    `_saved_dim`."""
    raw = name.startswith("_raw_saved_")
    op = getattr(node.call, "op", None) if raw or name.startswith("_saved_") else None
    if op is not None:
        key = name.partition("saved_")[2]
        template = node.call.template
        first = next(iter(template), None)
        if key.startswith("self") and "self" not in template:
            key = f"{first}{key[4:]}"
        plan = _plan(node.call, node.edges) if op.saves is not None else set()
        how = template.get(key, ("", None))
        if key in ("result", "result0") and RESULT in plan:
            how = ("t", RESULT)
        if how[0] == "t" and how[1] in plan:
            found = (node.raw or {}).get(how[1]) or SavedTensor(OfNode(node), how[1])
            if raw or found.unpack_hook is None:
                return found if raw else found.tensor()
            return _with_edge(alias_of(found.tensor()), node, how[1])
        if not raw and how[0] in ("s", "n"):
            return how[1] if how[0] == "s" else node.numbers[how[1]]
        if not raw and key == f"{first}_sym_sizes":
            return tuple(node.avals[0].shape)
    raise AttributeError(f"'{type(node).__name__}' object has no attribute '{name}'")


def _names(node: Node) -> list[str]:
    """The node's attributes, with what it keeps."""
    names = list(object.__dir__(node))
    op = getattr(node.call, "op", None)
    if op is not None:
        template = node.call.template
        plan = _plan(node.call, node.edges) if op.saves is not None else set()
        for k, (name, how) in enumerate(template.items()):
            shown = "self" if k == 0 else name
            if how[0] == "t" and how[1] in plan:
                names += [f"_saved_{shown}", f"_raw_saved_{shown}"]
            elif how[0] in ("s", "n"):
                names.append(f"_saved_{shown}")
        if RESULT in plan:
            names += ["_saved_result", "_raw_saved_result"]
    return sorted(names)


Node.__getattr__ = _attribute
Node.__dir__ = _names
