"""What a pickle names is where PyTorch has it, so that the layout of the package may change."""

from __future__ import annotations

import copy
import pathlib
import pickle
import pickletools

import pytest

import torchish as torch
from torchish import nn

STORED = pathlib.Path(__file__).with_name("whole_module.pt")


def net() -> nn.Module:
    torch.manual_seed(0)
    made = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.LSTM(8, 3)
    )
    made.register_buffer("steps", torch.arange(3))
    return made


def things() -> dict[str, object]:
    w = nn.Parameter(torch.ones(2, 2))
    return {
        "tensor": torch.ones(2, requires_grad=True),
        "bfloat16": torch.ones(2, dtype=torch.bfloat16),
        "meta": torch.empty(2, device="meta"),
        "parameter": w,
        "dtype": torch.float16,
        "bool": torch.bool,
        "device": torch.device("cpu"),
        "layout": torch.strided,
        "size": torch.Size([1, 2]),
        "storage": torch.ones(2).untyped_storage(),
        "generator": torch.Generator().manual_seed(3),
        "module": net(),
        "optimizer": torch.optim.Adam([w]),
        "no_grad": torch.no_grad(),
        "function": torch.nn.functional.gelu,
        "method": torch.Tensor.add,
        "hook": w.register_hook(torch.relu),
    }


def names(data: bytes) -> set[str]:
    """The modules of the globals in a pickle."""
    found, strings = set(), []
    for op, arg, _ in pickletools.genops(data):
        if op.name in ("SHORT_BINUNICODE", "BINUNICODE"):
            strings.append(arg)
        elif op.name == "STACK_GLOBAL":
            found.add(strings[-2])
        elif op.name == "GLOBAL":
            found.add(arg.split(" ")[0])
        elif op.name in ("MEMOIZE", "BINPUT", "BINGET", "LONG_BINGET"):
            continue
    return found


@pytest.mark.parametrize("name", list(things()))
def test_the_names_are_public(name):
    data = pickle.dumps(things()[name], protocol=2)
    inner = {n for n in names(data) if n.startswith("torchish")}
    layers = {"base", "ops", "engine", "tensor", "_core"}
    assert not {n for n in inner if len(n.split(".")) > 1 and n.split(".")[1] in layers}
    assert inner
    pickle.loads(data)


def test_dtypes_stay_themselves():
    for dtype in (torch.float32, torch.bool, torch.complex64, torch.uint16, torch.bfloat16):
        assert pickle.loads(pickle.dumps(dtype)) is dtype
        assert copy.deepcopy({"d": dtype})["d"] is dtype


def test_a_whole_module_that_was_saved_before_loads():
    """Of version 0.1.0, by `torch.save(net(), STORED)`."""
    loaded = torch.load(STORED, weights_only=False)
    x = torch.linspace(-1, 1, 2 * 16).view(2, 1, 4, 4)
    torch.testing.assert_close(loaded(x)[0], net()(x)[0])
    assert [type(m).__name__ for m in loaded] == [type(m).__name__ for m in net()]
    assert loaded.steps.tolist() == [0, 1, 2]
