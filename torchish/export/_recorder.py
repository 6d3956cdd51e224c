"""What a program does, as a list of operators.

Note [Capture]
A module is run once on JAX's tracers, so that nothing is computed, with a mode on that is told of
every public function (`lower` in `_ops/python_key.py`) and notes the operator of `torch.ops.aten`
that PyTorch's own export has for it: `linear` and `conv2d` stay whole, unlike in what modes with
`__torch_dispatch__` see. With dynamic sizes it is run several times, with other sizes each time,
and the lists are made one (`_unify.py`).

A tensor that a list knows is an input, a result in it, or a constant, which is a tensor that no
tracer stands for. A result of a function that came to no operator is none of them: the function is
refused by name, never taken for a constant.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jax

from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import is_traced
from torchish._ops import asking
from torchish._ops.lowering import full_name, lowered
from torchish._ops.registry import OpOverload, ops
from torchish.export import _rules
from torchish.export._errors import GuardOnDataDependentSymNode, UserError
from torchish.nn._functional import recurrent
from torchish.utils import _pytree as pytree
from torchish.utils._python_dispatch import TorchDispatchMode

__all__ = ["Constant", "Line", "Recorder", "Ref", "Place", "place"]

_PACKAGE = str(Path(__file__).parents[1])
_SHOWN = tuple(f"{_PACKAGE}/{part}/" for part in ("nn/modules", "vision/models"))


class Ref(NamedTuple):
    """A tensor of a list: the input of a number (`line` None), or a result of a line."""

    line: int | None
    out: int | None


class Constant(NamedTuple):
    """A tensor that is no input and no result."""

    number: int


class Place(NamedTuple):
    """Where in a program an operator was called."""

    file: str
    line: int
    function: str
    code: str

    def text(self) -> str:
        """As a traceback shows it."""
        return f'File "{self.file}", line {self.line}, in {self.function}\n    {self.code}'


class Line(NamedTuple):
    """An operator that was called, with `Ref` and `Constant` for its tensors, what its results are
    like, and where."""

    target: Any
    args: tuple
    kwargs: dict[str, Any]
    results: Any
    place: Place | None
    modules: tuple[tuple[str, type], ...]


def place() -> Place | None:
    """The innermost line of the program itself; of a layer where the program has none of its
    own."""
    frame, own = sys._getframe(1), None
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(_PACKAGE):
            if "/jax/_src/" not in file and "/jax/experimental/" not in file and file[0] != "<":
                own = frame
                break
        elif own is None and file.startswith(_SHOWN):
            own = frame
            break
        frame = frame.f_back
    if own is None:
        return None
    code = own.f_code
    try:
        source = Path(code.co_filename).read_text().splitlines()[own.f_lineno - 1].strip()
    except (OSError, IndexError, UnicodeDecodeError):
        source = ""  # a cell of a notebook, or `python -c`: there is no file
    return Place(code.co_filename, own.f_lineno, code.co_name, source)


# Methods that look at a tensor's elements.
_LOOKS = {
    "item", "tolist", "numpy", "__bool__", "__int__", "__float__", "__index__", "__complex__",
    "__array__", "__contains__", "is_nonzero", "equal", "allclose", "data_ptr",
}  # fmt: skip
_NO_OPERATORS = {
    "dim", "size", "numel", "nelement", "ndimension", "stride", "is_contiguous", "storage_offset",
    "is_floating_point", "is_complex", "is_inference", "element_size", "get_device", "__len__",
    "__hash__", "requires_grad_", "is_signed", "is_pinned", "is_conj", "is_neg", "is_same_size",
    "__repr__", "__format__", "__str__", "__iter__", "__dir__", "type", "result_type",
    "can_cast", "promote_types", "is_tensor", "broadcast_shapes", "is_storage", "has_names",
}  # fmt: skip


class Recorder(TorchDispatchMode):
    """A mode that notes down each operator. See Note [Capture]."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.constants: list[Tensor] = []
        self.known: dict[int, Any] = {}
        self.kept: list[Tensor] = []  # so that no other tensor gets the id of one that is known
        self.modules: list[tuple[str, type]] = []
        self.busy = 0

    def enter_input(self, number: int, tensor: Tensor) -> None:
        """Know a tensor as the input of a number."""
        self._know(tensor, Ref(None, number))

    def _know(self, tensor: Tensor, as_what: Any) -> None:
        self.known[id(tensor)] = as_what
        self.kept.append(tensor)

    # --- tensors

    def ref(self, tensor: Tensor, what: str) -> Any:
        """What a list knows a tensor as."""
        found = self.known.get(id(tensor))
        if found is None:
            if is_traced(tensor):
                raise NotImplementedError(f"torch.export: {what} makes a tensor by no operator")
            found = Constant(len(self.constants))
            self.constants.append(tensor)
            self._know(tensor, found)
        return found

    def _encoded(self, x: Any, what: str) -> Any:
        if isinstance(x, Tensor):
            return self.ref(x, what)
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*[self._encoded(e, what) for e in x])
        if isinstance(x, (list, tuple)):
            return type(x)(self._encoded(e, what) for e in x)
        if isinstance(x, dict):
            return {k: self._encoded(v, what) for k, v in x.items()}
        return x

    # --- operators

    def record(self, op: OpOverload, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Note down an operator and give its results."""
        if str(op) == "aten.lift_fresh.default":
            op = ops.aten.lift_fresh_copy.default
        if "out" in kwargs:
            raise NotImplementedError(f"torch.export: out= of {op}")
        shown = self._encoded(args, str(op)), self._encoded(kwargs, str(op))
        where = place()
        try:
            with asking.without_modes(), asking.without_classes():
                out = op.plainly(*args, **kwargs)
        except (jax.errors.ConcretizationTypeError, jax.errors.NonConcreteBooleanIndexError) as e:
            raise _data_dependent(str(op), where) from e
        n = len(self.lines)
        results = pytree.tree_map_only(Tensor, like, out)
        self.lines.append(Line(op, *shown, results, where, tuple(self.modules)))
        if isinstance(out, Tensor):
            self._know(out, Ref(n, None))
        elif isinstance(out, (tuple, list)):
            for i, o in enumerate(out):
                if isinstance(o, Tensor):
                    self._know(o, Ref(n, i))
        return out

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        return self.record(func, args, kwargs or {})

    def lower(self, shown: Callable, original: Callable, args: tuple, kwargs: dict) -> Any:
        """A call of a public function, as operators."""
        name = full_name(shown)
        if name is None:
            return original(*args, **kwargs)
        short = name.rpartition(".")[2]
        if short in ("__get__", "__set__"):
            return self._property(name, original, args, kwargs)
        if short in _NO_OPERATORS:
            return original(*args, **kwargs)
        if short in _LOOKS:
            if any(isinstance(a, Tensor) and self.depends(a) for a in args):
                raise _data_dependent(short, place())
            with asking.without_modes():
                return original(*args, **kwargs)
        rule = _rules.RULES.get(short)
        if short in _rules.FUNCTIONALS and not name.startswith("torch.nn.functional."):
            rule = None  # `torch`'s own has the operator's parameters
        if rule is not None:
            made = rule(*args, **kwargs)
            if made is not NotImplemented:
                return made
        found = lowered(name, original, args, kwargs, composites=True)
        if found is not None and "|out" not in found[1]:
            operator, overload, positional, named = found
            op = getattr(getattr(ops.aten, operator), overload)
            if op.callable_here:
                return self.record(op, positional, named)
        parts = _rules.PARTS.get(short)
        if parts is not None:
            made = parts(*args, **kwargs)
            if made is not NotImplemented:
                return made
        return self._by_itself(name, original, args, kwargs)

    def depends(self, tensor: Tensor) -> bool:
        """Whether a tensor's elements are not known while a program is captured."""
        return is_traced(tensor)

    def _by_itself(self, name: str, original: Callable, args: tuple, kwargs: dict) -> Any:
        """A function that is no operator, made of others that are."""
        given = [x for x in pytree.tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
        before, n = [x._version for x in given], len(self.lines)
        out = original(*args, **kwargs)
        for o in pytree.tree_leaves(out):
            if isinstance(o, Tensor):
                self.ref(o, name)
        if len(self.lines) == n and [x._version for x in given] != before:
            raise NotImplementedError(f"torch.export: {name} writes to a tensor by no operator")
        return out

    def _property(self, name: str, original: Callable, args: tuple, kwargs: dict) -> Any:
        short = name.split(".")[-2]
        rule = _rules.PROPERTIES.get(short) if name.endswith("__get__") else None
        return original(*args, **kwargs) if rule is None else rule(args[0])

    # --- layers that are one operator

    @contextlib.contextmanager
    def layers(self) -> Iterator[None]:
        """Within it the recurrent layers of this thread are operators."""
        before = recurrent.run, recurrent.cell

        def run(mode: str, input: Tensor, states: tuple, weights: list, **options: Any) -> Any:
            if not self._on():
                return before[0](mode, input, states, weights, **options)
            return _rules.recurrent(mode, input, states, weights, **options)

        def cell(mode: str, input: Tensor, states: tuple, *weights: Any) -> Any:
            if not self._on():
                return before[1](mode, input, states, *weights)
            return _rules.recurrent_cell(mode, input, states, *weights)

        recurrent.run, recurrent.cell = run, cell
        try:
            yield
        finally:
            recurrent.run, recurrent.cell = before

    def _on(self) -> bool:
        return bool(asking.state.modes) and asking.state.modes[-1] is self


class Like(NamedTuple):
    """What a tensor is like."""

    shape: tuple[int, ...]
    dtype: Any
    device: Any
    stride: tuple[int, ...]
    requires_grad: bool = False


def like(t: Tensor) -> Like:
    """What a tensor is like."""
    return Like(tuple(t.shape), t.dtype, t.device, tuple(t.stride()), t.requires_grad)


def _data_dependent(what: str, where: Place | None) -> Exception:
    at = "" if where is None else f"\n\nThe following call raised this error:\n  {where.text()}\n"
    if what in ("__bool__", "is_nonzero", "equal", "allclose", "__contains__"):
        head = (
            "Could not guard on data-dependent expression Eq(u0, 1) (unhinted: Eq(u0, 1)).  "
            "(Size-like symbols: none)\n\nconsider using data-dependent friendly APIs such as "
            "guard_or_false, guard_or_true and statically_known_true."
        )
    else:
        head = (
            f"Could not extract specialized integer from data-dependent expression u0 ({what} "
            "of a tensor whose elements are not known while the program is exported)"
        )
    return GuardOnDataDependentSymNode(head + at)


def violated(names: str, why: str) -> UserError:
    """The error for a dynamic size that a program can not have."""
    return UserError(
        f'Constraints violated ({names})! For more information, run with TORCH_LOGS="+dynamic".'
        f"\n  - {why}"
    )
