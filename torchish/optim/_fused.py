"""Optimizers whose update of a group is one recorded operator over all its tensors.

Note [One operator a group]
A subclass says which options are part of the program (`_static`), which are numbers and travel as
data (`_NUMBERS`), which state each parameter has, and gives the rule: a pure function of lists of
arrays, most often made of optax transformations. Here the tensors of a group are laid out flat, the
rule is recorded once, and the results are put into the same storages. The first step runs the same
program as all others: state starts as concrete values, not as operators.

Scalars of the state (`step`) are a tensor for each parameter, as in PyTorch. Parameters that were
always updated together hold the same immutable value there, and the program has it as one input and
one output.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish import engine
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import SparseOperand
from torchish._core.tensor import Tensor, enable_grad
from torchish._core.tensor.inner import (
    FunctionCall,
    alike,
    apply_function,
    assign,
    call_of,
    from_array,
    present,
    update,
)
from torchish.optim._host import Layout, on_host
from torchish.optim._rows import on_rows
from torchish.optim.optimizer import (
    Optimizer,
    _step_post_hooks,
    _step_pre_hooks,
    evaluate,
    run_post_hooks,
    run_pre_hooks,
)

__all__ = ["before", "prepared", "FusedOptimizer", "check", "check_common", "check_lr", "zeros_for"]


def scalar_dtype() -> dt.dtype:
    """The dtype of `step` and its kin."""
    return dt.float64 if dt.get_default_dtype() is dt.float64 else dt.float32


def zeros_for(p: Tensor, fill: float = 0.0) -> Tensor:
    """State of a parameter's shape, dtype and device, as a value that is there already."""
    return from_array(np.full(p._aval.shape, fill, p._aval.dtype), p.device, copy=False)


def check(ok: bool, message: str) -> None:
    """ValueError with a message unless `ok`."""
    if not ok:
        raise ValueError(message)


def check_lr(lr: Any) -> None:
    """ValueError unless lr is a number or a one-element tensor, and not negative."""
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    check(lr >= 0.0, f"Invalid learning rate: {lr}")


def check_common(foreach: bool | None, fused: bool | None, differentiable: bool) -> None:
    """RuntimeError for choices of implementation that contradict."""
    if fused:
        if differentiable:
            raise RuntimeError("`fused` does not support `differentiable`")
        if foreach:
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


def before(maximize: bool, weight_decay: Any) -> list:
    """The transformations that come first: the sign, and L2 weight decay unless it is None."""
    import optax

    out = [optax.scale(-1.0)] if maximize else []
    return out if weight_decay is None else [*out, optax.add_decayed_weights(weight_decay)]


def prepared(grads: list, params: list, maximize: bool, weight_decay: Any) -> list:
    """The gradients after the transformations of `before`."""
    for tx in before(maximize, weight_decay):
        grads, _ = tx.update(grads, tx.init(params), params)
    return grads


class FusedOptimizer(Optimizer):
    """An optimizer that updates a group in one operator. See Note [One operator a group]."""

    _NUMBERS: tuple[str, ...] = ("lr",)
    _SCALARS: tuple[str, ...] = ()
    _SPLIT = False
    _OPTIONS: tuple[str, ...] = ()  # what a group holds, in PyTorch's order
    _LATER: tuple[str, ...] = ()  # which of them groups saved by older versions do not have
    # What those are then, where not False.
    _ABSENT: ClassVar[dict[str, Any]] = {"foreach": None, "fused": None, "momentum": 0}

    def _options(self, given: dict[str, Any]) -> dict[str, Any]:
        """The options of a group, from the arguments of `__init__`."""
        return {name: given[name] for name in self._OPTIONS}

    def _static(self, group: dict[str, Any]) -> tuple:
        """The options that the program depends on."""
        raise NotImplementedError

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        """The names of the state tensors, apart from scalars, of parameters of a kind."""
        raise NotImplementedError

    def _kind(self, p: Tensor) -> Any:
        """What tells parameters with different state apart, if `_SPLIT`. The rule gets it last."""
        return None

    def _numbers(self, group: dict[str, Any], fresh: bool) -> list:
        """The values of `_NUMBERS`: Python numbers, or tensors of one element; `fresh`: in a
        parameter's first step."""
        return [group[name] for name in self._NUMBERS]

    def _starts_apart(self, group: dict[str, Any]) -> bool:
        """Whether the numbers of a first step are others."""
        return False

    def _start(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        """The first state of a parameter, apart from scalars."""
        return {name: zeros_for(p) for name in self._tensors(group, self._kind(p))}

    def _start_scalars(self, group: dict[str, Any]) -> dict[str, float]:
        return dict.fromkeys(self._SCALARS, 0.0)

    @staticmethod
    def _rule(static: tuple) -> Callable:
        """`rule(params, grads, states, scalars, n)` for parameters of one dtype: lists of arrays, a
        dict of lists, a list of dicts (float64), numbers in the parameters' dtype and as `n.exact`
        in float64; `n.stored` rounds a scalar as storing it does, `n.xp` is jax.numpy. It gives new
        parameters, states and scalars."""
        raise NotImplementedError

    @staticmethod
    def _host_rule(static: tuple) -> Callable | None:
        """The rule for NumPy arrays, `n.xp` being numpy; None where there is none."""
        return None

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update the parameters that have gradients; the closure's loss."""
        if (
            self._optimizer_step_pre_hooks
            or _step_pre_hooks
            or self._optimizer_step_post_hooks
            or _step_post_hooks
        ):
            args, kwargs = run_pre_hooks(
                self, type(self).step, (self,) if closure is None else (self, closure), {}
            )
            out = args[0]._step(*args[1:], **kwargs)
            run_post_hooks(self, args, kwargs)
            return out
        return self._step(closure)

    step.hooked = True

    def _step(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = evaluate(closure)
        for group in self.param_groups:
            self._update(group)
        engine.barrier()
        return loss

    def _check_param(self, p: Tensor, group: dict[str, Any]) -> None:
        """Raise for a parameter that the rule has no form for; called when its state is made."""

    def _update(self, group: dict[str, Any]) -> None:
        params = [p for p in group["params"] if p._grad is not None]
        if not self._SPLIT:
            self._update_some(group, params, None)
            return
        for kind in dict.fromkeys(map(self._kind, params)):
            self._update_some(group, [p for p in params if self._kind(p) == kind], kind)

    def _update_some(self, group: dict[str, Any], params: list, kind: Any) -> None:
        if not params:
            return
        names, scalars = self._tensors(group, kind), self._SCALARS
        states: list = [None] * len(params)
        fresh = set()
        if names or scalars:
            all_state = self.state
            states = [all_state[p] for p in params]
            for i, s in enumerate(states):
                for name in names:
                    if s.get(name) is None:
                        fresh.add(i)
                for name in scalars:
                    if name not in s:
                        fresh.add(i)
        if fresh:
            new = sorted(fresh)
            self._make_states([params[i] for i in new], [states[i] for i in new], group)
        device = params[0]._aval.device
        mixed = any([p._aval.device is not device for p in params])
        apart = bool(fresh) and self._starts_apart(group)
        if not mixed and (not apart or len(fresh) == len(params)):
            self._record(group, names, params, states, bool(fresh), kind)
            return
        parts = [(p._aval.device, apart and i in fresh) for i, p in enumerate(params)]
        for part in dict.fromkeys(parts):
            at = [i for i, k in enumerate(parts) if k == part]
            self._record(
                group, names, [params[i] for i in at], [states[i] for i in at], part[1], kind
            )

    def _make_states(self, params: list, states: list, group: dict) -> None:
        shared: dict = {}
        for p, s in zip(params, states, strict=True):
            self._check_param(p, group)
            if self._SCALARS and self._SCALARS[0] not in s:
                made = shared.get(p.device)
                if made is None:
                    kind = scalar_dtype().np
                    made = shared[p.device] = {
                        k: from_array(np.asarray(v, kind), p.device)
                        for k, v in self._start_scalars(group).items()
                    }
                s.update({k: present(v) for k, v in made.items()})
            for name, value in self._start(p, group).items():
                if s.get(name) is None:
                    s[name] = p._gradient_out(value)  # which lies as the parameter does

    def _record(
        self, group: dict, names: tuple, params: list, states: list, fresh: bool, kind: Any
    ) -> None:
        columns = [[s[name] for s in states] for name in self._SCALARS]
        together = all([alike(column) for column in columns])
        extra, numbers, kinds = self._given(group, fresh, params[0].device)
        states_of = [s[name] for name in names for s in states]
        held = [c[0] for c in columns] if together else [t for c in columns for t in c]
        tensors = [*params, *[p._grad for p in params], *states_of, *held, *extra]
        static = (*self._static(group), kind)
        key = (type(self), static, len(params), together, tuple(kinds), len(tensors))
        written = [*params, *states_of, *(columns if together else held)]
        if group.get("differentiable"):
            call = call_of((*key, "differentiable"), lambda: self._call(key, names, True))
            _write_with_history(call, tensors, written, numbers, len(params) + len(states_of))
            return
        call = call_of(key, lambda: self._call(key, names))
        try:
            update(call, tensors, written, numbers)
        except SparseOperand:
            self._record_some_sparse(group, names, params, states, fresh, kind)

    def _given(self, group: dict, fresh: bool, device: Any) -> tuple[list, list, list]:
        """The numbers of a step: tensors, others, and which are tensors."""
        tensors, numbers, kinds = [], [], []
        for v in self._numbers(group, fresh):
            if isinstance(v, Tensor):
                tensors.append(v if v.device is device else v.to(device))
                kinds.append(True)
            else:
                numbers.append(float(v))
                kinds.append(False)
        return tensors, numbers, kinds

    # -- sparse gradients --------------------------------------------------------------------------

    def _refuse_sparse(self, group: dict[str, Any]) -> str | None:
        """Why sparse gradients are refused; None when they are not."""
        return f"{type(self).__name__} does not support sparse gradients"

    def _all_rows(self, group: dict[str, Any]) -> bool:
        """Whether a step changes rows that a sparse gradient does not name."""
        return False

    def _record_some_sparse(
        self, group: dict, names: tuple, params: list, states: list, fresh: bool, kind: Any
    ) -> None:
        why = self._refuse_sparse(group)
        if why is not None:
            raise RuntimeError(why)
        at = [i for i, p in enumerate(params) if not p._grad._sparse]
        if at:
            self._record(
                group, names, [params[i] for i in at], [states[i] for i in at], fresh, kind
            )
        for p, s in zip(params, states, strict=True):
            if p._grad._sparse:
                self._record_rows(group, names, p, s, fresh, kind)

    def _record_rows(
        self, group: dict, names: tuple, p: Tensor, s: dict, fresh: bool, kind: Any
    ) -> None:
        """The step of a parameter with a sparse gradient, on the rows that it names."""
        g = p._grad
        if not g.is_sparse:
            raise NotImplementedError(f"{type(self).__name__}: gradients of layout {g.layout}")
        tensors, numbers, kinds = self._given(group, fresh, p.device)
        scalars = [s[name] for name in self._SCALARS]
        own = [p, *[s[n] for n in names], *scalars]
        given = [g._indices(), g._values(), *own, *tensors]
        static = (*self._static(group), kind)
        inner_key = (type(self), static, 1, True, tuple(kinds), len(given) - 1)
        key = (*inner_key, g.is_coalesced(), self._all_rows(group))

        def make() -> FunctionCall:
            inner = self._call(inner_key, names)
            on_them = on_rows(inner.fn, len(names), *key[-2:])
            return FunctionCall(inner.name + "_rows", on_them, len(given), inner.numbers, False)

        update(call_of(key, make), given, own, numbers)

    def _call(
        self, key: tuple, names: tuple[str, ...], differentiable: bool = False
    ) -> FunctionCall:
        cls, static, n, together, kinds, n_values = key
        make_rule, host_rule = self._rule, self._host_rule(static)
        number_names, scalar_names = self._NUMBERS, self._SCALARS
        layout = Layout(n, names, scalar_names, number_names, together, kinds)

        def fn(*flat):
            rest = iter(flat)

            def take(k):
                return list(itertools.islice(rest, k))

            params, grads = take(n), take(n)
            states = {name: take(n) for name in names}
            scalars = {name: take(1 if together else n) for name in scalar_names}
            tensors, given = take(sum(kinds)), list(rest)
            exact = {}
            for name, is_tensor in zip(number_names, kinds, strict=True):
                v = tensors.pop(0) if is_tensor else given.pop(0)
                exact[name] = jnp.asarray(v).reshape(()).astype(jnp.float64)
            wide = [
                {k: v[0 if together else i].astype(jnp.float64) for k, v in scalars.items()}
                for i in range(n)
            ]
            new_params, new_states, new_wide = _by_dtype(
                make_rule(static), params, grads, states, wide, exact, _rounding(scalars)
            )
            out = [*new_params]
            for name in names:
                out += new_states[name]
            for name in scalar_names:
                for i in range(1 if together else n):
                    out.append(new_wide[i][name].astype(scalars[name][i].dtype))
            return tuple(out)

        return FunctionCall(
            cls.__name__.lower() + "_step",
            fn,
            n_values,
            (float,) * (len(kinds) - sum(kinds)),
            differentiable,
            None if host_rule is None else on_host(host_rule, layout),
        )

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            for name in self._LATER:
                group.setdefault(name, self._ABSENT.get(name, False))
        self._share_scalars()

    def _share_scalars(self) -> None:
        """Let parameters with equal scalars hold the same values again, as before they were
        saved."""
        for group in self.param_groups:
            seen: dict = {}
            for p in group["params"]:
                s = self.state.get(p)
                if not s:
                    continue
                for name in self._SCALARS:
                    t = s.get(name)
                    if t is None:
                        continue
                    if not isinstance(t, Tensor):
                        t = s[name] = from_array(np.asarray(float(t), scalar_dtype().np), p.device)
                    elif t.device is not p.device:
                        t = s[name] = t.to(p.device)
                    if t._view is None and not t.is_meta:
                        first = seen.setdefault((name, t.device, t.dtype, t.item()), t)
                        if not alike((first, t)):
                            assign(t, first)


def _write_with_history(
    call: FunctionCall, tensors: list, written: list, numbers: list, with_history: int
) -> None:
    """Run a step that gradients go through; the first results are parameters and states, the others
    counts, which have none. A leaf that requires grad can not be written to so."""
    with enable_grad():
        made = apply_function(call, tensors, numbers, "OptimizerStepBackward")
        for i, (t, new) in enumerate(zip(written, made, strict=True)):
            for each in t if isinstance(t, list) else [t]:
                each.copy_(new if i < with_history else new.detach())


def _rounding(scalars: dict[str, list]) -> Callable:
    """How a scalar in double precision is rounded when it is stored; a cast and back might be
    optimized away."""
    if any(v[0].dtype == jnp.float32 for v in scalars.values()):
        return lambda x: lax.reduce_precision(x, exponent_bits=8, mantissa_bits=23)
    return lambda x: x


def _by_dtype(
    rule: Callable,
    params: list,
    grads: list,
    states: dict,
    scalars: list,
    exact: dict,
    stored: Callable,
):
    """Apply a rule to the parameters of each dtype; half types are widened, complex numbers are
    pairs."""
    new_params: list = [None] * len(params)
    new_states: dict[str, list] = {k: [None] * len(params) for k in states}
    new_scalars: list = list(scalars)
    for kind in dict.fromkeys(p.dtype for p in params):
        at = [i for i, p in enumerate(params) if p.dtype == kind]
        compute = jnp.float64 if kind in (jnp.float64, jnp.complex128) else jnp.float32
        n = SimpleNamespace(
            **{k: v.astype(compute) for k, v in exact.items()},
            exact=SimpleNamespace(**exact),
            stored=stored,
            xp=jnp,
        )
        p, s, c = rule(
            [_widen(params[i], compute) for i in at],
            [_widen(grads[i], compute) for i in at],
            {k: [_widen(v[i], compute) for i in at] for k, v in states.items()},
            [scalars[i] for i in at],
            n,
        )
        for j, i in enumerate(at):
            new_params[i] = _narrow(p[j], params[i])
            new_scalars[i] = c[j]
            for k in states:
                new_states[k][i] = _narrow(s[k][j], states[k][i])
    return new_params, new_states, new_scalars


def _widen(x, compute):
    if jnp.issubdtype(x.dtype, jnp.complexfloating):
        return jnp.stack([x.real, x.imag], -1).astype(compute)
    return x.astype(compute) if jnp.issubdtype(x.dtype, jnp.floating) else x


def _narrow(x, like):
    if jnp.issubdtype(like.dtype, jnp.complexfloating):
        x = x[..., 0] + 1j * x[..., 1]
    return x.astype(like.dtype)
