"""Holds a host kernel against the operator's JAX function, forward and gradient."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

import torchish as torch
from torchish._core.engine.host import host_call
from torchish._core.engine.values import aval_of
from torchish._core.ops.table import TABLE, Raw
from torchish._core.tensor.binding import bind

DEVICE = torch.device("cpu")
INF, NAN = float("inf"), float("nan")


def tensor(shape, dtype: str = "float32", seed: int = 0, edges: bool = False) -> torch.Tensor:
    """Small random numbers; with `edges` some are NaN, infinite, zero of either sign."""
    rng = np.random.default_rng(seed)
    if dtype == "bool":
        a = rng.integers(0, 2, shape).astype(bool)
    elif dtype.startswith(("int", "uint")):
        a = rng.integers(0 if dtype[0] == "u" else -4, 5, shape).astype(dtype)
    elif dtype.startswith("complex"):
        a = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(dtype)
    else:
        a = np.asarray(rng.standard_normal(shape))
        if edges and a.size:
            flat = a.reshape(-1)
            special = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0][: flat.size]
            flat[: len(special)] = special
            a = flat.reshape(shape)
    t = torch.from_numpy(np.array(a).astype("float32" if dtype == "bfloat16" else dtype)).clone()
    return t.to(getattr(torch, dtype))


def arguments(name: str, args: tuple, kwargs: dict) -> list:
    """All arguments in the order of the operator's parameters."""
    op = TABLE[name]
    left = {p.name: p.default for p in op.params}
    left.update(dict(zip((p.name for p in op.params), args, strict=False)))
    left.update(kwargs)
    return list(left.values())


def hold(
    name: str,
    *args: Any,
    rtol: float = 2e-5,
    atol: float = 2e-6,
    without: tuple[str, ...] = (),
    gradients: bool = True,
    **kwargs: Any,
) -> None:
    """Compare the kernel with XLA on these arguments: values, dtypes, shapes and, unless there
    is no kernel of the gradient, all gradients but of the parameters in `without`."""
    op = TABLE[name]
    call, tensors, numbers = bind(op, arguments(name, args, kwargs))
    arrays = [np.asarray(t.detach()._host()) for t in tensors]
    originals = [a.tobytes() for a in arrays]
    avals = tuple(t._aval for t in tensors)
    host = host_call(call, avals)
    assert host is not None, f"{name}: no host kernel for {avals}, {call.statics()}"
    scalars = [np.asarray(x) for x in numbers]
    with np.errstate(all="ignore"):
        got, saved = host.run([*arrays, *numbers])
    results = jax.eval_shape(call.fn, *arrays, *scalars)
    outs = [aval_of(r.shape, r.dtype, DEVICE) for r in results]
    wanted = tuple(i for i, a in enumerate(avals) if a.differentiable and _flows(call, i, without))
    given = tuple(i for i, a in enumerate(outs) if a.differentiable)
    if not (gradients and op.differentiable and wanted and given):
        check_forward(name, got, _by_xla(call.fn, *arrays, *scalars), rtol, atol)
        return
    vjp = call.vjp(wanted, given)
    rng = np.random.default_rng(7)
    cts = [np.asarray(rng.standard_normal(outs[i].shape)).astype(outs[i].dtype) for i in given]
    n, c = len(arrays), len(cts)

    def both(*flat):
        return call.fn(*flat[:n], *flat[n + c :]), vjp.fn(*flat)

    want, wanted_grads = _by_xla(both, *arrays, *cts, *scalars)
    check_forward(name, got, want, rtol, atol)
    ct_avals = tuple(outs[i] for i in given)
    back = host_call(vjp, (*avals, *ct_avals))
    assert back is not None, f"{name}: no host gradient"
    flat = [*arrays, *cts, *numbers]
    for passed in (saved, None):
        with np.errstate(all="ignore"):
            grads, _ = back.run(flat, passed)
        for i, g, w in zip(wanted, grads, wanted_grads, strict=True):
            same(f"{name} gradient of tensor {i}", g, np.asarray(w), rtol * 4, atol * 4)
    for i, (a, before) in enumerate(zip(arrays, originals, strict=True)):
        assert a.tobytes() == before, f"{name}: the kernel wrote into its argument {i}"


def _by_xla(f, *flat):
    """Both values and gradients by one program, compiled in haste."""
    return jax.jit(f).lower(*flat).compile({"xla_backend_optimization_level": 0})(*flat)


def check_forward(name: str, got, want, rtol: float, atol: float) -> None:
    """Compare results one by one."""
    assert len(got) == len(want), f"{name}: {len(got)} results instead of {len(want)}"
    for g, w in zip(got, want, strict=True):
        same(f"{name} forward", g, np.asarray(w), rtol, atol)


def _flows(call, i: int, without: tuple[str, ...]) -> bool:
    """Whether tensor `i` stands in a parameter that takes gradients."""
    for p in call.op.params:
        spec = call.template[p.name]
        at = spec[1] if spec[0] == "l" else (spec[1],) if spec[0] == "t" else ()
        if i in at:
            return p.name not in without and not (p.kind is not None and issubclass(p.kind, Raw))
    return False


def same(what: str, got: np.ndarray, want: np.ndarray, rtol: float, atol: float) -> None:
    assert isinstance(got, np.ndarray), f"{what}: {type(got).__name__}"
    assert got.dtype == want.dtype, f"{what}: {got.dtype} instead of {want.dtype}"
    assert got.shape == want.shape, f"{what}: {got.shape} instead of {want.shape}"
    if want.dtype.kind == "V" or want.dtype == np.float16:
        got, want, rtol = got.astype(np.float32), want.astype(np.float32), 2e-2
        atol = max(atol, 2e-2)
    if want.dtype.kind in "fc":
        np.testing.assert_allclose(got, want, rtol, atol, equal_nan=True, err_msg=what)
    else:
        np.testing.assert_array_equal(got, want, err_msg=what)
