"""Writes docs/status.md: for each public name of PyTorch how far it goes here.

    python docs/make_status.py     # needs PyTorch, whose names it reads

A name is *refused* where using it raises NotImplementedError and nothing else, *partial* where its
source here raises one for some options, whose words the page repeats, or where the parity exams
list a gap for it; *missing* where it is not there at all; complete otherwise.
"""

from __future__ import annotations

import ast
import collections
import functools
import importlib
import inspect
import pathlib
import textwrap
import tomllib
import types
import warnings
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "status.md"
MODULES = [
    "torch", "torch.Tensor", "torch.accelerator", "torch.amp", "torch.ao.quantization",
    "torch.autograd", "torch.autograd.forward_ad", "torch.autograd.functional",
    "torch.autograd.graph", "torch.autograd.profiler", "torch.compiler", "torch.cpu",
    "torch.cuda", "torch.distributed", "torch.distributed.checkpoint", "torch.distributed.fsdp",
    "torch.distributed.nn", "torch.distributed.optim", "torch.distributed.pipelining",
    "torch.distributed.tensor", "torch.distributed.tensor.parallel", "torch.distributions",
    "torch.export", "torch.fft", "torch.func", "torch.functional", "torch.futures", "torch.fx",
    "torch.hub", "torch.jit", "torch.library", "torch.linalg", "torch.masked", "torch.monitor",
    "torch.multiprocessing", "torch.nested", "torch.nn", "torch.nn.attention",
    "torch.nn.attention.bias", "torch.nn.attention.flex_attention", "torch.nn.functional",
    "torch.nn.grad", "torch.nn.init", "torch.nn.utils", "torch.nn.utils.rnn", "torch.onnx",
    "torch.optim", "torch.optim.lr_scheduler", "torch.optim.swa_utils", "torch.overrides",
    "torch.package", "torch.profiler", "torch.quasirandom", "torch.random",
    "torch.return_types", "torch.signal.windows", "torch.sparse", "torch.special",
    "torch.storage", "torch.testing", "torch.types", "torch.utils", "torch.utils.benchmark",
    "torch.utils.checkpoint", "torch.utils.data", "torch.utils.dlpack",
    "torch.utils.flop_counter", "torch.utils.hooks", "torch.utils.module_tracker",
    "torch.utils.weak",
]  # fmt: skip
KINDS = ("complete", "partial", "refused", "missing")
WORDS_SHOWN = 4  # of what a name lacks; a row says how much more there is
SKIPPED = (types.ModuleType, type(None))


def names_of(module: str) -> list[str]:
    """The public names of one of PyTorch's modules, without modules and what is others'."""
    home = found(module)
    listed = getattr(home, "__all__", None) if isinstance(home, types.ModuleType) else None
    names = listed if listed is not None else dir(home)
    out = []
    for name in sorted(set(names)):
        value = getattr(home, name, None)
        if name.startswith("_") or isinstance(value, SKIPPED):
            continue
        made_in = getattr(value, "__module__", None) or "torch"
        if made_in.partition(".")[0] == "torch" or listed is not None:
            out.append(name)
    return out


def found(path: str) -> Any:
    """A module, or a class in one, by its full name; None for neither."""
    try:
        return importlib.import_module(path)
    except ImportError:
        parent, _, last = path.rpartition(".")
        return getattr(importlib.import_module(parent), last, None) if parent else None


@functools.cache
def gaps() -> dict[str, str]:
    """The reasons of the operator exam's gaps, by operator."""
    listed = tomllib.loads((ROOT / "tests/parity/known_gaps.toml").read_text())["gap"]
    return {
        cell.rsplit(" ", 2)[0].partition("/")[0]: gap["reason"]
        for gap in listed
        if gap["exam"] == "op_parity"
        for cell in gap["cells"]
    }


def words(node: ast.expr | None) -> str:
    """What an exception says, as far as its source tells."""
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(v.value if isinstance(v, ast.Constant) else "…" for v in node.values)
    return ""


def refusals(source: str) -> tuple[list[str], bool]:
    """What NotImplementedErrors in a source say, and whether it does nothing but raise one."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except SyntaxError:  # a lambda within an expression
        return [], False
    said = [
        words(n.exc)
        for n in ast.walk(tree)
        if isinstance(n, ast.Raise)
        and n.exc is not None
        and "NotImplementedError" in ast.dump(n.exc)
    ]
    top = tree.body[0] if tree.body else None
    if not isinstance(top, ast.FunctionDef):
        return said, False
    body = [
        n for n in top.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    ]
    only = len(body) == 1 and isinstance(body[0], ast.Raise) and bool(said)
    return said, only


def sources(value: Any, operator: Any) -> list[str]:
    """The sources of a function, of a class, or of an operator's entry."""
    out = []
    for part in (
        inspect.unwrap(value) if callable(value) else value,
        getattr(operator, "fn", None),
    ):
        if isinstance(part, property):
            part = part.fget
        try:
            out.append(inspect.getsource(part))
        except (OSError, TypeError):
            continue
    return out


def status(module: str, name: str, table: Any, absent: Any) -> tuple[str, str]:
    """(kind, what is missing) of a name."""
    home = found("torchish" + module.removeprefix("torch"))
    if home is None or not hasattr(home, name):
        return "missing", ""
    if module != "torch.Tensor" and refuses(absent, module, name):
        return "refused", ""
    value = getattr(home, name)
    short = module.removeprefix("torch").removeprefix(".")
    full = f"{short}.{name}".removeprefix("Tensor.").lstrip(".")
    said: list[str] = []
    for source in sources(value, table.get(full)):
        told, only = refusals(source)
        if only:
            return "refused", ""
        said += told
    if isinstance(value, type) and said and not isinstance(value, types.GenericAlias):
        said = [s for s in said if s]  # an abstract method says nothing
    reason = gaps().get(full)
    lacks = list(dict.fromkeys([*([reason] if reason else []), *(s for s in said if s.strip())]))
    if not lacks:
        return "complete", ""
    more = f" (and {len(lacks) - WORDS_SHOWN} more)" if len(lacks) > WORDS_SHOWN else ""
    return "partial", "; ".join(lacks[:WORDS_SHOWN]) + more


def refuses(absent: Any, module: str, name: str) -> bool:
    """Whether a name is one of the absent ones that refuse to be used: exceptions, enumerations and
    values of the list are what they are, and a name taken from elsewhere is what it is there."""
    for _ in range(8):
        entry = absent.entries(module).get(name)
        if entry is None:
            return False
        if entry.kind == "from":
            module = entry.rest
        elif entry.kind == "alias":
            module, _, name = entry.rest.rpartition(".")
        else:
            return entry.kind in ("def", "decorator", "class")
    return True


def cell(text: str) -> str:
    """A text as a table's cell."""
    return " ".join(text.replace("|", "\\|").split())


def page() -> str:
    """The page's text."""
    table = importlib.import_module("torchish._core.ops.table").TABLE
    absent = importlib.import_module("torchish._absent.table")
    warnings.simplefilter("ignore")
    counts: dict[str, collections.Counter] = {}
    sections: list[str] = []
    for module in MODULES:
        by: dict[str, list[tuple[str, str]]] = {k: [] for k in KINDS}
        for name in names_of(module):
            kind, lacks = status(module, name, table, absent)
            by[kind].append((name, lacks))
        counts[module] = collections.Counter({k: len(v) for k, v in by.items()})
        sections += ["", f"## {module}", ""]
        for kind in ("complete", "refused", "missing"):
            if by[kind]:
                listed = ", ".join(f"`{n}`" for n, _ in by[kind])
                sections += [f"{kind.capitalize()}: {listed}", ""]
        if by["partial"]:
            sections += ["| partial | what is missing |", "| --- | --- |"]
            sections += [f"| `{n}` | {cell(lacks)} |" for n, lacks in by["partial"]]
    total = sum(counts.values(), collections.Counter())
    head = [
        "# How far each public name of PyTorch goes",
        "",
        "Read off PyTorch 2.13 and off this package's source by `docs/make_status.py`. *Partial*:",
        "some options raise a `NotImplementedError` (a few of them in PyTorch too), whose words "
        "stand",
        "beside the name, or the parity exams list a gap. *Refused*: the name can be imported, and",
        "raises a `NotImplementedError` with its name when it is used.",
        "",
        f"{total['complete']} complete, {total['partial']} partial, {total['refused']} refused by "
        f"name, {total['missing']} missing, of {sum(total.values())}.",
        "",
        "| module | complete | partial | refused | missing |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(f"| `{m}` | " + " | ".join(str(c[k]) for k in KINDS) + " |" for m, c in counts.items()),
    ]
    return "\n".join(line.rstrip() for line in [*head, *sections]).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"{PAGE}: {len(PAGE.read_text().splitlines())} lines")
