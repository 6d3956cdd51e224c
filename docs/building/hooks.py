"""What MkDocs calls while it builds the site: adds the pages that are made, mends links that leave
the folder of the documentation."""

from __future__ import annotations

import importlib
import pathlib
import re
import sys
from typing import Any

from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # `mkdocs build` does not have it there
    sys.path.insert(0, str(ROOT))

notebooks = importlib.import_module("docs.building.notebooks")
reference = importlib.import_module("docs.building.reference")

log = get_plugin_logger("docs.building")
made: dict[str, Any] = {}


def on_config(config):
    """The made pages, and their places in the navigation."""
    made.clear()
    made.update(reference.pages())
    made.update(notebooks.pages())
    below = {
        "api.md": [p for p in made if p.startswith("api/")],
        "notebooks.md": [p for p in made if p.startswith("notebooks/") and p.endswith(".md")],
    }
    listed = {page for section in config.nav for pages in section.values() for page in pages}
    guides = next(section["Guides"] for section in config.nav if "Guides" in section)
    written = sorted(path.name for path in (ROOT / "docs").glob("*.md"))
    guides += [page for page in written if page not in listed]  # no page is out of reach
    for section in config.nav:
        for pages in section.values():
            for page, others in below.items():
                if page in pages:
                    own = [o for o in others if o.startswith("api/own/")]
                    rest = [o for o in others if o not in own]
                    title = "API" if page == "api.md" else "Notebooks"
                    pages[pages.index(page)] = {title: [page, *own, *rest]}
    return config


def on_files(files, config):
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown, page, config, files):
    """Links to files of the repository that are no pages become their names."""
    if page.file.src_uri == "index_of_names.md":  # the reference has the same names
        page.meta["search"] = {"exclude": True}

    def named(match):
        words, target = match.groups()
        path = target.partition("#")[0]
        if re.match(r"[a-z]+:", target) or not path or path.endswith((".png", ".svg")):
            return match[0]
        home = (ROOT / "docs" / page.file.src_uri).parent
        file = (home / path).resolve()
        if file.is_relative_to(ROOT / "docs") and not path.endswith(".py"):
            return match[0]
        if not file.exists():
            log.warning(f"{page.file.src_uri}: there is no {target}")
        return words

    return re.sub(r"(?<!!)\[([^]]+)\]\(([^)\s]+)\)", named, markdown)
