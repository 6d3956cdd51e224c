"""An ONNX graph while it is written: values, constants, sizes and casts."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.promotion import result_type, scalar_dtype
from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import array_of

__all__ = ["ELEMENTS", "Graph", "Size", "Value", "array", "element", "numbers", "static"]

# The numbers of element types, of onnx.proto.
ELEMENTS = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9,
    "float16": 10, "float64": 11, "uint32": 12, "uint64": 13, "complex64": 14, "complex128": 15,
    "bfloat16": 16, "float8_e4m3fn": 17, "float8_e4m3fnuz": 18, "float8_e5m2": 19,
    "float8_e5m2fnuz": 20,
}  # fmt: skip


def element(dtype: dt.dtype) -> int:
    """ONNX's number of an element type. NotImplementedError for one that it does not have."""
    if dtype.name not in ELEMENTS:
        raise NotImplementedError(f"torch.onnx.export: tensors of {dtype}")
    return ELEMENTS[dtype.name]


class Value:
    """A tensor of the graph: its name, dtype and shape, whose sizes are numbers, `SymInt`, or None
    where nothing is known of them. A shape of None is not known at all."""

    def __init__(self, name: str, dtype: dt.dtype, shape: Sequence[Any] | None = None):
        self.name, self.dtype = name, dtype
        self.shape = None if shape is None else tuple(shape)

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        if self.shape is None:
            raise AssertionError(f"{self.name}: the number of dimensions is not known")
        return len(self.shape)


class Size(Value):
    """A size that is not known before the program is called: an int64 tensor without dimensions."""

    def __init__(self, name: str):
        super().__init__(name, dt.int64, ())


def static(shape: Sequence[Any] | None) -> bool:
    """Whether all sizes are numbers."""
    return shape is not None and all(type(n) is int for n in shape)


def numbers(x: Any, n: int) -> list:
    """A number or a list of them, as a list of n."""
    out = list(x) if isinstance(x, (list, tuple)) else [x]
    return out * n if len(out) == 1 and n != 1 else out


class Graph:
    """Collects nodes and initializers; translations call `op` and what helps them with it."""

    def __init__(self, opset: int):
        self.opset = opset
        self.nodes: list[Any] = []
        self.initializers: dict[str, Tensor] = {}
        self.taken: set[str] = set()
        self.out: Any = None  # the FakeTensor, or several, of the operator that is translated
        self.label = ""  # its name in the graph
        self.about: dict[str, str] = {}  # what is noted of each node: its line and module
        self._counter = itertools.count()
        self._constants: dict[Any, Value] = {}
        self._proto = importlib.import_module("onnx.helper")
        self._numpy = importlib.import_module("onnx.numpy_helper")

    # --- names and nodes

    def name(self) -> str:
        """A name that no value has."""
        while (name := f"val_{next(self._counter)}") in self.taken:
            pass
        self.taken.add(name)
        return name

    def op(self, kind: str, *inputs: Value | None, outputs: int = 1, dtype: Any = None,
           shape: Sequence[Any] | None = None, **attributes: Any) -> Any:  # fmt: skip
        """A node, its inputs None where they are left out; gives its result, or a list of them.
        The results' dtype is the first input's unless it is given."""
        names = ["" if v is None else v.name for v in inputs]
        while names and not names[-1]:
            names.pop()
        if dtype is None:
            dtype = next(v.dtype for v in inputs if v is not None)
        made = [Value(self.name(), dtype, shape) for _ in range(outputs)]
        given = {k.rstrip("_"): v for k, v in attributes.items() if v is not None}
        node = self._proto.make_node(
            kind, names, [v.name for v in made],
            name=f"node_{self.label or kind}_{len(self.nodes)}", **given,
        )  # fmt: skip
        for k, v in self.about.items():
            entry = node.metadata_props.add()
            entry.key, entry.value = k, v
        self.nodes.append(node)
        return made[0] if outputs == 1 else made

    # --- constants

    def const(self, data: Any, dtype: dt.dtype) -> Value:
        """A constant tensor; the same one for the same elements."""
        made = np.asarray(data).astype(dtype.np)
        key = (dtype.name, made.shape, made.tobytes())
        if key not in self._constants:
            v = Value(self.name(), dtype, made.shape)
            tensor = self._numpy.from_array(np.ascontiguousarray(made).reshape(made.shape), v.name)
            self.nodes.append(
                self._proto.make_node(
                    "Constant", [], [v.name], name=f"node_Constant_{len(self.nodes)}", value=tensor
                )
            )
            self._constants[key] = v
        return self._constants[key]

    def ints(self, xs: Sequence[int]) -> Value:
        """A constant list of numbers."""
        return self.const(np.asarray(xs, np.int64).reshape(len(xs)), dt.int64)

    # --- tensors

    def tensor(self, x: Any, dtype: dt.dtype) -> Value:
        """A tensor, or a number as one without dimensions, of a dtype."""
        return self.cast(x, dtype) if isinstance(x, Value) else self.const(x, dtype)

    def cast(self, v: Value, dtype: dt.dtype) -> Value:
        """A tensor as one of a dtype."""
        if v.dtype is dtype:
            return v
        return self.op("Cast", v, dtype=dtype, shape=v.shape, to=element(dtype))

    def common(self, *xs: Any, least: Any = None) -> dt.dtype:
        """The dtype in which tensors and numbers meet; `least` where that would be no float."""
        found = []
        for x in xs:
            if isinstance(x, Size):
                found.append((dt.int64, 0))
            elif isinstance(x, Value):
                found.append((x.dtype, 2 if x.shape else 1))
            elif x is not None:
                found.append((scalar_dtype(type(x)), 0))
        made = result_type(found)
        return least if least is not None and made.category < dt.FLOAT else made

    def met(self, *xs: Any, least: Any = None) -> list[Value]:
        """Tensors and numbers, as tensors of the dtype in which they meet."""
        common = self.common(*xs, least=least)
        return [self.tensor(x, common) for x in xs]

    def floating(self, v: Value) -> Value:
        """A tensor as one of floats."""
        return v if v.dtype.category >= dt.FLOAT else self.cast(v, dt.get_default_dtype())

    # --- shapes

    def size(self, v: Value, d: int) -> Any:
        """One size: a number where it is known."""
        n = None if v.shape is None else v.shape[d]
        if type(n) is int:
            return n
        d = d if v.shape is None else d % v.rank
        shape = self.op("Shape", v, dtype=dt.int64, shape=(1,), start=d, end=d + 1)
        return self.as_size(self.op("Squeeze", shape))

    def as_size(self, v: Value) -> Size:
        """An int64 tensor without dimensions as a size."""
        return Size(v.name)

    def shape(self, v: Value) -> Value:
        """The shape of a tensor."""
        if static(v.shape):
            return self.ints(v.shape)
        return self.op("Shape", v, dtype=dt.int64, shape=None if v.shape is None else (v.rank,))

    def sizes(self, xs: Sequence[Any]) -> Value:
        """Numbers and sizes as one list."""
        if all(not isinstance(x, Value) for x in xs):
            return self.ints([int(x) for x in xs])
        parts: list[Value] = []
        for known, group in itertools.groupby(xs, lambda x: not isinstance(x, Value)):
            if known:
                parts.append(self.ints(list(group)))
            else:
                parts += [self.op("Reshape", x, self.ints([1])) for x in group]
        return parts[0] if len(parts) == 1 else self.op("Concat", *parts, axis=0)

    def own_sizes(self, v: Value) -> list[Any]:
        """The shape of a tensor as numbers and sizes."""
        return [self.size(v, d) for d in range(v.rank)]

    def arithmetic(self, kind: str, a: Any, b: Any) -> Any:
        """The sum ("Add"), difference, product or floored quotient of two sizes, none negative."""
        if isinstance(a, Value) or isinstance(b, Value):
            return self.as_size(self.op(kind, self.tensor(a, dt.int64), self.tensor(b, dt.int64)))
        return {"Add": a + b, "Sub": a - b, "Mul": a * b, "Div": a // b if b else 0}[kind]

    def fitted(self, v: Value, shape: Sequence[Any], xs: Any) -> Value:
        """A tensor in a shape as the export knows it. Where one size alone is not a number it is
        what is left over; where there are more, `xs()` gives the sizes."""
        free = [n for n in shape if type(n) is not int]
        if len(free) <= 1 and not (free and 0 in shape):
            made = self.reshape(v, [n if type(n) is int else -1 for n in shape], shape)
            return made
        return self.reshape(v, xs(), shape)

    def reshape(self, v: Value, xs: Sequence[Any], shape: Sequence[Any] | None = None) -> Value:
        """A tensor in another shape, of numbers and sizes; -1 for what is left."""
        xs = [int(x) if not isinstance(x, Value) else x for x in xs]
        if shape is None and -1 not in [x for x in xs if not isinstance(x, Value)]:
            shape = [None if isinstance(x, Value) else x for x in xs]
        empty = 0 in [x for x in xs if not isinstance(x, Value)]
        return self.op("Reshape", v, self.sizes(xs), shape=shape, allowzero=1 if empty else None)

    def expand(self, v: Value, xs: Sequence[Any]) -> Value:
        """A tensor repeated to a shape of numbers and sizes."""
        shape = [None if isinstance(x, Value) else x for x in xs]
        return self.op("Expand", v, self.sizes(xs), shape=shape)

    def unsqueeze(self, v: Value, *dims: int) -> Value:
        """New dimensions of size 1 at these places of the result."""
        shape = None
        if v.shape is not None:
            n = v.rank + len(dims)
            at = {d % n for d in dims}
            rest = iter(v.shape)
            shape = [1 if d in at else next(rest) for d in range(n)]
        return self.op("Unsqueeze", v, self.ints(dims), shape=shape)

    def squeeze(self, v: Value, *dims: int) -> Value:
        """Without these dimensions, which are of size 1."""
        shape = None
        if v.shape is not None:
            gone = {d % v.rank for d in dims}
            shape = [n for d, n in enumerate(v.shape) if d not in gone]
        return self.op("Squeeze", v, self.ints(dims), shape=shape)

    def transpose(self, v: Value, order: Sequence[int]) -> Value:
        """Dimensions in another order."""
        if list(order) == list(range(len(order))):
            return v
        shape = None if v.shape is None else [v.shape[d] for d in order]
        return self.op("Transpose", v, perm=list(order), shape=shape)

    def last(self, v: Value, d: int) -> tuple[Value, list[int]]:
        """A dimension as the last one, and the order that undoes it."""
        n = v.rank
        order = [i for i in range(n) if i != d % n] + [d % n]
        return self.transpose(v, order), [order.index(i) for i in range(n)]

    def slice(self, v: Value, d: int, start: Any, end: Any, step: Any = 1) -> Value:
        """A range of one dimension."""
        shape = None
        if v.shape is not None:
            shape = [None if i == d % v.rank else n for i, n in enumerate(v.shape)]
        starts, ends = self.sizes([start]), self.sizes([end])
        return self.op("Slice", v, starts, ends, self.ints([d]), self.ints([step]), shape=shape)

    def reduced(self, kind: str, v: Value, dims: Sequence[int] | None, keepdim: bool) -> Value:
        """A reduction over dimensions, all where there are none."""
        shape = None
        over = range(v.rank) if not dims else [d % v.rank for d in dims] if v.rank else []
        if v.shape is not None:
            kept = [1 if d in over else n for d, n in enumerate(v.shape)]
            shape = kept if keepdim else [n for d, n in enumerate(kept) if d not in over]
        if not v.shape:
            return v
        return self.op(kind, v, self.ints(list(over)), keepdims=int(keepdim), shape=shape)

    def where(self, test: Value, a: Value, b: Value) -> Value:
        """a where the test holds, b elsewhere."""
        return self.op("Where", test, a, b, dtype=a.dtype)

    def refuse(self, what: str) -> NotImplementedError:
        """The error for a form of an operator that is not written."""
        return NotImplementedError(f"torch.onnx.export: {what}")


def array(t: Tensor) -> np.ndarray:
    """The elements of a tensor."""
    return np.asarray(array_of(t))
