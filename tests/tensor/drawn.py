"""What PyTorch draws for many seeds, as test_generator.py draws it again; needs PyTorch."""

from __future__ import annotations

import base64
import hashlib
import random
import warnings
import zlib

import ml_dtypes
import numpy as np
import torch

HALVES = ["float16", "bfloat16"]
FLOATS = [*HALVES, "float32", "float64"]
SINGLES = FLOATS[2:]
COMPLEX = ["complex64", "complex128"]
INTS = ["uint8", "int8", "int16", "int32", "int64"]
LEAST = -(2**63)


def np_dtype(name: str) -> np.dtype:
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


def encode(array: np.ndarray) -> dict:
    """An array as JSON; `decode` is the way back."""
    data = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()
    return {"array": data, "dtype": array.dtype.name, "shape": list(array.shape)}


def decode(record: dict) -> np.ndarray:
    data = zlib.decompress(base64.b64decode(record["array"]))
    return np.frombuffer(data, np_dtype(record["dtype"])).reshape(record["shape"])


def to_torch(value):
    """An encoded array as a tensor, a dtype's name as a dtype, anything else as it is."""
    if isinstance(value, dict):
        array = decode(value).copy()
        if value["dtype"] == "bfloat16":
            return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
        return torch.from_numpy(array)
    return value


def to_numpy(t: torch.Tensor) -> np.ndarray:
    if t.dtype is torch.bfloat16:
        return t.view(torch.int16).numpy().view(ml_dtypes.bfloat16)
    return t.numpy()


def digest(state: np.ndarray) -> str:
    return hashlib.sha256(state.tobytes()).hexdigest()[:16]


def empty(shape, dtype) -> torch.Tensor:
    return torch.empty(shape, dtype=getattr(torch, dtype))


def draw_random(g, shape, dtype, low=None, high=None):
    t = empty(shape, dtype)
    if low is None:
        return t.random_(generator=g)
    return t.random_(low, high, generator=g)


def draw_normal(g, shape, dtype, mean, std, contiguous=True):
    if contiguous:
        return empty(shape, dtype).normal_(mean, std, generator=g)
    return empty((*shape, 2), dtype)[..., 0].normal_(mean, std, generator=g).contiguous()


def draw_bernoulli_each(g, p, shape=None, dtype=None):
    if shape is None:
        return torch.bernoulli(p, generator=g)
    return empty(shape, dtype).bernoulli_(p, generator=g)


def draw_dropout_mask(g, shape, p):
    """F.dropout has no generator: the default one takes the place of `g`."""
    with torch.random.fork_rng():
        torch.set_rng_state(g.get_state())
        kept = torch.nn.functional.dropout(torch.ones(shape), p) != 0
        g.set_state(torch.get_rng_state())
    return kept


def draw_rrelu_noise(g, input, lower, upper):
    noise = torch.zeros_like(input)
    torch._C._nn.rrelu_with_noise(input, noise, lower, upper, True, generator=g)
    return noise


# How PyTorch does what the methods of the same names do, on the same arguments.
DRAWS = {
    "rand": lambda g, shape, dtype: torch.rand(shape, dtype=getattr(torch, dtype), generator=g),
    "randn": lambda g, shape, dtype: torch.randn(shape, dtype=getattr(torch, dtype), generator=g),
    "uniform": lambda g, shape, dtype, low, high: empty(shape, dtype).uniform_(
        low, high, generator=g
    ),
    "normal": draw_normal,
    "normal_around": lambda g, mean, std: torch.normal(mean, std, generator=g),
    "randint": lambda g, shape, low, high, dtype: torch.randint(
        low, high, shape, dtype=getattr(torch, dtype), generator=g
    ),
    "random": draw_random,
    "randperm": lambda g, n, dtype: torch.randperm(n, dtype=getattr(torch, dtype), generator=g),
    "bernoulli": lambda g, shape, p, dtype: empty(shape, dtype).bernoulli_(p, generator=g),
    "bernoulli_each": draw_bernoulli_each,
    "dropout_mask": draw_dropout_mask,
    "exponential": lambda g, shape, dtype, lambd: empty(shape, dtype).exponential_(
        lambd, generator=g
    ),
    "geometric": lambda g, shape, dtype, p: empty(shape, dtype).geometric_(p, generator=g),
    "cauchy": lambda g, shape, dtype, median, sigma: empty(shape, dtype).cauchy_(
        median, sigma, generator=g
    ),
    "log_normal": lambda g, shape, dtype, mean, std: empty(shape, dtype).log_normal_(
        mean, std, generator=g
    ),
    "multinomial": lambda g, probs, num_samples, replacement: torch.multinomial(
        probs, num_samples, replacement, generator=g
    ),
    "poisson": lambda g, rates: torch.poisson(rates, generator=g),
    "binomial": lambda g, count, prob: torch.binomial(count, prob, generator=g),
    "standard_gamma": lambda g, alpha: torch._standard_gamma(alpha, generator=g),
    "dirichlet": lambda g, alpha: torch._sample_dirichlet(alpha, generator=g),
    "rrelu_noise": draw_rrelu_noise,
}


def torch_draw(op: str, args: dict, g: torch.Generator) -> np.ndarray:
    return to_numpy(DRAWS[op](g, **{k: to_torch(v) for k, v in args.items()}))


def step(rng: random.Random, most: int = 700) -> tuple[str, dict]:
    """A method of Generator and its arguments, of any kind."""
    numbers = np.random.default_rng(rng.randrange(2**32))

    def array(scale: float = 1.0, dtypes=FLOATS, sizes=None) -> dict:
        values = numbers.random(shape if sizes is None else sizes) * scale
        return encode(np.asarray(values).astype(np_dtype(rng.choice(dtypes))))

    n = min(rng.choice([0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 32, 33, 40, 100, 700]), most)
    shape = rng.choice([[n], [n], [n, 2], [2, n], []])
    op = rng.choice(list(DRAWS))
    if op in ("rand", "randn"):
        return op, {"shape": shape, "dtype": rng.choice(FLOATS + COMPLEX)}
    if op == "uniform":
        low = rng.uniform(-3, 3)
        high = low + rng.choice([0, 1, rng.uniform(0, 5)])
        return op, {"shape": shape, "dtype": rng.choice(FLOATS + COMPLEX), "low": low, "high": high}
    if op == "normal":
        std = rng.choice([0, 1.0, rng.uniform(0, 5)])
        args = {"shape": shape, "dtype": rng.choice(FLOATS + COMPLEX), "mean": rng.uniform(-3, 3)}
        if shape and rng.random() < 0.2:
            args["contiguous"] = False
        return op, {**args, "std": std}
    if op == "normal_around":
        mean, std = rng.choice([(0, 0), (0, 1), (1, 0)])
        return op, {"mean": 1.5 if mean else array(2), "std": 0.7 if std else array(3)}
    if op == "randint":
        dtype = rng.choice([*INTS, "uint16", "uint32", "uint64"])
        info, reach = np.iinfo(dtype), 2 ** rng.choice([3, 8, 16, 28, 29, 31, 33, 62, 64])
        end = min(int(info.max), 2**63 - 1)
        low = rng.randint(max(int(info.min), -reach), min(end - 1, reach))
        high = rng.randint(low + 1, min(end, low + reach))
        return op, {"shape": shape, "low": low, "high": high, "dtype": dtype}
    if op == "random":
        form = rng.randrange(4)
        if form == 0:
            return op, {"shape": shape, "dtype": rng.choice([*FLOATS, *INTS, "bool"])}
        if form == 1:
            return op, {
                "shape": shape,
                "dtype": rng.choice(FLOATS + INTS),
                "low": rng.randint(0, 50),
            }
        if form == 2:
            dtype = rng.choice(["int64", "bfloat16", "float32", "float64"])
            return op, {"shape": shape, "dtype": dtype, "low": LEAST}
        dtype = rng.choice(FLOATS)
        reach = 2 ** rng.choice([3, 7, 10, 14] if dtype == "float16" else [3, 10, 26, 29, 33, 60])
        low = rng.randint(-reach, reach)
        high = low + rng.randint(max(reach // 8, 1), reach)
        return op, {"shape": shape, "dtype": dtype, "low": low, "high": high}
    if op == "randperm":
        return op, {
            "n": min(n * 3, 2000),
            "dtype": rng.choice(["float32", "int64", "int32", "int16"]),
        }
    if op == "bernoulli":
        p = rng.choice([0, 1, rng.random()])
        return op, {"shape": shape, "p": p, "dtype": rng.choice([*FLOATS, *INTS, "bool"])}
    if op == "bernoulli_each":
        if rng.random() < 0.5:
            return op, {"p": array()}
        p = array(sizes=[1] * len(shape))
        return op, {"p": p, "shape": shape, "dtype": rng.choice(FLOATS + INTS)}
    if op == "dropout_mask":
        return op, {"shape": shape, "p": rng.choice([0, 1, 0.5, rng.random()])}
    if op == "exponential":
        return op, {"shape": shape, "dtype": rng.choice(FLOATS), "lambd": rng.uniform(0.01, 5)}
    if op == "geometric":
        p = rng.uniform(0.05, 0.9)
        return op, {"shape": shape, "dtype": rng.choice(FLOATS + INTS), "p": p}
    if op == "cauchy":
        args = {"median": rng.uniform(-2, 2), "sigma": rng.uniform(0.1, 3)}
        return op, {"shape": shape, "dtype": rng.choice(FLOATS), **args}
    if op == "log_normal":
        args = {"mean": rng.uniform(-2, 2), "std": rng.uniform(0.1, 3)}
        return op, {"shape": shape, "dtype": rng.choice(FLOATS), **args}
    if op == "multinomial":
        # Weights of few digits tie, and which of equals comes first is nobody's promise.
        categories = rng.choice([1, 2, 5, 30, min(300, most)])
        sizes = rng.choice([[categories], [4, categories]])
        if rng.random() < 0.5:
            count = rng.choice([1, 2, categories, 100])
            return op, {"probs": array(sizes=sizes), "num_samples": count, "replacement": True}
        count = rng.choice([1, categories, (categories + 1) // 2])
        probs = array(sizes=sizes, dtypes=SINGLES)
        return op, {"probs": probs, "num_samples": count, "replacement": False}
    if op == "poisson":
        return op, {"rates": array(rng.choice([1, 12, 30, 1000]))}
    if op == "binomial":
        dtype = [rng.choice(SINGLES)]
        count = np.floor(numbers.random(shape) * rng.choice([3, 30, 3000])).astype(dtype[0])
        return op, {"count": encode(count), "prob": array(dtypes=dtype)}
    if op == "rrelu_noise":
        values = numbers.normal(size=shape).astype(np_dtype(rng.choice(FLOATS[1:])))
        return op, {
            "input": encode(values),
            "lower": rng.uniform(0, 0.3),
            "upper": 0.3 + rng.random(),
        }
    return op, {"alpha": array(rng.choice([0.5, 2, 50]), dtypes=SINGLES)}


# Calls that PyTorch refuses.
NAN, INF = float("nan"), float("inf")
S, BIG = [4], 2**40


def bad_calls() -> list[tuple[str, dict]]:
    def values(*numbers, dtype="float32") -> dict:
        return encode(np.array(numbers).astype(np_dtype(dtype)))

    def shaped(*sizes, dtype="float32") -> dict:
        return encode(np.ones(sizes).astype(np_dtype(dtype)))

    calls = []
    for dtype, low, high in (
        ("float32", 2, 1), ("float32", NAN, 1), ("float32", 0, INF), ("float16", 0, 1e6),
        ("float16", -1e6, 0), ("float32", -3e38, 3e38), ("float64", -1.7e308, 1.7e308),
        ("float32", 2.5, 1.25), ("bfloat16", 0, 1e39), ("complex64", 2, 1), ("int64", 0, 1),
        ("bool", 0, 1),
    ):  # fmt: skip
        calls.append(("uniform", {"shape": S, "dtype": dtype, "low": low, "high": high}))
    calls.append(("rand", {"shape": [-2], "dtype": "float32"}))
    calls.append(("rand", {"shape": [3, -1], "dtype": "float32"}))
    for dtype, std in (("float32", -1), ("float32", -1.5), ("float64", NAN), ("int32", 1)):
        calls.append(("normal", {"shape": S, "dtype": dtype, "mean": 0, "std": std}))
    for mean, std in (
        (0.0, values(-1, 1)), (0.0, values(1, 1, dtype="complex64")), (shaped(3), shaped(2)),
        (0.0, values(NAN, 1)), (shaped(3, dtype="int64"), 1.0), (0.0, shaped(3, dtype="int64")),
        (shaped(3), -1.0),
    ):  # fmt: skip
        calls.append(("normal_around", {"mean": mean, "std": std}))
    for lambd in (0, -1, NAN):
        calls.append(("exponential", {"shape": S, "dtype": "float32", "lambd": lambd}))
    for p in (-0.5, 1.5, NAN):
        calls.append(("bernoulli", {"shape": S, "dtype": "float32", "p": p}))
    for p in (0, 1, -0.5, 1.5, NAN):
        calls.append(("geometric", {"shape": S, "dtype": "float32", "p": p}))
    for sigma in (0, -1, NAN):
        calls.append(("cauchy", {"shape": S, "dtype": "float32", "median": 0, "sigma": sigma}))
        calls.append(("log_normal", {"shape": S, "dtype": "float32", "mean": 0, "std": sigma}))
    for dtype in ("int32", "bool", "complex64", "uint16", "float8_e5m2"):
        for op, args in (
            ("exponential", {"lambd": 1}), ("cauchy", {"median": 0, "sigma": 1}),
            ("log_normal", {"mean": 0, "std": 1}), ("geometric", {"p": 0.5}),
            ("bernoulli", {"p": 0.5}), ("random", {}), ("random", {"low": LEAST}),
            ("randn", {}), ("rand", {}),
        ):  # fmt: skip
            calls.append((op, {"shape": S, "dtype": dtype, **args}))
    for p in (values(0.5, 1.5), values(0.5, NAN), values(0.5, -1, dtype="float64")):
        calls.append(("bernoulli_each", {"p": p}))
    for p in (shaped(3), shaped(4, dtype="int64"), shaped(2, 1)):
        calls.append(("bernoulli_each", {"p": p, "shape": [2, 4], "dtype": "float32"}))
    ranges = ((3, 3), (5, 3), (-(10**6), 10**6), (-1, 1), (0, 300), (0, 70000), (0, BIG),
              (-5, None), (2**62, None), (2**24 + 1, 2**24 + 3), (0, 2**63))  # fmt: skip
    for dtype in (*INTS, "uint16", "uint32", "uint64", "bool", *FLOATS, "complex64"):
        for low, high in ranges:
            args = {"low": low} if high is None else {"low": low, "high": high}
            calls.append(("random", {"shape": S, "dtype": dtype, **args}))
    for n, dtype in ((-1, "int64"), (257, "uint8"), (129, "int8"), (2**15 + 1, "int16"),
                     (2050, "float16"), (2**24 + 2, "float32"), (258, "bfloat16"), (2, "bool"),
                     (5, "uint16")):  # fmt: skip
        calls.append(("randperm", {"n": n, "dtype": dtype}))
    for probs, count, replacement in (
        (shaped(3), 4, False), (shaped(3), 0, False), (values(1, -1), 1, False),
        (values(1, INF), 1, False), (values(1, NAN), 1, False), (values(0, 0), 1, False),
        (values([1, 1], [0, 0]), 1, False), (shaped(2, 2, 2), 1, False),
        (shaped(3, dtype="int64"), 1, False), (shaped(2, 0), 2, False), (shaped(2, 0), 2, True),
        (values(1, -1), 3, True), (values(1, INF), 3, True), (values(1, NAN), 3, True),
        (values(0, 0), 3, True), (values(1, -1), 1, True), (shaped(3), -2, True),
        (shaped(3, 0), 1, True), (shaped(), 1, True),
    ):  # fmt: skip
        args = {"probs": probs, "num_samples": count, "replacement": replacement}
        calls.append(("multinomial", args))
    for rates in (values(-1), values(NAN), values(1, dtype="int64")):
        calls.append(("poisson", {"rates": rates}))
    for count, prob in (
        (shaped(1), shaped(1, dtype="float64")), (shaped(1, dtype="int64"), shaped(1)),
        (shaped(1), shaped(1, dtype="int64")),
        (shaped(2, dtype="float16"), shaped(2, dtype="float16")),
        (shaped(2), shaped(3)),
    ):  # fmt: skip
        calls.append(("binomial", {"count": count, "prob": prob}))
    for op in ("standard_gamma", "dirichlet"):
        for dtype in ("float16", "bfloat16", "int64"):
            calls.append((op, {"alpha": shaped(3, dtype=dtype)}))
    calls.append(("rrelu_noise", {"input": shaped(3, dtype="float16"), "lower": 0.1, "upper": 0.5}))
    return calls


def outcome(draw) -> list[str] | None:
    """The exception of a call as its class's name and its words, None when there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            draw()
        except Exception as e:
            return [type(e).__name__, str(e)]
    return None


def sequences(seed: int, count: int, steps: int, most: int) -> list[dict]:
    """Runs of draws from one generator: its seed, and of each step the numbers and the state."""
    rng = random.Random(seed)
    out = []
    for _ in range(count):
        start = rng.choice([0, 1, 42, -1, LEAST, 2**63, 2**64 - 1, rng.randrange(LEAST, 2**64)])
        g = torch.Generator().manual_seed(start)
        done = []
        while len(done) < steps:
            op, args = step(rng, most)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                drawn = encode(torch_draw(op, args, g))
            done.append([op, args, drawn, digest(g.get_state().numpy())])
        out.append({"seed": start, "steps": done})
    return out


def records() -> dict:
    """Sequences of draws with the state after each, long draws, and what is refused."""
    g = torch.Generator().manual_seed(7)
    torch.empty(3).normal_(generator=g)
    return {
        "sequences": sequences(0, 12, 25, 40),
        "state": encode(g.get_state().numpy()),
        "next": [
            encode(torch.randn(3, generator=g).numpy()),
            encode(torch.rand(3, generator=g).numpy()),
        ],
        "long": [
            [op, args, digest(torch_draw(op, args, torch.Generator().manual_seed(5)))]
            for op, args in (
                ("randn", {"shape": [100_003], "dtype": "float32"}),
                ("rand", {"shape": [100_003], "dtype": "float32"}),
                ("rand", {"shape": [100_003], "dtype": "float64"}),
                ("randint", {"shape": [100_003], "low": -7, "high": 2**29, "dtype": "int64"}),
                ("randperm", {"n": 100_000, "dtype": "int64"}),
                ("dropout_mask", {"shape": [100_003], "p": 0.3}),
            )
        ],
        "errors": [
            [op, args, outcome(lambda op=op, args=args: torch_draw(op, args, torch.Generator()))]
            for op, args in bad_calls()
        ],
    }
