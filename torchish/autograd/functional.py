"""`torch.autograd.functional`: Jacobians, Hessians and their products with vectors.

https://docs.pytorch.org/docs/stable/autograd.html#functional-higher-level-api
"""

from __future__ import annotations

from torchish.tensor import stack
from torchish.tensor.autograd import grad
from torchish.tensor.factory import ones_like, zeros, zeros_like
from torchish.tensor.modes import enable_grad
from torchish.tensor.tensor import Tensor

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


def _tuple(x, name: str, where: str) -> tuple[bool, tuple]:
    if isinstance(x, (tuple, list)):
        for i, t in enumerate(x):
            if not isinstance(t, Tensor):
                raise TypeError(
                    f"The {name} given to {where} must be either a Tensor or a tuple of Tensors "
                    f"but the value at index {i} has type {type(t)}."
                )
        return True, tuple(x)
    if not isinstance(x, Tensor):
        raise TypeError(
            f"The {name} given to {where} must be either a Tensor or a tuple of Tensors but the "
            f"given {name} has type {type(x)}."
        )
    return False, (x,)


def _inputs(inputs, create_graph: bool) -> tuple:
    return tuple(
        t.view_as(t) if create_graph and t.requires_grad else t.detach().requires_grad_(True)
        for t in inputs
    )


def _strip(x, create_graph: bool):
    if isinstance(x, tuple):
        return tuple(_strip(i, create_graph) for i in x)
    return x if create_graph else x.detach()


def _run(func, inputs, create_graph: bool, where: str):
    several_in, ins = _tuple(inputs, "inputs", where)
    ins = _inputs(ins, create_graph)
    out = func(*ins)
    several_out, outs = _tuple(out, "outputs of the user-provided function", where)
    return several_in, ins, several_out, outs


def _check(value, ref, strict: bool, message: str):
    if value is None:
        if strict:
            raise RuntimeError(message)
        return zeros_like(ref)
    return value


_INDEPENDENT = (
    "The output of the user-provided function is independent of input {}. "
    "This is not allowed in strict mode."
)


def vjp(func, inputs, v=None, create_graph: bool = False, strict: bool = False):
    """(outputs, vector-Jacobian product): v^T J."""
    with enable_grad():
        several_in, ins, several_out, outs = _run(func, inputs, create_graph, "vjp")
        if v is None:
            if len(outs) != 1 or outs[0].numel() != 1:
                raise RuntimeError(
                    "The vector v can only be None if the user-provided function returns a single "
                    "Tensor with a single element."
                )
            vs = (ones_like(outs[0]),)
        else:
            _, vs = _tuple(v, "v", "vjp")
            _same_shapes(vs, outs, "v")
        gs = (
            grad(
                [o for o in outs if o.requires_grad],
                ins,
                [x for o, x in zip(outs, vs, strict=True) if o.requires_grad],
                create_graph=create_graph,
                allow_unused=True,
            )
            if any(o.requires_grad for o in outs)
            else [None] * len(ins)
        )
    gs = tuple(
        _check(g, i, strict, _INDEPENDENT.format(k))
        for k, (g, i) in enumerate(zip(gs, ins, strict=True))
    )
    out = _strip(outs if several_out else outs[0], create_graph)
    return out, _strip(gs if several_in else gs[0], create_graph)


def _same_shapes(v, other, name: str) -> None:
    if len(v) != len(other):
        raise RuntimeError(
            f"v is a tuple of invalid length: should be {len(other)} but got {len(v)}."
        )
    for i, (a, b) in enumerate(zip(v, other, strict=True)):
        if a.shape != b.shape:
            prepend = f"Entry {i} in " if len(v) > 1 else ""
            raise RuntimeError(
                f"{prepend}{name} has invalid size: should be {b.shape} but got {a.shape}."
            )


def jvp(func, inputs, v=None, create_graph: bool = False, strict: bool = False):
    """(outputs, Jacobian-vector product): J v, by differentiating the vector-Jacobian product in
    its cotangent."""
    with enable_grad():
        _several_in, ins, several_out, outs = _run(func, inputs, create_graph, "jvp")
        if v is None:
            if len(ins) != 1 or ins[0].numel() != 1:
                raise RuntimeError(
                    "The vector v can only be None if the input to the user-provided function is a "
                    "single Tensor with a single element."
                )
            vs = (ones_like(ins[0]),)
        else:
            _, vs = _tuple(v, "v", "jvp")
            _same_shapes(vs, ins, "v")
        cts = tuple(zeros_like(o).requires_grad_(True) for o in outs)
        live = [(o, c) for o, c in zip(outs, cts, strict=True) if o.requires_grad]
        gs = (
            grad(
                [o for o, _ in live],
                ins,
                [c for _, c in live],
                create_graph=True,
                allow_unused=True,
            )
            if live
            else []
        )
        pairs = [(g, x) for g, x in zip(gs, vs, strict=False) if g is not None and g.requires_grad]
        js = (
            grad(
                [g for g, _ in pairs],
                cts,
                [x for _, x in pairs],
                create_graph=create_graph,
                allow_unused=True,
            )
            if pairs
            else [None] * len(cts)
        )
    js = tuple(
        _check(j, o, strict, _INDEPENDENT.format(k))
        for k, (j, o) in enumerate(zip(js, outs, strict=True))
    )
    return _strip(outs if several_out else outs[0], create_graph), _strip(
        js if several_out else js[0], create_graph
    )


def jacobian(
    func,
    inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
):
    """The Jacobian: for each output and input a tensor of the output's shape followed by the
    input's."""
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')
    with enable_grad():
        several_in, ins, several_out, outs = _run(func, inputs, create_graph, "jacobian")
        rows = []
        for k, out in enumerate(outs):
            columns: list[list] = [[] for _ in ins]
            flat = out.reshape(-1)
            for j in range(out.numel()):
                gs = (
                    grad(
                        flat[j],
                        ins,
                        retain_graph=True,
                        create_graph=create_graph,
                        allow_unused=True,
                    )
                    if out.requires_grad
                    else (None,) * len(ins)
                )
                for i, (g, x) in enumerate(zip(gs, ins, strict=True)):
                    message = (
                        f"Output {k} of the user-provided function is independent of input {i}. "
                        "This is not allowed in strict mode."
                    )
                    columns[i].append(_check(g, x, strict, message))
            rows.append(
                tuple(
                    stack(c).reshape(tuple(out.shape) + tuple(x.shape))
                    if c
                    else zeros(*out.shape, *x.shape, dtype=out.dtype)
                    for c, x in zip(columns, ins, strict=True)
                )
            )
    rows = tuple(_strip(r, create_graph) for r in rows)
    result = tuple(r if several_in else r[0] for r in rows)
    return result if several_out else result[0]


def hessian(
    func,
    inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
):
    """The Hessian of a scalar function."""
    several, ins = _tuple(inputs, "inputs", "hessian")

    def scalar(*args):
        out = func(*args)
        if not isinstance(out, Tensor):
            raise RuntimeError("The function given to hessian should return a single Tensor")
        if out.numel() != 1:
            raise RuntimeError(
                "The Tensor returned by the function given to hessian should contain a single "
                "element"
            )
        return out.reshape(())

    def inner(*args):
        j = jacobian(scalar, args, create_graph=True)
        return j

    r = jacobian(inner, ins, create_graph=create_graph, strict=strict)
    return r if several else r[0][0]


def vhp(func, inputs, v=None, create_graph: bool = False, strict: bool = False):
    """(output, vector-Hessian product)."""
    with enable_grad():
        several_in, ins, _, outs = _run(func, inputs, create_graph, "vhp")
        if len(outs) != 1 or outs[0].numel() != 1:
            raise RuntimeError(
                "The Tensor returned by the function given to vhp should contain a single element"
            )
        vs = (ones_like(ins[0]),) if v is None else _tuple(v, "v", "vhp")[1]
        _same_shapes(vs, ins, "v")
        gs = grad(outs[0], ins, create_graph=True, allow_unused=True)
        pairs = [(g, x) for g, x in zip(gs, vs, strict=True) if g is not None and g.requires_grad]
        hs = (
            grad(
                [g for g, _ in pairs],
                ins,
                [x for _, x in pairs],
                create_graph=create_graph,
                allow_unused=True,
            )
            if pairs
            else [None] * len(ins)
        )
    hs = tuple(
        _check(h, i, strict, _INDEPENDENT.format(k))
        for k, (h, i) in enumerate(zip(hs, ins, strict=True))
    )
    return _strip(outs[0], create_graph), _strip(hs if several_in else hs[0], create_graph)


hvp = vhp  # the Hessian of a real function is symmetric
