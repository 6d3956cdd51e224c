"""The functions that copy what a view would show, and those that write into a copy through a view.

https://docs.pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torchish._core.base import layouts
from torchish._core.base.errors import size_text
from torchish._core.tensor import dispatch, out_dtypes
from torchish._core.tensor.public import public
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.recast import view_as_complex, view_as_real
from torchish._core.tensor.views.shapes import alias


def into(name: str, results, out, inputs: Sequence[Tensor]):
    """Write results, a tensor or a tuple, into the `out=` of a function; gives `out` back."""
    targets = (out,) if isinstance(out, Tensor) else tuple(out)
    results = (results,) if isinstance(results, Tensor) else tuple(results)
    dispatch.refuse_history(name, inputs, targets)
    if len(targets) != len(results):
        raise TypeError(f"{name}() expected {len(results)} tensors in 'out', got {len(targets)}")
    for t, r in zip(targets, results, strict=True):
        dispatch.write_out(t, r._value(), out_dtypes.SAME)
    return out


def slice_view(input: Tensor, dim: int = 0, start=None, end=None, step: int = 1) -> Tensor:
    """`input[start:end:step]` along a dim."""
    if step <= 0:
        raise RuntimeError("slice step must be positive")
    if not input.dim():
        raise RuntimeError("slice() cannot be applied to a 0-dim tensor.")
    index = [slice(None)] * input.dim()
    if not -input.dim() <= dim < input.dim():
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-input.dim()}, "
            f"{input.dim() - 1}], but got {dim})"
        )
    index[dim] = slice(start, end, step)
    return input[tuple(index)]


def _narrow(input: Tensor, dim: int, start, length: int) -> Tensor:
    if dim >= input.dim():
        raise RuntimeError(
            "Expected dim < static_cast<int64_t>(self_sizes.size()) to be true, but got false.  "
            "(Could this error message be improved?  If so, please report an enhancement request "
            "to PyTorch.)"
        )
    return input.narrow(dim, start, length)


VIEWS: dict[str, Callable] = {
    "alias": alias,
    "as_strided": Tensor.as_strided,
    "detach": Tensor.detach,
    "diagonal": Tensor.diagonal,
    "expand": Tensor.expand,
    "narrow": _narrow,
    "permute": Tensor.permute,
    "select": Tensor.select,
    "slice": slice_view,
    "split": Tensor.split,
    "split_with_sizes": Tensor.split,
    "squeeze": Tensor.squeeze,
    "t": Tensor.t,
    "transpose": Tensor.transpose,
    "unbind": Tensor.unbind,
    "unfold": Tensor.unfold,
    "unsqueeze": Tensor.unsqueeze,
    "view": Tensor.view,
    "view_as_complex": view_as_complex,
    "view_as_real": view_as_real,
}


def _copy_of(base: str, view: Callable) -> Callable:
    name = f"{base}_copy"

    def copy(input: Tensor, *args, out=None, **kwargs):
        shown = view(input, *args, **kwargs)
        several = isinstance(shown, (tuple, list))
        results = [
            v.clone(memory_format=layouts.contiguous_format)
            for v in (shown if several else (shown,))
        ]
        result = tuple(results) if several else results[0]
        if out is None:
            return result
        written = into(name, result, out, [input])
        return None if several else written

    copy.__name__ = copy.__qualname__ = name
    copy.__doc__ = f"`{base}`, as a copy; an operator of functionalized PyTorch programs."
    return copy


def _written(view: Callable, input: Tensor, src: Tensor) -> Tensor:
    result = input.clone()
    part = view(result)
    if part.shape != src.shape:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. src size = "
            f"{size_text(src.shape)}, slice size = {size_text(part.shape)}"
        )
    part.copy_(src)
    return result


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start=None, end=None, step: int = 1, *, out=None
) -> Tensor:
    """A copy of `input` with `src` in the place of `input[start:end:step]` along a dim.

    https://docs.pytorch.org/docs/stable/generated/torch.slice_scatter.html
    """
    result = _written(lambda t: slice_view(t, dim, start, end, step), input, src)
    return result if out is None else into("slice_scatter", result, out, [input, src])


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int, *, out=None) -> Tensor:
    """A copy of `input` with `src` in the place of `input.select(dim, index)`.

    https://docs.pytorch.org/docs/stable/generated/torch.select_scatter.html
    """
    result = _written(lambda t: t.select(dim, index), input, src)
    return result if out is None else into("select_scatter", result, out, [input, src])


def diagonal_scatter(
    input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1, *, out=None
) -> Tensor:
    """A copy of `input` with `src` as the diagonal of two dims.

    https://docs.pytorch.org/docs/stable/generated/torch.diagonal_scatter.html
    """
    result = _written(lambda t: t.diagonal(offset, dim1, dim2), input, src)
    return result if out is None else into("diagonal_scatter", result, out, [input, src])


def as_strided_scatter(
    input: Tensor, src: Tensor, size, stride, storage_offset=None, *, out=None
) -> Tensor:
    """A copy of `input` with `src` in the place of `input.as_strided(size, stride,
    storage_offset)`.

    https://docs.pytorch.org/docs/stable/generated/torch.as_strided_scatter.html
    """
    result = _written(lambda t: t.as_strided(size, stride, storage_offset), input, src)
    return result if out is None else into("as_strided_scatter", result, out, [input, src])


for _base, _view in VIEWS.items():
    if _base != "narrow":
        public(f"{_base}_copy")(_copy_of(_base, _view))
for _f in (slice_scatter, select_scatter, diagonal_scatter, as_strided_scatter):
    public(method=True)(_f)


_narrow_copy = _copy_of("narrow", VIEWS["narrow"])


@public(method=True)
def narrow_copy(input: Tensor, dim: int, start: int, length: int, *, out=None) -> Tensor:
    """`narrow`, as a copy."""
    if isinstance(length, int) and length < 0:
        size = input.shape[dim]
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return _narrow_copy(input, dim, start, length, out=out)


@public()
def resize_as_(input: Tensor, the_template: Tensor, *, memory_format=None) -> Tensor:
    """`input.resize_(the_template.size())`."""
    return input.resize_as_(the_template, memory_format=memory_format)
