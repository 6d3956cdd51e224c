"""What programs ask of the backward that runs on their thread.

https://docs.pytorch.org/docs/stable/autograd.html
"""

from __future__ import annotations

from torchish._core.tensor.tape.graph import Accumulate, BaseNode
from torchish._core.tensor.tape.modes import state as modes

__all__ = ["order_of_task", "reached", "task_number", "will_run"]


def reached() -> set:
    """The nodes whose gradients the backward which now runs comes to."""
    if modes.walk is None:
        return set()
    present = modes.walk
    seen = _graph_of(present.roots)
    return seen if present.needed is None else seen & (present.needed | present.targets)


def _graph_of(roots) -> set:
    seen, stack = set(roots), list(roots)
    while stack:
        for e in stack.pop().edges:
            if e is not None and e[0] not in seen:
                seen.add(e[0])
                stack.append(e[0])
    return seen


def task_number() -> int:
    """The number of the backward that runs on this thread; -1 outside of one."""
    return -1 if modes.walk is None else modes.walk.task


def order_of_task() -> list:
    """The nodes that the backward which now runs computes, in order; RuntimeError outside of one,
    and where its threads would make the order uncertain."""
    if modes.walk is None:
        raise RuntimeError(
            "_current_graph_task_execution_order should only be called during the backward pass"
        )
    if modes.multithreading:
        raise RuntimeError(
            "_current_graph_task_execution_order expects the current backward to be executed with "
            "multithreading disabled, e.g. by running:\n\n>>> with "
            "torch.autograd.set_multithreading_enabled(False):\n...     "
            "torch._C._current_graph_task_execution_order()\n"
        )
    return sorted(reached(), key=lambda n: -n.seq)


def will_run(node) -> bool:
    """Whether the backward which now runs computes a node; RuntimeError outside of one."""
    if modes.walk is None:
        raise RuntimeError(
            "_get_should_execute_nodes should only be called during the backward pass"
        )
    if not isinstance(node, BaseNode):
        raise RuntimeError(
            f"_will_engine_execute_node expects an grad_fn, but got {type(node).__name__}"
        )
    if isinstance(node, Accumulate) and not modes.walk.accumulate:
        raise RuntimeError(
            "A leaf node was passed to _will_engine_execute_node but we are currently running "
            "autograd.grad(). This is currently not supported."
        )
    needed = modes.walk.needed
    return node in (_graph_of(modes.walk.roots) if needed is None else needed)
