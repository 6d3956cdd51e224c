"""For tests of checkpoints: the smallest tensor library, and files put together by hand."""

from __future__ import annotations

import dataclasses
import io
import math
import pickle
import struct
import zipfile
from typing import Any

import numpy as np

from torchish._core.base import dtypes
from torchish._core.tensor.files import serialization
from torchish._core.tensor.files.records import (
    LoadedStorage,
    SavedStorage,
    TensorRecord,
    numpy_dtype,
)


class FakeTensor:
    """A view of a flat array; `base` is the storage."""

    base: np.ndarray | None

    def __init__(
        self, base, shape, stride, offset=0, dtype=None, requires_grad=False, device="cpu"
    ):
        self.base, self.shape, self.stride, self.offset = base, tuple(shape), tuple(stride), offset
        self.dtype, self.requires_grad, self.device = dtype, requires_grad, device
        self.conj = self.neg = False

    @classmethod
    def of(cls, array, dtype=None, **options):
        array = np.ascontiguousarray(array)
        stride = tuple(
            math.prod(max(n, 1) for n in array.shape[d + 1 :]) for d in range(array.ndim)
        )
        dtype = dtype or dtypes.FROM_NP[array.dtype].name
        return cls(
            array if array.ndim == 1 else array.reshape(-1),
            array.shape,
            stride,
            dtype=dtype,
            **options,
        )

    def numpy(self) -> np.ndarray:
        a = self.base[self.offset :] if 0 not in self.shape else self.base
        strides = tuple(n * self.base.itemsize for n in self.stride)
        a = np.lib.stride_tricks.as_strided(a, self.shape, strides)
        return (a.conj() if self.conj else a) * (-1 if self.neg else 1)


class FakeParameter(FakeTensor):
    pass


@dataclasses.dataclass
class Holder:
    """A class that a user may allow."""

    value: Any = None


class FakeStorage:
    def __init__(self, loaded, dtype):
        self.loaded, self.dtype = loaded, dtype


class FakeAdapter:
    names = {"torch.Tensor": FakeTensor, "torch.nn.parameter.Parameter": FakeParameter}

    def describe(self, obj):
        if not isinstance(obj, FakeTensor):
            return None
        storage = None
        if obj.base is not None:
            storage = SavedStorage(id(obj.base), obj.base.nbytes, lambda: obj.base, obj.device)
        state = {k: v for k, v in vars(obj).items() if k.startswith("my_")}
        return TensorRecord(
            storage,
            obj.dtype,
            obj.offset,
            obj.shape,
            obj.stride,
            obj.requires_grad,
            isinstance(obj, FakeParameter),
            obj.conj,
            obj.neg,
            state=state or None,
        )

    def is_module(self, cls):
        return False

    def describe_storage(self, obj):
        return None

    def storage(self, loaded, dtype):
        return FakeStorage(loaded, dtype)

    def finish_storage(self, storage, loaded):
        pass

    def describe_sparse(self, obj):
        return None

    def build(self, record):
        base, device = None, "meta"
        if isinstance(record.storage, LoadedStorage):
            if record.storage.made is None:
                record.storage.made = record.storage.elements(record.dtype)
            base, device = record.storage.made, str(record.storage.device)
            assert base.dtype == numpy_dtype(record.dtype) and base.ndim == 1
        t = FakeTensor(base, record.shape, record.stride, record.offset, record.dtype)
        t.requires_grad, t.device, t.conj, t.neg = (
            record.requires_grad,
            device,
            record.conj,
            record.neg,
        )
        return t

    def parameter(self, tensor, requires_grad, state):
        p = FakeParameter(tensor.base, tensor.shape, tensor.stride, tensor.offset, tensor.dtype)
        p.requires_grad = requires_grad
        vars(p).update(state)
        return p

    def with_state(self, tensor, cls, state):
        tensor.__class__ = cls
        vars(tensor).update(state)
        return tensor


ADAPTER = FakeAdapter()


def save(obj, f=None, **options):
    f = io.BytesIO() if f is None else f
    serialization.save(obj, f, ADAPTER, **options)
    return f.getvalue() if isinstance(f, io.BytesIO) else None


def load(f, map_location=None, **options):
    f = io.BytesIO(f) if isinstance(f, bytes) else f
    return serialization.load(f, ADAPTER, map_location, **options)


def random_array(dtype: str, n: int, seed: int = 0) -> np.ndarray:
    kind = dtypes.BY_NAME[dtype].np
    raw = np.random.default_rng(seed).integers(0, 2 if dtype == "bool" else 256, n * kind.itemsize)
    return raw.astype(np.uint8).view(kind)


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


# Files


def rezip(data: bytes, change, compression=zipfile.ZIP_STORED) -> bytes:
    """The zip with `change(name, bytes) -> bytes or None` applied to each record."""
    source, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as z:
        for name in source.namelist():
            new = change(name.partition("/")[2], source.read(name))
            if new is not None:
                z.writestr(name, new)
    return out.getvalue()


def zip_of(records: dict[str, bytes], compression=zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as z:
        for name, data in records.items():
            z.writestr(name, data)
    return out.getvalue()


def legacy_file(obj, storages=(), magic=0x1950A86A20F9469CFC6C, version=1001) -> bytes:
    """A file of the format before PyTorch 1.6; `obj` a pickle already or a plain value."""
    parts = [pickle.dumps(v, 2) for v in (magic, version, {"little_endian": True})]
    parts.append(obj if isinstance(obj, bytes) else pickle.dumps(obj, 2))
    parts.append(pickle.dumps([key for key, _ in storages], 2))
    parts += [struct.pack("<q", len(a)) + a.tobytes() for _, a in storages]
    return b"".join(parts)


def tensor_pickle(
    key=b"0",
    numel=b"K\x06",
    kind=b"torch\nFloatStorage",
    offset=b"K\x00",
    size=b"K\x02K\x03\x86",
    stride=b"K\x03K\x01\x86",
    tail=b"",
    function=b"torch._utils\n_rebuild_tensor_v2",
) -> bytes:
    """The pickle of a tensor, with its parts as given; six floats, 2 by 3, unless said
    otherwise."""
    return (
        b"\x80\x02c"
        + function
        + b"\n((X\x07\x00\x00\x00storagec"
        + kind
        + b"\nX"
        + struct.pack("<I", len(key))
        + key
        + b"X\x03\x00\x00\x00cpu"
        + numel
        + tail
        + b"tQ"
        + offset
        + size
        + stride
        + b"\x89ccollections\nOrderedDict\n)RtR."
    )


def with_pickle(stream: bytes, base: bytes | None = None) -> bytes:
    base = base or save(FakeTensor.of(np.arange(6, dtype=np.float32)))
    return rezip(base, lambda name, old: stream if name == "data.pkl" else old)


def pytorch_states(torch: Any) -> tuple[dict, dict]:
    """What reference/checkpoint_legacy.pt and reference/checkpoint.pt hold, made by PyTorch."""
    net = torch.nn.Linear(2, 2)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[0.5, -1.0], [2.0, 3.0]]))
        net.bias.zero_()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[0.5, -1.0], [2.0, 3.0]]))
    base = torch.arange(6.0)
    legacy = {
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "base": base,
        "view": base.view(2, 3).t(),
    }
    more = {
        "bf16": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "fp8": torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn),
        "u16": torch.tensor([1, 65535], dtype=torch.uint16),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "size": torch.Size([2, 3]),
        "device": torch.device("cuda", 1),
        "dtype": torch.float16,
        "conj": torch.tensor([1 + 2j]).conj(),
    }
    return legacy, legacy | more
