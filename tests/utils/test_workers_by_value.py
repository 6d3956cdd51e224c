"""Workers get what only the main process has: by value, or one sentence says why not."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import os
import pathlib
import socket
import subprocess
import sys
import threading

import pytest

import torchish as torch
from torchish import multiprocessing as mp
from torchish.utils.data import DataLoader, Dataset

ROOT = pathlib.Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "utils" / "worker_script.py"
EXPECTED = (
    "runs\n[0, 5, 10, 15, 0, 5, 10, 15, [0], [1], [2], [3], [4], [5], "
    "'Caught Broken in DataLoader worker process 0.', 'yes']\n"
)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="forkserver")


def run(args, **kwargs):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *map(str, args)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        **kwargs,
    )


def test_the_script_says_what_pytorch_says():
    pytest.importorskip("torch")
    ran = run([SCRIPT])
    assert (ran.stdout, ran.returncode) == (EXPECTED, 0), ran.stderr


def started(way, tmp_path):
    """The script without a main guard, started as people start scripts."""
    code = SCRIPT.read_text()
    own = code.replace("import torch\nfrom torch.", "import torchish as torch\nfrom torchish.")
    assert own != code
    if way == "file":
        path = tmp_path / "script.py"
        path.write_text(own)
        return run([path])
    if way == "unchanged":
        return run(["-m", "torchish", SCRIPT])
    if way == "unchanged -c":
        return run(["-m", "torchish", "-c", code])
    if way == "stdin":
        return run(["-"], input=own)
    if way == "-c":
        return run(["-c", own])
    return run(["-c", f"exec({own!r}, {{'__name__': '__main__'}})"])  # as a notebook does


@pytest.mark.parametrize("way", ["file", "unchanged", "unchanged -c", "stdin", "-c", "notebook"])
def test_scripts_without_a_guard(way, tmp_path):
    ran = started(way, tmp_path)
    assert (ran.stdout, ran.stderr, ran.returncode) == (EXPECTED, "", 0)


class Holds(Dataset):
    """Three samples, by a function that it holds."""

    def __init__(self, get=None, **others):
        self.get = get
        self.__dict__.update(others)

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return i if self.get is None else self.get(i)


def plain(batch):
    return batch


def local_things():
    """Things that have no importable name, and what a worker gives for its first sample."""
    point = collections.namedtuple("point", "x y")

    @dataclasses.dataclass
    class Row:
        a: int

    class Base:
        def value(self):
            return 4

    class Derived(Base):
        def value(self):
            return super().value() + 1

    class Color(enum.Enum):
        RED = 1

    class Meta(type):
        made = 7

    class WithMeta(metaclass=Meta):
        pass

    def recursive(i):
        return recursive(i - 1) if i > 0 else "end"

    offset = 5
    return {
        "lambda": (lambda i: i + 2, 2),
        "closure": (lambda i: i + offset, 5),
        "partial": (functools.partial(lambda a, i: a + i, 3), 3),
        "bound method": (lambda i, d=Derived(): d.value(), 5),
        "recursion": (recursive, "end"),
        "metaclass": (lambda i: type(WithMeta).made, 7),
        "namedtuple": (lambda i: point(i, 1), point(0, 1)),
        "dataclass": (lambda i: Row(i), Row(0)),
        "enum": (lambda i: Color.RED, Color.RED),
        "tensor": (lambda i, t=torch.arange(3): int(t[i]), 0),
        "generator of numbers": (
            lambda i, g=torch.Generator().manual_seed(3): float(torch.rand(1, generator=g)),
            float(torch.rand(1, generator=torch.Generator().manual_seed(3))),
        ),
    }


@pytest.mark.parametrize("name", list(local_things()))
def test_what_has_no_importable_name(name):
    get, expected = local_things()[name]
    loader = DataLoader(Holds(get), batch_size=None, num_workers=1, collate_fn=lambda x: x)
    if name in ("namedtuple", "dataclass", "enum"):  # of the same class, made anew by the call
        expected = get(0)
        assert type(next(iter(loader))) is type(expected)
    assert next(iter(loader)) == expected


_module_lock = threading.Lock()


def with_global_lock(i):
    with _module_lock:
        return i


def rest():
    yield 1


def cases_that_stay():
    with open(__file__) as file:
        pass
    lock = threading.Lock()
    return {
        "dataset.deep['a'][1]": (dict(deep={"a": [1, file]}), "an open file"),
        "dataset.lock": (dict(lock=lock), "a lock"),
        "dataset.rest": (dict(rest=rest()), "a generator"),
        "the variable 'lock' of dataset.get": (dict(get=lambda i: lock), "a lock"),
        "dataset.get.args[0]": (dict(get=functools.partial(plain, lock)), "a lock"),
        "dataset.queue": (dict(queue=__import__("queue").Queue()), "a lock"),
    }


@pytest.mark.parametrize("path", list(cases_that_stay()))
def test_what_can_not_travel_is_named(path):
    held, what = cases_that_stay()[path]
    with pytest.raises(TypeError) as caught:
        next(iter(DataLoader(Holds(**held), num_workers=1)))
    said = str(caught.value)
    assert said.startswith(path) and f"it is {what}" in said and "'fork'" in said
    assert "\n" not in said


@pytest.mark.parametrize("option", ["collate_fn", "worker_init_fn"])
def test_options_that_can_not_travel_are_named(option):
    lock = threading.Lock()
    with pytest.raises(TypeError, match=f"^the variable 'lock' of {option} can not be sent"):
        next(iter(DataLoader(Holds(), num_workers=1, **{option: lambda x: lock})))


def test_what_travels_with_the_start_of_a_process():
    count, queue, ends = mp.Value("i", 0), mp.Queue(), socket.socketpair()

    def bump(i):
        with count.get_lock():
            count.value += 1
        queue.put(i)
        ends[0].send(b"x")
        return i

    list(DataLoader(Holds(bump), num_workers=2))
    assert count.value == 3
    assert sorted(queue.get(timeout=20) for _ in range(3)) == [0, 1, 2]
    assert ends[1].recv(9) == b"xxx"
    for end in ends:
        end.close()


def test_settings_hold_in_workers():
    def look(i):
        return str(torch.ones(1).dtype), torch.is_grad_enabled(), os.getcwd(), os.environ["LATE"]

    os.environ["LATE"] = "yes"
    torch.set_default_dtype(torch.float64)
    try:
        with torch.no_grad():
            found = next(iter(DataLoader(Holds(look), batch_size=None, num_workers=1)))
    finally:
        torch.set_default_dtype(torch.float32)
        del os.environ["LATE"]
    assert found == ["torch.float64", False, os.getcwd(), "yes"]


def test_indices_of_a_local_class():
    class Index:
        def __init__(self, i):
            self.i = i

    class Order:
        def __iter__(self):
            return iter([Index(2), Index(1)])

        def __len__(self):
            return 2

    loader = DataLoader(Holds(lambda index: index.i), sampler=Order(), num_workers=1)
    assert [batch.item() for batch in loader] == [2, 1]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_workers_that_are_forked_have_everything():
    lock = threading.Lock()
    with open(__file__) as file:
        loader = DataLoader(
            Holds(lambda i: torch.ones(2) * i, lock=lock, file=file),
            num_workers=2,
            multiprocessing_context="fork",
        )
        assert [b.tolist() for b in loader] == [[[float(i)] * 2] for i in range(3)]


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit(7)", "MemoryError('big')"])
def test_a_worker_ends_without_noise(error):
    code = f"""
import torchish as torch
def get(batch): raise {error}
try:
    next(iter(torch.utils.data.DataLoader([0], num_workers=1, collate_fn=get)))
except Exception as error:
    print(type(error).__name__, str(error).splitlines()[0])
"""
    ran = run(["-c", code])
    assert ran.stderr == ""
    if "Memory" in error:
        assert ran.stdout == "MemoryError Caught MemoryError in DataLoader worker process 0.\n"
    else:
        assert ran.stdout.startswith("RuntimeError DataLoader worker (pid(s) ")
        assert "exited unexpectedly" in ran.stdout


def test_memory_that_runs_out_in_a_worker():
    code = """
import resource, torchish as torch
def limit(worker):
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
def get(batch): return bytearray(16 << 30)
loader = torch.utils.data.DataLoader([0], num_workers=1, collate_fn=get, worker_init_fn=limit)
try:
    next(iter(loader))
except MemoryError as error:
    print(str(error).splitlines()[0])
"""
    ran = run(["-c", code])
    assert (ran.stdout, ran.stderr) == ("Caught MemoryError in DataLoader worker process 0.\n", "")
