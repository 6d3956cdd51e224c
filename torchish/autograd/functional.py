"""`torch.autograd.functional`: Jacobians, Hessians and their products with vectors.

Jacobian-vector products are the gradient of the vector-Jacobian product in its cotangent; the
Jacobian's `strategy="forward-mode"` goes by dual tensors. In strict mode an output that does not
depend on an input, or a derivative that does not, is an error instead of zeros.

https://docs.pytorch.org/docs/stable/autograd.html#functional-higher-level-api
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import eye, stack
from torchish._core.tensor.api.factory import zeros_like
from torchish._core.tensor.tape.autograd import grad
from torchish._core.tensor.tape.modes import enable_grad, is_grad_enabled, set_grad_enabled
from torchish._core.tensor.tensor import Tensor
from torchish.autograd import forward_ad
from torchish.func import vmap

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

_STRICT = "This is not allowed in strict mode"
_OUTPUTS = "outputs of the user-provided function"


# --- what goes in and comes out -----------------------------------------------------------------


def _tuple(x: Any, name: str, where: str) -> tuple[bool, tuple[Tensor, ...]]:
    """Whether x is a tuple, and x as one; TypeError for what is no tensor."""
    several = isinstance(x, tuple)
    parts = tuple(x) if several else (x,)
    for i, t in enumerate(parts):
        if not isinstance(t, Tensor):
            what = f"value at index {i} has type" if several else f"given {name} has type"
            raise TypeError(
                f"The {name} given to {where} must be either a Tensor or a tuple of Tensors but "
                f"the {what} {type(t)}."
            )
    return several, parts


def _fresh(tensors: Sequence[Tensor], create_graph: bool, needed: bool) -> tuple[Tensor, ...]:
    """New tensor objects, so that the same tensor, closed over by the function, is another one."""
    return tuple(
        t.view_as(t) if create_graph and t.requires_grad else t.detach().requires_grad_(needed)
        for t in tensors
    )


def _cut(x: Any, create_graph: bool) -> Any:
    """Results without history, unless it was asked for."""
    if isinstance(x, (tuple, list)):
        return tuple(_cut(i, create_graph) for i in x)
    return x if create_graph else x.detach()


def _vector(v: Any, like: Sequence[Tensor], several: bool, where: str, create_graph: bool) -> tuple:
    """A vector given by the user, checked to be of the tensors' shapes."""
    vs = _fresh(_tuple(v, "v", where)[1], create_graph, False)
    if len(vs) != len(like):
        if not several:
            raise RuntimeError("The given v should contain a single Tensor.")
        raise RuntimeError(
            f"v is a tuple of invalid length: should be {len(like)} but got {len(vs)}."
        )
    for i, (a, b) in enumerate(zip(vs, like, strict=True)):
        if a.shape != b.shape:
            prepend = f"Entry {i} in " if several else ""
            raise RuntimeError(
                f"{prepend}v has invalid size: should be {b.shape} but got {a.shape}."
            )
    return vs


def _input_vector(v, inputs, several: bool, where: str, create_graph: bool) -> tuple | None:
    if v is not None:
        return _vector(v, inputs, several, where, create_graph)
    if len(inputs) != 1 or inputs[0].numel() != 1:
        raise RuntimeError(
            "The vector v can only be None if the input to the user-provided function is a single "
            "Tensor with a single element."
        )
    return None


def _called(func: Callable, inputs: Sequence[Tensor], where: str, strict: bool):
    several, outs = _tuple(func(*inputs), _OUTPUTS, where)
    _require(outs, strict, lambda i: (
        f"Output {i} of the user-provided function does not require gradients. The outputs must "
        "be computed in a differentiable manner from the input when running in strict mode."
    ))  # fmt: skip
    return several, outs


def _require(tensors: Sequence, strict: bool, message: Callable[[int], str]) -> None:
    """In strict mode, RuntimeError for a tensor that is missing or requires no gradient."""
    for i, t in enumerate(tensors if strict else ()):
        if t is None:
            raise RuntimeError(_independent("output", f"input {i}"))
        if not t.requires_grad:
            raise RuntimeError(message(i))


def _require_jacobian(jac: Sequence, strict: bool) -> None:
    _require(jac, strict, lambda i: (
        "While computing the hessian, found that the jacobian of the user-provided function with "
        f"respect to input {i} is independent of the input. {_STRICT}. You should ensure that "
        "your function is twice differentiable and that the jacobian depends on the inputs (this "
        "would be violated by a linear function for example)."
    ))  # fmt: skip


def _independent(what: str, of: str) -> str:
    return f"The {what} of the user-provided function is independent of {of}. {_STRICT}."


def _grad(outputs, inputs, cotangents=None, **options) -> tuple:
    """`grad` that passes over outputs which are missing or require no gradient."""
    given = cotangents or (None,) * len(outputs)
    live = [(o, c) for o, c in zip(outputs, given, strict=True) if o is not None]
    live = [(o, c) for o, c in live if o.requires_grad]
    if not live:
        return (None,) * len(inputs)
    outs, cts = zip(*live, strict=True)
    return grad(outs, inputs, cts, allow_unused=True, **options)


def _filled(grads, like, strict: bool, create_graph: bool, missing, derivative: str) -> tuple:
    """Gradients with zeros for missing ones; in strict mode `missing` words the error, and
    `derivative` is what is independent of an input where a graph was asked for."""
    found = []
    for i, (g, x) in enumerate(zip(grads, like, strict=True)):
        if g is None:
            if strict:
                raise RuntimeError(missing(i))
            g = zeros_like(x)
        elif strict and create_graph and not g.requires_grad:
            raise RuntimeError(
                f"The {derivative} of the user-provided function is independent of input {i}. "
                f"{_STRICT} when create_graph=True."
            )
        found.append(g)
    return tuple(found)


def _given(outs: tuple, several: bool, create_graph: bool) -> Any:
    outs = _cut(outs, create_graph)
    return outs if several else outs[0]


# --- products -----------------------------------------------------------------------------------


def vjp(func, inputs, v=None, create_graph: bool = False, strict: bool = False):
    """(outputs, vector-Jacobian product): v^T J.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.vjp.html

    >>> x, v = torch.tensor([1.0, 3.0]), torch.tensor([1.0, 1.0])
    >>> torch.autograd.functional.vjp(lambda x: x**2, x, v)
    (tensor([1., 9.]), tensor([2., 6.]))
    """
    with enable_grad():
        several_in, ins = _tuple(inputs, "inputs", "vjp")
        ins = _fresh(ins, create_graph, True)
        several_out, outs = _called(func, ins, "vjp", strict)
        if v is not None:
            v = _vector(v, outs, several_out, "vjp", create_graph)
        elif len(outs) != 1 or outs[0].numel() != 1:
            raise RuntimeError(
                "The vector v can only be None if the user-provided function returns a single "
                "Tensor with a single element."
            )
    with set_grad_enabled(create_graph or is_grad_enabled()):
        gs = _grad(outs, ins, v, create_graph=create_graph)
        gs = _filled(
            gs, ins, strict, create_graph,
            lambda i: _independent("output", f"input {i}"), "jacobian",
        )  # fmt: skip
    return _given(outs, several_out, create_graph), _given(gs, several_in, create_graph)


def jvp(func, inputs, v=None, create_graph: bool = False, strict: bool = False):
    """(outputs, Jacobian-vector product): J v.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.jvp.html

    >>> x, v = torch.tensor([1.0, 3.0]), torch.tensor([1.0, 0.0])
    >>> torch.autograd.functional.jvp(lambda x: x**2, x, v)
    (tensor([1., 9.]), tensor([2., 0.]))
    """
    with enable_grad():
        several_in, ins = _tuple(inputs, "inputs", "jvp")
        ins = _fresh(ins, create_graph, True)
        v = _input_vector(v, ins, several_in, "jvp", create_graph)
        several_out, outs = _called(func, ins, "jvp", strict)
        cts = tuple(zeros_like(o).requires_grad_(True) for o in outs)
        gs = _grad(outs, ins, cts, create_graph=True)
        _require(gs, strict, lambda i: (
            f"The gradient with respect to input {i} is independent of the inputs of the "
            f"user-provided function. {_STRICT}."
        ))  # fmt: skip
    with set_grad_enabled(create_graph or is_grad_enabled()):
        js = _grad(gs, cts, v, create_graph=create_graph)
        js = _filled(
            js, outs, strict, create_graph,
            lambda i: (
                f"The gradient with respect to the input is independent of entry {i} in the "
                "grad_outputs when using the double backward trick to compute forward mode "
                f"gradients. {_STRICT}."
            ),
            "jacobian",
        )  # fmt: skip
    return _given(outs, several_out, create_graph), _given(js, several_out, create_graph)


def _hessian_product(func, inputs, v, create_graph: bool, strict: bool, where: str):
    """The shared beginning of `vhp` and `hvp`: inputs, vector, output, its gradients."""
    several_in, ins = _tuple(inputs, "inputs", where)
    ins = _fresh(ins, create_graph, True)
    v = _input_vector(v, ins, several_in, where, create_graph)
    several_out, outs = _called(func, ins, where, strict)
    if several_out:
        raise RuntimeError(f"The function given to {where} should return a single Tensor")
    if outs[0].numel() != 1:
        raise RuntimeError(
            f"The Tensor returned by the function given to {where} should contain a single element"
        )
    jac = _grad(outs, ins, create_graph=True)
    _require_jacobian(jac, strict)
    return several_in, ins, v, outs, jac


def vhp(func, inputs, v=None, create_graph: bool = False, strict: bool = False):
    """(output, vector-Hessian product) of a function of one element.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.vhp.html

    >>> x, v = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 0.0])
    >>> torch.autograd.functional.vhp(lambda x: (x**3).sum(), x, v)
    (tensor(9.), tensor([6., 0.]))
    """
    with enable_grad():
        several, ins, v, outs, jac = _hessian_product(func, inputs, v, create_graph, strict, "vhp")
    with set_grad_enabled(create_graph or is_grad_enabled()):
        hs = _grad(jac, ins, v, create_graph=create_graph)
        hs = _filled(
            hs, ins, strict, create_graph,
            lambda i: _independent("jacobian", f"input {i}"), "hessian",
        )  # fmt: skip
    return _given(outs, False, create_graph), _given(hs, several, create_graph)


def hvp(func, inputs, v=None, create_graph: bool = False, strict: bool = False):
    """(output, Hessian-vector product) of a function of one element.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.hvp.html

    >>> x, v = torch.tensor([1.0, 2.0]), torch.tensor([0.0, 1.0])
    >>> torch.autograd.functional.hvp(lambda x: (x**3).sum(), x, v)
    (tensor(9.), tensor([ 0., 12.]))
    """
    with enable_grad():
        several, ins, v, outs, jac = _hessian_product(func, inputs, v, create_graph, strict, "hvp")
        cts = tuple(zeros_like(x).requires_grad_(True) for x in ins)
        double = _grad(jac, ins, cts, create_graph=True)
        _require_jacobian(jac, strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        hs = _grad(double, cts, v, create_graph=create_graph)
        hs = _filled(
            hs, ins, strict, create_graph,
            lambda i: (
                "The hessian of the user-provided function is independent of entry "
                f"{i} in the grad_jacobian. {_STRICT} as it prevents from using the double "
                "backward trick to replace forward mode AD."
            ),
            "hessian",
        )  # fmt: skip
    return _given(outs, False, create_graph), _given(hs, several, create_graph)


# --- whole matrices -----------------------------------------------------------------------------


def _refuse(option: str, strategy: str) -> str:
    name, _, value = option.partition("=")
    other = f"{name}={value == 'False'}"
    return (
        f'torch.autograd.functional.jacobian: `{option}` and `strategy="{strategy}"` are not '
        f"supported together (yet). Please either set `{other}` or "
        '`strategy="reverse-mode"`.'
    )


def _by_tangents(func: Callable, inputs: Any, strict: bool, vectorize: bool):
    if strict:
        raise RuntimeError(_refuse("strict=True", "forward-mode"))
    several_in, ins = _tuple(inputs, "inputs", "jacobian")
    if not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly "
            "implemented for `vectorize=True`."
        )
    sizes = [x.numel() for x in ins]
    total, begin, basis = sum(sizes), 0, []
    for x, n in zip(ins, sizes, strict=True):
        whole = eye(total, dtype=x.dtype, device=x.device)
        basis.append(whole.narrow(1, begin, n).contiguous())
        begin += n
    seen: dict[str, Any] = {}

    def push(*tangents: Tensor) -> tuple[Tensor, ...]:
        with forward_ad.dual_level():
            pairs = zip(ins, tangents, strict=True)
            duals = [forward_ad.make_dual(x, t.view_as(x)) for x, t in pairs]
            seen["several"], outs = _tuple(func(*duals), "outputs", "jacobian")
            seen["shapes"] = [tuple(o.shape) for o in outs]
            parts = [forward_ad.unpack_dual(o) for o in outs]
            return tuple(zeros_like(p) if t is None else t for p, t in parts)

    columns = vmap(push)(*basis)
    rows = []
    for c, shape in zip(columns, seen["shapes"], strict=True):
        parts = c.split(sizes, dim=0)
        rows.append(
            [
                part.movedim(0, -1).reshape(*shape, *x.shape)
                for part, x in zip(parts, ins, strict=True)
            ]
        )
    result = rows if several_in else tuple(r[0] for r in rows)
    return result if seen["several"] else result[0]


def jacobian(
    func,
    inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
):
    """The Jacobian: for each output and input a tensor of the output's shape followed by the
    input's.

    strategy   "reverse-mode", or "forward-mode", for which `vectorize` must be set
    https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html

    >>> torch.autograd.functional.jacobian(lambda x: x**2, torch.tensor([1.0, 3.0]))
    tensor([[2., 0.],
            [0., 6.]])
    """
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your '
            'function has more outputs than inputs, "forward-mode" tends to be more performant. '
            'Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "forward-mode":
        if create_graph:
            raise NotImplementedError(_refuse("create_graph=True", strategy))
        return _by_tangents(func, inputs, strict, vectorize)
    with enable_grad():
        several_in, ins = _tuple(inputs, "inputs", "jacobian")
        ins = _fresh(ins, create_graph, True)
        several_out, outs = _called(func, ins, "jacobian", strict)
        if vectorize and strict:
            raise RuntimeError(
                "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not "
                "supported together. Please either set `strict=False` or `vectorize=False`."
            )
        rows = [_rows_of(out, k, ins, create_graph, strict) for k, out in enumerate(outs)]
    found = tuple(_cut(r, create_graph) for r in rows)
    result = tuple(r if several_in else r[0] for r in found)
    return result if several_out else result[0]


def _rows_of(out: Tensor, k: int, ins, create_graph: bool, strict: bool) -> tuple[Tensor, ...]:
    """The Jacobian of one output, row by row."""
    rows: list[list[Tensor]] = [[] for _ in ins]
    flat = out.reshape(-1)
    for j in range(out.numel()):
        gs = _grad((flat[j],), ins, retain_graph=True, create_graph=create_graph)
        for i, (g, x) in enumerate(zip(gs, ins, strict=True)):
            if g is None and strict:
                raise RuntimeError(
                    f"Output {k} of the user-provided function is independent of input {i}. "
                    f"{_STRICT}."
                )
            if g is not None and strict and create_graph and not g.requires_grad:
                raise RuntimeError(
                    f"The jacobian of the user-provided function is independent of input {k}. "
                    f"{_STRICT} when create_graph=True."
                )
            rows[i].append(zeros_like(x) if g is None else g)
    return tuple(stack(r).view(*out.shape, *x.shape) for r, x in zip(rows, ins, strict=True))


def hessian(
    func,
    inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
):
    """The Hessian of a function of one element: for each pair of inputs a tensor of the first's
    shape followed by the second's.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.hessian.html

    >>> torch.autograd.functional.hessian(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    several, ins = _tuple(inputs, "inputs", "hessian")
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')

    def scalar(*args):
        several_out, outs = _called(func, args, "hessian", strict)
        if several_out:
            raise RuntimeError("The function given to hessian should return a single Tensor")
        if outs[0].numel() != 1:
            raise RuntimeError(
                "The Tensor returned by the function given to hessian should contain a single "
                "element"
            )
        return outs[0].squeeze()

    def inner(*args):
        if outer_jacobian_strategy == "forward-mode":
            args = tuple(t.requires_grad_(True) for t in args)
        jac = jacobian(scalar, args, create_graph=True)
        _require_jacobian(jac, strict)
        return jac

    found = jacobian(
        inner,
        ins,
        create_graph=create_graph,
        strict=strict,
        vectorize=vectorize,
        strategy=outer_jacobian_strategy,
    )
    return found if several else found[0][0]
