"""torch.utils.benchmark measures what runs, and shows it as PyTorch does; extensions refuse."""

import re

import pytest

import torchish as torch
from torchish.utils import benchmark, cpp_extension


def test_a_measurement():
    timer = benchmark.Timer(
        "y = x @ x\ny.sum()",
        "x = torch.ones(8, 8)",
        globals={"torch": torch},
        label="product",
        sub_label="8 x 8",
        description="torchish",
    )
    m = timer.blocked_autorange(min_run_time=0.05)
    assert 1e-7 < m.median < 0.1 and m.number_per_run >= 1 and sum(m.raw_times) >= 0.05
    lines = repr(m).splitlines()
    assert lines[1:4] == ["product: 8 x 8", "torchish", "setup: x = torch.ones(8, 8)"]
    assert re.fullmatch(r"  Median: [\d.]+ (ns|us|ms)", lines[4])
    once = benchmark.Timer("x + 1", globals={"x": torch.ones(3)}).timeit(20)
    assert repr(once).splitlines()[-1] == "  1 measurement, 20 runs , 1 thread"


def test_every_execution_runs():
    counted = []

    def step(x):
        counted.append(1)
        return x * 2

    torch.engine.barrier()
    before = torch.engine.stats()["runs"]
    benchmark.Timer("step(x)", globals={"step": step, "x": torch.ones(3)}).timeit(50)
    assert len(counted) == 52
    assert torch.engine.stats()["runs"] - before >= 52


def test_a_table():
    def of(stmt, sub_label, description, seconds):
        task = benchmark.TaskSpec(stmt, "", "", "add", sub_label, description)
        return benchmark.Measurement(10, [10 * s for s in seconds], task)

    table = benchmark.Compare(
        [
            of("a", "small", "first", [1e-6, 1.1e-6]),
            of("b", "small", "second", [3e-6]),
            of("b", "large", "second", [2e-3]),
        ]
    )
    assert str(table).splitlines() == [
        "[------------ add -------------]",
        "             |  first  |  second",
        "1 threads: ---------------------",
        "      small  |   1.1   |     3.0",
        "      large  |         |  2000.0",
        "",
        "Times are in microseconds (us).",
    ]


def test_options_that_are_not_there():
    with pytest.raises(NotImplementedError, match="num_threads=2"):
        benchmark.Timer("1", num_threads=2)
    with pytest.raises(SyntaxError):
        benchmark.Timer("x = ")
    for call in (cpp_extension.load, cpp_extension.CUDAExtension, cpp_extension.load_inline):
        with pytest.raises(NotImplementedError, match="operator"):
            call("name", ["file.cpp"])


def test_fill_diagonal():
    assert torch.zeros(2, 3).fill_diagonal_(5).tolist() == [[5, 0, 0], [0, 5, 0]]
    assert torch.zeros(5, 2).fill_diagonal_(1, wrap=True).tolist() == [
        *([1, 0], [0, 1], [0, 0]),
        *([1, 0], [0, 1]),
    ]
    assert torch.zeros(2, 2, 2).fill_diagonal_(1).sum().item() == 2
    with pytest.raises(RuntimeError, match="equal length"):
        torch.zeros(2, 2, 3).fill_diagonal_(1)
