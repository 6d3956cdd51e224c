"""Times single operators, forward alone and with backward, small and large: torchish to PyTorch.

    python benchmarks/operators.py
    python benchmarks/operators.py --ops conv2d,cumsum --sizes large

The operators are those that public programs use most. The two libraries take turns, and first
quartiles of the turns are compared; a ratio below 1 says that torchish is faster. Processor time is
that of all threads of the process, which a machine that others use too disturbs less (under
`taskset -c 0` neither library has a second thread to wait for). Results are waited for after each
call, so small sizes show the cost of a call, not of an operator within a larger program.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

import torchish
from torchish.interop.jax import to_jax
from train_step import machine


def normal(*shape):
    return lambda rng: rng.standard_normal(shape).astype(np.float32)


def ints(high, *shape):
    return lambda rng: rng.integers(0, high, shape)


# name: (function of the library and its inputs, inputs of the small size, of the large)
CASES: dict[str, tuple[Callable, list, list]] = {
    "add": (lambda t, a, b: a + b, [normal(16, 16)] * 2, [normal(1000, 1000)] * 2),
    "mul": (lambda t, a, b: a * b, [normal(16, 16)] * 2, [normal(1000, 1000)] * 2),
    "exp": (lambda t, a: a.exp(), [normal(16, 16)], [normal(1000, 1000)]),
    "relu": (lambda t, a: t.relu(a), [normal(16, 16)], [normal(1000, 1000)]),
    "gelu": (lambda t, a: t.nn.functional.gelu(a), [normal(16, 16)], [normal(1000, 1000)]),
    "sigmoid": (lambda t, a: a.sigmoid(), [normal(16, 16)], [normal(1000, 1000)]),
    "matmul": (lambda t, a, b: a @ b, [normal(16, 16)] * 2, [normal(512, 512)] * 2),
    "bmm": (lambda t, a, b: t.bmm(a, b), [normal(2, 8, 8)] * 2, [normal(32, 128, 128)] * 2),
    "linear": (
        lambda t, x, w, b: t.nn.functional.linear(x, w, b),
        [normal(4, 16), normal(8, 16), normal(8)],
        [normal(256, 512), normal(512, 512), normal(512)],
    ),
    "sum": (lambda t, a: a.sum(1), [normal(16, 16)], [normal(1000, 1000)]),
    "mean": (lambda t, a: a.mean((0, 1)), [normal(16, 16)], [normal(1000, 1000)]),
    "max": (lambda t, a: a.max(1).values, [normal(16, 16)], [normal(1000, 1000)]),
    "softmax": (lambda t, a: a.softmax(-1), [normal(4, 10)], [normal(512, 1000)]),
    "log_softmax": (lambda t, a: a.log_softmax(-1), [normal(4, 10)], [normal(512, 1000)]),
    "cross_entropy": (
        lambda t, a, y: t.nn.functional.cross_entropy(a, y),
        [normal(4, 10), ints(10, 4)],
        [normal(512, 1000), ints(1000, 512)],
    ),
    "cumsum": (lambda t, a: a.cumsum(1), [normal(16, 16)], [normal(1000, 1000)]),
    "sort": (lambda t, a: a.sort(1).values, [normal(16, 16)], [normal(500, 1000)]),
    "topk": (lambda t, a: a.topk(5, 1).values, [normal(16, 16)], [normal(500, 1000)]),
    "gather": (
        lambda t, a, i: a.gather(1, i),
        [normal(16, 16), ints(16, 16, 8)],
        [normal(1000, 1000), ints(1000, 1000, 500)],
    ),
    "scatter_add": (
        lambda t, a, i, s: a.scatter_add(0, i, s),
        [normal(16, 16), ints(16, 16, 16), normal(16, 16)],
        [normal(1000, 500), ints(1000, 1000, 500), normal(1000, 500)],
    ),
    "index_select": (
        lambda t, a, i: a.index_select(0, i),
        [normal(16, 16), ints(16, 8)],
        [normal(5000, 128), ints(5000, 4000)],
    ),
    "embedding": (
        lambda t, w, i: t.nn.functional.embedding(i, w),
        [normal(50, 16), ints(50, 4, 8)],
        [normal(10000, 128), ints(10000, 64, 64)],
    ),
    "layer_norm": (
        lambda t, a, w, b: t.nn.functional.layer_norm(a, (a.shape[-1],), w, b),
        [normal(4, 16), normal(16), normal(16)],
        [normal(2048, 512), normal(512), normal(512)],
    ),
    "batch_norm": (
        lambda t, a, w, b: t.nn.functional.batch_norm(a, None, None, w, b, True),
        [normal(4, 3, 8, 8), normal(3), normal(3)],
        [normal(32, 64, 28, 28), normal(64), normal(64)],
    ),
    "conv2d": (
        lambda t, x, w: t.nn.functional.conv2d(x, w, padding=1),
        [normal(2, 3, 8, 8), normal(4, 3, 3, 3)],
        [normal(16, 32, 32, 32), normal(64, 32, 3, 3)],
    ),
    "conv2d_depthwise": (
        lambda t, x, w: t.nn.functional.conv2d(x, w, padding=1, groups=x.shape[1]),
        [normal(2, 4, 8, 8), normal(4, 1, 3, 3)],
        [normal(16, 64, 32, 32), normal(64, 1, 3, 3)],
    ),
    "conv_transpose2d": (
        lambda t, x, w: t.nn.functional.conv_transpose2d(x, w, stride=2, padding=1),
        [normal(2, 4, 4, 4), normal(4, 3, 4, 4)],
        [normal(16, 64, 16, 16), normal(64, 32, 4, 4)],
    ),
    "max_pool2d": (
        lambda t, x: t.nn.functional.max_pool2d(x, 2),
        [normal(2, 3, 8, 8)],
        [normal(32, 32, 56, 56)],
    ),
    "max_pool2d_overlapping": (
        lambda t, x: t.nn.functional.max_pool2d(x, 3, 2, 1),
        [normal(2, 3, 8, 8)],
        [normal(32, 32, 56, 56)],
    ),
    "avg_pool2d": (
        lambda t, x: t.nn.functional.avg_pool2d(x, 2),
        [normal(2, 3, 8, 8)],
        [normal(32, 32, 56, 56)],
    ),
    "cat": (lambda t, a, b: t.cat([a, b], 1), [normal(16, 16)] * 2, [normal(1000, 500)] * 2),
    "transpose": (
        lambda t, a: a.transpose(0, 1).contiguous(),
        [normal(16, 16)],
        [normal(1000, 1000)],
    ),
    "masked_fill": (
        lambda t, a: a.masked_fill(a > 0, -1.0),
        [normal(16, 16)],
        [normal(1000, 1000)],
    ),
    "where": (
        lambda t, a, b: t.where(a > b, a, b),
        [normal(16, 16)] * 2,
        [normal(1000, 1000)] * 2,
    ),
    "attention": (
        lambda t, q, k, v: t.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True),
        [normal(1, 2, 8, 8)] * 3,
        [normal(8, 8, 128, 64)] * 3,
    ),
}


WARM_UP = 2.0  # seconds


def wait(t) -> None:
    if isinstance(t, torchish.Tensor):
        to_jax(t).block_until_ready()


def runner(library, f: Callable, arrays: list, backward: bool) -> Callable[[], None]:
    inputs = [library.from_numpy(a.copy()) for a in arrays]
    inputs = [library.clone(t) for t in inputs]
    learned = [t.requires_grad_() for t in inputs if backward and t.is_floating_point()]
    y = f(library, *inputs)
    cotangent = library.ones_like(y)

    def run():
        y = f(library, *inputs)
        if backward:
            for t in learned:
                t.grad = None
            y.backward(cotangent)
            for t in learned:
                wait(t.grad)
        else:
            wait(y)

    return run


class Samples:
    """Wall and processor seconds of single calls of one library, by turn."""

    def __init__(self, run: Callable[[], None], seconds: float):
        self.run = run
        self.wall: list[float] = []
        self.processor: list[float] = []
        # What comes back is compiled, after a while: the steady state is what is measured.
        start, warm = time.perf_counter(), 0
        while warm < 3 or (warm < 500 and time.perf_counter() - start < WARM_UP):
            run()
            warm += 1
        start = time.perf_counter()
        run()
        self.calls = max(1, min(2000, int(seconds / (time.perf_counter() - start))))

    def turn(self) -> None:
        processor, start = time.process_time(), time.perf_counter()
        for _ in range(self.calls):
            self.run()
        self.wall.append((time.perf_counter() - start) / self.calls)
        self.processor.append((time.process_time() - processor) / self.calls)


def first_quartile(values: list[float]) -> float:
    return statistics.quantiles(values, n=4)[0]


def measure(f: Callable, makers: list, backward: bool, turns: int, seconds: float) -> list[Samples]:
    """Samples of torchish and of PyTorch, which take turns."""
    rng = np.random.default_rng(0)
    arrays = [make(rng) for make in makers]
    both = [Samples(runner(library, f, arrays, backward), seconds) for library in (torchish, torch)]
    for turn in range(turns):
        for samples in both if turn % 2 else both[::-1]:
            samples.turn()
    return both


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ops", default=",".join(CASES), help="of " + ", ".join(CASES))
    parser.add_argument("--sizes", default="small,large")
    parser.add_argument("--turns", type=int, default=40)
    args = parser.parse_args()
    names, sizes = args.ops.split(","), args.sizes.split(",")
    if unknown := [n for n in names if n not in CASES]:
        parser.error(f"unknown operator {', '.join(unknown)}")
    if unknown := [s for s in sizes if s not in ("small", "large")]:
        parser.error(f"unknown size {', '.join(unknown)}")
    print(machine(), file=sys.stderr)
    print("| operator | size | pass | torchish | PyTorch | ratio | of processor time |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: |")
    ratios: dict[tuple[str, str], list[float]] = {}
    for name in names:
        f, small, large = CASES[name]
        for size in sizes:
            for backward in (False, True):
                both = measure(f, small if size == "small" else large, backward, args.turns, 0.01)
                ours, theirs = (first_quartile(s.wall) for s in both)
                processor = [first_quartile(s.processor) for s in both]
                what = "forward + backward" if backward else "forward"
                ratios.setdefault((size, what), []).append(ours / theirs)
                print(
                    f"| {name} | {size} | {what} | {1e3 * ours:.3f} ms | {1e3 * theirs:.3f} ms "
                    f"| {ours / theirs:.2f} | {processor[0] / processor[1]:.2f} |",
                    flush=True,
                )
    for (size, what), found in ratios.items():
        mean = statistics.geometric_mean(found)
        print(f"{size}, {what}: geometric mean {mean:.2f}, largest {max(found):.2f}")


if __name__ == "__main__":
    main()
