"""Sums of products over chosen dimensions, as transposes and one matrix product."""

from __future__ import annotations

import functools
import math
import string
from collections.abc import Sequence

import numpy as np

from torchish._core.base.errors import wrap_dim
from torchish._core.engine.host.products import is_half, product_cost, times
from torchish._core.engine.host.registry import elements, kernel, require


def _pair(a, b, la: str, lb: str, out: str):
    """Two operands with labels for their dims, contracted to the labels of `out`."""
    alone = tuple(i for i, c in enumerate(la) if c not in lb and c not in out)
    if alone:
        a, la = a.sum(alone), "".join(c for i, c in enumerate(la) if i not in alone)
    alone = tuple(i for i, c in enumerate(lb) if c not in la and c not in out)
    if alone:
        b, lb = b.sum(alone), "".join(c for i, c in enumerate(lb) if i not in alone)
    batch = [c for c in la if c in lb and c in out]
    summed = [c for c in la if c in lb and c not in out]
    left = [c for c in la if c not in lb]
    right = [c for c in lb if c not in la]
    sizes = dict(zip(la, a.shape)) | dict(zip(lb, b.shape))
    shapes = [[sizes[c] for c in labels] for labels in (batch, left, summed, right)]
    nb, nl, ns, nr = [math.prod(s) for s in shapes]
    a = a.transpose([la.index(c) for c in (*batch, *left, *summed)]).reshape(nb, nl, ns)
    b = b.transpose([lb.index(c) for c in (*batch, *summed, *right)]).reshape(nb, ns, nr)
    if ns == 1:
        r = a * b
    else:
        r = times(a, b) if nb != 1 else times(a[0], b[0])
    order = [*batch, *left, *right]
    r = r.reshape([*shapes[0], *shapes[1], *shapes[3]])
    return r.transpose([order.index(c) for c in out]) if out != "".join(order) else r


@functools.lru_cache(maxsize=1024)
def _labels(equation: str, ndims: tuple[int, ...]) -> tuple[tuple[str, ...], str]:
    """The labels of the operands and of the result, with letters for the ellipsis."""
    require(". " not in equation.replace("... ", ""))  # dots apart are no ellipsis
    terms = equation.replace(" ", "")
    left = terms.split("->")[0].split(",")
    require(len(left) == len(ndims) and terms.count("->") < 2)
    free = [c for c in string.ascii_uppercase + string.ascii_lowercase if c not in terms]
    extra = [n - len(t.replace("...", "")) for t, n in zip(left, ndims)]
    require(all(n == 0 or (n > 0 and "..." in t) for t, n in zip(left, extra)))
    wide = max([n for t, n in zip(left, extra) if "..." in t], default=0)
    require(wide <= len(free))
    dots = "".join(free[:wide])
    inputs = [t.replace("...", dots[wide - n :]) for t, n in zip(left, extra)]
    if "->" in terms:
        out = terms.split("->")[1].replace("...", dots)
    else:
        all_labels = "".join(t.replace("...", "") for t in left)
        out = dots + "".join(sorted(c for c in set(all_labels) if all_labels.count(c) == 1))
    used = set("".join(inputs))
    require(len(set(out)) == len(out) and used.issuperset(out) and used <= _LETTERS)
    return tuple(inputs), out


_LETTERS = set(string.ascii_letters)


def _same_sizes(operands: Sequence, inputs: Sequence[str]) -> dict[str, int]:
    """The size of each label; dims of size 1 are not stretched here."""
    sizes: dict[str, int] = {}
    for x, labels in zip(operands, inputs):
        for c, n in zip(labels, x.shape):
            require(sizes.setdefault(c, n) == n)
    return sizes


def _single(x, labels: str, out: str):
    if len(set(labels)) < len(labels):  # diagonals
        wide = x.astype(np.float32) if is_half(x) else x
        return np.einsum(f"{labels}->{out}", wide).astype(x.dtype)
    alone = tuple(i for i, c in enumerate(labels) if c not in out)
    if alone:
        x, labels = x.sum(alone), "".join(c for c in labels if c in out)
    return x.transpose([labels.index(c) for c in out])


def contract(operands: Sequence, inputs: Sequence[str], out: str):
    """Operands with labels contracted to the labels of `out`, from the left on."""
    parts = []
    for x, labels in zip(operands, inputs):
        if len(set(labels)) < len(labels):
            plain = "".join(dict.fromkeys(labels))
            x, labels = _single(x, labels, plain), plain
        parts.append((x, labels))
    if len(parts) == 1:
        return _single(*parts[0], out)
    x, labels = parts[0]
    for i, (y, other) in enumerate(parts[1:], start=1):
        if i == len(parts) - 1:
            return _pair(x, y, labels, other, out)
        later = set(out).union(*[p[1] for p in parts[i + 1 :]])
        both = "".join(c for c in dict.fromkeys(labels + other) if c in later)
        x, labels = _pair(x, y, labels, other, both), both


def _einsum_cost(inputs, outputs) -> float:
    """As if the two largest arrays met in a product of square matrices."""
    sizes = sorted([math.prod(a.shape) for a in (*inputs, *outputs)])
    return elements(inputs, outputs) + 5e-11 * len(outputs) * math.sqrt(math.prod(sizes[-3:]))


@kernel("_einsum", dtypes="ifch", cost=_einsum_cost)
def einsum(operands, *, equation):
    inputs, out = _labels(equation, tuple([x.ndim for x in operands]))
    _same_sizes(operands, inputs)
    require(all(x.dtype == operands[0].dtype for x in operands))
    r = contract(operands, inputs, out)
    return r if r.dtype == operands[0].dtype else r.astype(operands[0].dtype)


@einsum.gradient
def _(ct, saved, wanted, operands, *, equation):
    inputs, out = _labels(equation, tuple([x.ndim for x in operands]))
    sizes = _same_sizes(operands, inputs)
    grads = []
    for i, labels in enumerate(inputs):
        require(len(set(labels)) == len(labels))
        rest = [k for k in range(len(inputs)) if k != i]
        there = set(out).union(*[inputs[k] for k in rest])
        kept = "".join(c for c in labels if c in there)
        others = [operands[k].conj() if ct.dtype.kind == "c" else operands[k] for k in rest]
        g = contract([ct, *others], [out, *[inputs[k] for k in rest]], kept)
        shape = [sizes[c] if c in there else 1 for c in labels]
        grads.append(np.broadcast_to(g.reshape(shape), [sizes[c] for c in labels]))
    return {"operands": grads}


def _contracted(a, b, dims):
    if type(dims) is int:
        require(0 <= dims <= min(a.ndim, b.ndim))
        dims = (tuple(range(a.ndim - dims, a.ndim)), tuple(range(dims)))
    left, right = [(d,) if type(d) is int else tuple(d) for d in dims]
    require(len(left) == len(right) and a.dtype == b.dtype)
    left, right = [wrap_dim(d, a.ndim) for d in left], [wrap_dim(d, b.ndim) for d in right]
    require(len(set(left)) == len(left) and len(set(right)) == len(right))
    require(all(a.shape[p] == b.shape[q] for p, q in zip(left, right)))
    return left, right


def _dot_labels(a, b, left, right) -> tuple[str, str, str]:
    la = list(string.ascii_lowercase[: a.ndim])
    lb = list(string.ascii_uppercase[: b.ndim])
    require(a.ndim <= 26 and b.ndim <= 26)
    for p, q in zip(left, right):
        lb[q] = la[p]
    out = [c for i, c in enumerate(la) if i not in left]
    out += [c for i, c in enumerate(lb) if i not in right]
    return "".join(la), "".join(lb), "".join(out)


def _dot_gradient(ct, a, b, labels):
    la, lb, out = labels
    conj = (lambda x: x.conj()) if ct.dtype.kind == "c" else (lambda x: x)
    return (
        contract([ct, conj(b)], [out, lb], la),
        contract([conj(a), ct], [la, out], lb),
    )


@kernel("tensordot", dtypes="ifc", cost=product_cost(0, 1, -1), halves=True)
def tensordot(a, b, dims=2):
    labels = _dot_labels(a, b, *_contracted(a, b, dims))
    return _pair(a, b, *labels)


@tensordot.gradient
def _(ct, saved, wanted, a, b, dims=2):
    labels = _dot_labels(a, b, *_contracted(a, b, dims))
    ga, gb = _dot_gradient(ct, a, b, labels)
    return {"a": ga, "b": gb}


def _inner_labels(input, other):
    require(input.ndim and other.ndim and input.shape[-1] == other.shape[-1])
    require(input.dtype == other.dtype and input.dtype != np.bool_)
    return _dot_labels(input, other, [input.ndim - 1], [other.ndim - 1])


@kernel("inner", dtypes="ifc", cost=product_cost(0, 1, -2), halves=True)
def inner(input, other):
    return _pair(input, other, *_inner_labels(input, other))


@inner.gradient
def _(ct, saved, wanted, input, other):
    ga, gb = _dot_gradient(ct, input, other, _inner_labels(input, other))
    return {"input": ga, "other": gb}


_BILINEAR = ["ni", "oij", "nj"]


def _rows(x):
    return x.reshape(-1, x.shape[-1])


@kernel("nn.functional.bilinear", dtypes="f", cost=product_cost(0, 2, -3), halves=True)
def bilinear(input1, input2, weight, bias=None):
    require(weight.ndim == 3 and input1.ndim and input1.shape[:-1] == input2.shape[:-1])
    require(input1.dtype == input2.dtype == weight.dtype)
    require((input1.shape[-1], input2.shape[-1]) == weight.shape[1:])
    out = contract([_rows(input1), weight, _rows(input2)], _BILINEAR, "no")
    if bias is not None:
        require(bias.shape == weight.shape[:1] and bias.dtype == weight.dtype)
        out = out + bias
    return out.reshape(*input1.shape[:-1], weight.shape[0])


@bilinear.gradient
def _(ct, saved, wanted, input1, input2, weight, bias=None):
    g, x1, x2 = _rows(ct), _rows(input1), _rows(input2)
    out = {}
    if "input1" in wanted:
        out["input1"] = contract([g, weight, x2], ["no", "oij", "nj"], "ni").reshape(input1.shape)
    if "input2" in wanted:
        out["input2"] = contract([g, weight, x1], ["no", "oij", "ni"], "nj").reshape(input2.shape)
    if "weight" in wanted:
        out["weight"] = contract([g, x1, x2], ["no", "ni", "nj"], "oij")
    if "bias" in wanted:
        out["bias"] = g.sum(0)
    return out
