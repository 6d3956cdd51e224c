"""The functions that the package writes get their code at the first call. See Note [Late code]."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
import threading

import pytest

import torchish as torch
from torchish._core.base import late
from torchish._core.ops.table import TABLE
from torchish._core.tensor import overrides
from torchish._core.tensor.api.attach import make_function, make_inplace
from torchish._core.tensor.api.signatures import checked


def _written(f) -> bool:
    """Whether a function has its code."""
    before = f.__code__
    late.finished(f)
    return f.__code__ is before


def test_an_import_compiles_none_of_them():
    program = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append(args[1]) if event == "compile" else None)
import torchish
print([f for f in seen if isinstance(f, str) and "torchish" in f and f.endswith(">")])
assert not torchish._core.tensor.overrides._armed  # which only a program's subclass does
"""
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert out.stdout == "[]\n", out.stderr


def test_the_first_call_and_the_next():
    f = make_function(TABLE["sub"])
    seen = f
    waiting = f.__code__
    assert f(torch.tensor([3.0]), torch.tensor([1.0]), alpha=2).tolist() == [1.0]
    assert f.__code__ is not waiting and f is seen
    assert f(torch.tensor([3.0]), other=torch.tensor([1.0])).tolist() == [2.0]
    g = make_inplace(TABLE["sub"], "sub_")
    x = torch.tensor([3.0])
    assert g(x, torch.tensor([1.0])) is x and x.tolist() == [2.0]
    assert g.__code__ is f.__code__  # compiled once


def test_what_a_function_says_of_itself_does_not_depend_on_calls():
    f, again = make_function(TABLE["cumsum"]), make_function(TABLE["cumsum"])
    late.finished(again)
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__signature__"):
        assert getattr(f, name) == getattr(again, name)
    assert str(inspect.signature(f)) == "(input, dim, *, dtype=None, out=None)"
    assert not _written(f)
    for name in ("co_name", "co_filename"):
        assert getattr(f.__code__, name) == getattr(again.__code__, name)


def test_a_late_signature_is_a_signature():
    shown = make_function(TABLE["cumsum"]).__signature__
    assert isinstance(shown, inspect.Signature)
    plain = pickle.loads(pickle.dumps(shown))
    assert type(plain) is inspect.Signature and plain == shown and hash(plain) == hash(shown)
    assert str(shown.replace(parameters=[])) == "()"
    assert copy.copy(shown) == shown
    bound = shown.bind(1, dim=2)
    assert bound.arguments == {"input": 1, "dim": 2}


def test_a_wrong_first_call_raises_what_a_later_one_does():
    f = make_function(TABLE["cumsum"])
    messages = []
    for _ in range(2):
        with pytest.raises(TypeError) as e:
            f(torch.ones(2), 0, None, None)
        messages.append(str(e.value))
    assert messages[0] == messages[1]

    def pad(input: torch.Tensor, size: int) -> torch.Tensor:
        return input

    g = checked(pad)
    for _ in range(2):
        with pytest.raises(TypeError, match=r"pad\(\): argument 'size' \(position 2\) must be int"):
            g(torch.ones(2), "a")
        with pytest.raises(TypeError, match=r"pad\(\) missing 1 required positional argument"):
            g(torch.ones(2))


def test_threads_may_make_the_first_call_together():
    for _ in range(50):
        f = make_function(TABLE["mul"])
        ready, out = threading.Barrier(4), []

        def call(f=f, ready=ready, out=out):
            ready.wait()
            out.append(f(2, other=torch.tensor(3)).item())

        threads = [threading.Thread(target=call) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert out == [6] * 4


def test_a_guard_may_come_before_the_first_call():
    f = make_function(TABLE["mul"])
    original = overrides._copy(f)
    guarded = overrides._code(f.__code__)
    f.__code__, f.__defaults__ = guarded, None
    f.__kwdefaults__ = {"_guard": overrides._Guard(f, original)}
    assert f(torch.tensor(2), torch.tensor(3)).item() == 6
    assert f.__code__ is guarded and _written(original)
    assert f(torch.tensor(2), other=torch.tensor(3)).item() == 6
