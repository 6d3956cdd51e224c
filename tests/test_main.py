"""`python -m torchish`: scripts whose imports say torch and torchvision run as they are."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

SCRIPTS = pathlib.Path(__file__).with_name("scripts")
ROOT = SCRIPTS.parents[1]


def run(*args, cwd=ROOT, ok=True):
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "torchish", *map(str, args)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done


def test_a_training_script_prints_what_pytorch_prints():
    # tests/scripts/regression.py under PyTorch 2.13
    assert run(SCRIPTS / "regression.py", 60).stdout == "weight 3.0000 bias -0.5000\n"
    assert run(SCRIPTS / "regression.py", 3).stdout == REGRESSION_3


REGRESSION_3 = "weight 2.1924 bias -0.5000\n"


def test_every_form_of_import_gives_torchish_itself(tmp_path):
    script = os.path.relpath(SCRIPTS / "imports.py", tmp_path)
    out = run(script, "--flag", "a b", cwd=tmp_path).stdout
    assert out == "['--flag', 'a b'] True\n"


def test_functions_named_as_their_modules_and_the_version_of_the_distribution():
    code = (
        "import importlib.metadata as m; from torch.autograd.gradcheck import gradcheck; "
        "import torch; print(torch.autograd.gradcheck is gradcheck, callable(gradcheck), "
        "m.version('torch') == torch.__version__, bool(torch.cuda.amp.GradScaler))"
    )
    assert run("-c", code).stdout == "True True True True\n"


def test_spawned_processes_have_the_mapping_too():
    assert run(SCRIPTS / "spawned.py").stdout == "torch 10\n"


def python(code: str, cwd=ROOT) -> str:
    """What a process prints, which must succeed without a warning."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_install_makes_later_imports_torchish():
    out = python(
        "import torchish; torchish.install(); torchish.install(); "
        "import torch, torch.nn.functional as F, torchvision, importlib.metadata as m; "
        "from torch.autograd.gradcheck import gradcheck; "
        "print(torch is torchish, F is torchish.nn.functional, torchvision is torchish.vision, "
        "gradcheck is torchish.autograd.gradcheck, m.version('torch') == torch.__version__, "
        "torch.__name__)"
    )
    assert out == "True True True True True torch\n"


def test_install_reaches_modules_imported_later_and_the_processes_they_spawn():
    code = (
        "import torchish; torchish.install(); import multiprocessing, spawned\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        print(*pool.apply(spawned.work, (5,)))"
    )
    assert python(code, cwd=SCRIPTS) == "torch 10\n"


def test_install_comes_too_late_where_another_torch_is_imported():
    code = (
        "import sys, types; sys.modules['torch'] = types.ModuleType('torch'); import torchish\n"
        "try:\n    torchish.install()\n"
        "except RuntimeError as e:\n    print(e)"
    )
    assert python(code) == "torch itself is already imported in this process\n"


def test_import_alone_does_not_load_what_install_needs():
    code = "import torchish, sys; print('torchish._as_torch' in sys.modules)"
    assert python(code) == "False\n"


def test_jax_adds_no_lines_to_the_log_of_a_program():
    code = """
import logging, sys
import torchish as torch
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG)
logging.info("here %s", torch.cuda.is_available())
layer = torch.nn.Conv2d(3, 64, 3)
for _ in range(8):
    layer(torch.ones(32, 3, 32, 32)).sum().backward()
layer.weight.grad.sum().item()
"""
    assert python(code) == "INFO:root:here False\n"
    loud = code.replace("basicConfig", "getLogger('jax').setLevel(1); logging.basicConfig")
    assert "jax._src" in python(loud)


def test_module_and_code():
    out = run("-m", "spawned", cwd=SCRIPTS).stdout
    assert out == "torch 10\n"
    out = run("-c", "import torch, sys; print(torch.ones(2).sum().item(), sys.argv)", "x").stdout
    assert out == "2.0 ['-c', 'x']\n"


def test_folder_and_archive(tmp_path):
    folder = tmp_path / "program"
    folder.mkdir()
    code = "import torch, part; print(torch.__name__, part.x, __name__)"
    (folder / "__main__.py").write_text(code)
    (folder / "part.py").write_text("x = 1")
    assert run(folder).stdout == "torch 1 __main__\n"
    archive = tmp_path / "program.pyz"
    with zipfile.ZipFile(archive, "w") as file:
        for part in folder.glob("*.py"):
            file.write(part, part.name)
    assert run(archive).stdout == "torch 1 __main__\n"


@pytest.mark.parametrize(
    "args, code, words",
    [
        ([], 2, "usage"),
        (["--help"], 0, "usage"),
        (["-m"], 1, "argument expected for the -m option"),
        (["-q", "x.py"], 1, "unknown option -q"),
        (["no_such_script.py"], 1, "can't open file 'no_such_script.py': No such file"),
        (["-c", "raise SystemExit(7)"], 7, ""),
        (["-c", "import torch.no_such_part"], 1, "No module named 'torch.no_such_part': torchish"),
        (["-c", "import torchx"], 1, "No module named 'torchx'"),
    ],
)
def test_exit_status_and_messages(args, code, words):
    done = run(*args, ok=code == 0)
    assert done.returncode == code
    assert words in done.stdout + done.stderr
    if code == 2:
        assert "Traceback" not in done.stderr
