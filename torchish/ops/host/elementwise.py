"""Elementwise arithmetic in NumPy."""

from __future__ import annotations

import numpy as np

from torchish.ops.host.registry import kernel


@kernel("add", dtypes="bifc")
def add(input, other, *, alpha=None):
    if input.dtype == np.bool_:
        return input | (other if alpha is None else other & alpha)
    return input + other if alpha is None else input + other * alpha


@add.gradient
def _(ct, saved, wanted, input, other, *, alpha=None):
    return {"input": ct, "other": ct if alpha is None else ct * np.conj(alpha)}


@kernel("tanh", saves="result")
def tanh(input):
    return np.tanh(input)


@tanh.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * (1 - saved * saved)}
