"""torch.utils.collect_env: PyTorch's form, and what is so."""

import platform
import subprocess
import sys
from importlib.metadata import version

import pytest

from torchish.utils import collect_env

LABELS = """PyTorch version|Is debug build|CUDA used to build PyTorch|ROCM used to build PyTorch|OS
|GCC version|Clang version|CMake version|Libc version|Python version|Python platform
|Is CUDA available|CUDA runtime version|CUDA_MODULE_LOADING set to|GPU models and configuration
|Nvidia driver version|cuDNN version|Is XPU available|HIP runtime version|MIOpen runtime version
|Is XNNPACK available|Caching allocator config""".replace("\n", "").split("|")


def labels(text):
    head = text.partition("\nCPU:\n")[0]
    return [line.partition(":")[0] for line in head.splitlines() if line]


def test_the_page():
    code = ["-m", "torchish", "-m", "torch.utils.collect_env"]
    done = subprocess.run([sys.executable, *code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    first, _, text = done.stdout.partition("\n")
    assert first == "Collecting environment information..."
    assert labels(text) == LABELS
    lines = dict(line.partition(": ")[::2] for line in text.splitlines())
    assert lines["PyTorch version"].startswith("2.13.0+torchish")
    assert lines["Python platform"] == platform.platform()
    assert f"[pip3] numpy=={version('numpy')}" in text
    assert "torch==2.13.0+torchish" not in text  # a stand-in is not installed
    assert f"[pip3] jaxlib=={version('jaxlib')}" in text


def test_what_is_not_there_is_said():
    info = collect_env.get_env_info()._replace(gcc_version=None, conda_packages=None)
    text = collect_env.pretty_str(info)
    assert "\nGCC version: Could not collect\n" in text
    assert text.endswith("\n[conda] Could not collect")
    assert collect_env.run("exit 3")[0] == 3
    assert collect_env.run(["no-such-command-here"])[0] == 127


def test_the_form_is_pytorchs():
    pytest.importorskip("torch")
    code = "import torch.utils.collect_env as c; c.main(); print('|'.join(c.SystemEnv._fields))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    text, _, fields = done.stdout.rstrip().rpartition("\n")
    assert labels(text.partition("\n")[2]) == LABELS
    assert fields.split("|") == list(collect_env.SystemEnv._fields)
