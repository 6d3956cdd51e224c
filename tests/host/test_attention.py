"""Host kernels of attention and recurrent layers against XLA."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch
from tests.host.table import hold, tensor
from torchish._core.engine.host import attention as kernels

LOOSE = {"rtol": 1e-4, "atol": 1e-4}


@pytest.mark.parametrize("name", ["_scaled_dot_product_attention", "_attention_weights"])
def test_attention(name):
    q, k, v = tensor((2, 3, 5, 4)), tensor((2, 3, 6, 4), seed=1), tensor((2, 3, 6, 7), seed=2)
    hold(name, q, k, v, **LOOSE)
    hold(name, q, k, v, is_causal=True, scale=0.3, **LOOSE)
    mask = tensor((5, 6), "bool", 3)
    mask[1] = False
    hold(name, q, k, v, mask, **LOOSE)
    hold(name, q, k, v, tensor((2, 1, 5, 6), seed=3), **LOOSE)
    hold(name, q, k, v, tensor((2, 1, 5, 6), seed=3), is_causal=True, **LOOSE)
    hold(name, q, k, v, mask, is_causal=True, **LOOSE)
    hold(name, q[0, 0].clone(), k[0, 0].clone(), v[0, 0].clone(), **LOOSE)


@pytest.mark.parametrize("group", [1, 2])
def test_long_sequences_go_in_parts(group, monkeypatch):
    monkeypatch.setattr(kernels, "_PAIRS", 900)
    monkeypatch.setattr(kernels, "_LONG", 900)
    name, lead = "_scaled_dot_product_attention", (2, 4)
    q = tensor((*lead, 70, 4))
    k, v = (tensor((2, 4 // group, 51, n), seed=n) for n in (4, 3))
    assert len(kernels._parts(*(np.empty(x) for x in ((*lead, 70, 4), (*lead, 51, 4))), True)) > 3
    for options in ({}, {"is_causal": True}):
        hold(name, q, k, v, enable_gqa=group > 1, **options, **LOOSE)
        mask = tensor((2, 1, 70, 51), "bool", 3)
        mask[1, :, 20] = False
        for given in (mask, tensor((70, 51), seed=5), mask[..., :1], tensor((70, 1), seed=6)):
            hold(name, q, k, v, given, enable_gqa=group > 1, **options, **LOOSE)


GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}


def operands(mode: str, lead: tuple, bias: bool = True) -> list:
    n = GATES[mode] * 4
    return [
        tensor((*lead, 3)),
        tensor((lead[-1], 4), seed=1),
        tensor((lead[-1], 4), seed=2) if mode == "LSTM" else None,
        tensor((n, 3), seed=3),
        tensor((n, 4), seed=4),
        tensor((n,), seed=5) if bias else None,
        tensor((n,), seed=6) if bias else None,
    ]


@pytest.mark.parametrize("mode", list(GATES))
def test_recurrent(mode):
    x = operands(mode, (5, 2))
    hold("_recurrent", *x, None, None, mode, False, **LOOSE)
    hold("_recurrent", *x, None, torch.tensor([5, 3]), mode, True, **LOOSE)
    x = operands(mode, (5, 2), bias=False)
    hold("_recurrent", *x, None, torch.tensor([2, 5]), mode, False, **LOOSE)
    hold("_recurrent_cell", *operands(mode, (3,)), mode, **LOOSE)


def test_heads_that_share_keys():
    q, k, v = tensor((2, 6, 5, 4)), tensor((2, 2, 3, 4), seed=1), tensor((2, 2, 3, 4), seed=2)
    hold("_scaled_dot_product_attention", q, k, v, enable_gqa=True, rtol=1e-4, atol=1e-5)
