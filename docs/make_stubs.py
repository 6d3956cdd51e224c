"""Writes torchish/_attached/*.pyi: the types of functions and methods that are attached at import.

    python docs/make_stubs.py          # write the files
    python docs/make_stubs.py --check  # fail if they are not what would be written

Most functions and methods come from the operator table and exist only at run time. Type checkers
and editors read these files in their place, docstrings with their examples (Note [Examples])
included. A table entry's annotations say how an argument is
bound; here they are what a caller may pass. Functions written by hand give their own annotations.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import functools
import inspect
import pathlib
import re
import sys
import textwrap
from collections.abc import Iterable

import torchish
from torchish._core.base.dtypes import dtype
from torchish._core.ops.table import TABLE, Op, Shape
from torchish._core.tensor import public
from torchish._core.tensor.api import attach

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDER = ROOT / "torchish" / "_attached"
HEAD = '''"""{what} Written by docs/make_stubs.py: don't edit."""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

import numpy as np
from jax import Array as JaxArray

from torchish._attached import results
from torchish._core.base.devices import device as Device
from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.layouts import layout as Layout
from torchish._core.base.layouts import memory_format as MemoryFormat
from torchish._core.tensor.generator import Generator
from torchish._core.tensor.api.objects import UntypedStorage
from torchish._core.tensor.size import Size
from torchish._core.tensor.tensor import Tensor

Number = builtins.int | builtins.float | builtins.complex
'''
# The types under which entries bind their arguments, as callers see them.
PASSED = {
    "Array": "Tensor",
    "MaybeArray": "Tensor | None",
    "ArrayOrNumber": "Tensor | Number | None",
    "Operand": "Tensor | Number",
    "Number": "Number | Tensor",
    "Bound": "Number | Tensor",
    "Arrays": "Sequence[Tensor]",
    "Raw": "Tensor",
    "MaybeRaw": "Tensor | None",
    "Raws": "Sequence[Tensor]",
    "Scalars": "Sequence[Number]",
    "Dims": "builtins.int | Sequence[builtins.int] | None",
    "Sizes": "builtins.int | Sequence[builtins.int]",
    "Ints": "Sequence[builtins.int]",
    "tuple": "Sequence[Any]",
    "dtype": "Dtype",
}
WORDS = """
    Tensor Number Any Sequence Callable Iterable Iterator Mapping Dtype Device Layout MemoryFormat
    Generator Size UntypedStorage None Literal np ndarray
"""
KNOWN = set(WORDS.split())
# A class has methods of these names, which would hide the types.
BUILTIN = {t.__name__ for t in vars(builtins).values() if isinstance(t, type)}
MAKING = (
    "dtype: Dtype | None = ...",
    "layout: Layout | None = ...",
    "device: Device | builtins.str | None = ...",
    "pin_memory: builtins.bool = ...",
    "requires_grad: builtins.bool = ...",
)
# Entries with one result here and several there: with a dim, several; without, one.
OVERLOADED = {"max", "min", "median", "nanmedian"}
Line = str


def type_of(text: str) -> str:
    """An annotation in the words of the stubs; Any where it can't be said in them."""
    text = re.sub(r"\b(torch|dt|dtypes|devices|layouts)\.", "", text or "Any")
    words = {"device": "Device", "_device": "Device", "layout": "Layout"}
    words |= {"memory_format": "MemoryFormat", "dtype": "Dtype"}

    def word(match: re.Match) -> str:
        w = match[0]
        if w in PASSED and w not in ("tuple", "Number"):
            return PASSED[w]
        if w in BUILTIN:
            return f"builtins.{w}"
        w = words.get(w, w)
        return w if w in KNOWN else "?"

    said = re.sub(r"[A-Za-z_][\w.]*", word, text)
    return "Any" if "?" in said or '"' in said or "'" in said else said


def of_entry(annotation) -> str:
    """What callers may pass where an entry is annotated so."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    text = "" if text == "_empty" else text
    if text == "Number":
        return PASSED[text]
    if text == "tuple":
        return PASSED[text]
    return type_of(text)


# What the source of an entry's function does not show: whether it returns several arrays.
SEVERAL = {"var_mean": True, "std_mean": True, "linalg.ldl_solve": False}


@functools.cache
def gives_several(op: Op) -> bool:
    """Whether an entry's function returns a tuple or a list of arrays."""
    if op.name in SEVERAL:
        return SEVERAL[op.name]
    tree = ast.parse(textwrap.dedent(inspect.getsource(op.fn)))
    body = tree.body[0]
    assert isinstance(body, ast.FunctionDef)
    nested = {
        id(n)
        for f in ast.walk(body)
        if isinstance(f, ast.FunctionDef | ast.Lambda) and f is not body
        for n in ast.walk(f)
    }
    values = [n.value for n in ast.walk(body) if isinstance(n, ast.Return) and id(n) not in nested]
    return any(isinstance(v, ast.Tuple | ast.List | ast.ListComp) for v in values)


def result_of(op: Op) -> str:
    if op.returns:
        return "results." + op.return_type.replace(".", "_")
    return "builtins.tuple[Tensor, ...]" if gives_several(op) else "Tensor"


def of_op(name: str, op: Op, first: str | None, inplace: bool, doc: str | None) -> list[Line]:
    """A table entry as a function, or as a method whose `self` is the parameter `first`."""
    creates = not attach._has_tensors(op)
    source = inspect.signature(op.fn).parameters
    head: list[str] = ["self"] if first is not None else []
    starred = False
    for p in op.params:
        if p.name == first:
            continue
        if p.kind is Shape and not p.keyword_only:
            head.append(f"*{p.name}: builtins.int | Sequence[builtins.int]")
            starred = True
            continue
        if p.keyword_only and not starred:
            head.append("*")
            starred = True
        default = "" if p.default is inspect.Parameter.empty else " = ..."
        head.append(f"{p.name}: {of_entry(source[p.name].annotation)}{default}")
    extra = []
    if op.out and not inplace:
        several = bool(op.returns) or gives_several(op)
        kind = "Sequence[Tensor]" if several and op.name not in OVERLOADED else "Tensor"
        kind = "Tensor | Sequence[Tensor]" if op.name in OVERLOADED else kind
        extra.append(f"out: {kind} | None = ...")
    if creates:
        taken = {p.name for p in op.params}
        extra += [m for m in MAKING if m.partition(":")[0] not in taken]
    if extra and not starred:
        head.append("*")
    head += extra
    if inplace:
        return [define(name, head, "Tensor", doc)]
    if op.name in OVERLOADED:
        return overloads(name, head, op, doc)
    return [define(name, head, result_of(op), doc)]


def overloads(name: str, head: list[str], op: Op, doc: str | None) -> list[Line]:
    """Of the whole tensor one result, over a dim values and indices."""
    self_ = [h for h in head if h.partition(":")[0] in ("self", "input")]
    pair = [*self_, "other: Tensor", "*", "out: Tensor | None = ..."]
    along = [*self_, "dim: builtins.int", "keepdim: builtins.bool = ...", "*"]
    lines = [
        define(name, self_, "Tensor", doc),
        define(name, [*along, "out: Any = ..."], result_of(op), None),
    ]
    if any(p.name == "other" for p in op.params):
        lines.insert(1, define(name, pair, "Tensor", None))
    return [f"@overload\n{line}" for line in lines]


def define(name: str, head: list[str], result: str, doc: str | None) -> Line:
    line = f"def {name}({', '.join(head)}) -> {result}:"
    if not doc:
        return line + " ..."
    doc = inspect.cleandoc(doc).replace("\\", "\\\\")
    if "\n" not in doc:
        return f'{line}\n    """{doc}"""'
    return f'{line}\n    """{textwrap.indent(doc, "    ").strip()}\n    """'


def of_function(name: str, f, method: bool) -> list[Line]:
    """A function written by hand, by its own annotations."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):
        return [f"{name}: Any"]
    head, bare = [], True
    for i, p in enumerate(signature.parameters.values()):
        if method and i == 0:
            head.append("self")
            continue
        text = p.annotation if isinstance(p.annotation, str) else ""
        default = "" if p.default is inspect.Parameter.empty else " = ..."
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        if p.kind is p.KEYWORD_ONLY and bare:
            head.append("*")
            bare = False
        bare = bare and p.kind is not p.VAR_POSITIONAL
        head.append(f"{star}{p.name}: {type_of(text)}{default}")
    given = signature.return_annotation
    result = type_of(given) if isinstance(given, str) else "Any"
    return [define(name, head, RESULTS.get(name, result), getattr(f, "__doc__", None))]


# Results of functions written by hand that make tensors and don't say so.
TENSORS = """
    rand randn rand_like randn_like randint randint_like einsum clone neg eq ne lt le gt ge uniform_
    normal_ exponential_ cauchy_ log_normal_ geometric_ random_ bernoulli_ fill_diagonal_
    requires_grad_ detach detach_ zero_ alias_copy as_strided_copy block_diag cartesian_prod
    detach_copy diagonal_copy expand_copy narrow_copy permute_copy select_copy slice_copy
    squeeze_copy t_copy transpose_copy unfold_copy unsqueeze_copy view_copy view_as_complex_copy
    view_as_real_copy sparse_bsc_tensor sparse_bsr_tensor coalesce indices values crow_indices
    col_indices ccol_indices row_indices to_sparse_bsc to_sparse_bsr
"""
NUMERIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"
OPERATORS = NUMERIC.split()
DUNDERS = [f"__{i}{o}__" for i in ("", "r", "i") for o in OPERATORS]
DUNDERS += [f"__{o}__" for o in ("eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert")]
RESULTS = dict.fromkeys([*TENSORS.split(), *DUNDERS], "Tensor")


def entries() -> dict[int, tuple[Op, bool]]:
    """The table entry, and whether in place, of each attached function, by its id."""
    found = {id(op.public): (op, False) for op in TABLE.values() if op.public}
    spaces = [vars(torchish.Tensor), *public.namespaces()]
    by_name = {name.rpartition(".")[2]: op for name, op in TABLE.items()}
    for space in spaces:
        for name, f in space.items():
            if id(f) in found or not inspect.isfunction(f) or f.__module__ != "torchish":
                continue
            op = by_name.get(name) or by_name.get(name.removesuffix("_"))
            if op is not None and name.endswith("_") and attach._has_tensors(op):
                found[id(f)] = (op, True)
    return found


def functions(space: dict[str, object], made: dict[int, tuple[Op, bool]]) -> list[Line]:
    lines = []
    for name, f in sorted(space.items()):
        if not name.isidentifier() or name.startswith("_"):
            continue
        if isinstance(f, dtype):
            lines.append(f"{name}: Dtype")
        elif id(f) in made:
            lines += of_op(name, made[id(f)][0], None, made[id(f)][1], f.__doc__)
        elif inspect.isclass(f):
            lines.append(f"class {name}(Tensor): ..." if issubclass(f, torchish.Tensor) else "")
        elif callable(f):
            lines += of_function(name, f, False)
    return [line for line in lines if line]


def own_names() -> set[str]:
    """What the source of the class Tensor itself defines."""
    source = (ROOT / "torchish/_core/tensor/tensor.py").read_text()
    body = next(
        n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == "Tensor"
    )
    names = {n.name for n in body.body if isinstance(n, ast.FunctionDef)}
    for n in body.body:
        targets = n.targets if isinstance(n, ast.Assign) else [getattr(n, "target", None)]
        names |= {t.id for t in targets if isinstance(t, ast.Name)}
    return names


OF_ANY_CLASS = {"__module__", "__init_subclass__", "__dict__", "__weakref__", "__doc__"}
OF_ANY_CLASS |= {"__annotations__"}  # there once somebody has asked for it
OF_ANY_CLASS |= {"__firstlineno__", "__static_attributes__"}  # from Python 3.13 on
OF_PROPERTIES = dict.fromkeys(("T", "mT", "H", "mH", "real", "imag", "data"), "Tensor")


def methods(made: dict[int, tuple[Op, bool]]) -> list[Line]:
    lines, own = [], own_names()
    for name, f in sorted(vars(torchish.Tensor).items()):
        private = name.startswith("_") and not name.endswith("__")
        if name in own or private or name in OF_ANY_CLASS:
            continue
        if id(f) in made:
            op, inplace = made[id(f)]
            lines += of_op(name, op, op.params[0].name, inplace, f.__doc__)
        elif isinstance(f, property):
            source = inspect.signature(f.fget).return_annotation if f.fget else ""
            kind = type_of(source) if isinstance(source, str) else "Any"
            kind = OF_PROPERTIES.get(name, kind)
            lines.append(f"@property\n{define(name, ['self'], kind, f.__doc__)}")
            if f.fset:
                lines.append(f"@{name}.setter\ndef {name}(self, value: Any) -> None: ...")
        elif isinstance(f, staticmethod | classmethod):
            lines.append(f"{name}: Any")
        elif callable(f):
            lines += of_function(name, f, True)
        else:
            lines.append(f"{name}: Any")
    return lines


def named_tuples() -> list[Line]:
    lines = []
    named = {o.name: o for o in TABLE.values() if o.returns}
    for _, op in sorted(named.items()):
        name = op.return_type.replace(".", "_")
        kinds = ", ".join(["Tensor"] * len(op.returns or ()))
        fields = [f"    @property\n    def {f}(self) -> Tensor: ..." for f in op.returns or ()]
        lines.append("\n".join([f"class {name}(builtins.tuple[{kinds}]):", *fields]))
    return list(dict.fromkeys(lines))


def imported_by_name() -> set[str]:
    """What `torchish/__init__.py` imports one by one, whose types are read where it is written."""
    tree = ast.parse((ROOT / "torchish/__init__.py").read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def files() -> dict[str, str]:
    """The text of each file by its name."""
    made = entries()
    entered = public.namespace("").keys() - imported_by_name()
    at_top = {n: f for n, f in vars(torchish).items() if n in entered}
    at_top |= torchish._dt.BY_NAME | torchish._dt.ALIASES
    out = {
        "__init__.pyi": '"""The types of what is attached at import."""\n',
        "results.pyi": HEAD.format(what="Named tuples that operators give.").replace(
            "from torchish._attached import results\n", ""
        )
        + join(named_tuples()),
        "functions.pyi": HEAD.format(what="Functions of `torchish`.")
        + join(functions(at_top, made)),
        "methods.pyi": HEAD.format(what="Methods of `torchish.Tensor`.")
        + "\n\nclass Methods:\n"
        + textwrap.indent(join(methods(made)).strip(), "    ")
        + "\n",
    }
    for module, file in (
        ("nn.functional", "functional"),
        ("linalg", "linalg"),
        ("fft", "fft"),
        ("special", "special"),
        ("signal.windows", "windows"),
    ):
        space = public.namespace(module)
        what = HEAD.format(what=f"Functions of `torchish.{module}`.")
        out[f"{file}.pyi"] = what + join(functions(space, made))
    return out


def join(lines: Iterable[Line]) -> str:
    return "\n" + "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    args = parser.parse_args()
    texts = files()
    if args.check:
        stale = [n for n, text in texts.items() if (FOLDER / n).read_text() != text]
        if stale:
            sys.exit(f"run docs/make_stubs.py again: {', '.join(stale)} differ")
        return
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts.items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
