"""torch.onnx.export: files, names, sizes, options and errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

import torchish as torch
from torchish import nn
from torchish.vision import models

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.norm = heads, nn.LayerNorm(width)
        self.attend, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.feed = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.register_buffer("mask", torch.tril(torch.ones(16, 16)).view(1, 1, 16, 16))

    def forward(self, x):
        b, t, c = x.size()
        parts = self.attend(self.norm(x)).split(c, dim=2)
        q, k, v = (p.view(b, t, self.heads, c // self.heads).transpose(1, 2) for p in parts)
        scores = q @ k.transpose(-2, -1) / math.sqrt(k.size(-1))
        scores = scores.masked_fill(self.mask[:, :, :t, :t] == 0, float("-inf"))
        y = (scores.softmax(-1) @ v).transpose(1, 2).contiguous().view(b, t, c)
        x = x + self.project(y)
        return x + self.feed(x)


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(17, 8), nn.Embedding(16, 8)
        self.blocks = nn.Sequential(Block(8, 2), Block(8, 2))
        self.head = nn.Linear(8, 17, bias=False)

    def forward(self, i):
        x = self.tokens(i) + self.places(torch.arange(i.size(1)))
        return self.head(self.blocks(x))


class Two(nn.Module):
    def forward(self, x, k, *, y=None):
        return {"sum": x * k + y, "more": [x.shape[0], None, x]}


def close(a, b):
    np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-5)


def test_a_gpt_takes_any_length_and_any_batch():
    torch.manual_seed(0)
    net = GPT().eval()
    sizes = {"i": {0: "batch", 1: torch.export.Dim("length", max=16)}}
    program = torch.onnx.export(net, (torch.randint(17, (2, 5)),), dynamic_shapes=sizes)
    dims = program.model_proto.graph.input[0].type.tensor_type.shape.dim
    assert [d.dim_param for d in dims] == ["batch", "length"]
    for shape in ((2, 5), (3, 16), (1, 1)):
        tokens = torch.randint(17, shape)
        (made,) = program(tokens)
        close(made, net(tokens).detach())


@pytest.mark.parametrize("name", ["squeezenet1_1", "shufflenet_v2_x0_5", "mobilenet_v3_small"])
def test_models_of_torchvision(name):
    torch.manual_seed(0)
    net = getattr(models, name)(weights=None).eval()
    program = torch.onnx.export(net, (torch.randn(1, 3, 64, 64),))
    x = torch.randn(1, 3, 64, 64)
    (made,) = program(x)
    close(made, net(x).detach())


def test_names_axes_and_structures():
    x, y = torch.randn(2, 3), torch.randn(3)
    program = torch.onnx.export(
        Two(), (x, 3), kwargs={"y": y}, input_names=["left"], output_names=["a", "b"],
        dynamic_axes={"left": {0: "N*"}, "a": {0: "N*"}},
    )  # fmt: skip
    graph = program.model_proto.graph
    assert [i.name for i in graph.input] == ["left", "y"]
    assert [o.name for o in graph.output][:2] == ["a", "b"]
    assert graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N*"
    assert graph.output[0].type.tensor_type.shape.dim[0].dim_param == "N*"
    x = torch.randn(5, 3)
    a, n, same = program(x, 3, y=y)
    close(a, x * 3 + y)
    assert n.item() == 5 and torch.equal(same, x)
    with pytest.raises(ValueError, match="takes 2 tensors"):
        program(x)


def test_files_with_weights_beside_them_and_in_them(tmp_path):
    net, x = nn.Sequential(nn.Linear(3, 40), nn.Linear(40, 2)), torch.randn(4, 3)
    program = torch.onnx.export(net, (x,), tmp_path / "net.onnx", input_names=["x"])
    program.save(tmp_path / "whole.onnx", external_data=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "net.onnx", "net.onnx.data", "whole.onnx",
    ]  # fmt: skip
    for name in ("net.onnx", "whole.onnx"):
        onnx.checker.check_model(str(tmp_path / name), full_check=True)
        session = runtime.InferenceSession(str(tmp_path / name))
        close(torch.from_numpy(session.run(None, {"x": x.numpy()})[0]), net(x).detach())
    program.save(tmp_path / "bare.onnx", include_initializers=False)
    bare = onnx.load(str(tmp_path / "bare.onnx")).graph
    assert not bare.initializer
    assert [i.name for i in bare.input] == ["x", "0.weight", "0.bias", "1.weight", "1.bias"]
    with pytest.raises(RuntimeError, match="Parent directory"):
        program.save(tmp_path / "no" / "net.onnx")
    with torch.no_grad():
        net[0].weight.zero_()
    program.apply_weights(net.state_dict())
    close(program(x)[0], net(x).detach())
    with pytest.raises(KeyError, match="no initializer 'other'"):
        program.apply_weights({"other": x})


def test_what_has_no_use_is_dropped_unless_one_asks():
    class Twice(nn.Module):
        def forward(self, x):
            return x.relu() + x.relu().contiguous()

    x = torch.randn(3)
    made = torch.onnx.export(Twice(), (x,))
    whole = torch.onnx.export(Twice(), (x,), optimize=False)
    close(made(x)[0], whole(x)[0])
    assert [n.op_type for n in made.model_proto.graph.node] == ["Relu", "Add"]
    assert len(whole.model_proto.graph.node) == 3


def test_an_exported_program_is_written_and_a_module_knows():
    class Asks(nn.Module):
        def forward(self, x):
            return x + 1 if torch.onnx.is_in_onnx_export() else x

    x = torch.zeros(2)
    assert torch.onnx.export(Asks(), (x,))(x)[0].tolist() == [1, 1]
    program = torch.export.export(Asks(), (x,))
    assert torch.onnx.export(program)(x)[0].tolist() == [0, 0]
    assert not torch.onnx.is_in_onnx_export()


class Unwritten(nn.Module):
    def forward(self, x):
        return torch.linalg.det(x)


class Branch(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (Unwritten(), r"No ONNX function found for <OpOverload\(op='aten.det'"),
        (Unwritten(), r"return torch.linalg.det\(x\)"),
        (Branch(), "Failed to export the model with torch.export"),
        (nn.Dropout(), r"aten.dropout.default[\s\S]*training mode"),
    ],
)
def test_what_can_not_be_written_is_named_with_its_line(module, words):
    with pytest.raises(torch.onnx.OnnxExporterError, match=words) as caught:
        torch.onnx.export(module, (torch.randn(2, 2),))
    assert caught.value.__cause__ is not None
    assert issubclass(torch.onnx.errors.UnsupportedOperatorError, torch.onnx.OnnxExporterError)


@pytest.mark.parametrize(
    "option",
    [{"dynamo": False}, {"report": True}, {"verify": True}, {"opset_version": 9}, {"profile": True},
     {"custom_opsets": {"a": 1}}, {"do_constant_folding": False}, {"training": "TRAINING"}],
)  # fmt: skip
def test_other_options_are_refused_by_name(option):
    (name,) = option
    with pytest.raises(NotImplementedError, match=name):
        torch.onnx.export(nn.Linear(1, 1), (torch.ones(1, 1),), **option)


def test_names_that_nothing_has():
    net, x = nn.Linear(1, 1), (torch.ones(1, 1),)
    with pytest.raises(ValueError, match="input_names: there is no input for 'b'"):
        torch.onnx.export(net, x, input_names=["a", "b"])
    with pytest.raises(ValueError, match="output_names: there is no output for 'b'"):
        torch.onnx.export(net, x, output_names=["a", "b"])
    with pytest.raises(ValueError, match="no input or output is named"):
        torch.onnx.export(net, x, dynamic_axes={"z": {0: "n"}})
