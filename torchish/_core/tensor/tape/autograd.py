"""`backward` and `grad`: what is asked of a walk through the graph.

https://docs.pytorch.org/docs/stable/autograd.html
"""

from __future__ import annotations

import warnings

import numpy as np

from torchish._core.base.errors import warn_once
from torchish._core.base.frames import user_level
from torchish._core.engine.values import from_host
from torchish._core.ops.table import TABLE
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape.handles import GradientEdge
from torchish._core.tensor.tape.handles import RemovableHandle as RemovableHandle
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.walk import aval_at, walk
from torchish._core.tensor.tensor import Tensor, wrap

__all__ = ["RemovableHandle", "backward", "grad"]


def _require_tensors(given, what: str) -> None:
    for t in given:
        if not isinstance(t, (Tensor, GradientEdge)):
            raise AssertionError(f"Expected {what} to be a torch.Tensor")


def _listed(x) -> tuple:
    return (x,) if isinstance(x, (Tensor, GradientEdge)) else tuple(x)


def _by_older_name(grad_tensors, grad_variables):
    warnings.warn(
        "`grad_variables` is deprecated. Use `grad_tensors` instead.",
        FutureWarning,
        stacklevel=user_level(),
    )
    if grad_tensors is not None:
        raise RuntimeError(
            "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to "
            "`backward()`. Please only use `grad_tensors`."
        )
    return grad_variables


def _one_each(gradients, outputs: tuple) -> tuple:
    """A gradient, or None, for each of the outputs."""
    if gradients is None or isinstance(gradients, Tensor):
        gradients = (gradients,) * (len(outputs) if gradients is None else 1)
    if len(gradients) != len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(gradients)} gradients")
    return tuple(gradients)


def _require_inputs(inputs: tuple) -> None:
    for t in inputs:
        if not isinstance(t, (Tensor, GradientEdge)):
            raise RuntimeError(
                f"all inputs have to be Tensors or GradientEdges, but got {type(t).__name__}"
            )


def backward(
    tensors,
    grad_tensors=None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables=None,
    inputs=None,
) -> None:
    """Sum the gradients of `tensors` into the leaves' `.grad` (or only into `inputs`).

    Raises RuntimeError for a non-scalar output without a gradient, an output that requires none, a
    graph walked twice.
    https://docs.pytorch.org/docs/stable/generated/torch.autograd.backward.html

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> torch.autograd.backward([w.sum(), (w * w).sum()])
    >>> w.grad
    tensor([3., 5.])
    """
    tensors = _listed(tensors)
    _require_tensors(tensors, "output")
    if grad_variables is not None:
        grad_tensors = _by_older_name(grad_tensors, grad_variables)
    grad_tensors = _one_each(grad_tensors, tensors)
    if inputs is not None:
        inputs = _listed(inputs)
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
        for t in inputs:
            if isinstance(t, Tensor):
                t.retain_grad()
    if create_graph:
        warn_once(
            "Using backward() with create_graph=True will create a reference cycle between the "
            "parameter and its gradient which can cause a memory leak. We recommend using "
            "autograd.grad when creating the graph to avoid this. If you have to use this "
            "function, make sure to reset the .grad fields of your parameters to None after use "
            "to break the cycle and avoid the leak."
        )
    if retain_graph is None:
        retain_graph = create_graph
    before = modes.grad, modes.partial
    modes.grad, modes.partial = create_graph, inputs is not None
    try:
        found = walk(
            tensors,
            grad_tensors,
            retain_graph=retain_graph,
            create_graph=create_graph,
            inputs=inputs,
        )
        if inputs is not None:
            for t, p in zip(inputs, found, strict=True):
                if isinstance(t, GradientEdge) or t.is_leaf:
                    continue
                if p is not None and t._grad is None:
                    t._grad = p
    finally:
        modes.grad, modes.partial = before


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple:
    """The gradients of `outputs` with respect to `inputs`, without touching any `.grad`.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html
    """
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True). To "
            "accumulate gradient for other parts of the graph, please use torch.autograd.backward.",
            FutureWarning,
            stacklevel=user_level(),
        )
    outputs, inputs = _listed(outputs), _listed(inputs)
    _require_tensors(outputs, "output")
    if not inputs:
        raise ValueError("grad requires non-empty inputs.")
    _require_inputs(inputs)
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: "
            "allow_unused=False."
        )
    grad_outputs = _one_each(grad_outputs, outputs)
    if retain_graph is None:
        retain_graph = create_graph
    if is_grads_batched:
        options = (retain_graph, create_graph, allow_unused, materialize_grads)
        return _batched(outputs, inputs, grad_outputs, *options)
    before = modes.grad, modes.partial
    modes.grad, modes.partial = create_graph, True
    try:
        found = walk(
            outputs,
            grad_outputs,
            retain_graph=retain_graph,
            create_graph=create_graph,
            inputs=inputs,
            accumulate=False,
        )
        unused = allow_unused or materialize_grads
        return tuple(
            [
                _shown(i, t, g, unused, materialize_grads, create_graph)
                for i, (t, g) in enumerate(zip(inputs, found, strict=True))
            ]
        )
    finally:
        modes.grad, modes.partial = before


def _shown(i: int, t, g, unused: bool | None, materialize: bool, create_graph: bool):
    """The gradient of an input as `grad` gives it."""
    if g is not None:
        return t._gradient_out(g) if isinstance(t, Tensor) else g
    if not unused:
        raise RuntimeError(
            f"The differentiated Tensor at index {i} appears to not have been used in the graph. "
            "Set allow_unused=True if this is the desired behavior."
        )
    return _zeros(t, create_graph) if materialize else None


def _zeros(t, create_graph: bool) -> Tensor:
    """The gradient of an input that has no part in the outputs."""
    if isinstance(t, GradientEdge):
        raise RuntimeError(
            "materialize_grads cannot be used when the given input is a GradientEdge"
        )
    g = wrap(from_host(np.zeros(t._aval.shape, t._aval.dtype), t.device))
    g._requires_grad = create_graph
    return g


def _batched(
    outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused, materialize_grads
):
    """One gradient a row of the leading dimension of `grad_outputs`, stacked."""
    for i, (o, g) in enumerate(zip(outputs, grad_outputs, strict=True)):
        shape = aval_at(o).shape
        if g is not None and g._aval.shape[1:] != shape:
            raise RuntimeError(
                "If `is_grads_batched=True`, we interpret the first dimension of each grad_output "
                "as the batch dimension. The sizes of the remaining dimensions are expected to "
                "match the shape of corresponding output, but a mismatch was detected: "
                f"grad_output[{i}] has a shape of {g.shape} and output[{i}] has a shape of "
                f"{Size(shape)}. If you only want some tensors in `grad_output` to be considered "
                "batched, consider using vmap."
            )
    n = len(next(g for g in grad_outputs if g is not None))
    rows = [
        grad(
            outputs,
            inputs,
            [None if g is None else g[i] for g in grad_outputs],
            retain_graph or i < n - 1,
            create_graph,
            True,
            allow_unused,
            False,
            materialize_grads,
        )
        for i in range(n)
    ]
    first = rows[0]
    return tuple(
        None if first[k] is None else apply(TABLE["stack"], ([r[k] for r in rows], 0))
        for k in range(len(inputs))
    )
