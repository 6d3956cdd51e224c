"""Accelerators that are not there answer so; streams, events and futures work anywhere."""

from __future__ import annotations

import threading

import pytest

import torchish as torch

KINDS = ("cuda", "xpu", "mps", "mtia")


@pytest.mark.parametrize("kind", KINDS)
def test_a_device_that_is_not_there_says_so(kind):
    module = torch.get_device_module(kind)
    assert not module.is_available() and module.device_count() == 0
    with pytest.raises(RuntimeError):
        module.synchronize()


def test_there_is_no_accelerator_on_the_cpu():
    a = torch.accelerator
    assert a.current_accelerator() is None and not a.is_available() and a.device_count() == 0
    for call in (a.synchronize, a.current_device_index, a.memory_allocated, a.empty_cache):
        with pytest.raises(RuntimeError, match="Cannot access accelerator device when none"):
            call()
    assert torch.get_device_module() is torch.cpu
    with pytest.raises(RuntimeError, match="Invalid device module"):
        torch.get_device_module("meta")


def test_memory_of_a_gpu_that_is_not_there_is_nothing():
    assert torch.cuda.memory_stats() == {} and torch.cuda.memory_allocated() == 0
    assert torch.cuda.get_rng_state_all() == [] and torch.cuda.get_arch_list() == []
    assert not torch.cuda.is_current_stream_capturing()
    with pytest.warns(FutureWarning, match="reset_peak_memory_stats"):
        torch.cuda.reset_max_memory_allocated()


def test_legacy_classes_of_gpu_tensors():
    assert not isinstance(torch.ones(2), torch.cuda.FloatTensor)
    assert isinstance(torch.ones(2), torch.FloatTensor)
    with pytest.raises(TypeError, match="torch.cuda.FloatTensor not available"):
        torch.cuda.FloatTensor(2)


def test_out_of_memory_is_a_class_to_catch():
    assert torch.cuda.OutOfMemoryError is torch.OutOfMemoryError
    assert issubclass(torch.OutOfMemoryError, RuntimeError)


def test_streams_and_events():
    stream = torch.Stream(device="cpu")
    first, second = torch.Event(enable_timing=True), torch.Event(enable_timing=True)
    with stream:
        first.record()
        x = torch.ones(3) * 2
        stream.record_event(second)
    assert x.tolist() == [2, 2, 2] and stream.query() and second.query()
    assert first.elapsed_time(second) >= 0
    assert stream == torch.Stream(device="cpu")
    with pytest.raises(RuntimeError, match="enable_timing=True"):
        torch.Event().elapsed_time(second)


def test_futures():
    future = torch.futures.Future()
    doubled = future.then(lambda f: f.value() * 2)
    threading.Timer(0.05, future.set_result, [21]).start()
    assert doubled.wait() == 42 and future.done()
    assert torch.futures.wait_all([future, doubled]) == [21, 42]
    with pytest.raises(RuntimeError, match="only be marked completed once"):
        future.set_result(1)
    failed = torch.futures.Future()
    after = failed.then(lambda f: f.value())
    failed.set_exception(KeyError("missing"))
    with pytest.raises(KeyError):
        after.wait()


def test_numbers_that_might_be_symbols():
    assert torch.sym_int(-2.5) == -2 and torch.sym_float(True) == 1.0
    assert torch.sym_max(1, 2.0) == 2.0 and isinstance(torch.sym_max(3, 2.0), float)
    assert torch.sym_min(1, 2) == 1 and torch.sym_sum([1, 2]) == 3
    assert torch.sym_not(True) is False and torch.sym_ite(True, 1, 2) == 1
    assert torch.sym_sqrt(4) == 2.0


@pytest.mark.parametrize(
    "check, error",
    [
        (torch._check, RuntimeError),
        (torch._check_index, IndexError),
        (torch._check_value, ValueError),
        (torch._check_type, TypeError),
        (torch._check_not_implemented, NotImplementedError),
    ],
)
def test_checks(check, error):
    check(True)
    with pytest.raises(error, match="^because$"):
        check(False, lambda: "because")
    with pytest.raises(error, match="Expected cond to be True"):
        check(False)
    with pytest.raises(TypeError, match="cond must be a bool"):
        check(1)


def test_assert_async():
    torch._assert_async(torch.tensor(1))
    with pytest.raises(RuntimeError, match="got zero"):
        torch._assert_async(torch.tensor(0))
    with pytest.raises(RuntimeError, match="^why$"):
        torch._assert_async(torch.tensor(False), "why")


def test_what_to_asks_for():
    parse = torch._C._nn._parse_to
    assert parse("cpu") == (torch.device("cpu"), None, False, None)
    assert parse(torch.float64, non_blocking=True) == (None, torch.float64, True, None)
    assert parse(torch.ones(1)) == (torch.device("cpu"), torch.float32, False, None)


def test_what_this_is_made_of():
    assert "JAX" in torch.__config__.show()
    assert "get_num_threads" in torch.__config__.parallel_info()


def test_what_never_happens_here():
    assert not torch.onnx.is_in_onnx_export() and not torch.jit.is_tracing()
    assert torch._C._get_tracing_state() is None
    assert not torch._C._are_functorch_transforms_active()
    assert torch.autograd.forward_ad.unpack_dual(torch.ones(1)).tangent is None
