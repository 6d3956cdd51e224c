"""From a graph that takes its state as inputs to a module that has it."""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish.export._symbolic import FakeTensor, SymInt
from torchish.export.graph_signature import InputKind
from torchish.fx._codegen import CodeGen
from torchish.fx._pytree import tree_flatten_spec
from torchish.fx.graph import Graph
from torchish.fx.graph_module import GraphModule, _assign_attr
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter
from torchish.utils import _pytree as pytree

__all__ = ["unlifted"]


class _Flattened:
    """`fx_pytree`, as generated source calls it."""

    tree_flatten_spec = staticmethod(tree_flatten_spec)


class _Structured(CodeGen):
    """A forward with the signature of the exported module's, that takes containers apart and puts
    what it returns together."""

    def __init__(self, in_spec: Any, out_spec: Any, names: list[str], named: list[str]):
        super().__init__()
        self.in_spec, self.out_spec, self.names, self.named = in_spec, out_spec, names, named

    def additional_globals(self) -> list[tuple[str, Any]]:
        return [("pytree", pytree), ("fx_pytree", _Flattened)]

    def gen_fn_def(self, free_vars: list[str], maybe_return_annotation: str) -> str:
        head = f"def {self._func_name}({', '.join(['self', *self.names, *self.named])}):"
        leaves = "".join(f"{v.partition(' ')[0]}, " for v in free_vars)
        inner = f"([{', '.join(self.names)}], {{{', '.join(f'{n!r}:{n}' for n in self.named)}}})"
        if not leaves:
            return head
        return f"{head}\n    {leaves}= fx_pytree.tree_flatten_spec({inner}, self._in_spec)"

    def generate_output(self, output_args: Any, *, descs: Any = None) -> str:
        return f"return pytree.tree_unflatten({output_args!r}, self._out_spec)"


class GuardsFn(Module):
    """Checks the inputs of a call against those that were exported."""

    def __init__(self, wanted: list[tuple[str, Any]], ranges: dict[str, Any]):
        super().__init__()
        self.wanted, self.ranges = wanted, ranges

    def forward(self, *args: Any) -> None:
        """AssertionError where an input has another size or dtype."""
        env: dict[str, int] = {}
        for (name, w), x in zip(self.wanted, args, strict=True):
            if not isinstance(w, FakeTensor):
                if x != w and type(w) in (int, float, bool, str):
                    raise AssertionError(f"Guard failed: {name} == {w!r}")
                continue
            if not isinstance(x, Tensor) or x.dim() != w.dim():
                raise AssertionError(f"Guard failed: {name}.dim() == {w.dim()}")
            if x.dtype is not w.dtype:
                raise AssertionError(f"Guard failed: {name}.dtype == {w.dtype}")
            for d, n in enumerate(w.shape):
                self._check(f"{name}.size()[{d}]", n, x.shape[d], env)

    def _check(self, what: str, n: Any, has: int, env: dict[str, int]) -> None:
        if not isinstance(n, SymInt):
            if has != n:
                raise AssertionError(f"Guard failed: {what} == {n}")
            return
        expr = n.node.expr
        if expr.kind == "sym":
            low, high = self.ranges[expr.parts[0]]
            if has > high:
                raise AssertionError(f"Guard failed: {what} <= {high}")
            if has < low:
                raise AssertionError(f"Guard failed: {what} >= {low}")
            env.setdefault(expr.parts[0], has)
        if all(s in env for s in expr.symbols()) and expr.value(env) != has:
            raise AssertionError(f"Guard failed: {what} == {expr}")


def _keywords_first(module: Module, args: tuple, kwargs: dict[str, Any]) -> None:
    wanted = list(module._in_spec.children()[1].context)
    got = list(kwargs)
    if len(args) <= module._in_spec.children()[0].num_children and set(got) - set(module._names):
        if set(got) != set(wanted):
            raise ValueError(
                f"Ran into a kwarg keyword mismatch: Got the following keywords {got} but expected "
                f"{wanted}"
            )
    if wanted and not set(wanted) <= {*got} and len(args) <= len(module._names):
        raise ValueError(
            f"Ran into a kwarg keyword mismatch: Got the following keywords {got} but expected "
            f"{wanted}"
        )


def unlifted(ep: Any, check_guards: bool) -> GraphModule:
    """The module of an exported program."""
    old: Graph = ep.graph
    new = Graph()
    specs = ep.graph_signature.input_specs
    held = dict(ep._lifted())
    root = Module()
    values: dict[Any, Any] = {}
    places = [n for n in old.nodes if n.op == "placeholder"]
    user = [(n, s) for n, s in zip(places, specs, strict=True) if s.kind is InputKind.USER_INPUT]
    for n, _ in user:
        values[n] = new.placeholder(n.name)
        values[n].meta = dict(n.meta)
    for n, s in zip(places, specs, strict=True):
        if s.kind is not InputKind.USER_INPUT:
            values[n] = new.get_attr(str(s.target))
            values[n].meta = dict(n.meta)
            _assign_attr(held[str(s.target)], root, str(s.target))
    if check_guards:
        guards = [(n.name, n.meta.get("val")) for n, _ in user]
        root.add_module("_guards_fn", GuardsFn(guards, ep.range_constraints))
        new.call_module("_guards_fn", tuple(values[n] for n, _ in user))
    for n in old.nodes:
        if n.op == "placeholder":
            continue
        if n.op == "output":
            new.output(pytree.tree_map(lambda x: values.get(x, x) if _is_node(x) else x, n.args[0]))
            continue
        values[n] = new.node_copy(n, lambda x: values[x])
    positional = [f"_{i}" for i in range(ep._in_spec.children()[0].num_children)]
    positional = [ep._names[i] if i < len(ep._names) else p for i, p in enumerate(positional)]
    named = list(ep._in_spec.children()[1].context or [])
    new.set_codegen(_Structured(ep._in_spec, ep._out_spec, positional, named))
    made = GraphModule(root, new)
    for name, t in held.items():
        _restore(made, name, t, name in ep.graph_signature.non_persistent_buffers, ep)
    made._in_spec, made._out_spec, made._names = ep._in_spec, ep._out_spec, positional
    made.register_forward_pre_hook(_keywords_first, with_kwargs=True)
    return made


def _is_node(x: Any) -> bool:
    return hasattr(x, "op") and hasattr(x, "graph")


def _restore(module: Module, name: str, t: Any, passing: bool, ep: Any) -> None:
    """Buffers that are not saved stay so; constants are attributes that are not saved either."""
    owner: Any = module
    *path, last = name.split(".")
    for p in path:
        owner = getattr(owner, p)
    lasting = name in ep.state_dict
    if not isinstance(t, Parameter) and (passing or not lasting):
        owner._non_persistent_buffers_set.add(last)
