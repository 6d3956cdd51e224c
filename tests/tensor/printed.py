"""What PyTorch prints for many tensors, as test_repr.py prints them; needs PyTorch."""

from __future__ import annotations

import base64
import random

import torch

DTYPES = [torch.float32] * 4 + [
    torch.float64,
    torch.bfloat16,
    torch.float16,
    torch.complex64,
    torch.complex128,
    torch.int64,
    torch.int32,
    torch.int16,
    torch.int8,
    torch.uint8,
    torch.uint16,
    torch.uint32,
    torch.uint64,
    torch.bool,
    torch.float8_e4m3fn,
    torch.float8_e5m2,
]
SPECIAL = (float("nan"), float("inf"), -float("inf"), -0.0, 0.0)


def random_tensor(rng: random.Random, most: int = 4000) -> torch.Tensor:
    """A tensor of any kind: shapes with zeros, all magnitudes, special values, every dtype."""
    lengths = [0, 1, 2, 3, 5, 7, 8, 13, 30]
    ndim = rng.choice([0, 1, 1, 2, 2, 3, 4])
    shape = tuple(
        rng.choice(lengths) if rng.random() < 0.9 else rng.randint(1, 1200) for _ in range(ndim)
    )
    while torch.Size(shape).numel() > most:
        shape = tuple(n // 2 for n in shape)
    a = torch.randn(shape, dtype=torch.float64)
    a = rng.choice([
        lambda: a,
        lambda: a.mul(10 ** rng.uniform(-8, 10)).round(),
        lambda: a * 10 ** rng.uniform(-12, 12),
        lambda: a.mul(3).round(),
        lambda: a * torch.randn(shape, dtype=torch.float64).mul(10).exp(),
        lambda: a * torch.randint(0, 2, shape),
    ])()  # fmt: skip
    if rng.random() < 0.3:
        for value in SPECIAL:
            a = torch.where(torch.rand(shape) < 0.2, value, a)
    dtype = rng.choice(DTYPES)
    if dtype.is_complex:
        return torch.complex(a, a.flip(0) if ndim else -a).to(dtype)
    if not dtype.is_floating_point:
        a = a.nan_to_num(0).clamp(-9e18, 9e18)
        a = a.abs() if not dtype.is_signed else a
        return a.to(torch.int64).to(dtype)
    return a.to(dtype)


def random_options(rng: random.Random) -> dict:
    if rng.random() < 0.7:
        return {}
    return {
        "precision": rng.randint(0, 8),
        "threshold": rng.choice([0, 5, 1000]),
        "edgeitems": rng.randint(0, 4),
        "linewidth": rng.randint(1, 150),
        "sci_mode": rng.choice([None, None, True, False]),
    }


def content(t: torch.Tensor) -> bytes:
    t = t.detach().contiguous()
    return bytes(t.reshape(-1).view(torch.uint8).tolist()) if t.numel() else b""


def record(t: torch.Tensor, options: dict, default: str = "float32") -> dict:
    torch.set_printoptions(profile="default")
    torch.set_printoptions(**options)
    torch.set_default_dtype(getattr(torch, default))
    try:
        text = repr(t)
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_printoptions(profile="default")
    meta = t.device.type == "meta"
    return {
        "dtype": str(t.dtype).removeprefix("torch."),
        "shape": list(t.shape),
        "data": None if meta else base64.b64encode(content(t)).decode(),
        "options": options,
        "default": default,
        "requires_grad": t.requires_grad,
        "grad_fn": type(t.grad_fn).__name__ if t.grad_fn is not None else None,
        "parameter": isinstance(t, torch.nn.Parameter),
        "text": text,
    }


def chosen() -> list[torch.Tensor]:
    """Tensors worth naming."""
    x = torch.ones(2, 2, requires_grad=True)
    return [
        torch.tensor([-0.0, 0.0]),
        torch.tensor(-0.0),
        torch.tensor(3),
        torch.tensor(2.5),
        torch.tensor(True),
        torch.tensor([]),
        torch.empty(0, 3),
        torch.empty(0, dtype=torch.int64),
        torch.empty(2, 0, dtype=torch.bool),
        torch.tensor([float("nan"), 1.0]),
        torch.tensor([float("inf"), -1.5]),
        torch.tensor([1e-5, 1.0]),
        torch.tensor([1e8, 1.0]),
        torch.tensor([1.1e8, 1.0]),
        torch.tensor([1.0, 1000.0, 1001.0]),
        torch.tensor(1e-4),
        torch.tensor([True, False]),
        torch.arange(1001),
        torch.arange(1000),
        torch.arange(1200.0).view(30, 40),
        torch.arange(3000).view(10, 10, 30),
        torch.tensor([1 + 2j, -1.5 - 0j]),
        torch.tensor(1e10 - 2e-9j),
        x,
        x + 1,
        (x * 2).sum(),
        torch.nn.Parameter(torch.ones(3)),
        torch.nn.Parameter(torch.ones(0, 3)),
        torch.ones(2, 3, device="meta"),
        torch.ones(2, device="meta", dtype=torch.int64),
        torch.nn.Parameter(torch.ones(2, device="meta")),
        torch.full((3, 3), -(2**63)),
        torch.tensor([2**64 - 1], dtype=torch.uint64),
        torch.randn(3, 40, generator=torch.Generator().manual_seed(0)),
    ]


def records() -> list[dict]:
    """Named tensors and random ones, with what PyTorch prints."""
    rng = random.Random(0)
    torch.manual_seed(0)
    found = [record(t, {}) for t in chosen()]
    found += [record(t, {}, "float64") for t in chosen()[:10]]
    for _ in range(250):
        t = random_tensor(rng, most=250)
        if t.is_floating_point() and t.itemsize > 1 and rng.random() < 0.2:
            t.requires_grad_()
            t = t * 1 if rng.random() < 0.5 else t
        found.append(record(t, random_options(rng), rng.choice(["float32", "float32", "float64"])))
    return found
