"""The Box-Muller transform over blocks of sixteen uniforms, rounded as PyTorch rounds it on CPU.

Note [Normals to the last bit]
PyTorch fills a contiguous tensor of 16 or more normals block by block: eight radii, then eight
angles. In single precision it evaluates the logarithm, sine and cosine by the Cephes polynomials
(https://www.netlib.org/cephes/, logf, sinf, cosf) with fused multiply-adds. NumPy has no fused
multiply-add, but the product of two float32 numbers is exact in float64, so a float64 sum rounded
to float32 is one (but for a double rounding once in some 2**29 operations). In double precision
PyTorch calls the C library.

Box and Muller, "A note on the generation of random normal deviates" (1958).
"""

from __future__ import annotations

import math

import numpy as np

# Rows of one pass: the scratch arrays of a pass stay in the processor's cache.
_ROWS = 512


def _f32(*values: float) -> tuple[float, ...]:
    """Constants as the float32 numbers they are in single-precision code."""
    return tuple(float(np.float32(v)) for v in values)


_SQRT_HALF, _LN2_LOW, _LN2_HIGH = _f32(0.707106781186547524, -2.12194440e-4, 0.693359375)
_LOG_FIRST, *_LOG = _f32(
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
(_FOUR_OVER_PI,) = _f32(1.27323954473516)
# -pi/4 in three parts; a multiple of the first two is exact.
_QUARTER_PI = _f32(-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)
_COS = _f32(2.443315711809948e-005, -1.388731625493765e-003, 4.166664568298827e-002)
_SIN = _f32(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)


def fma32(a, b, c, wide: np.ndarray, out: np.ndarray) -> np.ndarray:
    """a * b + c with one rounding to float32; `wide` is float64 scratch of the same shape."""
    np.multiply(a, b, out=wide, dtype=np.float64)
    return np.add(wide, c, out=out, dtype=np.float64, casting="same_kind")


def _split(a):
    """The upper and lower half of a float64's digits (Veltkamp)."""
    t = a * 134217729.0
    high = t - (t - a)
    return high, a - high


def fma64(x, a: float, b: float):
    """x * a + b with the product kept in full (Dekker's product, Knuth's sum), as a fused
    multiply-add gives it."""
    if b == 0.0:
        return x * a + b
    product = x * a
    x_high, x_low = _split(x)
    a_high, a_low = _split(a)
    lost = ((x_high * a_high - product) + x_high * a_low + x_low * a_high) + x_low * a_low
    total = product + b
    back = total - product
    return total + (((product - (total - back)) + (b - back)) + lost)


def _log32(x: np.ndarray, wide: np.ndarray) -> np.ndarray:
    """The logarithm of float32 numbers in [2**-24, 1]; overwrites x."""
    bits = x.view(np.int32)
    exponent = ((bits >> 23) - 126).astype(np.float32)
    bits &= 0x007FFFFF
    bits |= 0x3F000000  # the fraction, in [1/2, 1)
    low = x < _SQRT_HALF
    exponent -= low
    doubled = x * low
    x -= np.float32(1)
    x += doubled
    square = x * x
    x64 = x.astype(np.float64)
    y = fma32(x64, _LOG_FIRST, _LOG[0], wide, np.empty_like(x))
    for c in _LOG[1:]:
        fma32(y, x64, c, wide, y)
    y *= x
    fma32(y, square, exponent * np.float32(_LN2_LOW), wide, y)
    square *= np.float32(0.5)
    y -= square
    x += y
    return fma32(exponent, _LN2_HIGH, x, wide, x)


def _sincos32(x: np.ndarray, wide: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sine and cosine of float32 angles in [0, 2 pi]; overwrites x."""
    octant = (x * np.float32(_FOUR_OVER_PI)).astype(np.uint32)
    octant += np.uint32(1)
    octant &= np.uint32(0xFFFFFFFE)
    turns = octant.astype(np.float64)
    for part in _QUARTER_PI:
        fma32(turns, part, x, wide, x)
    square = x * x
    square64 = square.astype(np.float64)
    cosine = fma32(square64, _COS[0], _COS[1], wide, np.empty_like(x))
    fma32(cosine, square64, _COS[2], wide, cosine)
    cosine *= square
    fma32(cosine, square64, square * np.float32(-0.5), wide, cosine)
    cosine += np.float32(1)
    sine = fma32(square64, _SIN[0], _SIN[1], wide, np.empty_like(x))
    fma32(sine, square64, _SIN[2], wide, sine)
    sine *= square
    fma32(sine, x, x, wide, sine)
    swap = (octant & np.uint32(2)) != 0
    s, c = np.where(swap, cosine, sine), np.where(swap, sine, cosine)
    # Moving bit 2 to bit 31 makes it a float's sign.
    s.view(np.uint32)[...] ^= (octant & np.uint32(4)) << np.uint32(29)
    c.view(np.uint32)[...] ^= ((octant + np.uint32(2)) & np.uint32(4)) << np.uint32(29)
    return s, c


def normals32(uniforms: np.ndarray, mean: float, std: float) -> None:
    """Turns float32 uniforms, a whole number of sixteens, into normals in place.

    See Note [Normals to the last bit].
    """
    mean, std = _f32(mean, std)
    blocks = uniforms.reshape(-1, 16)
    for start in range(0, len(blocks), _ROWS):
        block = blocks[start : start + _ROWS]
        radius, angle = np.float32(1) - block[:, :8], block[:, 8:] * np.float32(2 * math.pi)
        wide = np.empty(radius.shape)
        _log32(radius, wide)
        radius *= np.float32(-2)
        np.sqrt(radius, out=radius)
        sine, cosine = _sincos32(angle, wide)
        for values, out in ((cosine, block[:, :8]), (sine, block[:, 8:])):
            values *= radius
            if mean == 0.0:
                values *= np.float32(std)
                np.add(values, np.float32(0), out=out)  # -0 + 0 is 0, as the fused operation has it
            else:
                fma32(values, std, mean, wide, out)


def normals64(uniforms: np.ndarray, mean: float, std: float) -> None:
    """Turns float64 uniforms, a whole number of sixteens, into normals in place."""
    blocks = uniforms.reshape(-1, 16)
    radius = np.sqrt(-2 * np.log(1 - blocks[:, :8]))
    angle = blocks[:, 8:] * (2 * math.pi)
    blocks[:, :8] = fma64(radius * np.cos(angle), std, mean)
    blocks[:, 8:] = fma64(radius * np.sin(angle), std, mean)
