"""Storages as objects: what they hold, convert to, refuse, and how checkpoints keep them."""

from __future__ import annotations

import copy
import io
import mmap
import pickle
import warnings

import pytest

import torchish as torch
from torchish.storage import _set_always_warn_typed_storage_removal


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "TypedStorage is deprecated")
        yield


def again(obj, *, old=False, **options):
    file = io.BytesIO()
    torch.save(obj, file, _use_new_zipfile_serialization=not old)
    file.seek(0)
    return torch.load(file, **options)


def test_one_object_of_bytes_per_memory():
    x = torch.arange(4.0)
    s = x.untyped_storage()
    assert s is x[1:].untyped_storage() and s == x.storage().untyped()
    assert s.nbytes() == 16 and s.element_size() == 1 and len(s) == 16
    assert x.storage()._cdata == x[2:].storage()._cdata


def test_elements_are_the_tensors():
    x = torch.arange(4.0)
    s = x.storage()
    s[1] = 7
    assert (
        x.tolist() == [0, 7, 2, 3] and s.dtype is torch.float32 and s.type() == "torch.FloatStorage"
    )
    s.fill_(2)
    assert x.tolist() == [2] * 4
    assert s.double().dtype is torch.float64 and s.complex_float().dtype is torch.complex64
    assert s.resize_(6) is None and s.size() == 6


@pytest.mark.parametrize("order", ["little", "big"])
def test_buffers_in_both_byte_orders(order):
    data = bytes(range(8))
    found = torch.IntStorage.from_buffer(data, order)
    assert found.tolist() == [int.from_bytes(data[i : i + 4], order) for i in (0, 4)]
    assert torch.BoolStorage.from_buffer(b"\0\1\2", order).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((b"abc", "big"), "must be a multiple of element size"),
        ((bytes(8), "big", 4, 1), "has only 7 elements after offset 1"),
        ((bytes(8), "none"), "invalid byte_order"),
        ((bytes(8), "big", -1, 9), "no greater than buffer length"),
    ],
)
def test_buffers_that_do_not_fit(arguments, text):
    with pytest.raises(ValueError, match=text):
        torch.IntStorage.from_buffer(*arguments)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda s: torch.TypedStorage(wrap_storage=s), RuntimeError, "'dtype' must be specified"),
        (
            lambda s: torch.TypedStorage(1, wrap_storage=s, dtype=torch.int8),
            RuntimeError,
            "No positional arguments",
        ),
        (lambda s: torch.TypedStorage(1, 2), RuntimeError, "Too many positional arguments"),
        (lambda s: torch.TypedStorage(wrap_storage=1, dtype=torch.int8), TypeError, "Untyped"),
        (lambda s: torch.FloatStorage(dtype=torch.int8), RuntimeError, "'dtype' cannot be"),
        (lambda s: torch.FloatStorage(1.5), TypeError, "type not recognized"),
        (lambda s: torch.storage._LegacyStorage(), RuntimeError, "Only child classes"),
        (lambda s: s["a"], TypeError, "can't index"),
        (lambda s: s[0:4:2], RuntimeError, "step of 2"),
        (lambda s: s[99], IndexError, "out of range"),
        (lambda s: s.copy_(torch.UntypedStorage(3)), RuntimeError, "size does not match"),
        (lambda s: torch.UntypedStorage([1, "a"]), RuntimeError, "of type str instead of int"),
    ],
)
def test_mistakes_are_named(make, error, text):
    with pytest.raises(error, match=text):
        make(torch.UntypedStorage(8))


def test_legacy_classes_name_dtypes():
    s = torch.FloatStorage([1, 2])
    assert type(s) is torch.TypedStorage and isinstance(s, torch.FloatStorage)
    assert not isinstance(s, torch.DoubleStorage) and torch.FloatStorage.dtype is torch.float32
    assert torch.ones(1).storage_type() is torch.FloatStorage


def test_a_storage_grows_under_a_tensor():
    s = torch.arange(3.0).untyped_storage()
    t = torch.empty(0).set_(s, 1, (4,), (1,))
    assert t.shape == (4,) and t[:2].tolist() == [1, 2] and s.nbytes() == 20
    with pytest.raises(RuntimeError, match="Expected a Storage of type Float"):
        torch.empty(0).set_(torch.ones(2, dtype=torch.int32).storage())


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64, torch.uint8, torch.int16])
def test_bytes_seen_as_other_dtypes(dtype):
    s = torch.arange(6.0).untyped_storage()
    view = torch.tensor(s, dtype=dtype)
    assert view.dtype is dtype and view.numel() == 24 // dtype.itemsize
    assert bytes(view.untyped_storage().tolist()) == bytes(s.tolist())


def test_copies_and_pickles():
    x = torch.arange(3.0)
    for s in (x.storage(), x.untyped_storage()):
        for other in (copy.copy(s), copy.deepcopy(s), pickle.loads(pickle.dumps(s))):
            assert type(other) is type(s) and other.tolist() == s.tolist()
            assert other._cdata != s._cdata
    a, b = copy.deepcopy((x.untyped_storage(), x.untyped_storage()))
    assert a is b


def test_warnings_each_time_on_request():
    s = torch.ones(2).storage()
    _set_always_warn_typed_storage_removal(True)
    try:
        for use in (lambda: s[0], s.size, s.float, lambda: torch.TypedStorage(1)):
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                use()
            assert len(seen) == 1, use
    finally:
        _set_always_warn_typed_storage_removal(False)


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize("weights_only", [True, False])
def test_checkpoints_keep_storages(old, weights_only):
    x = torch.arange(6.0)
    stored = [x, x[2:4], x.storage(), torch.ones(2).int().storage()]
    found = again(stored, old=old, weights_only=weights_only)
    found[0].fill_(9)
    assert found[1].tolist() == [9, 9] and found[2].tolist() == [9] * 6
    assert found[2]._cdata == found[0].storage()._cdata
    assert found[3].dtype is torch.int32 and found[3].tolist() == [1, 1]


def test_bytes_beside_their_tensor():
    x = torch.arange(3.0)
    found = again([torch.ones(2), x.untyped_storage()])
    assert (
        type(found[1]) is torch.UntypedStorage and found[1].tolist() == x.untyped_storage().tolist()
    )


@pytest.mark.parametrize("weights_only", [True, False])
def test_one_memory_has_one_dtype_in_a_file(weights_only):
    a = torch.randn(3, dtype=torch.complex128)
    seen = torch.TypedStorage(wrap_storage=a.untyped_storage(), dtype=torch.uint8)
    for pair in ([a, a.imag], [a.storage(), a.imag.storage()], [a, seen]):
        with pytest.raises(RuntimeError, match="view the same data as different types"):
            again(pair, weights_only=weights_only)
    empty = torch.tensor([])
    assert again(
        [empty, torch.TypedStorage(wrap_storage=empty.untyped_storage(), dtype=torch.int8)]
    )


def test_files_of_the_old_format_follow_each_other():
    file = io.BytesIO()
    pickle.dump(1, file)
    for x in (torch.ones(3), torch.nn.Linear(2, 2), {"a": torch.zeros(2)}):
        torch.save(x, file, _use_new_zipfile_serialization=False)
    pickle.dump(2, file)
    file.seek(0)
    assert pickle.load(file) == 1 and torch.load(file).tolist() == [1, 1, 1]
    assert torch.load(file, weights_only=False).in_features == 2
    assert torch.load(file)["a"].tolist() == [0, 0] and pickle.load(file) == 2


def test_files_without_a_byte_order(tmp_path):
    path = tmp_path / "x.pt"
    x = torch.tensor([1, 2], dtype=torch.int16)
    torch.save(x, path, _disable_byteorder_record=True)
    s = torch.serialization
    for order, wanted in (
        (None, [1, 2]),
        ("LITTLE", [1, 2]),
        ("NATIVE", [1, 2]),
        ("BIG", [256, 512]),
    ):
        s.set_default_load_endianness(order and getattr(s.LoadEndianness, order))
        try:
            assert torch.load(path).tolist() == wanted
        finally:
            s.set_default_load_endianness(None)
    with pytest.raises(TypeError, match="Invalid argument type"):
        s.set_default_load_endianness("big")


def test_maps_that_are_written_through(tmp_path):
    path = tmp_path / "x.pt"
    torch.save({"w": torch.ones(3)}, path)
    torch.load(path, mmap=True)["w"][0] = 5
    assert torch.load(path)["w"].tolist() == [1, 1, 1]
    with torch.serialization.set_default_mmap_options(mmap.MAP_SHARED):
        torch.load(path, mmap=True)["w"][0] = 5
        assert torch.load(path, mmap=True)["w"].tolist() == [5, 1, 1]
    assert torch.serialization.get_default_mmap_options() == mmap.MAP_PRIVATE


def test_data_is_skipped_on_request(tmp_path):
    full, bare = tmp_path / "full.pt", tmp_path / "bare.pt"
    state = torch.nn.Linear(3, 2).state_dict()
    torch.save(state, full)
    with torch.serialization.skip_data():
        torch.save(state, bare)
        shapes = {k: v.shape for k, v in torch.load(full).items()}
    assert full.stat().st_size == bare.stat().st_size
    assert shapes == {k: v.shape for k, v in state.items()}


class Holding(torch.Tensor):
    __slots__ = ("elem",)

    def new_empty(self, *args, **options):
        return super().new_empty(*args, **options).as_subclass(Holding)

    def clone(self, **options):
        return super().clone(**options).as_subclass(Holding)


class Speaking(torch.Tensor):
    def __getstate__(self):
        return ("mine", self.__dict__)

    def __setstate__(self, state):
        assert state[0] == "mine"
        self.__dict__.update(state[1], back=True)


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_subclasses_keep_slots_and_state(device):
    t = torch.ones(2, device=device).as_subclass(Holding)
    t.elem, t.note = torch.arange(2), "x"
    for other in (again(t, weights_only=False), copy.deepcopy(t), pickle.loads(pickle.dumps(t))):
        assert type(other) is Holding and other.elem.tolist() == [0, 1] and other.note == "x"
    with torch.serialization.safe_globals([Holding]):
        assert again(t).elem.tolist() == [0, 1]
    s = torch.ones(2, device=device).as_subclass(Speaking)
    with pytest.raises(RuntimeError, match="clone" if device == "meta" else "new_empty"):
        copy.deepcopy(s)
    s.note = "y"
    assert again(s, weights_only=False).back and again(s, weights_only=False).note == "y"


class OldTensor:
    """Pickled as tensors of PyTorch 0.1 were."""

    def __init__(self, t):
        self.t = t

    def __reduce__(self):
        t = self.t
        return torch.Tensor, (), (t.storage(), t.storage_offset(), tuple(t.size()), t.stride())


@pytest.mark.parametrize("weights_only", [True, False])
def test_tensors_of_old_pickles(weights_only):
    t = torch.arange(20.0).as_strided((2, 3), (9, 2), 1)
    found = again(OldTensor(t), weights_only=weights_only)
    assert found.tolist() == t.tolist() and found.stride() == (9, 2) and found.storage_offset() == 1


def test_records_of_a_file(tmp_path):
    path = tmp_path / "records.zip"
    with torch.serialization._open_zipfile_writer(path) as file:
        file.write_record("a/b", b"123", 3)
        with pytest.raises(RuntimeError, match="twice"):
            file.write_record("a/b", b"123", 3)
    with torch.serialization._open_zipfile_reader(path) as file:
        assert file.get_record("a/b") == b"123" and not file.has_record("c")
        assert "a/b" in file.get_all_records() and file.serialization_id()


@pytest.mark.parametrize(
    "leave",
    [
        lambda x: setattr(x, "data", torch.zeros(5)),
        lambda x: x.set_(torch.zeros(5)),
        lambda x: x.set_(torch.zeros(5).storage()),
        lambda x: setattr(x, "data", x.data.double()),
    ],
)
def test_a_storage_is_of_the_memory_that_the_tensor_lay_in(leave):
    x = torch.arange(3.0)
    elements, memory = x.storage(), x.untyped_storage()
    leave(x)
    assert elements.tolist() == [0, 1, 2] and elements.dtype is torch.float32
    assert memory.nbytes() == 12 and memory is not x.untyped_storage()


def test_memory_that_grows_keeps_its_object():
    x = torch.arange(3.0)
    y = x[1:]
    memory = x.untyped_storage()
    x.resize_(9)
    assert memory is x.untyped_storage() and memory is y.untyped_storage()
    assert memory.nbytes() == 36


def test_autograd_does_not_see_what_is_written_into_a_storage():
    x = torch.arange(3.0, requires_grad=True)
    y = (x * x).sum()
    x.storage()[0] = 7
    x.untyped_storage().fill_(0)
    x.data[1:].as_strided((2,), (1,), 0).add_(1)
    assert x._version == 0 and x.tolist() == [1, 1, 0]
    y.backward()


def test_a_subclass_sees_that_its_storage_is_asked_for_and_nothing_else():
    seen = []

    class Seen(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            seen.append(func.__name__)
            return super().__torch_function__(func, types, args, kwargs or {})

    x = torch.ones(3).as_subclass(Seen)
    s = x.storage()
    for use in (
        lambda: (s[0], s.tolist(), list(s), len(s), s.size(), s.nbytes(), s.data_ptr(), repr(s)),
        lambda: (s.device, s.dtype, s.is_shared(), s.is_cuda, s.cpu(), s.type(), s.half()),
        lambda: (s.fill_(2), s.__setitem__(0, 3), s.copy_(s.clone()), s.resize_(2)),
        lambda: (s.untyped()[0], s.untyped().fill_(0), s.share_memory_(), copy.deepcopy(s)),
    ):
        use()
        assert seen == ["storage"]


@pytest.mark.parametrize("view", [lambda t: t.view(3, 1), lambda t: t.detach(), lambda t: t[1:]])
def test_a_view_sees_what_was_written_through_an_array_that_is_gone(view):
    t = torch.zeros(3)
    v = view(t)
    v.add_(1)
    array = t.numpy()
    array[1] = 7
    del array
    t.detach().sum().item()  # reads the memory that nobody else holds any longer
    assert v.sum() == view(torch.tensor(t.tolist())).sum()
    assert 7 in v.flatten().tolist()


def test_memory_that_grew_keeps_what_a_smaller_view_wrote():
    small = torch.ones(1)
    large = small.detach()
    large.resize_(3).fill_(1)
    small.mul_(2)
    del small
    assert large.detach().sum() == 4
    assert large.tolist() == [2, 1, 1]


def test_memory_that_grew_is_one_memory_for_overlaps_and_sizes():
    whole = torch.ones(3)
    old = whole.detach()[1:]
    whole.resize_(3, 3)
    with pytest.raises(RuntimeError, match="refer to a single memory location"):
        whole.view(-1)[:2].add_(old)
    pairs = torch.zeros(2, dtype=torch.complex128)
    pairs.untyped_storage().resize_(40)  # no whole number of elements
    assert pairs.untyped_storage().nbytes() == 40
