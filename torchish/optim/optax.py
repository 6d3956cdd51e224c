"""Any optax transformation as an optimizer.

https://optax.readthedocs.io/en/latest/api/optimizers.html
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from torchish import engine
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.factory import of_array
from torchish._core.tensor.inner import FunctionCall, update
from torchish.optim.optimizer import Optimizer, evaluate

__all__ = ["Optax"]

_serial = itertools.count()


class Optax(Optimizer):
    """Updates all parameters by an optax GradientTransformation: `optim.Optax(net.parameters(),
    optax.adamw(1e-3))`.

    The parameters that have gradients at the first step are those that are updated; one that has
    none later is given zeros. Each step is one recorded operator; schedules, `MultiSteps` and
    `inject_hyperparams` work as in optax. The state is tensors: its leaves are `state[first
    parameter]["optax"]`. ValueError for parameter groups with options.
    """

    def __init__(self, params, tx: Any) -> None:
        super().__init__(params, {})
        if not (hasattr(tx, "init") and hasattr(tx, "update")):
            raise TypeError(
                f"tx should be an optax.GradientTransformation, but got {type(tx).__name__}"
            )
        if any(set(group) - {"params", "param_names"} for group in self.param_groups):
            raise ValueError(
                "Optax takes its options from the transformation; parameter groups have none"
            )
        self.tx = tx
        self._tree: Any = None
        self._call: FunctionCall | None = None
        self._params = [p for group in self.param_groups for p in group["params"]]

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """ValueError after construction: an optax state belongs to a fixed set of parameters."""
        if getattr(self, "_params", None):
            raise ValueError(
                "an optax state belongs to a fixed set of parameters; make a new optimizer"
            )
        super().add_param_group(param_group)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._params = [p for group in self.param_groups for p in group["params"]]

    def _start(self) -> list[Tensor]:
        """The leaves of the first state, computed here and now."""
        import optax

        params = [p.detach()._array() for p in self._params]
        leaves, self._tree = jax.tree.flatten(self.tx.init(params))
        tx, tree, n = self.tx, self._tree, len(params)

        def fn(*flat):
            params, grads = list(flat[:n]), list(flat[n : 2 * n])
            state = jax.tree.unflatten(tree, flat[2 * n :])
            updates, state = tx.update(grads, state, params)
            new = optax.apply_updates(params, updates)
            return (*new, *jax.tree.leaves(state))

        self._call = FunctionCall(f"optax_step_{next(_serial)}", fn, 2 * n + len(leaves), (), False)
        device = self._params[0].device
        return [of_array(np.asarray(leaf), device, own=False) for leaf in leaves]

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update the parameters; the closure's loss."""
        loss = evaluate(closure)
        state = self.state[self._params[0]]
        if self._call is None:
            first = self._start()
            state.setdefault("optax", first)
        leaves = state["optax"]
        grads = [p.grad if p.grad is not None else p.detach() * 0 for p in self._params]
        state["optax"] = update(self._call, [*self._params, *grads, *leaves], self._params)
        engine.barrier()
        return loss
