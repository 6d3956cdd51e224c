"""Quantization in eager mode against PyTorch's own numbers, which expected.json has.

`python -m tests.quantization.test_programs --write` writes it anew; it needs PyTorch.
"""

from __future__ import annotations

import importlib
import io
import json
import pathlib
import sys
import warnings

import pytest

import torchish as torch
from tests.quantization.programs import PROGRAMS, net_of

EXPECTED = pathlib.Path(__file__).with_name("expected.json")
pytestmark = pytest.mark.filterwarnings("ignore")
# A value on the border between two integers may fall to either side.
STEPS = {"dynamic": 1e-4, "static": 0.03, "trained": 3e-3, "observers": 2e-5, "embeddings": 1e-4}


@pytest.mark.parametrize("name", PROGRAMS)
def test_numbers_are_pytorchs(name):
    expected = json.loads(EXPECTED.read_text())[name]
    found = PROGRAMS[name](torch)
    assert len(found) == len(expected)
    off = [abs(a - b) for a, b in zip(found, expected, strict=True)]
    assert max(off) <= STEPS[name]
    # Few do, outside of training.
    assert sum(d > 1e-4 for d in off) <= max(1, len(off) // 50) or name == "trained"


def test_reprs_and_files_of_a_converted_net():
    Q = torch.ao.quantization
    torch.manual_seed(0)
    net = net_of(torch).eval()
    net.qconfig = Q.get_default_qconfig("x86")
    ready = Q.prepare(Q.fuse_modules(net, [["conv", "bn", "relu"]]))
    x = torch.randn(4, 1, 8, 8)
    ready(x)
    made = Q.convert(ready)
    assert type(made.conv).__name__ == "ConvReLU2d"
    assert repr(made.conv).startswith("QuantizedConvReLU2d(1, 4, kernel_size=(3, 3), stride=(1, 1)")
    assert repr(made.fc).startswith("QuantizedLinear(in_features=36, out_features=5, scale=")
    assert not any(hasattr(m, "qconfig") for m in made.modules())
    file = io.BytesIO()
    torch.save(made.state_dict(), file)
    file.seek(0)
    torch.manual_seed(9)
    other = net_of(torch).eval()
    other.qconfig = Q.get_default_qconfig("x86")
    prepared = Q.prepare(Q.fuse_modules(other, [["conv", "bn", "relu"]]))
    prepared(torch.randn(4, 1, 8, 8))
    other = Q.convert(prepared)
    assert not torch.equal(other(x), made(x))
    other.load_state_dict(torch.load(file))
    assert torch.equal(other(x), made(x))


def test_switches_of_fake_quantization():
    Q = torch.ao.quantization
    fake = Q.default_fake_quant()
    x = torch.tensor([0.1, 1.0])
    fake.apply(Q.disable_observer)
    fake.apply(Q.disable_fake_quant)
    assert torch.equal(fake(x), x)
    assert fake.scale.item() == 1.0
    fake.apply(Q.enable_observer)
    fake(x)
    assert fake.scale.item() != 1.0


def test_refusals():
    Q = torch.ao.quantization
    with pytest.raises(ValueError, match="received observer instance"):
        Q.QConfig(Q.MinMaxObserver(), Q.MinMaxObserver)
    with pytest.raises(AssertionError, match="backend: cpu not supported"):
        Q.get_default_qconfig("cpu")
    with pytest.raises(AssertionError, match="only works on models in training mode"):
        Q.prepare_qat(torch.nn.Linear(2, 2).eval())
    with pytest.raises(NotImplementedError, match="is_reference"):
        Q.convert(torch.nn.Linear(2, 2), is_reference=True)
    with pytest.raises(NotImplementedError, match="MinMaxObserver's qscheme"):
        Q.MinMaxObserver(qscheme=torch.per_channel_affine)


if __name__ == "__main__" and "--write" in sys.argv:
    pytorch = importlib.import_module("torch")
    warnings.simplefilter("ignore")
    text = json.dumps({name: f(pytorch) for name, f in PROGRAMS.items()})
    EXPECTED.write_text(text + "\n")
