"""Recurrent layers: Note [Translations].

ONNX has one layer to a node, for one or two directions, with its gates in another order than
PyTorch, and the sequence first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish.onnx._graph import Graph, Value
from torchish.onnx._operators.table import TABLE, translation

__all__: list[str] = []

# ONNX's gates, by their numbers in PyTorch.
_GATES = {"LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2), "RNN": (0,)}


def _ordered(g: Graph, kind: str, w: Value) -> Value:
    """A layer's matrix, or its bias, with the gates in ONNX's order."""
    gates = _GATES[kind]
    if len(gates) == 1:
        return w
    parts = g.op("Split", w, axis=0, num_outputs=len(gates), outputs=len(gates))
    return g.op("Concat", *[parts[i] for i in gates], axis=0, shape=w.shape)


def _together(g: Graph, parts: Sequence[Value]) -> Value:
    """Of each direction, along a new first dimension."""
    wide = [g.unsqueeze(p, 0) for p in parts]
    return wide[0] if len(wide) == 1 else g.op("Concat", *wide, axis=0)


def _layer(
    g: Graph, kind: str, x: Value, states: list[Value], weights: list[Sequence[Value]],
    activation: str | None,
) -> tuple[Value, list[Value]]:  # fmt: skip
    """One layer: what it gives at each step, directions beside each other, and its last states."""
    n = len(weights)
    hidden = (weights[0][1].shape or ())[1]
    w, r = (_together(g, [_ordered(g, kind, d[i]) for d in weights]) for i in (0, 1))
    bias = None
    if len(weights[0]) > 2:
        both = [
            g.op("Concat", _ordered(g, kind, d[2]), _ordered(g, kind, d[3]), axis=0)
            for d in weights
        ]
        bias = _together(g, both)
    options: dict[str, Any] = {"hidden_size": hidden}
    if n == 2:
        options["direction"] = "bidirectional"
    if kind == "GRU":
        options["linear_before_reset"] = 1  # the reset gate is applied after the product
    if activation is not None:
        options["activations"] = [activation] * n
    count = 3 if kind == "LSTM" else 2
    out, *last = g.op(kind, x, w, r, bias, None, *states, outputs=count, **options)
    # (steps, directions, batch, hidden) to (steps, batch, directions * hidden).
    out = g.op("Transpose", out, perm=[0, 2, 1, 3])
    out = g.op("Reshape", out, g.ints([0, 0, n * hidden]), shape=(None, None, n * hidden))
    return out, last


def _run(
    g: Graph, kind: str, x: Value, states: list[Value], params: Sequence[Value], biases: bool,
    layers: int, dropout: float, train: bool, bidirectional: bool, batch_first: bool,
    activation: str | None = None,
) -> list[Value]:  # fmt: skip
    if dropout and train:
        raise g.refuse("recurrent layers with dropout in training mode: call model.eval() first")
    if x.rank == 2:
        x = g.unsqueeze(x, 0 if batch_first else 1)
        states, alone = [g.unsqueeze(s, 1) for s in states], True
    else:
        alone = False
    directions, each = 2 if bidirectional else 1, 4 if biases else 2
    if len(params) != layers * directions * each:
        raise g.refuse("recurrent layers with proj_size")
    if batch_first:
        x = g.op("Transpose", x, perm=[1, 0, 2], shape=(None,) * 3)
    chunks = [params[i : i + each] for i in range(0, len(params), each)]
    split = [
        [s] if layers == 1 else g.op("Split", s, axis=0, num_outputs=layers, outputs=layers)
        for s in states
    ]
    ends: list[list[Value]] = []
    for i in range(layers):
        own = [s[i] for s in split]
        x, last = _layer(g, kind, x, own, chunks[i * directions : (i + 1) * directions], activation)
        ends.append(last)
    last = [p[0] if layers == 1 else g.op("Concat", *p, axis=0) for p in zip(*ends, strict=True)]
    if batch_first:
        x = g.op("Transpose", x, perm=[1, 0, 2])
    if alone:
        x, last = g.squeeze(x, 0 if batch_first else 1), [g.squeeze(s, 1) for s in last]
    return [x, *last]


@translation("lstm.input")
def _lstm(g: Graph, x: Value, states: Sequence[Value], params: Sequence[Value], *rest: Any) -> Any:
    return _run(g, "LSTM", x, list(states), params, *rest)


def _one_state(kind: str, activation: str | None) -> Any:
    def run(g: Graph, x: Value, state: Value, params: Sequence[Value], *rest: Any) -> Any:
        return _run(g, kind, x, [state], params, *rest, activation=activation)

    return run


TABLE["gru.input"] = _one_state("GRU", None)
TABLE["rnn_tanh.input"] = _one_state("RNN", "Tanh")
TABLE["rnn_relu.input"] = _one_state("RNN", "Relu")

# --- cells


def _cell(g: Graph, kind: str, x: Value, states: list[Value], weights: Sequence[Any],
          activation: str | None = None) -> list[Value]:  # fmt: skip
    """One step of a layer is a sequence of one element."""
    own = [w for w in weights if w is not None]
    alone = x.rank == 1
    if alone:
        x, states = g.unsqueeze(x, 0), [g.unsqueeze(s, 0) for s in states]
    begin = [g.unsqueeze(s, 0) for s in states]
    _, last = _layer(g, kind, g.unsqueeze(x, 0), begin, [own], activation)
    for s in last:
        s.shape = (1, None, None)
    last = [g.squeeze(s, 0) for s in last]
    return [g.squeeze(s, 0) for s in last] if alone else last


@translation("lstm_cell")
def _lstm_cell(g: Graph, x: Value, states: Sequence[Value], *weights: Any) -> list[Value]:
    return _cell(g, "LSTM", x, list(states), weights)


def _simple_cell(kind: str, activation: str | None) -> Any:
    def step(g: Graph, x: Value, state: Value, *weights: Any) -> Value:
        return _cell(g, kind, x, [state], weights, activation)[0]

    return step


TABLE["gru_cell"] = _simple_cell("GRU", None)
TABLE["rnn_tanh_cell"] = _simple_cell("RNN", "Tanh")
TABLE["rnn_relu_cell"] = _simple_cell("RNN", "Relu")
