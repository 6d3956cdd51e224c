"""`gradcheck` and `gradgradcheck`: gradients and tangents against finite differences, in float64.

https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
_differences.py says what is compared: Note [Directions and seeds].
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.frames import user_level
from torchish._core.tensor import stack
from torchish._core.tensor.api.factory import tensor, zeros_like
from torchish._core.tensor.api.random import rand, randn_like
from torchish._core.tensor.sparse import SparseTensor
from torchish._core.tensor.tape.autograd import grad
from torchish._core.tensor.tape.function import UndefinedGrad
from torchish._core.tensor.tensor import Tensor
from torchish.autograd import forward_ad
from torchish.autograd._differences import (
    GradcheckError,
    Options,
    array_of,
    as_tuple,
    by_gradients,
    by_tangents,
    component,
    directions_of,
    like,
    numerical,
    of_numbers,
    outputs_of,
    random_direction,
    units,
    wanted_of,
)
from torchish.autograd._numerical import _get_numerical_jacobian, _iter_tensors
from torchish.func import vmap

__all__ = [
    "GradcheckError",
    "_get_numerical_jacobian",
    "_iter_tensors",
    "get_analytical_jacobian",
    "get_numerical_jacobian",
    "gradcheck",
    "gradgradcheck",
]

# --- comparisons --------------------------------------------------------------------------------


def _mismatch(
    found: np.ndarray, expected: np.ndarray, output: int, k: int, part: str, forward: bool
) -> GradcheckError:
    of = "inputs" if forward else "outputs"
    prefix = f"While considering the {part} part of complex {of} only, " if part else ""
    mode = "computed with forward mode " if forward else ""
    return GradcheckError(
        f"{prefix}Jacobian {mode}mismatch for output {output} with respect to input {k},\n"
        f"numerical:{tensor(expected)}\nanalytical:{tensor(found)}\n"
    )


def _differ(a: np.ndarray, b: np.ndarray, o: Options, weight: float = 1.0) -> bool:
    return not np.allclose(a, b, rtol=o.rtol, atol=o.atol * weight)


def _no_gradient_expected(func: Callable, inputs: Sequence, o: Options) -> None:
    for k in wanted_of(inputs):
        directions = directions_of(inputs[k], o.fast_mode, o.masked)
        for column in numerical(func, inputs, k, directions, o.eps, o.masked):
            if any(np.abs(c).max(initial=0) > 0 for c in column):
                raise GradcheckError("Numerical gradient for function expected to be zero")


def _compare_backward(func, inputs, found, o: Options) -> None:
    """Gradients against finite differences; the imaginary parts of complex outputs first."""
    wanted = wanted_of(inputs)
    where = [i for i, t in enumerate(t for t in found if of_numbers(t)) if t.requires_grad]
    outputs = [t for t in found if t.requires_grad]
    directions = {k: directions_of(inputs[k], o.fast_mode, o.masked) for k in wanted}
    numeric = {k: numerical(func, inputs, k, directions[k], o.eps, o.masked) for k in wanted}
    found = outputs_of(func, inputs)  # of the inputs as they are again
    outputs = [t for t in found if t.requires_grad]
    parts = (("imaginary", 1j), ("real", 1.0)) if any(t.is_complex() for t in found) else (("", 1),)
    for part, unit in parts:
        for i, (place, out) in enumerate(zip(where, outputs, strict=True)):
            if part == "imaginary" and not out.is_complex():
                continue
            if o.fast_mode:
                seeds = [random_direction(out.shape, False)]
            else:
                seeds = list(units(out.shape, False))
            seeds = [s * unit if out.is_complex() else s for s in seeds]
            rows = by_gradients(out, [inputs[k] for k in wanted], seeds, o)
            for n, k in enumerate(wanted):
                found_by = np.array(
                    [
                        [0.0 if r[n] is None else component(d, array_of(r[n])) for r in rows]
                        for d in directions[k]
                    ]
                )
                expected = np.array([[component(c[place], s) for s in seeds] for c in numeric[k]])
                weight = _weight(directions[k], seeds) if o.fast_mode else 1.0
                if _differ(found_by, expected, o, weight):
                    if o.fast_mode:
                        _compare_backward(func, inputs, found, o._replace(fast_mode=False))
                    named = part if out.is_complex() else ""
                    a, b = found_by, expected
                    if inputs[k].is_complex() and not o.fast_mode:
                        a, b = (m[0::2] + 1j * m[1::2] for m in (found_by, expected))
                    raise _mismatch(a, b, i, k, named, False)


def _weight(directions: list[np.ndarray], seeds: list[np.ndarray]) -> float:
    """How much the tolerance of one element becomes for the sums of fast mode."""
    return float(np.abs(directions[0]).sum() * np.abs(seeds[0]).sum()) if seeds[0].size else 1.0


def _compare_forward(func, inputs, o: Options) -> None:
    """Tangents against finite differences; imaginary directions first."""
    has_complex = any(isinstance(t, Tensor) and t.is_complex() for t in inputs)
    for part, unit in (("imaginary", 1j), ("real", 1.0)) if has_complex else (("", 1.0),):
        for k in wanted_of(inputs):
            x = inputs[k]
            if part == "imaginary" and not x.is_complex():
                continue
            if o.fast_mode:
                directions = [random_direction(x.shape, False)]
            else:
                directions = list(units(x.shape, False))
            directions = [d * unit if x.is_complex() else d for d in directions]
            numeric = numerical(func, inputs, k, directions, o.eps, o.masked)
            found = by_tangents(func, inputs, k, directions, o)
            for i in range(len(numeric[0]) if numeric else 0):
                a = np.array([c[i] for c in found]).reshape(len(directions), -1)
                b = np.array([c[i] for c in numeric]).reshape(len(directions), -1)
                if _differ(a, b, o, _weight(directions, [b[0]]) if o.fast_mode else 1.0):
                    named = part if x.is_complex() else ""
                    raise _mismatch(a, b, i, k, named, True)


def _undefined_forward(func, inputs) -> None:
    """An input without a tangent counts as one whose tangent is zero."""
    wanted = wanted_of(inputs)
    for k in wanted:
        results = []
        for missing in (False, True):
            with forward_ad.dual_level():
                given = list(inputs)
                for i in wanted:
                    x = inputs[i].detach()
                    tangent = zeros_like(x) if i == k else like(x, np.ones(tuple(x.shape)))
                    given[i] = x if i == k and missing else forward_ad.make_dual(x, tangent)
                outs = [out for out in outputs_of(func, given) if of_numbers(out)]
                results.append([forward_ad.unpack_dual(out).tangent for out in outs])
        for i, (a, b) in enumerate(zip(*results, strict=True)):
            if a is not None and b is not None and not np.allclose(array_of(a), array_of(b)):
                raise GradcheckError(
                    f"Mismatch in tangent values for output with index: {i} when input: "
                    f"{inputs[k]} has an undefined tangent value.  Got: {a} but expected: {b}"
                )


_BATCHED = "gradcheck or gradgradcheck failed while testing batched gradient computation"
_BATCHED_FORWARD = (
    "gradcheck failed while testing batched gradient computation with forward-mode AD"
)


def _compare_batched(run: Callable, seeds: list[Tensor], what: str) -> None:
    """`vmap` of a function of one seed against the function, seed by seed."""
    expected = [stack(list(x)) for x in zip(*[run(s) for s in seeds], strict=True)]
    try:
        result = vmap(run)(stack(seeds))
    except RuntimeError as error:
        raise GradcheckError(
            f"While computing batched gradients, got: {error}\n\n{what}."
        ) from error
    for i, (a, b) in enumerate(zip(result, expected, strict=True)):
        if not np.allclose(array_of(a), array_of(b), rtol=1e-5, atol=1e-8, equal_nan=True):
            raise GradcheckError(f"For output {i}:\n\n{what}.\n\nGot:\n{a}\n\nExpected:\n{b}")


def _batched_backward(output: Tensor, inputs: Sequence[Tensor]) -> None:
    def pull(seed: Tensor) -> tuple[Tensor, ...]:
        found = grad(output, inputs, seed, retain_graph=True, allow_unused=True)
        return tuple(zeros_like(x) if g is None else g for x, g in zip(inputs, found, strict=True))

    _compare_batched(pull, [randn_like(output) for _ in range(2)], _BATCHED)


def _batched_forward(func: Callable, inputs: Sequence) -> None:
    for k, x in enumerate(inputs):
        if not of_numbers(x) or not x.requires_grad:
            continue

        def push(tangent: Tensor, k: int = k) -> tuple[Tensor, ...]:
            with forward_ad.dual_level():
                given = [t.detach() if isinstance(t, Tensor) else t for t in inputs]
                given[k] = forward_ad.make_dual(given[k], tangent)
                parts = [forward_ad.unpack_dual(out) for out in outputs_of(func, given)]
                return tuple(zeros_like(p) if t is None else t for p, t in parts)

        _compare_batched(push, [randn_like(x.detach()) for _ in range(2)], _BATCHED_FORWARD)


def _multiplied(outputs: Sequence[Tensor], inputs: Sequence[Tensor]) -> None:
    """Of cotangents that are zero the gradients are zero, and like the inputs."""
    if not outputs:
        return
    zeros = [zeros_like(o) for o in outputs]
    for g, x in zip(grad(outputs, inputs, zeros, allow_unused=True), inputs, strict=True):
        if g is None:
            continue
        if g.layout != x.layout:
            raise GradcheckError(f"grad is incorrect layout ({g.layout} is not {x.layout})")
        if array_of(g).any():
            raise GradcheckError("backward not multiplied by grad_output")
        for name, a, b in (
            ("type", g.dtype, x.dtype),
            ("device", g.device, x.device),
            ("size", g.shape, x.shape),
        ):
            if a != b:
                raise GradcheckError(f"grad is incorrect {name}")


_SUPPORT = (
    'Please look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
)


def _warn_of_undefined() -> None:
    warnings.warn(
        "Backwards compatibility: New undefined gradient support checking feature is enabled by "
        "default, but it may break existing callers of this function. If this is true for you, you "
        'can call this function with "check_undefined_grad=False" to disable the feature',
        UserWarning,
        stacklevel=6,
    )


def _undefined_backward(func: Callable, inputs: Sequence, wanted: Sequence[Tensor]) -> None:
    """Backward takes it that some or all outputs have no gradient."""

    def run() -> list[Tensor]:
        return [o for o in outputs_of(func, inputs) if o.requires_grad]

    outputs = run()
    cases = [set(range(len(outputs)))]
    if len(outputs) > 1:
        cases += [{i} for i in range(len(outputs))]
    for missing in cases:
        outs = [UndefinedGrad()(o) if i in missing else o for i, o in enumerate(run())]
        if not outs:
            continue
        try:
            found = grad(outs, wanted, [zeros_like(o) for o in outs], allow_unused=True)
        except RuntimeError as error:
            _warn_of_undefined()
            raise GradcheckError(
                f"Expected backward function to handle undefined output grads. {_SUPPORT}"
            ) from error
        if any(g is not None and bool(array_of(g).any()) for g in found):
            _warn_of_undefined()
            raise GradcheckError(
                "Expected all input grads to be undefined or zero when all output grads are "
                f"undefined or zero. {_SUPPORT}"
            )


# --- the public functions -----------------------------------------------------------------------


def _check_inputs(inputs: Sequence) -> None:
    wanted = wanted_of(inputs)
    for k in wanted:
        x = inputs[k]
        if x.dtype not in (dt.float64, dt.complex128):
            warnings.warn(
                f"Input #{k} requires gradient and is not a double precision floating point or "
                "complex. This check will likely fail if all the inputs are not of double "
                "precision floating point or complex. ",
                UserWarning,
                stacklevel=5,
            )
        if x._sparse:
            if not isinstance(x, SparseTensor):
                raise NotImplementedError(f"gradcheck: inputs of layout {x.layout}")
            continue
        if any(s == 0 and n > 1 for s, n in zip(x.stride(), x.shape, strict=True)):
            raise RuntimeError(
                f"The {k}th input has a dimension with stride 0. gradcheck only supports inputs "
                "that are non-overlapping to be able to compute the numerical gradients correctly. "
                "You should call .contiguous on the input before passing it to gradcheck."
            )
    if not wanted:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True."
        )


def _check(func: Callable, inputs: tuple, o: Options) -> None:
    _check_inputs(inputs)
    wanted = [inputs[k] for k in wanted_of(inputs)]
    found = outputs_of(func, inputs)
    outputs = [t for t in found if t.requires_grad]
    if any(t._sparse for t in outputs):
        raise ValueError(
            "Sparse output is not supported at gradcheck yet. Please call "
            "to_dense(masked_grad=...) on the output of fn for gradcheck."
        )
    if not outputs:
        _no_gradient_expected(func, inputs, o)
    if o.check_backward_ad and outputs:
        _compare_backward(func, inputs, found, o)
    if o.check_forward_ad:
        _compare_forward(func, inputs, o)
        if o.check_undefined_grad:
            _undefined_forward(func, inputs)
    if o.check_batched_forward_grad:
        _batched_forward(func, inputs)
    if not o.check_backward_ad:
        return
    if o.check_batched_grad:
        for out in outputs:
            _batched_backward(out, wanted)
    _multiplied(outputs, wanted)
    if o.check_undefined_grad:
        _undefined_backward(func, inputs, wanted)


def gradcheck(
    func,
    inputs,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Whether the gradients of `func` at `inputs` agree with finite differences; GradcheckError
    (or False) if not.

    check_forward_ad            the same for the tangents of dual tensors
    check_batched_grad          gradients of many cotangents at once, by `vmap`, are each one's
    check_batched_forward_grad  tangents likewise
    masked                      what a sparse input does not hold can not change
    fast_mode                   along one random direction of each input, not along each element
    https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html

    >>> x = torch.tensor([0.3, 0.7], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradcheck(torch.sin, (x,))
    True
    """
    if not (check_forward_ad or check_backward_ad):
        raise AssertionError(
            "Expected at least one of check_forward_ad or check_backward_ad to be True"
        )
    if check_batched_grad and not check_backward_ad:
        raise AssertionError(
            "Setting check_batched_grad=True requires check_backward_ad to be True"
        )
    if check_batched_forward_grad and not check_forward_ad:
        raise AssertionError(
            "Setting check_batched_forward_grad=True requires check_forward_ad to be True"
        )
    options = Options(
        eps, atol, rtol, nondet_tol, check_undefined_grad, check_grad_dtypes, check_batched_grad,
        check_batched_forward_grad, check_forward_ad, check_backward_ad, fast_mode, bool(masked),
    )  # fmt: skip
    try:
        _check(func, as_tuple(inputs), options)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func,
    inputs,
    grad_outputs=None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """`gradcheck` of the gradient: of reverse mode over reverse mode, and with
    `check_fwd_over_rev` of forward mode over it.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradgradcheck.html

    >>> x = torch.tensor([0.3, 0.7], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradgradcheck(torch.sin, (x,))
    True
    """
    if not (check_fwd_over_rev or check_rev_over_rev):
        raise AssertionError(
            "Expected at least one of check_fwd_over_rev or check_rev_over_rev to be True"
        )
    for name, value in (
        ("check_undefined_grad", check_undefined_grad),
        ("check_batched_grad", check_batched_grad),
    ):
        if value and not check_rev_over_rev:
            raise AssertionError(f"Setting {name}=True requires check_rev_over_rev to be True")
    inputs = as_tuple(inputs)
    if grad_outputs is None:
        seeds = []
        for o in (o for o in outputs_of(func, inputs) if o.requires_grad):
            seed = rand(*o.shape, dtype=o.dtype) * 2 - 1
            if gen_non_contig_grad_outputs and seed.dim():
                seed = stack([seed, seed], -1)[..., 0]
            seeds.append(seed.detach().requires_grad_(True))
    else:
        seeds = list(as_tuple(grad_outputs))
    n = len(inputs)
    given = (*inputs, *seeds)
    differentiable = set(wanted_of(given))

    def first(*args):
        # Forward mode is given detached inputs.
        args = [a.requires_grad_() if i in differentiable else a for i, a in enumerate(args)]
        outs = [o for o in outputs_of(func, args[:n]) if o.requires_grad]
        wanted = [a for i, a in enumerate(args[:n]) if i in differentiable]
        gs = grad(outs, wanted, args[n:], create_graph=True, allow_unused=True)
        return tuple(g for g in gs if g is not None)

    return gradcheck(
        first,
        given,
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_batched_grad=check_batched_grad,
        check_forward_ad=check_fwd_over_rev,
        check_backward_ad=check_rev_over_rev,
        fast_mode=fast_mode,
    )


def _private(name: str) -> None:
    warnings.warn(
        f"`{name}` was part of PyTorch's private API and not meant to be exposed. We are "
        "deprecating it and it will be removed in a future version of PyTorch. If you have a "
        "specific use for this or feature request for this to be a stable API, please file us an "
        "issue at https://github.com/pytorch/pytorch/issues/new",
        FutureWarning,
        stacklevel=user_level(),
    )


def _only_one(name: str, grad_out: float, outputs: Sequence[Tensor]) -> None:
    for wrong, words in (
        (
            grad_out != 1.0,
            f"grad_out to be 1.0. {name} no longer supports values of grad_out != 1.0.",
        ),
        (
            any(o.is_complex() for o in outputs),
            f"output to be non-complex. {name} no longer supports functions that return complex "
            "outputs.",
        ),
    ):
        if wrong:
            raise ValueError(f"Expected {words}")


def get_numerical_jacobian(fn, inputs, target=None, eps: float = 1e-3, grad_out: float = 1.0):
    """Deprecated: of the first output of `fn(inputs)`, the Jacobians for the inputs that require
    gradients (or are `target`), by finite differences: (elements of input) × (of output)."""
    _private("get_numerical_jacobian")
    inputs = as_tuple(inputs)
    _only_one("get_numerical_jacobian", grad_out, as_tuple(fn(inputs)))
    targets = inputs if target is None else as_tuple(target)
    found = []
    for k in [k for k, x in enumerate(inputs) if any(x is t for t in targets)]:
        if not inputs[k].requires_grad:
            continue
        columns = numerical(lambda *x: fn(x), inputs, k, directions_of(inputs[k], False), eps)
        found.append(tensor(np.array([c[0].reshape(-1) for c in columns])))
    return found


def get_analytical_jacobian(inputs, output: Tensor, nondet_tol: float = 0.0, grad_out: float = 1.0):
    """Deprecated: (the Jacobians of `output` by its gradients, whether they are the same each time,
    whether their sizes are right, whether their dtypes are)."""
    _private("get_analytical_jacobian")
    _only_one("get_analytical_jacobian", grad_out, (output,))
    wanted = [x for x in as_tuple(inputs) if isinstance(x, Tensor) and x.requires_grad]
    seeds = list(units(output.shape, False))

    def rows() -> list:
        return [
            grad(output, wanted, like(output, s), retain_graph=True, allow_unused=True)
            for s in seeds
        ]

    first, second = rows(), rows()
    jacobians, same, sizes, types = [], True, True, True
    for n, x in enumerate(wanted):
        parts = []
        for a, b in zip(first, second, strict=True):
            g = zeros_like(x) if a[n] is None else a[n]
            sizes, types = sizes and g.shape == x.shape, types and g.dtype is x.dtype
            apart = 0.0 if b[n] is None else np.abs(array_of(g) - array_of(b[n])).max(initial=0)
            same = same and bool(apart <= nondet_tol)
            parts.append(g.detach().reshape(-1))
        jacobians.append(stack(parts, 1))
    return tuple(jacobians), same, sizes, types
