"""Checks that run where CPU devices stand for GPUs (run.py): tensors on several devices."""

from __future__ import annotations

import re

import numpy as np

import torchish as torch
import torchish.utils.data
from torchish import nn
from torchish._core.base import devices


def raises(kind, words, f):
    try:
        f()
    except kind as error:
        assert re.search(words, str(error)), str(error)
    else:
        raise AssertionError(f"no {kind.__name__}")


def check_devices_are_told_apart():
    assert torch.cuda.is_available() and torch.cuda.device_count() == 7
    a, b = torch.ones(2, device="cuda"), torch.ones(2, device="cuda:3")
    assert str(a.device) == "cuda:0" and str(b.device) == "cuda:3" and not torch.ones(2).is_cuda
    assert (a + 1).device == a.device and (b * 2).get_device() == 3
    assert a.to("cpu").device == torch.device("cpu") and b.to(a.device).device == a.device
    raises(RuntimeError, "invalid device ordinal", lambda: torch.ones(2, device="cuda:7"))


def check_the_same_code_on_two_devices():
    for _ in range(3):  # a loop's paths are known from its second time on
        for where in ("cpu", "cuda:0", "cuda:1"):
            made = torch.zeros(3, device=where) + torch.arange(3, device=where)
            assert str(made.device) == where and made.tolist() == [0, 1, 2]


def check_a_model_trains_as_on_the_cpu():
    losses = {}
    for where in ("cpu", "cuda:2"):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3))
        x, y = torch.randn(5, 1, 8, 8).to(where), torch.tensor([0, 1, 2, 1, 0], device=where)
        net.to(where)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        losses[where] = []
        for _ in range(5):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            losses[where].append(loss.item())
        assert all(str(p.device) == str(p.grad.device) == where for p in net.parameters())
    np.testing.assert_allclose(*losses.values(), rtol=1e-4)


def check_what_has_no_program_runs_on_the_host():
    eig = torch.linalg.eig
    # Here the stand-in's operator is treated as a TPU's.
    entry = eig_entry()
    before, entry.host_on = entry.host_on, ("cuda",)
    try:
        for _ in range(3):
            a = torch.tensor([[2.0, 1.0], [1.0, 3.0]], device="cuda", requires_grad=True)
            values, vectors = eig(a * 1.0)
            assert values.device == vectors.device == a.device
            values.real.prod().backward()
            want = torch.tensor([[3.0, -1.0], [-1.0, 2.0]])  # the gradient of the determinant
            torch.testing.assert_close(a.grad.cpu(), want, rtol=1e-4, atol=1e-4)
    finally:
        entry.host_on = before


def eig_entry():
    from torchish._core.ops.table import TABLE

    return TABLE["linalg.eig"]


def check_shapes_that_depend_on_values():
    x = torch.tensor([3.0, 0.0, 3.0, 1.0], device="cuda", requires_grad=True)
    assert torch.nonzero(x).tolist() == [[0], [2], [3]]
    assert torch.unique(x).tolist() == [0, 1, 3] and torch.unique(x).is_cuda
    x[x > 0].sum().backward()
    assert x.grad.tolist() == [1, 0, 1, 1] and x.grad.is_cuda
    assert torch.bincount(torch.tensor([1, 1], device="cuda")).is_cuda


def check_forms_are_chosen_by_the_tensors_device():
    seen = []
    usual = devices.traced_for
    devices.traced_for = lambda: (seen.append(usual()), usual())[1]
    try:
        torch.cumsum(torch.rand(7, 5, device="cuda"), 0).sum().item()
        assert set(seen) == {"cuda"}, seen
        seen.clear()
        torch.nn.functional.conv2d(torch.rand(1, 1, 5, 5), torch.rand(1, 1, 3, 3)).sum().item()
        assert set(seen) <= {"cpu"}, seen
    finally:
        devices.traced_for = usual


def check_what_the_cpu_does_does_not_cut_a_step():
    w = torch.ones(4, 4, device="cuda", requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    x = torch.ones(4, 4, device="cuda")

    def step():
        seen = torch.zeros(3)
        y = (x @ w).relu()
        seen = seen + 1  # the CPU's, in the middle
        loss = (y * 2).mean()
        seen = seen * 2
        loss.backward()
        optimizer.step()
        w.grad = None
        return loss, seen

    for _ in range(4):
        step()
    torch.engine.reset_stats()
    loss, seen = step()
    stats = torch.engine.stats()
    assert torch.engine.largest_program() == 0 and stats["runs"] == 2, stats
    assert stats["hits"] >= 1, stats
    assert seen.tolist() == [2, 2, 2] and loss.item() < 8


def check_a_step_takes_over_parameters_and_states():
    from torchish._core.engine import run

    net = nn.Sequential(nn.Linear(50, 40), nn.ReLU(), nn.Linear(40, 30)).to("cuda")
    optimizer = torch.optim.Adam(net.parameters())
    x, usual, given = torch.randn(8, 50, device="cuda"), run.arguments, []

    def watched(rec, compiled, give):
        given.append(len(compiled.donated) if give else 0)
        return usual(rec, compiled, give)

    def step():
        optimizer.zero_grad()
        net(x).square().mean().backward()
        optimizer.step()

    for _ in range(4):
        step()
    run.arguments = watched
    try:
        step()
    finally:
        run.arguments = usual
    states = [t for s in optimizer.state.values() for t in s.values() if t.is_cuda and t.ndim]
    assert len(states) == 8 and given and max(given) >= 4 + len(states), given


def check_only_a_transfer_runs_its_source():
    for _ in range(2):
        a = torch.ones(3, device="cuda") * 2
        b = torch.ones(3) * 3
        c = torch.ones(3, device="cuda:1") * 4
        before = torch.engine.pending()
        moved = b.to("cuda")
        assert torch.engine.pending() >= 2, before
        assert (a + moved).tolist() == [5, 5, 5] and c.tolist() == [4, 4, 4]
    torch.engine.barrier()
    assert torch.engine.pending() == 0


def check_a_failed_check_on_one_device_is_seen_when_another_is_looked_at():
    def program():
        row = torch.tensor([0, 9], device="cuda") + 0
        picked = torch.ones(3, 2, device="cuda").index_select(0, row)
        del picked
        (torch.ones(2) + 1).tolist()

    for _ in range(3):
        raises(IndexError, "", program)


def check_scalars_of_the_cpu_join_in():
    s = torch.tensor(2.0)
    x = torch.ones(3, device="cuda")
    assert (x * s).is_cuda and (s * x).tolist() == [2, 2, 2]
    raises(RuntimeError, "two devices, cuda:0 and cpu!", lambda: torch.ones(3) + x)


def check_the_current_device_is_what_cuda_means():
    cuda = torch.cuda
    assert cuda.current_device() == 0
    with cuda.device(2):
        assert str(torch.ones(1, device="cuda").device) == "cuda:2"
        assert torch.accelerator.current_device_index() == 2 == cuda.current_device()
    cuda.set_device(1)
    try:
        assert str(torch.ones(1).cuda().device) == "cuda:1"
        assert str(torch.ones(1, device="cuda:0").device) == "cuda:0"
    finally:
        cuda.set_device("cuda:0")
    assert str(torch.accelerator.current_accelerator()) == "cuda"
    with cuda.device_of(torch.ones(1, device="cuda:3")):
        assert cuda.current_device() == 3
    assert cuda.current_device() == 0
    raises(RuntimeError, "invalid device ordinal", lambda: cuda.set_device(9))


def check_the_module_tells_the_truth():
    cuda = torch.cuda
    found = cuda.get_device_properties(0)
    assert found.name == cuda.get_device_name(0) and (found.major, found.minor) == (0, 0)
    assert cuda.memory_allocated() >= 0 and cuda.mem_get_info()[0] <= cuda.mem_get_info()[1]
    cuda.reset_peak_memory_stats()
    assert cuda.max_memory_allocated() >= cuda.memory_allocated() - 1
    first, second = cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    x = torch.ones(64, 64, device="cuda")
    with cuda.stream(cuda.Stream()):
        first.record()
        y = x @ x
        second.record()
    cuda.current_stream().wait_stream(cuda.Stream())
    cuda.synchronize()
    assert torch.engine.pending() == 0 and second.query() and y[0, 0].item() == 64
    assert first.elapsed_time(second) >= 0
    assert not torch.xpu.is_available() and not torch.backends.mps.is_available()
    assert torch.xpu.device_count() == torch.mps.device_count() == 0
    assert torch.get_device_module() is cuda


def check_memory_that_ends_is_pytorchs_error():
    import jax

    from torchish._core.engine import run

    x = torch.ones(3, device="cuda")
    usual = run._run_each

    def full(*args):
        raise jax.errors.JaxRuntimeError(
            "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 3221225472 bytes."
        )

    y = x * 3
    run._run_each = full
    try:
        raises(torch.OutOfMemoryError, "CUDA out of memory. Tried to allocate 3.00 GiB", y.tolist)
        raises(torch.cuda.OutOfMemoryError, "CUDA out of memory", (x * 4).tolist)
    finally:
        run._run_each = usual
    assert x.tolist() == [1, 1, 1] and (x * 5).tolist() == [5, 5, 5]


def check_pinned_memory_is_on_its_way():
    from torchish._core.engine import places

    x = torch.arange(6.0).reshape(2, 3)
    assert not x.is_pinned()
    p = x.pin_memory()
    assert p.is_pinned() and p is not x and p.pin_memory() is p and not x.is_pinned()
    assert p._value() in places._ahead
    far = p.to("cuda", non_blocking=True)
    assert far.is_cuda and far.tolist() == x.tolist() and p._value() not in places._ahead
    q = x.pin_memory()
    q += 1  # what was begun is of the contents before
    assert q.to("cuda").tolist() == (x + 1).tolist() and x[0, 0].item() == 0
    assert torch.zeros(2, pin_memory=True).is_pinned()
    t = x.t().pin_memory()
    assert t.is_pinned() and t.stride() == x.t().stride() and t.tolist() == x.t().tolist()
    raises(RuntimeError, "only dense CPU tensors can be pinned", far.pin_memory)


def check_a_loader_begins_the_copies():
    from torchish._core.engine import places
    from torchish.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.arange(8.0), torch.arange(8))
    for workers in (0, 2):
        seen = []
        for x, y in DataLoader(data, batch_size=4, pin_memory=True, num_workers=workers):
            assert x.is_pinned() and y.is_pinned() and x._value() in places._ahead
            seen += x.to("cuda", non_blocking=True).tolist()
            assert y.cuda().is_cuda
        assert seen == list(range(8))
    mapped = DataLoader([{"a": torch.ones(2), "b": (1, "text")}] * 2, 2, pin_memory=True)
    batch = next(iter(mapped))
    assert batch["a"].is_pinned() and batch["b"][1] == ["text", "text"]


class Drawn(torch.utils.data.Sampler):
    """Draws each index from the program's own generator, when it is asked for."""

    def __iter__(self):
        for _ in range(12):
            yield int(torch.randint(0, 24, ()))

    def __len__(self):
        return 12


def check_batches_are_on_their_way_before_they_are_asked_for():
    from torchish._core.engine import places
    from torchish.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.arange(24.0))
    loader = DataLoader(data, 3, pin_memory=True, num_workers=1, prefetch_factor=3)
    batches = iter(loader)
    epochs, calls = batches._epochs, []
    usual = epochs.prepare_ahead
    epochs.prepare_ahead = lambda: calls.append(usual())
    (first,) = next(batches)
    assert calls and first.is_pinned()
    assert epochs.early or epochs.pool.receivers[0].connection.poll(60)
    usual()
    (ahead,) = epochs.early[0][2].get()
    assert ahead.is_pinned() and ahead._value() in places._ahead
    (second,) = next(batches)
    assert second is ahead
    far = [x.to("cuda", non_blocking=True) for x in (first, second)]
    rest = [batch[0] for batch in batches]
    assert torch.cat([*(x.cpu() for x in far), *rest]).tolist() == list(range(24))
    assert all(x.is_pinned() for x in rest)


def check_batches_ahead_leave_generators_where_they_stood():
    from torchish.utils.data import DataLoader, TensorDataset

    data, runs = TensorDataset(torch.arange(24.0)), []
    for pinned in (False, True):
        for workers in (0, 2):
            torch.manual_seed(5)
            loader = DataLoader(data, 2, sampler=Drawn(), pin_memory=pinned, num_workers=workers)
            runs.append([(x.tolist(), torch.rand(()).item()) for (x,) in loader])
    assert runs[0] == runs[2] and runs[1] == runs[3] and len(runs[3]) == 6


def check_waiting_waits_for_the_device():
    import jax

    from torchish import _streams

    put, seen = jax.device_put, []
    _streams.jax = type("Watched", (), {"device_put": lambda *a: (seen.append(a), put(*a))[1]})
    event = torch.Event("cuda", enable_timing=True)
    timed = torch.cuda.Event(enable_timing=True)
    try:
        for i, waits in enumerate((
            torch.cuda.synchronize, torch.accelerator.synchronize,
            torch.Stream("cuda").synchronize, torch.cuda.current_stream().query,
            event.record, event.synchronize, timed.record, torch.cuda.Stream().synchronize,
        )):  # fmt: skip
            x = torch.ones(3, device="cuda") + i
            waits()
            assert len(seen) == i + 1 and seen[-1][1] == jax.devices("cpu")[1], i
            assert x.tolist() == [1 + i] * 3
    finally:
        _streams.jax = jax
    raises(RuntimeError, "enable_timing=True", lambda: torch.cuda.Event().elapsed_time(timed))
    assert torch.cuda.current_stream() == torch.cuda.default_stream()
    assert isinstance(timed, torch.Event) and len(torch.cuda.default_generators) == 7


def check_peaks_of_memory_begin_anew():
    from torchish import _accelerators, accelerator, cuda

    usual, says = _accelerators.allocator, {"bytes_in_use": 3, "peak_bytes_in_use": 9}
    modules = (_accelerators, accelerator, cuda)
    for module in modules:
        module.allocator = lambda device: dict(says)
    try:
        for module in (accelerator, cuda):
            says.update(bytes_in_use=3, peak_bytes_in_use=9)
            _accelerators._peaks.clear()
            assert module.max_memory_allocated() == 9 and module.memory_allocated() == 3
            module.reset_peak_memory_stats()
            assert module.max_memory_allocated() == 3
            says["bytes_in_use"] = 5
            assert module.memory_stats()["allocated_bytes.all.peak"] == 5
            says["bytes_in_use"] = 4
            assert module.max_memory_allocated() == 5
            says["peak_bytes_in_use"] = 12
            assert module.max_memory_allocated() == 12
    finally:
        for module in modules:
            module.allocator = usual
        _accelerators._peaks.clear()


def check_what_xla_has_not_is_refused_by_name():
    from torchish._core.base import gpu_memory

    environ = {"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True,backend:cudaMallocAsync"}
    assert gpu_memory.configure(environ) == []
    assert environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    assert environ["XLA_PYTHON_CLIENT_ALLOCATOR"] == "cuda_async"
    asked = {"XLA_PYTHON_CLIENT_PREALLOCATE": "true", "PYTORCH_ALLOC_CONF": "max_split_size_mb:64"}
    try:
        assert gpu_memory.configure(asked) == ["PYTORCH_ALLOC_CONF=max_split_size_mb:64"]
        assert asked["XLA_PYTHON_CLIENT_PREALLOCATE"] == "true"
        raises(NotImplementedError, "max_split_size_mb:64", lambda: torch.ones(2, device="cuda:4"))
        assert torch.ones(2).tolist() == [1, 1]
    finally:
        gpu_memory.configure({})
