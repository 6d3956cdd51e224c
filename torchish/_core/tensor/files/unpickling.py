"""Reading the pickle of a checkpoint: what its names stand for, and which of them may be called.

`weights_only` loading runs on `base.unpickle`, which runs nothing that is not in the table below;
the other kind is Python's pickle, as the user asked, with PyTorch's names standing for ours. The
rules and the texts are those of
https://docs.pytorch.org/docs/stable/notes/serialization.html#weights-only-unpickler
"""

from __future__ import annotations

import codecs
import functools
import importlib
import pickle
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from pickle import UnpicklingError
from typing import Any

import numpy as np

from torchish._core.base import devices, dtypes, layouts, qschemes
from torchish._core.base.unpickle import Machine, Name, shown
from torchish._core.tensor.files.pickling import STORAGE_DTYPES, find_torch
from torchish._core.tensor.files.records import (
    QUANTIZED,
    Adapter,
    LoadedStorage,
    TensorRecord,
    check_view,
    numpy_dtype,
)
from torchish._core.tensor.files.safe_globals import registered
from torchish._core.tensor.files.subclass_state import slots_of
from torchish._core.tensor.size import Size

# Modules of which nothing may be named, whatever the user registers.
_BLOCKED = ("sys", "os", "posix", "nt")
# Classes that a file may give as the factory of a defaultdict; they are not callable from the file.
_FACTORIES = (list, dict, set, int, float, str, bool, tuple)
# What PyTorch would load and this library has no tensors for.
_UNSUPPORTED = {
    "torch._utils._rebuild_nested_tensor": "nested tensors",
    "torch._utils._rebuild_wrapper_subclass": "wrapper subclasses of Tensor",
    "torch._utils._rebuild_device_tensor_from_numpy": "tensors saved by way of NumPy",
    "torch._utils._rebuild_device_tensor_from_cpu_tensor": "tensors saved by way of the CPU",
} | {f"torch.{name}Storage": "quantized storages" for name in ("QUInt4x2", "QUInt2x4")}


class StorageType:
    """A storage class by name: FloatStorage and its kin; without a dtype, UntypedStorage."""

    def __init__(self, dtype: str | None):
        self.dtype = dtype


def storage_type(path: str) -> StorageType | None:
    """The storage class of a full name, None when it is not one that PyTorch has."""
    module, _, name = path.rpartition(".")
    if module in ("torch", "torch.cuda") and name in STORAGE_DTYPES:
        return StorageType(STORAGE_DTYPES[name])
    if path in ("torch.storage.UntypedStorage", "torch.UntypedStorage"):
        return StorageType(None)
    return None


class _StorageUse:
    """One mention of a storage in the pickle."""

    def __init__(self, storage: LoadedStorage, dtype: str | None):
        self.storage, self.dtype = storage, dtype


class Rebuilder:
    """Makes tensors for the calls in one file.

    `fetch(key, dtype)` gives the bytes of a storage in this machine's byte order; `place(storage,
    location)` gives it the device that `map_location` says.
    """

    def __init__(
        self,
        adapter: Adapter,
        fetch: Callable[[str, str], np.ndarray],
        place: Callable[[LoadedStorage, str], LoadedStorage],
    ):
        self._adapter, self._fetch, self._place = adapter, fetch, place
        self._storages: dict[str, LoadedStorage] = {}
        # What stands for each mention, which may be part of the result, by identity.
        self._uses: dict[int, tuple[Any, _StorageUse]] = {}
        utils = (
            self._rebuild_tensor,
            self._rebuild_tensor_v2,
            self._rebuild_tensor_v3,
            self._rebuild_parameter,
            self._rebuild_parameter_with_state,
            self._rebuild_meta_tensor_no_storage,
            self._rebuild_sparse_tensor,
            self._rebuild_qtensor,
        )
        self.names: dict[str, Any] = {f"torch._utils.{f.__name__}": f for f in utils}
        self.names["torch.serialization._get_layout"] = self._get_layout
        self.names["torch._tensor._rebuild_from_type_v2"] = self._rebuild_from_type_v2
        # What may be called, by identity: the functions above and these two classes.
        self.calls: dict[int, Callable] = {id(f): f for f in self.names.values()}
        self.names |= {"torch.Size": Size, "torch.device": devices.device}
        self.calls |= {id(Size): _size, id(devices.device): _device}
        known: dict[str, Any] = dtypes.BY_NAME | dtypes.UNHELD | qschemes.BY_NAME
        self.names |= {f"torch.{name}": d for name, d in known.items()} | dict(adapter.names)

    def finish(self) -> None:
        """After the pickle was read: storages of bytes take the memory of their tensors."""
        for made, use in self._uses.values():
            self._adapter.finish_storage(made, use.storage)

    def _use(self, storage: Any) -> _StorageUse | None:
        return self._uses.get(id(storage), (None, None))[1]

    def storage(self, kind: Any, key: Any, location: Any, numel: Any, aliased: bool = False) -> Any:
        """The storage that a persistent id names."""
        key, location = _text(key), _text(location)
        if not isinstance(kind, StorageType) or type(numel) is not int or numel < 0:
            raise UnpicklingError(
                f"a storage of type {shown(kind)} with {shown(numel)} elements in the file"
            )
        dtype = kind.dtype or "uint8"
        nbytes = numel * numpy_dtype(dtype).itemsize
        storage = self._storages.get(key)
        if storage is None:

            @functools.cache
            def read() -> np.ndarray:
                raw = self._fetch(key, dtype)
                if len(raw) < nbytes:
                    raise RuntimeError(
                        f"storage {key} should have {nbytes} bytes, but the file has {len(raw)} "
                        "for it"
                    )
                return raw

            loaded = LoadedStorage(read, nbytes, devices.cpu)
            loaded.aliased = aliased
            storage = self._place(loaded, location)
            self._storages[key] = storage
        elif storage.nbytes() != nbytes:
            raise RuntimeError(
                f"storage {key} is said to have {storage.nbytes()} bytes and {nbytes} bytes"
            )
        stored = None if kind.dtype is None else QUANTIZED.get(kind.dtype, kind.dtype)
        made = self._adapter.storage(storage, stored)
        self._uses[id(made)] = made, _StorageUse(storage, kind.dtype)
        return made

    # PyTorch's functions, by PyTorch's names

    def _rebuild_tensor(self, storage, storage_offset, size, stride):
        return self._rebuild_tensor_v2(storage, storage_offset, size, stride, False, None)

    def _rebuild_tensor_v2(
        self, storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None
    ):
        use = self._use(storage)
        if use is None or use.dtype is None:
            raise UnpicklingError(f"a tensor over {shown(storage)} in the file")
        return self._tensor(
            use,
            use.dtype,
            storage_offset,
            size,
            stride,
            requires_grad,
            backward_hooks,
            metadata,
        )

    def _rebuild_tensor_v3(
        self,
        storage,
        storage_offset,
        size,
        stride,
        requires_grad,
        backward_hooks,
        dtype,
        metadata=None,
    ):
        use = self._use(storage)
        if use is None or not isinstance(dtype, dtypes.dtype):
            raise UnpicklingError(
                f"a tensor over {shown(storage)} of dtype {shown(dtype)} in the file"
            )
        return self._tensor(
            use,
            dtype.name,
            storage_offset,
            size,
            stride,
            requires_grad,
            backward_hooks,
            metadata,
        )

    def _tensor(self, use, dtype, offset, size, stride, requires_grad, backward_hooks, metadata):
        if backward_hooks:
            raise NotImplementedError("a tensor with backward hooks in a checkpoint")
        meta = use.storage.device.type == "meta"
        storage = None if meta else use.storage
        conj, neg = _bits(metadata)
        record = TensorRecord(
            storage,
            dtype,
            offset,
            _ints(size),
            _ints(stride),
            bool(requires_grad),
            conj=conj,
            neg=neg,
        )
        check_view(record, use.storage.nbytes())
        return self._adapter.build(record)

    def _rebuild_qtensor(
        self, storage, storage_offset, size, stride, quantizer_params, requires_grad, hooks
    ):
        use = self._use(storage)
        if use is None or use.dtype not in QUANTIZED or not isinstance(quantizer_params, tuple):
            raise UnpicklingError(f"a quantized tensor over {shown(storage)} in the file")
        where = (storage_offset, size, stride, False, hooks, None)
        ints = self._tensor(use, QUANTIZED[use.dtype], *where)
        # The class is imported when a program has such tensors.
        home = importlib.import_module(f"{__name__.partition('.')[0]}._quantized.tensors")
        return home.loaded(ints, dtypes.UNHELD[use.dtype], quantizer_params)

    def _rebuild_meta_tensor_no_storage(self, dtype, size, stride, requires_grad):
        if not isinstance(dtype, dtypes.dtype):
            raise UnpicklingError(f"a tensor of dtype {shown(dtype)} in the file")
        record = TensorRecord(None, dtype.name, 0, _ints(size), _ints(stride), bool(requires_grad))
        check_view(record, 2**63)
        return self._adapter.build(record)

    def _rebuild_parameter(self, data, requires_grad, backward_hooks):
        return self._rebuild_parameter_with_state(data, requires_grad, backward_hooks, None)

    def _rebuild_parameter_with_state(self, data, requires_grad, backward_hooks, state):
        if backward_hooks:
            raise NotImplementedError("a parameter with backward hooks in a checkpoint")
        if not isinstance(data, self._adapter.names["torch.Tensor"]):
            raise UnpicklingError(f"a parameter of {type(data)} in the file")
        cls = self._adapter.names["torch.nn.parameter.Parameter"]
        return self._adapter.parameter(data, bool(requires_grad), _attributes(cls, state))

    def _get_layout(self, name):
        name = _text(name)
        found = getattr(layouts, name.removeprefix("torch."), None)
        if not isinstance(found, layouts.layout):
            raise UnpicklingError(f"a layout {shown(name)} in the file")
        return found

    def _rebuild_sparse_tensor(self, layout, data):
        tensor = self._adapter.names["torch.Tensor"]
        if not (
            isinstance(layout, layouts.layout)
            and type(data) is tuple
            and len(data) >= 3
            and all(isinstance(t, tensor) for t in data[:2])
        ):
            raise UnpicklingError("a sparse tensor in the file has other parts than PyTorch writes")
        return self._adapter.build_sparse(layout, data)

    def _rebuild_from_type_v2(self, func, new_type, args, state):
        tensor = self._adapter.names["torch.Tensor"]
        if (
            id(func) not in self.calls
            or not isinstance(new_type, type)
            or not issubclass(new_type, tensor)
        ):
            raise UnpicklingError(f"a {shown(new_type)} made by {shown(func)} in the file")
        own = getattr(new_type, "__setstate__", None)
        if own is None or own is getattr(tensor, "__setstate__", None):
            state = _attributes(new_type, state)
        return self._adapter.with_state(self.calls[id(func)](*args), new_type, state)

    def set_tensor(self, made: Any, state: Any) -> None:
        """How pickles of old programs fill a tensor that they have made without values."""
        if type(state) is not tuple or len(state) not in (4, 5):
            raise UnpicklingError(f"a tensor with a state of {type(state)} in the file")
        self._adapter.with_storage(made, self._rebuild_tensor(*state[:4]))


def _text(value: Any) -> str:
    """Strings written by Python 2 come as bytes when the encoding is "bytes"."""
    value = value.decode("ascii") if isinstance(value, bytes) else value
    if type(value) is not str:
        raise UnpicklingError(f"expected a string in a persistent id, but got {type(value)}")
    return value


def _attributes(cls: type, state: Any) -> dict[str, Any]:
    """The attributes that a file gives an object of a tensor class: none that the class has itself.

    PyTorch's tensors keep their own state where no attribute reaches it; here it is attributes too.
    """
    parts = state if type(state) is tuple and len(state) == 2 else (state,)
    out = {}
    for part in parts:
        if part is not None and not isinstance(part, dict):
            raise UnpicklingError(f"a tensor with a state of {type(part)} in the file")
        out.update(part or {})
    slots = set(slots_of(cls)) if len(parts) == 2 else set()
    for name in out:
        if type(name) is str and name in slots:
            continue
        own = hasattr(cls, name) if type(name) is str else True
        if own or any(name in getattr(c, "__annotations__", ()) for c in cls.__mro__):
            raise UnpicklingError(f"a tensor with an attribute {shown(name)} in the file")
    return out


def _bits(metadata: Any) -> tuple[bool, bool]:
    """Whether a tensor is marked as conjugated, and as negated."""
    if metadata and (type(metadata) is not dict or not set(metadata) <= {"conj", "neg"}):
        raise UnpicklingError(f"a tensor with metadata {shown(metadata)} in the file")
    metadata = metadata or {}
    return bool(metadata.get("conj")), bool(metadata.get("neg"))


def _ints(values: Any) -> tuple:
    if type(values) not in (tuple, list, Size):
        raise UnpicklingError(f"a tensor of size or stride {shown(values)} in the file")
    if any(type(n) is not int for n in values):
        raise RuntimeError(f"a tensor of size or stride {shown(tuple(values))} in the file")
    return tuple(values)


def _device(kind: Any, index: Any = None) -> devices.device:
    if type(kind) is not str or type(index) not in (int, type(None)):
        raise UnpicklingError(f"a torch.device of {shown(kind)} and {shown(index)} in the file")
    return devices.device(kind) if index is None else devices.device(kind, index)


def _size(values: Any = ()) -> Size:
    if type(values) not in (tuple, list) or any(type(n) is not int for n in values):
        raise UnpicklingError(f"a torch.Size of {shown(values)} in the file")
    return Size(values)


class Restricted(Machine):
    """The machine of `weights_only` loading."""

    def __init__(
        self, data, at: int, encoding: str, rebuilder: Rebuilder, storage: Callable[[tuple], Any]
    ):
        super().__init__(data, at, encoding)
        self._storage = storage
        self._user = registered()
        self._names = dict(rebuilder.names)
        self._calls = dict(rebuilder.calls)
        for module, function, call in (
            ("collections", OrderedDict, self._ordered),
            ("collections", Counter, self._counter),
            ("collections", defaultdict, self._defaultdict),
            ("_codecs", codecs.encode, _encode),
            ("builtins", bytes, _no_bytes),
            ("builtins", bytearray, _bytearray),
            ("builtins", set, self._set),
            ("builtins", complex, complex),
        ):
            self._names[f"{module}.{function.__name__}"] = function
            self._calls[id(function)] = call
        self._tensor = rebuilder._adapter.names["torch.Tensor"]
        self._calls[id(self._tensor)] = self._empty
        self._set_tensor = rebuilder.set_tensor
        # Any class that the user allows may also be made and given state.
        self._trusted = {id(f) for f in self._user.values()}

    def find(self, module: str, name: str) -> Any:
        path = f"{module}.{name}"
        if module in _BLOCKED:
            raise UnpicklingError(
                f"Trying to load unsupported GLOBAL {path} whose module {module} is blocked."
            )
        if path in self._names:
            return self._names[path]
        if path in self._user:
            return self._user[path]
        kind = storage_type(path)
        if kind is not None:
            return kind
        if path in _UNSUPPORTED:
            raise NotImplementedError(f"{_UNSUPPORTED[path]} in a checkpoint ({path})")
        if module == "builtins":
            for factory in _FACTORIES:
                if factory.__name__ == name:
                    return factory
        ours = self._ours(module, name)
        if ours is not None:
            return ours
        shown = path.removeprefix("builtins.")
        raise UnpicklingError(
            f"Unsupported global: GLOBAL {shown} was not an allowed global by default. Please use "
            f"`torch.serialization.add_safe_globals([{shown}])` or the "
            f"`torch.serialization.safe_globals([{shown}])` context manager to allowlist this "
            "global if you trust this class/function."
        )

    def _ours(self, module: str, name: str) -> Any:
        """The class of this library that a name of PyTorch's stands for, if the user allows it."""
        if module.partition(".")[0] not in ("torch", "torchvision"):
            return None
        try:
            found = find_torch(module, name, load=False)
        except AttributeError:
            return None
        return found if id(found) in self._trusted else None

    def call(self, function: Any, args: Any) -> Any:
        if type(args) is not tuple:
            raise UnpicklingError(
                f"the arguments of {shown(function)} in the file are a {type(args)}"
            )
        if id(function) in self._calls:
            return self._calls[id(function)](*args)
        if id(function) in self._trusted:
            return function(*args)
        raise UnpicklingError(f"Trying to call reduce for unrecognized function {shown(function)}")

    def new(self, cls: Any, args: Any, kwargs: dict) -> Any:
        if type(args) is tuple and type(kwargs) is dict:
            if id(cls) in self._trusted and isinstance(cls, type):
                return cls.__new__(cls, *args, **kwargs)
            if cls in (OrderedDict, Counter, set) and not args and not kwargs:
                return cls()
        raise UnpicklingError(
            "Can only create new object for nn.Parameter or classes allowlisted via "
            f"`add_safe_globals` but got {shown(cls)}"
        )

    def set_state(self, value: Any, state: Any) -> None:
        if type(value) is self._tensor:
            self._set_tensor(value, state)
        elif type(value) is OrderedDict and type(state) is dict:
            value.__dict__.update(state)
        elif id(type(value)) in self._trusted:
            _set_state(value, state)
        else:
            raise UnpicklingError(
                "Can only build Tensor, Parameter, OrderedDict or types allowlisted via "
                f"`add_safe_globals`, but got {type(value)}"
            )

    def persistent(self, key: Any) -> Any:
        if type(key) is not tuple or not key or _text(key[0]) != "storage":
            raise UnpicklingError(
                f"Only persistent_load of storage is allowed, but got {shown(key)}"
            )
        return self._storage(key)

    def _empty(self, *args: Any) -> Any:
        """A tensor without elements, whose memory comes later."""
        if args:
            raise UnpicklingError(f"a tensor made of {shown(args)} in the file")
        return self._tensor()

    # Containers that are made by a call: their keys are checked like those of the others.

    def _ordered(self, pairs: Any = ()) -> OrderedDict:
        return OrderedDict((self.key(k), v) for k, v in _pairs(pairs))

    def _counter(self, counts: Any = ()) -> Counter:
        return Counter(dict((self.key(k), v) for k, v in _pairs(counts)))

    def _defaultdict(self, factory: Any = None, pairs: Any = ()) -> defaultdict:
        if factory is not None and factory not in _FACTORIES and id(factory) not in self._trusted:
            raise UnpicklingError(
                f"Trying to call reduce for unrecognized function {shown(factory)}"
            )
        return defaultdict(factory, ((self.key(k), v) for k, v in _pairs(pairs)))

    def _set(self, values: Any = ()) -> set:
        if type(values) not in (list, tuple, set, frozenset):
            raise UnpicklingError(f"a set of {type(values)} in the file")
        return {self.key(v) for v in values}


def _pairs(values: Any) -> list:
    if type(values) in (dict, OrderedDict, Counter):
        return list(values.items())
    if type(values) not in (list, tuple) or any(
        type(p) not in (list, tuple) or len(p) != 2 for p in values
    ):
        raise UnpicklingError("a dictionary of something else than pairs in the file")
    return list(values)


def _encode(text: Any, encoding: Any = "utf-8") -> bytes:
    """How pickles of protocol 2 hold bytes. Other codecs could be anything that Python finds by
    that name."""
    if type(text) is not str or encoding not in ("latin1", "latin-1", "ascii", "utf-8"):
        raise UnpicklingError(f"_codecs.encode of {type(text)} with {shown(encoding)} in the file")
    return text.encode(encoding)


def _no_bytes() -> bytes:
    """`b""` in pickles of protocol 2; other bytes are encoded strings there."""
    return b""


def _bytearray(data: Any = b"", encoding: Any = None) -> bytearray:
    """Never of a number, which would be a length."""
    if type(data) is str:
        return bytearray(_encode(data, encoding))
    if type(data) not in (bytes, bytearray) or encoding is not None:
        raise UnpicklingError(f"a bytearray of {type(data)} in the file")
    return bytearray(data)


def _set_state(value: Any, state: Any) -> None:
    """As Python's unpickler does for an object of a class that it trusts."""
    if hasattr(value, "__setstate__"):
        value.__setstate__(state)
        return
    slots = None
    if isinstance(state, tuple) and len(state) == 2:
        state, slots = state
    if state:
        value.__dict__.update(state)
    for name, part in (slots or {}).items():
        setattr(value, name, part)


def unsafe_names(names: list[Name], adapter: Adapter) -> list[str]:
    """Those names that `weights_only` loading would refuse, sorted."""

    def nothing(*args: Any) -> Any:
        raise RuntimeError("names only")

    machine = Restricted(b"", 0, "utf-8", Rebuilder(adapter, nothing, nothing), nothing)
    refused = set()
    for name in names:
        try:
            machine.find(name.module, name.name)
        except (UnpicklingError, NotImplementedError):
            refused.add(str(name))
    return sorted(refused)


def general_unpickler(
    file,
    rebuilder: Rebuilder,
    persistent: Callable[[tuple], Any],
    pickle_module: Any,
    options: dict,
):
    """An unpickler of `pickle_module` that knows PyTorch's names; it runs what the pickle says, as
    pickles do."""

    class Unpickler(pickle_module.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            path = f"{module}.{name}"
            if module.partition(".")[0] not in ("torch", "torchvision"):
                return super().find_class(module, name)
            if path in _UNSUPPORTED:
                raise NotImplementedError(f"{_UNSUPPORTED[path]} in a checkpoint ({path})")
            found = rebuilder.names.get(path) or storage_type(path)
            return found if found is not None else find_torch(module, name, load=True)

        def persistent_load(self, pid: Any) -> Any:
            if type(pid) is not tuple or not pid:
                raise pickle.UnpicklingError(f"a persistent id {shown(pid)} in the file")
            return persistent(pid)

    return Unpickler(file, **options)
