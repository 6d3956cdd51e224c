"""A library, the tensors that a program of lines made with it, and what can be said of them."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

PRELUDE = """\
import threading
import numpy as np

log = []

class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.mul_(2)
    @staticmethod
    def backward(ctx, g):
        log.append(g.tolist())
        return g * 2

class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.k = k
        ctx.save_for_backward(x)
        return x * k, x + k
    @staticmethod
    def backward(ctx, a, b):
        x, = ctx.saved_tensors
        return a * ctx.k + b + 0 * x, None

class Sub(torch.Tensor):
    pass

class Seen(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        log.append(func.__name__)
        return super().__torch_function__(func, types, args, kwargs or {})

def note(g):
    if threading.current_thread() is threading.main_thread():
        log.append(g.tolist())

def triple(g):
    return g * 3

def stop(g):
    raise KeyError("stop")

def together(work, n):
    raised = [None] * n
    def run(k):
        try:
            work(k)
        except Exception as e:
            raised[k] = type(e).__name__
    threads = [threading.Thread(target=run, args=(k,)) for k in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if any(raised):
        log.append(raised)
"""

NAMES = "abcdefgh"


def numbers(t) -> str:
    """The elements as text, whatever the sign of zeros."""
    if t.dtype.is_complex:
        return str([[c.real + 0.0, c.imag + 0.0] for c in t.resolve_conj().reshape(-1).tolist()])
    if t.dtype.is_floating_point:
        return str((t + 0.0).tolist())
    return str(t.tolist())


def _unsigned(text: str) -> str:
    """Text with numbers whose zeros have no sign."""
    text = re.sub(r"\((-?[\d.]+)([+-][\d.]+)j\)", _parts, re.sub(r"-0\.0\b", "0.0", text))
    return re.sub(r"(?<![\w)(+-])-?(\d[\d.]*j)", lambda m: m[0].replace("-0j", "0j"), text)


def _parts(number) -> str:
    real, imag = (float(p) + 0.0 for p in number.groups())
    return f"({real:g}{imag:+g}j)" if real else f"{imag:g}j"


class World:
    """A library, and what a program made with it."""

    def __init__(self, lib: Any):
        self.lib = lib
        self.names: dict[str, Any] = {"torch": lib, "__name__": "program"}
        lib.set_grad_enabled(True)
        lib.manual_seed(0)
        exec(PRELUDE, self.names)

    def run(self, line: str) -> str:
        """Run a line: what it raises, in one line, or nothing."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(line, self.names)
        except Exception as e:
            said = str(e).split("\n")[0].replace("torchish", "torch")
            kind = next(c for c in type(e).__mro__ if c.__module__ == "builtins").__name__
            return re.sub(r"0x[0-9a-f]+", "0x", f"{kind}: {said}")
        return ""

    def tensors(self) -> dict[str, Any]:
        return {n: self.names[n] for n in NAMES if isinstance(self.names.get(n), self.lib.Tensor)}

    def facts(self) -> dict[str, Any]:
        """What is known of the tensors without their values."""
        found = {}
        with self.lib._C.DisableTorchFunctionSubclass():
            for name, t in self.tensors().items():
                found[name] = self._facts(t)
        return found

    def _facts(self, t) -> list:
        try:
            f = (str(t.dtype).partition(".")[2], list(t.shape), list(t.stride()))
            node = t.grad_fn
        except RuntimeError as e:  # one of many views, whose base was written to
            return ["of a view that lost its history: " + str(e).split(". ")[-1]]
        return [
            f[0],
            f[1],
            [s for n, s in zip(f[1], f[2]) if n > 1] if t.numel() else [],
            t.storage_offset() if t.numel() else 0,
            t.requires_grad,
            t.is_leaf,
            type(t).__name__,
            node is not None,
        ]

    def values(self) -> dict[str, Any]:
        """The values, gradients, and what was noted. They are read, which runs what is pending."""
        found: dict[str, Any] = {}
        with warnings.catch_warnings(), self.lib._C.DisableTorchFunctionSubclass():
            warnings.simplefilter("ignore")
            for name, t in self.tensors().items():
                try:
                    found[name] = numbers(t.detach())
                    if t.is_leaf or t.grad is not None:
                        found[name + ".grad"] = None if t.grad is None else numbers(t.grad)
                except RuntimeError as e:
                    found[name] = str(e)
            for name in NAMES:
                array = self.names.get(name + "_array")
                if array is not None:
                    found[name + "_array"] = str((array + 0).tolist())
        found["log"] = _unsigned(str(self.names["log"]))
        return found


def large(world: World) -> bool:
    """Whether numbers have grown beyond what all dtypes hold exactly."""
    with warnings.catch_warnings(), world.lib._C.DisableTorchFunctionSubclass():
        warnings.simplefilter("ignore")
        for t in world.tensors().values():
            if t.numel() > 200 or (
                t.numel()
                and not t.dtype.is_complex
                and float(t.detach().double().abs().max()) > 1e4
            ):
                return True
    return False


REPEATED = "more than one element of the written-to tensor"


def outcome(world: World, line: str) -> str:
    """What there is after a line, and whether it was refused, as text.

    Where elements of a tensor share memory, PyTorch writes in some cases, warning that it will not
    any longer; then a program ends.

    Of two faults in one line libraries may name either; what is said of one fault alone is held in
    reference/bad_calls.json, mistakes.json and refusals.json.
    """
    said = world.run(line)
    return json.dumps([REPEATED if REPEATED in said else bool(said), world.facts()])
