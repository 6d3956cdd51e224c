"""Programs of libraries' users, run unmodified: their results are PyTorch's, which `reference/`
has. What is not installed is skipped."""

from __future__ import annotations

from importlib.machinery import PathFinder

import pytest

from tests.libraries.harness import PAGES, compare


@pytest.mark.parametrize("name", PAGES)
def test_page(name):
    page = PAGES[name]
    for library in page.libraries:
        # Among the installed files: torchvision may also be a name that torchish stands for.
        if PathFinder.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    wrong = {key: (a, b) for key, a, b, apart in compare(name) if not apart <= page.within}
    assert not wrong, wrong
