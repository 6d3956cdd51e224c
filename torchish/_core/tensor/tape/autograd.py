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
from torchish._core.tensor.cotangents import as_tensor
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape.graph import GradientEdge
from torchish._core.tensor.tape.handles import RemovableHandle as RemovableHandle
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.walk import _aval_at, walk
from torchish._core.tensor.tensor import Tensor, wrap

__all__ = ["RemovableHandle", "backward", "grad"]


def _require_tensors(given, what: str) -> None:
    for t in given:
        if not isinstance(t, (Tensor, GradientEdge)):
            raise AssertionError(f"Expected {what} to be a torch.Tensor")


def _listed(x) -> tuple:
    return (x,) if isinstance(x, (Tensor, GradientEdge)) else tuple(x)


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
    """
    tensors = _listed(tensors)
    _require_tensors(tensors, "output")
    if grad_variables is not None:
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
        grad_tensors = grad_variables
    if grad_tensors is None or isinstance(grad_tensors, Tensor):
        grad_tensors = (grad_tensors,) * (len(tensors) if grad_tensors is None else 1)
    if len(grad_tensors) != len(tensors):
        raise RuntimeError(f"got {len(tensors)} tensors and {len(grad_tensors)} gradients")
    if inputs is not None:
        inputs = _listed(inputs)
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
        for t in inputs:
            if isinstance(t, Tensor) and not t.is_leaf:
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
        pairs = walk(
            tensors,
            grad_tensors,
            retain_graph=retain_graph,
            create_graph=create_graph,
            inputs=inputs,
        )
        if inputs is not None:
            for t, p in zip(inputs, pairs, strict=True):
                if isinstance(t, GradientEdge) or t.is_leaf:
                    continue
                if p is not None and t._grad is None:
                    t._grad = as_tensor(p)
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
    for t in inputs:
        if not isinstance(t, (Tensor, GradientEdge)):
            raise RuntimeError(
                f"all inputs have to be Tensors or GradientEdges, but got {type(t).__name__}"
            )
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: "
            "allow_unused=False."
        )
    if grad_outputs is None or isinstance(grad_outputs, Tensor):
        grad_outputs = (grad_outputs,) * (len(outputs) if grad_outputs is None else 1)
    grad_outputs = tuple(grad_outputs)
    if len(grad_outputs) != len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(grad_outputs)} gradients")
    if retain_graph is None:
        retain_graph = create_graph
    if is_grads_batched:
        return _batched(
            outputs,
            inputs,
            grad_outputs,
            retain_graph,
            create_graph,
            allow_unused,
            materialize_grads,
        )
    before = modes.grad, modes.partial
    modes.grad, modes.partial = create_graph, True
    try:
        pairs = walk(
            outputs,
            grad_outputs,
            retain_graph=retain_graph,
            create_graph=create_graph,
            inputs=inputs,
            accumulate=False,
        )
        out = []
        for t, p in zip(inputs, pairs, strict=True):
            if p is None and not (allow_unused or materialize_grads):
                raise RuntimeError(
                    f"The differentiated Tensor at index {len(out)} appears to not have been used "
                    "in the graph. Set allow_unused=True if this is the desired behavior."
                )
            if p is None:
                out.append(_zeros(t, create_graph) if materialize_grads else None)
                continue
            g = as_tensor(p)
            sparse = isinstance(t, Tensor) and t._sparse
            out.append(t._with_values(g) if sparse else g)
        return tuple(out)
    finally:
        modes.grad, modes.partial = before


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
        shape = _aval_at(o).shape
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
