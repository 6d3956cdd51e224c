"""Nothing in a checkpoint runs, and none makes the process read or allocate what is not in it."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest

import torchish as torch
from tests.tensor.files.checkpoints import (
    ADAPTER,
    FakeParameter,
    FakeTensor,
    Holder,
    legacy_file,
    load,
    same,
    save,
    tensor_pickle,
    with_pickle,
    zip_of,
)
from torchish._core.tensor.files import serialization
from torchish._core.tensor.size import Size

# Files made to harm


class Calls:
    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call


RAN = []


def run(*args):
    RAN.append(args)


HARMFUL = {
    "os.system": Calls(os.system, ("touch /tmp/never",)),
    "eval": Calls(eval, ("1",)),
    "getattr": Calls(getattr, ("", "join")),
    "import": Calls(__import__, ("os",)),
    "user function": Calls(run, (1,)),
    "partial": Calls(__import__("functools").partial, (print,)),
    "object": Holder(3),
    "function as a value": {"f": print},
    "exec in a list": [1, [2, {"x": Calls(exec, ("RAN.append(1)",))}]],
}


@pytest.mark.parametrize("name", HARMFUL)
def test_calls_are_refused(name):
    for protocol in (2, 4):
        for data in (save(HARMFUL[name], pickle_protocol=protocol), legacy_file(HARMFUL[name])):
            with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
                load(data)
    assert not RAN


G = b"ccollections\nOrderedDict\n"
STREAMS = {
    "call a number": b"\x80\x02K\x01)R.",
    "call a dict": b"\x80\x02})R.",
    "call a dtype": b"\x80\x02ctorch\nfloat32\n)R.",
    "call a storage class": b"\x80\x02ctorch\nFloatStorage\n)R.",
    "call Tensor with a size": b"\x80\x02ctorch\nTensor\nK\x03\x85R.",
    "call list": b"\x80\x02cbuiltins\nlist\n)R.",
    "arguments not a tuple": b"\x80\x02" + G + b"]R.",
    "new of a rebuild function": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)\x81.",
    "new of Tensor": b"\x80\x02ctorch\nTensor\n)\x81.",
    "new of Size": b"\x80\x02ctorch\nSize\n)\x81.",
    "state of a class": b"\x80\x02ctorch\nTensor\n}X\x01\x00\x00\x00aK\x01sb.",
    "state of a class, in slots": b"\x80\x02" + G + b"N}X\x01\x00\x00\x00aK\x01s\x86b.",
    "state of a list": b"\x80\x02]}b.",
    "state of a size": b"\x80\x02ctorch\nSize\n)R}b.",
    "state not a dict": b"\x80\x02" + G + b")RK\x01b.",
    "append to a dict": b"\x80\x02}K\x01a.",
    "item of a class": b"\x80\x02" + G + b"K\x01K\x02s.",
    "item of a list": b"\x80\x02]K\x00K\x02s.",
    "odd items": b"\x80\x02}(K\x01u.",
    "memo that is not there": b"\x80\x02h\x05.",
    "memo of a mark": b"\x80\x02(q\x00.",
    "underflow": b"\x80\x02\x86.",
    "no mark": b"\x80\x02K\x01t.",
    "stop at a mark": b"\x80\x02(.",
    "two billion characters": b"\x80\x02X\xff\xff\xff\x7fabc.",
    "negative length": b"\x80\x02T\xff\xff\xff\xffabc.",
    "long of 2 GiB": b"\x80\x02\x8b\xff\xff\xff\x7fabc.",
    "string of 2**63": b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc.",
    "not UTF-8": b"\x80\x02X\x01\x00\x00\x00\xff.",
    "name without an end": b"\x80\x02cos",
    "name over dots": b"\x80\x04\x8c\x05torch\x8c\x0bnn.Module.x\x93.",
    "name not a string": b"\x80\x04K\x01K\x02\x93.",
    "old opcode INST": b"\x80\x02(ios\nsystem\n.",
    "old opcode OBJ": b"\x80\x02(K\x01o.",
    "old opcode PERSID": b"P0\n.",
    "extension": b"\x80\x02\x82\x01.",
    "out-of-band buffer": b"\x80\x05\x97.",
    "persistent id of a string": b"\x80\x02X\x01\x00\x00\x00aQ.",
    "persistent id of a module": b"\x80\x02X\x06\x00\x00\x00module\x85Q.",
    "persistent id, empty": b"\x80\x02)Q.",
    "persistent id, short": b"\x80\x02X\x07\x00\x00\x00storage\x85Q.",
    "bytearray of a length": b"\x80\x02c__builtin__\nbytearray\nJ\xff\xff\xff\x7f\x85R.",
    "codec": b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x05\x00\x00\x00rot13\x86R.",
    "factory that is no class": b"\x80\x02ccollections\ndefaultdict\nctorch\nfloat32\n\x85R.",
    "set of a number": b"\x80\x02c__builtin__\nset\nK\x05\x85R.",
    "ordered dict of strings": b"\x80\x02" + G + b"]X\x02\x00\x00\x00aba\x85R.",
    "os": b"\x80\x02cos\nsystem\n.",
    "tensor over a tuple": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n()K\x00))\x89NtR.",
    "from_type of list": (
        b"\x80\x02ctorch._tensor\n_rebuild_from_type_v2\n(cbuiltins\nlist\nctorch\nTensor\n)}tR."
    ),
    "parameter of a number": b"\x80\x02ctorch._utils\n_rebuild_parameter\nK\x01\x88N\x87R.",
    "size of a string": b"\x80\x02ctorch\nSize\nX\x02\x00\x00\x0012\x85R.",
    "key of a deep tuple": b"\x80\x02}" + b")" + b"\x85" * 200_000 + b"K\x01s.",
    "key of a wide tuple": b"\x80\x02})" + b"q\x00h\x00\x86" * 60 + b"K\x01s.",
    "element of a deep tuple": b"\x80\x02"
    + G
    + b"]"
    + b")"
    + b"\x85" * 200_000
    + b"K\x01\x86a\x85R.",
}


@pytest.mark.parametrize("name", STREAMS)
def test_streams_are_refused(name):
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        load(with_pickle(STREAMS[name]))


def test_registered_modules_stay_blocked():
    with serialization.safe_globals([(os.system, "posix.system"), (os.system, "os.system")]):
        with pytest.raises(pickle.UnpicklingError, match="whose module posix is blocked"):
            load(with_pickle(b"\x80\x02cposix\nsystem\nX\x01\x00\x00\x00x\x85R."))


VIEWS = {
    "past the end": dict(size=b"K\x02K\x04\x86", stride=b"K\x04K\x01\x86"),
    "offset past the end": dict(offset=b"K\x01"),
    "negative offset": dict(offset=b"J\xff\xff\xff\xff"),
    "negative stride": dict(stride=b"J\xfd\xff\xff\xffK\x01\x86"),
    "negative size": dict(size=b"J\xff\xff\xff\xffK\x03\x86"),
    "huge stride": dict(stride=b"\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x00K\x01\x86"),
    "huge size over stride 0": dict(
        size=b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7fK\x02\x86", stride=b"K\x00K\x00\x86"
    ),
    "fewer strides": dict(stride=b"K\x01\x85"),
    "float size": dict(size=b"G?\xf0\x00\x00\x00\x00\x00\x00K\x03\x86"),
    "bool offset": dict(offset=b"\x88"),
    "storage longer than the record": dict(numel=b"K\x07"),
    "storage of 2**62": dict(numel=b"\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40"),
    "wider dtype": dict(kind=b"torch\nDoubleStorage"),
    "no such record": dict(key=b"9"),
    "record by another path": dict(key=b"../data.pkl"),
}


@pytest.mark.parametrize("name", VIEWS)
def test_views_outside_of_their_storage(name):
    assert load(with_pickle(tensor_pickle())).numpy().tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(RuntimeError):
        load(with_pickle(tensor_pickle(**VIEWS[name])))


@pytest.mark.parametrize("numel", [b"J\xff\xff\xff\xff", b"\x88", b"N", b"X\x01\x00\x00\x006"])
def test_storage_sizes_that_are_none(numel):
    with pytest.raises(pickle.UnpicklingError):
        load(with_pickle(tensor_pickle(numel=numel)))


@pytest.mark.parametrize("name", ["numpy", "__class__", "base", 3])
def test_attributes_of_a_tensor_are_not_its_own(name):
    """A file may name a tensor's attributes, but not replace what the class has."""

    class Adapter(type(ADAPTER)):
        def describe(self, obj):
            record = super().describe(obj)
            return record and record._replace(state={name: 1})

    for t in (FakeTensor.of(np.ones(2)), FakeParameter.of(np.ones(2))):
        f = io.BytesIO()
        serialization.save(t, f, Adapter())
        with pytest.raises(pickle.UnpicklingError, match="a tensor with an attribute"):
            load(f.getvalue())


def test_a_sparse_tensor_is_made_of_tensors():
    calls = b"\x80\x02ctorch._utils\n_rebuild_sparse_tensor\nctorch.serialization\n_get_layout\n"
    for layout, parts, words in (
        (b"torch.nowhere", b"", "a layout 'torch.nowhere'"),
        (b"torch.sparse_coo", b"K\x01K\x02K\x03\x87\x86R", "other parts than PyTorch writes"),
    ):
        name = b"X" + len(layout).to_bytes(4, "little") + layout + b"\x85R"
        with pytest.raises(pickle.UnpicklingError, match=words):
            load(with_pickle(calls + name + parts + b"."))


def test_what_there_is_no_tensor_for():
    for kind in (b"torch\nQUInt2x4Storage", b"torch\nQUInt4x2Storage"):
        with pytest.raises(NotImplementedError, match="quantized"):
            load(with_pickle(tensor_pickle(kind=kind)))
    with pytest.raises(NotImplementedError, match="TorchScript"):
        load(zip_of({"a/constants.pkl": b"", "a/data.pkl": b"N."}), weights_only=False)
    with pytest.raises(RuntimeError, match="TorchScript archives"):
        load(zip_of({"a/constants.pkl": b"", "a/data.pkl": b"N."}))


def test_every_damaged_byte_is_noticed_or_harmless():
    t = FakeTensor.of(np.arange(6, dtype=np.float32))
    good = save({"w": t, "step": 3})
    rng = np.random.default_rng(0)
    errors = (
        RuntimeError,
        pickle.UnpicklingError,
        NotImplementedError,
        TypeError,
        ValueError,
        EOFError,
    )
    for at in rng.integers(0, len(good), 600):
        data = bytearray(good)
        data[at] ^= 1 << rng.integers(0, 8)
        try:
            back = load(bytes(data))
        except errors:
            continue
        assert back["step"] == 3 and same(back["w"].numpy(), t.numpy())
    for n in range(0, len(good), 37):
        with pytest.raises((RuntimeError, EOFError, pickle.UnpicklingError)):
            load(good[:n])


def test_random_pickles_never_run_anything():
    rng = np.random.default_rng(1)
    pieces = [
        b"cos\nsystem\n",
        G,
        b"ctorch._utils\n_rebuild_tensor_v2\n",
        b"ctorch\nSize\n",
        b"R",
        b"\x81",
        b"b",
        b"(",
        b"t",
        b")",
        b"]",
        b"}",
        b"a",
        b"s",
        b"u",
        b"e",
        b"\x86",
        b"q\x00",
        b"h\x00",
        b"Q",
        b"K\x05",
        b"N",
        b"0",
        b"2",
        b"\x8f",
        b"\x90",
        b"\x91",
        b"X\x01\x00\x00\x00a",
        b"cbuiltins\neval\n",
        b"\x93",
        b"\x94",
    ]
    errors = (pickle.UnpicklingError, TypeError, ValueError, NotImplementedError, RuntimeError)
    base = save(FakeTensor.of(np.ones(1)))
    refused = 0
    for _ in range(300):
        stream = b"".join(pieces[i] for i in rng.integers(0, len(pieces), 12)) + b"."
        try:
            load(with_pickle(b"\x80\x02" + stream, base))
        except errors:
            refused += 1
    assert refused > 200


# Zip files made to harm


def test_zip_bombs():
    bomb = zip_of({"a/data.pkl": b"N.", "a/data/0": bytes(1 << 27)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1 << 18
    with pytest.raises(RuntimeError, match="would grow from"):
        load(bomb)
    # The directory lies about the length: what is unpacked ends there.
    small = zip_of({"a/data.pkl": b"N." + bytes(1000)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(RuntimeError, match="corrupted"):
        load(small.replace(struct.pack("<I", 1002), struct.pack("<I", 2)))


def directory_entries(data: bytes) -> list[int]:
    """Where the entries of the zip's directory begin."""
    out, at = [], data.find(b"PK\1\2")
    while at >= 0:
        out.append(at)
        at = data.find(b"PK\1\2", at + 4)
    return out


def test_records_may_not_share_bytes():
    data = bytearray(zip_of({"a/data.pkl": b"N.", "a/x": b"1" * 100, "a/y": b"1" * 100}))
    _first, second, third = directory_entries(bytes(data))
    data[third + 42 : third + 46] = data[second + 42 : second + 46]
    with pytest.raises(RuntimeError, match="overlaps another one"):
        load(bytes(data))
    data[third + 42 : third + 46] = struct.pack("<I", 1 << 30)
    with pytest.raises(RuntimeError, match="overlaps another one or the end"):
        load(bytes(data))


def test_odd_zips():
    with pytest.raises(RuntimeError, match="two records are named"):
        with pytest.warns(UserWarning, match="Duplicate"):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as z:
                z.writestr("a/data.pkl", b"N.")
                z.writestr("a/data.pkl", b"K\x01.")
        load(out.getvalue())
    with pytest.raises(RuntimeError, match="compression method"):
        load(zip_of({"a/data.pkl": b"N."}, zipfile.ZIP_BZIP2))
    encrypted = bytearray(zip_of({"a/data.pkl": b"N."}))
    encrypted[directory_entries(bytes(encrypted))[0] + 8] |= 1
    with pytest.raises(RuntimeError, match="encrypted"):
        load(bytes(encrypted))
    with pytest.raises(RuntimeError, match="subdirectory"):
        load(zip_of({"data.pkl": b"N."}))
    with pytest.raises(RuntimeError, match="locating file data.pkl"):
        load(zip_of({"a/x": b"N."}))
    with pytest.raises(RuntimeError, match="central directory"):
        load(b"PK\3\4" + bytes(100))


def test_names_that_climb_write_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    records = {
        "a/data.pkl": b"N.",
        "a/../../evil": b"x",
        "/abs/evil": b"x",
        "a/data/../../up": b"x",
    }
    assert load(zip_of(records)) is None
    assert os.listdir(tmp_path) == []


# What the user allows


@pytest.fixture
def no_safe_globals():
    before = serialization.get_safe_globals()
    serialization.clear_safe_globals()
    yield
    serialization.clear_safe_globals()
    serialization.add_safe_globals(before)


def test_safe_globals(no_safe_globals):
    data = save({"h": Holder([1, 2])})
    with pytest.raises(pickle.UnpicklingError) as e:
        load(data)
    path = f"{Holder.__module__}.Holder"
    assert f"Unsupported global: GLOBAL {path} was not an allowed global by default. " in str(
        e.value
    )
    assert f"torch.serialization.add_safe_globals([{path}])" in str(e.value)
    assert serialization.get_unsafe_globals_in_checkpoint(io.BytesIO(data), ADAPTER) == [path]
    with serialization.safe_globals([Holder]):
        assert load(data)["h"] == Holder([1, 2])
        assert serialization.get_safe_globals() == [Holder]
        assert serialization.get_unsafe_globals_in_checkpoint(io.BytesIO(data), ADAPTER) == []
    assert serialization.get_safe_globals() == []
    serialization.add_safe_globals([(Holder, "elsewhere.Holder")])
    with pytest.raises(pickle.UnpicklingError):
        load(data)
    renamed = with_pickle(b"\x80\x02celsewhere\nHolder\n)\x81}X\x05\x00\x00\x00valueK\x07sb.")
    assert load(renamed) == Holder(7)
    serialization.clear_safe_globals()
    with pytest.raises(pickle.UnpicklingError):
        load(renamed)
    serialization.add_safe_globals([(Holder, "a", "b")])
    with pytest.raises(ValueError, match="tuple of length 2"):
        load(data)


def test_unsafe_globals_needs_a_zip():
    with pytest.raises(ValueError, match="checkpoint returned by torch.save"):
        serialization.get_unsafe_globals_in_checkpoint(io.BytesIO(legacy_file(1)), ADAPTER)


def test_general_pickles():
    assert load(save(Holder({"x": 1})), weights_only=False) == Holder({"x": 1})
    assert load(save(Size), weights_only=False) is Size
    nested = load(save({"t": FakeTensor.of(np.arange(3))}), weights_only=False)
    assert nested["t"].numpy().tolist() == [0, 1, 2]
    with pytest.raises(AttributeError, match="names torch.nn.Nothing"):
        load(with_pickle(b"\x80\x02ctorch.nn\nNothing\n."), weights_only=False)


def test_names_of_our_classes(no_safe_globals):
    """Classes of this package are written as PyTorch's, and read from where either has them."""
    stream = zipfile.ZipFile(io.BytesIO(save(serialization.safe_globals))).read("archive/data.pkl")
    assert b"ctorch.serialization\nsafe_globals\n" in stream
    assert load(save(serialization.safe_globals), weights_only=False) is serialization.safe_globals
    moved = with_pickle(b"\x80\x02ctorch.serialization.deep.er\nsafe_globals\n.")
    assert load(moved, weights_only=False) is serialization.safe_globals
    with pytest.raises(pickle.UnpicklingError):
        load(moved)
    serialization.add_safe_globals([serialization.safe_globals])
    assert load(moved) is serialization.safe_globals
    for hidden in (b"torch.__main__\nmain", b"torch.base\nnumpy.os"):
        with pytest.raises(pickle.UnpicklingError):
            load(with_pickle(b"\x80\x02c" + hidden + b"\n."))
    with pytest.raises(AttributeError):
        load(with_pickle(b"\x80\x02ctorch.__main__\nmain\n."), weights_only=False)


# PyTorch


@pytest.mark.parametrize("name", HARMFUL)
def test_refusals_are_worded_as_pytorchs(name):
    torch = pytest.importorskip("torch")
    data = save(HARMFUL[name])
    with pytest.raises(pickle.UnpicklingError) as theirs:
        torch.load(io.BytesIO(data))
    with pytest.raises(pickle.UnpicklingError) as ours:
        load(data)
    assert str(ours.value) == str(theirs.value)


# A tuple of pairs of itself, sixty deep: its text, and its hash, are longer than any memory.
DOUBLING = b")" + b"q\x01h\x01\x86" * 60
STORAGE, TENSOR = b"ctorch\nFloatStorage\n", b"ctorch._utils\n_rebuild_tensor_v2\n"
PID = b"(X\x07\x00\x00\x00storage%sX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ"
SELF_SIMILAR = {
    "persistent id": DOUBLING + b"Q",
    "storage type": PID % DOUBLING,
    "storage key": b"(X\x07\x00\x00\x00storage"
    + STORAGE
    + DOUBLING
    + b"X\x03\x00\x00\x00cpuK\x01tQ",
    "function": DOUBLING + b")R",
    "class": DOUBLING + b")\x81",
    "size": b"ctorch\nSize\n" + DOUBLING + b"\x85R",
    "device": b"ctorch\ndevice\n" + DOUBLING + b"\x85R",
    "encoding": b"c_codecs\nencode\nX\x01\x00\x00\x00a" + DOUBLING + b"\x86R",
    "layout": b"ctorch.serialization\n_get_layout\n" + DOUBLING + b"\x85R",
    "ordered dict": G + DOUBLING + b"\x85R",
    "state": G + b")R" + DOUBLING + b"b",
    "key": b"}" + DOUBLING + b"K\x01s",
    "storage of a tensor": TENSOR + b"(" + DOUBLING + b"K\x00)))NtR",
    "shape": b"ctorch._utils\n_rebuild_meta_tensor_no_storage\n(ctorch\nfloat32\n"
    + DOUBLING
    + b")\x89tR",
    "dtype": b"ctorch._utils\n_rebuild_meta_tensor_no_storage\n(" + DOUBLING + b"))\x89tR",
    "subclass": b"ctorch._tensor\n_rebuild_from_type_v2\n(" + DOUBLING + b"h\x01h\x01h\x01tR",
    "name": DOUBLING + b"h\x01\x93",
}


@pytest.mark.parametrize("name", SELF_SIMILAR)
def test_a_message_does_not_spell_out_what_the_file_holds(name):
    with pytest.raises((pickle.UnpicklingError, RuntimeError)) as refusal:
        load(with_pickle(b"\x80\x02" + SELF_SIMILAR[name] + b"."))
    assert len(str(refusal.value)) < 2000


def test_records_that_grow_too_much_together_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a/data.pkl", b"\x80\x02N.")
        for i in range(3):  # each alone would pass
            z.writestr(f"a/data/{i}", bytes(1 << 25))
    with pytest.raises(RuntimeError, match="its records would grow by"):
        load(file.getvalue())


def test_only_the_beginning_of_a_file_of_something_else_is_read():
    class Endless(io.BytesIO):
        def read(self, n=-1):
            assert 0 <= n <= 4096
            return bytes(n)

    with pytest.raises(pickle.UnpicklingError):
        torch.load(Endless())
