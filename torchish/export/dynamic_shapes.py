"""Which sizes of the example inputs may be others in a call of the exported program.

https://docs.pytorch.org/docs/stable/export.html#expressing-dynamism
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.export._errors import UserError
from torchish.utils import _pytree as pytree

__all__ = ["Dim", "ShapesCollection", "dims"]

_PAGE = (
    "For more information about this error, see: "
    "https://pytorch.org/docs/main/generated/exportdb/index.html#dynamic-shapes-validation"
)


class _DimHintType(enum.Enum):
    AUTO = "AUTO"
    STATIC = "STATIC"
    DYNAMIC = "DYNAMIC"


class _DimHint:
    """How a size is to be taken: `Dim.AUTO` (dynamic where the program allows it), `Dim.DYNAMIC`
    (dynamic, or an error), `Dim.STATIC`. Called with `min` and `max` it has a range."""

    def __init__(self, type: _DimHintType, min: int | None = None, max: int | None = None):
        self.type, self.min, self.max = type, min, max

    def __call__(self, min: int | None = None, max: int | None = None) -> _DimHint:
        if self.type is _DimHintType.STATIC:
            raise TypeError("'Dim.STATIC' has no range")
        return _DimHint(self.type, min, max)

    def __repr__(self) -> str:
        given = [f"{n}={v}" for n, v in (("min", self.min), ("max", self.max)) if v is not None]
        return f"DimHint({', '.join([self.type.name, *given])})"


class Dim:
    """A size with a name and a range: where two inputs have the same `Dim`, their sizes are equal.
    `2 * dim` and `dim + 1` are sizes that depend on it."""

    AUTO = _DimHint(_DimHintType.AUTO)
    DYNAMIC = _DimHint(_DimHintType.DYNAMIC)
    STATIC = _DimHint(_DimHintType.STATIC)

    def __init__(self, name: str, *, min: int | None = None, max: int | None = None):
        least = 0 if min is None else min
        most = float("inf") if max is None else max
        if most <= least:
            raise AssertionError(f"Cannot create Dim with inconsistent min={least}, max={most}")
        if not name.isidentifier():
            raise AssertionError(f"Dim name must be a valid identifier, got {name}")
        self.__name__, self.min, self.max = name, least, most

    @property
    def root(self) -> Dim:
        """The size that this one depends on: itself."""
        return self

    def fn(self, root: int) -> int:
        """The size, where the root has this one."""
        return root

    def _derived(self, k: int, c: int) -> Dim:
        return _DerivedDim(self.root, *_composed(self, k, c))

    def __add__(self, other: Any) -> Dim:
        return self._derived(1, _whole(other, "add"))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Dim:
        return self._derived(1, -_whole(other, "subtract"))

    def __rsub__(self, other: Any) -> Dim:
        raise NotImplementedError(
            f"Attempted to negate {self.__name__}. Only increasing linear operations with integer "
            "coefficients are supported."
        )

    def __mul__(self, other: Any) -> Dim:
        k = _whole(other, "multiply")
        if k <= 0:
            raise NotImplementedError(
                f"Attempted to multiply {self.__name__} by {k}. Only increasing linear operations "
                "with integer coefficients are supported."
            )
        return self._derived(k, 0)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        given = [repr(self.__name__)]
        if self.min != 2:
            given.append(f"min={self.min}")
        if self.max != float("inf"):
            given.append(f"max={self.max}")
        return f"Dim({', '.join(given)})"


class _DerivedDim(Dim):
    """k·root + c."""

    def __init__(self, root: Dim, k: int, c: int):
        self._root, self.k, self.c = root, k, c
        self.min, self.max = k * root.min + c, k * root.max + c
        shown = root.__name__ if k == 1 else f"{k}*{root.__name__}"
        tail = "" if not c else f" + {c}" if c > 0 else f" - {-c}"
        self.__name__ = shown + tail

    @property
    def root(self) -> Dim:
        return self._root

    def fn(self, root: int) -> int:
        return self.k * root + self.c

    def __repr__(self) -> str:
        return self.__name__


def _composed(dim: Dim, k: int, c: int) -> tuple[int, int]:
    if isinstance(dim, _DerivedDim):
        return k * dim.k, k * dim.c + c
    return k, c


def _whole(x: Any, what: str) -> int:
    if type(x) is not int:
        raise NotImplementedError(
            f"Attempted to {what} a dimension and {x}, where an integer was expected. (Only "
            "increasing linear operations with integer coefficients are supported.)"
        )
    return x


def dims(*names: str, min: int | None = None, max: int | None = None) -> tuple[Dim, ...]:
    """A `Dim` of each name."""
    return tuple(Dim(name, min=min, max=max) for name in names)


class ShapesCollection:
    """The dynamic sizes of inputs by the tensors themselves: `shapes[x] = {0: dim}`, then given to
    `export` as `dynamic_shapes`."""

    def __init__(self) -> None:
        self._shapes: dict[int, Any] = {}

    def __setitem__(self, t: Tensor, shape: Any) -> None:
        if not isinstance(t, Tensor):
            raise TypeError(f"Cannot assign shape to non-tensor type {type(t)}")
        if id(t) in self._shapes and self._shapes[id(t)] != shape:
            raise AssertionError(f"Shapes assigned to input do not match: {self._shapes[id(t)]}")
        self._shapes[id(t)] = shape

    def __getitem__(self, t: Tensor) -> Any:
        return self._shapes[id(t)]

    def __len__(self) -> int:
        return len(self._shapes)

    def dynamic_shapes(self, m: Any, args: tuple, kwargs: dict | None = None) -> dict[str, Any]:
        """The same for the arguments of a call, by their names."""
        found: set[int] = set()

        def shape(t: Any) -> Any:
            found.add(id(t))
            return self._shapes.get(id(t))

        out = pytree.tree_map(shape, combined(m, args, kwargs or {}))
        missing = [i for i in self._shapes if i not in found]
        if missing:
            raise ValueError("a shape was assigned to a tensor that is none of the inputs")
        return out


# --- from what the user says to sizes


def combined(module: Any, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments by the names that the module's forward has for them."""
    forward: Callable = getattr(module, "forward", module)
    return dict(inspect.signature(forward).bind(*args, **kwargs).arguments)


def _mismatch(text: str) -> UserError:
    head = "Detected mismatch between the structure of `inputs` and `dynamic_shapes`"
    return UserError(f"{head}: {text}\n{_PAGE}")


def _of_tensor(t: Tensor, spec: Any, path: str) -> dict[int, Any]:
    if isinstance(spec, dict):
        items = spec.items()
    elif isinstance(spec, (list, tuple)):
        if len(spec) != t.dim():
            raise UserError(
                f"Expected dynamic shape spec {spec} specified at `dynamic_shapes{path}` to have "
                f"the same length as the actual tensor shape {t.shape} (expected {t.dim()}, but "
                f"got {len(spec)} instead)\n{_PAGE}"
            )
        items = enumerate(spec)
    else:
        raise UserError(
            f"Unexpected input tensor shape {spec} specified at `dynamic_shapes{path}` (expected "
            f"either a list/tuple of dimensions, or a dict mapping indices to dimensions, where "
            f"each dimension is an int, a Dim, Dim.AUTO, Dim.STATIC, or Dim.DYNAMIC)\n{_PAGE}"
        )
    out = {}
    for i, d in items:
        if not isinstance(i, int) or not -t.dim() <= i < t.dim():
            raise UserError(
                f"Unexpected dimension {i} specified at `dynamic_shapes{path}`: the tensor has "
                f"{t.dim()} dimensions\n{_PAGE}"
            )
        if d is None or (isinstance(d, _DimHint) and d.type is _DimHintType.STATIC):
            continue
        if isinstance(d, int) and not isinstance(d, bool):
            if t.shape[i] != d:
                raise UserError(
                    f"Static shape constraint of {d} does not match input size of {t.shape[i]} for "
                    f"`dynamic_shapes{path}[{i}]`\n{_PAGE}"
                )
            continue
        if not isinstance(d, (Dim, _DimHint)):
            raise UserError(
                f"Unexpected dimension mapped to index {i} in input tensor shape {spec} specified "
                f"at `dynamic_shapes{path}` (expected None, an int, a Dim, Dim.AUTO, Dim.STATIC, "
                f"or Dim.DYNAMIC,  but got {d!r} instead)\n{_PAGE}"
            )
        out[i % t.dim()] = d
    return out


def _walk(x: Any, spec: Any, path: str, source: str) -> Iterator[tuple[Tensor, str, dict]]:
    if isinstance(x, Tensor):
        yield x, source, {} if spec is None else _of_tensor(x, spec, path)
    elif isinstance(x, dict):
        if spec is not None and (not isinstance(spec, dict) or set(spec) != set(x)):
            raise _mismatch(
                f"`inputs{path}` has keys {list(x)}, but `dynamic_shapes{path}` has {spec!r}"
            )
        for k, v in x.items():
            below = None if spec is None else spec[k]
            yield from _walk(v, below, f"{path}[{k!r}]", f"{source}[{k!r}]")
    elif isinstance(x, (list, tuple)):
        if spec is not None and not isinstance(spec, (list, tuple)):
            raise _mismatch(
                f"`inputs{path}` is a {type(x)}, but `dynamic_shapes{path}` is a {type(spec)}"
            )
        if spec is not None and len(spec) != len(x):
            raise _mismatch(
                f"`inputs{path}` has {len(x)} elements, but `dynamic_shapes{path}` has "
                f"{len(spec)} elements"
            )
        for i, v in enumerate(x):
            below = None if spec is None else spec[i]
            yield from _walk(v, below, f"{path}[{i}]", f"{source}[{i}]")
    elif pytree.tree_structure(x).is_leaf():
        return
    else:
        if spec is not None:
            raise NotImplementedError(f"torch.export: dynamic_shapes of a {type(x).__name__}")
        for i, v in enumerate(pytree.tree_leaves(x)):
            yield from _walk(v, None, f"{path}[{i}]", f"{source}[{i}]")


def sizes_of(given: dict[str, Any], dynamic_shapes: Any) -> list[tuple[Tensor, str, dict]]:
    """For each tensor of the inputs, in order: itself, PyTorch's words for it, and its dynamic
    sizes by dimension. UserError where the shapes do not have the structure of the inputs."""
    if dynamic_shapes is None or dynamic_shapes == {} or dynamic_shapes == ():
        specs: Any = dict.fromkeys(given)
    elif isinstance(dynamic_shapes, dict):
        if set(dynamic_shapes) != set(given):
            raise UserError(
                "When `dynamic_shapes` is specified as a dict, its top-level keys must be the arg "
                f"names {list(given)} of `inputs`, but here they are {list(dynamic_shapes)}. "
                "Alternatively, you could also ignore arg names entirely and specify "
                f"`dynamic_shapes` as a list/tuple matching `inputs`. {_PAGE}"
            )
        specs = dynamic_shapes
    else:
        if len(dynamic_shapes) != len(given):
            raise _mismatch(
                f"`inputs` has {len(given)} elements, but `dynamic_shapes` has "
                f"{len(dynamic_shapes)} elements"
            )
        specs = dict(zip(given, dynamic_shapes, strict=True))
    out = []
    for name, x in given.items():
        out += _walk(x, specs[name], f"[{name!r}]", f"L[{name!r}]")
    return out


__getattr__ = _absent.attributes(__name__)
