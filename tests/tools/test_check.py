"""`python -m torchish check`: names that torchish lacks are found before a program runs."""

import json
import textwrap

import pytest

from torchish._tools import check


def found(source):
    findings, _ = check.check_source(textwrap.dedent(source))
    return [(f.line, f.name, f.kind) for f in findings if not f.guarded]


@pytest.mark.parametrize(
    "source, wanted",
    [
        ("import torch\ntorch.addd(1, 2)", [(2, "torch.addd", "missing")]),
        ("import torchish as torch\ntorch.addd", [(2, "torchish.addd", "missing")]),
        ("import torch.nn.functional as F\nF.reluu", [(2, "torch.nn.functional.reluu", "missing")]),
        ("from torch import nn\nnn.Lineer(3)", [(2, "torch.nn.Lineer", "missing")]),
        ("from torch import nothing", [(1, "torch.nothing", "missing")]),
        (
            "from torchvision.models import resnet1",
            [(1, "torchvision.models.resnet1", "missing")],
        ),
        ("import torch\ntorch.engine.stats()", [(2, "torch.engine", "missing")]),
        ("import torchish\ntorchish.engine.stats()", []),
        (
            "import torch.distributed.rpc as rpc\nrpc.init_rpc('a')",
            [(2, "torch.distributed.rpc.init_rpc", "refused")],
        ),
        (
            "from torch.utils.cpp_extension import load\nload('a', [])",
            [(2, "torch.utils.cpp_extension.load", "refused")],
        ),
        (
            "import torch\ng = torch.cuda.CUDAGraph()\nisinstance(g, torch.cuda.CUDAGraph)",
            [(2, "torch.cuda.CUDAGraph", "refused")],
        ),
        ("import torch\nkinds = (int, torch.SymInt)", []),  # no object is made
        ("from torch.distributed.rpc import init_rpc", []),  # raises where it is used
        ("import torch\ntorch.nn.Linear.frward", [(2, "torch.nn.Linear.frward", "missing")]),
        ("import torch\ntorch.float32.whatever", []),  # a value
    ],
)
def test_names_of_modules(source, wanted):
    assert found(source) == wanted


@pytest.mark.parametrize(
    "line, name",
    [
        ("torch.ones(3).frob()", "frob"),
        ("x = torch.ones(3)\nx.frob", "frob"),
        ("(torch.ones(3) + 1).frob", "frob"),
        ("torch.ones(3).exp().sum().frob", "frob"),
        ("def f(x: torch.Tensor):\n    return x.frob()", "frob"),
    ],
)
def test_methods_of_what_is_a_tensor_for_certain(line, name):
    assert [n for _, n, _ in found("import torch\n" + line)] == [f"torch.Tensor.{name}"]


@pytest.mark.parametrize(
    "source",
    [
        "def f(torch):\n    return torch.anything",
        "x = [torch for torch in ()]\nfor torch in (): torch.no",
        "x = torch.ones(3)\nx = other\nx.frob",
        "x = torch.ones(3)\nx.frob = 1\nx.frob",
        "torch.ones(3).sum().full_tensor()",  # of DTensor
        "torch.ones(3).max(0).frob",  # not a tensor
        "isinstance(3, torch.distributed.rpc.RRef)",
        "def f(x: 'torch.distributed.rpc.RRef'): ...",
        "def f(x: torch.distributed.rpc.RRef): ...",
        "import numpy\nnumpy.no",
        "class A:\n    torch = 3\n    def f(self): return self.torch.no",
    ],
)
def test_what_is_not_certain_is_let_pass(source):
    assert found("import torch\n" + source) == []


def test_what_the_program_handles_itself():
    source = """
        import torch
        try:
            from torch.nowhere import thing
        except ImportError:
            thing = None
        if hasattr(torch, "brand_new"):
            torch.brand_new()
        y = torch.brand_new(3) if hasattr(torch, "brand_new") else None
        hasattr(torch, "brand_new") and torch.brand_new()
        if not hasattr(torch, "brand_new"):
            torch.brand_new()
        try:
            torch.other_new()
        except ValueError:
            pass
    """
    findings, uses = check.check_source(textwrap.dedent(source))
    assert [f.line for f in findings if f.guarded] == [4, 8, 9, 10]
    assert [(f.line, f.name) for f in findings if not f.guarded] == [
        (12, "torch.brand_new"),
        (14, "torch.other_new"),
    ]
    assert uses > 6


def test_the_command(tmp_path, capsys):
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "good.py").write_text("import torch\ntorch.ones(3).sum()\n")
    assert check.main([str(folder)]) == 0
    assert "1 file, 3 uses of PyTorch's names: torchish has them all" in capsys.readouterr().out
    (folder / "bad.py").write_text("import torch\n\nx = torch.nowhere\n")
    assert check.main([str(folder)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.endswith("bad.py:3:5: torch.nowhere is missing: torchish has no such name")
    assert last.startswith("2 files, ") and "1 of 1 name that" in last
    assert check.main(["--json", str(folder)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [f["line"] for f in told["findings"]] == [3] and told["files"] == 2
    (folder / "worse.py").write_text("def (")
    assert check.main([str(folder)]) == 2
    assert "can't read" in capsys.readouterr().err


def test_a_working_program_has_nothing_missing():
    program = """
        import torch, torch.utils.data
        from torch import nn, optim
        from torch.optim.lr_scheduler import StepLR
        import torchvision.transforms as T
        net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.Flatten())
        opt = optim.SGD(net.parameters(), lr=0.1)
        loader = torch.utils.data.DataLoader([1, 2])
        T.Compose([T.ToTensor()])
        torch.save(net.state_dict(), "x.pt")
        with torch.no_grad(), torch.autocast("cpu"):
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        x = torch.randn(3, device="cuda" if torch.cuda.is_available() else "cpu")
        x.softmax(0).argmax().item()
    """
    assert found(program) == []
