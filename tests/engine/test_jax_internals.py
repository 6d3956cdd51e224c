"""What is internal to JAX: the forms of its versions, and what happens when it has another."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import torchish as torch
from torchish._core.base import jax_internals
from torchish._core.engine import shelf
from torchish._core.engine.interpreter import interpret, rules
from torchish._core.engine.interpreter.rules import Unsupported


class Tree:
    """Like JAX's tree of the inputs of a scan: three parts, a leaf for each."""

    def __init__(self, *sizes):
        self.sizes = sizes

    def update(self, leaves):
        assert len(leaves) == sum(self.sizes)
        return self

    def unpack(self):
        return [range(n) for n in self.sizes]


def test_scan_up_to_jax_0_10_and_later():
    of_both = {"jaxpr": "body", "length": 4, "reverse": True, "unroll": 1}
    earlier = {**of_both, "num_consts": 2, "num_carry": 1, "linear": (False,) * 6}
    later = {**of_both, "ft_in": Tree(2, 1, 3), "ft_out": Tree(1, 1)}
    want = jax_internals.Scan("body", 4, True, 2, 1)
    assert jax_internals.scan_of(earlier, 6) == jax_internals.scan_of(later, 6) == want


@pytest.mark.parametrize(
    "params",
    [
        {"jaxpr": 0, "length": 4, "reverse": False, "carries": 1},
        {"jaxpr": 0, "length": 4, "reverse": False, "num_consts": 0, "num_carry": 1, "stride": 2},
        {"jaxpr": 0, "length": 4, "reverse": False, "ft_in": 3, "ft_out": 3},
        {"length": 4, "reverse": False, "num_consts": 0, "num_carry": 1},
    ],
)
def test_another_form_of_scan_is_said_to_be_unknown(params):
    with pytest.raises(jax_internals.UnknownForm):
        jax_internals.scan_of(params, 2)


def test_parameters_that_a_rule_does_not_know():
    ins = outs = [jax.ShapeDtypeStruct((2, 3), jnp.float32)]
    squeeze, iota = interpret.RULES["squeeze"], interpret.RULES["iota"]
    assert rules.made(squeeze, ins, outs, {"dimensions": (), "sharding": None})
    for rule, params in (
        (squeeze, {"dimensions": (), "strict": True}),  # one that is new, and asks for something
        (squeeze, {"dims": ()}),  # a new name
        (iota, {"dtype": np.int32, "shape": 4, "dimension": 0}),  # in another form
        (interpret.LOOPS["scan"], {"jaxpr": 0}),
    ):
        with pytest.raises(Unsupported):
            rules.made(rule, ins, outs, params)


def test_a_program_whose_parameters_are_unknown_is_compiled(monkeypatch):
    """A user's program never sees it."""

    def unknown(ins, outs, *, another):
        raise AssertionError("the rule must not be called")

    monkeypatch.setattr(interpret, "_kept", type(interpret._kept)())
    for name in ("sort", "concatenate", "gather"):
        monkeypatch.setitem(interpret.RULES, name, unknown)
    x = torch.tensor([3.0, 1.0, 2.0])
    assert torch.cat([x, x])[torch.tensor([4, 0])].tolist() == [1, 3]
    assert x.sort().values.tolist() == [1, 2, 3]


def test_what_is_missing_is_said_with_the_version():
    with pytest.raises(ImportError, match=rf"jax {jax.__version__} with jaxlib .*tested with jax"):
        jax_internals._need("jax.core.Nothing", "jax.nowhere.Nothing")


def test_put_without_the_internal_call(monkeypatch):
    device = jax.devices("cpu")[0]
    a = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    fast = jax_internals.put(a, device)
    monkeypatch.setattr(jax_internals, "_target", lambda device: None)
    plain = jax_internals.put(a, device)
    for found in (fast, plain):
        assert found.devices() == {device}
        np.testing.assert_array_equal(found, a)


def test_jaxprs_that_compute_the_same_have_one_key():
    def key(f, *args):
        return jax_internals.structure(jax_internals.program_of(jax.make_jaxpr(f)(*args))[0])

    x, n = jnp.ones(3), jnp.ones(3, int)

    def loop(k):
        return lambda x: lax.scan(lambda c, r: (c * k + r, c), x[0], x)

    assert key(lambda a: jnp.sin(a) + 1, x) == key(lambda b: jnp.sin(b) + 1, x)
    assert key(loop(0.5), x) == key(loop(0.5), x)
    assert key(jax.nn.relu, x) == key(jax.nn.relu, x)
    different = [
        key(lambda a: jnp.sin(a) + 1, x),
        key(lambda a: jnp.sin(a) + 1.0000000001, x),
        key(lambda a: jnp.cos(a) + 1, x),
        key(lambda a: jnp.sin(a) + 1, x[:2]),
        key(lambda a: a + 1, n),
        key(lambda a: a + a, n),
        key(loop(0.5), x),
        key(loop(0.25), x),
        key(lambda a, b: a - b, x, x),
        key(lambda a, b: b - a, x, x),
    ]
    assert len(set(different)) == len(different)


class OutOfTime(Exception):
    """As a signal handler raises it; it can not be made of a text."""

    def __init__(self, seconds, where):
        super().__init__(seconds, where)


OutOfTime.__module__ = "__main__"


class Others:
    """Of a library, say."""

    OutOfTime = type("OutOfTime", (Exception,), {})


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), OutOfTime(3, "here"), OSError("no\nroom: left")]
)
def test_what_is_raised_in_the_middle_of_a_walk_keeps_its_class(error):
    """JAX walks a program for the key of its cache; an interrupt can come there."""
    module = jax.jit(jnp.sin).lower(1.0).compiler_ir("stablehlo")

    def strike(operation):
        raise error

    class Function:
        def trace(self):
            return self

        def compile(self):
            module.operation.walk(strike)

        lower = trace

    program = shelf.Program(Function(), 1)
    with pytest.raises(type(error)) as caught:
        program.prepare([])
    assert str(error).splitlines()[-1:] == str(caught.value).splitlines()[-1:]
    program.function = lambda: module.operation.walk(strike)
    with pytest.raises(type(error)):
        program((), ())
    assert not program.kept


def test_another_runtime_error_stays_one():
    with pytest.raises(RuntimeError, match="^no room$"), jax_internals.own_exceptions():
        raise RuntimeError("no room")
    unknown = "Exception raised in callback: Traceback (most recent call last):\n  File\nNobody: x"
    with pytest.raises(RuntimeError, match="Nobody"), jax_internals.own_exceptions():
        raise RuntimeError(unknown)
