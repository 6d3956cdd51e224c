"""The pages of the API reference: every public name of PyTorch's modules, how far it goes here,
its signature and its docstring, read off the package when the site is built.

Names and statuses are those of docs/status.md, so that PyTorch need not be there.
"""

from __future__ import annotations

import dataclasses
import html
import importlib
import inspect
import pathlib
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer

STATUS = pathlib.Path(__file__).resolve().parents[1] / "status.md"
OWN = [
    "torchish", "torchish.dynamic", "torchish.engine", "torchish.interop.flax",
    "torchish.interop.jax", "torchish.interop.orbax", "torchish.optim.optax",
    "torchish.vision.datasets", "torchish.vision.models", "torchish.vision.ops",
    "torchish.vision.transforms", "torchish.vision.utils",
]  # fmt: skip
OWN_NAMES = {"torchish": ["install", "summary"]}  # all other names there are PyTorch's


@dataclasses.dataclass
class Names:
    """The names of one module by how far they go; `partial` has what is missing beside each."""

    complete: list[str] = dataclasses.field(default_factory=list)
    refused: list[str] = dataclasses.field(default_factory=list)
    missing: list[str] = dataclasses.field(default_factory=list)
    partial: dict[str, str] = dataclasses.field(default_factory=dict)


def statuses(text: str) -> dict[str, Names]:
    """The statuses in the text of docs/status.md, by PyTorch's module."""
    out: dict[str, Names] = {}
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        module, _, body = section.partition("\n")
        names = out[module.strip()] = Names()
        for kind in ("complete", "refused", "missing"):
            found = re.search(rf"^{kind.capitalize()}: (.*)$", body, re.M)
            setattr(names, kind, re.findall(r"`([^`]+)`", found[1]) if found else [])
        names.partial = dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", body, re.M))
    return out


class _Bare:
    """An annotation that is shown without quotes."""

    def __init__(self, words: str):
        self.words = words

    def __repr__(self) -> str:
        return self.words


def signature(name: str, value: Any) -> str:
    """`name(parameters)`, or the name alone where there are none to be known."""
    if not callable(value):
        return name
    try:
        known = inspect.signature(value)
    except (TypeError, ValueError):
        return name

    def bare(annotation: Any) -> Any:
        return _Bare(annotation) if isinstance(annotation, str) else annotation

    known = known.replace(
        parameters=[p.replace(annotation=bare(p.annotation)) for p in known.parameters.values()],
        return_annotation=bare(known.return_annotation),
    )
    words = str(known).removesuffix(" -> None") if inspect.isclass(value) else str(known)
    return name + re.sub(r" at 0x[0-9a-f]+", "", words)


def docstring(value: Any) -> str:
    """A docstring as HTML: paragraphs, tables of parameters and examples as they are written."""
    doc = inspect.getdoc(value)
    if not doc or (not inspect.isclass(value) and doc == inspect.getdoc(type(value))):
        return ""
    parts = []
    for block in re.split(r"\n\s*\n", doc.strip()):
        first, _, rest = block.partition("\n")
        block = "\n".join(filter(None, [first, textwrap.dedent(rest)]))
        if first.lstrip().startswith(">>>"):
            parts.append(_coloured(textwrap.dedent(block), PythonConsoleLexer(), "example"))
        elif re.search(r"^\S+ {2,}\S", block, re.M):  # words in columns
            parts.append(f'<pre class="words">{html.escape(block)}</pre>')
        else:
            parts.append(f"<p>{_inline(block)}</p>")
    return "".join(parts)


def _coloured(code: str, lexer: Any, kind: str) -> str:
    """Code as HTML, with the classes that the theme has colours for."""
    text = highlight(code, lexer, HtmlFormatter(nowrap=True)).rstrip()
    return f'<div class="highlight"><pre class="{kind}"><code>{text}</code></pre></div>'


def _inline(text: str) -> str:
    text = re.sub(r"``?([^`]+)``?", r"<code>\1</code>", html.escape(text, quote=False))

    def link(match: re.Match[str]) -> str:
        url = match[1]
        words = "PyTorch's page" if url.startswith("https://docs.pytorch.org/") else url
        return f'<a href="{url}">{words}</a>'

    return re.sub(r"(https?://[^\s<)]+[^\s<).,])", link, text)


def _methods(cls: type) -> str:
    """The methods that a class has of its own and says something of."""
    rows = []
    for name, value in sorted(vars(cls).items()):
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if name.startswith("_") or not inspect.isfunction(function) or not function.__doc__:
            continue
        said = re.split(r"(?<=[.:]) |\n\s*\n", inspect.getdoc(function) or "")[0].rstrip(":")
        rows.append(
            f"<li><code>{html.escape(signature(name, function))}</code><br>{_inline(said)}</li>"
        )
    return f'<ul class="methods">{"".join(rows)}</ul>' if rows else ""


def _entry(path: str, name: str, value: Any, lacks: str | None) -> str:
    """A name's entry. `lacks` is what is missing of one of PyTorch's names, None for others."""
    full = f"{path}.{name}"
    parts = [_coloured(signature(name, value), PythonLexer(), "signature")]
    if lacks is not None:
        kind = "partial" if lacks else "complete"
        parts.append(f'<p class="status {kind}">{kind}</p>')
    if lacks:
        parts.append(f'<p class="lacks">Not supported: {_inline(lacks)}</p>')
    parts.append(docstring(value))
    if inspect.isclass(value) and value.__name__ != "Tensor":  # which has a page of its own
        parts.append(_methods(value))
    return f'### `{name}` {{ #{full} }}\n\n<div class="entry">{"".join(parts)}</div>\n'


def _listed(kind: str, said: str, names: list[str]) -> str:
    if not names:
        return ""
    return f"\n## {kind} {{ #{kind.lower()} }}\n\n{said}\n\n{', '.join(f'`{n}`' for n in names)}\n"


def _home(path: str) -> Any:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        parent, _, last = path.rpartition(".")
        return getattr(importlib.import_module(parent), last)


def module_page(module: str, names: Names) -> str:
    """The page of one of PyTorch's modules."""
    path = "torchish" + module.removeprefix("torch")
    home = _home(path)
    there = sorted([*names.complete, *names.partial])
    out = [
        f"# {module}",
        "",
        f"`{path}`: {len(names.complete)} names complete, {len(names.partial)} partial, "
        f"{len(names.refused)} refused by name, {len(names.missing)} missing.",
        "",
        *(_entry(module, n, getattr(home, n), names.partial.get(n, "")) for n in there),
        _listed(
            "Refused",
            "These can be imported, and raise a `NotImplementedError` when they are used.",
            names.refused,
        ),
        _listed("Missing", "These are not there.", names.missing),
    ]
    return "\n".join(out)


def own_page(path: str) -> str:
    """The page of a module that PyTorch has not."""
    home = importlib.import_module(path)
    names = OWN_NAMES.get(path) or getattr(home, "__all__", None)
    if names is None:
        names = [n for n, v in vars(home).items() if callable(v) and not n.startswith("_")]
    said = docstring(home) if path not in OWN_NAMES else ""
    entries = [_entry(path, n, getattr(home, n), None) for n in sorted(names)]
    return "\n".join([f"# {path}", "", f'<div class="entry">{said}</div>', "", *entries])


def pages() -> Iterator[tuple[str, str]]:
    """(path below docs/, Markdown) of each page, the table of all of them first."""
    found = statuses(STATUS.read_text())
    rows = [
        f"| [`{m}`](api/{m}.md) | {len(n.complete)} | {len(n.partial)} | {len(n.refused)} "
        f"| {len(n.missing)} |"
        for m, n in found.items()
    ]
    own = [f"- [`{m}`](api/own/{m}.md)" for m in OWN]
    head = (
        "# API reference\n\nEvery public name of PyTorch 2.13's modules, with its signature here, "
        "what it does in a few words, and how far it goes. The names live in `torchish` as they do "
        "in `torch`: `torch.nn.Linear` is `torchish.nn.Linear`. What is partial, refused or "
        "missing is on one page in [how far each name goes](status.md).\n\n"
        "## What PyTorch has not\n\n"
    )
    table = (
        "\n\n## PyTorch's modules\n\n| module | complete | partial | refused | missing |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
    )
    yield "api.md", head + "\n".join(own) + table + "\n".join(rows) + "\n"
    for module, names in found.items():
        yield f"api/{module}.md", module_page(module, names)
    for path in OWN:
        yield f"api/own/{path}.md", own_page(path)
