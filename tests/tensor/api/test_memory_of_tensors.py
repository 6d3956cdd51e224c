"""What programs see of tensors' memory: one object for each, its addresses, lazy copies."""

import copy
import gc
import threading
import warnings
import weakref

import numpy as np
import pytest

import torchish as torch

KINDS = [torch.float32, torch.bfloat16, torch.complex64, torch.int16, torch.bool]


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "TypedStorage is deprecated")
        yield


class Mark:
    """Tells by `dead` when it was given up."""

    def __init__(self, dead):
        self.dead = dead

    def __del__(self):
        self.dead.append(True)


class Bytes(torch.UntypedStorage):
    pass


# --- one object for a memory ----------------------------------------------------------------------


def test_a_memory_has_one_object_as_long_as_a_tensor_lives():
    dead = []
    t = torch.randn(4)
    t.untyped_storage().mark = Mark(dead)
    assert t.untyped_storage() is t.view(2, 2).untyped_storage() and not dead
    ref = weakref.ref(t.untyped_storage())
    assert ref() is t.untyped_storage()
    del t
    assert dead and ref() is None


def test_an_object_outlives_the_tensor_that_it_was_asked_of():
    t = torch.arange(3)
    s = t.untyped_storage()
    del t
    assert s.nbytes() == 24 and s.as_tensor(torch.int64).tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", [torch.UntypedStorage, Bytes])
def test_a_tensor_made_of_a_storage_keeps_the_object(kind):
    dead = []
    s = kind(8)
    s.mark = Mark(dead)
    t = torch.tensor(s)
    del s
    assert not dead and type(t.untyped_storage()) is kind
    t.fill_(7)
    assert t.untyped_storage().tolist()[0] == 7
    del t
    assert dead


def test_threads_find_the_same_object():
    for _ in range(20):
        t, found, gate = torch.ones(2), [], threading.Barrier(4)

        def look(t=t, found=found, gate=gate):
            gate.wait()
            found.append(t.untyped_storage())

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(s is found[0] for s in found)


def test_holders_of_a_memory_are_counted():
    t = torch.randn(4)
    n = torch._C._storage_Use_Count(t.untyped_storage()._cdata)
    v = t.view(2, 2)
    assert torch._C._storage_Use_Count(v.untyped_storage()._cdata) == n + 1


def test_classes_of_memory_can_be_derived_and_not_the_base_itself():
    class Mine(torch._C.StorageBase):
        __slots__ = ("slot",)

    with pytest.raises(RuntimeError, match="Cannot directly construct StorageBase"):
        torch._C.StorageBase()
    m = Mine(torch.UntypedStorage(3))
    m.slot = m
    ref = weakref.ref(m)
    del m
    gc.collect()
    assert ref() is None


def test_deep_copies_of_a_tensor_and_its_storage_share():
    t = torch.zeros(3)
    a, (s, u) = copy.deepcopy([t, [t._typed_storage(), t.untyped_storage()]])
    a.add_(1)
    assert s.tolist() == [1, 1, 1] and u.nbytes() == 12 and u == a.untyped_storage()
    (s, _), b = copy.deepcopy([[t._typed_storage(), 0], t])
    b.add_(2)
    assert s.tolist() == [2, 2, 2] and t.tolist() == [0, 0, 0]


def test_swapped_memory_is_seen_by_views():
    x, y = torch.arange(4.0), torch.arange(4.0, 8)
    view = x[1:]
    x.untyped_storage()._swap_data_ptr_(y.untyped_storage())
    assert view.tolist() == [5, 6, 7] and y.tolist() == [0, 1, 2, 3]
    x.untyped_storage().resize_(0)
    x.untyped_storage()._swap_data_ptr_(y.untyped_storage())
    assert x.tolist() == [0, 1, 2, 3] and y.untyped_storage().nbytes() == 0
    for other, words in ((torch.ones(9), "same nbytes"), (torch.ones(4, device="meta"), "device")):
        with pytest.raises(RuntimeError, match=words):
            x.untyped_storage()._swap_data_ptr_(other.untyped_storage())


def test_a_memory_that_numpy_has_too_can_not_be_resized():
    t = torch.randn(5)
    assert t.untyped_storage().resizable()
    a = t.numpy()
    assert not t.untyped_storage().resizable() and a.shape == (5,)


# --- elements -------------------------------------------------------------------------------------


def test_a_storage_counts_in_elements_of_one_dtype():
    s = torch.FloatStorage([1, 2])
    for make in (torch.tensor, torch.asarray):
        assert make(s).tolist() == [1, 2]
        assert make(s).data_ptr() == s.data_ptr()
        with pytest.raises(RuntimeError, match="Expected a Storage of type Int or an Untyped"):
            make(s, dtype=torch.int32)
    assert torch.tensor(s.untyped(), dtype=torch.float32).tolist() == [1, 2]


@pytest.mark.parametrize("name", ["quint8", "qint8", "qint32", "quint4x2", "quint2x4"])
def test_elements_of_quantized_tensors_have_storages(name):
    d = getattr(torch, name)
    kind = getattr(torch, torch.storage._dtype_to_storage_type_map()[d])
    s = kind(4)
    s[:] = 3
    s[1] = 1
    assert s.dtype is d and isinstance(s, kind) and s.tolist() == [3, 1, 3, 3]
    assert torch.storage._storage_type_to_dtype_map()[kind.__name__] is d
    assert s.clone().dtype is d and s.type() == f"torch.{kind.__name__}"


@pytest.mark.parametrize("dtype", KINDS)
def test_a_storage_without_contents_refuses_to_show_them(dtype):
    s = torch.TypedStorage([1, 0], device="meta", dtype=dtype)
    for look in (s.tolist, lambda: s[0], s.untyped().tolist):
        with pytest.raises(NotImplementedError, match="Not available for 'meta'"):
            look()
    for take in (s.cpu, lambda: torch.TypedStorage(2, dtype=dtype).copy_(s)):
        with pytest.raises(NotImplementedError, match="Cannot copy out of meta"):
            take()
    for share in (s._share_fd_cpu_, s._share_filename_cpu_, s.share_memory_):
        with pytest.raises(RuntimeError, match="only available on CPU"):
            share()
    s.resize_(10)
    assert s.size() == 10


def test_classes_of_storages_and_of_tensors_are_listed():
    assert {torch.UntypedStorage, torch.FloatStorage} < torch._storage_classes
    assert torch.FloatTensor in torch._tensor_classes and not torch.FloatTensor.is_cuda
    for c in torch._storage_classes - {torch.UntypedStorage, torch.TypedStorage}:
        if not c.is_cuda:
            with pytest.raises(TypeError, match="unexpected keyword"):
                c(other=1)
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Own", (torch.FloatTensor,), {})


def test_files_are_memory(tmp_path):
    path = tmp_path / "numbers"
    a = torch.from_file(str(path), True, 5, dtype=torch.int32)
    a.copy_(torch.arange(5))
    b = torch.from_file(str(path), True, 5, dtype=torch.int32)
    assert b.tolist() == [0, 1, 2, 3, 4]
    b.fill_(7)
    assert a.tolist() == [7] * 5
    assert np.fromfile(path, np.int32).tolist() == [7] * 5


# --- lazy copies ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("first", [0, 1])
def test_lazy_clones_share_their_address_until_one_is_written_to(dtype, first):
    t = torch.tensor([[0, 1], [1, 1]], dtype=dtype)
    at, there = torch._C._storage_address(t), torch._C._data_address(t)
    pair = [t, t._lazy_clone()]
    view = t.view(4)
    for x in (*pair, view):
        assert torch._C._is_cow_tensor(x) and torch._C._data_address(x) == there
    assert torch._C._storage_address(view) == at != torch._C._storage_address(pair[1])
    pair[0] + pair[1]
    assert torch._C._is_cow_tensor(t)

    one, other = pair[first], pair[1 - first]
    one.zero_()
    assert not torch._C._is_cow_tensor(one) and torch._C._is_cow_tensor(other)
    assert torch._C._data_address(one) != there == torch._C._data_address(other)
    assert not one.any() and other.bool().tolist() == [[False, True], [True, True]]
    assert bool(view.any()) == (first == 1)
    other.zero_()
    assert not torch._C._is_cow_tensor(other) and torch._C._data_address(other) == there


def test_a_lazy_clone_has_the_gradient_of_a_copy():
    w = torch.ones(3, requires_grad=True)
    (w._lazy_clone() * 2).sum().backward()
    assert w.grad.tolist() == [2, 2, 2]


def test_a_lazy_clone_made_by_many_threads_is_refused():
    t = torch.ones(2)._lazy_clone()
    torch._test_parallel_materialize(torch.ones(2), 10)
    torch._test_parallel_materialize(t, 1, True)
    with pytest.raises(RuntimeError, match="Materializing a storage"):
        torch._test_parallel_materialize(t, 2, True)
