"""Each class of calls of oneDNN that torchish makes, held against NumPy. Beside `main`, which ends
the process with status 1 where one does not hold, the tests go through them."""

from __future__ import annotations

import functools
import itertools
import sys

import jax
import numpy as np

from torchish._core.ops.nn import onednn, onednn_products
from torchish._core.ops.nn.correlation import Geometry

# (input, weight, stride, pads, dilation, groups)
CLASSES = {
    "plain": ((3, 5, 9, 8), (7, 5, 3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), 1),
    "one channel": ((2, 1, 12, 12), (6, 1, 5, 5), (1, 1), ((0, 0), (0, 0)), (1, 1), 1),
    "16 channels": ((2, 16, 8, 9), (32, 16, 3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), 1),
    "pointwise": ((2, 32, 7, 7), (48, 32, 1, 1), (1, 1), ((0, 0), (0, 0)), (1, 1), 1),
    "strided": ((2, 16, 11, 10), (24, 16, 3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1), 1),
    "strided pointwise": ((2, 16, 9, 8), (8, 16, 1, 1), (2, 2), ((0, 0), (0, 0)), (1, 1), 1),
    "coarse": ((2, 3, 23, 22), (16, 3, 7, 7), (3, 2), ((3, 3), (3, 3)), (1, 1), 1),
    "patches": ((2, 3, 16, 16), (12, 3, 4, 4), (4, 4), ((0, 0), (0, 0)), (1, 1), 1),
    "uneven pads": ((2, 4, 7, 9), (6, 4, 4, 2), (1, 1), ((1, 2), (0, 1)), (1, 1), 1),
    "holes": ((2, 8, 12, 11), (8, 8, 3, 3), (1, 1), ((2, 2), (2, 2)), (2, 2), 1),
    "strided holes": ((2, 8, 12, 11), (8, 8, 3, 3), (2, 1), ((2, 2), (1, 1)), (2, 1), 1),
    "groups": ((2, 12, 8, 8), (8, 3, 3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), 4),
    "depthwise": ((2, 24, 8, 8), (24, 1, 3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1), 24),
    "depthwise twice": ((2, 8, 8, 8), (16, 1, 5, 5), (1, 1), ((2, 2), (2, 2)), (1, 1), 8),
    "wide": ((2, 128, 66, 65), (160, 128, 3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), 1),
    "a row": ((2, 16, 1, 40), (16, 16, 1, 5), (1, 2), ((0, 0), (2, 2)), (1, 1), 1),
    "volumes": ((2, 6, 5, 6, 7), (8, 6, 3, 3, 3), (1, 1, 1), ((1, 1),) * 3, (1, 1, 1), 1),
    "strided volumes": ((2, 6, 7, 6, 7), (8, 6, 3, 2, 3), (2, 1, 2), ((1, 1),) * 3, (1, 1, 1), 1),
}

# (batch, rows, terms, columns) of products
PRODUCTS = {
    "odd product": ((6,), 17, 19, 23),
    "product of few terms": ((5,), 33, 1, 40),
    "product": ((3,), 128, 64, 128),
    "heads": ((2, 3), 65, 64, 65),
    "one product": ((), 96, 130, 160),
}


def _by_taps(x, w, g: Geometry):
    """The correlation in NumPy, tap by tap."""
    x = np.pad(x, ((0, 0), (0, 0), *g.pads))
    out = g._replace(pads=((0, 0),) * len(g.pads)).output(x.shape[2:], w.shape[2:])
    n, o = len(x), w.shape[0] // g.groups
    y = np.zeros((n, g.groups, o, *out))
    x = x.reshape(n, g.groups, -1, *x.shape[2:])
    w = w.reshape(g.groups, o, *w.shape[1:])
    for at in np.ndindex(w.shape[3:]):
        seen = x[(..., *[
            slice(k * d, k * d + (m - 1) * t + 1, t)
            for k, d, m, t in zip(at, g.dilation, out, g.stride, strict=True)
        ])]  # fmt: skip
        y += np.einsum("ngc...,goc->ngo...", seen, w[(..., *at)])
    return y.reshape(n, -1, *out)


def differences(name: str) -> list[float]:
    """How far a class's value is from NumPy's in float64, relative to its largest number, and its
    derivatives from what they are for this value: each is the adjoint of the others."""
    shape, kernel, stride, pads, dilation, groups = CLASSES[name]
    g = Geometry(stride, pads, dilation, groups)
    draw = np.random.default_rng(0)
    x, w = (draw.standard_normal(s).astype(np.float32) for s in (shape, kernel))
    value = _by_taps(x.astype(float), w.astype(float), g)
    dy = draw.standard_normal(value.shape).astype(np.float32)

    @jax.jit
    def all_three(x, w, dy):
        dx = onednn.by_input(dy, w, g, shape[2:])
        return onednn.convolution(x, w, g), dx, onednn.by_weight(x, dy, g, kernel[2:])

    y, dx, dw = (np.asarray(a, float) for a in all_three(x, w, dy))
    scale = np.linalg.norm(value) * np.linalg.norm(dy)
    meeting = np.vdot(value, dy)
    return [
        float(np.abs(y - value).max() / np.abs(value).max()),
        float(abs(np.vdot(dx, x) - meeting) / scale),
        float(abs(np.vdot(dw, w) - meeting) / scale),
    ]


def product_differences(name: str) -> list[float]:
    """How far a product is from NumPy's, whichever of the two lie transposed."""
    batch, m, k, n = PRODUCTS[name]
    draw = np.random.default_rng(0)
    a, b = (draw.standard_normal((*batch, *s)).astype(np.float32) for s in ((m, k), (k, n)))
    value = a.astype(float) @ b
    found = []
    for first, second in itertools.product((False, True), repeat=2):
        one = np.ascontiguousarray(a.swapaxes(-1, -2)) if first else a
        other = np.ascontiguousarray(b.swapaxes(-1, -2)) if second else b
        call = functools.partial(onednn_products.product, first=first, second=second)
        y = np.asarray(jax.jit(call)(one, other), float)
        found.append(float(np.abs(y - value).max() / np.abs(value).max()))
    return found


def main() -> None:
    for classes, measured in ((CLASSES, differences), (PRODUCTS, product_differences)):
        for name in classes:
            for found in measured(name):
                if not found < 1e-5:
                    sys.exit(f"{name}: {found:.1e} apart")


if __name__ == "__main__":
    main()
