"""The pickle of a checkpoint: tensors and PyTorch's types under PyTorch's names, without PyTorch.

PyTorch's pickles name its functions and classes ("torch._utils _rebuild_tensor_v2"). Python's
pickler looks up each name that it writes, and these are not here to be found; so names are objects
of their own, written as they are.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pickle
import sys
import warnings
from collections import OrderedDict
from types import FunctionType
from typing import IO, Any, cast

from torchish._core.base import devices, dtypes, layouts, qschemes
from torchish._core.tensor.files.records import Adapter, SavedStorage, TensorRecord, numpy_dtype
from torchish._core.tensor.size import Size

_PACKAGE = __name__.partition(".")[0]
# Our package of each of PyTorch's. The longest of ours is looked for first.
_PACKAGES = {"torchvision": f"{_PACKAGE}.vision", "torch": _PACKAGE}
_STORAGE_NAMES = {d.name: f"{name}Storage" for name, d in dtypes.LEGACY_NAMES.items()}
_STORAGE_NAMES |= {"qint8": "QInt8Storage", "quint8": "QUInt8Storage", "qint32": "QInt32Storage"}
STORAGE_DTYPES = {name: dtype for dtype, name in _STORAGE_NAMES.items()}


class _Name:
    """A function or class of PyTorch's, by name."""

    __slots__ = ("module", "name")

    def __init__(self, module: str, name: str):
        self.module, self.name = module, name

    def __call__(self, *args: Any) -> Any:
        # Python's pickler asks that what rebuilds an object be callable.
        raise TypeError(f"{self.module}.{self.name} is a name in a file only")


_name = functools.cache(_Name)


class _Storage:
    """A storage seen as elements of one dtype: what a persistent id stands for."""

    def __init__(self, storage: SavedStorage, dtype: str | None):
        self.storage, self.dtype = storage, dtype


class _Data:
    """The tensor inside a parameter."""

    def __init__(self, record: TensorRecord):
        self.record = record


_Base: Any = pickle._Pickler


class Pickler(_Base):
    """Pickles an object; its tensors become references to `storages`, which are the caller's to
    write.

    The Python implementation of the pickler: the one in C writes no name that it cannot import.
    """

    dispatch: dict[type, Any] = dict(_Base.dispatch)

    def __init__(self, file: IO[bytes], protocol: int, adapter: Adapter):
        super().__init__(file, protocol)
        self._adapter = adapter
        self._names = {id(obj): path for path, obj in adapter.names.items()}
        self.storages: dict[str, SavedStorage] = {}
        self._keys: dict[Any, str] = {}
        self._dtypes: dict[str, str] = {}

    def persistent_id(self, obj: Any) -> Any:
        if type(obj) is _Storage:
            storage, dtype = obj.storage, obj.dtype
        elif isinstance(obj, type):
            return self.container(obj)
        else:
            found = self._adapter.describe_storage(obj)
            if found is None:
                return None
            storage, dtype = found
        key = self._keys.setdefault(storage.key, str(len(self._keys)))
        self.storages.setdefault(key, storage)
        if storage.nbytes and self._dtypes.setdefault(key, dtype or "uint8") != (dtype or "uint8"):
            raise RuntimeError(
                "Cannot save multiple tensors or storages that view the same data as different "
                "types"
            )
        if dtype is None:
            kind, numel = _name("torch.storage", "UntypedStorage"), storage.nbytes
        else:
            kind = _name("torch", _STORAGE_NAMES[dtype])
            numel = storage.nbytes // numpy_dtype(dtype).itemsize
        return ("storage", kind, key, sys.intern(storage.location), numel)

    def container(self, cls: type) -> Any:
        """What stands for a class; None for its name."""
        return None

    def dtype_of(self, key: str) -> str:
        """The dtype in whose elements a storage is counted."""
        return self._dtypes.get(key, "uint8")

    def reducer_override(self, obj: Any) -> Any:
        if type(obj) in self.dispatch:
            return NotImplemented
        if type(obj) is _Data:
            return _tensor(obj.record)
        if isinstance(obj, Size):
            return _name("torch", "Size"), (tuple(obj),)
        if isinstance(obj, devices.device):
            parts = (obj.type,) if obj.index is None else (obj.type, obj.index)
            return _name("torch", "device"), parts
        if isinstance(obj, layouts.layout):
            return _name("torch.serialization", "_get_layout"), (repr(obj),)
        sparse = self._adapter.describe_sparse(obj)
        if sparse is not None:
            return _name("torch._utils", "_rebuild_sparse_tensor"), sparse
        if getattr(type(obj), "_saves_itself", False):
            return NotImplemented  # its own `__reduce_ex__`
        saved = getattr(type(obj), "_saved_parts", None)
        if saved is not None:
            return self._quantized(*saved(obj))
        record = self._adapter.describe(obj)
        if record is None:
            return NotImplemented
        return _parameter(record) if record.is_parameter else _tensor(record)

    def _quantized(self, ints: Any, dtype: str, parameters: tuple) -> tuple:
        """The call that makes a quantized tensor of its integers."""
        record = cast(TensorRecord, self._adapter.describe(ints))
        storage = _Storage(cast(SavedStorage, record.storage), dtype)
        where = (record.offset, tuple(record.shape), tuple(record.stride))
        args = (storage, *where, parameters, False, OrderedDict())
        return _name("torch._utils", "_rebuild_qtensor"), args

    def save_global(self, obj: Any, name: str | None = None) -> None:
        path = self._names.get(id(obj))
        module, name_there = path.rsplit(".", 1) if path else torch_name(obj, name)
        if module:
            self._save_name(obj, module, name_there)
        else:
            super().save_global(obj, name)

    def save_type(self, obj: type) -> None:
        if obj in (type(None), type(NotImplemented), type(...)):
            super().save_type(obj)
        else:
            self.save_global(obj)

    def _save_name(self, obj: Any, module: str, name: str) -> None:
        if self.proto >= 4:
            self.save(module)
            self.save(name)
            self.write(pickle.STACK_GLOBAL)
        else:
            self.write(pickle.GLOBAL + f"{module}\n{name}\n".encode())
        self.memoize(obj)

    dispatch[_Name] = lambda self, obj: self._save_name(obj, obj.module, obj.name)
    dispatch[dtypes.dtype] = lambda self, obj: self._save_name(obj, "torch", obj.name)
    dispatch[qschemes.qscheme] = lambda self, obj: self._save_name(obj, "torch", obj.name)
    dispatch[FunctionType] = save_global
    dispatch[type] = save_type


class LegacyPickler(Pickler):
    """The same for the format before PyTorch 1.6, which has the source code of module classes."""

    def __init__(self, file: IO[bytes], protocol: int, adapter: Adapter):
        super().__init__(file, protocol, adapter)
        self._seen: set[type] = set()

    def persistent_id(self, obj: Any) -> Any:
        pid = super().persistent_id(obj)
        return (*pid, None) if pid is not None and pid[0] == "storage" else pid

    def container(self, cls: type) -> Any:
        if cls in self._seen or not self._adapter.is_module(cls):
            return None
        self._seen.add(cls)
        source_file = source = None
        try:
            lines, _, source_file = get_source_lines_and_file(cls)
            source = "".join(lines)
        except (OSError, TypeError):
            warnings.warn(
                f"Couldn't retrieve source code for container of type {cls.__name__}. It won't be "
                "checked for correctness upon loading.",
                stacklevel=2,
            )
        return "module", cls, source_file, source


def get_source_lines_and_file(obj: Any) -> tuple[list[str], int, str | None]:
    """A class's or function's lines of source code, the first one's number, and the file."""
    lines, at = inspect.getsourcelines(obj)
    return lines, at, inspect.getsourcefile(obj)


def _tensor(record: TensorRecord) -> tuple:
    """The call that makes a tensor again."""
    shape, stride = tuple(record.shape), tuple(record.stride)
    dtype = dtypes.BY_NAME[record.dtype]
    # The dtype of a tensor over an untyped storage follows the hooks; other tensors have their
    # storage's.
    untyped = record.dtype not in _STORAGE_NAMES
    if record.storage is None:
        function = _name("torch._utils", "_rebuild_meta_tensor_no_storage")
        args: tuple = (dtype, shape, stride, record.requires_grad)
    else:
        function = _name("torch._utils", "_rebuild_tensor_v3" if untyped else "_rebuild_tensor_v2")
        storage = _Storage(cast(SavedStorage, record.storage), None if untyped else record.dtype)
        args = (storage, record.offset, shape, stride, record.requires_grad, OrderedDict())
        args += (dtype,) if untyped else ()
        bits = {name: True for name in ("conj", "neg") if getattr(record, name)}
        args += (bits,) if bits else ()
    if record.cls is None and not record.state:
        return function, args
    cls = record.cls or _name("torch", "Tensor")
    return _name("torch._tensor", "_rebuild_from_type_v2"), (
        function,
        cls,
        args,
        record.state or {},
    )


def _parameter(record: TensorRecord) -> tuple:
    plain = TensorRecord(record.storage, record.dtype, record.offset, record.shape, record.stride)
    args = (_Data(plain), record.requires_grad, OrderedDict())
    if record.state:
        return _name("torch._utils", "_rebuild_parameter_with_state"), (*args, record.state)
    return _name("torch._utils", "_rebuild_parameter"), args


def torch_name(obj: Any, name: str | None = None) -> tuple[str, str]:
    """PyTorch's module and name of a class or function of this package; two empty strings for any
    other.

    The shortest public path is taken (torchish.nn.linear.Linear is torch.nn.Linear): PyTorch has it
    too.
    """
    module = getattr(obj, "__module__", None)
    known = name or getattr(obj, "__qualname__", None) or "."
    if type(module) is not str or module.partition(".")[0] != _PACKAGE or "." in known:
        return "", ""
    parts = module.split(".")
    for n in range(1, len(parts) + 1):
        public = ".".join(parts[:n])
        if getattr(sys.modules.get(public), known, None) is obj:
            for theirs, ours in _PACKAGES.items():
                if public == ours or public.startswith(ours + "."):
                    return theirs + public[len(ours) :], known
    return "", ""


def find_torch(module: str, name: str, load: bool) -> Any:
    """Our object of a name of PyTorch's: torch.nn.modules.linear.Linear is the Linear of
    torchish.nn.

    Modules are imported only when `load` is true, and never from outside this package.
    AttributeError when there is no such object.
    """
    root, _, rest = module.partition(".")
    parts = [*_PACKAGES.get(root, root).split("."), *(rest.split(".") if rest else ())]
    if "__main__" not in parts:
        for n in range(len(parts), 0, -1):
            obj: Any = _module(".".join(parts[:n]), load)
            for attribute in name.split("."):
                obj = getattr(obj, attribute, None)
            if obj is not None:
                return obj
    raise AttributeError(f"the checkpoint names {module}.{name}, which {_PACKAGE} does not have")


def _module(path: str, load: bool) -> Any:
    if load and path not in sys.modules:
        try:
            importlib.import_module(path)
        except ModuleNotFoundError as e:
            if e.name is None or not path.startswith(e.name):
                raise  # the module is here, and something that it needs is not
    return sys.modules.get(path)
