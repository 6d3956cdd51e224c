"""examples/walkthrough.py runs as a PyTorch script, too; its lines are a case of oracle.py."""

from __future__ import annotations

from tests import oracle


def test_the_same_file_runs_as_a_pytorch_script(tmp_path):
    script = tmp_path / "walkthrough.py"
    source = (oracle.ROOT / "examples" / "walkthrough.py").read_text()
    source = source.replace("import torchish as torch\n", "import torch\n")
    script.write_text(source.replace("torchish", "torch"))
    lines = oracle.python("-m", "torchish", script, warn="error").splitlines()
    assert lines == oracle.stored("walkthrough")["lines"]
