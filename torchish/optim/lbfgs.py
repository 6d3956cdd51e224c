"""Limited-memory BFGS.

https://docs.pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import FUNCTIONS, Tensor, cat, enable_grad, no_grad
from torchish._core.tensor.inner import FunctionCall, call_of, run
from torchish.optim.optimizer import Optimizer

__all__ = ["LBFGS"]

view_as_real, view_as_complex = FUNCTIONS["view_as_real"], FUNCTIONS["view_as_complex"]


def _recursion(n: int) -> FunctionCall:
    """The two-loop recursion over a history of `n` as one operator, of which there would be six
    times `n` otherwise: (gradient, initial scale, n differences of gradients, n steps, n inverse
    products of both) → (direction, n weights). Nocedal and Wright, algorithm 7.4."""

    def recursion(g, scale, *past):
        dirs, steps, ro = past[:n], past[n : 2 * n], past[2 * n :]
        al = [None] * n
        q = -g
        for i in reversed(range(n)):
            al[i] = steps[i].dot(q) * ro[i]
            q = q - dirs[i] * al[i]
        r = q * scale
        for i in range(n):
            r = r + steps[i] * (al[i] - dirs[i].dot(r) * ro[i])
        return (r, *al)

    def host(*arrays):
        return tuple([np.asarray(x) for x in recursion(*arrays)])

    return FunctionCall(f"lbfgs_direction_{n}", recursion, 2 + 3 * n, (), False, host)


def cubic_minimum(
    x1: float,
    f1: float,
    g1: float,
    x2: float,
    f2: float,
    g2: float,
    bounds: tuple[float, float] | None = None,
) -> float:
    """The minimum within bounds of the cubic with these values and slopes at x1 and x2 (Nocedal and
    Wright, 3.59); the middle where there is none."""
    low, high = bounds if bounds is not None else (min(x1, x2), max(x1, x2))
    if x1 == x2:
        return (low + high) / 2.0
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1 * d1 - g1 * g2
    if not square >= 0:
        return (low + high) / 2.0
    d2 = math.sqrt(square)
    if x1 > x2:
        x1, g1, x2, g2 = x2, g2, x1, g1
    denominator = g2 - g1 + 2 * d2
    if denominator == 0:
        return (low + high) / 2.0
    return min(max(x2 - (x2 - x1) * ((g2 + d2 - d1) / denominator), low), high)


class _Point:
    """A step length with the loss, the gradient and the slope there."""

    __slots__ = ("f", "g", "slope", "t")

    def __init__(self, t: float, f: float, g: Tensor | None, slope: float):
        self.t, self.f, self.g, self.slope = t, f, g, slope


def strong_wolfe(
    evaluate: Callable[[float], tuple[float, Tensor]],
    t: float,
    d: Tensor,
    f: float,
    g: Tensor,
    slope: float,
    tolerance: float,
    max_evals: int,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> tuple[float, Tensor, float, int]:
    """(loss, gradient, step, evaluations) at a step with sufficient decrease and a small enough
    slope (Nocedal and Wright, algorithms 3.5 and 3.6)."""
    extent = float(d.abs().max())

    def at(step: float) -> _Point:
        loss, grad = evaluate(step)
        return _Point(step, loss, grad, float(grad.dot(d)))

    start = _Point(0, f, g, slope)
    now, before, evals, n = at(t), start, 1, 0
    bracket, done = None, False
    while n < max_evals:
        if (
            now.f > f + c1 * now.t * slope
            or (n > 1 and now.f >= before.f)
            or (abs(now.slope) > -c2 * slope and now.slope >= 0)
        ):
            bracket = [before, now]
            break
        if abs(now.slope) <= -c2 * slope:
            bracket, done = [now], True
            break
        bounds = (now.t + 0.01 * (now.t - before.t), now.t * 10)
        step = cubic_minimum(before.t, before.f, before.slope, now.t, now.f, now.slope, bounds)
        before, now = now, at(step)
        evals, n = evals + 1, n + 1
    if bracket is None:
        bracket = [start, now]
    low, high = (0, 1) if bracket[0].f <= bracket[-1].f else (1, 0)
    stuck = False
    while not done and n < max_evals:
        a, b = bracket
        if abs(b.t - a.t) * extent < tolerance:
            break
        t = cubic_minimum(a.t, a.f, a.slope, b.t, b.f, b.slope)
        left, right = min(a.t, b.t), max(a.t, b.t)
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:
            # Too near an end: accept that once, then move inside.
            if stuck or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        now = at(t)
        evals, n = evals + 1, n + 1
        if now.f > f + c1 * t * slope or now.f >= bracket[low].f:
            bracket[high] = now
            low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
            continue
        if abs(now.slope) <= -c2 * slope:
            done = True
        elif now.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = now
    best = bracket[low]
    return best.f, best.g, best.t, evals


class LBFGS(Optimizer):
    """Quasi-Newton steps from a short history of gradients; `step(closure)` evaluates the loss
    several times.

    `line_search_fn` is None or "strong_wolfe". State, on the first parameter: `func_evals`,
    `n_iter`, `d`, `t`, `old_dirs`, `old_stps`, `ro`, `H_diag`, `prev_flat_grad`, `prev_loss`, `al`.
    ValueError for invalid numbers and for more than one group.

    >>> w = nn.Parameter(torch.tensor([4.0]))
    >>> opt = optim.LBFGS([w], lr=0.5)
    >>> def closure():
    ...     opt.zero_grad()
    ...     loss = (w - 1).square().sum()
    ...     loss.backward()
    ...     return loss
    >>> _ = opt.step(closure)  # which it calls several times
    >>> w.data.round(decimals=3)
    tensor([1.])
    """

    def __init__(
        self,
        params,
        lr: float | Tensor = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        if not lr >= 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if max_eval is None:
            max_eval = max_iter * 5 // 4
        super().__init__(
            params,
            dict(
                lr=lr,
                max_iter=max_iter,
                max_eval=max_eval,
                tolerance_grad=tolerance_grad,
                tolerance_change=tolerance_change,
                history_size=history_size,
                line_search_fn=line_search_fn,
            ),
        )
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    def _gradient(self) -> Tensor:
        """All gradients as one vector; complex ones as pairs, absent ones as zeros."""
        parts = []
        for p in self._params:
            g = p.new_zeros(p.numel()) if p.grad is None else p.grad.detach().to_dense().reshape(-1)
            parts.append(view_as_real(g).reshape(-1) if g.is_complex() else g)
        return cat(parts, 0)

    def _move(self, step: Any, direction: Tensor) -> None:
        at = 0
        for p in self._params:
            n = p.numel() * (2 if p.is_complex() else 1)
            part = direction[at : at + n]
            delta = (
                view_as_complex(part.view(-1, 2)).view_as(p) if p.is_complex() else part.view_as(p)
            )
            p.add_(delta, alpha=step)
            at += n

    def _direction(self, state: dict, flat_grad: Tensor, history_size: int) -> Tensor:
        """The two-loop recursion, after the last step has been added to the history."""
        y, s = flat_grad.sub(state["prev_flat_grad"]), state["d"].mul(state["t"])
        ys = y.dot(s)
        dirs, steps, ro = state["old_dirs"], state["old_stps"], state["ro"]
        if ys > 1e-10:
            if len(dirs) == history_size:
                for past in (dirs, steps, ro):
                    past.pop(0)
            dirs.append(y)
            steps.append(s)
            ro.append(1.0 / ys)
            state["H_diag"] = ys / y.dot(y)
        scale = state["H_diag"]
        if not isinstance(scale, Tensor):
            scale = flat_grad.new_tensor(float(scale))
        past = [flat_grad, scale, *dirs, *steps, *ro]
        n = len(dirs)
        direction, *state["al"] = run(call_of(("lbfgs", n), lambda: _recursion(n)), past)
        state["al"] += [None] * (history_size - len(dirs))
        return direction

    @no_grad()
    def step(self, closure: Callable[[], Any]) -> Any:
        """Up to `max_iter` iterations; the loss before the first of them."""
        group = self.param_groups[0]
        lr = float(group["lr"])
        max_iter, max_eval = group["max_iter"], group["max_eval"]
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise RuntimeError("only 'strong_wolfe' is supported")
        searching = group["line_search_fn"] is not None
        closure = enable_grad()(closure)
        state = self.state[self._params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        original = closure()
        loss = float(original)
        evals = 1
        state["func_evals"] += 1
        grad = self._gradient()
        if grad.abs().max() <= group["tolerance_grad"]:
            return original
        for n in range(1, max_iter + 1):
            state["n_iter"] += 1
            if state["n_iter"] == 1:
                state.update(d=grad.neg(), old_dirs=[], old_stps=[], ro=[], H_diag=1)
            else:
                state["d"] = self._direction(state, grad, group["history_size"])
            state["prev_flat_grad"] = grad.clone()
            state["prev_loss"] = loss
            d = state["d"]
            t = min(1.0, 1.0 / float(grad.abs().sum())) * lr if state["n_iter"] == 1 else lr
            state["t"] = t
            slope = float(grad.dot(d))
            if slope > -group["tolerance_change"]:
                break
            used = 0
            if searching:
                loss, grad, t, used = self._search(
                    closure, t, d, loss, grad, slope, group["tolerance_change"], max_eval - evals
                )
                state["t"] = t
            self._move(t, d)
            flat = False
            if searching:
                flat = bool(grad.abs().max() <= group["tolerance_grad"])
            elif n != max_iter:
                loss = float(closure())
                grad = self._gradient()
                flat = bool(grad.abs().max() <= group["tolerance_grad"])
                used = 1
            evals += used
            state["func_evals"] += used
            if (
                n == max_iter
                or evals >= max_eval
                or flat
                or d.mul(t).abs().max() <= group["tolerance_change"]
                or abs(loss - state["prev_loss"]) < group["tolerance_change"]
            ):
                break
        return original

    def _search(
        self,
        closure: Callable,
        t: float,
        d: Tensor,
        loss: float,
        grad: Tensor,
        slope: float,
        tolerance: float,
        max_evals: int,
    ) -> tuple[float, Tensor, float, int]:
        start = [p.clone() for p in self._params]

        def evaluate(step: float) -> tuple[float, Tensor]:
            self._move(step, d)
            value, found = float(closure()), self._gradient()
            for p, x in zip(self._params, start, strict=True):
                p.copy_(x)
            return value, found

        return strong_wolfe(evaluate, t, d, loss, grad, slope, tolerance, max_evals)
