"""Checkpointing: a part of the forward is computed again in the backward instead of being kept.

Note [Checkpointing]
Without reentry, the nodes that a checkpointed function left in the graph give up their values;
the first one whose gradient is asked for runs the function again and hands every node the values
of its twin, the node of the same place in the second graph. The second run reads the arguments
through an optimization barrier, or XLA, when forward and backward are one program, would see that
both runs compute the same and keep the first one's results. What the second run computes beyond
what is asked for is never used, so XLA drops it.

https://docs.pytorch.org/docs/stable/checkpoint.html
"""

from __future__ import annotations

import contextlib
import enum
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from jax import lax

from torchish._core.base.devices import accelerator_type
from torchish._core.tensor import Function, Tensor, enable_grad, generator, no_grad
from torchish._core.tensor.inner import FunctionCall, call_of, present, run
from torchish._core.tensor.tape.graph import BaseNode, Node
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import grad_edge
from torchish.amp import autocast
from torchish.amp import autocast_mode as _autocast
from torchish.autograd import backward
from torchish.utils._pytree import tree_map

if TYPE_CHECKING:
    from torchish.nn.modules.container import Sequential

__all__ = [
    "CheckpointError",
    "CheckpointFunction",
    "CheckpointPolicy",
    "DefaultDeviceType",
    "check_backward_validity",
    "checkpoint",
    "checkpoint_sequential",
    "create_selective_checkpoint_contexts",
    "detach_variable",
    "get_device_states",
    "noop_context_fn",
    "set_checkpoint_debug_enabled",
    "set_checkpoint_early_stop",
    "set_device_states",
]


class CheckpointError(RuntimeError):
    """The second run did something else than the first."""


class CheckpointPolicy(enum.Enum):
    """What selective checkpointing does with an operator's result; see
    `create_selective_checkpoint_contexts`."""

    MUST_SAVE = 0
    PREFER_SAVE = 1
    MUST_RECOMPUTE = 2
    PREFER_RECOMPUTE = 3
    MUST_CPU_OFFLOAD = 4


def create_selective_checkpoint_contexts(
    policy_fn_or_list: Callable[..., Any] | list, allow_cache_entry_mutation: bool = False
) -> NoReturn:
    """Not provided: what is kept is decided for the whole function."""
    raise NotImplementedError("create_selective_checkpoint_contexts")


class DefaultDeviceType:
    """The device type whose random state is kept; one stream serves every device here."""

    _type: str | None = None

    @staticmethod
    def set_device_type(device: str = "cuda") -> None:
        """Set it."""
        DefaultDeviceType._type = device

    @staticmethod
    def get_device_type() -> str:
        """The accelerator's, unless set."""
        return DefaultDeviceType._type or accelerator_type()


def _infer_device_type(*args: Any) -> str:
    """The type of the first device that is not the CPU among tensors in nested arguments, the
    accelerator's without one."""
    kinds: list[str] = []

    def look(x: Any) -> None:
        if isinstance(x, Tensor) and not x.is_cpu and x.device.type not in kinds:
            kinds.append(x.device.type)

    tree_map(look, args)
    if len(kinds) > 1:
        warnings.warn(
            "Tensor arguments, excluding CPU tensors, are detected on at least two types of "
            "devices. Device state will only be saved for devices of a single device type, and the "
            "remaining devices will be ignored.",
            stacklevel=2,
        )
    return kinds[0] if kinds else DefaultDeviceType.get_device_type()


def get_device_states(*args) -> tuple[list[int], list[Tensor]]:
    """([], []): one stream of random numbers serves every device, and it is kept by itself."""
    return [], []


def set_device_states(
    devices: Sequence[int], states: Sequence[Tensor], *, device_type: str | None = None
) -> None:
    """Nothing to set: see `get_device_states`."""
    if devices or states:
        raise NotImplementedError("set_device_states: devices have no random states of their own")


def noop_context_fn() -> tuple[
    contextlib.AbstractContextManager, contextlib.AbstractContextManager
]:
    """Contexts that do nothing, for the first and the second run."""
    return contextlib.nullcontext(), contextlib.nullcontext()


def detach_variable(inputs: tuple) -> tuple:
    """Tensors cut off from their history, that require grad as before; the rest as it is."""
    if not isinstance(inputs, tuple):
        raise RuntimeError(
            "Only tuple of tensors is supported. Got Unsupported input type: ",
            type(inputs).__name__,
        )
    out = []
    for x in inputs:
        if isinstance(x, Tensor):
            requires_grad = x.requires_grad
            x = x.detach()
            x.requires_grad = requires_grad
        out.append(x)
    return tuple(out)


def check_backward_validity(inputs: Iterable[Any]) -> None:
    """Warn when no tensor requires grad."""
    if not any(x.requires_grad for x in inputs if isinstance(x, Tensor)):
        warnings.warn(
            "None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2
        )


# --- what a second run finds again ---------------------------------------------------------------


def _behind_barrier(tensors: list[Tensor]) -> list[Tensor]:
    """The same values, such that XLA does not know that they are the same."""
    if not tensors:
        return []
    name, n = "checkpoint_barrier", len(tensors)

    def barrier() -> FunctionCall:
        return FunctionCall(name, lambda *a: lax.optimization_barrier(a), n, (), False)

    return run(call_of((name, n), barrier), tensors)


class _Surroundings:
    """The random state, the autocast state: what a run depends on besides its arguments."""

    def __init__(self, preserve_rng_state: bool):
        self.rng = generator.states() if preserve_rng_state else None
        s = _autocast._state
        self.autocast = [(d, s.dtypes[d], on, s.cache_enabled) for d, on in s.enabled.items()]

    @contextlib.contextmanager
    def again(self) -> Iterator[None]:
        before = generator.states() if self.rng is not None else None
        with contextlib.ExitStack() as stack:
            for device, dtype, on, cache in self.autocast:
                if on or _autocast.is_autocast_enabled(device):
                    stack.enter_context(autocast(device, dtype, on, cache))
            if self.rng is not None:
                generator.restore(self.rng)
            try:
                yield
            finally:
                if before is not None:
                    generator.restore(before)


# --- with reentry -------------------------------------------------------------------------------


class CheckpointFunction(Function):
    """Checkpointing with reentry: `apply(function, preserve_rng_state, *args)`. The backward runs
    the function with a graph of its own, and walks that."""

    @staticmethod
    def forward(
        ctx: Any, run_function: Callable[..., Any], preserve_rng_state: bool, *args: Any
    ) -> Any:
        check_backward_validity(args)
        ctx.run_function = run_function
        ctx.surroundings = _Surroundings(preserve_rng_state)
        ctx.inputs = [None if isinstance(x, Tensor) else x for x in args]
        ctx.at = [i for i, x in enumerate(args) if isinstance(x, Tensor)]
        ctx.save_for_backward(*[args[i] for i in ctx.at])
        with no_grad():
            return run_function(*args)

    @staticmethod
    def backward(ctx: Any, *args: Tensor | None) -> tuple[Tensor | None, ...]:
        if modes.partial:
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or "
                "passing an `inputs` parameter to .backward(). To resolve this error, you can "
                "either set use_reentrant=False, or call .backward() without passing the `inputs` "
                "argument."
            )
        inputs = list(ctx.inputs)
        saved = ctx.saved_tensors
        for i, x, original in zip(ctx.at, _behind_barrier(list(saved)), saved, strict=True):
            x.requires_grad = original.requires_grad
            inputs[i] = x
        with ctx.surroundings.again(), enable_grad():
            outputs = ctx.run_function(*inputs)
        if isinstance(outputs, Tensor):
            outputs = (outputs,)
        pairs = [(o, g) for o, g in zip(outputs, args) if isinstance(o, Tensor) and o.requires_grad]
        if not pairs:
            raise RuntimeError(
                "none of output has requires_grad=True, this checkpoint() is not necessary"
            )
        backward([o for o, _ in pairs], [g for _, g in pairs])
        return None, None, *(x.grad if isinstance(x, Tensor) else None for x in inputs)


# --- without reentry ----------------------------------------------------------------------------


class _Recomputed(Node):
    """A node that gave up its values: instead of them it has (frame, its place)."""

    __slots__ = ()

    @property
    def avals(self) -> tuple:
        return self._avals

    def release(self) -> None:
        self.values = None
        self.__class__ = Node

    def pull(self, cotangents: list, wanted: tuple[int, ...], build: bool) -> list:
        self.values[0].fill()
        return self.pull(cotangents, wanted, build)


def _nodes_since(outputs: Any, start: int) -> list[Node]:
    """The nodes that lead to the tensors in `outputs` and were made after `start`, oldest first."""
    found: set[BaseNode] = set()
    inside = [outputs]
    while inside:
        x = inside.pop()
        if isinstance(x, Tensor):
            edge = grad_edge(x)
            if edge is not None and edge[0].seq > start:
                found.add(edge[0])
        elif isinstance(x, dict):
            inside.extend(x.values())
        elif isinstance(x, (list, tuple)):
            inside.extend(x)
    stack = list(found)
    while stack:
        for edge in stack.pop().edges:
            if edge is not None and edge[0].seq > start and edge[0] not in found:
                found.add(edge[0])
                stack.append(edge[0])
    return sorted((n for n in found if isinstance(n, Node)), key=lambda n: n.seq)


class _Frame:
    """One checkpointed call: how to run it again, and the nodes that wait for that."""

    def __init__(self, function, args, kwargs, context, surroundings, check: bool):
        self.function, self.context, self.surroundings = function, context, surroundings
        self.check = check
        self.args = [self._keep(a) for a in args]
        self.kwargs = {k: self._keep(v) for k, v in kwargs.items()}
        self.nodes: list[weakref.ref[Node]] = []

    @staticmethod
    def _keep(x):
        """A tensor's present value, so that a later write in place is not read; leaves themselves
        stay, because the function may know them."""
        if not isinstance(x, Tensor) or (x.is_leaf and x.requires_grad):
            return x
        kept = present(x)
        kept._requires_grad = x.requires_grad
        return kept

    def give_up(self, outputs: Any, start: int) -> None:
        """Take the values away from the nodes of a run."""
        for n in _nodes_since(outputs, start):
            n._avals = n.avals
            n.values = (self, len(self.nodes))
            n.saved = n.kept = None  # what is computed again is not saved
            n.epoch, n.entry = None, -1
            n.__class__ = _Recomputed
            self.nodes.append(weakref.ref(n))

    def fill(self) -> None:
        """Run again, and give the nodes their values."""
        args, kwargs = list(self.args), dict(self.kwargs)
        places = [(args, i) for i, a in enumerate(args) if isinstance(a, Tensor)]
        places += [(kwargs, k) for k, a in kwargs.items() if isinstance(a, Tensor)]
        tensors = [where[at] for where, at in places]
        for (where, at), t, x in zip(places, tensors, _behind_barrier(tensors), strict=True):
            x._requires_grad = t.requires_grad
            where[at] = x
        start = BaseNode(()).seq
        with self.surroundings.again(), self.context, enable_grad():
            outputs = self.function(*args, **kwargs)
        twins = _nodes_since(outputs, start)
        self._compare(twins)
        for ref, twin in zip(self.nodes, twins):
            node = ref()
            if node is None or not isinstance(node, _Recomputed):
                continue
            node.values, node.numbers = twin.values, twin.numbers
            node.epoch, node.entry = twin.epoch, twin.entry
            if isinstance(twin, _Recomputed):
                # A checkpoint within this one: it now waits for this node instead of its twin.
                frame, place = twin.values
                frame.nodes[place] = weakref.ref(node)
            else:
                node.__class__ = Node
        self.nodes, self.args, self.kwargs = [], [], {}

    def _compare(self, twins: list[Node]) -> None:
        if len(twins) < len(self.nodes):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the "
                "original forward and recomputation.\n"
                f"Number of tensors saved during forward: {len(self.nodes)}\n"
                f"Number of tensors saved during recomputation: {len(twins)}."
            )
        if not self.check:
            return
        for place, (ref, twin) in enumerate(zip(self.nodes, twins)):
            node = ref()
            if node is not None and tuple(node.avals) != tuple(twin.avals):
                raise CheckpointError(
                    "torch.utils.checkpoint: Recomputed values for the following tensors have "
                    "different metadata than during the forward pass.\n"
                    f"tensor at position {place}:\nsaved metadata: {_metadata(node)}\n"
                    f"recomputed metadata: {_metadata(twin)}"
                )


def _metadata(node: Node) -> str:
    return ", ".join(
        f"{{'shape': torch.Size({list(a.shape)}), 'dtype': {a.torch_dtype}, 'device': "
        f"device(type='{a.device.type}')}}"
        for a in node.avals
    )


_settings: dict[str, bool | None] = {"early_stop": None, "debug": None}


@contextlib.contextmanager
def set_checkpoint_early_stop(enable: bool) -> Iterator[None]:
    """Whether a second run stops once it has what is needed. What comes after that is never used
    here, so it is never computed either way."""
    before, _settings["early_stop"] = _settings["early_stop"], enable
    try:
        yield
    finally:
        _settings["early_stop"] = before


@contextlib.contextmanager
def set_checkpoint_debug_enabled(enabled: bool | None) -> Iterator[None]:
    """Debugging text for runs that differ: only None and False are provided."""
    if enabled:
        raise NotImplementedError("set_checkpoint_debug_enabled(True)")
    yield


def checkpoint(
    function: Callable,
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args)`, whose intermediate values are computed again in the backward.

    use_reentrant        False: any tensors, keyword arguments, `autograd.grad`; True: the older
                         way, where an argument has to require grad
    preserve_rng_state   (keyword) draw the same random numbers in the second run; on by default
    context_fn           gives two contexts, for the first and the second run
    determinism_check    "default": CheckpointError when the second run has other shapes or dtypes;
                         "none"
    early_stop           what the second run computes beyond need is dropped in any case
    https://docs.pytorch.org/docs/stable/checkpoint.html#torch.utils.checkpoint.checkpoint

    >>> from torch.utils.checkpoint import checkpoint
    >>> x = torch.tensor([2.0], requires_grad=True)
    >>> checkpoint(lambda t: t.exp().log(), x, use_reentrant=False).backward()
    >>> x.grad.round(decimals=4)
    tensor([1.])
    """
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. "
            "Starting in PyTorch 2.9, calling checkpoint without use_reentrant will raise an "
            "exception. use_reentrant=False is recommended, but if you need to preserve the "
            "current default behavior, you can pass use_reentrant=True. Refer to docs for more "
            "details on the differences between the two variants.",
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if use_reentrant:
        if kwargs:
            raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
        if context_fn is not noop_context_fn or debug is not False:
            raise ValueError(
                "Passing `context_fn` or `debug` is only supported when use_reentrant=False."
            )
        return CheckpointFunction.apply(function, preserve, *args)
    if debug:
        raise NotImplementedError("checkpoint: debug=True")
    if determinism_check not in ("default", "none"):
        raise ValueError(
            f"determinism_check should be one of ['default', 'none'], but got {determinism_check}"
        )
    first, second = context_fn()
    if not modes.grad:
        with first:
            return function(*args, **kwargs)
    surroundings = _Surroundings(preserve)
    frame = _Frame(function, args, kwargs, second, surroundings, determinism_check == "default")
    start = BaseNode(()).seq
    with first:
        outputs = function(*args, **kwargs)
    frame.give_up(outputs, start)
    return outputs


def checkpoint_sequential(
    functions: Sequential | Sequence[Callable[..., Any]],
    segments: int,
    input: Any,
    use_reentrant: bool | None = None,
    **kwargs: Any,
) -> Any:
    """A sequence of modules in `segments` parts, each but the last checkpointed.

    https://docs.pytorch.org/docs/stable/checkpoint.html#torch.utils.checkpoint.checkpoint_sequential

    >>> from torch.utils.checkpoint import checkpoint_sequential
    >>> net, x = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1)), torch.ones(3, 2)
    >>> torch.equal(checkpoint_sequential(net, 2, x, use_reentrant=False), net(x))
    True
    """
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be "
            "passed explicitly. In version 2.9 we will raise an exception if use_reentrant is not "
            "passed. use_reentrant=False is recommended, but if you need to preserve the current "
            "default behavior, you can pass use_reentrant=True. Refer to docs for more details on "
            "the differences between the two variants.",
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if hasattr(functions, "children") and not isinstance(functions, (list, tuple)):
        functions = list(functions.children()) if hasattr(functions, "__len__") else functions
    size = len(functions) // segments

    def part(first: int, last: int):
        def run(x):
            for f in functions[first:last]:
                x = f(x)
            return x

        return run

    end = 0
    for begin in range(0, size * (segments - 1), size):
        end = begin + size
        input = checkpoint(
            part(begin, end), input, use_reentrant=use_reentrant, preserve_rng_state=preserve
        )
    return part(end, len(functions))(input)
