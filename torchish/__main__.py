"""`python -m torchish script.py ARGS` runs a PyTorch script, unmodified, in this process only.

`import torch` and `import torchvision` mean torchish there, by `torchish.install()`. `-m MODULE`
and `-c CODE` work as Python's own options do. `check` and `doctor` are in torchish/_tools.
"""

from __future__ import annotations

import importlib
import io
import os
import runpy
import sys
import types
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader

from torchish._as_torch import install

__all__ = ["main"]

USAGE = """usage: python -m torchish SCRIPT [ARGS]
       python -m torchish -m MODULE [ARGS]
       python -m torchish -c CODE [ARGS]
       python -m torchish check PROGRAM... [--json]
       python -m torchish doctor

Runs a PyTorch program on JAX: `import torch` gives torchish, `import torchvision` gives
torchish.vision.

check   lists the names of PyTorch that programs (files, folders) use and torchish lacks or refuses,
        with their lines, without running them
doctor  says what is installed, what it runs on, and whether it works: what a bug report needs
A script of one of these names is run as ./check."""
TOOLS = ("check", "doctor")  # modules of torchish._tools


def _run_script(path: str) -> None:
    if os.path.isdir(path) or (not path.endswith((".py", ".pyw")) and _is_zip(path)):
        sys.path.pop(0)  # run_path puts the folder or archive itself there
        runpy.run_path(path, run_name="__main__")
        return
    try:
        with io.open_code(os.path.abspath(path)) as file:
            source = file.read()
    except OSError as error:
        sys.exit(f"python -m torchish: can't open file {path!r}: {error.strerror}")
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    module = _fresh_main()
    module.__file__ = path
    module.__loader__ = SourceFileLoader("__main__", path)
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)


def _is_zip(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _fresh_main() -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = module
    return module


def main(argv: Sequence[str] | None = None) -> None:
    """Run the script, module or code that the arguments (default: `sys.argv[1:]`) name."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in ("-h", "--help"):
        print(USAGE)
        sys.exit(0 if args else 2)
    option = args[0]
    if option in ("-m", "-c") and len(args) < 2:
        sys.exit(f"{USAGE}\n\npython -m torchish: argument expected for the {option} option")
    if option.startswith("-") and option not in ("-m", "-c"):
        sys.exit(f"{USAGE}\n\npython -m torchish: unknown option {option}")
    if option in TOOLS:
        sys.exit(importlib.import_module(f"torchish._tools.{option}").main(args[1:]))
    install()
    if option == "-m":
        sys.argv[:] = args[1:]  # run_module puts the module's path in argv[0]
        runpy.run_module(args[1], run_name="__main__", alter_sys=True)
    elif option == "-c":
        sys.argv[:] = ["-c", *args[2:]]
        if not sys.flags.safe_path:
            sys.path[0] = ""
        exec(compile(args[1], "<string>", "exec", dont_inherit=True), _fresh_main().__dict__)
    else:
        sys.argv[:] = args
        _run_script(option)


if __name__ == "__main__":
    # By its own name, so that what is pickled for a spawned process can be found there.
    importlib.import_module("torchish.__main__").main()
