"""Second derivatives: the gradients of the gradients of what penalties and Hessians are made of.

A second derivative `f(v, ct, wanted, **arguments)` is given the cotangents `v` of the gradients by
the names of the parameters, and returns those of the cotangent, as "ct", and of the parameters
`wanted`; what it leaves out is zero. Here they are derived from the kernels themselves: an operator
that is linear in some parameters gives its value at `v`; one that is a product of two factors needs
its own gradient with one factor replaced; one of each element needs a second derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from torchish._core.engine.host.common import axis_of, logistic
from torchish._core.engine.host.promoting import is_number
from torchish._core.engine.host.registry import KERNELS, SECOND, Kernel, require


def _evaluate(kernel: Kernel, arguments: dict):
    """(result, what the gradient is given as saved)."""
    out = kernel.forward(**arguments)
    if kernel.saves == "residual":
        return out
    return out, out if kernel.saves == "result" else None


def _zeros(x):
    if isinstance(x, list):
        return [_zeros(a) for a in x]
    if isinstance(x, np.ndarray):
        return np.zeros_like(x)
    return None if x is None else type(x)(0)


def _filled(given, x):
    """A cotangent, zeros where there is none."""
    if given is None:
        return _zeros(x)
    if isinstance(x, list):
        return [_filled(g, a) for g, a in zip(given, x, strict=True)]
    return given


def _linear(names: str, terms: str, factors: str = "") -> None:
    """Operators that are a sum of something linear in `terms` and a product of the two `factors`,
    if any."""
    for name in names.split():
        SECOND[name] = _linear_rule(name, terms.split(), factors.split())


def _linear_rule(name: str, terms: list[str], factors: list[str]) -> Callable:
    def rule(v, ct, wanted, **arguments):
        kernel = KERNELS[name]
        nothing = {t: _zeros(arguments[t]) for t in terms}
        moved = {t: _filled(v.get(t), arguments[t]) for t in terms}
        out, total = {}, None
        for f in factors:
            if f not in v:
                continue
            changed = {**arguments, **(moved if total is None else nothing), f: v[f]}
            result, saved = _evaluate(kernel, changed)
            total = result if total is None else total + result
            other = factors[1 - factors.index(f)]
            if other in wanted:
                changed = {**arguments, f: v[f]}
                out[other] = kernel.pullback(ct, saved, {other}, **changed)[other]
        if total is None:
            absent = {f: _zeros(arguments[f]) for f in factors[:1]}
            total = _evaluate(kernel, {**arguments, **moved, **absent})[0]
        out["ct"] = total
        return out

    return rule


def _each(names: str, curvature: Callable | None = None) -> None:
    """Functions of each element, with the second derivative from input and result; None where it
    is zero."""
    for name in names.split():
        SECOND[name] = _rule_of_each(name, curvature)


def _rule_of_each(name: str, curvature: Callable | None) -> Callable:
    def rule(v, ct, wanted, input, **rest):
        kernel = KERNELS[name]
        y, saved = _evaluate(kernel, {"input": input, **rest})
        out = {"ct": kernel.pullback(v["input"], saved, {"input"}, input=input, **rest)["input"]}
        if curvature is not None and "input" in wanted:
            require(input.dtype.kind == "f")
            out["input"] = v["input"] * ct * curvature(input, y)
        return out

    return rule


def second(*names: str) -> Callable[[Callable], Callable]:
    """Enter the second derivative of kernels that no rule above serves."""

    def enter(f: Callable) -> Callable:
        for name in names:
            SECOND[name] = f
        return f

    return enter


# --- linear, and products of two ------------------------------------------------------------------

_F = "nn.functional."
_SPATIAL = range(1, 4)

_linear("add sub rsub", "input other")
_linear("neg positive sum nansum mean trace triu tril flip roll cumsum repeat tile", "input")
_linear("gather index_select take index _cast _clone", "input")
_linear("cat stack", "tensors")
_linear("where", "input other")
_linear(f"_dropout {_F}avg_pool2d {_F}adaptive_avg_pool2d {_F}interpolate", "input")
_linear("mul", "", "input other")
_linear("mm", "", "input mat2")
_linear("bmm", "", "input mat2")
_linear("matmul", "", "input other")
_linear("inner", "", "input other")
_linear("mv", "", "input vec")
_linear("outer", "", "input vec2")
_linear("dot", "", "input tensor")
_linear("addmm", "input", "mat1 mat2")
_linear("baddbmm", "input", "batch1 batch2")
_linear(f"{_F}linear", "bias", "input weight")
_linear(" ".join(f"{_F}conv{n}d" for n in _SPATIAL), "bias", "input weight")
_linear(" ".join(f"{_F}conv_transpose{n}d" for n in _SPATIAL), "bias", "input weight")


@second("_einsum")
def _(v, ct, wanted, operands, **rest):
    require(len(operands) <= 2)
    kernel, given = KERNELS["_einsum"], v["operands"]
    out, total = [None] * len(operands), None
    for i, x in enumerate(given):
        if x is None:
            continue
        moved = [x if j == i else a for j, a in enumerate(operands)]
        result = kernel.forward(operands=moved, **rest)
        total = result if total is None else total + result
        if len(operands) == 2 and "operands" in wanted:
            gradients = kernel.pullback(ct, None, {"operands"}, operands=moved, **rest)
            out[1 - i] = gradients["operands"][1 - i]
    return {"ct": total, "operands": out}


# --- functions of each element --------------------------------------------------------------------

_each(f"relu abs floor ceil round sign frac clamp masked_fill {_F}relu6 {_F}hardtanh")
_each(f"{_F}leaky_relu {_F}threshold hardshrink {_F}softshrink {_F}hardsigmoid deg2rad rad2deg")
_each("square", lambda x, y: 2)
_each("exp", lambda x, y: y)
_each("expm1", lambda x, y: y + 1)
_each("exp2", lambda x, y: y * math.log(2) ** 2)
_each("sqrt", lambda x, y: -0.25 / (y * y * y))
_each("rsqrt", lambda x, y: 0.75 * y**5)
_each("reciprocal", lambda x, y: 2 * y * y * y)
_each("tan", lambda x, y: 2 * y * (1 + y * y))
_each("tanh", lambda x, y: -2 * y * (1 - y * y))
_each("sigmoid", lambda x, y: y * (1 - y) * (1 - 2 * y))
_each("log", lambda x, y: -1 / (x * x))
_each("log2", lambda x, y: -1 / (x * x * math.log(2)))
_each("log10", lambda x, y: -1 / (x * x * math.log(10)))
_each("log1p", lambda x, y: -1 / ((1 + x) * (1 + x)))
_each("sin cos", lambda x, y: -y)
_each("sinh cosh", lambda x, y: y)
_each("atan", lambda x, y: -2 * x / (1 + x * x) ** 2)
_each("asin", lambda x, y: x / (1 - x * x) ** 1.5)
_each("acos", lambda x, y: -x / (1 - x * x) ** 1.5)
_each("erf", lambda x, y: -4 / math.sqrt(math.pi) * x * np.exp(-x * x))


def _silu_curvature(x, y):
    s = logistic(x)
    return s * (1 - s) * (2 + x * (1 - 2 * s))


_each(f"{_F}silu", _silu_curvature)


@second(f"{_F}softplus")
def _(v, ct, wanted, input, beta=1, threshold=20):
    inside = input * beta <= threshold
    s = np.where(inside, logistic(input * beta), 1).astype(input.dtype, copy=False)
    slope = np.where(inside, beta * s * (1 - s), 0).astype(input.dtype, copy=False)
    return {"ct": v["input"] * s, "input": v["input"] * ct * slope}


_NORMAL = 1 / math.sqrt(2 * math.pi)


@second(f"{_F}gelu")
def _(v, ct, wanted, input, approximate="none"):
    require(approximate == "none")
    kernel, v = KERNELS[f"{_F}gelu"], v["input"]
    _, saved = kernel.forward(input)
    bent = _NORMAL * np.exp(-input * input / 2) * (2 - input * input)
    return {
        "ct": kernel.pullback(v, saved, {"input"}, input)["input"],
        "input": v * ct * bent,
    }


@second(f"{_F}elu")
def _(v, ct, wanted, input, alpha=1.0, **rest):
    kernel, v = KERNELS[f"{_F}elu"], v["input"]
    bent = np.where(input > 0, 0, alpha * np.exp(np.minimum(input, 0)))
    first = kernel.pullback(v, None, {"input"}, input=input, alpha=alpha, **rest)["input"]
    return {"ct": first, "input": v * ct * bent.astype(input.dtype, copy=False)}


# --- quotients and powers -------------------------------------------------------------------------


@second("div", "true_divide")
def _(v, ct, wanted, input, other, *, rounding_mode=None):
    require(rounding_mode is None)
    a, b = v.get("input"), v.get("other")
    out, total = {}, 0
    if a is not None:
        total = a / other
        if "other" in wanted:
            out["other"] = -(a * ct) / other / other
    if b is not None:
        quotient = input / other / other
        total = total - b * quotient
        if "input" in wanted:
            out["input"] = -(b * ct) / other / other
        if "other" in wanted:
            out["other"] = out.get("other", 0) + 2 * b * ct * quotient / other
    out["ct"] = total
    return out


@second("pow")
def _(v, ct, wanted, input, exponent):
    require(is_number(exponent) and isinstance(input, np.ndarray) and input.dtype.kind == "f")
    require(type(exponent) is not complex)
    kind, v, p = input.dtype.type, v["input"], exponent
    first = v if p == 1 else v * (kind(p) * np.power(input, kind(p - 1)))
    if p in (0, 1):
        return {"ct": first if p else np.zeros_like(v)}
    bent = kind(2) if p == 2 else kind(p * (p - 1)) * np.power(input, kind(p - 2))
    return {"ct": first, "input": v * ct * bent}


# --- losses and normalizations --------------------------------------------------------------------


@second(f"{_F}mse_loss")
def _(v, ct, wanted, input, target, reduction="mean", weight=None, **legacy):
    require(weight is None)
    kind = input.dtype.type
    moved = v.get("input", kind(0)) - v.get("target", kind(0))
    scale = kind(2 / input.size if reduction == "mean" else 2)
    slope = scale * moved * (input - target)
    bent = ct * scale * moved
    return {
        "ct": slope if reduction == "none" else np.add.reduce(slope, None),
        "input": bent,
        "target": -bent,
    }


def _implicit(dim, x) -> int:
    return dim if dim is not None else 0 if x.ndim in (0, 1, 3) else 1


def _through(y, x, axis):
    """The product of the Jacobian of a softmax, which is symmetric, with x."""
    p = y * x
    return p - y * np.add.reduce(p, axis, keepdims=True)


@second("softmax", f"{_F}softmax")
def _(v, ct, wanted, input, dim=None, **rest):
    require(input.ndim and input.size)
    axis, v = axis_of(_implicit(dim, input), input.ndim), v["input"]
    y = KERNELS["softmax"].forward(input, axis)
    by_y = (
        v * ct
        - v * np.add.reduce(y * ct, axis, keepdims=True)
        - ct * np.add.reduce(y * v, axis, keepdims=True)
    )
    return {"ct": _through(y, v, axis), "input": _through(y, by_y, axis)}


@second("log_softmax", f"{_F}log_softmax")
def _(v, ct, wanted, input, dim=None, **rest):
    require(input.ndim and input.size)
    axis, v = axis_of(_implicit(dim, input), input.ndim), v["input"]
    y = KERNELS["softmax"].forward(input, axis)
    return {
        "ct": v - np.add.reduce(y * v, axis, keepdims=True),
        "input": -np.add.reduce(ct, axis, keepdims=True) * _through(y, v, axis),
    }
