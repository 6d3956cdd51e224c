"""What packages above tensors call to run functions of arrays on tensors.

Note [Inner interface]
Optimizers, vmap, the kernels of images and checkpointing compute with operators of their own: pure
functions of JAX arrays, not in the table. They make a `FunctionCall` of one, kept under a key in
the one cache of calls (`call_of`), and run it here: `run` gives new tensors without history,
`update` also writes results into tensors, `apply_function` records a gradient too. What tensors
are made of, values and storages, stays below; a test holds the names that nobody above may touch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from torchish._core.engine import trace
from torchish._core.engine.values import Value, concrete, from_host
from torchish._core.ops.table import FunctionCall
from torchish._core.tensor.dispatch import apply_function, values_of, write
from torchish._core.tensor.storage import Storage
from torchish._core.tensor.tensor import Tensor, wrap

__all__ = [
    "FunctionCall",
    "array_of",
    "assign",
    "alike",
    "apply_function",
    "call_of",
    "follow",
    "from_array",
    "is_computed",
    "is_traced",
    "jax_array",
    "kept_array",
    "placeholder",
    "present",
    "record_fused",
    "in_storage",
    "run",
    "update",
]

KEPT = 2048  # calls; those not asked for the longest are forgotten
_calls: OrderedDict[Hashable, FunctionCall] = OrderedDict()


def call_of(key: Hashable, make: Callable[[], FunctionCall]) -> FunctionCall:
    """The call that is kept under a key; made when there is none. The key says everything that
    the function depends on, and whose it is."""
    call = _calls.get(key)
    if call is None:
        call = _calls[key] = make()
        if len(_calls) > KEPT:
            _calls.popitem(last=False)
    else:
        _calls.move_to_end(key)
    return call


def run(call: FunctionCall, tensors: Sequence[Tensor], numbers: Sequence = ()) -> list[Tensor]:
    """The results of a call, without history. Tensors are read as they are now; numbers are data,
    so that other ones compile nothing."""
    return [wrap(v) for v in trace.record(call, values_of(tensors), numbers)]


def update(
    call: FunctionCall,
    tensors: Sequence[Tensor],
    written: Sequence[Tensor | list[Tensor]],
    numbers: Sequence = (),
) -> list[Tensor]:
    """Run a call and write its first results into tensors, or one result into each of several, no
    matter which dtype they had; what is left is given back. SparseOperand for a sparse tensor,
    before anything is written."""
    outs = trace.record(call, values_of(tensors), numbers)
    for t, v in zip(written, outs, strict=False):
        if type(t) is list:
            for each in t:
                each._set_value(v)
        else:
            t._set_value(v)
    return [wrap(v) for v in outs[len(written) :]]


def record_fused(
    fn: Callable, key: Hashable, tensors: Sequence[Tensor], numbers: Sequence = ()
) -> tuple[Tensor, ...]:
    """Run a pure JAX function of many tensors as one operator, without history.

    `fn(*arrays, *numbers)` gives a tuple of arrays; `key` stands for `fn` with its static options.
    """
    n, kinds = len(tensors), tuple([type(x) for x in numbers])
    call = call_of(("fused", key, n, kinds), lambda: FunctionCall(str(key), fn, n, kinds, False))
    return tuple(run(call, tensors, numbers))


def assign(t: Tensor, new: Tensor) -> None:
    """Give a tensor another's contents, of the same shape: no history, no cast, no copy."""
    t._set_value(new._value())


def follow(t: Tensor, made: Tensor) -> None:
    """Give a tensor that was just written to the history of what its new contents would be
    recorded as."""
    write(t, t._value(), made._node, made._out)


def present(t: Tensor) -> Tensor:
    """The present contents as a new tensor without history: no copy, and later writes to the one
    are not seen by the other."""
    return wrap(t._value())


def alike(tensors: Sequence[Tensor]) -> bool:
    """Whether tensors hold one and the same value, as those do that one result was written to."""
    first = tensors[0]._value()
    return all([t._value() is first for t in tensors])


def from_array(a: Any, device: Any, copy: bool = True) -> Tensor:
    """A tensor of an array on a device: NumPy's, or JAX's (a tracer too), which is taken as it
    is."""
    if isinstance(a, (np.ndarray, np.generic)):
        return wrap(from_host(np.asarray(a), device, copy=copy))
    return wrap(concrete(a, device))


def placeholder(aval: Any) -> Tensor:
    """A tensor that has no contents: something for gradients to flow to."""
    return wrap(Value(aval))


def in_storage(t: Tensor, kind: type[Storage]) -> Any:
    """Put a storage of another class, with the same contents, in the place of a tensor's."""
    t._storage = found = kind(t._storage._value)
    return found


def array_of(t: Tensor) -> Any:
    """The contents as a JAX array, or the tracer that stands for it."""
    return trace.force(t._value())


def kept_array(t: Tensor) -> Any:
    """The same for a caller that keeps it: no program is given its memory. Raises the failed checks
    of what was recorded."""
    value = t._value()
    array = trace.look(value)
    value.pinned = True
    return array


def jax_array(t: Tensor) -> Any:
    """The same as an array of JAX's, on the tensor's device, also where NumPy has computed it."""
    value = t._value()
    array = trace.look_jax(value)
    value.pinned = True
    return array


def is_computed(t: Tensor) -> bool:
    """Whether the contents are there, so that looking at them runs nothing."""
    value = t._value()
    return value.array is not None and not value.traced


def is_traced(t: Tensor) -> bool:
    """Whether a tracer stands for the contents, inside a transformation of JAX."""
    return t._value().traced
