"""Mistakes that people make, for any library with PyTorch's interface."""

from __future__ import annotations

import warnings

import numpy as np

MISTAKES = {
    "add": lambda t: t.ones(4, 2, 3) + t.ones(2),
    "add in the last dim first": lambda t: t.ones(4, 3) + t.ones(5, 2),
    "in place": lambda t: t.ones(4, 2, 3).mul_(t.ones(2)),
    "in place, larger": lambda t: t.ones(3).add_(t.ones(2, 3)),
    "compare": lambda t: t.ones(3) == t.ones(4),
    "where": lambda t: t.where(t.ones(3) > 0, t.ones(4), 0.0),
    "lerp": lambda t: t.lerp(t.ones(3), t.ones(4), 0.5),
    "maximum": lambda t: t.maximum(t.ones(3), t.ones(4)),
    "matmul": lambda t: t.ones(2, 3) @ t.ones(2, 3),
    "matrix times vector": lambda t: t.ones(2, 3) @ t.ones(4),
    "bmm": lambda t: t.bmm(t.ones(2, 3, 4), t.ones(2, 3, 4)),
    "linear": lambda t: t.nn.Linear(3, 2)(t.ones(5, 4)),
    "conv channels": lambda t: t.nn.Conv2d(3, 6, 5)(t.ones(1, 1, 8, 8)),
    "conv kernel": lambda t: t.nn.Conv2d(1, 6, 5)(t.ones(1, 1, 3, 3)),
    "cat": lambda t: t.cat([t.ones(2, 3), t.ones(3, 2)]),
    "stack": lambda t: t.stack([t.ones(2), t.ones(3)]),
    "view": lambda t: t.ones(2, 3).view(4, 2),
    "view of strides": lambda t: t.ones(2, 3).t().view(-1),
    "reshape": lambda t: t.ones(2, 3).reshape(-1, 4),
    "expand": lambda t: t.ones(2, 3).expand(4, 3),
    "dim": lambda t: t.ones(2, 3).sum(2),
    "transpose": lambda t: t.ones(2, 3).transpose(0, 2),
    "index": lambda t: t.ones(2, 3)[2],
    "too many indices": lambda t: t.ones(2)[0, 0],
    "mask": lambda t: t.ones(2, 3)[t.ones(3) > 0],
    "squeeze of a tuple": lambda t: t.ones(2, 3).split([1, 2]),
    "index_select": lambda t: t.ones(3).index_select(0, t.zeros(2, 2, dtype=t.int64)),
    "index_fill": lambda t: t.ones(3).index_fill(0, t.zeros(2, 2, dtype=t.int64), 1.0),
    "index_add": lambda t: t.ones(3).index_add(0, t.zeros(2, 2, dtype=t.int64), t.ones(4)),
    "item": lambda t: t.ones(2).item(),
    "truth": lambda t: bool(t.ones(2)),
    "backward of several": lambda t: t.ones(2, requires_grad=True).mul(2).backward(),
    "backward of none": lambda t: t.ones(1).backward(),
    "numpy of a leaf": lambda t: t.ones(2, requires_grad=True).numpy(),
    "leaf in place": lambda t: t.ones(2, requires_grad=True).add_(1),
    "grad of ints": lambda t: t.ones(2, dtype=t.int64).requires_grad_(),
    "cross entropy": lambda t: t.nn.CrossEntropyLoss()(t.ones(2, 3), t.ones(3, dtype=t.int64)),
    "embedding": lambda t: t.nn.Embedding(3, 2)(t.ones(2)),
    "load_state_dict": lambda t: t.nn.Linear(2, 2).load_state_dict({"weight": t.ones(2, 2)}),
    "no parameters": lambda t: t.optim.SGD([], lr=0.1),
    "einsum": lambda t: t.einsum("ij,jk->ik", t.ones(2, 3), t.ones(2, 3)),
}


def words(torch, name: str) -> str:
    """The class and the message of what is raised."""
    try:
        MISTAKES[name](torch)
    except Exception as e:
        return f"{type(e).__name__}: {e}".replace("torchish", "torch")
    return "nothing"


def outcome(torch, expression: str) -> str:
    """The result as nested lists, or the exception's class and first line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = eval(expression, {"t": torch, "np": np})
            result = result[0] if isinstance(result, tuple) else result
            return str(result.tolist() if hasattr(result, "tolist") else result)
    except Exception as e:
        return f"{type(e).__name__}: {e}".split("\n")[0]
