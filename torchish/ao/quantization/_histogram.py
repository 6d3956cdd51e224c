"""Where to cut a histogram so that integers stand for its values with the least error."""

from __future__ import annotations

import numpy as np

__all__ = ["best_bins", "spread"]


def spread(counts: np.ndarray, low: float, high: float, to: tuple[float, float], fine: int):
    """A histogram between `low` and `high` in as many bins of a wider range, each bin taken as
    `fine` smaller ones."""
    n = len(counts)
    parts = np.repeat(counts, fine) / np.float32(fine)
    size = np.float32((high - low) / (n * fine))
    middles = np.linspace(low, high, n * fine + 1, dtype=np.float32)[:-1] + np.float32(0.5) * size
    edges = np.linspace(to[0], to[1], n + 1, dtype=np.float32)
    at = np.searchsorted(edges, middles, side="right") - 1
    return np.bincount(at, parts, n)[:n].astype(np.float32)


def _error(counts: np.ndarray, width: float, first: int, last: int, levels: int) -> float:
    """The squared error of values that are rounded to the levels between two bins."""
    n = len(counts)
    step = width * (last - first + 1) / levels
    if step == 0.0:
        return 0.0
    begin = (np.arange(n, dtype=np.float32) - first) * np.float32(width)
    end = begin + np.float32(width)
    at_begin = np.clip(np.floor(begin / np.float32(step)), 0, levels - 1)
    at_end = np.clip(np.floor(end / np.float32(step)), 0, levels - 1)
    density = counts / np.float32(width)

    def cube(a: np.ndarray | float, b: np.ndarray | float) -> np.ndarray:
        return density * (b * b * b - a * a * a) / 3

    half = np.float32(step / 2)
    total = cube(begin - (at_begin + np.float32(0.5)) * np.float32(step), half)
    total = total + (at_end - at_begin - 1) * cube(-half, half)
    total = total + cube(-half, end - (at_end * np.float32(step) + half))
    return float(total.astype(np.float32).sum())


def best_bins(counts: np.ndarray, low: float, high: float, levels: int) -> tuple[int, int]:
    """The first and the last bin to keep: bins are taken off the side that has fewer values, for as
    long as the error gets smaller."""
    n = len(counts)
    width = float(np.float32((high - low) / n))
    total, sums = float(counts.sum()), np.cumsum(counts, dtype=np.float32)
    step, alpha, beta = 1e-5, 0.0, 1.0
    first, last, least = 0, n - 1, float("inf")
    while alpha < beta:
        next_alpha, next_beta = alpha + step, beta - step
        left, right = first, last
        while left < last and sums[left] < next_alpha * total:
            left += 1
        while right > first and sums[right] > next_beta * total:
            right -= 1
        new_first, new_last = first, last
        if left - first > last - right:
            new_first, alpha = left, next_alpha
        else:
            new_last, beta = right, next_beta
        if (new_first, new_last) == (first, last):
            continue
        error = _error(counts, width, new_first, new_last, levels)
        if error > least:
            break
        first, last, least = new_first, new_last, error
    return first, last
