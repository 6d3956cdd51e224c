"""torch.export: graphs, signatures, dynamic sizes, files."""

from __future__ import annotations

import io
import zipfile

import jax
import numpy as np
import pytest

import torchish as torch
from torchish import nn
from torchish._dynamo.exc import UserError
from torchish.export import Dim, export, load, save
from torchish.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 2)
        self.k = torch.ones(4)
        self.register_buffer("count", torch.zeros(()))

    def forward(self, x, *, y=None):
        self.count.add_(1)
        x = torch.relu(self.bn(self.conv(x))).mean((2, 3)) + self.k
        x[:, 0] = 0
        x = x.view(x.shape[0], -1)
        a, _ = x.chunk(2, -1)
        return {"out": self.fc(x) + y, "more": [a, x.shape[0] * 2, None, 3]}


class Recurrent(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(11, 16), nn.Embedding(8, 16)
        self.block = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True)
        self.head = nn.Linear(16, 11)

    def forward(self, i):
        n = i.shape[1]
        x = self.tokens(i) + self.places(torch.arange(n))
        mask = nn.Transformer.generate_square_subsequent_mask(n)
        return self.head(self.block(x, src_mask=mask, is_causal=True))


def exported(**options):
    net = Net()
    dims = {"x": {0: Dim("batch", min=2, max=64)}, "y": None}
    x, y = torch.randn(4, 3, 8, 8), torch.randn(2)
    return net, export(net, (x,), {"y": y}, dynamic_shapes=dims)


def test_the_graph_is_pytorchs():
    _, ep = exported()
    called = [str(n.target) for n in ep.graph.nodes if n.op == "call_function"]
    assert called[:5] == [
        "aten.sym_size.int",
        "aten.add_.Tensor",
        "aten.conv2d.default",
        "aten.add_.Tensor",
        "aten.batch_norm.default",
    ]
    text = str(ep)
    assert 'x: "f32[s77, 3, 8, 8]"' in text
    assert 'view: "f32[s77, 4]" = torch.ops.aten.view.default(add, [sym_size_int, -1])' in text
    assert "b_bn_running_mean: BUFFER target='bn.running_mean' persistent=True" in text
    assert "Range constraints: {s77: VR[2, 64]}" in text
    assert ep.graph_signature.parameters == tuple(n for n, _ in ep.named_parameters())
    assert ep.graph_signature.lifted_tensor_constants == ("k", "lifted_tensor_0")
    assert ep.graph_signature.user_inputs == ("x", "y")


def test_the_module_gives_the_same_numbers_and_counts():
    net, ep = exported()
    made = ep.module()
    x, y = torch.randn(7, 3, 8, 8), torch.randn(2)
    made.count.zero_()
    a = made(x, y=y)
    b = net(x, y=y)
    assert torch.equal(a["out"], b["out"]) and torch.equal(a["more"][0], b["more"][0])
    assert a["more"][1:] == [14, None, 3] == b["more"][1:]
    assert made.count is net.count and made.fc.weight is net.fc.weight
    a["out"].sum().backward()
    assert net.fc.weight.grad is not None


def test_inputs_are_checked():
    made = exported()[1].module()
    y = torch.zeros(2)
    with pytest.raises(AssertionError, match=r"Guard failed: x.size\(\)\[0\] <= 64"):
        made(torch.randn(65, 3, 8, 8), y=y)
    with pytest.raises(AssertionError, match=r"Guard failed: x.size\(\)\[1\] == 3"):
        made(torch.randn(3, 4, 8, 8), y=y)
    with pytest.raises(ValueError, match=r"Got the following keywords \[\] but expected \['y'\]"):
        made(torch.randn(3, 3, 8, 8))
    with pytest.raises(RuntimeError, match="Unable to call ExportedProgram directly"):
        exported()[1](torch.randn(3, 3, 8, 8))


def test_a_branch_on_elements_is_refused_with_its_line():
    class Branch(nn.Module):
        def forward(self, x):
            if x.sum() > 0:
                return x
            return -x

    with pytest.raises(GuardOnDataDependentSymNode, match="if x.sum"):
        export(Branch(), (torch.ones(3),))


@pytest.mark.parametrize("size", [Dim("b"), Dim.DYNAMIC])
def test_a_size_that_the_program_fixes_is_refused(size):
    class Fixed(nn.Module):
        def forward(self, x):
            return x.view(4, -1) if x.shape[0] == 4 else x

    x = torch.randn(4, 3)
    with pytest.raises(UserError, match="specialized it to be a constant"):
        export(Fixed(), (x,), dynamic_shapes=({0: size},))
    assert export(Fixed(), (x,), dynamic_shapes=({0: Dim.AUTO},)).range_constraints == {}


def test_arguments_of_export():
    net, x = nn.Linear(2, 2), torch.ones(2, 2)
    with pytest.raises(ValueError, match="Expected `mod` to be an instance of `torch.nn.Module`"):
        export(lambda x: x, (x,))
    with pytest.raises(UserError, match="Expecting `args` to be a tuple"):
        export(net, x)
    with pytest.raises(UserError, match="has 1 elements, but `dynamic_shapes` has 2 elements"):
        export(net, (x,), dynamic_shapes=({0: Dim("b")}, {0: Dim("b")}))
    with pytest.raises(UserError, match="top-level keys must be the arg names"):
        export(net, (x,), dynamic_shapes={"z": {0: Dim("b")}})
    assert repr(2 * Dim("b")) == "2*b" and repr(Dim("b", min=2, max=5)) == "Dim('b', max=5)"


MODELS = {
    "mlp": (lambda: nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Softmax(-1)), (3,)),
    "lstm": (lambda: Recurrent(nn.LSTM(3, 4, 2, batch_first=True)), (5, 3)),
    "gru": (lambda: Recurrent(nn.GRU(3, 4, bidirectional=True, batch_first=True)), (5, 3)),
    "text": (Text, (8,)),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("dynamic", [False, True])
def test_files_run_here_and_in_plain_jax(name, dynamic, tmp_path):
    make, shape = MODELS[name]
    net = make().eval()
    x = torch.randint(0, 11, (3, *shape)) if name == "text" else torch.randn(3, *shape)
    ep = export(net, (x,), dynamic_shapes=({0: Dim("b")},) if dynamic else None)
    save(ep, tmp_path / "net.pt2")
    again = load(tmp_path / "net.pt2")
    x = x[:2] if dynamic else x
    expected = net(x).detach()
    assert torch.equal(again.module()(x), expected)
    assert str(again) == str(ep)
    assert list(again.state_dict) == list(net.state_dict())
    pytest.importorskip("flatbuffers")
    with zipfile.ZipFile(tmp_path / "net.pt2") as file:
        program = jax.export.deserialize(bytearray(file.read("program.stablehlo")))
    state = {n: t.detach().numpy() for n, t in ep._lifted()}
    (out,) = program.call(state, x.numpy())
    np.testing.assert_allclose(np.asarray(out), expected.numpy(), rtol=1e-4, atol=1e-5)


def test_attention_of_any_length_is_one_program(tmp_path):
    class Attend(nn.Module):
        def forward(self, x):
            return nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)

    pytest.importorskip("flatbuffers")
    ep = export(Attend(), (torch.randn(1, 800, 4),), dynamic_shapes=({1: Dim("n")},))
    save(ep, tmp_path / "net.pt2")
    with zipfile.ZipFile(tmp_path / "net.pt2") as file:
        program = jax.export.deserialize(bytearray(file.read("program.stablehlo")))
    x = torch.randn(1, 900, 4)
    (out,) = program.call({}, x.numpy())
    np.testing.assert_allclose(np.asarray(out), Attend()(x).numpy(), rtol=1e-4, atol=1e-5)


def test_files_of_other_formats_are_named(tmp_path):
    torch.save({"a": torch.ones(2)}, tmp_path / "a.pt")
    with pytest.raises(RuntimeError, match="what torch.save writes"):
        load(tmp_path / "a.pt")
    (tmp_path / "b").write_text("no zip")
    with pytest.raises(RuntimeError, match="not a zip file"):
        load(tmp_path / "b")
    with zipfile.ZipFile(tmp_path / "c", "w") as file:
        file.writestr("net/code/__torch__.py", "")
    with pytest.raises(RuntimeError, match="TorchScript"):
        torch.jit.load(tmp_path / "c")


def test_a_file_names_operators_only(tmp_path):
    ep = export(nn.Linear(2, 2), (torch.ones(1, 2),))
    buffer = io.BytesIO()
    save(ep, buffer)
    with zipfile.ZipFile(buffer) as file:
        parts = {n: file.read(n) for n in file.namelist()}
    parts["program.json"] = parts["program.json"].replace(b"aten.linear.default", b"os.system.x")
    with zipfile.ZipFile(tmp_path / "bad", "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    with pytest.raises(AttributeError, match="system"):
        load(tmp_path / "bad")


def test_traced_modules_are_written_and_read(tmp_path):
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(True), nn.Flatten(), nn.Linear(144, 2)).eval()
    torch.jit.save(torch.jit.trace(net, torch.randn(2, 3, 8, 8)), tmp_path / "net.pt")
    made = torch.jit.load(tmp_path / "net.pt", map_location="cpu")
    x = torch.randn(5, 3, 8, 8)
    assert torch.equal(made(x), net(x))
    assert list(made.state_dict()) == list(net.state_dict())


@pytest.mark.parametrize("name", ["silu", "hardswish", "mish", "hardsigmoid"])
def test_activations_in_place_are_operators_that_write(name):
    class Net(nn.Module):
        def forward(self, x):
            y = x * 2
            getattr(nn.functional, name)(y, inplace=True)
            return y

    x = torch.randn(5)
    ep = export(Net(), (x,))
    assert str(list(ep.graph.nodes)[-2].target) == f"aten.{name}_.default"
    assert torch.equal(ep.module()(x), Net()(x))


def test_functions_that_are_made_of_operators():
    class Net(nn.Module):
        def forward(self, x):
            f, grid = nn.functional, x[:, :2].permute(0, 2, 3, 1)
            return (
                f.softsign(x), f.tanhshrink(x), f.local_response_norm(x, 3),
                f.local_response_norm(x[0], 2), f.grid_sample(x, grid, align_corners=True),
                f.one_hot(x[0, 0].abs().long(), 9), x.unfold(1, 2, 1), f.huber_loss(x, x + 3),
            )  # fmt: skip

    x = torch.randn(2, 4, 5, 5)
    made = export(Net(), (x,)).module()(x)
    assert all(torch.allclose(a, b) for a, b in zip(made, Net()(x), strict=True))
