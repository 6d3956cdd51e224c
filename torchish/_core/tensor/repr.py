"""PyTorch's way of writing a tensor: `repr(t)`, `print` options and `format(t, spec)`.

Everything here is a pure function of a NumPy array and a few words about the tensor; nothing
here knows `Tensor`.
https://docs.pytorch.org/docs/stable/generated/torch.set_printoptions.html
"""

from __future__ import annotations

import contextlib
import math
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

_PROFILES = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}
options = _options = types.SimpleNamespace(
    precision=4, threshold=1000, edgeitems=3, linewidth=80, sci_mode=None
)


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: float | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors print; an option that is None stays, but `sci_mode=None` means automatic.

    `profile` ("default", "short" or "full") sets the first four before the others apply; as in
    PyTorch an unknown profile changes nothing.
    https://docs.pytorch.org/docs/stable/generated/torch.set_printoptions.html
    """
    chosen = dict(_PROFILES.get(profile, {})) if profile is not None else {}
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    chosen.update((name, value) for name, value in given.items() if value is not None)
    for name, value in chosen.items():
        setattr(_options, name, value)
    _options.sci_mode = sci_mode


def get_printoptions() -> dict[str, Any]:
    """The options in force, as keyword arguments for `set_printoptions`."""
    return dict(vars(_options))


@contextlib.contextmanager
def printoptions(**options: Any) -> Iterator[None]:
    """`set_printoptions(**options)` for the extent of a `with` block."""
    before = get_printoptions()
    set_printoptions(**options)
    try:
        yield
    finally:
        set_printoptions(**before)


# How the elements are written


class _Style:
    """How elements of a real array are written: the notation that suits all, and one width."""

    def __init__(self, values: np.ndarray):
        self.write: Callable[[Any], str] = str
        if values.dtype.kind in "biu":
            self.width = max((len(str(v)) for v in values.ravel().tolist()), default=1)
            return
        v = values.astype(np.float64).ravel()
        v = v[np.isfinite(v) & (v != 0)]
        digits = _options.precision
        # Only finite values other than zero decide; without any, whole numbers are assumed.
        whole = bool((v == np.ceil(v)).all())
        scientific = False
        if v.size:
            low, high = float(np.abs(v).min()), float(np.abs(v).max())
            scientific = _options.sci_mode
            if scientific is None:
                scientific = high / low > 1000.0 or high > 1.0e8 or low < 1.0e-4
        if scientific:
            self.write = lambda x: f"{x:.{digits}e}"
        elif whole:
            self.write = lambda x: f"{x:.0f}." if math.isfinite(x) else f"{x:.0f}"
        else:
            self.write = lambda x: f"{x:.{digits}f}"
        self.width = max((len(self.write(x)) for x in v.tolist()), default=1)

    def __call__(self, value: Any) -> str:
        return self.write(value).rjust(self.width)


class _ComplexStyle:
    """The parts each in a style of its own; the sign of the imaginary part joins them."""

    def __init__(self, values: np.ndarray):
        self.real, self.imag = _Style(np.real(values)), _Style(np.imag(values))
        self.width = self.real.width + self.imag.width + 1

    def __call__(self, value: complex) -> str:
        imag = self.imag(value.imag).lstrip() + "j"
        return self.real(value.real) + ("" if imag[0] in "+-" else "+") + imag


def _elided(shape: tuple[int, ...]) -> tuple[bool, ...]:
    """For each dimension of a tensor of this shape, whether printing leaves out its middle."""
    many = math.prod(shape) > _options.threshold
    return tuple(many and n > 2 * _options.edgeitems for n in shape)


def edge_indices(shape: tuple[int, ...]) -> tuple[np.ndarray, ...] | None:
    """The indices, one array a dimension, of the elements that printing a tensor of `shape` shows.

    None when it shows all of them. `format_tensor(t[np.ix_(*indices)], shape=shape)` then needs
    only that block, so a large tensor on an accelerator is not copied to the host to be printed.
    """
    elided, e = _elided(shape), _options.edgeitems
    if not any(elided):
        return None
    return tuple(
        np.r_[0:e, n - e : n] if cut else np.arange(n) for n, cut in zip(shape, elided, strict=True)
    )


def _body(block: np.ndarray, elided: tuple[bool, ...], indent: int) -> str:
    """The bracketed text of the shown elements; "..." goes into the dimensions that are
    `elided`."""
    edge = _options.edgeitems
    style = (_ComplexStyle if block.dtype.kind == "c" else _Style)(block)

    def write(part: Any, dim: int, indent: int) -> str:
        if dim == len(elided):
            return style(part)
        parts = [write(p, dim + 1, indent + 1) for p in part]
        last = dim == len(elided) - 1
        if elided[dim]:
            parts.insert(edge, " ..." if last and edge else "...")
        margin = " " * (indent + 1)
        if not last:
            return "[" + ("," + "\n" * (len(elided) - dim - 1) + margin).join(parts) + "]"
        per_line = max(1, math.floor((_options.linewidth - indent) / (style.width + 2)))
        lines = [", ".join(parts[i : i + per_line]) for i in range(0, len(parts), per_line)]
        return "[" + f",\n{margin}".join(lines) + "]"

    return write(block.tolist(), 0, indent)


def close(text: str, suffixes: list[str], indent: int, newline: bool = False) -> str:
    """`text`, its suffixes and a bracket; a suffix that would pass the line width starts a line,
    and so does the first with `newline`."""
    pieces = [text]
    # PyTorch counts two columns more than the last line has.
    column = len(text) - text.rfind("\n") + 1
    for i, suffix in enumerate(suffixes):
        if column + len(suffix) + 2 > _options.linewidth or (newline and i == 0):
            pieces.append(",\n" + " " * indent + suffix)
            column = indent + len(suffix)
        else:
            pieces.append(", " + suffix)
            column += len(suffix) + 2
    return "".join(pieces) + ")"


def format_tensor(
    array: np.ndarray | None,
    *,
    dtype_name: str,
    default_dtype_name: str = "float32",
    device: str = "cpu",
    requires_grad: bool = False,
    grad_fn_name: str | None = None,
    indent: int = 0,
    cls_name: str = "tensor",
    is_parameter: bool = False,
    shape: tuple[int, ...] | None = None,
    tangent: str | None = None,
) -> str:
    """What PyTorch's `repr` writes for a tensor, `tangent` what it writes for its tangent.

    `array` holds the values, bfloat16 and float8 as ml_dtypes arrays; None stands for a meta tensor
    and needs `shape`. With an array, `shape` says that it may be only the block of
    `edge_indices(shape)` of a tensor of that shape. `indent`: columns that stand to the left of the
    text. `cls_name`: "tensor", or the class's name for a subclass of Tensor.
    """
    size = tuple(array.shape if array is not None and shape is None else shape or ())
    prefix = f"{cls_name}("
    indent += len(prefix)
    default_complex = "complex128" if default_dtype_name == "float64" else "complex64"
    unsaid = {default_dtype_name}  # dtypes that the text itself tells
    suffixes = [f"device='{device}'"] if device != "cpu" else []
    if array is None:
        suffixes.append(f"size={size}")
        body = "..."
    elif 0 in size:
        if len(size) != 1:
            suffixes.append(f"size={size}")
        body = "[]"
    else:
        if not _options.edgeitems:
            suffixes.append(f"size={size}")
        unsaid |= {default_complex, "int64", "bool"}
        whole = array.shape == size
        body = format_elements(array, indent) if whole else _body(array, _elided(size), indent)
    if dtype_name not in unsaid:
        suffixes.append(f"dtype=torch.{dtype_name}")
    if grad_fn_name is not None:
        suffixes.append(f"grad_fn=<{grad_fn_name}>")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    if tangent is not None:
        suffixes.append(f"tangent={tangent}")
    text = close(prefix + body, suffixes, indent)
    if is_parameter:
        text = "Parameter containing:\n" + (text if cls_name == "tensor" else f"Parameter({text})")
    return text


def format_elements(array: np.ndarray, indent: int) -> str:
    """The elements of an array in brackets, shortened as the options say."""
    indices = edge_indices(array.shape)
    block = array[np.ix_(*indices)] if indices is not None else array
    return _body(block, _elided(array.shape), indent)


def format_sparse(
    parts: list[tuple[str, np.ndarray]],
    *,
    shape: tuple[int, ...],
    nnz: int,
    layout: str,
    dtype_name: str,
    default_dtype_name: str = "float32",
    device: str = "cpu",
    requires_grad: bool = False,
    grad_fn_name: str | None = None,
) -> str:
    """What PyTorch's `repr` writes for a sparse tensor of named parts, indices first, values
    last."""
    indent = len("tensor(")
    texts = []
    for name, array in parts:
        head = f"{name}=tensor("
        if array.size:
            body = _body(_shown(array), _elided(array.shape), indent + len(head))
        else:
            body = f"[], size={tuple(array.shape)}"
        texts.append(f"{head}{body})")
    suffixes = [f"device='{device}'"] if device != "cpu" else []
    suffixes += [f"size={tuple(shape)}", f"nnz={nnz}"]
    default_complex = "complex128" if default_dtype_name == "float64" else "complex64"
    if dtype_name not in (default_dtype_name, default_complex, "int64", "bool"):
        suffixes.append(f"dtype=torch.{dtype_name}")
    suffixes.append(f"layout={layout}")
    if grad_fn_name is not None:
        suffixes.append(f"grad_fn=<{grad_fn_name}>")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    text = "tensor(" + (",\n" + " " * indent).join(texts)
    return close(text, suffixes, indent, newline=layout == "torch.sparse_coo")


def _shown(array: np.ndarray) -> np.ndarray:
    indices = edge_indices(array.shape)
    return array if indices is None else array[np.ix_(*indices)]


def format_item(value: Any, spec: str) -> str:
    """`format(t, spec)` of a 0-dim tensor, `value` its array or NumPy scalar: as the Python
    number."""
    return format(np.asarray(value).item(), spec)
