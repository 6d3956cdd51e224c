"""Normalized vectors, cosine similarity and distances of pairs in NumPy."""

from __future__ import annotations

import numpy as np

from torchish._core.base.errors import wrap_dim
from torchish._core.engine.host.reductions import norm_slope, p_norm
from torchish._core.engine.host.registry import kernel, require


def _dims(x, dim) -> tuple[int, ...]:
    if not x.ndim:
        return ()
    return (
        tuple([wrap_dim(d, x.ndim) for d in dim])
        if type(dim) is tuple
        else (wrap_dim(dim, x.ndim),)
    )


def _norms(x, p: float, dims, eps: float):
    """(norms, norms that are at least eps), with the dims kept."""
    n = p_norm(x, p, dims)
    return n, np.where(n < eps, n.dtype.type(eps), n)


def _normalized_gradient(ct, x, norms, p: float, dims, eps: float):
    """The gradient of x in x / max(norm, eps)."""
    n, size = norms
    along = np.add.reduce(ct * x, dims, keepdims=True) / (size * size)
    along = np.where(n < eps, n.dtype.type(0), along)
    return ct / size - along * norm_slope(x, n, p, dims)


@kernel("nn.functional.normalize", saves="residual", dtypes="f")
def normalize(input, p=2.0, dim=1, eps=1e-12):
    require(input.size)
    norms = _norms(input, float(p), _dims(input, dim), eps)
    return input / norms[1], norms


@normalize.gradient
def _(ct, saved, wanted, input, p=2.0, dim=1, eps=1e-12):
    dims = _dims(input, dim)
    return {"input": _normalized_gradient(ct, input, saved, float(p), dims, eps)}


def _pair(x1, x2, dim):
    """Two arrays of one shape, and the dim."""
    a, b = np.broadcast_arrays(x1, x2)
    if not a.ndim:
        a, b = a[None], b[None]
    require(a.size)
    return a, b, _dims(a, dim)


@kernel("cosine_similarity", saves="residual", dtypes="f")
def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    a, b, dims = _pair(x1, x2, dim)
    norms = _norms(a, 2.0, dims, eps), _norms(b, 2.0, dims, eps)
    units = a / norms[0][1], b / norms[1][1]
    return np.add.reduce(units[0] * units[1], dims), (norms, units)


@cosine_similarity.gradient
def _(ct, saved, wanted, x1, x2, dim=1, eps=1e-8):
    a, b, dims = _pair(x1, x2, dim)
    norms, units = saved
    ct = np.expand_dims(ct, dims)
    out = {}
    for name, x, i in (("x1", a, 0), ("x2", b, 1)):
        if name in wanted:
            g = _normalized_gradient(ct * units[1 - i], x, norms[i], 2.0, dims, eps)
            out[name] = g[0] if not x1.ndim and not x2.ndim else g
    return out


def _difference(x1, x2, eps: float):
    d = x1 - x2 + x1.dtype.type(eps)
    d = d if d.ndim else d[None]
    require(d.shape[-1])
    return d


@kernel("pairwise_distance", saves="residual", dtypes="f")
def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    d = _difference(x1, x2, eps)
    n = p_norm(d, float(p), (d.ndim - 1,))
    return n if keepdim else n[..., 0], n


@pairwise_distance.gradient
def _(ct, saved, wanted, x1, x2, p=2.0, eps=1e-6, keepdim=False):
    d = _difference(x1, x2, eps)
    ct = ct if keepdim else ct[..., None]
    g = ct * norm_slope(d, saved, float(p), (d.ndim - 1,))
    g = g if x1.ndim or x2.ndim else g[0]
    return {"x1": g, "x2": -g}


@kernel("pdist", saves="residual", dtypes="f")
def pdist(input, p=2.0):
    require(input.ndim == 2 and len(input) > 1 and input.size and p >= 0)
    i, j = np.triu_indices(len(input), 1)
    away = input[i] - input[j]
    norms = p_norm(away, float(p), (1,))
    return norms[:, 0], (away, norms)


@pdist.gradient
def _(ct, saved, wanted, input, p=2.0):
    away, norms = saved
    g = ct[:, None] * norm_slope(away, norms, float(p), (1,))
    i, j = np.triu_indices(len(input), 1)
    out = np.zeros_like(input)
    np.add.at(out, i, g)
    np.subtract.at(out, j, g)
    return {"input": out}


def _renormed(input, p, dim, maxnorm):
    require(input.ndim > 1 and input.size and p > 0 and maxnorm >= 0)
    axis = wrap_dim(dim, input.ndim)
    dims = tuple(d for d in range(input.ndim) if d != axis)
    norms = p_norm(input, float(p), dims)
    beyond = norms > maxnorm
    scale = np.where(beyond, maxnorm / (norms + 1e-7), 1).astype(input.dtype)
    return dims, norms, beyond, scale


@kernel("renorm", dtypes="f")
def renorm(input, p, dim, maxnorm):
    return input * _renormed(input, p, dim, maxnorm)[3]


@renorm.gradient
def _(ct, saved, wanted, input, p, dim, maxnorm):
    dims, norms, beyond, scale = _renormed(input, p, dim, maxnorm)
    along = (ct * input).sum(dims, keepdims=True) * scale / (norms + 1e-7)
    along = np.where(beyond, along, 0).astype(input.dtype)
    return {"input": ct * scale - along * norm_slope(input, norms, float(p), dims)}
