"""Warnings that belong to a function as such: what is deprecated in it, or asks for a thought.

PyTorch gives most of them once in a process (`warn_once`), those about degrees of freedom at each
call. All point at the line that called the library.
"""

from __future__ import annotations

import functools
import inspect
import math
import warnings
from collections.abc import Callable
from typing import Any

from torchish._core.base.errors import warn_once
from torchish._core.base.frames import user_level
from torchish._core.tensor.api import filling
from torchish._core.tensor.public import namespace
from torchish._core.tensor.tensor import Tensor


def _successor(name: str, new: str, old_call: str, new_call: str) -> str:
    return (
        f"torch.{name} is deprecated in favor of torch.{new} and will be removed in a future "
        f"PyTorch release.\n{old_call}\nshould be replaced with\n{new_call}"
    )


# Functions that have a successor, and what is said of them.
DEPRECATED = {
    "qr": "torch.qr is deprecated in favor of torch.linalg.qr and will be removed in a future "
    "PyTorch release.\nThe boolean parameter 'some' has been replaced with a string parameter "
    "'mode'.\nQ, R = torch.qr(A, some)\nshould be replaced with\n"
    "Q, R = torch.linalg.qr(A, 'reduced' if some else 'complete')",
    "cholesky": _successor(
        "cholesky", "linalg.cholesky", "L = torch.cholesky(A)", "L = torch.linalg.cholesky(A)"
    )
    + "\nand\nU = torch.cholesky(A, upper=True)\nshould be replaced with\n"
    "U = torch.linalg.cholesky(A).mH\nThis transform will produce equivalent results for all valid "
    "(symmetric positive definite) inputs.",
    "lu": _successor(
        "lu",
        "linalg.lu_factor / torch.linalg.lu_factor_ex",
        "LU, pivots = torch.lu(A, compute_pivots)",
        "LU, pivots = torch.linalg.lu_factor(A, compute_pivots)",
    )
    + "\nand\nLU, pivots, info = torch.lu(A, compute_pivots, get_infos=True)\nshould be replaced "
    "with\nLU, pivots, info = torch.linalg.lu_factor_ex(A, compute_pivots)",
    "triangular_solve": "torch.triangular_solve is deprecated in favor of "
    "torch.linalg.solve_triangularand will be removed in a future PyTorch release.\n"
    "torch.linalg.solve_triangular has its arguments reversed and does not return a copy of one of "
    "the inputs.\nX = torch.triangular_solve(B, A).solution\nshould be replaced with\n"
    "X = torch.linalg.solve_triangular(A, B).",
    "lu_solve": "torch.lu_solve is deprecated in favor of torch.linalg.lu_solveand will be removed "
    "in a future PyTorch release.\nNote that torch.linalg.lu_solve has its arguments reversed.\n"
    "X = torch.lu_solve(B, LU, pivots)\nshould be replaced with\n"
    "X = torch.linalg.lu_solve(LU, pivots, B)",
    "chain_matmul": "torch.chain_matmul is deprecated and will be removed in a future PyTorch "
    "release. Use torch.linalg.multi_dot instead, which accepts a list of two or more tensors "
    "rather than multiple parameters.",
    "set_default_tensor_type": "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, "
    "please use torch.set_default_dtype() and torch.set_default_device() as alternatives.",
}

# Functions of which it depends on an argument: its name, and what is said where it is None.
WITHOUT = {
    "cross": (
        "dim",
        "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the "
        "dim explicitly or simply use torch.linalg.cross.\nThe default value of dim will change to "
        "agree with that of linalg.cross in a future release.",
    ),
    "stft": (
        "window",
        "A window was not provided. A rectangular window will be applied,which is known to cause "
        "spectral leakage. Other windows such as torch.hann_window or torch.hamming_window are "
        "recommended to reduce spectral leakage.To suppress this warning and use a rectangular "
        "window, explicitly set `window=torch.ones(n_fft, device=<device>)`.",
    ),
    "istft": (
        "window",
        "A window was not provided. A rectangular window will be applied.Please provide the same "
        "window used by stft to make the inversion lossless.To suppress this warning and use a "
        "rectangular window, explicitly set `window=torch.ones(n_fft, device=<device>)`.",
    ),
}
SHORT = (
    "The length of signal is shorter than the length parameter. Result is being padded with zeros "
    "in the tail. Please check your center and hop_length settings."
)
# Numbers of observations less the correction must be positive.
SPREADS = ("var", "std", "var_mean", "std_mean")


def _free(args: tuple, kwargs: dict) -> bool:
    """Whether fewer numbers are averaged than are taken off for the correction."""
    x = args[0] if args else kwargs.get("input")
    if not isinstance(x, Tensor):
        return False
    dim, correction = kwargs.get("dim", kwargs.get("axis")), kwargs.get("correction", 1)
    unbiased = kwargs.get("unbiased")
    rest = args[1:]
    if rest and isinstance(rest[0], bool):
        unbiased = rest[0]
    elif rest:
        dim = rest[0]
        if len(rest) > 1 and isinstance(rest[1], bool):
            unbiased = rest[1]
    if unbiased is not None:
        correction = int(bool(unbiased))
    dims = range(x.dim()) if dim is None or dim == () else dim
    dims = (dims,) if isinstance(dims, int) else dims
    try:
        n = math.prod(x.shape[d] for d in dims)
        return n - (1 if correction is None else correction) <= 0 and x.numel() > 0
    except (IndexError, TypeError):
        return False  # which the function itself will refuse


# What is not deterministic in PyTorch on the CPU: where the function is, its name in the error, and
# the argument that makes it deterministic.
NONDETERMINISTIC = (
    ("Tensor.put", "put_", "accumulate"),
    ("Tensor.put_", "put_", "accumulate"),
    ("put", "put_", "accumulate"),
    ("nn.functional.max_unpool1d", "max_unpooling2d_forward_out", None),
    ("nn.functional.max_unpool2d", "max_unpooling2d_forward_out", None),
    ("nn.functional.max_unpool3d", "max_unpooling3d_forward_out", None),
)


def _alerting(f: Callable, name: str, argument: str | None) -> Callable:
    """A function that a deterministic program must not call."""
    home = inspect.signature(f)

    def g(*args, **kwargs) -> Any:
        if filling.state.deterministic:
            given = home.bind(*args, **kwargs).arguments
            if not (argument and given.get(argument, False)):
                filling.alert(name)
        return f(*args, **kwargs)

    return _like(g, f, home)


def _like(g: Callable, f: Callable, home: inspect.Signature) -> Callable:
    functools.update_wrapper(g, f)
    del g.__wrapped__
    g.__signature__ = home
    return g


# Of the searches: their tensors, and what each is called.
SEARCHES = {
    "searchsorted": (
        ("sorted_sequence", "boundary"),
        ("input", "input value"),
        ("sorter", "sorter"),
    ),
    "bucketize": (("input", "input value"), ("boundaries", "boundary")),
}


def _longer(given: inspect.BoundArguments) -> bool:
    """Whether more of a signal is asked for than its transforms hold."""
    given.apply_defaults()
    a = given.arguments
    n, length = a["n_fft"], a["length"]
    if length is None:
        return False
    hop = n // 4 if a["hop_length"] is None else a["hop_length"]
    frames = a["input"].shape[-1]
    return (n // 2 if a["center"] else 0) + length > n + hop * (frames - 1)


def noticed(f: Callable, name: str) -> Callable:
    """A function that says first what there is to say about calling it."""
    home = inspect.signature(f)
    if name in DEPRECATED:

        def g(*args, **kwargs) -> Any:
            warn_once(DEPRECATED[name])
            return f(*args, **kwargs)

    elif name in WITHOUT:
        argument, text = WITHOUT[name]

        def g(*args, **kwargs) -> Any:
            try:
                given = home.bind(*args, **kwargs).arguments.get(argument)
            except TypeError:
                given = text  # which the function itself will refuse
            if given is None:
                warn_once(text)
            result = f(*args, **kwargs)
            if name == "istft" and _longer(home.bind(*args, **kwargs)):
                warn_once(SHORT)
            return result

    elif name in SEARCHES:
        names = SEARCHES[name]

        def g(*args, **kwargs) -> Any:
            for i, (parameter, what) in enumerate(names):
                x = args[i] if i < len(args) else kwargs.get(parameter)
                if isinstance(x, Tensor) and x._strides is not None and not x.is_contiguous():
                    warn_once(
                        f"torch.searchsorted(): {what} tensor is non-contiguous, this will lower "
                        "the performance due to extra data copy when converting non-contiguous "
                        f"tensor to contiguous, please use contiguous {what} tensor if possible. "
                        "This message will only appear once per program."
                    )
            return f(*args, **kwargs)

    elif name in SPREADS:

        def g(*args, **kwargs) -> Any:
            if _free(args, kwargs):
                warnings.warn(
                    f"{name}(): degrees of freedom is <= 0. Correction should be strictly less "
                    "than the reduction factor (input numel divided by output numel).",
                    UserWarning,
                    stacklevel=user_level(),
                )
            return f(*args, **kwargs)

    else:
        return f
    return _like(g, f, home)


def _resized(name: str) -> Callable:
    def method(self: Tensor, *args) -> Tensor:
        warnings.warn(f"non-inplace {name} is deprecated", UserWarning, stacklevel=user_level())
        return getattr(self.detach().clone(), name + "_")(*args)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"A copy of other sizes; see `{name}_`."
    return method


def apply(functions: dict[str, Callable]) -> None:
    """Give the functions, and the methods of the same names, their warnings."""
    Tensor.resize, Tensor.resize_as = _resized("resize"), _resized("resize_as")
    for name in (*DEPRECATED, *WITHOUT, *SPREADS, *SEARCHES):
        if name in functions:
            functions[name] = noticed(functions[name], name)
        method = vars(Tensor).get(name)
        if method is not None and inspect.isfunction(method):
            setattr(Tensor, name, noticed(method, name))
    for full, said, argument in NONDETERMINISTIC:
        home, _, short = full.rpartition(".")
        if home == "Tensor":
            setattr(Tensor, short, _alerting(vars(Tensor)[short], said, argument))
        else:
            space = namespace(home)
            space[short] = _alerting(space[short], said, argument)


__all__ = ["apply", "noticed"]
