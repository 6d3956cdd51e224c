"""Builds the documentation site: `python -m docs [FOLDER]`, into build/site unless said otherwise.

Warnings are errors: a link that leads nowhere, a page that is not there. `--serve` shows the site
at http://127.0.0.1:8000 and builds it again when a page changes.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import time

# Material announces a MkDocs that does not exist yet on every build.
os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")

ROOT = pathlib.Path(__file__).resolve().parents[1]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m docs", description="Build the documentation.")
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "build" / "site")
    parser.add_argument("--serve", action="store_true", help="show it, and follow changes")
    args = parser.parse_args(argv)
    try:
        from mkdocs.commands import build, serve
        from mkdocs.config import load_config
        from mkdocs.exceptions import Abort
    except ImportError:
        sys.exit('python -m docs needs mkdocs-material: pip install -e ".[docs]"')
    file = str(ROOT / "mkdocs.yml")
    if args.serve:
        serve.serve(file)
        return
    begun = time.perf_counter()
    config = load_config(file, strict=True, site_dir=str(args.folder.resolve()))
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build.build(config)
    except Abort as error:
        sys.exit(f"python -m docs: {error}")
    finally:
        config.plugins.on_shutdown()
    pages = sum(1 for _ in args.folder.rglob("*.html"))
    print(f"{pages} pages in {args.folder}, {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
