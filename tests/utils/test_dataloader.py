"""DataLoader: PyTorch's batches, and worker processes that fail, hang or are left alone."""

from __future__ import annotations

import gc
import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import torchish as torch
from tests.utils import loader_programs as programs
from torchish.utils.data import DataLoader, TensorDataset
from torchish.vision import tv_tensors
from torchish.vision.transforms import v2

ROOT = pathlib.Path(__file__).parents[2]
WAYS = ["forkserver", "spawn"]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and file descriptors")


def run(code, **environment):
    return subprocess.run(
        [sys.executable, *code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.mark.parametrize("way", WAYS)
def test_an_exception_brings_the_workers_traceback(way):
    loader = DataLoader(
        programs.Fails("raise"), batch_size=2, num_workers=1, multiprocessing_context=way
    )
    seen = []
    with pytest.raises(ValueError) as caught:
        for batch in loader:
            seen.append(batch.tolist())
    assert seen == [[0, 1], [2, 3]]
    text = str(caught.value)
    assert text.startswith("Caught ValueError in DataLoader worker process 0.\nOriginal Traceback")
    assert "loader_programs.py" in text and "sample 5 is broken" in text


@pytest.mark.parametrize("how", ["kill", "exit"])
def test_a_dead_worker_is_named_at_once(how):
    loader = DataLoader(programs.Fails(how, at=1), num_workers=2)
    began = time.monotonic()
    with pytest.raises(RuntimeError) as caught:
        list(loader)
    said = "killed by signal: Killed" if how == "kill" else "exit code 3"
    assert f"exited unexpectedly: worker 1 of 2, {said}" in str(caught.value)
    assert "DataLoader worker (pid(s) " in str(caught.value)
    assert time.monotonic() - began < 20


def test_timeout():
    loader = DataLoader(programs.Fails("wait", at=0), num_workers=1, timeout=3)
    began = time.monotonic()
    with pytest.raises(RuntimeError, match="DataLoader timed out after 3 seconds"):
        next(iter(loader))
    del loader
    gc.collect()
    assert time.monotonic() - began < 40


def test_persistent_workers_stay_and_others_go():
    def pids(loader):
        return {pid for batch in loader for pid in batch.tolist()}

    loader = DataLoader(programs.Pids(), num_workers=2, persistent_workers=True)
    first, second = pids(loader), pids(loader)
    assert first == second and len(first) == 2
    other = DataLoader(programs.Pids(), num_workers=1)
    assert pids(other).isdisjoint(pids(other))
    del loader
    gc.collect()
    assert not any(alive(pid) for pid in first)


def alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_an_abandoned_epoch_leaves_nothing():
    loader = DataLoader(programs.Pids(), num_workers=2)
    batches = iter(loader)
    pids = {int(next(batches)) for _ in range(4)}
    del batches
    gc.collect()
    limit = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(map(alive, pids))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")
def test_no_file_descriptor_leaks():
    def count():
        return len(os.listdir("/proc/self/fd"))

    rows = TensorDataset(torch.arange(8), torch.arange(32.0).reshape(8, 4))
    loader = DataLoader(rows, batch_size=4, shuffle=True)
    persistent = DataLoader(
        programs.Structures(), batch_size=2, num_workers=1, persistent_workers=True
    )
    list(loader), list(persistent), list(DataLoader(programs.Squares(4), num_workers=1))
    gc.collect()
    before = count()
    for _ in range(1000):
        list(loader)
    for _ in range(50):
        list(persistent)
    for _ in range(3):
        list(DataLoader(programs.Squares(4), num_workers=1))
    gc.collect()
    assert count() <= before
    shared = "/dev/shm"
    if os.path.isdir(shared):
        mine = [d for d in os.listdir(shared) if d.startswith("torchish-")]
        for folder in mine:  # of the persistent loader, and of no other of this process
            assert os.listdir(os.path.join(shared, folder)) == []


def test_jax_sleeps_in_workers():
    transform = v2.Compose(
        [
            v2.ToImage(),
            v2.RandomResizedCrop(4),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(0.1, 0.1, 0.1, 0.1),
            v2.RandomAffine(10),
            v2.TrivialAugmentWide(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.5], [0.5]),
            v2.RandomErasing(1.0),
            v2.ToPureTensor(),
        ]
    )
    for data in (programs.Touches(), programs.Touches(transform)):
        loader = DataLoader(data, batch_size=2, num_workers=1)
        assert [started.tolist() for *_, started in loader] == [[False, False]] * 2


def test_ctrl_c_leaves_no_process_behind():
    code = """if True:
        import os, signal, sys
        from tests.utils import loader_programs as p
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
        loader = p.data.DataLoader(p.Pids(), num_workers=2)
        batches = iter(loader)
        print(*{int(next(batches)) for _ in range(4)}, flush=True)
        p.time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    pids = [int(word) for word in process.stdout.readline().split()]
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, said = process.communicate(timeout=60)
    assert pids and "KeyboardInterrupt" in said and said.count("Traceback") == 1
    limit = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(map(alive, pids))


def test_a_killed_main_process_takes_its_workers_along():
    code = """if True:
        from tests.utils import loader_programs as p
        batches = iter(p.data.DataLoader(p.Pids(), num_workers=1))
        print(int(next(batches)), flush=True)
        p.time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = int(process.stdout.readline())
    process.kill()
    process.communicate(timeout=60)
    limit = time.monotonic() + 20
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not alive(pid)


def test_order_as_ready():
    loader = DataLoader(programs.Squares(9), batch_size=2, num_workers=2, in_order=False)
    assert sorted(i for x, _ in loader for i in x.tolist()) == list(range(9))


class Kinds(torch.utils.data.Dataset):
    def __len__(self):
        return 3

    def __getitem__(self, i):
        return tv_tensors.BoundingBoxes([[i, 0, 5, 5]], format="XYXY", canvas_size=(9, 9))


def test_kinds_of_tensors_travel():
    loader = DataLoader(Kinds(), batch_size=None, num_workers=1)
    boxes = list(loader)
    assert [type(b) for b in boxes] == [tv_tensors.BoundingBoxes] * 3
    assert boxes[2].tolist() == [[2, 0, 5, 5]] and boxes[2].canvas_size == (9, 9)


def test_worker_init_and_context():
    loader = DataLoader(
        programs.Squares(2),
        num_workers=1,
        worker_init_fn=programs.seeded_init,
        multiprocessing_context="spawn",
    )
    assert loader.multiprocessing_context.get_start_method() == "spawn"
    assert len(list(loader)) == 2


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"num_workers": -1}, "num_workers option should be non-negative"),
        ({"timeout": -1}, "timeout option should be non-negative"),
        ({"prefetch_factor": 2}, "prefetch_factor option could only be specified"),
        ({"persistent_workers": True}, "persistent_workers option needs num_workers > 0"),
        ({"sampler": [0], "shuffle": True}, "sampler option is mutually exclusive with shuffle"),
        ({"batch_sampler": [[0]], "batch_size": 3}, "batch_sampler option is mutually exclusive"),
        ({"batch_size": None, "drop_last": True}, "batch_size=None option disables"),
        ({"batch_size": 0}, "batch_size should be a positive integer"),
        ({"multiprocessing_context": "spawn"}, "multiprocessing_context can only be used with"),
    ],
)
def test_options_that_exclude_each_other(options, text):
    with pytest.raises(ValueError, match=text):
        DataLoader(programs.Squares(2), **options)


def test_one_batch_is_one_value():
    rows = TensorDataset(torch.arange(6.0).reshape(3, 2))
    (batch,) = next(iter(DataLoader(rows, batch_size=3)))
    np.testing.assert_array_equal(batch, [[0, 1], [2, 3], [4, 5]])
    loader = DataLoader(rows, batch_size=2)
    with pytest.raises(ValueError, match="batch_size attribute should not be set"):
        loader.batch_size = 3


def test_ended_workers_can_still_be_asked():
    it = iter(DataLoader(list(range(8)), num_workers=2))
    assert len(list(it)) == 8
    workers = it._workers
    del it
    for w in workers:
        w.join(60)
        assert not w.is_alive() and w.exitcode == 0
