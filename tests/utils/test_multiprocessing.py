"""torch.multiprocessing: processes without the main script, shared memory, its errors."""

from __future__ import annotations

import multiprocessing
import os
import pathlib
import pickle
import signal
import subprocess
import sys

import pytest

import torchish as torch
from torchish import multiprocessing as mp
from torchish._core.tensor import segments

ROOT = pathlib.Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "utils" / "multiprocessing_script.py"
METHODS = ["spawn", "forkserver", "fork"]
EXPECTED = """[[1.0, 2.0, 0.0], [7.0, 0.0, 7.0], [7.0, 0.0, 7.0], [7.0, 99.0, 7.0]] [5.0, 5.0] \
True [(0, [0.0, 0.0], 'yes', True), (1, [1.0, 1.0], 'yes', True)] [0, 0]
[0, 3, 6, 9] 6
ValueError: rank 0 fails
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="forkserver")


def run(args):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(
        [sys.executable, *map(str, args)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.stdout, ran.stderr, ran.returncode


def test_the_script_says_what_pytorch_says():
    pytest.importorskip("torch")
    out, errors, code = run([SCRIPT, "fork"])
    assert (out, code) == (EXPECTED, 0), errors


@pytest.mark.parametrize("method", METHODS)
def test_scripts_without_a_guard(method):
    assert run(["-m", "torchish", SCRIPT, method]) == (EXPECTED, "", 0)


def test_memory_is_shared_as_in_pytorch():
    t = torch.arange(6.0).reshape(2, 3)
    part, alias, other = t[1:], t.detach(), t.t()
    assert not t.is_shared() and not part.is_shared()
    before = t.tolist()
    assert t.share_memory_() is t and t.tolist() == before
    assert t.is_shared() and part.is_shared() and alias.is_shared() and other.is_shared()
    assert t.untyped_storage().is_shared() and not t.clone().is_shared()
    part.mul_(2)
    t.t()[0].add_(1)
    assert t.tolist() == [[1, 1, 2], [7, 8, 10]]
    assert t.numpy().base is not None and not pickle.loads(pickle.dumps(t)).is_shared()
    net = torch.nn.BatchNorm1d(3).share_memory()
    assert all(x.is_shared() for x in (*net.parameters(), *net.buffers()))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int8", "bool", "complex64", "float64"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (300, 1000)])
def test_every_dtype_and_size_is_shared(dtype, shape):
    t = torch.ones(shape).to(getattr(torch, dtype))
    want = t.clone()
    t.share_memory_()
    assert t.is_shared() and t.dtype == want.dtype and torch.equal(t, want)
    t.zero_()
    assert not t.any()


def test_many_small_tensors_need_few_files():
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    tensors = [torch.ones(10, 10).share_memory_() for _ in range(500)]
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before + 4
    for i, t in enumerate(tensors):
        t.fill_(i)
    assert [t.sum().item() for t in tensors] == [100.0 * i for i in range(500)]


def test_shared_memory_goes_with_its_tensor():
    size = segments.ROOM
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(100):
        torch.ones(size // 4).share_memory_()
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before + 2


def test_training_on_shared_memory_is_training():
    def train(share):
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
        if share:
            net.share_memory()
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
        for _ in range(10):
            optimizer.zero_grad()
            loss = (net(torch.ones(3, 4)) - 1).square().sum()
            loss.backward()
            optimizer.step()
        assert all(p.is_shared() == share for p in net.parameters())
        return [p.tolist() for p in net.parameters()]

    for a, b in zip(train(True), train(False), strict=True):
        torch.testing.assert_close(torch.tensor(a), torch.tensor(b))


def test_a_data_set_that_writes_to_shared_memory():
    seen = torch.zeros(6, dtype=torch.int64).share_memory_()

    class Writes(torch.utils.data.Dataset):
        def __len__(self):
            return 6

        def __getitem__(self, i):
            seen[i] = i + 1
            return i

    list(torch.utils.data.DataLoader(Writes(), num_workers=2))
    assert seen.tolist() == [1, 2, 3, 4, 5, 6]


def test_names_of_pytorch():
    assert mp.get_all_sharing_strategies() == {"file_descriptor", "file_system"}
    assert mp.get_sharing_strategy() == "file_descriptor"
    with pytest.raises(AssertionError, match="invalid sharing strategy 'x', expected one of"):
        mp.set_sharing_strategy("x")
    assert mp.get_all_start_methods() == multiprocessing.get_all_start_methods()
    with pytest.raises(ValueError, match="cannot find context for 'thread'"):
        mp.get_context("thread")
    with pytest.raises(RuntimeError, match="Cowardly refusing to serialize non-leaf tensor"):
        mp.SimpleQueue().put(torch.ones(2, requires_grad=True) * 2)


def ends(rank):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_process_is_named():
    with pytest.raises(mp.ProcessExitedException, match="process 0 terminated with signal SIGKILL"):
        mp.start_processes(ends, nprocs=1, start_method="forkserver")


def test_what_can_not_travel_is_named():
    lock = __import__("threading").Lock()
    process = mp.Process(target=print, args=({"held": lock},))
    with pytest.raises(TypeError) as caught:
        process.start()
    assert str(caught.value).startswith("args[0] of the process['held'] can not be sent")


def write_everywhere(rank, one, indexed, added):
    for i in range(500):
        one[rank, i] = 1
        indexed[torch.tensor([i]), torch.tensor([rank])] = 2.0
        added.index_add_(0, torch.tensor([2 * i + rank]), torch.ones(1))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("method", ["forkserver", "fork"])
def test_processes_that_write_to_other_elements_lose_nothing(method):
    tensors = [torch.zeros(s).share_memory_() for s in ((2, 500), (500, 2), (1000,))]
    context = mp.get_context(method)
    processes = [context.Process(target=write_everywhere, args=(r, *tensors)) for r in range(2)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    assert [t.sum().item() for t in tensors] == [1000, 2000, 1000]
