"""Rules for matrix products, convolutions and Fourier transforms (numpy_rules.py)."""

from __future__ import annotations

import numpy as np

from torchish._core.engine.interpreter.indexing import RULES
from torchish._core.engine.interpreter.rules import pad_rule, require, rule

__all__ = ["RULES"]  # with the rules below


@rule("dot_general")
def _dot(ins, outs, *, dimension_numbers, preferred_element_type):
    (ca, cb), (ba, bb) = dimension_numbers
    kind = np.dtype(preferred_element_type or outs[0].dtype)
    require(kind.kind != "b")
    a, b = ins
    fa = [d for d in range(a.ndim) if d not in ca and d not in ba]
    fb = [d for d in range(b.ndim) if d not in cb and d not in bb]
    pa, pb = (*ba, *fa, *ca), (*bb, *cb, *fb)
    batch = tuple(a.shape[d] for d in ba)
    m, n = [int(np.prod([x.shape[d] for d in f])) for x, f in ((a, fa), (b, fb))]
    k = int(np.prod([a.shape[d] for d in ca]))
    shape = outs[0].shape

    def dot(x, y):
        x = x.transpose(pa).reshape(*batch, m, k).astype(kind, copy=False)
        y = y.transpose(pb).reshape(*batch, k, n).astype(kind, copy=False)
        return np.matmul(x, y).reshape(shape)

    return dot


@rule("conv_general_dilated")
def _conv(
    ins,
    outs,
    *,
    window_strides,
    padding,
    lhs_dilation,
    rhs_dilation,
    dimension_numbers,
    feature_group_count,
    batch_group_count,
    preferred_element_type,
):
    numbers, groups = dimension_numbers, feature_group_count
    kind = np.dtype(preferred_element_type or outs[0].dtype)
    require(kind.kind in "fciu" and batch_group_count == 1)
    widen = pad_rule(
        [ins[0]],
        [_Spread(ins[0], numbers.lhs_spec, padding, lhs_dilation)],
        **{"padding_config": _config(numbers.lhs_spec, padding, lhs_dilation)},
    )
    n = len(window_strides)
    back = np.argsort(numbers.out_spec)

    def conv(x, w):
        x = widen(x, 0).transpose(numbers.lhs_spec)
        w = w.transpose(numbers.rhs_spec)
        spans = [(k - 1) * d + 1 for k, d in zip(w.shape[2:], rhs_dilation, strict=True)]
        windows = np.lib.stride_tricks.sliding_window_view(x, spans, axis=tuple(range(2, 2 + n)))
        pick = [slice(None), slice(None)]
        pick += [slice(None, None, s) for s in window_strides]
        pick += [slice(None, None, d) for d in rhs_dilation]
        windows = windows[tuple(pick)]  # (N, C, out..., kernel...)
        results = []
        for x_part, w_part in zip(
            np.split(windows, groups, 1), np.split(w, groups, 0), strict=True
        ):
            axes = [1, *range(2 + n, 2 + 2 * n)], [1, *range(2, 2 + n)]
            results.append(np.tensordot(x_part, w_part, axes))  # (N, out..., O)
        y = results[0] if groups == 1 else np.concatenate(results, -1)
        return np.moveaxis(y, -1, 1).transpose(back)

    return conv


def _config(spec, padding, dilation):
    config = [(0, 0, 0)] * len(spec)
    for d, (low, high), inner in zip(spec[2:], padding, dilation, strict=True):
        config[d] = (low, high, inner - 1)
    return config


class _Spread:
    """The aval of a padded and dilated array."""

    def __init__(self, aval, spec, padding, dilation):
        self.dtype, shape = aval.dtype, list(aval.shape)
        for d, (low, high, inner) in enumerate(_config(spec, padding, dilation)):
            shape[d] = low + high + shape[d] + max(shape[d] - 1, 0) * inner
        self.shape = tuple(shape)


@rule("fft")
def _fft(ins, outs, *, fft_type, fft_lengths):
    name = getattr(fft_type, "name", str(fft_type)).rpartition(".")[2].lower()
    functions = {"fft": "fftn", "ifft": "ifftn", "rfft": "rfftn", "irfft": "irfftn"}
    require(name in functions)
    f = getattr(np.fft, functions[name])
    axes = tuple(range(-len(fft_lengths), 0))
    return lambda x: f(x, tuple(fft_lengths), axes)
