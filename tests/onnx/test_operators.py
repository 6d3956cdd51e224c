"""Each translation: onnxruntime gives for an exported program what the program gives."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch
from tests.onnx import table
from torchish import nn
from torchish.onnx._operators import TABLE
from torchish.utils import _pytree as pytree

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


class Program(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, *args):
        return self.f(*args)


def held(module, inputs, opset=None):
    """An export that gives what the module gives, type and shape included."""
    with torch.no_grad():
        wanted = [x for x in pytree.tree_leaves(module(*inputs)) if isinstance(x, torch.Tensor)]
    program = torch.onnx.export(module, inputs, opset_version=opset)
    onnx.checker.check_model(program.model_proto, full_check=True)
    made = program(*inputs)
    assert len(made) == len(wanted)
    for i, (a, b) in enumerate(zip(made, wanted, strict=True)):
        assert a.dtype == b.dtype and a.shape == b.shape, (i, a.dtype, b.dtype, a.shape, b.shape)
        near = {"rtol": 1e-5, "atol": 1e-5 if b.dtype != torch.float16 else 1e-2}
        np.testing.assert_allclose(a.numpy(), b.numpy(), **near, err_msg=f"result {i}")
    return program


@pytest.mark.parametrize("name", table.CASES)
def test_functions(name):
    torch.manual_seed(0)
    f, *inputs = table.CASES[name]
    held(Program(f), tuple(make() for make in inputs))


@pytest.mark.parametrize("name", table.MODULES)
def test_modules(name):
    torch.manual_seed(0)
    make, *inputs = table.MODULES[name]
    held(make().eval(), tuple(m() for m in inputs))


def test_the_lowest_opset_writes_what_it_lacks_by_other_operators():
    x = torch.randn(2, 3, 4, 5)
    f = Program(lambda x: [nn.functional.gelu(x), nn.functional.gelu(x, approximate="tanh")])
    program = held(f, (x,), 18)
    assert program.model_proto.opset_import[0].version == 18
    assert "Gelu" not in {n.op_type for n in program.model_proto.graph.node}


def test_the_table_names_operators_that_exist():
    for name in TABLE:
        operator, _, overload = name.partition(".")
        packet = getattr(torch.ops.aten, operator)
        assert not overload or hasattr(packet, overload), name
