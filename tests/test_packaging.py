"""What the package says of itself: one version, and no dependency that nothing imports."""

from __future__ import annotations

import pathlib
import re
import tomllib

import torchish
from torchish._core.base import jax_internals

ROOT = pathlib.Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IMPORTED_AS = {"pillow": "PIL", "tensorflow-datasets": "tensorflow_datasets"}
FOR_OTHERS = {"importlib_resources"}  # tensorflow-datasets imports it and does not ask for it


def name_of(requirement: str) -> str:
    return re.match(r"[\w-]+", requirement)[0]


def test_every_dependency_is_imported():
    text = "\n".join(path.read_text() for path in (ROOT / "torchish").rglob("*.py"))
    for requirement in PROJECT["dependencies"]:
        name = name_of(requirement)
        module = IMPORTED_AS.get(name, name)
        used = re.search(rf"^\s*(import|from) {module}\b", text, re.MULTILINE)
        assert used or name in FOR_OTHERS, f"nothing imports {name}"


def test_the_version_is_written_once():
    version = torchish.version.own_version
    assert "version" in PROJECT["dynamic"] and "version" not in PROJECT
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"\n## v{version}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_bounds_of_jax_are_the_versions_tested():
    bounds = {name_of(r): r for r in PROJECT["dependencies"]}
    oldest, newest = jax_internals.TESTED
    major, minor = map(int, newest.split(".")[:2])
    for name in ("jax", "jaxlib"):
        assert bounds[name] == f"{name}>={oldest},<{major}.{minor + 1}"
