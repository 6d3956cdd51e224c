"""`python -m torchish check PROGRAM...`: the names of PyTorch that programs use and torchish lacks.

Programs are read, never run (Note [What is certain]).
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from torchish._tools.lookup import Answer, look_up, subclass_names, tensor_results

__all__ = ["Finding", "check_source", "main"]

HEADS = ("torch", "torchvision", "torchish")
CAUGHT = {"ImportError", "ModuleNotFoundError", "AttributeError", "NotImplementedError"}
CAUGHT |= {"Exception", "BaseException"}
SKIPPED = {".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", "site-packages"}


class Finding(NamedTuple):
    """A use of a name that torchish lacks ("missing") or refuses ("refused").

    `guarded` says that the program handles the failure itself: by a `try`, or by `hasattr`.
    """

    file: str
    line: int
    column: int
    name: str
    kind: str
    guarded: bool

    def text(self) -> str:
        """As a compiler writes it, so that editors find the place."""
        what = {
            "missing": "is missing: torchish has no such name",
            "refused": "is refused: using it raises NotImplementedError",
        }[self.kind]
        end = " (the program handles that)" if self.guarded else ""
        return f"{self.file}:{self.line}:{self.column}: {self.name} {what}{end}"


class Scope:
    """What the names of a module, class or function are bound to.

    Note [What is certain]
    A name counts as PyTorch's where nothing but imports binds it in its scope; a tensor is what a
    function makes whose type says that it gives one, held by a name that is bound once, or a
    parameter annotated so. What PyTorch's own subclasses of it have is let pass. Whatever else a
    name may stand for is not looked at, so that what is reported is so.
    """

    def __init__(self, node: ast.AST, outer: Scope | None):
        self.outer, self.is_class = outer, isinstance(node, ast.ClassDef)
        self.imports: dict[str, str] = {}
        self.others: dict[str, int] = {}
        self.values: dict[str, ast.expr | None] = {}
        self.elsewhere: set[str] = set()  # `global` and `nonlocal`
        self._collect(node)

    def _collect(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            a = node.args
            every = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
            for argument in every:
                if argument is not None:
                    self._bind(argument.arg, argument.annotation)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            for g in node.generators:
                self._statement(g.target)
            return
        body = node.body if isinstance(node, ast.Lambda) else getattr(node, "body", [])
        for child in body if isinstance(body, list) else [body]:
            self._statement(child)

    def _bind(self, name: str, value: ast.expr | None = None) -> None:
        self.others[name] = self.others.get(name, 0) + 1
        self.values[name] = value

    def _statement(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                self.imports[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                home = "." * node.level + (node.module or "")
                self.imports[alias.asname or alias.name] = f"{home}.{alias.name}"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._bind(node.name)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            self.elsewhere.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            self._bind(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._bind(node.name)
        if isinstance(node, _OWN_SCOPE):
            return
        for child in ast.iter_child_nodes(node):
            self._statement(child)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for t in targets:
                if isinstance(t, ast.Name):
                    self.values[t.id] = node.value

    def find(self, name: str) -> Scope | None:
        """The scope that binds a name, from here outwards as Python looks."""
        here: Scope | None = self
        while here is not None:
            bound = name in here.imports or name in here.others
            if bound and name not in here.elsewhere and not (here.is_class and here is not self):
                return here
            here = here.outer
        return None


_OWN_SCOPE = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


class Checker(ast.NodeVisitor):
    """Walks one program and collects findings."""

    def __init__(self, file: str, tree: ast.Module):
        self.file, self.findings, self.uses = file, [], 0
        self._scope = Scope(tree, None)
        self._guards = 0
        self._asked: list[str] = []  # names that a `hasattr` around this place has asked for
        self._loose = 0  # inside of an annotation or of a class test: never run, or never raises
        self._called: ast.AST | None = None  # what the call that is looked at calls
        # What the program itself puts on objects is its own affair.
        self._set = {
            n.attr
            for n in ast.walk(tree)
            if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
        }
        self.visit(tree)

    # --- scopes

    def _inside(self, node: ast.AST, parts: Iterable[ast.AST | None]) -> None:
        outer, self._scope = self._scope, Scope(node, self._scope)
        for part in parts:
            if part is not None:
                self.visit(part)
        self._scope = outer

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        a = node.args
        for part in (*node.decorator_list, *a.defaults, *a.kw_defaults):
            if part is not None:
                self.visit(part)
        for argument in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg):
            if argument is not None:
                self._annotation(argument.annotation)
        self._annotation(node.returns)
        self._inside(node, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in (*node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)
        self._inside(node, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._inside(node, node.body)

    def _comprehension(self, node: ast.AST) -> None:
        self._inside(node, ast.iter_child_nodes(node))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    # --- what does not count, or counts less

    def _annotation(self, node: ast.expr | None) -> None:
        if node is not None:
            self._loosely([node])

    def _loosely(self, nodes: Iterable[ast.AST]) -> None:
        self._loose += 1
        for node in nodes:
            self.visit(node)
        self._loose -= 1

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self._loosely([node.type])
        for part in node.body:
            self.visit(part)

    def visit_Try(self, node: ast.Try) -> None:
        caught = {n for h in node.handlers for n in _exceptions(h.type)}
        guards = bool(caught & CAUGHT)
        self._guards += guards
        for part in node.body:
            self.visit(part)
        self._guards -= guards
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
            self._loosely(node.body)
            for part in node.orelse:
                self.visit(part)
            return
        self._branches(node.test, node.body, node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._branches(node.test, [node.body], [node.orelse])

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        before = len(self._asked)
        for part in node.values:
            self.visit(part)
            if isinstance(node.op, ast.And):
                self._asked += self._questions(part)
        del self._asked[before:]

    def _branches(self, test: ast.expr, body: Sequence, orelse: Sequence) -> None:
        self.visit(test)
        asked = self._questions(test)
        negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        for branch, guarded in ((body, not negated), (orelse, negated)):
            before = len(self._asked)
            self._asked += asked if guarded else []
            for part in branch:
                self.visit(part)
            del self._asked[before:]

    def _questions(self, test: ast.expr) -> list[str]:
        """The names whose existence a condition asks for."""
        found = []
        for call in ast.walk(test):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "hasattr":
                owner, name = (*call.args, None, None)[:2]
                if owner is not None and isinstance(name, ast.Constant):
                    found.append(f"{self._path(owner)}.{name.value}")
        return found

    # --- uses

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if _of_pytorch(alias.name):
                self._use(alias.name, node, importing=True)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or node.module is None or not _of_pytorch(node.module):
            return
        for alias in node.names:
            path = node.module if alias.name == "*" else f"{node.module}.{alias.name}"
            self._use(path, node, importing=True)

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        if name in ("isinstance", "issubclass") and len(node.args) == 2:
            self.visit(node.args[0])
            self._loosely([node.args[1]])
            return
        self._called = node.func
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self._chain(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._chain(node)

    def _chain(self, node: ast.Name | ast.Attribute) -> None:
        path = self._path(node)
        if path is not None:
            if isinstance(node.ctx, ast.Load):
                self._use(path, node)
            return
        if not isinstance(node, ast.Attribute):
            return
        if isinstance(node.ctx, ast.Load) and self._is_tensor(node.value):
            if node.attr not in self._set | subclass_names():
                self._use(f"torch.Tensor.{node.attr}", node)
        self.visit(node.value)

    def _path(self, node: ast.expr) -> str | None:
        """The full name of PyTorch that an expression is for certain."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        home = self._scope.find(node.id)
        if home is None or node.id not in home.imports:
            return None
        if home.others.get(node.id) and not self._optional(home, node.id):
            return None
        path = ".".join([home.imports[node.id], *reversed(parts)])
        return path if _of_pytorch(path) else None

    @staticmethod
    def _optional(home: Scope, name: str) -> bool:
        """Whether the other value of an imported name is None, for where it can't be imported."""
        value = home.values.get(name)
        return home.others[name] == 1 and isinstance(value, ast.Constant) and value.value is None

    def _is_tensor(self, node: ast.expr, depth: int = 8) -> bool:
        if depth == 0:
            return False
        if isinstance(node, ast.Call):
            path = self._path(node.func)
            if path is not None:
                return path.replace("torchish", "torch", 1) in tensor_results()
            return (
                isinstance(node.func, ast.Attribute)
                and f"torch.Tensor.{node.func.attr}" in tensor_results()
                and self._is_tensor(node.func.value, depth - 1)
            )
        if isinstance(node, ast.BinOp):
            sides = (node.left, node.right)
            plain = [isinstance(s, ast.Constant) for s in sides]
            told = [self._is_tensor(s, depth - 1) for s in sides]
            return any(told) and all(p or t for p, t in zip(plain, told, strict=True))
        if isinstance(node, ast.Name):
            home = self._scope.find(node.id)
            if home is None or node.id in home.imports or home.others.get(node.id) != 1:
                return False
            value = home.values.get(node.id)
            if value is None:
                return False
            if self._path(value) in ("torch.Tensor", "torchish.Tensor"):
                return True  # by annotation
            return isinstance(value, ast.Call | ast.BinOp) and self._is_tensor(value, depth - 1)
        return False

    def _use(self, path: str, node: ast.AST, importing: bool = False) -> None:
        self.uses += 1
        found: Answer = look_up(path)
        used = not (importing or self._loose)
        if found.kind == "unmade" and used and node is self._called:
            self._report(found.name, "refused", node)
        elif found.kind == "missing" or (found.kind == "refused" and used):
            self._report(found.name, found.kind, node)

    def _report(self, name: str, kind: str, node: ast.AST) -> None:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
        guarded = self._guards > 0 or any(name == a for a in self._asked)
        self.findings.append(Finding(self.file, line, column, name, kind, guarded))


def _of_pytorch(path: str) -> bool:
    return path.partition(".")[0] in HEADS


def _exceptions(node: ast.expr | None) -> Iterator[str]:
    if node is None:
        yield "Exception"
    for part in node.elts if isinstance(node, ast.Tuple) else [node]:
        if part is not None:
            yield ast.unparse(part).rpartition(".")[2]


def check_source(source: str | bytes, file: str = "<string>") -> tuple[list[Finding], int]:
    """The findings in a program's source, and how many uses of PyTorch's names were looked at.
    SyntaxError where it is no Python."""
    checker = Checker(file, ast.parse(source, file))
    findings = list(dict.fromkeys(checker.findings))
    return sorted(findings, key=lambda f: (f.line, f.column)), checker.uses


def _files(places: Sequence[str]) -> Iterator[str]:
    for place in places:
        if not os.path.isdir(place):
            yield place
            continue
        for folder, below, names in os.walk(place):
            below[:] = sorted(b for b in below if b not in SKIPPED)
            yield from (os.path.join(folder, n) for n in sorted(names) if n.endswith(".py"))


def main(argv: Sequence[str]) -> int:
    """Check what the arguments name; the exit status: 0, 1 where something is missing or refused
    and the program does not handle that, 2 where a file can't be read."""
    parser = argparse.ArgumentParser(
        prog="python -m torchish check",
        description="Lists the names of PyTorch that programs use and torchish lacks or refuses, "
        "without running them.",
    )
    parser.add_argument("place", nargs="+", help="a Python file, or a folder of them")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    options = parser.parse_args(list(argv))
    found: list[Finding] = []
    unread: list[str] = []
    files = uses = 0
    for file in _files(options.place):
        try:
            with open(file, "rb") as f:
                findings, seen = check_source(f.read(), file)
        except (OSError, SyntaxError, ValueError) as error:
            unread.append(f"{file}: {error}")
            continue
        files, uses = files + 1, uses + seen
        found += findings
    open_ = [f for f in found if not f.guarded]
    if options.json:
        told = {"files": files, "uses": uses, "findings": [f._asdict() for f in found]}
        print(json.dumps({**told, "unread": unread}, indent=1))
    else:
        for f in found:
            print(f.text())
        names = len({f.name for f in open_})
        handled = f", {len(found) - len(open_)} handled by the program" if found != open_ else ""
        told = f"{files} file{'s' * (files != 1)}, {uses} uses of PyTorch's names: "
        told += (
            f"{len(open_)} of {names} name{'s' * (names != 1)} that torchish lacks or refuses"
            if open_
            else "torchish has them all"
        )
        print(told + handled)
    for line in unread:
        print(f"python -m torchish check: can't read {line}", file=sys.stderr)
    return 2 if unread else int(bool(open_))
