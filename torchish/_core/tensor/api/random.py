"""Random tensors: drawn on the host from the generator, in program order, and recorded as leaves;
on an accelerator drawn there.

https://docs.pytorch.org/docs/stable/torch.html#random-sampling
"""

from __future__ import annotations

import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_size
from torchish._core.base.layouts import strided
from torchish._core.ops.table import TABLE
from torchish._core.tensor import dispatch, out_dtypes, sparse_rules
from torchish._core.tensor.api import factory
from torchish._core.tensor.api.classes import ONLY_INTS, Rule, is_float, is_int, refusal
from torchish._core.tensor.api.methods import write_drawn
from torchish._core.tensor.api.signatures import checked
from torchish._core.tensor.filling_order import in_memory_order, memory_order
from torchish._core.tensor.generator import (
    Generator,
    default_generator,
    default_of,
    draws,
    fork_rng,
    initial_seed,
    manual_seed,
    match_cpu,
    seed,
)
from torchish._core.tensor.public import enter, public
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor

__all__ = [
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "match_cpu",
    "rand",
    "randint",
    "randn",
    "randperm",
    "seed",
    "set_rng_state",
]


def of(generator: Generator | None, device: devices.device = devices.cpu) -> Generator:
    """The generator to draw from for a tensor on a device; RuntimeError for another device's."""
    if generator is None:
        return default_of(device)
    if not isinstance(generator, Generator):
        raise TypeError(
            f"argument 'generator' must be torch.Generator, not {type(generator).__name__}"
        )
    if generator.device.type != device.type and not draws.match_cpu:
        raise RuntimeError(
            f"Expected a '{device.type}' device type for generator but found "
            f"'{generator.device.type}'"
        )
    return generator


def _get_state(self: Generator) -> Tensor:
    """The state as a uint8 tensor, in PyTorch's layout."""
    return factory.of_array(self._get_state_bytes())


def _set_state(self: Generator, new_state: Tensor) -> None:
    """Go on from a stored state."""
    if not isinstance(new_state, Tensor) or new_state.dtype is not dt.uint8:
        raise TypeError(
            "expected a torch.ByteTensor, but got "
            + (new_state.type() if isinstance(new_state, Tensor) else type(new_state).__name__)
        )
    self._set_state_bytes(np.array(new_state._host()))


Generator.get_state = _get_state
Generator.set_state = _set_state


def get_rng_state() -> Tensor:
    """The default generator's state, a uint8 tensor."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Set the default generator's state."""
    default_generator.set_state(new_state)


def contents(t: Tensor, generator: Generator = default_generator):
    """A tensor's values for drawing: on the host, or the tracer inside a JAX transformation; the
    tensor itself where it is drawn on its device."""
    v = t._value()
    if generator.counts and not v.traced and not draws.substitutes:
        return t.detach()
    return v.array if v.traced else t._host()


def _made(a: np.ndarray, out, dtype, device, requires_grad, pin_memory, layout) -> Tensor:
    if out is not None:
        dispatch.refuse_repeats(out)
        rule = out_dtypes.CAST if dtype is None else out_dtypes.MAKER
        dispatch.write_out(out, factory.of_array(a, out.device)._value(), rule)
        return out
    return factory.finish(factory.of_array(a, device), requires_grad, pin_memory, layout)


def _drawn(name: str, a: np.ndarray, out, device, parameters: list[Tensor]) -> Tensor:
    """Numbers drawn with tensors as parameters, which get a gradient of zero from them."""
    made = _made(a, out, None, device, False, False, None)
    if out is not None or not (modes.grad and any(t.requires_grad for t in parameters)):
        return made
    return dispatch.apply(TABLE["_drawn_" + name], (made, parameters))


def _sized(draw):
    def make(
        *size,
        generator=None,
        out=None,
        dtype=None,
        layout=None,
        device=None,
        requires_grad=False,
        pin_memory=False,
        names=None,
        **kw,
    ):
        if kw:
            size = (kw.pop("size"),) if set(kw) == {"size"} else factory._unexpected(kw)
        name = make.__name__
        d = factory._dtype(name, dtype) or (
            out.dtype if out is not None else dt.get_default_dtype()
        )
        shape = factory._size(size, d, name)
        if factory.place(device) is devices.meta:
            return factory.empty(shape, dtype=d, device="meta", requires_grad=requires_grad)
        where = factory.place(device) if out is None else out.device
        return _made(
            draw(of(generator, where), shape, d), out, d, device, requires_grad, pin_memory, layout
        )

    return make


rand = _sized(lambda g, shape, d: g.rand(shape, d))
rand.__name__, rand.__doc__ = "rand", "Uniform numbers in [0, 1)."
randn = _sized(lambda g, shape, d: g.randn(shape, d))
randn.__name__, randn.__doc__ = "randn", "Standard normal numbers."


def _require_ints(name: str, **given) -> None:
    """TypeError for a bound that is no int."""
    for position, (parameter, a) in enumerate(given.items()):
        e = refusal(name, parameter, position + 1, _INT, a)
        if e is not None:
            raise e


def _require_floats(name: str, **given) -> None:
    """TypeError for a parameter of a distribution that is no number."""
    for position, (parameter, a) in enumerate(given.items()):
        e = refusal(name, parameter, position + 1, _FLOAT, a)
        if e is not None:
            raise e


_INT, _FLOAT = Rule("int", is_int, False, True), Rule("float", is_float)


def randint(
    *args,
    low=None,
    high=None,
    size=None,
    generator=None,
    out=None,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    pin_memory=False,
) -> Tensor:
    """Integers in [low, high): `randint(high, size)`, `randint(low, high, size)`."""
    args = list(args)
    if size is None and args and not isinstance(args[-1], (int, np.integer)):
        size = args.pop()
    if len(args) == 2:
        low, high = args
    elif len(args) == 1:
        if high is None:
            high = args[0]
        else:
            low = args[0]
    if size is None or high is None:
        raise TypeError(
            "randint() received an invalid combination of arguments: expected (int high, tuple of "
            "ints size) or (int low, int high, tuple of ints size)"
        )
    d = factory._dtype("randint", dtype) or (out.dtype if out is not None else dt.int64)
    _require_ints("randint", **({"high": high} if low is None else {"low": low, "high": high}))
    low = 0 if low is None else low
    if low >= high:
        raise RuntimeError(
            f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
        )
    g = of(generator, factory.place(device) if out is None else out.device)
    a = g.randint(factory._size((size,), d, "randint"), int(low), int(high), d)
    return _made(a, out, d, device, requires_grad, pin_memory, layout)


@checked
def randperm(
    n: int,
    *,
    generator=None,
    out=None,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    pin_memory=False,
) -> Tensor:
    """A random permutation of 0 … n-1."""
    d = dtype or (out.dtype if out is not None else dt.int64)
    require_size((n,), d.itemsize)
    g = of(generator, factory.place(device) if out is None else out.device)
    return _made(g.randperm(n, d), out, d, device, requires_grad, pin_memory, layout)


@checked
def normal(
    mean,
    std=None,
    size=None,
    *,
    generator=None,
    out=None,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    pin_memory=False,
) -> Tensor:
    """Normal numbers of the given means and standard deviations (numbers with `size`, or
    tensors)."""
    if size is not None:
        _require_floats("normal", mean=mean, std=1.0 if std is None else std)
        e = refusal("normal", "size", 3, ONLY_INTS, size)
        if e is not None:
            raise e
    if isinstance(mean, Tensor) or isinstance(std, Tensor):
        std = 1.0 if std is None else std
        device = mean.device if isinstance(mean, Tensor) else std.device
        g = of(generator, device)
        m = contents(mean, g) if isinstance(mean, Tensor) else float(mean)
        s = contents(std, g) if isinstance(std, Tensor) else float(std)
        given = [t for t in (mean, std) if isinstance(t, Tensor)]
        return _drawn("Normal", g.normal_around(m, s), out, device, given)
    d = dtype or (out.dtype if out is not None else dt.get_default_dtype())
    _require_floats("normal", mean=mean, std=1.0 if std is None else std)
    if size is None:
        raise TypeError("normal() received an invalid combination of arguments: size is missing")
    g = of(generator, factory.place(device) if out is None else out.device)
    return _made(
        g.normal(
            factory._size((size,), d, "normal"), d, float(mean), 1.0 if std is None else float(std)
        ),
        out,
        d,
        device,
        requires_grad,
        pin_memory,
        layout,
    )


def _laid_out(input: Tensor, d, device, memory_format, generator, draw, blocks=False) -> Tensor:
    """A tensor of another one's shape with the strides that `memory_format` asks for, filled by
    `draw` (Note [Filled in the order of memory])."""
    device = input.device if device is None else factory.place(device)
    g, shape = of(generator, device), input._aval.shape
    if memory_format is None and input._strides is None:
        return factory.of_array(draw(g, shape, d), device)
    form = factory.empty(shape, dtype=d, device=device)
    factory.keep_format(form, input, memory_format)

    def drawn(shape, **options):
        return draw(g, shape, d, **options)

    t = factory.of_array(in_memory_order(form, g, drawn, blocks), device)
    factory.keep_format(t, input, memory_format)
    return t


def _like(name: str, draw, blocks: bool = False):
    def make(
        input: Tensor,
        *,
        dtype=None,
        layout=None,
        device=None,
        requires_grad=False,
        memory_format=None,
        generator=None,
        pin_memory=False,
    ) -> Tensor:
        d = factory._dtype(name, dtype) or input.dtype
        where = input.device if device is None else device
        if (input.layout if layout is None else layout) is not strided:
            raise sparse_rules.refusal("random", layout or input.layout)
        if factory.place(where) is devices.meta:
            return factory.empty(input.shape, dtype=d, device="meta", requires_grad=requires_grad)
        t = _laid_out(input, d, where, memory_format, generator, draw, blocks)
        return factory.finish(t, requires_grad)

    make.__name__ = make.__qualname__ = name
    return checked(make)


def _standard_normals(g: Generator, shape, d, **options):
    return g.normal(shape, d, **options) if options else g.randn(shape, d)


rand_like, randn_like = (
    _like("rand_like", lambda g, shape, d: g.rand(shape, d)),
    _like("randn_like", _standard_normals, blocks=True),
)
rand_like.__doc__, randn_like.__doc__ = (
    "`rand` with another tensor's shape.",
    "`randn` with another tensor's shape.",
)


@checked
def randint_like(
    input: Tensor,
    low,
    high=None,
    *,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    memory_format=None,
    generator=None,
) -> Tensor:
    """`randint` with another tensor's shape and dtype."""
    if high is None:
        low, high = 0, low
    if (input.layout if layout is None else layout) is not strided:
        raise sparse_rules.refusal("randint_like", layout or input.layout)
    _require_ints("randint_like", low=low, high=high)
    low, high = (int(x) for x in (low, high))
    d = factory._dtype("randint_like", dtype) or input.dtype

    def draw(g, shape, d):
        return g.randint(shape, low, high, d)

    t = _laid_out(input, d, device, memory_format, generator, draw)
    return factory.finish(t, requires_grad)


@checked
def bernoulli(input: Tensor, p: float | None = None, *, generator=None, out=None) -> Tensor:
    """1 with the probabilities that `input` holds (or with probability `p`), else 0."""
    if input._sparse:
        raise sparse_rules.refusal("bernoulli", input.layout)
    g = of(generator, input.device)
    if p is not None:
        a = g.bernoulli(input._aval.shape, p, input.dtype)
    else:
        a = g.bernoulli_each(contents(input, g))
        if out is not None and out.dtype.category < dt.COMPLEX:
            narrow = a.to(out.dtype) if isinstance(a, Tensor) else a.astype(out.dtype.np)
            a = narrow  # ones and zeros, which every dtype holds
    return _drawn("Bernoulli", a, out, input.device, [input])


@checked
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator=None, out=None
) -> Tensor:
    """Indices drawn from the rows of weights."""
    if out is not None and out.dtype is not dt.int64:
        raise RuntimeError(
            f"multinomial expects Long tensor out, got: {dt.SCALAR_NAMES[out.dtype]}"
        )
    g = of(generator, input.device)
    probs = contents(input, g)
    if isinstance(probs, np.ndarray) and not input.is_contiguous():
        if memory_order(factory.empty_like(input)) is not None:  # that of what is drawn
            probs = np.asfortranarray(probs)
    a = g.multinomial(probs, num_samples, replacement)
    return _made(a, out, None, input.device, False, False, None)


@checked
def poisson(input: Tensor, generator=None) -> Tensor:
    """Poisson numbers of the given rates."""
    g = of(generator, input.device)
    a = g.poisson(contents(input, g))
    return _drawn("Poisson", a, None, input.device, [input])


@checked
def binomial(count: Tensor, prob: Tensor, generator=None) -> Tensor:
    """Binomial numbers of the given counts and probabilities."""
    g = of(generator, count.device)
    a = g.binomial(contents(count, g), contents(prob, g))
    return _drawn("Binomial", a, None, count.device, [count, prob])


def _moving(name: str, a: np.ndarray, parameter: Tensor) -> Tensor:
    """Numbers drawn with a parameter by which they are differentiable."""
    made = factory.of_array(a, parameter.device)
    if not (modes.grad and parameter.requires_grad):
        return made
    return dispatch.apply(TABLE["_drawn_" + name], (made, parameter))


def _standard_gamma(input: Tensor, generator=None) -> Tensor:
    """Gamma numbers of the given shapes, scale 1, differentiable by the shapes."""
    g = of(generator, input.device)
    return _moving("StandardGamma", g.standard_gamma(contents(input, g)), input)


def _sample_dirichlet(input: Tensor, generator=None) -> Tensor:
    """Dirichlet rows of the given concentrations, by which they are differentiable."""
    g = of(generator, input.device)
    return _moving("Dirichlet", g.dirichlet(contents(input, g)), input)


for _f in (
    normal,
    poisson,
    binomial,
    rand_like,
    randn_like,
    randint_like,
    _standard_gamma,
    _sample_dirichlet,
):
    public()(_f)
for _f in (rand, randn, randint, randperm):
    public(takes="sizes")(_f)
for _f in (seed, manual_seed, initial_seed, get_rng_state, set_rng_state):
    public(takes="other")(_f)
for _f in (bernoulli, multinomial):
    public(method=True)(_f)


def _inplace(name: str, draw, doc: str, *parameters: str) -> None:
    """Give tensors a method that overwrites them with random numbers."""

    def method(self: Tensor, *args, generator=None, **kwargs) -> Tensor:
        if len(args) + len(kwargs) > len(parameters) or not set(kwargs) <= set(parameters):
            surplus = next((k for k in kwargs if k not in parameters), None)
            raise TypeError(
                f"{name}() takes {len(parameters)} positional arguments but {len(args)} were given"
                if surplus is None
                else f"{name}() got an unexpected keyword argument '{surplus}'"
            )
        (_require_ints if name == "random_" else _require_floats)(
            name, **{k: v for k, v in (*zip(parameters, args), *kwargs.items()) if v is not None}
        )
        if self.is_meta:
            return self
        g, d = of(generator, self.device), self.dtype

        def drawn(shape, **options):
            return draw(g, shape, d, *args, **kwargs, **options)

        return write_drawn(self, in_memory_order(self, g, drawn, name == "normal_"))

    method.__name__, method.__doc__ = name, doc
    enter(f"Tensor.{name}", method)


_inplace(
    "uniform_",
    lambda g, s, d, *a, **k: g.uniform(
        s, d, *a, **{{"from": "low", "to": "high"}[n]: v for n, v in k.items()}
    ),
    "Uniform numbers in [from, to).",
    "from",
    "to",
)
_inplace(
    "normal_",
    lambda g, s, d, mean=0.0, std=1.0, **options: g.normal(s, d, mean, std, **options),
    "Normal numbers.",
    "mean",
    "std",
)
_inplace(
    "exponential_",
    lambda g, s, d, lambd=1.0: g.exponential(s, d, lambd),
    "Exponential numbers of rate lambd.",
    "lambd",
)
_inplace(
    "cauchy_",
    lambda g, s, d, median=0.0, sigma=1.0: g.cauchy(s, d, median, sigma),
    "Cauchy numbers.",
    "median",
    "sigma",
)
_inplace(
    "log_normal_",
    lambda g, s, d, mean=1.0, std=2.0: g.log_normal(s, d, mean, std),
    "Log-normal numbers.",
    "mean",
    "std",
)
_inplace("geometric_", lambda g, s, d, p: g.geometric(s, d, p), "Geometric numbers.", "p")


def _random(g, shape, d, *args, **kw):
    low, high = kw.get("from"), kw.get("to")
    if len(args) == 1:
        high = args[0]
    elif len(args) == 2:
        low, high = args
    if low is None and high is not None:
        low = 0
    return g.random(shape, d, low, high)


_inplace(
    "random_", _random, "Integers of the whole range, below `to`, or in [from, to).", "from", "to"
)


def _bernoulli_(self: Tensor, p=0.5, *, generator=None) -> Tensor:
    """1 with probability `p` (a number or a tensor), else 0."""
    g, d = of(generator, self.device), self.dtype

    order = memory_order(self)
    if isinstance(p, Tensor) and order is not None:
        p = p.expand(self.shape).permute(order)

    def draw(shape):
        if isinstance(p, Tensor):
            return g.bernoulli_each(contents(p, g), shape, d)
        return g.bernoulli(shape, p, d)

    return write_drawn(self, in_memory_order(self, g, draw))


enter("Tensor.bernoulli_", _bernoulli_)
