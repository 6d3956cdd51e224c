"""Convolutions and products by oneDNN (torchish/_core/ops/nn/onednn.py, onednn_products.py): each
class of calls in a process of its own, derivatives of any order, and when they are taken."""

import os
import subprocess
import sys
import textwrap

import jax
import numpy as np
import pytest

import torchish as torch
from torchish._core.base import native
from torchish._core.base.jax_internals import not_stored
from torchish._core.engine import policy, run, shelf
from torchish._core.ops.linalg.products import bmm
from torchish._core.ops.nn import onednn, onednn_products, onednn_proof
from torchish._core.ops.nn.attention import scaled_dot_product_attention
from torchish._core.ops.nn.correlation import Geometry, by_xla
from torchish._core.ops.nn.linear import linear

available = pytest.mark.skipif(not onednn_proof.usable(), reason="no oneDNN in this jaxlib")


@available
@pytest.mark.parametrize("instructions", ["DEFAULT", "AVX2"])
def test_each_class_holds_on_each_kind_of_processor(instructions, monkeypatch):
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", instructions)
    assert onednn_proof.tried()


def draw(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


GEOMETRIES = {
    "plain": ((2, 8, 9, 8), (12, 8, 3, 3), Geometry((1, 1), ((1, 1), (1, 1)), (1, 1), 1)),
    "strided": ((2, 8, 9, 8), (12, 8, 3, 2), Geometry((2, 3), ((1, 1), (0, 1)), (1, 1), 1)),
    "groups": ((2, 8, 9, 8), (12, 2, 3, 3), Geometry((1, 1), ((1, 1), (1, 1)), (2, 2), 4)),
}


def apart(ours, theirs):
    return max(
        float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(ours, theirs, strict=True)
    )


@available
@pytest.mark.parametrize("name", GEOMETRIES)
def test_derivatives_are_those_of_a_convolution(name, monkeypatch):
    shape, kernel, g = GEOMETRIES[name]
    monkeypatch.setattr(onednn, "_takes", lambda x, w, geometry: True)
    x, w, u, v = draw(*shape), draw(*kernel), draw(*shape)[::-1], draw(*kernel)[::-1]

    def all_of(f):
        def first(x, w):
            y, back = jax.vjp(f, x, w)
            return y, *back(jax.numpy.sin(y))

        def run(x, w):
            values, moved = jax.jvp(first, (x, w), (u, v))
            second = jax.grad(lambda x, w: sum((a**2).sum() for a in first(x, w)), (0, 1))(x, w)
            return *values, *moved, *second

        return jax.jit(run)(x, w)

    with not_stored():
        ours = all_of(lambda x, w: onednn.correlate(x, w, g))
    assert apart(ours, all_of(lambda x, w: by_xla(x, w, g))) < 1e-4


@available
def test_a_batch_of_convolutions_is_xlas(monkeypatch):
    shape, kernel, g = GEOMETRIES["plain"]
    monkeypatch.setattr(onednn, "_takes", lambda x, w, geometry: True)
    x, w = draw(3, *shape), draw(3, *kernel)

    def gradients(f):
        return jax.vmap(jax.grad(lambda x, w: (f(x, w) ** 2).sum(), (0, 1)))(x, w)

    with not_stored():
        ours = gradients(lambda x, w: onednn.correlate(x, w, g))
    assert apart(ours, gradients(lambda x, w: by_xla(x, w, g))) < 1e-5


@available
@pytest.mark.parametrize("channels", [3, 16, 20, 32, 64])
def test_weights_of_few_channels_are_products_of_a_few_taps_at_once(channels):
    g = Geometry((2, 1), ((1, 2), (0, 1)), (1, 2), 1)
    x, w = draw(4, channels, 80, 61), draw(9, channels, 3, 2)
    dy = draw(4, 9, *g.output((80, 61), (3, 2)))
    assert dy.size // 9 >= onednn.MANY
    with not_stored():
        program = jax.jit(lambda x, dy: onednn.by_weight(x, dy, g, (3, 2))).lower(x, dy)
        ours = program.compile()(x, dy)
    assert program.as_text().count("onednn$matmul") == -(-6 // -(-48 // channels))
    theirs = jax.vjp(lambda w: by_xla(x, w, g), w)[1](dy)
    assert apart([ours], theirs) < 1e-5


def test_only_large_convolutions_of_the_engines_own_programs_take_it(monkeypatch):
    monkeypatch.setattr(onednn, "usable", lambda: True)
    g = Geometry((1, 1), ((1, 1), (1, 1)), (1, 1), 1)
    large, small = ((64, 16, 32, 32), (32, 16, 3, 3)), ((4, 16, 8, 8), (32, 16, 3, 3))

    def takes(shapes, dtype=np.float32):
        return onednn._takes(*[jax.ShapeDtypeStruct(s, dtype) for s in shapes], g)

    assert not takes(large)
    with native.allowed() as calls:
        assert not takes(small) and not takes(large, np.float64) and not calls.made
        assert takes(large) and calls.made
        with native.allowed(False):
            assert not takes(large)
    assert not native.channels_last()


@available
@pytest.mark.parametrize("second", [False, True])
def test_derivatives_of_products_are_those_of_matmul(second, monkeypatch):
    monkeypatch.setattr(onednn_products, "_takes", lambda a, b, second: True)
    a, b = draw(2, 3, 17, 19), draw(2, 3, *((23, 19) if second else (19, 23)))

    def all_of(matmul):
        def first(a, b):
            y, back = jax.vjp(matmul, a, b)
            return y, *back(jax.numpy.sin(y))

        twice = jax.grad(lambda a, b: sum((x**2).sum() for x in first(a, b)), (0, 1))
        inner = jax.vmap(first, (0, 0))
        return jax.jit(lambda a, b: (*first(a, b), *twice(a, b), *inner(a, b)))

    with not_stored():
        program = all_of(lambda a, b: onednn_products.matmul(a, b, second)).lower(a, b)
        text, ours = program.as_text(), program.compile()(a, b)
    theirs = all_of(lambda a, b: a @ (b.swapaxes(-1, -2) if second else b))(a, b)
    assert apart(ours, theirs) < 1e-4
    assert "onednn$matmul" in text


@available
@pytest.mark.parametrize("name", ["linear", "attention", "bmm"])
def test_operators_that_take_it_transpose_nothing(name):
    shapes = {
        "linear": [(8, 64, 128), (384, 128)],
        "attention": [(8, 4, 64, 32)] * 3,
        "bmm": [(16, 64, 96), (16, 96, 80)],
    }[name]
    form = {
        "linear": linear.fn,
        "attention": scaled_dot_product_attention.fn,
        "bmm": bmm.fn,
    }[name]
    with native.allowed(products=1.0):
        text = jax.jit(form).lower(*[draw(*s) for s in shapes]).as_text()
    assert text.count("@__onednn$matmul") == (2 if name == "attention" else 1)
    assert "stablehlo.transpose" not in text and "stablehlo.dot_general" not in text


def test_of_a_program_only_products_of_matrices_count(monkeypatch):
    made = []

    class Seen(shelf.Program):
        def __init__(self, function, ops, products=0.0):
            made.append(products)
            super().__init__(function, ops, products)

    monkeypatch.setattr(run, "Program", Seen)
    monkeypatch.setattr(policy, "price", lambda facts: (-1.0, "as the test says"))
    x, w = torch.ones(4, 6, 31, 29), torch.ones(7, 6, 3, 3, requires_grad=True)
    a, b = torch.ones(61, 200), torch.ones(201, 200, requires_grad=True)
    for _ in range(3):
        torch.nn.functional.max_pool2d(torch.nn.functional.conv2d(x, w), 2).sum().backward()
        w.grad.sum().item()
    assert made and not any(made)
    del made[:]
    for _ in range(3):
        torch.nn.functional.linear(a, b).sum().backward()
        b.grad.sum().item()
    assert max(made) > 0


@available
def test_rows_of_any_dimensions_are_rows_of_one_product(monkeypatch):
    monkeypatch.setattr(onednn_products, "_takes", lambda a, b, second: True)
    x, w = draw(3, 5, 17), draw(19, 17)

    def all_of(product):
        def first(x, w):
            y, back = jax.vjp(product, x, w)
            return y, *back(jax.numpy.sin(y))

        return jax.jit(first)

    with not_stored():
        program = all_of(lambda x, w: onednn_products.taken(x, w, second=True)).lower(x, w)
        ours = program.compile()(x, w)
    assert "onednn$matmul" in program.as_text()
    assert apart(ours, all_of(lambda x, w: x @ w.T)(x, w)) < 1e-5


def test_only_large_products_or_those_beside_other_calls_take_it(monkeypatch):
    monkeypatch.setattr(onednn_products, "usable", lambda: True)

    def takes(a, b, second=False, dtype=np.float32):
        a, b = (jax.ShapeDtypeStruct(s, dtype) for s in (a, b))
        return onednn_products._takes(a, b, second)

    large, some = ((32, 128, 128),) * 2, ((48, 65, 32), (48, 32, 65))
    assert not takes(*large)
    with native.allowed() as calls:
        assert not takes(*some) and not takes(*large, dtype=np.float64) and not calls.made
        assert not takes((128, 784), (784, 512)) and not takes((500, 128, 8), (500, 8, 128))
        assert takes(*large) and calls.made and not native.channels_last()
        assert takes(*some) and takes(some[0], some[0], second=True)
        assert takes((128, 784), (784, 512)) and not takes((64, 120), (120, 84))
    with native.allowed(products=0.01):
        assert not takes((512, 512), (512, 512))
    with native.allowed(products=0.1):
        assert takes((128, 784), (784, 512)) and not takes((64, 120), (120, 84))


def test_processors_without_avx2_go_without(monkeypatch):
    def usable(flags, most=""):
        onednn_proof.usable.cache_clear()
        monkeypatch.setattr(onednn_proof, "_processor", lambda: flags)
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", most)
        return onednn_proof.usable()

    monkeypatch.delenv("TORCHISH_ONEDNN", raising=False)
    monkeypatch.setattr(onednn_proof, "PROVEN", {onednn_proof.JAXLIB})
    monkeypatch.setattr(onednn_proof.sys, "platform", "linux")
    monkeypatch.setattr(onednn_proof.platform, "machine", lambda: "x86_64")
    try:
        assert usable("avx2") and usable("avx2 avx512f", "AVX2")
        assert not (usable("") or usable("avx512f") or usable("avx2", "sse41"))
    finally:
        onednn_proof.usable.cache_clear()


def test_what_it_was_wrong_at_is_not_taken():
    def holds(image, kernel, stride, pads, dilation=1):
        return onednn.holds([image], [kernel], Geometry((stride,), (pads,), (dilation,), 1))

    assert holds(8, 3, 1, (1, 1)) and holds(8, 3, 3, (2, 1)) and holds(8, 1, 2, (0, 0))
    assert not holds(8, 2, 3, (1, 1))  # the stride steps over elements
    assert not holds(2, 3, 1, (1, 1))  # the kernel exceeds the image
    assert not holds(8, 2, 1, (2, 0)) and holds(8, 2, 1, (2, 0), dilation=2)


def test_the_verdict_on_an_unknown_jaxlib_is_kept(monkeypatch, tmp_path):
    trials = []
    monkeypatch.setattr(onednn_proof, "tried", lambda: trials.append(1) or True)
    assert [onednn_proof._tried(tmp_path / "new", "avx2") for _ in range(2)] == [True, True]
    assert len(trials) == 1
    onednn_proof._tried(tmp_path / "new", "avx512f")
    assert len(trials) == 2


PROGRAM = """
    import sys, torchish as torch
    from torchish._core.base import native
    torch.manual_seed(0)
    nn, F = torch.nn, torch.nn.functional
    net = nn.Sequential(nn.Conv2d(3, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
                        nn.Conv2d(32, 32, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                        nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.ReLU(),
                        nn.Flatten(), nn.Linear(16 * 16 * 16, 5))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    x, y = torch.randn(64, 3, 32, 32), torch.randint(5, (64,))
    for _ in range(6):
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(loss.item())
    print(native.seen(), file=sys.stderr)
"""


@available
def test_a_training_loop_takes_it_and_its_program_is_not_stored(tmp_path):
    def run(choice):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", textwrap.dedent(PROGRAM)],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
            env=os.environ
            | {"TORCHISH_ONEDNN": choice, "TORCHISH_CACHE": str(tmp_path), "TORCHISH_HOST": "off"},
        )
        return [float(line) for line in done.stdout.split()], done.stderr.strip()

    ours, taken = run("on")
    theirs, never = run("off")
    assert (taken, never) == ("True", "False")
    np.testing.assert_allclose(ours, theirs, 1e-4)
