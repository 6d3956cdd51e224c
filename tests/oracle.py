"""The same code on both libraries: cases, PyTorch's stored results, and what writes them.

    python -m tests.oracle --list                 the names of all references
    python -m tests.oracle --write                every one anew, with PyTorch installed
    python -m tests.oracle --write losses optim   some of them
    python -m tests.oracle --write ops add        the rows of one operator (tests/ops)

A case is a plain function that takes a library with PyTorch's interface and returns its parts by
name: results that JSON can hold, or functions without arguments that give them. What PyTorch
returns is stored as `reference/<case>.json`. test_oracle.py holds this library against what is
stored, and what is stored against an installed PyTorch. Files of other kinds have a function in
`FILES` that writes them.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import io
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

ROOT = pathlib.Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference"
Parts = dict[str, Any]


class Case(NamedTuple):
    find: Callable[[Any], Parts]
    compare: Callable[[str, Any, Any], None]  # of the part's name, what was found, what is stored
    needs: tuple[str, ...]  # modules without which it can not run
    needs_of_pytorch: tuple[str, ...]
    only_pytorch: bool  # a record of random inputs that other tests read; runs on PyTorch only


CASES: dict[str, Case] = {}


def near(name: str, got: Any, want: Any, rtol: float = 0.0, atol: float = 0.0) -> None:
    """Equal nested results, numbers that are not whole to a tolerance; else AssertionError."""
    if isinstance(want, (list, tuple)):
        assert isinstance(got, (list, tuple)) and len(got) == len(want), f"{name}: {got} != {want}"
        for i, (a, b) in enumerate(zip(got, want, strict=True)):
            near(f"{name}[{i}]", a, b, rtol, atol)
    elif isinstance(want, dict):
        assert isinstance(got, dict) and got.keys() == want.keys(), f"{name}: {got} != {want}"
        for key in want:
            near(f"{name}[{key!r}]", got[key], want[key], rtol, atol)
    elif isinstance(want, float) and isinstance(got, (int, float)):
        same = got == want or (math.isnan(got) and math.isnan(want))
        assert same or abs(got - want) <= atol + rtol * abs(want), f"{name}: {got} != {want}"
    else:
        assert type(got) is type(want) and got == want, f"{name}: {got!r} != {want!r}"


def case(
    rtol: float = 0.0,
    atol: float = 0.0,
    *,
    compare: Callable[[str, Any, Any], None] | None = None,
    needs: tuple[str, ...] = (),
    needs_of_pytorch: tuple[str, ...] = (),
    only_pytorch: bool = False,
) -> Callable:
    """Enter a function as a case; its parts are compared to the tolerance, or by `compare`."""

    def enter(find: Callable[[Any], Parts]) -> Callable[[Any], Parts]:
        by = compare or functools.partial(near, rtol=rtol, atol=atol)
        CASES[find.__name__] = Case(find, by, needs, needs_of_pytorch, only_pytorch)
        return find

    return enter


@functools.cache
def stored(name: str) -> Parts:
    """What PyTorch gave, by the names of the parts."""
    return json.loads((REFERENCE / f"{name}.json").read_text())


@functools.cache
def parts(name: str, library: str) -> Parts:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CASES[name].find(importlib.import_module(library))


def result(name: str, library: str, part: str) -> Any:
    """A part of a case by a library, as JSON gives it back."""
    value = parts(name, library)[part]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(value() if callable(value) else value))


def check(name: str, library: str, part: str) -> None:
    """Hold a library against what is stored."""
    CASES[name].compare(part, result(name, library, part), stored(name)[part])


def write(name: str) -> str:
    lines = [
        f"{json.dumps(part)}: {json.dumps(result(name, 'torch', part), ensure_ascii=False)}"
        for part in parts(name, "torch")
    ]
    (REFERENCE / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return f"{len(lines)} parts"


def python(*args: Any, warn: str = "ignore", **environ: str) -> str:
    """What a Python process prints that runs in the root of the checkout."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", warn, *map(str, args)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **environ},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


# The cases


@case(1e-4)
def losses(lib: Any) -> Parts:
    """The first losses of LeNet under seed 0."""
    from tests.same_run import VARIANTS, losses

    return {name: functools.partial(losses, lib, **v) for name, v in VARIANTS.items()}


def _examples_compare(name: str, got: Any, want: Any) -> None:
    # Two nets against each other make more of a rounding difference than one alone.
    near(name, got, want, 5e-3 if name == "dcgan" else 1e-5)


@case(compare=_examples_compare)
def examples(lib: Any) -> Parts:
    """The first losses of the examples."""
    from tests.examples.runs import OPTIONS, losses

    theirs = lib if lib.__name__ == "torch" else None
    return {name: lambda name=name: losses(name, theirs).tolist() for name in OPTIONS}


def _modules_compare(name: str, got: Any, want: Any) -> None:
    # Sets print in an order of their own, and what an operator is called is each library's matter.
    loose = {"layers c2", "layers c4", "parameters unin3", "parameters unin4"}
    if name in loose:
        got, want = got.split()[:4], want.split()[:4]
    near(name, got, want)


@case(compare=_modules_compare)
def modules(lib: Any) -> Parts:
    """What modules say and do."""
    from tests.nn.scenarios import collect

    return dict(sorted(collect(lib).items()))


@case(2e-5, 2e-6, needs_of_pytorch=("torch.nn.utils.prune",))
def nn_numbers(lib: Any) -> Parts:
    """What modules, their utilities and initial values are for a seed."""
    from tests.nn.numbers import SCENARIOS, collect

    importlib.import_module(f"{lib.__name__}.nn.utils.prune")
    return {name: functools.partial(collect, lib, f) for name, f in SCENARIOS.items()}


@case(1e-9, 1e-12)
def optim(lib: Any) -> Parts:
    """What optimizers and schedules do."""
    from tests.optim.trajectories import cases, number

    return {name: functools.partial(number, lib, name) for name in cases()}


@case()
def optim_texts(lib: Any) -> Parts:
    """What optimizers and schedules say."""
    from tests.optim.trajectories import texts

    return texts(lib)


@case(2e-5)
def resume(lib: Any) -> Parts:
    """The losses of runs whose checkpoints half way `FILES` writes."""
    from tests.optim.resuming import HALF, RULES, Run

    return {name: lambda name=name: Run(lib, name).steps(2 * HALF) for name in RULES}


@case()
def mistakes(lib: Any) -> Parts:
    """What is said to people's mistakes."""
    from tests.tensor.mistakes import MISTAKES, words

    return {name: functools.partial(words, lib, name) for name in MISTAKES}


@case()
def refusals(lib: Any) -> Parts:
    """What becomes of values that an operation can not take; the expressions are the names."""
    from tests.tensor.mistakes import outcome

    return {text: functools.partial(outcome, lib, text) for text in stored("refusals")}


@case(only_pytorch=True)
def lines(lib: Any) -> Parts:
    """Digests of random programs and what they do, which tests/property/test_lines.py reads."""
    from tests.property.test_lines import STORED, digest, program

    return {str(seed): digest(*program(lib, seed)) for seed in range(STORED)}


def _bad_calls_compare(name: str, got: Any, want: Any) -> None:
    from tests.tensor.bad_calls import known_gaps

    # Where PyTorch's Python part trips over an argument, a TypeError that names it will do.
    same = got == want or (got, want) == ("TypeError", "AttributeError")
    assert same or name in known_gaps(), f"{name}: {got}, PyTorch {want}"


@case(compare=_bad_calls_compare)
def bad_calls(lib: Any) -> Parts:
    """What is raised for calls with one bad argument."""
    from tests.tensor.bad_calls import outcome, sample

    importlib.import_module(f"{lib.__name__}.utils.data")
    return {call: functools.partial(outcome, lib, call) for call in sample()}


@case()
def snippets(lib: Any) -> Parts:
    """What cells of PyTorch code print."""
    from tests.snippets.run import cells, run

    return {name: functools.partial(run, code, lib) for name, code in cells().items()}


@case(1e-6)
def dataloader(lib: Any) -> Parts:
    """The batches of DataLoaders, in a process of their own."""
    program = "tests.utils.loader_programs"
    return json.loads(python("-m", program, LOADER_LIBRARY=lib.__name__))


def _distributions_compare(name: str, got: Any, want: Any) -> None:
    assert set(got) == set(want), name
    near(name, got, want, 3e-5, 3e-6)


@case(compare=_distributions_compare)
def distributions(lib: Any) -> Parts:
    """Samples, densities, moments, quantiles and values."""
    from tests.distributions.cases import make, numbers

    return {name: functools.partial(numbers, lib, d) for name, d in make(lib).items()}


@case(2e-5, 2e-6)
def divergences(lib: Any) -> Parts:
    """Kullback-Leibler divergences."""
    from tests.distributions.cases import pairs

    return pairs(lib)


def _vision_library(lib: Any) -> str:
    """Where a library has its vision part."""
    if lib.__name__ != "torch":
        return "torchish.vision"
    from tests.vision import oracle

    return oracle.load().__name__


def _transforms_compare(name: str, got: Any, want: Any) -> None:
    from tests.vision import transform_cases as table

    slack = 0.1 if table.CASES[name][1] in table.INTERPOLATED else 1e-4
    near(name, got, want, 1e-4, slack)


@case(compare=_transforms_compare, needs=("PIL",), needs_of_pytorch=("torchvision",))
def transforms(lib: Any) -> Parts:
    """A checksum and moments of what image transforms give."""
    from tests.vision import transform_cases as table

    where = table.Library(lib, _vision_library(lib))
    return {
        name: lambda name=name: table.summary(name, table.results(where, name))
        for name in table.CASES
    }


def _models_compare(name: str, got: Any, want: Any) -> None:
    largest = max(map(abs, want["outputs"]))
    near(name, got.pop("outputs"), want["outputs"], 0.0, 1e-4 * largest)
    near(name, got, {k: v for k, v in want.items() if k != "outputs"}, 1e-6)


@case(compare=_models_compare, needs_of_pytorch=("torchvision",))
def models(lib: Any) -> Parts:
    """Some outputs of image models, and a training step's loss and gradients."""
    from tests.vision import compare_models as compare

    _vision_library(lib)
    return {name: functools.partial(compare.numbers, lib, name) for name in compare.REFERENCE}


@case(1e-3, needs_of_pytorch=("torchvision",))
def detection(lib: Any) -> Parts:
    """The losses of a training step of small detection models."""
    from tests.vision import compare_detection as compare

    _vision_library(lib)
    return {
        kind: lambda kind=kind: compare.learn(lib, compare.small(lib, kind), kind)
        for kind in compare.KINDS
    }


@case()
def walkthrough(lib: Any) -> Parts:
    """What examples/walkthrough.py prints, line by line."""
    path = ROOT / "examples" / "walkthrough.py"
    if lib.__name__ == "torch":
        source = path.read_text().replace("import torchish as torch\n", "import torch\n")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = compile(source.replace("torchish", "torch"), str(path), "exec")
            exec(code, {"__name__": "__main__"})
        return {"lines": printed.getvalue().splitlines()}
    return {"lines": python(path, warn="error").splitlines()}


@case()
def subclasses(lib: Any) -> Parts:
    """What subclasses of Tensor and modes see; a script, since its guards stay."""
    path = ROOT / "tests" / "scripts" / "subclasses.py"
    flags = [] if lib.__name__ == "torch" else ["-m", "torchish"]
    return {"lines": python(*flags, path).splitlines()}


@case(only_pytorch=True)
def generator(torch: Any) -> Parts:
    """What is drawn for many seeds; tests/tensor/test_generator.py draws it again."""
    from tests.tensor import drawn

    return drawn.records()


@case(only_pytorch=True)
def printed(torch: Any) -> Parts:
    """How tensors of all kinds print; tests/tensor/test_repr.py prints them again."""
    from tests.tensor import printed

    return {str(i): record for i, record in enumerate(printed.records())}


# Files of other kinds


def resume_files(torch: Any) -> str:
    """Checkpoints half way through the runs of `resume`."""
    from tests.optim.resuming import HALF, RULES, Run

    for name in RULES:
        run = Run(torch, name)
        run.steps(HALF)
        run.save(REFERENCE / f"resume_{name}.pt")
    return f"{len(RULES)} files"


def checkpoint_files(torch: Any) -> str:
    """A state of many kinds of values in both of PyTorch's formats."""
    from tests.tensor import checkpoints

    old, new = checkpoints.pytorch_states(torch)
    torch.save(new, REFERENCE / "checkpoint.pt")
    legacy = REFERENCE / "checkpoint_legacy.pt"
    torch.save(old, legacy, _use_new_zipfile_serialization=False)
    return "2 files"


def operator_rows(torch: Any, *names: str) -> str:
    """The rows of tests/ops."""
    from tests.ops import database

    return "; ".join(database.write(torch, name) for name in names or (None,))


NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]\d+)?")


def near_lines(name: str, got: list[list[str]], want: list[list[str]]) -> None:
    """Equal lines of several processes, the numbers in them to 1e-5 (sums in another order)."""
    for rank, (mine, theirs) in enumerate(zip(got, want, strict=True)):
        for a, b in zip(mine, theirs, strict=True):
            where = f"{name}, rank {rank}"
            assert NUMBER.sub("#", a) == NUMBER.sub("#", b), f"{where}: {a!r} != {b!r}"
            numbers = [[float(n) for n in NUMBER.findall(line)] for line in (a, b)]
            near(where, *numbers, rtol=1e-5, atol=1e-6)


@case(compare=near_lines)
def processes(lib: Any) -> Parts:
    """What programs of several processes print, a list of lines for each."""
    from tests.distributed import ranks

    def lines(name: str, world: int) -> list[list[str]]:
        found = ranks.run(name, world, torch=lib.__name__ == "torch")
        return [[line for line in out.splitlines() if "Gloo" not in line] for out in found]

    programs = [(name, world) for name in ("collectives", "ddp", "fsdp") for world in (2, 4)]
    programs += [("tensor_parallel", 2), ("two_ways", 4), ("hooks", 2)]
    return {f"{name} of {world}": functools.partial(lines, name, world) for name, world in programs}


FILES: Mapping[str, Callable[..., str]] = {
    "resume_files": resume_files,
    "checkpoint_files": checkpoint_files,
    "ops": operator_rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--list", action="store_true", help="the names of all references")
    group.add_argument("--write", nargs="*", metavar="NAME", help="write references anew")
    chosen = parser.parse_args()
    names = [*CASES, *FILES]
    if chosen.list:
        print("\n".join(names))
        return
    torch = importlib.import_module("torch")
    wanted, operators = chosen.write or names, []
    if wanted[0] == "ops":
        wanted, operators = wanted[:1], wanted[1:]
    if unknown := set(wanted) - set(names):
        parser.error(f"no such reference: {', '.join(sorted(unknown))} (see --list)")
    for name in wanted:
        text = FILES[name](torch, *operators) if name in FILES else write(name)
        print(f"{name}: {text}", flush=True)


if __name__ == "__main__":
    main()
