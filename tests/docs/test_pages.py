"""What the pages of the documentation show is run, and gives what they say."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest

from tests.docs import pages

ROOT = pathlib.Path(__file__).parents[2]
PAGES = sorted(p.name for p in (ROOT / "docs").glob("*.md") if [*pages.blocks(p.read_text())])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_happens(name, tmp_path):
    """In a process of its own: pages install torchish as torch, and count compilations."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", pages.__file__, str(ROOT / "docs" / name)],
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


PAGE = """
```python
print(1 + 1)
```

```text
2
```

```python
[].pop()
```

```text
IndexError: pop from empty list
```

<!-- not run: it never ends -->
```python
while True: pass
```

```python
print("first", 0.12345, sep="\\n")
```

```text
...
0.12346
```
"""


def test_the_runner_sees_what_is_right_and_wrong(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert len([*pages.blocks(PAGE)]) == 3 and not pages.differences(page)
    for right, wrong in (
        ("2\n```", "3\n```"),
        ("IndexError: pop", "IndexError: push"),
        ("0.12346", "0.125"),
        ("print(1 + 1)", "print(1 + 1); undefined"),
        ("...\n", ""),
    ):
        page.write_text(PAGE.replace(right, wrong))
        assert len(pages.differences(page)) == 1, wrong


def test_pictures_are_small():
    pictures = [*(ROOT / "docs" / "assets").rglob("*.png"), *(ROOT / "docs").rglob("*.svg")]
    assert len(pictures) > 9
    assert all(p.stat().st_size < 60_000 for p in pictures)


def test_diagrams_are_those_of_their_script():
    spec = importlib.util.spec_from_file_location("diagrams", ROOT / "docs" / "make_diagrams.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for name, svg in script.drawings().items():
        assert (ROOT / "docs" / "assets" / name).read_text() == svg, name
