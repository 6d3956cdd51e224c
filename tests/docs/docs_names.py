"""The public names whose docstrings have examples, and the names that the examples use."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import types
from collections.abc import Iterator
from typing import Any

PARSER = doctest.DocTestParser()
# Where public names are, below `torch`.
_HOMES = """
    Tensor accelerator amp autograd autograd.forward_ad autograd.functional autograd.graph backends
    compiler cuda distributions fft func futures fx hub linalg masked nested nn nn.attention
    nn.functional nn.init nn.utils nn.utils.parametrizations nn.utils.parametrize nn.utils.prune
    nn.utils.rnn nn.utils.stateless optim optim.lr_scheduler optim.swa_utils overrides profiler
    quasirandom random signal.windows sparse special testing utils.benchmark utils.checkpoint
    utils.data utils.dlpack utils.flop_counter utils.tensorboard
"""
VISION = ("vision.transforms", "vision.transforms.functional", "vision.transforms.v2",
          "vision.transforms.v2.functional", "vision.ops", "vision.utils", "vision.datasets",
          "vision.io", "vision.tv_tensors")  # fmt: skip


def home(library: types.ModuleType, path: str) -> Any:
    """A module, or a class in one, below a library."""
    try:
        return importlib.import_module(f"{library.__name__}.{path}") if path else library
    except ModuleNotFoundError:
        parent, _, last = path.rpartition(".")
        return getattr(home(library, parent), last, None)


def documented(library: types.ModuleType) -> Iterator[tuple[str, str]]:
    """(public name, docstring with an example) of all of them, a name for each place."""
    for path in ("", *_HOMES.split(), *VISION):
        owner = home(library, path)
        if owner is None:
            continue
        for name in getattr(owner, "__all__", None) or sorted({*vars(owner), *dir(owner)}):
            if name.startswith("_"):
                continue
            found = inspect.getattr_static(owner, name, None)
            if found is None:
                found = getattr(owner, name, None)
            if isinstance(found, staticmethod | classmethod):
                found = found.__func__
            if found is None or isinstance(found, types.ModuleType):
                continue
            made_in = getattr(getattr(found, "fget", found), "__module__", None) or "torchish"
            if not made_in.startswith("torch"):
                continue  # what a module imports of Python's own
            doc = getattr(found, "__doc__", None)
            if isinstance(doc, str) and ">>>" in doc and doc != type(found).__doc__:
                yield f"{path}.{name}".lstrip("."), inspect.cleandoc(doc)


def bound(library: types.ModuleType) -> dict[str, Any]:
    """What examples may use without importing it."""
    return {
        "torch": library,
        "nn": library.nn,
        "F": library.nn.functional,
        "optim": library.optim,
        "lr_scheduler": importlib.import_module(f"{library.__name__}.optim.lr_scheduler"),
        "D": importlib.import_module(f"{library.__name__}.distributions"),
    }


def wrong(library: types.ModuleType, name: str, doc: str) -> str:
    """What an example prints otherwise than it says, as text; empty where all is right."""
    # An example imports what a program would, from whichever library it is run with.
    source = re.sub(r"(>>> (?:from|import) )torch\b", rf"\1{library.__name__}", doc)
    if library.__name__ == "torchish":
        source = re.sub(r"(>>> (?:from|import) )torchvision\b", r"\1torchish.vision", source)
    test = PARSER.get_doctest(source, bound(library), name, None, None)
    library.manual_seed(0)
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test, out=said.append)
    return "".join(said)
