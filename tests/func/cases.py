"""Programs with `torch.func`, for either library."""

from __future__ import annotations

import importlib


def cases(lib: str) -> dict:
    """name → a function of nothing: what it gives, or raises, is to be the same in both."""
    torch = importlib.import_module(lib)
    func = importlib.import_module(lib + ".func")
    vmap, grad, vjp, jvp = func.vmap, func.grad, func.vjp, func.jvp
    jacrev, jacfwd, hessian = func.jacrev, func.jacfwd, func.hessian
    torch.manual_seed(0)
    x = torch.randn(3, 4)
    w = torch.tensor([1.0, 2.0, 0.5, -1.0], requires_grad=True)
    net = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2))
    parameters = {k: v.detach() for k, v in net.named_parameters()}
    linears = [torch.nn.Linear(4, 2) for _ in range(3)]

    def loss(p, xi, yi):
        out = func.functional_call(net, p, (xi[None],))
        return torch.nn.functional.cross_entropy(out, yi[None])

    def by_w(t):
        return torch.autograd.grad(t.sum(), w)[0]

    def ensemble():
        p, b = func.stack_module_state(linears)
        return vmap(lambda p, b, xi: func.functional_call(linears[0], (p, b), (xi,)))(p, b, x)

    def seeded(f):
        torch.manual_seed(1)
        return f()

    return {
        # vmap
        "vmap": lambda: vmap(lambda a: a.sin().sum())(x),
        "two inputs": lambda: vmap(lambda a, b: (a * b).sum(), in_dims=(0, None))(x, x[0]),
        "other dims": lambda: vmap(lambda a: a * 2, in_dims=1, out_dims=1)(x),
        "negative dim": lambda: vmap(lambda a: a.sum(), in_dims=-1)(x),
        "trees": lambda: vmap(lambda d: {"k": d["a"] * d["b"], "l": [d["a"]]},
                              in_dims=({"a": 0, "b": None},))({"a": x, "b": x[0]}),
        "nested": lambda: vmap(vmap(lambda a, b: a * b, (0, None)), (None, 0))(x[0], x[1]),
        "constant": lambda: vmap(lambda a: torch.ones(2))(x),
        "not batched": lambda: vmap(lambda a: torch.ones(2), out_dims=None)(x),
        "chunks": lambda: vmap(lambda a: a.cos(), chunk_size=2)(x),
        "keywords": lambda: vmap(lambda a, *, k: a + k)(x, k=torch.ones(4)),
        "in place": lambda: vmap(lambda a: a.new_zeros(4).add_(a))(x),
        "different": lambda: seeded(
            lambda: vmap(lambda a: torch.randn(3), randomness="different")(x)),
        "same": lambda: seeded(lambda: vmap(lambda a: torch.randn(3), randomness="same")(x)),
        "dropout": lambda: seeded(lambda: vmap(lambda a: torch.nn.functional.dropout(a, 0.5),
                                               randomness="different")(x)),
        "batch norm": lambda: vmap(torch.nn.BatchNorm1d(4, track_running_stats=False))(
            torch.stack([x, 2 * x])),
        "float in_dims": lambda: vmap(lambda a: a, in_dims=1.0)(x),
        "too many in_dims": lambda: vmap(lambda a: a, in_dims=(0, 0))(x),
        "not a tensor": lambda: vmap(lambda a: a)(3),
        "no such dim": lambda: vmap(lambda a: a, in_dims=5)(x),
        "sizes": lambda: vmap(lambda a, b: a + b)(x, torch.ones(4)),
        "gives a number": lambda: vmap(lambda a: 3)(x),
        "out_dims": lambda: vmap(lambda a: (a, a), out_dims=(0,))(x),
        "out_dim too large": lambda: vmap(lambda a: a, out_dims=5)(x),
        "in_dims None": lambda: vmap(lambda a: a, in_dims=None)(x),
        "no inputs": lambda: vmap(lambda: 3)(),
        "text out_dims": lambda: vmap(lambda a: a, out_dims="x")(x),
        "batched out_dim None": lambda: vmap(lambda a: a, out_dims=None)(x),
        "item": lambda: vmap(lambda a: a.sum().item())(x),
        "control flow": lambda: vmap(lambda a: a if a.sum() > 0 else -a)(x),
        "random": lambda: vmap(lambda a: torch.randn(3))(x),
        "randomness": lambda: vmap(lambda a: a, randomness="foo")(x),
        "chunk 0": lambda: vmap(lambda a: a, chunk_size=0)(x),
        "vmap, gradients": lambda: by_w(vmap(lambda a: (a * w).sin().sum())(x)),
        "vmap, detached": lambda: by_w(vmap(lambda a: (a * w * w.detach()).sum())(x)),
        # grad
        "grad": lambda: grad(lambda a: (a**3).sum())(x),
        "argnums": lambda: grad(lambda a, b: (a * b * b).sum(), argnums=(0, 1))(x, x),
        "tree": lambda: grad(lambda d: d["a"].exp().sum())({"a": x, "b": x}),
        "aux": lambda: grad(lambda a: (a.sum(), a * 2), has_aux=True)(x),
        "grad_and_value": lambda: func.grad_and_value(lambda a: a.cos().sum())(x),
        "value and aux": lambda: func.grad_and_value(lambda a: (a.sum(), a), has_aux=True)(x),
        "grad of grad": lambda: grad(lambda a: grad(lambda b: (b**3).sum())(a).sum())(x),
        "grad, gradients": lambda: by_w(grad(lambda a: ((a * w) ** 3).sum())(x)),
        "detach": lambda: grad(lambda a: (a.detach() * a).sum())(x),
        "independent": lambda: grad(lambda a: torch.ones(()))(x),
        "per example": lambda: vmap(grad(loss), (None, 0, 0))(
            parameters, x, torch.tensor([0, 1, 1])),
        "not a scalar": lambda: grad(lambda a: a)(x),
        "a number": lambda: grad(lambda a: 3.0)(x),
        "a tuple": lambda: grad(lambda a: (a.sum(), a))(x),
        "of a number": lambda: grad(lambda a: a.sum())(3),
        "no aux": lambda: grad(lambda a: a.sum(), has_aux=True)(x),
        "argnum 2": lambda: grad(lambda a, b: (a * b).sum(), argnums=2)(x, x),
        "text argnums": lambda: grad(lambda a, b: (a * b).sum(), argnums="x")(x, x),
        "integers": lambda: grad(lambda a: a.sum())(torch.ones(3, dtype=torch.long)),
        "text aux": lambda: grad(lambda a: (a.sum(), "x"), has_aux=True)(x),
        # vjp, jvp
        "vjp": lambda: vjp(lambda a: (a * 2, a.sin()), x)[1]((x, x)),
        "vjp of two": lambda: vjp(lambda a, b: a * b, x, x + 1)[1](x),
        "vjp shape": lambda: vjp(lambda a: a, x)[1](torch.ones(2)),
        "vjp structure": lambda: vjp(lambda a: (a, a), x)[1](x),
        "vjp of a number": lambda: vjp(lambda a: 3, x),
        "jvp": lambda: jvp(lambda a: a.sin(), (x,), (x,)),
        "jvp of two": lambda: jvp(lambda a, b: (a * b, a), (x, x + 1), (x, x * 2)),
        "jvp, gradients": lambda: by_w(jvp(lambda a: (a * w).sin(), (x,), (x,))[1]),
        "jvp, detached": lambda: jvp(lambda a: a.detach() * a, (x,), (x,)),
        "jvp, independent": lambda: jvp(lambda a: torch.ones(2), (x,), (x,)),
        "jvp aux": lambda: jvp(lambda a: (a.sin(), a), (x,), (x,), has_aux=True),
        "jvp primals": lambda: jvp(lambda a: a.sin(), x, x),
        "jvp shapes": lambda: jvp(lambda a: a.sin(), (x,), (x[0],)),
        "jvp structure": lambda: jvp(lambda a: a.sin(), (x,), (x, x)),
        "jvp of a number": lambda: jvp(lambda a: 3, (x,), (x,)),
        "jvp of nothing": lambda: jvp(lambda a: a, (), ()),
        "linearize": lambda: func.linearize(torch.sin, x[0])[1](x[1]),
        # Jacobians
        "jacrev": lambda: jacrev(lambda a: a.sin() * a.sum())(x[0]),
        "jacfwd": lambda: jacfwd(lambda a: a.sin() * a.sum())(x[0]),
        "jacrev of two": lambda: jacrev(lambda a, b: {"y": a.sin() * b}, (0, 1))(x[0], x[1]),
        "jacfwd of two": lambda: jacfwd(lambda a, b: {"y": a.sin() * b}, (0, 1))(x[0], x[1]),
        "jacrev chunks": lambda: jacrev(lambda a: a.sin() * a.sum(), chunk_size=3)(x[0]),
        "jacrev aux": lambda: jacrev(lambda a: (a.sin(), a), has_aux=True)(x[0]),
        "jacfwd aux": lambda: jacfwd(lambda a: (a.sin(), a), has_aux=True)(x[0]),
        "hessian": lambda: hessian(lambda a: (a[0] * a[1]).sin() + (a**3).sum())(x[0]),
        "third": lambda: jacfwd(jacrev(grad(lambda a: (a**4).sum() * a[0])))(x[0]),
        "batch of Jacobians": lambda: vmap(jacrev(lambda a: a.sin() * a.sum()))(x),
        "batch of Hessians": lambda: vmap(hessian(lambda a: (a.sin() * a.sum()).sum()))(x),
        "jacrev, gradients": lambda: by_w(jacrev(lambda a: (a * w).sin())(x[0])),
        "jacfwd, gradients": lambda: by_w(jacfwd(lambda a: (a * w).sin())(x[0])),
        "jacrev of a number": lambda: jacrev(lambda a: 3)(x),
        "jacrev chunk": lambda: jacrev(lambda a: a, chunk_size=0)(x),
        "jacfwd argnums": lambda: jacfwd(lambda a: a.sin(), argnums=3)(x),
        "jacfwd randomness": lambda: jacfwd(lambda a: a.sin(), randomness="foo")(x),
        # modules
        "functional_call": lambda: func.functional_call(net, parameters, x),
        "ensemble": ensemble,
        "two dicts": lambda: func.functional_call(net, [parameters, parameters], x),
        "no models": lambda: func.stack_module_state([]),
        "requires grad": lambda: (
            grad(lambda a: (a * a).sum())(x).requires_grad,
            grad(lambda a: (a * w).sum() ** 2)(x).requires_grad,
            vmap(lambda a: a * w)(x).requires_grad,
            vmap(lambda a: a * 2)(x).requires_grad,
            jvp(lambda a: a * 2, (x,), (x,))[1].requires_grad,
        ),
    }  # fmt: skip
