"""Checkpoints: PyTorch reads ours, we read PyTorch's, and nothing in a file runs."""

from __future__ import annotations

import collections
import io
import os
import pathlib
import pickle
import stat
import struct
import subprocess
import sys
import zipfile

import ml_dtypes
import numpy as np
import pytest

import torchish
from tests.tensor.files.checkpoints import (
    ADAPTER,
    FakeParameter,
    FakeTensor,
    Holder,
    legacy_file,
    load,
    random_array,
    rezip,
    same,
    save,
    tensor_pickle,
)
from torchish._core.base import devices, dtypes, ptfile
from torchish._core.tensor.files import serialization
from torchish._core.tensor.size import Size

CHECKPOINT = pathlib.Path(__file__).parents[2] / "reference" / "checkpoint.pt"


DTYPES = [d.name for d in dtypes.ALL if d.name != "complex32"]


# Ours to ours


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_come_back_bit_for_bit(dtype):
    a = random_array(dtype, 12).reshape(3, 4)
    t = load(save(FakeTensor.of(a, dtype)))
    assert t.dtype == dtype
    assert same(t.base.reshape(3, 4), a)


def test_plain_values():
    value = {
        "n": None,
        "t": True,
        "f": False,
        "i": [0, 255, 256, 65536, -1, 2**31, -(2**70), 2**3000],
        "x": [1.5, -0.0],
        "s": ["", "ü", "\ud800", "x" * 300],
        "b": [b"", b"a\xff"],
        "a": bytearray(b"xy"),
        "e": bytearray(),
        "tuple": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "set": {1, "a"},
        "frozen": [1],
        "c": 1 + 2j,
        "od": collections.OrderedDict(b=1, a=2),
        "counter": collections.Counter("abca"),
        "dd": collections.defaultdict(list, {"k": [1]}),
        "dds": collections.defaultdict(None, x=1),
        "size": Size([2, 3]),
        "devices": [devices.device("cpu"), devices.device("cuda", 1)],
        "dtypes": [dtypes.float32, dtypes.bfloat16, dtypes.bool_],
        (1, (2, "k")): "tuple key",
    }
    for protocol in (2, 3, 4, 5):
        back = load(save(value, pickle_protocol=protocol))
        assert back == value
        assert type(back["size"]) is Size and back["dtypes"][0] is dtypes.float32
        assert type(back["od"]) is collections.OrderedDict
        assert back["dd"].default_factory is list
    assert load(save({"s": frozenset({1, 2})}, pickle_protocol=4)) == {"s": frozenset({1, 2})}


def test_shared_objects_and_ordered_dict_attributes():
    shared = [1]
    state = collections.OrderedDict(a=shared, b=shared)
    state._metadata = {"version": 1}
    state["self"] = state
    back = load(save(state))
    assert back["a"] is back["b"] and back["self"] is back
    assert back._metadata == {"version": 1}


def test_views_share_one_storage():
    base = np.arange(24, dtype=np.float32)
    whole = FakeTensor.of(base)
    view = FakeTensor(whole.base, (2, 3), (1, 8), 5, "float32")
    empty = FakeTensor(whole.base, (0, 3), (3, 1), 24, "float32")
    data = save([whole, view, whole, empty])
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert [n for n in names if "/data/" in n] == ["archive/data/0"]
    a, b, again, nothing = load(data)
    assert a is again and a.base is b.base is nothing.base
    assert same(b.numpy(), view.numpy()) and b.stride == (1, 8) and b.offset == 5
    a.base[5] = 100  # writable
    assert b.numpy()[0, 0] == 100


def test_two_dtypes_of_one_storage_are_refused():
    base = np.arange(4, dtype=np.float32)
    other = FakeTensor(base, (4,), (1,), dtype="int32")
    with pytest.raises(RuntimeError, match="view the same data as different types"):
        save([FakeTensor.of(base), other])


def test_parameters_meta_attributes_and_bits():
    p = FakeParameter.of(np.ones((2, 2), np.float32), requires_grad=True)
    q = FakeParameter.of(np.ones(2, np.float16))
    q.my_name = "q"
    t = FakeTensor.of(np.ones(2), requires_grad=True)
    t.my_list = [1]
    meta = FakeTensor(None, (2, 3), (3, 1), dtype="int64")
    c = FakeTensor.of(np.array([1 + 2j, 3j], np.complex64))
    c.conj = True
    p2, q2, t2, meta2, c2 = load(save([p, q, t, meta, c]))
    assert type(p2) is FakeParameter and p2.requires_grad and type(q2) is FakeParameter
    assert q2.my_name == "q" and not q2.requires_grad
    assert t2.my_list == [1] and t2.requires_grad and type(t2) is FakeTensor
    assert meta2.base is None and meta2.shape == (2, 3) and meta2.dtype == "int64"
    assert c2.conj and same(c2.numpy(), c.numpy())


def test_paths_are_replaced_in_one_step(tmp_path):
    path = tmp_path / "my.model.pt"
    save({"a": 1}, path)
    assert zipfile.ZipFile(path).namelist()[0] == "my.model/data.pkl"
    os.chmod(path, 0o640)

    class Broken:
        def __reduce__(self):
            raise ValueError("no")

    with pytest.raises(ValueError):
        save(Broken(), path)
    bad = FakeTensor.of(np.ones(3))
    bad.numpy_fails = True
    record = ADAPTER.describe(bad)

    class Failing(type(ADAPTER)):
        def describe(self, obj):
            if obj is not bad:
                return None
            storage = type(record.storage)("k", 24, lambda: 1 / 0)
            return type(record)(storage, "float64", 0, (3,), (1,))

    with pytest.raises(ZeroDivisionError):
        serialization.save(bad, path, Failing())
    assert load(path) == {"a": 1}
    assert os.listdir(tmp_path) == ["my.model.pt"]
    link = tmp_path / "link.pt"
    link.symlink_to(path)
    save({"a": 2}, str(link))
    assert link.is_symlink() and load(str(path)) == {"a": 2}
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(RuntimeError, match="Parent directory .* does not exist"):
        save(1, tmp_path / "none" / "x.pt")
    with pytest.raises(AttributeError, match="'write' attribute"):
        save(1, 3)


def test_refused_options(tmp_path):
    with pytest.raises(NotImplementedError, match="pickle_module"):
        save(1, pickle_module=sys)
    with pytest.raises(NotImplementedError, match="safetensors"):
        load(tmp_path / "x.safetensors")
    with pytest.raises(RuntimeError, match="explicit pickle_module"):
        load(save(1), weights_only=True, pickle_module=pickle)
    with pytest.raises(AttributeError, match="seekable"):
        load(3)
    with pytest.warns(UserWarning, match="pickle_load_args"):
        load(save(1), errors="strict")


def test_environment_variables(monkeypatch):
    data = save(Holder(1))
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    with pytest.warns(UserWarning, match="forcing weights_only=False"):
        assert load(data) == Holder(1)
    with pytest.raises(pickle.UnpicklingError):
        load(data, weights_only=True)
    monkeypatch.setenv("TORCH_FORCE_WEIGHTS_ONLY_LOAD", "1")
    with pytest.raises(RuntimeError, match="Only one of"):
        load(data)
    monkeypatch.delenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD")
    with pytest.raises(pickle.UnpicklingError):
        load(data, weights_only=False)


def test_layout_of_the_zip():
    data = save(
        [FakeTensor.of(np.ones(5, np.int8)), FakeTensor.of(np.ones(0)), FakeTensor.of(np.ones(7))]
    )
    z = zipfile.ZipFile(io.BytesIO(data))
    assert z.testzip() is None
    names = [n.removeprefix("archive/") for n in z.namelist()]
    assert names == [
        "data.pkl",
        ".format_version",
        ".storage_alignment",
        "byteorder",
        "data/0",
        "data/1",
        "data/2",
        "version",
        ".data/serialization_id",
    ]
    for info in z.infolist():
        assert info.compress_type == zipfile.ZIP_STORED
        n, extra = struct.unpack("<HH", data[info.header_offset + 26 : info.header_offset + 30])
        start = info.header_offset + 30 + n + extra
        assert start % 64 == 0 and data[start : start + info.file_size] == z.read(info)
    assert z.read("archive/byteorder").decode() == sys.byteorder


def test_zip64_fields(monkeypatch):
    """With the limits of 32 bits set low, the writer's wide fields read back in Python's
    zipfile."""
    monkeypatch.setattr(ptfile, "_LIMIT32", 2000)
    data = save([FakeTensor.of(np.arange(n)) for n in (3, 400, 5, 300)])
    monkeypatch.undo()
    # Fields of 32 bits that a wide one overrides hold the limit; make it the real one.
    data = data.replace(struct.pack("<I", 2000), b"\xff\xff\xff\xff")
    back = load(data)
    assert [t.numpy().tolist() for t in back] == [list(range(n)) for n in (3, 400, 5, 300)]


def test_file_at_an_offset_and_unseekable_output():
    class Pipe:
        def __init__(self):
            self.data = b""

        def write(self, data):
            self.data += bytes(data)

        def flush(self):
            return None

    pipe = Pipe()
    serialization.save({"a": FakeTensor.of(np.arange(3))}, pipe, ADAPTER)
    f = io.BytesIO(b"prefix" + pipe.data)
    f.seek(6)
    assert load(f)["a"].numpy().tolist() == [0, 1, 2]


def test_mmap(tmp_path):
    path = tmp_path / "x.pt"
    save(
        [
            FakeTensor.of(np.arange(1000.0)),
            FakeTensor.of(np.ones(3, ml_dtypes.bfloat16), "bfloat16"),
        ],
        path,
    )
    a, b = load(path, mmap=True)
    assert a.numpy().tolist() == list(range(1000)) and b.numpy().astype(float).tolist() == [1, 1, 1]
    a.base[0] = 7  # private: the file stays
    assert load(path)[0].numpy()[0] == 0
    with pytest.raises(ValueError, match="must be a file path"):
        load(io.BytesIO(path.read_bytes()), mmap=True)
    old = tmp_path / "old.pt"
    old.write_bytes(legacy_file([]))
    with pytest.raises(RuntimeError, match="mmap can only be used"):
        load(old, mmap=True)


# Devices


def test_map_location():
    one = FakeTensor.of(np.arange(3), device="cuda:0")
    two = FakeTensor(one.base, (2,), (1,), 1, "int64", device="cuda:0")
    data = save([one, two])
    for location in (
        "cpu",
        b"cpu",
        devices.device("cpu"),
        {"cuda:0": "cpu"},
        lambda s, where: s,
        lambda s, where: s.cpu(),
        lambda s, where: s.cuda(1) and s.to(devices.device("cpu")),
    ):
        a, b = load(data, location)
        assert a.device == "cpu" and a.numpy().tolist() == [0, 1, 2] and a.base is b.base
    a, b = load(data, "meta")
    assert a.base is None and b.shape == (2,)
    seen = []
    load(data, lambda storage, where: seen.append((where, storage.nbytes())) or storage)
    assert seen == [("cuda:0", 24)]
    with pytest.raises(RuntimeError, match="don't know how to restore data location"):
        load(data, {"cuda:0": "nowhere"})
    with pytest.raises(TypeError, match="map_location"):
        load(data, 3)
    with pytest.raises(TypeError, match="map_location"):
        load(data, lambda storage, where: 3)
    if not devices.jax_devices("cuda"):
        for location in (None, lambda storage, where: None):
            with pytest.raises(RuntimeError, match="on a CUDA device but torch.cuda.is_available"):
                load(data, location)


# Byte order and older formats


@pytest.mark.parametrize("dtype", DTYPES)
def test_big_endian_files(dtype):
    a = random_array(dtype, 6)
    width = a.itemsize // 2 if a.dtype.kind == "c" else a.itemsize
    turned = a.view(np.uint8).reshape(-1, width)[:, ::-1].tobytes()
    data = rezip(
        save(FakeTensor.of(a, dtype)),
        lambda name, old: {"byteorder": b"big", "data/0": turned}.get(name, old),
    )
    # PyTorch does not say the dtype of an untyped storage; it swaps none of its bytes.
    untyped = dtypes.BY_NAME[dtype] not in dtypes.LEGACY_NAMES.values()
    want = np.frombuffer(turned, a.dtype) if untyped and width > 1 else a
    assert same(load(data).numpy() if want is a and a.dtype.kind in "iu" else load(data).base, want)


def test_unknown_byte_order_and_compressed_records():
    data = save(FakeTensor.of(np.arange(1000)))
    with pytest.raises(ValueError, match="Unknown endianness type: middle"):
        load(rezip(data, lambda name, old: b"middle" if name == "byteorder" else old))
    packed = rezip(
        data, lambda name, old: None if name == "byteorder" else old, zipfile.ZIP_DEFLATED
    )
    assert load(packed).numpy().tolist() == list(range(1000))


def test_legacy_format():
    data = legacy_file(tensor_pickle(tail=b"N"), [("0", np.arange(6, dtype=np.float32))])
    for weights_only in (True, False):
        t = load(data, weights_only=weights_only)
        assert t.numpy().tolist() == [[0, 1, 2], [3, 4, 5]] and t.dtype == "float32"
    assert load(legacy_file({"a": 1})) == {"a": 1}


def test_damaged_legacy_files():
    good = legacy_file(tensor_pickle(tail=b"N"), [("0", np.arange(6, dtype=np.float32))])
    for n in range(0, len(good) - 1, 7):
        with pytest.raises((RuntimeError, EOFError, pickle.UnpicklingError)):
            load(good[:n])
    with pytest.raises(RuntimeError, match="Invalid magic number"):
        load(legacy_file(1, magic=5))
    with pytest.raises(RuntimeError, match="Invalid protocol version"):
        load(legacy_file(1, version=5))
    with pytest.raises(NotImplementedError, match="tar"):
        load(b"\0" * 257 + b"ustar" + b"\0" * 500)
    with pytest.raises(RuntimeError, match="belongs to nothing"):
        load(legacy_file(1, [("7", np.ones(1, np.float32))]))
    with pytest.raises(RuntimeError, match="does not have storage"):
        load(legacy_file(tensor_pickle(tail=b"N")))
    with pytest.raises(RuntimeError, match="should have 24 bytes"):
        load(legacy_file(tensor_pickle(tail=b"N"), [("0", np.ones(2, np.float32))]))
    huge = legacy_file(tensor_pickle(tail=b"N"), [("0", np.ones(2, np.float32))])
    huge = huge.replace(
        struct.pack("<q", 2) + b"\0\0\x80?", struct.pack("<q", 2**60) + b"\0\0\x80?"
    )
    with pytest.raises(RuntimeError, match="unexpected EOF"):
        load(huge)
    with pytest.raises(NotImplementedError, match="view of another"):
        load(
            legacy_file(
                tensor_pickle(tail=b"X\x01\x00\x00\x00vK\x00K\x01\x87"),
                [("0", np.ones(6, np.float32))],
            )
        )


# PyTorch


def test_stored_pytorch_checkpoint():
    """A file that PyTorch 2.13 wrote: checkpoints.pytorch_states makes it."""
    for source in (CHECKPOINT, str(CHECKPOINT), io.BytesIO(CHECKPOINT.read_bytes())):
        state = load(source)
        assert list(state["model"]) == ["weight", "bias"]
        assert state["model"]._metadata[""] == {"version": 1}
        assert state["model"]["weight"].numpy().tolist() == [[0.5, -1.0], [2.0, 3.0]]
        assert state["view"].stride == (1, 3) and state["view"].base is state["base"].base
        assert state["bf16"].numpy().astype(float).tolist() == [1.5, -2.0]
        assert state["fp8"].dtype == "float8_e4m3fn" and state["u16"].numpy().tolist() == [1, 65535]
        assert type(state["parameter"]) is FakeParameter and state["parameter"].requires_grad
        assert state["size"] == Size([2, 3]) and state["device"] is devices.device("cuda", 1)
        assert state["dtype"] is dtypes.float16 and state["conj"].conj
        assert state["optimizer"]["param_groups"][0]["lr"] == 0.1
    legacy = load(CHECKPOINT.with_name("checkpoint_legacy.pt"))
    assert legacy["view"].numpy().tolist() == [[0, 3], [1, 4], [2, 5]]
    assert legacy["view"].base is legacy["base"].base


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def torch_tensor(torch, a: np.ndarray, dtype: str):
    return torch.frombuffer(bytearray(a.tobytes()), dtype=getattr(torch, dtype)).reshape(a.shape)


def torch_bytes(t) -> bytes:
    return bytes(t.detach().contiguous().reshape(-1).view(t.dtype).untyped_storage())


@pytest.mark.parametrize("dtype", DTYPES)
def test_pytorch_reads_ours_and_we_read_pytorch(torch, dtype):
    a = random_array(dtype, 6).reshape(2, 3)
    ours = torch.load(io.BytesIO(save(FakeTensor.of(a, dtype))), weights_only=True)
    assert str(ours.dtype) == f"torch.{dtype}" and ours.shape == (2, 3)
    assert torch_bytes(ours) == a.tobytes()
    f = io.BytesIO()
    torch.save(torch_tensor(torch, a, dtype), f)
    theirs = load(f.getvalue())
    assert theirs.dtype == dtype and same(theirs.base.reshape(2, 3), a)


def test_the_pickle_is_pytorchs_byte_for_byte(torch):
    w, b = np.arange(6, dtype=np.float32), np.ones(3)
    ours = collections.OrderedDict(
        w=FakeTensor(w, (2, 3), (3, 1), dtype="float32"),
        v=FakeTensor(w, (3, 2), (1, 3), dtype="float32"),
        b=FakeParameter.of(b, requires_grad=True),
        e=FakeTensor.of(np.ones((0, 2), np.uint16)),
        n=[1, "x", None],
        s=Size([1, 2]),
        d=devices.device("cuda", 0),
        t=dtypes.bfloat16,
    )
    tw = torch.from_numpy(w).reshape(2, 3)
    theirs = collections.OrderedDict(
        w=tw,
        v=tw.t(),
        b=torch.nn.Parameter(torch.from_numpy(b)),
        e=torch.ones(0, 2, dtype=torch.uint16),
        n=[1, "x", None],
        s=torch.Size([1, 2]),
        d=torch.device("cuda", 0),
        t=torch.bfloat16,
    )
    f = io.BytesIO()
    torch.save(theirs, f)
    mine, other = zipfile.ZipFile(io.BytesIO(save(ours))), zipfile.ZipFile(f)
    assert mine.namelist() == other.namelist()
    for name in mine.namelist():
        if not name.endswith("serialization_id"):
            assert mine.read(name) == other.read(name)
            assert mine.getinfo(name).header_offset == other.getinfo(name).header_offset
    mine, other = (bytearray(data) for data in (save(ours), f.getvalue()))
    different = [i for i, (x, y) in enumerate(zip(mine, other, strict=True)) if x != y]
    assert len(different) <= 40 + 3 * 4  # the identifier, and its checksum where the zip has that


def test_pytorch_round_trip_of_everything(torch, tmp_path):
    base = np.arange(24, dtype=np.float32)
    p = FakeParameter.of(np.ones((2, 2), np.float16))
    p.my_note = "x"
    c = FakeTensor.of(np.array([1 + 2j, 3j], np.complex64))
    c.conj = True
    value = {
        "whole": FakeTensor.of(base),
        "view": FakeTensor(base, (2, 3), (1, 8), 5, "float32"),
        "p": p,
        "c": c,
        "meta": FakeTensor(None, (2, 3), (3, 1), dtype="int64"),
        "size": Size([4]),
        "dtype": dtypes.int8,
        "nested": [{"a": (1, 2.5, "s", b"bytes", None)}],
        "set": {1, 2},
        "ints": [2**40, -(2**40)],
    }
    path = tmp_path / "all.pt"
    save(value, path)
    for options in ({}, {"mmap": True}, {"weights_only": False}):
        back = torch.load(path, **options)
        assert back["view"].tolist() == value["view"].numpy().tolist()
        assert (
            back["view"].untyped_storage().data_ptr() == back["whole"].untyped_storage().data_ptr()
        )
        assert isinstance(back["p"], torch.nn.Parameter) and not back["p"].requires_grad
        assert back["p"].my_note == "x"
        assert back["c"].tolist() == [1 - 2j, -3j]
        assert (
            back["meta"].is_meta
            and back["meta"].shape == (2, 3)
            and back["meta"].dtype == torch.int64
        )
        assert back["size"] == torch.Size([4]) and back["dtype"] is torch.int8
        assert back["nested"] == value["nested"] and back["set"] == {1, 2}
        assert back["ints"] == value["ints"]
    torch.save(back, path)
    again = load(path)
    assert again["view"].numpy().tolist() == back["view"].tolist() and again["p"].my_note == "x"
    torch.save(
        {k: back[k] for k in ("whole", "view", "nested")},
        path,
        _use_new_zipfile_serialization=False,
    )
    legacy = load(path)
    assert legacy["view"].base is legacy["whole"].base
    assert legacy["view"].numpy().tolist() == back["view"].tolist()
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(4, 2)).sum().backward()
    optimizer.step()
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict()}, path)
    state = load(path)
    assert state["net"]["0.weight"].numpy().tolist() == net[0].weight.tolist()
    assert state["optimizer"]["state"][0]["exp_avg"].numpy().tolist() == (
        optimizer.state_dict()["state"][0]["exp_avg"].tolist()
    )


def test_what_a_killed_save_left_goes_at_the_next_one(tmp_path):
    target = tmp_path / "model.pt"
    program = (
        "import os, signal, sys\n"
        "from torchish._core.base import ptfile\n"
        "with ptfile.atomic_file(sys.argv[1]) as f:\n"
        "    f.write(b'x' * 100)\n"
        "    f.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program, str(target)], check=False)
    left = list(tmp_path.iterdir())
    assert len(left) == 1 and left[0].name.startswith(".model.pt.")  # the second cleared the first
    other = tmp_path / left[0].name.replace(".model.pt.", ".other.pt.")
    other.write_bytes(b"")
    with ptfile.atomic_file(str(target)) as writing:
        torchish.save(torchish.ones(2), target)  # while this process writes the same name
        writing.write(b"whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([other.name, "model.pt"])
    assert target.read_bytes() == b"whole"
