"""Which dtypes an operator's `out=` tensors may have, and the words that refuse the others.

Note [Dtypes of out=]
Most operators of PyTorch fall into one of three families. Elementwise ones take any `out=` that
their result can be cast to. Structured ones take the result's own dtype only. Those of linear
algebra take what the result can be cast to, and say so in words of their own. The table below
names the family of each operator that is not elementwise, where its words are not the common ones.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from torchish._core.base import dtypes as dt
from torchish._core.base.drawing import C_NAMES
from torchish._core.base.promotion import can_cast


class Takes(enum.Enum):
    """What an `out=` is held to."""

    SAME = "the result's dtype"
    CAST = "a dtype that the result can be cast to"
    COMPLEX = "a complex dtype"
    FLOATING = "a real floating-point dtype"
    TRUTH = "bool or uint8"


class Rule(NamedTuple):
    """A family, and what is said of the others: of `want` and `got` as C++ names them, of `Want`
    and `Got` as PyTorch's scalar types, and of `output`, the result's name."""

    takes: Takes
    words: str
    outputs: tuple[str, ...] = ("result",)


CAST_WORDS = "result type {Want} can't be cast to the desired output type {Got}"
SAME_WORDS = "Expected out tensor to have dtype {want}, but got {got} instead"
FOUND_WORDS = "Found dtype {Got} but expected {Want}"
_EXPECTED = "expected scalar_type {Want} but found {Got}"
_MAKER = "dtype {Want} does not match dtype of out parameter ({Got})"

CAST = Rule(Takes.CAST, CAST_WORDS)
SAME = Rule(Takes.SAME, SAME_WORDS)
FOUND = Rule(Takes.SAME, FOUND_WORDS)
MAKER = Rule(Takes.SAME, _MAKER)
_OBJECT = Rule(
    Takes.SAME,
    "Expected object of scalar type {Want} but got scalar type {Got} for argument 'out'",
)


def _safe(name: str, *outputs: str) -> Rule:
    words = (
        f"{name}: Expected {{output}} to be safely castable from {{Want}} dtype, but got "
        "{output} with dtype {Got}"
    )
    return Rule(Takes.CAST, words, outputs or ("result",))


def _joined(name: str) -> Rule:
    words = f"torch.{name}(): input types can't be cast to the desired output type {{Got}}"
    return Rule(Takes.CAST, words)


def _norm(name: str) -> Rule:
    return Rule(Takes.SAME, f"{name} expected out tensor dtype {{Want}} but got: {{Got}}")


def _spectrum(name: str) -> Rule:
    return Rule(Takes.COMPLEX, f"{name} expects a complex output tensor, but got {{Got}}")


def _signal(name: str) -> Rule:
    return Rule(Takes.FLOATING, f"{name} expects a floating point output tensor, but got {{Got}}")


def _contraction(name: str) -> Rule:
    words = (
        f"{name}: Expected the output tensor to have dtype {{Want}}, but got an output tensor "
        "with dtype {Got}"
    )
    return Rule(Takes.SAME, words)


_PRODUCT = Rule(Takes.SAME, "result dtype {Got} does not match input dtype {Want}")
_LEVELS = Rule(Takes.SAME, "quantile() out tensor must be same dtype as the input tensor")
_POSITIONS = Rule(
    Takes.SAME,
    "torch.searchsorted(): output tensor's dtype is wrong, it can only be Int(int32) or Long(int64)"
    " depending on whether out_int32 flag is True, but we got output tensor's dtype {Got} and "
    "out_int32 flag is {int32}",
)
_EXTREMES = Rule(
    Takes.SAME,
    "Expected the dtype for input and out to match, but got {Want} for input's dtype and {Got} for "
    "out's dtype.",
)
_TRUTH = "{name} only supports bool tensor for result, got: {Got}"
_SCALAR = Rule(Takes.SAME, "expected scalar type {Want} but found {Got}")
_OWN = ("neg", "ceil", "floor", "round", "trunc", "sign", "sgn", "bitwise_not", "frac", "abs")
_OWN += ("conj_physical", "nn.functional.softshrink", "hardshrink", "nn.functional.gelu")
_OWN += ("nn.functional.softplus", "nn.functional.hardshrink")
_CASTS = ("sum", "nansum", "nanmean", "prod", "var", "std", "polygamma")
_CASTS += ("cumsum", "cumprod", "maximum", "minimum", "max", "min", "linspace", "logspace")

RULES: dict[str, Rule] = {
    **dict.fromkeys(_OWN, FOUND),
    **dict.fromkeys(_CASTS, CAST),
    **{n: _joined("cat") for n in ("stack", "hstack", "vstack", "dstack", "column_stack", "cat")},
    **{n: _joined("cat") for n in ("concat", "concatenate", "row_stack")},
    **{
        n: Rule(Takes.SAME, f"{n} does not support non-boolean outputs.")
        for n in ("signbit", "isposinf", "isneginf")
    },
    **dict.fromkeys(("complex", "polar"), _OBJECT),
    **dict.fromkeys(("dot", "vdot", "matmul", "linalg.matmul"), _PRODUCT),
    **dict.fromkeys(("cummax", "cummin"), Rule(Takes.SAME, _EXPECTED)),
    **dict.fromkeys(("diff", "logcumsumexp"), Rule(Takes.SAME, _EXPECTED)),
    **dict.fromkeys(("quantile", "nanquantile"), _LEVELS),
    **dict.fromkeys(("searchsorted", "bucketize"), _POSITIONS),
    **dict.fromkeys(("amax", "amin"), _EXTREMES),
    "all": Rule(Takes.TRUTH, _TRUTH.replace("{name}", "all")),
    "any": Rule(Takes.TRUTH, _TRUTH.replace("{name}", "any")),
    "mode": Rule(
        Takes.SAME,
        "expected scalar type '{Want}' but got '{Got}' for {output} output",
        ("values", "indices"),
    ),
    "kthvalue": Rule(
        Takes.SAME,
        "output {output}",
        ("values must be of same type as input", "indices must be of scalar type Long"),
    ),
    "frexp": Rule(
        Takes.SAME,
        "torch.frexp() expects {output} but got {got}",
        ("mantissa to have dtype {want}", "exponent to have int dtype"),
    ),
    "mv": Rule(
        Takes.SAME,
        "addmv input tensors must have the same dtype, but got {Got}, {Want}, and {Want}",
    ),
    "addbmm": Rule(Takes.SAME, "self and mat2 must have the same dtype, but got {Got} and {Want}"),
    "index_select": Rule(
        Takes.SAME, "index_select(): self and result must have the same scalar type"
    ),
    "masked_select": Rule(
        Takes.SAME, "masked_select(): self and result must have the same scalar type"
    ),
    "take": Rule(
        Takes.SAME,
        "take(): self and out expected to have the same dtype, but got self.dtype = {Want} and "
        "out.dtype = {Got}",
    ),
    "nan_to_num": Rule(
        Takes.SAME, "nan_to_num: dtype of out: {Got} should be same as input: {Want}"
    ),
    "float_power": Rule(
        Takes.SAME,
        "the output given to float_power has dtype {Got} but the operation's result requires dtype "
        "{Want}",
    ),
    "logsumexp": Rule(
        Takes.CAST, "logsumexp(): Expected floating point type for result tensor, but got: {Got}"
    ),
    "mean": Rule(
        Takes.CAST, "mean.dtype_out(): input types can't be cast to the desired output type {Got}"
    ),
    "ldexp": Rule(Takes.CAST, "ldexp can't be cast to the desired output type {Got}"),
    "heaviside": Rule(Takes.SAME, "heaviside is not yet implemented for {tensors}."),
    "nn.functional.logsigmoid": _SCALAR,
    "nonzero": Rule(
        Takes.SAME,
        "nonzero: Expected out tensor to have scalar type {Want} but got scalar type{Got}",
    ),
    "where": Rule(Takes.SAME, "Expected out type to be {Want} but got {Got}"),
    "diag": SAME,
    "cross": SAME,
    "linalg.cross": SAME,
    "inner": _contraction("tensordot"),
    "tensordot": _contraction("tensordot"),
    "multi_dot": Rule(
        Takes.SAME, "multi_dot(): expected out tensor to have dtype {want} but got {got}"
    ),
    "histc": Rule(
        Takes.SAME,
        "torch.histogram: input tensor and hist tensor should have the same dtype, but got input "
        "{want} and hist {got}",
    ),
    "histogram": Rule(
        Takes.SAME,
        "torch.histogram: input tensor and {output}",
        (
            "hist tensor should have the same dtype, but got input {want} and hist {got}",
            "bin_edges tensor should have the same dtype, but got input {want} and bin_edges "
            "{got} for dimension 0",
        ),
    ),
    "cholesky": _safe("cholesky"),
    "cholesky_inverse": _safe("cholesky_inverse"),
    "cholesky_solve": _safe("cholesky_solve"),
    "geqrf": _safe("torch.geqrf", "a", "tau"),
    "ormqr": Rule(
        Takes.SAME,
        "torch.ormqr: Expected input and result to have the same dtype, but input has dtype{Want} "
        "and result has dtype {Got}",
    ),
    "linalg.cond": _safe("linalg.cond"),
    "linalg.eig": _safe("torch.linalg.eig", "eigenvalues", "eigenvectors"),
    "linalg.eigvals": _safe("torch.linalg.eigvals", "eigenvalues"),
    "linalg.householder_product": _safe("torch.linalg.householder_product"),
    "orgqr": _safe("torch.linalg.householder_product"),
    "linalg.lstsq": _safe("torch.linalg.lstsq", "solution", "solution", "rank", "singular_values"),
    "linalg.matrix_norm": _norm("linalg.matrix_norm"),
    "linalg.matrix_power": _safe("matrix_power"),
    "matrix_power": _safe("matrix_power"),
    "linalg.matrix_rank": _safe("torch.linalg.matrix_rank"),
    "linalg.norm": _norm("linalg.norm"),
    "linalg.pinv": _safe("linalg.pinv"),
    "linalg.solve_triangular": _SCALAR,
    "linalg.tensorinv": _safe("tensorinv"),
    "linalg.tensorsolve": _safe("tensorsolve"),
    "linalg.vecdot": Rule(Takes.SAME, "linalg.vecdot: Expected out of dtype{Want} but found {Got}"),
    "fft.fft": _spectrum("fft"),
    "fft.ifft": _spectrum("ifft"),
    "fft.rfft": _spectrum("rfft"),
    "fft.ihfft": _spectrum("ihfft"),
    "fft.hfft": _signal("hfft"),
    "fft.irfft": _signal("irfft"),
    **{f"fft.{n}": _spectrum("fftn") for n in ("fft2", "fftn", "ifft2", "ifftn")},
    **{f"fft.{n}{k}": _spectrum(f"{n}n") for n in ("rfft", "ihfft") for k in ("2", "n")},
    **{f"fft.{n}{k}": _signal(f"{n}n") for n in ("hfft", "irfft") for k in ("2", "n")},
}

# Where a `dtype=` is given, it decides; these say so in other words than `SAME`.
GIVEN = {"linspace": MAKER, "logspace": MAKER}


def _taken(takes: Takes, want: dt.dtype, got: dt.dtype) -> bool:
    if takes is Takes.SAME or want is got:
        return want is got
    if takes is Takes.CAST:
        return can_cast(want, got)
    if takes is Takes.TRUTH:
        return got in (dt.bool_, dt.uint8)
    return got.category == (dt.COMPLEX if takes is Takes.COMPLEX else dt.FLOAT)


def require(rule: Rule, want: dt.dtype, got: dt.dtype, output: int = 0) -> None:
    """RuntimeError for an `out=` of a dtype that a result's may not be written into.

    Args:
        rule: the operator's.
        want: the result's dtype.
        got: the dtype of `out=`.
        output: the number of the result.
    """
    if _taken(rule.takes, want, got):
        return
    names = {
        "want": C_NAMES[want],
        "got": C_NAMES[got],
        "Want": dt.SCALAR_NAMES[want],
        "Got": dt.SCALAR_NAMES[got],
        "int32": want is dt.int32,
        "tensors": "complex tensors" if got.is_complex else "tensors with different dtypes",
    }
    part = rule.outputs[min(output, len(rule.outputs) - 1)].format(**names)
    text = rule.words.format(output=part, **names)
    raise (TypeError if text.startswith("torch.cat") else RuntimeError)(text)
