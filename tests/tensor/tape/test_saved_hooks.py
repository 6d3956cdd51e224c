"""`autograd.graph`: hooks on what is saved, edges, hooks on several gradients; flop counts."""

from __future__ import annotations

import gc

import pytest

import torchish as torch
from torchish import nn
from torchish.autograd import graph
from torchish.utils.flop_counter import FlopCounterMode
from torchish.utils.module_tracker import ModuleTracker
from torchish.utils.weak import TensorWeakRef, WeakIdKeyDictionary


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


@pytest.mark.parametrize(
    "f", [lambda x, w: (x * w).exp().sum() + x @ w, lambda x, w: Square.apply(w).sum()]
)
def test_hooks_pack_and_unpack(f):
    x, w = torch.full((3,), 2.0), torch.full((3,), 3.0, requires_grad=True)
    packed, unpacked = [], []

    def pack(t):
        packed.append(t.shape)
        return t.detach().numpy().copy()

    def unpack(a):
        unpacked.append(a.shape)
        return torch.from_numpy(a)

    (expected,) = torch.autograd.grad(f(x, w), w)
    with graph.saved_tensors_hooks(pack, unpack):
        y = f(x, w)
    y.backward()
    torch.testing.assert_close(w.grad, expected)
    assert packed and len(packed) == len(unpacked)


def test_the_gradient_uses_what_unpack_gives():
    w = torch.full((2,), 3.0, requires_grad=True)
    with graph.saved_tensors_hooks(lambda t: t * 2, lambda t: t):
        y = w * w
    y.sum().backward()
    assert w.grad.tolist() == [12.0, 12.0]


def test_save_on_cpu_and_mutation():
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    x = torch.randn(2, 3)
    expected = torch.autograd.grad(net(x).sum(), list(net.parameters()))
    with graph.save_on_cpu():
        y = net(x).sum()
    torch.testing.assert_close(torch.autograd.grad(y, list(net.parameters())), expected)
    t = torch.ones(2, requires_grad=True)
    with graph.allow_mutation_on_saved_tensors():
        u = t.clone()
        out = u**2
        u.fill_(5.0)
        out.sum().backward()
    assert t.grad.tolist() == [2.0, 2.0]


def test_hooks_can_be_refused():
    with graph.disable_saved_tensors_hooks("not here"):
        with pytest.raises(RuntimeError, match="not here"):
            with graph.save_on_cpu():
                pass


def test_one_hook_on_several_gradients():
    a, b = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    c, d = a * b, a + b
    seen = []
    handle = graph.register_multi_grad_hook(
        (a, b, c, d), lambda grads: seen.append([None if g is None else g.tolist() for g in grads])
    )
    c.sum().backward(retain_graph=True)
    (c.sum() * d.sum()).backward()
    one, two = [1.0, 1.0], [2.0, 2.0]
    assert seen == [[one, one, one, None], [[6.0, 6.0], [6.0, 6.0], [4.0, 4.0], two]]
    handle.remove()
    (a * b).sum().backward()
    assert len(seen) == 2
    edge = graph.get_gradient_edge(c)
    assert edge.node is c.grad_fn and edge.output_nr == 0


def test_flops_of_modules():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 5))
    with FlopCounterMode(display=False) as counter:
        net(torch.randn(2, 3, 8, 8)).sum().backward()
    assert counter.get_total_flops() == 39744
    counts = {m: {str(k): n for k, n in c.items()} for m, c in counter.get_flop_counts().items()}
    both = {"aten.convolution": 15552, "aten.convolution_backward": 15552}
    assert counts["Sequential.0"] == both
    assert counts["Sequential.3"] == {"aten.addmm": 2880, "aten.mm": 5760}
    assert counts["Global"] == counts["Sequential"] == both | counts["Sequential.3"]
    assert "Sequential.3" in counter.get_table()


def test_modules_are_tracked():
    net = nn.Sequential(nn.Linear(2, 2))
    seen = []
    with ModuleTracker() as tracker:
        net[0].register_forward_pre_hook(lambda *a: seen.append(sorted(tracker.parents)))
        net(torch.ones(1, 2)).sum().backward()
    assert seen == [["Global", "Sequential", "Sequential.0"]] and tracker.parents == {"Global"}


def test_weak_dictionaries():
    a, b = torch.ones(2), torch.ones(2)
    found = WeakIdKeyDictionary({a: 1, b: 2})
    ref = TensorWeakRef(a)
    assert (found[a], found[b], len(found)) == (1, 2, 2) and ref() is a
    del a
    gc.collect()
    assert ref() is None and len(found) == 1 and b in found
