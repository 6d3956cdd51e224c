"""`torch.fx`: tracing, graphs, source, interpreters. What is expected is what PyTorch 2.13
writes."""

from __future__ import annotations

import copy
import math
import operator
import pickle

import pytest

import torchish as torch
import torchish.nn.functional as F
from torchish import fx, nn
from torchish.nn.utils.fusion import fuse_conv_bn_eval

fx.wrap("len")


@fx.wrap
def scaled(a, n):
    return a * n if n > 1 else a


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x):
        return F.silu(self.bn(self.conv(x))) + x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3)
        self.blocks = nn.ModuleList([Block(4), Block(4)])
        self.scale = nn.Parameter(torch.ones(1))
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        x = self.stem(x) * self.scale
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean((2, 3)))


@pytest.fixture
def net():
    torch.manual_seed(0)
    made = Net().eval()
    for block in made.blocks:
        block.bn.running_mean.uniform_()
        block.bn.running_var.uniform_(0.5, 1)
    return made


@pytest.fixture
def images():
    return torch.randn(2, 3, 8, 8)


def test_generated_source(net):
    expected = """


def forward(self, x):
    stem = self.stem(x);  x = None
    scale = self.scale
    mul = stem * scale;  stem = scale = None
    blocks_0_conv = getattr(self.blocks, "0").conv(mul)
    blocks_0_bn = getattr(self.blocks, "0").bn(blocks_0_conv);  blocks_0_conv = None
    silu = torch.nn.functional.silu(blocks_0_bn);  blocks_0_bn = None
    add = silu + mul;  silu = mul = None
    blocks_1_conv = getattr(self.blocks, "1").conv(add)
    blocks_1_bn = getattr(self.blocks, "1").bn(blocks_1_conv);  blocks_1_conv = None
    silu_1 = torch.nn.functional.silu(blocks_1_bn);  blocks_1_bn = None
    add_1 = silu_1 + add;  silu_1 = add = None
    mean = add_1.mean((2, 3));  add_1 = None
    head = self.head(mean);  mean = None
    return head
    """
    assert fx.symbolic_trace(net).code == expected


def test_a_traced_module_computes_and_trains_as_the_original(net, images):
    traced = fx.symbolic_trace(net)
    assert torch.equal(traced(images), net(images))
    assert list(traced.state_dict()) != [] and set(traced.state_dict()) == set(net.state_dict())
    traced(images).square().sum().backward()
    assert traced.head.weight.grad is not None
    assert traced.head is net.head


def test_batch_norms_are_folded(net, images):
    traced = fx.symbolic_trace(net)
    modules = dict(traced.named_modules())
    for node in traced.graph.nodes:
        if node.op == "call_module" and isinstance(modules[node.target], nn.BatchNorm2d):
            conv = node.args[0]
            owner, _, name = conv.target.rpartition(".")
            fused = fuse_conv_bn_eval(modules[conv.target], modules[node.target])
            setattr(modules[owner], name, fused)
            node.replace_all_uses_with(conv)
            traced.graph.erase_node(node)
    traced.graph.lint()
    traced.recompile()
    traced.delete_all_unused_submodules()
    assert not any(isinstance(m, nn.BatchNorm2d) for m in traced.modules())
    torch.testing.assert_close(traced(images), net(images))


def test_interpreter_and_transformer(net, images):
    traced = fx.symbolic_trace(net)
    seen = []

    class Log(fx.Interpreter):
        def run_node(self, n):
            seen.append(n.name)
            return super().run_node(n)

    assert torch.equal(Log(traced).run(images), net(images))
    assert seen == [n.name for n in traced.graph.nodes]

    class Subtract(fx.Transformer):
        def call_function(self, target, args, kwargs):
            target = operator.sub if target is operator.add else target
            return super().call_function(target, args, kwargs)

    changed = Subtract(traced).transform()
    assert "silu - mul" in changed.code and "add" not in changed.code


def test_copies_and_pickles(net, images):
    traced = fx.symbolic_trace(net)
    for other in (copy.deepcopy(traced), pickle.loads(pickle.dumps(traced))):
        assert other.code == traced.code
        assert other.graph is not traced.graph
        assert torch.equal(other(images), traced(images))


def test_patterns_are_replaced():
    def f(a, b):
        return torch.relu(a + 1) + b * (torch.relu(b) + a)

    traced = fx.symbolic_trace(f)
    found = fx.replace_pattern(
        traced, lambda x, w: torch.relu(x) + w, lambda x, w: torch.sigmoid(x) * w
    )
    traced.graph.lint()
    assert len(found) == 2
    a, b = torch.randn(3), torch.randn(3)
    expected = torch.sigmoid(a + 1) * (b * (torch.sigmoid(b) * a))
    torch.testing.assert_close(traced(a, b), expected)


def test_wrapped_functions_are_one_node():
    traced = fx.symbolic_trace(lambda x: scaled(x, len(x)) + math.sqrt(x.shape[0]))
    targets = [n.target for n in traced.graph.nodes if n.op == "call_function"]
    assert len in targets and math.sqrt in targets and scaled in targets
    torch.testing.assert_close(traced(torch.ones(4)), torch.full((4,), 6.0))
    assert len([1, 2]) == 2  # as before


@pytest.mark.parametrize(
    ("f", "error", "words"),
    [
        (lambda x: x if x.sum() > 0 else -x, fx.proxy.TraceError, "inputs to control flow"),
        (lambda x: [i for i in x], fx.proxy.TraceError, "Proxy object cannot be iterated"),
        (lambda x: x.__len__(), RuntimeError, "'len' is not supported"),
    ],
)
def test_what_only_a_value_knows_is_refused(f, error, words):
    with pytest.raises(error, match=words):
        fx.symbolic_trace(f)


def test_tracing_leaves_modules_as_they_were(net, images):
    before = nn.Module.__call__, nn.Module.__getattr__
    with pytest.raises(fx.proxy.TraceError):
        fx.symbolic_trace(lambda x: bool(x))
    assert (nn.Module.__call__, nn.Module.__getattr__) == before
    assert isinstance(net.stem.weight, nn.Parameter)


def test_concrete_arguments():
    def f(x, flag=True, parts=None):
        return x + parts["a"] * parts["b"][0] if flag else x

    traced = fx.symbolic_trace(f, {"flag": True, "parts": {"a": fx.PH, "b": [fx.PH]}})
    assert traced(torch.ones(1), True, {"a": 2, "b": [3]}).item() == 7
    plain = fx.symbolic_trace(lambda x, neg: -x if neg else x, {"neg": True})
    assert plain(torch.ones(1), True).item() == -1
    with pytest.raises(AssertionError, match="neg has been specialized to have value True"):
        plain(torch.ones(1), False)


def test_graphs_by_hand():
    graph = fx.Graph()
    x = graph.placeholder("x")
    y = graph.call_function(torch.add, (x, 2))
    with graph.inserting_after(y):
        z = graph.call_method("relu", (y,))
    dead = graph.call_function(torch.neg, (z,))
    graph.output((z, {"k": y}))
    assert [n.name for n in graph.nodes] == ["x", "add", "relu", "neg", "output"]
    assert graph.eliminate_dead_code() and dead._erased
    with pytest.raises(RuntimeError, match="still had 1 users"):
        graph.erase_node(x)
    with pytest.raises(NotImplementedError, match="does not support mutation"):
        y.kwargs["alpha"] = 2
    out = fx.GraphModule({}, graph)(torch.full((1,), -5.0))
    assert out[0].item() == 0 and out[1]["k"].item() == -3
    y.update_arg(1, 9)
    assert y.args == (x, 9) and list(x.users) == [y]
    z.replace_input_with(y, x)
    assert list(y.users) == [graph.output_node()]
    graph.lint()
    other = fx.Graph()
    other.output(y)
    with pytest.raises(RuntimeError, match="does not belong to this Graph"):
        other.lint()


def test_operators_of_programs_are_nodes():
    @torch.library.custom_op("fxtests::twice", mutates_args=())
    def twice(x: torch.Tensor) -> torch.Tensor:
        return x * 2

    traced = fx.symbolic_trace(lambda x: torch.ops.fxtests.twice(x) + 1)
    assert [n.target for n in traced.graph.nodes][1] is torch.ops.fxtests.twice.default
    assert traced(torch.ones(1)).item() == 3
