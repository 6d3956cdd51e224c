"""The architecture, read off the source: imports point down, files are short, nothing is marked."""

from __future__ import annotations

import ast
import functools
import pathlib
import re
import sys
from typing import NamedTuple

import pytest

ROOT = pathlib.Path(__file__).parents[1]
FILES = sorted((ROOT / "torchish").rglob("*.py"))
LAYERS = ("base", "ops", "engine", "tensor")  # of _core, lowest first; the rest is above them
LOWEST_MAY_IMPORT = {"jax", "jaxlib", "ml_dtypes", "numpy", "torchish"}
MAX_LINES = 600
MARKS = re.compile(r"#.*\b(TODO|FIXME|XXX)\b|#\s*(noqa|type:\s*ignore|pyright:\s*ignore)")


class Import(NamedTuple):
    module: str  # what is imported: the module itself, or a name in it
    line: int
    local: bool  # inside a function


def module_name(path: pathlib.Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


@functools.cache
def imports(path: pathlib.Path) -> tuple[Import, ...]:
    found = []

    def visit(node, local):
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, node.lineno, local) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module_name(path).split(".")
                up = node.level - (path.name == "__init__.py")
                package = package[: len(package) - up] if up else package
                base = ".".join([*package, *filter(None, [node.module])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                found.append(Import(full if full in MODULES else base, node.lineno, local))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return  # not imported when the program runs
        local = local or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, local)

    visit(ast.parse(path.read_text()), False)
    return tuple(found)


def layer(module: str) -> int:
    parts = module.split(".")
    if parts[1:2] == ["_core"] and len(parts) > 2:
        return LAYERS.index(parts[2])
    return len(LAYERS)


def where(path: pathlib.Path, item: Import) -> str:
    return f"{path.relative_to(ROOT)}:{item.line} imports {item.module}"


def test_imports_point_down():
    wrong = [
        where(path, item)
        for path in FILES
        for item in imports(path)
        if item.module.split(".")[0] == "torchish" and layer(item.module) > layer(module_name(path))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_lowest_layer_needs_jax_and_numpy_only():
    allowed = LOWEST_MAY_IMPORT | set(sys.stdlib_module_names)
    wrong = [
        where(path, item)
        for path in FILES
        if layer(module_name(path)) == 0
        for item in imports(path)
        if item.module.split(".")[0] not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_of_the_package_inside_a_function():
    wrong = [
        where(path, item)
        for path in FILES
        for item in imports(path)
        if item.local and item.module.split(".")[0] == "torchish"
    ]
    assert not wrong, "\n".join(wrong)


def test_pytorch_is_never_imported():
    wrong = [
        where(path, item)
        for path in FILES
        for item in imports(path)
        if item.module.split(".")[0] in ("torch", "torchvision", "torchaudio")
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_cycles():
    edges = {
        name: {i.module for i in imports(path) if not i.local and i.module in MODULES} - {name}
        for name, path in MODULES.items()
    }
    done: set[str] = set()

    def walk(name, trail):
        if name in trail:
            pytest.fail("import cycle: " + " → ".join([*trail[trail.index(name) :], name]))
        if name not in done:
            for target in sorted(edges[name]):
                walk(target, [*trail, name])
            done.add(name)

    for name in edges:
        walk(name, [])


def test_files_stay_short():
    lengths = {path: len(path.read_text().splitlines()) for path in FILES}
    long = [f"{p.relative_to(ROOT)}: {n} lines" for p, n in lengths.items() if n > MAX_LINES]
    assert not long, "\n".join(long)


MAX_FUNCTION = 60  # lines


def test_functions_of_the_core_stay_short():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines"
        for path in FILES
        if layer(module_name(path)) < len(LAYERS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and (lines := node.end_lineno - node.lineno + 1) > MAX_FUNCTION
    ]
    assert not long, "\n".join(long)


# Of operators the table knows more than annotations can say (`ops/table.py`), and what the lower
# layers attach has stubs.
ANNOTATED_ELSEWHERE = ("_core", "autograd")


def public_functions(body: list[ast.stmt], home: str):
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield from public_functions(node.body, f"{home}.{node.name}")
        elif isinstance(node, ast.FunctionDef):
            yield f"{home}.{node.name}", node


def is_annotated(f: ast.FunctionDef) -> bool:
    taken = [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs]
    return f.returns is not None and all(
        a.annotation is not None for a in taken if a.arg not in ("self", "cls")
    )


def test_public_functions_say_what_they_take_and_give():
    found = {
        name: f
        for module, path in MODULES.items()
        if not module.startswith(tuple(f"torchish.{part}" for part in ANNOTATED_ELSEWHERE))
        for name, f in public_functions(ast.parse(path.read_text()).body, module)
    }
    bare = [name for name, f in found.items() if not is_annotated(f)]
    assert len(bare) <= 0.03 * len(found), "\n".join(bare)


# What tensors are made of: packages above them go by `_core/tensor/inner.py` instead.
BELOW = {"_set_value", "_value"}
RECORDING = {"record", "force", "record_pullback", "run_dynamic"}


def reached_through(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, expression) of what a source takes of a tensor's inside, or records by itself."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of, text = ast.unparse(node.value), ast.unparse(node)
            if (
                node.attr in BELOW
                or (node.attr in RECORDING and of == "trace")
                or (node.attr == "value" and of.endswith("._storage"))
            ):
                found.append((node.lineno, text))
        elif isinstance(node, ast.ImportFrom) and node.module == "torchish._core.ops.table":
            found += [(node.lineno, a.name) for a in node.names if a.name == "FunctionCall"]
    return found


def test_packages_above_tensors_go_by_the_inner_interface():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} reaches for {text}"
        for path in FILES
        if layer(module_name(path)) == len(LAYERS)
        for line, text in reached_through(ast.parse(path.read_text()))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "source",
    [
        "t._set_value(v)",
        "[t._value() for t in ts]",
        "trace.record(call, values)",
        "a.b._storage.value is None",
        "from torchish._core.ops.table import TABLE, FunctionCall",
    ],
)
def test_reaching_through_is_seen(source):
    assert reached_through(ast.parse(source))


def test_no_marks_left():
    marked = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in FILES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if MARKS.search(line)
    ]
    assert not marked, "\n".join(marked)


INTERNALS = "torchish._core.base.jax_internals"
INTERNAL = re.compile(r"(jaxlib|jax\.(core|extend|interpreters|lib))(\.|$)|jax(\.\w+)*\._")


def internal_names(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, dotted name) of what a source uses of JAX beyond its documented interface."""
    aliases: dict[str, str] = {}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found.append((node.lineno, alias.name))
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                aliases[alias.asname or name] = name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.append((node.lineno, full))
                aliases[alias.asname or alias.name] = full
    for node in ast.walk(tree):
        parts, base = [], node
        while isinstance(base, ast.Attribute):
            parts.append(base.attr)
            base = base.value
        if parts and isinstance(base, ast.Name) and base.id in aliases:
            found.append((node.lineno, ".".join([aliases[base.id], *reversed(parts)])))
    return [(line, name) for line, name in found if INTERNAL.match(name)]


def test_one_module_knows_jax_internals():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} uses {name}"
        for path in FILES
        if module_name(path) != INTERNALS
        for line, name in internal_names(ast.parse(path.read_text()))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "source",
    [
        "import jaxlib",
        "import jax.core",
        "from jaxlib.xla_client import batched_device_put",
        "from jax import core",
        "from jax.extend.core import Literal",
        "from jax._src import config",
        "import jax\ndef f(x):\n    return isinstance(x, jax.core.Tracer)",
        "import jax as _jax\n_jax._src.config",
        "import jax.numpy as jnp\njnp._private()",
        "from jax.interpreters import ad as rules",
    ],
)
def test_internal_names_are_seen(source):
    assert internal_names(ast.parse(source))
