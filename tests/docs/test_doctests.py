"""The examples of docstrings print what they say, with this library and with PyTorch."""

from __future__ import annotations

import functools
import importlib
import inspect
import warnings

import pytest

import torchish
from tests.docs.docs_names import bound, documented, wrong
from torchish import _examples
from torchish._core.tensor.public import spaces

LEAST = 1000  # public names that have an example
# Not PyTorch's, so it is not asked.
OWN = {"summary", "install", "dynamic"}


@functools.cache
def examples() -> dict[str, tuple[str, ...]]:
    """The names by docstring: aliases, and functions that are methods too, share one."""
    found: dict[str, list[str]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, doc in documented(torchish):
            found.setdefault(doc, []).append(name)
    return {doc: tuple(names) for doc, names in found.items()}


def checked(library, names):
    """What goes wrong in the examples of these docstrings."""
    told = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for doc in names:
            told.append(wrong(library, examples()[doc][0], doc))
    return [t for t in told if t]


def test_a_thousand_names_have_examples():
    assert sum(map(len, examples().values())) >= LEAST


def test_they_print_what_they_say():
    assert not (told := checked(torchish, examples())), "\n".join(told)


def test_pytorch_prints_the_same():
    torch = pytest.importorskip("torch")
    theirs = [
        doc
        for doc, names in examples().items()
        if not names[0].startswith("vision") and names[0] not in OWN
    ]
    assert len(theirs) > LEAST // 2
    assert not (told := checked(torch, theirs)), "\n".join(told)


def test_torchvision_prints_the_same():
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    theirs = [doc for doc, names in examples().items() if names[0].startswith("vision")]
    assert len(theirs) > 100
    assert not (told := checked(torch, theirs)), "\n".join(told)


def test_a_wrong_example_is_found_out():
    doc = "Sum.\n\n>>> torch.tensor([1, 2]).sum()\ntensor(4)\n"
    assert "tensor(3)" in wrong(torchish, "sum", doc)
    assert not wrong(torchish, "sum", doc.replace("(4)", "(3)"))


def test_an_example_shows_what_it_is_about():
    """Its name, or another of its names, or the operator that means it."""
    silent = []
    for doc, names in examples().items():
        code = doc[doc.index(">>>") :]
        shorts = {n.rpartition(".")[2] for n in names}
        if not any(s in code for s in shorts | {s.rstrip("_") for s in shorts}):
            silent.append(names[0])
    assert not silent, silent


def test_sections_are_where_they_belong():
    owners: dict[int, str] = {}
    for name, text in _examples.sections():
        found = _examples._found(spaces(), vars(torchish), name)
        assert id(found) not in owners, f"{name} and {owners[id(found)]} are the same"
        owners[id(found)] = name
        assert inspect.cleandoc(found.__doc__).endswith(inspect.cleandoc(text)), name
        assert ">>>" in text, name
    for file in _examples.FOLDER.glob("*.txt"):
        assert len(file.read_text().splitlines()) <= 600, file.name


def test_a_section_without_a_function_is_an_error():
    package = {"nn": importlib.import_module("torchish.nn")}
    with pytest.raises(KeyError, match="which is not there"):
        _examples.join({}, package)


def test_what_examples_may_use():
    assert set(bound(torchish)) == {"torch", "nn", "F", "optim", "lr_scheduler", "D"}
