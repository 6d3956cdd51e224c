"""Runs the checks of a module in a process in which CPU devices stand for an accelerator.

    python tests/accelerators/run.py FILE    prints {check: "pass" or the traceback} as JSON

Devices are decided when JAX starts, so the tests of one file share one such process.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEVICES = 8


def results(file: str) -> dict[str, str]:
    """What each check of a file here came to, in a process of its own."""
    environ = {
        **os.environ,
        "TORCHISH_STAND_IN": "cuda",
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={DEVICES}",
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, "-W", "error", __file__, str(pathlib.Path(__file__).parent / file)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-4000:])
    return json.loads(done.stdout.splitlines()[-1])


def checks(file: str) -> list[str]:
    """The names of a file's checks, which are not imported here."""
    text = (pathlib.Path(__file__).parent / file).read_text()
    return [
        line[4 : line.index("(")] for line in text.splitlines() if line.startswith("def check_")
    ]


def main(path: str) -> None:
    spec = importlib.util.spec_from_file_location("checks", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {}
    for name, check in list(vars(module).items()):
        if name.startswith("check_"):
            try:
                check()
                found[name] = "pass"
            except BaseException:  # also pytest's, which are no Exceptions: each is told of
                found[name] = traceback.format_exc()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
