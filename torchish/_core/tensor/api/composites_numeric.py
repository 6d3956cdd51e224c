"""Numerical functions that take or give lists of tensors, and of sizes.

https://docs.pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

from collections.abc import Sequence

from torchish._core.base.errors import wrap_dims
from torchish._core.ops.table import TABLE
from torchish._core.tensor import dispatch
from torchish._core.tensor.api.results import make_return_type
from torchish._core.tensor.public import namespace, public
from torchish._core.tensor.size import Size
from torchish._core.tensor.tensor import Tensor

_norm = namespace("")["norm"]


_HistogramDD = make_return_type("histogramdd", ("hist", "bin_edges"))


@public()
def histogramdd(
    input: Tensor,
    bins,
    *,
    range: Sequence[float] | None = None,
    weight: Tensor | None = None,
    density: bool = False,
    out=None,
):
    """Counts of the points (..., D) in a D-dimensional grid of bins, and the D tensors of edges.

    `bins` is a count, D counts or D tensors of edges
    (https://docs.pytorch.org/docs/stable/generated/torch.histogramdd.html).
    """
    edges: list[Tensor] = []
    counts = None
    if isinstance(bins, int):
        counts = (bins,) * input.shape[-1]
    elif any(isinstance(b, Tensor) for b in bins):
        edges = list(bins)
        if range is not None:
            raise TypeError("histogramdd() received an invalid combination of arguments")
    else:
        counts = tuple(bins)
    given = None if range is None else tuple(float(r) for r in range)
    r = dispatch.apply(TABLE["_histogramdd"], (input, counts, edges, given, weight, density))
    r = (r,) if isinstance(r, Tensor) else r  # of points of no dimensions there are no edges
    if out is not None:
        hist, lines = out
        hist.copy_(r[0])
        for a, b in zip(lines, r[1:]):
            a.copy_(b)
        return _HistogramDD(hist, list(lines))
    return _HistogramDD(r[0], list(r[1:]))


@public()
def gradient(input: Tensor, *, spacing=1, dim=None, edge_order: int = 1) -> tuple[Tensor, ...]:
    """Partial derivatives of a function from its samples, by central differences.

    `spacing` is a distance, one for each dim, or a tensor of coordinates for each dim. RuntimeError
    for too few samples (https://docs.pytorch.org/docs/stable/generated/torch.gradient.html).
    """
    if dim is None:
        dims = tuple(range(input.ndim))
    else:
        dims = wrap_dims((dim,) if isinstance(dim, int) else tuple(dim), input.ndim)
    spacing = 1 if spacing is None else spacing
    several = isinstance(spacing, (list, tuple))
    if isinstance(spacing, Tensor):
        raise TypeError("gradient(): argument 'spacing' must be a number or a sequence, not Tensor")
    if several and len(spacing) != len(dims):
        head = "torch.gradient expected spacing to be unspecified, a scalar"
        if dim is None:
            raise RuntimeError(
                f"{head}, or a list of length equal to 'self.dim() = {len(dims)}', since dim "
                f"argument was not given, but got a list of length {len(spacing)}"
            )
        raise RuntimeError(
            f"{head} or it's spacing and dim arguments to have the same length, but got a spacing "
            f"argument of length {len(spacing)} and a dim argument of length {len(dims)}."
        )
    for s in spacing if several else ():
        if isinstance(s, Tensor) and s.device != input.device:
            raise RuntimeError(
                "torch.gradient expected each tensor to be on the same device, but got devices "
                f"{input.device} and {s.device}!"
            )
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    if input.dtype.category == 0 or input.dtype.name == "uint8":
        raise RuntimeError(f"torch.gradient does not support {input.dtype.name} input.")
    for d in dims:
        if input.shape[d] < edge_order + 1:
            raise RuntimeError(
                "torch.gradient expected each dimension size to be at least edge_order+1"
            )
    coordinates = []
    if several and any(isinstance(s, Tensor) for s in spacing):
        coordinates, steps = list(spacing), ()
        for d, c in zip(dims, coordinates):
            if c.ndim != 1:
                raise RuntimeError(
                    "torch.gradient expected each element of spacing to have one dimension, but "
                    f"got an element with {c.ndim} dimensions!"
                )
            if c.shape[0] != input.shape[d]:
                raise RuntimeError(
                    "torch.gradient expected each element of spacing to match the corresponding "
                    f"dimension size, but got {c.shape[0]} and {input.shape[d]}"
                )
    else:
        steps = tuple(spacing) if several else (spacing,) * len(dims)
    if not dims:
        return ()
    r = dispatch.apply(TABLE["_gradient"], (input, steps, coordinates, dims, edge_order))
    return r if isinstance(r, tuple) else (r,)


@public()
def frobenius_norm(input: Tensor, dim=(), keepdim: bool = False, *, out=None) -> Tensor:
    """The square root of the sum of squares over dims, all by default."""
    options = {} if out is None else {"out": out}
    return _norm(input, "fro", dim or None, keepdim, **options)


@public()
def nuclear_norm(input: Tensor, dim=None, keepdim: bool = False, *, out=None) -> Tensor:
    """The sum of the singular values of the matrices in two dims."""
    options = {} if out is None else {"out": out}
    return _norm(input, "nuc", dim, keepdim, **options)


@public()
def broadcast_shapes(*shapes) -> Size:
    """The common shape of shapes. RuntimeError for what is no shape and where there is none,
    ValueError for a negative size."""
    out: list[int] = []
    for k, s in enumerate(shapes):
        if not isinstance(s, (int, tuple, list)):
            raise RuntimeError(
                f"Input shapes should be of type ints, a tuple of ints, or a list of ints, got {s}"
            )
        s = (s,) if isinstance(s, int) else tuple(s)
        out[:0] = [1] * (len(s) - len(out))
        for i in range(-1, -1 - len(s), -1):
            if s[i] < 0:
                raise ValueError("Attempting to broadcast a dimension with negative length!")
            if s[i] not in (1, out[i]):
                if out[i] != 1:
                    raise RuntimeError(
                        f"Attempting to broadcast a dimension of length {s[i]} at {i}! Mismatching "
                        f"argument at index {k} had {s}; but expected shape should be "
                        f"broadcastable to {out}"
                    )
                out[i] = s[i]
    return Size(out)


@public(over=True)
def unravel_index(indices: Tensor, shape) -> tuple[Tensor, ...]:
    """Flat places as coordinates. TypeError for what is no shape and no integers."""
    if not isinstance(shape, (int, tuple, list)):
        raise TypeError(f"expected 'shape' to be int or sequence of ints, but got {type(shape)}")
    return dispatch.apply(TABLE["unravel_index"], (indices, shape))
