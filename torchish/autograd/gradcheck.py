"""`gradcheck` and `gradgradcheck`: analytical gradients against finite differences, in float64.

https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
"""

from __future__ import annotations

import warnings

import numpy as np

from torchish.base import dtypes as dt
from torchish.func import jvp
from torchish.tensor.autograd import grad
from torchish.tensor.factory import of_array, tensor, zeros_like
from torchish.tensor.modes import enable_grad, no_grad
from torchish.tensor.random import randn
from torchish.tensor.tensor import Tensor

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]


class GradcheckError(RuntimeError):
    """Analytical and numerical gradients differ."""


def _outputs(func, inputs) -> tuple[Tensor, ...]:
    out = func(*inputs)
    out = out if isinstance(out, (tuple, list)) else (out,)
    return tuple(
        o for o in out if isinstance(o, Tensor) and (o.is_floating_point() or o.is_complex())
    )


def _numerical(func, inputs, k: int, eps: float) -> list[np.ndarray]:
    """For each output the Jacobian of input k, (elements of input) × (elements of output), by
    central differences."""
    x = inputs[k]
    base = np.array(x.detach()._host())
    rows: list[list[np.ndarray]] = []
    directions = (1.0, 1j) if x.is_complex() else (1.0,)

    def at(a: np.ndarray) -> list[np.ndarray]:
        # In place: a function may look at more of the memory than its input is.
        with no_grad():
            x.data.copy_(of_array(a.copy()))
            try:
                return [np.array(o.detach()._host()).reshape(-1) for o in _outputs(func, inputs)]
            finally:
                x.data.copy_(of_array(base))

    for j in range(base.size):
        per_direction = []
        for d in directions:
            up, down = base.copy(), base.copy()
            up.reshape(-1)[j] += d * eps
            down.reshape(-1)[j] -= d * eps
            per_direction.append(
                [(a - b) / (2 * eps) for a, b in zip(at(up), at(down), strict=True)]
            )
        rows.append(per_direction)
    n_out = len(_outputs(func, inputs))
    return [
        np.array([[r[d][o] for d in range(len(directions))] for r in rows]) for o in range(n_out)
    ]


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
    (or False) if not."""
    if check_batched_forward_grad:
        raise NotImplementedError("gradcheck: check_batched_forward_grad=True")
    inputs = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    try:
        numeric = _check(func, inputs, eps, atol, rtol, nondet_tol)
        if check_forward_ad:
            _check_forward(func, inputs, numeric, atol, rtol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _check_forward(func, inputs, numeric, atol, rtol) -> None:
    """Hold the derivatives in each direction, by forward mode, against finite differences."""
    for k, differences in numeric.items():
        x = inputs[k].detach()

        def at(t, k=k):
            return _outputs(func, (*inputs[:k], t, *inputs[k + 1 :]))

        for j in range(x.numel()):
            for part in (1.0, 1j) if x.is_complex() else (1.0,):
                tangent = zeros_like(x)
                tangent.view(-1)[j] = part
                for o, out in enumerate(jvp(at, (x,), (tangent,))[1]):
                    got = out.detach()._host().reshape(-1)
                    want = differences[o][j, int(part == 1j)]
                    if not np.allclose(got, want, rtol=rtol, atol=atol):
                        raise GradcheckError(
                            f"Jacobian computed with forward mode mismatch for output {o} with "
                            f"respect to input {k},\nnumerical:{tensor(want)}\n"
                            f"analytical:{tensor(np.array(got))}\n"
                        )


def _check(func, inputs, eps, atol, rtol, nondet_tol) -> dict[int, list[np.ndarray]]:
    """The finite differences of each input that requires a gradient, which backward agrees
    with."""
    diff = [k for k, t in enumerate(inputs) if isinstance(t, Tensor) and t.requires_grad]
    if not diff:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them "
            "have requires_grad=True."
        )
    for k in diff:
        if inputs[k].dtype not in (dt.float64, dt.complex128):
            warnings.warn(
                f"Input #{k} requires gradient and is not a double precision floating point or "
                "complex. This check will likely fail if all the inputs are not of double "
                "precision floating point or complex. ",
                UserWarning,
                stacklevel=4,
            )
    outs = _outputs(func, inputs)
    numeric = {k: _numerical(func, inputs, k, eps) for k in diff}
    for o, out in enumerate(outs):
        if not out.requires_grad:
            for k in diff:
                if np.abs(numeric[k][o]).max(initial=0) > atol:
                    raise GradcheckError(
                        f"Numerical gradient for function expected to be zero for output {o}"
                    )
            continue
        for j in range(out.numel()):
            for part in (1.0, 1j) if out.is_complex() else (1.0,):
                seed = zeros_like(out).detach()
                seed.view(-1)[j] = part
                got = grad(
                    out, [inputs[k] for k in diff], seed, retain_graph=True, allow_unused=True
                )
                again = grad(
                    out, [inputs[k] for k in diff], seed, retain_graph=True, allow_unused=True
                )
                for k, g, g2 in zip(diff, got, again, strict=True):
                    x = inputs[k]
                    a = (
                        np.zeros(x.numel(), x._aval.dtype)
                        if g is None
                        else g.detach()._host().reshape(-1)
                    )
                    b = a if g2 is None else g2.detach()._host().reshape(-1)
                    if np.abs(a - b).max(initial=0) > nondet_tol:
                        raise GradcheckError(
                            "Backward is not reentrant, i.e., running backward with same input and "
                            "grad_output multiple times gives different values, although "
                            "analytical gradient matches numerical gradient. The tolerance for "
                            f"nondeterminism was {nondet_tol}."
                        )
                    column = numeric[k][o][:, :, j]
                    # d Re(conj(seed) · out) in each real direction of the input.
                    want = (np.conj(part) * column).real
                    want = want[:, 0] + (1j * want[:, 1] if x.is_complex() else 0)
                    if not np.allclose(a, want, rtol=rtol, atol=atol):
                        raise GradcheckError(
                            f"Jacobian mismatch for output {o} with respect to input "
                            f"{k},\nnumerical:{tensor(want)}\n"
                            f"analytical:{tensor(np.array(a))}\n"
                        )
    return numeric


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
    """`gradcheck` of the gradient."""
    if check_fwd_over_rev:
        raise NotImplementedError("gradgradcheck: check_fwd_over_rev=True")
    inputs = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    if grad_outputs is None:
        seeds = [randn(o.shape, dtype=o.dtype).requires_grad_(True) for o in _outputs(func, inputs)]
    else:
        seeds = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
    n = len(inputs)

    def first(*args):
        xs = tuple(
            a
            if not isinstance(a, Tensor) or a.requires_grad or not inputs[i].requires_grad
            else a.requires_grad_(True)
            for i, a in enumerate(args[:n])
        )
        with enable_grad():
            outs = _outputs(func, xs)
            diff = [a for a in xs if isinstance(a, Tensor) and a.requires_grad]
            gs = grad(outs, diff, args[n:], create_graph=True, allow_unused=True)
        return tuple(g for g in gs if g is not None)

    return gradcheck(
        first,
        (*inputs, *seeds),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )
