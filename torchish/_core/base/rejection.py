"""Samplers that draw again until a draw is accepted: Poisson, binomial and gamma.

How many uniforms an element takes depends on their values, so these loops run in Python, element by
element, on float64 uniforms that are drawn ahead. Each takes PyTorch's steps in PyTorch's order, so
that the stream stands where PyTorch's stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from torchish._core.base.mt19937 import Stream

# Single-precision constants, which the gamma sampler mixes with double-precision numbers.
_THIRD = np.float32(1) / np.float32(3)
_SQUEEZE = float(np.float32(0.0331))
# What Stirling's formula misses of log(k!), for k up to 9.
_STIRLING = (
    0.0810614667953272,
    0.0413406959554092,
    0.0276779256849983,
    0.02079067210376509,
    0.0166446911898211,
    0.0138761288230707,
    0.0118967099458917,
    0.0104112652619720,
    0.00925546218271273,
    0.00833056343336287,
)


class _Ahead:
    """Uniforms drawn ahead, never more than are sure to be used: one for each element to come."""

    def __init__(self, stream: Stream, elements: int):
        self.stream = stream
        self.left = elements

    def uniforms(self) -> Iterator[float]:
        while True:
            yield from self.stream._uniforms64(self.left).tolist()


def poisson(stream: Stream, rates: np.ndarray) -> np.ndarray:
    """Poisson counts as int64 for float64 rates >= 0.

    Rates below 10: the number of uniforms whose running product stays above exp(-rate). From 10 on:
    transformed rejection (Hörmann 1993, "The transformed rejection method for generating Poisson
    random variables", PTRS).
    """
    out = np.zeros(rates.size, np.int64)
    drawn = np.flatnonzero(rates)
    ahead = _Ahead(stream, len(drawn))
    u = ahead.uniforms()
    for i, rate in zip(drawn.tolist(), rates[drawn].tolist(), strict=True):
        if rate < 10:
            floor, product, k = math.exp(-rate), next(u), 0
            while product > floor:
                k += 1
                product *= next(u)
        else:
            k = _ptrs(u, rate)
        out[i] = k
        ahead.left -= 1
    return out


def _ptrs(u: Iterator[float], rate: float) -> int:
    root, log_rate = math.sqrt(rate), math.log(rate)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    log_inverse_alpha = math.log(1.1239 + 1.1328 / (b - 3.4))
    box = 0.9277 - 3.6224 / (b - 2)
    while True:
        x = next(u) - 0.5
        v = next(u)
        edge = 0.5 - abs(x)
        if edge == 0.0:
            continue  # 1 / edge is infinite: k would be far below zero, a rejection
        k = math.floor((2 * a / edge + b) * x + rate + 0.43)
        if edge >= 0.07 and v <= box:
            return k
        if k < 0 or (edge < 0.013 and v > edge):
            continue
        log_v = math.log(v) if v else -math.inf
        if log_v + log_inverse_alpha - math.log(
            a / (edge * edge) + b
        ) <= -rate + k * log_rate - math.lgamma(k + 1):
            return k


def binomial(stream: Stream, count: np.ndarray, prob: np.ndarray) -> np.ndarray:
    """Binomial counts in the dtype of `count` and `prob`, float32 or float64 and equally long.

    Where the mean of the rarer outcome is below 10: sums of geometric waiting times. Otherwise
    transformed rejection (Hörmann 1993, "The generation of binomial random variates", BTRS).
    """
    kind = count.dtype.type
    out = np.zeros_like(count)
    out[prob >= 1] = count[prob >= 1]
    out[np.isnan(prob) | np.isnan(count)] = np.nan
    out[(count <= 0) | (prob <= 0)] = 0
    drawn = np.flatnonzero((count > 0) & (prob > 0) & (prob < 1))
    n, p = count[drawn], prob[drawn]
    flipped = p > 0.5
    p = np.where(flipped, kind(1) - p, p)
    mean = n * p
    # Quantities that PyTorch computes in the array's precision before it goes on in double.
    spread = np.sqrt(mean * (kind(1) - p)).astype(np.float64)
    odds = (p / (kind(1) - p)).astype(np.float64)
    mode = np.floor((n + kind(1)) * p).astype(np.float64)
    log_miss = np.log1p(-p.astype(np.float64)).astype(kind).astype(np.float64)
    ahead = _Ahead(stream, len(drawn))
    u = ahead.uniforms()
    taken = np.empty(len(drawn))
    columns = (n, p, mean, spread, odds, mode, log_miss)
    for i, (ni, pi, mi, si, oi, moi, li) in enumerate(
        zip(*(c.tolist() for c in columns), strict=True)
    ):
        taken[i] = _btrs(u, ni, pi, mi, si, oi, moi) if mi >= 10 else _waiting(u, ni, li)
        ahead.left -= 1
    taken = taken.astype(kind)
    out[drawn] = np.where(flipped, n - taken, taken)
    return out


def _waiting(u: Iterator[float], count: float, log_miss: float) -> int:
    passed, k = 0.0, 0
    while True:
        x = next(u)
        passed += math.ceil(math.log(x) / log_miss) if x and log_miss else math.inf
        if passed > count:
            return k
        k += 1


def _stirling_tail(k: float) -> float:
    if k < len(_STIRLING):
        return _STIRLING[int(k)]
    square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)


def _btrs(
    u: Iterator[float], n: float, p: float, mean: float, spread: float, odds: float, mode: float
) -> float:
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = mean + 0.5
    box = 0.92 - 4.2 / b
    alpha = (2.83 + 5.1 / b) * spread
    while True:
        x = next(u) - 0.5
        v = next(u)
        edge = 0.5 - abs(x)
        if edge == 0.0:
            continue  # 1 / edge is infinite: k would be outside [0, n], a rejection
        k = float(math.floor((2 * a / edge + b) * x + c))
        if k < 0 or k > n:
            continue
        if edge >= 0.07 and v <= box:
            return k
        v = v * alpha / (a / (edge * edge) + b)
        bound = (
            (mode + 0.5) * math.log((mode + 1) / (odds * (n - mode + 1)))
            + (n + 1) * math.log((n - mode + 1) / (n - k + 1))
            + (k + 0.5) * math.log(odds * (n - k + 1) / (k + 1))
            + _stirling_tail(mode)
            + _stirling_tail(n - mode)
            - _stirling_tail(k)
            - _stirling_tail(n - k)
        )
        if not v or math.log(v) <= bound:
            return k


def gamma(stream: Stream, alpha: np.ndarray) -> np.ndarray:
    """Gamma variates of scale 1 as float64 for shapes alpha >= 0, float32 or float64.

    Marsaglia and Tsang (2000), "A simple method for generating gamma variables"; a shape below 1 is
    drawn as shape + 1 and scaled by a power of a uniform.
    """
    kind = alpha.dtype.type
    out = np.zeros(alpha.size)
    drawn = np.flatnonzero(alpha)
    shapes = alpha[drawn]
    small = shapes < 1
    power = np.where(small, kind(1) / shapes, kind(0)).astype(np.float64)
    d = (np.where(small, shapes + kind(1), shapes) - kind(_THIRD)).astype(np.float64)
    c = 1.0 / np.sqrt(9.0 * d)
    ahead = _Ahead(stream, len(drawn))
    u = ahead.uniforms()
    columns = (drawn, power, d, c)
    with stream._lock:
        for i, pi, di, ci in zip(*(column.tolist() for column in columns), strict=True):
            scale = (1 - next(u)) ** pi if pi else 1.0
            out[i] = _marsaglia_tsang(stream, u, scale, di, ci)
            ahead.left -= 1
    return out


def _marsaglia_tsang(stream: Stream, u: Iterator[float], scale: float, d: float, c: float) -> float:
    while True:
        y = 0.0
        x = 0.0
        while y <= 0:
            if stream._next_double is None:
                first = next(u)
                x, stream._next_double = stream._pair(first, next(u))
            else:
                x, stream._next_double = stream._next_double, None
            y = 1.0 + c * x
        v = y * y * y
        left = 1 - next(u)
        square = x * x
        if left < 1.0 - _SQUEEZE * square * square:
            return scale * d * v
        if math.log(left) < 0.5 * square + d * (1.0 - v + math.log(v)):
            return scale * d * v
