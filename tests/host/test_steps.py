"""NumPy forms of recorded functions (optimizers, clipping, the scaler) against their JAX forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest

import torchish as torch
from tests.host.table import same
from torchish._core.engine import trace
from torchish._core.engine.host import host_call
from torchish._core.ops.table import FunctionCall
from torchish._core.tensor.tensor import wrap

OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "maximize": True}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    ("Adam", {"lr": 0.01}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1, "amsgrad": True, "maximize": True}),
    ("AdamW", {"lr": 0.01}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True, "momentum": 0.9, "weight_decay": 0.1}),
    ("Adagrad", {"lr_decay": 0.1}),
    ("Adagrad", {"weight_decay": 0.1, "maximize": True}),
    ("Adadelta", {"weight_decay": 0.1}),
    ("NAdam", {"weight_decay": 0.1}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {}),
    ("Adamax", {"maximize": True}),
]


def watched(monkeypatch, run: Callable[[], None]) -> list[tuple]:
    """The function calls that `run` records, with their inputs."""
    seen = []
    record = trace.record

    def keep(call, values, numbers=(), *rest):
        if isinstance(call, FunctionCall) and call.name != "accumulate":
            seen.append((call, list(values), list(numbers)))
        return record(call, values, numbers, *rest)

    monkeypatch.setattr(trace, "record", keep)
    run()
    monkeypatch.undo()
    return seen


def hold_function(call: FunctionCall, values: list, numbers: list) -> None:
    arrays = [np.asarray(wrap(v)._host()) for v in values]
    before = [a.tobytes() for a in arrays]
    host = host_call(call, [v.aval for v in values])
    assert host is not None, f"{call.name}: no host form"
    got, _ = host.run([*arrays, *numbers])
    want = jax.jit(call.fn)(*arrays, *[np.asarray(x) for x in numbers])
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        same(call.name, g, np.asarray(w), 2e-5, 1e-7)
    assert [a.tobytes() for a in arrays] == before, f"{call.name} wrote into its arguments"


def parameters(dtype=torch.float32) -> list:
    torch.manual_seed(0)
    ps = [torch.randn(4, 3, dtype=dtype), torch.randn(5, dtype=dtype), torch.randn((), dtype=dtype)]
    return [p.requires_grad_() for p in ps]


def set_gradients(ps: list) -> None:
    for p in ps:
        p.grad = torch.randn(p.shape, dtype=p.dtype)


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS)
def test_optimizers(name, options, monkeypatch):
    ps = parameters()
    optimizer = getattr(torch.optim, name)(ps, **options)

    def run():
        for _ in range(2):
            set_gradients(ps)
            optimizer.step()

    seen = watched(monkeypatch, run)
    assert len(seen) == 2
    for call in seen:
        hold_function(*call)


def test_steps_of_other_dtypes_and_tensors_as_numbers(monkeypatch):
    ps = [*parameters(), *parameters(torch.bfloat16), *parameters(torch.float64)]
    ps += [torch.randn(3, dtype=torch.complex64, requires_grad=True)]
    optimizer = torch.optim.Adam(ps, lr=torch.tensor(0.01))

    def run():
        set_gradients(ps)
        optimizer.step()

    for call in watched(monkeypatch, run):
        hold_function(*call)


@pytest.mark.parametrize("order", [2.0, 1.0, 0.0, 3.0, float("inf")])
def test_clipping(order, monkeypatch):
    ps = parameters()

    def run():
        set_gradients(ps)
        torch.nn.utils.clip_grad_norm_(ps, 0.5, order)
        torch.nn.utils.clip_grad_norm_(ps, 0.5, order, error_if_nonfinite=True)
        torch.nn.utils.clip_grad_value_(ps, 0.1)

    seen = watched(monkeypatch, run)
    assert len(seen) == 4
    for call in seen:
        hold_function(*call)


def test_scaler(monkeypatch):
    ps = parameters()
    optimizer = torch.optim.SGD(ps, lr=0.1)
    scaler = torch.amp.GradScaler("cpu")
    scaler.scale(torch.zeros(()))

    def run():
        set_gradients(ps)
        ps[0].grad[0, 0] = float("inf")
        scaler.unscale_(optimizer)

    seen = watched(monkeypatch, run)
    assert [c.name for c, *_ in seen] == ["unscale"]
    hold_function(*seen[0])
