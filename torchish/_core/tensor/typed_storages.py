"""Storages that count in elements of a dtype, of older programs.

https://docs.pytorch.org/docs/stable/storage.html#torch.TypedStorage
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices, errors
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import warn_once
from torchish._core.tensor.api import factory
from torchish._core.tensor.public import enter, method
from torchish._core.tensor.storages import Memory, UntypedStorage, memory_of
from torchish._core.tensor.tensor import Tensor

__all__ = ["TypedStorage", "is_storage", "storage"]

_FORMS = (
    "received an invalid combination of arguments. Expected one of:\n"
    " * (*, torch.device device, torch.dtype dtype)\n"
    " * (int size, *, torch.device device, torch.dtype dtype)\n"
    " * (Sequence data, *, torch.device device, torch.dtype dtype)\n"
    " * (*, UntypedStorage wrap_storage, torch.dtype dtype)\n"
)
_DEVICES = {"cpu", "cuda", "hpu", "meta", "mps", "tpu", "xpu"}
_LEGACY_FORMS = (
    "received an invalid combination of arguments. Expected one of:\n"
    " * no arguments\n"
    " * (int size)\n"
    " * (Sequence data)\n"
    " * (*, UntypedStorage wrap_storage)\n"
)


_WARNING = (
    "TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the "
    "only storage class. This should only matter to you if you are using storages directly.  To "
    "access UntypedStorage directly, use tensor.untyped_storage() instead of tensor.storage()"
)


class _Warnings:
    always = False  # not only once in a process
    inside = False  # a method of these classes runs, which has warned


warnings_of_typed = _Warnings()


def warn_of_typed_storage() -> None:
    """PyTorch's warning, once in a process (or always, on request), at the user's line."""
    warn_once(_WARNING, warnings_of_typed.always)


def forget_warning() -> None:
    """Give that warning the next time too."""
    errors.forget_warning(_WARNING)


def _warning(f: Callable) -> Callable:
    """The function, which warns when a user calls it."""

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        if warnings_of_typed.inside:
            return f(*args, **kwargs)
        warn_of_typed_storage()
        warnings_of_typed.inside = True
        try:
            return f(*args, **kwargs)
        finally:
            warnings_of_typed.inside = False

    return call


# What the elements of quantized tensors are kept as: see Note [Dtypes without arrays].
_KEPT_AS = {
    dt.UNHELD["quint8"]: dt.uint8,
    dt.UNHELD["quint4x2"]: dt.uint8,
    dt.UNHELD["quint2x4"]: dt.uint8,
    dt.UNHELD["qint8"]: dt.int8,
    dt.UNHELD["qint32"]: dt.int32,
}
_NAMES = {d: f"{n}Storage" for n, d in dt.LEGACY_NAMES.items()} | {
    dt.UNHELD[n]: f"Q{n[1:].replace('u', 'U').replace('i', 'I', 1)}Storage"
    for n in ("qint8", "qint32", "quint8", "quint4x2", "quint2x4")
}


def dtype_names() -> dict[dt.dtype, str]:
    """The name of the legacy class of each dtype that has one."""
    return _NAMES


def _arguments(prefix: str, args: tuple, wrap_storage: Any) -> None:
    """The error for positional arguments and a storage to wrap that do not go together."""
    if wrap_storage is not None and args:
        raise RuntimeError(
            f"{prefix}No positional arguments should be given when using 'wrap_storage'"
        )
    if len(args) > 1:
        raise RuntimeError(f"{prefix}Too many positional arguments")
    if wrap_storage is not None and not isinstance(wrap_storage, UntypedStorage):
        raise TypeError(
            f"{prefix}Argument 'wrap_storage' must be UntypedStorage, but got {type(wrap_storage)}"
        )
    if args and not isinstance(args[0], (int, np.integer, Sequence, np.ndarray, Memory)):
        raise TypeError(f"{prefix}Argument type not recognized: {type(args[0])}")


class TypedStorage(Memory):
    """A tensor's memory in elements of a dtype, as `t.storage()` shows it."""

    __module__ = "torchish.storage"

    _told: dt.dtype | None = None  # a dtype without arrays that the elements stand for

    def __init__(
        self,
        *args: Any,
        device: Any = None,
        dtype: Any = None,
        wrap_storage: Any = None,
        _internal: bool = False,
    ) -> None:
        prefix = f"TypedStorage.__init__ {_FORMS}"
        if wrap_storage is not None and not args:
            if dtype is None:
                raise RuntimeError(f"{prefix}Argument 'dtype' must be specified")
            if not isinstance(dtype, dt.dtype):
                raise TypeError(f"{prefix}Argument 'dtype' must be torch.dtype, not {type(dtype)}")
            if device is not None:
                raise RuntimeError(
                    f"{prefix}Argument 'device' should not be specified when 'wrap_storage' is "
                    "given"
                )
        _arguments(prefix, args, wrap_storage)
        kind = dt.get_default_dtype() if dtype is None else dtype
        if not isinstance(kind, dt.dtype):
            raise RuntimeError(f"expected torch.dtype, but got {type(kind)}")
        if kind in _KEPT_AS:
            self._told, kind = kind, _KEPT_AS[kind]
        if wrap_storage is not None:
            self._t = wrap_storage.as_tensor(kind)
            return
        if device is not None and devices.device(device).type not in _DEVICES:
            raise RuntimeError(f"{prefix}Storage device not recognized: {device}")
        data = args[0] if args else 0
        if isinstance(data, str):
            raise TypeError(f"{prefix}invalid data type 'str'")
        if isinstance(data, (int, np.integer)):
            self._t = factory.empty(data, dtype=kind, device=device)
        else:
            data = data.tolist() if isinstance(data, Memory) else data
            self._t = factory.tensor(data, dtype=kind, device=device)

    @classmethod
    def _over(cls, t: Tensor, told: dt.dtype | None = None) -> TypedStorage:
        made = TypedStorage.__new__(TypedStorage)
        made._t, made._told = memory_of(t), told
        return made

    def _like(self, flat: Tensor) -> TypedStorage:
        return TypedStorage._over(flat, self._told)

    def _elements(self) -> Tensor:
        return self._flat()

    def as_tensor(self, dtype: dt.dtype) -> Tensor:
        """The memory as a 1-D tensor, of this storage's dtype whatever is asked for."""
        return self._flat()

    @property
    def dtype(self) -> dt.dtype:
        """The dtype of the elements."""
        return self._told or self._t.dtype

    @property
    def _untyped_storage(self) -> UntypedStorage:
        self._t._face = found = UntypedStorage._over(self._t)
        return found

    def untyped(self) -> UntypedStorage:
        """The memory in bytes."""
        return self._untyped_storage

    def element_size(self) -> int:
        """The bytes of one element."""
        return self._t._aval.dtype.itemsize

    def pickle_storage_type(self) -> str:
        """The name of the legacy class of this dtype."""
        return _NAMES[self.dtype]

    def type(self, dtype: Any = None, non_blocking: bool = False) -> Any:
        """The name of the legacy class of this dtype; with a name, the elements in that dtype."""
        if dtype is None:
            return f"torch.{_NAMES[self.dtype]}"
        kinds = {f"torch.{n}": d for d, n in _NAMES.items()}
        kind = kinds.get(dtype, getattr(dtype, "_dtype", dtype))
        if not isinstance(kind, dt.dtype):
            raise RuntimeError(f"invalid type: {dtype!r}")
        return self._cast(kind)

    def _cast(self, dtype: dt.dtype) -> TypedStorage:
        return TypedStorage._over(self._elements().to(dtype))

    def fill_(self, value: Any) -> TypedStorage:
        """Every element becomes `value`."""
        if isinstance(value, Memory):
            raise RuntimeError(f"cannot set item with {type(value)}")
        self._elements().fill_(value)
        return self

    def resize_(self, size: int) -> None:
        """Memory of `size` elements; the first ones stay, new ones are unspecified."""
        self._resize(size)

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")
        if not isinstance(i, int):
            raise RuntimeError(f"can't index a {type(self)} with {type(i)}")
        return super().__getitem__(i)

    @classmethod
    def from_buffer(cls, *args: Any, **kwargs: Any) -> TypedStorage:
        """A copy of a buffer's elements: `UntypedStorage.from_buffer` of a legacy class's dtype, or
        of the dtype that is given by keyword."""
        kind = getattr(cls, "_dtype", None)
        if kind is not None:
            kwargs.setdefault("dtype", kind)
        if "dtype" not in kwargs:
            raise RuntimeError("from_buffer: 'dtype' is needed")
        kind = kwargs["dtype"]
        return TypedStorage._over(UntypedStorage.from_buffer(*args, **kwargs).as_tensor(kind))

    @classmethod
    def from_file(cls, filename: Any, shared: bool = False, size: int = 0) -> TypedStorage:
        """`size` elements of a legacy class's dtype in a file, as `UntypedStorage.from_file`."""
        kind = getattr(cls, "_dtype", None)
        if kind is None:
            raise RuntimeError("from_file can only be called on derived classes")
        memory = UntypedStorage.from_file(filename, shared, size * kind.itemsize)
        made = TypedStorage._over(memory.as_tensor(kind))
        made.filename = memory.filename
        return made

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return (
            f"{self._lines()}\n[torch.storage.TypedStorage(dtype={self.dtype}, "
            f"device={self.device}) of size {len(self)}]"
        )

    __str__ = __repr__


def _caster(name: str, dtype: dt.dtype) -> Callable:
    def cast(self: Memory) -> TypedStorage:
        return TypedStorage._over(self._elements().to(dtype))

    cast.__name__ = cast.__qualname__ = name
    cast.__doc__ = f"The elements as {dtype}."
    return cast


_CASTS = {
    "double": dt.float64,
    "float": dt.float32,
    "half": dt.float16,
    "bfloat16": dt.bfloat16,
    "long": dt.int64,
    "int": dt.int32,
    "short": dt.int16,
    "char": dt.int8,
    "byte": dt.uint8,
    "bool": dt.bool_,
    "complex_double": dt.complex128,
    "complex_float": dt.complex64,
    "float8_e5m2": dt.float8_e5m2,
    "float8_e4m3fn": dt.float8_e4m3fn,
    "float8_e5m2fnuz": dt.float8_e5m2fnuz,
    "float8_e4m3fnuz": dt.float8_e4m3fnuz,
}
for _name, _kind in _CASTS.items():
    setattr(UntypedStorage, _name, _caster(_name, _kind))
    setattr(TypedStorage, _name, _warning(_caster(_name, _kind)))

# What PyTorch's own code calls, which does not warn.
for _name in [
    "resize_",
    "size",
    "is_shared",
    "share_memory_",
    "pickle_storage_type",
    "element_size",
    "data_ptr",
    "nbytes",
]:
    setattr(TypedStorage, f"_{_name}", getattr(TypedStorage, _name))
TypedStorage._setitem = TypedStorage.__setitem__
TypedStorage._deepcopy = TypedStorage.__deepcopy__
TypedStorage.is_cuda = property(_warning(lambda self: self.device.type == "cuda"))
_SPOKEN = ("__getitem__", "__setitem__", "__iter__", "__len__", "__repr__", "__str__", "__init__")
_QUIET = ("as_tensor", "from_buffer", "from_file")
for _name in dir(TypedStorage):
    _f = getattr(TypedStorage, _name)
    if _name in _SPOKEN or (
        callable(_f) and not _name.startswith("_") and _name not in (*_CASTS, *_QUIET)
    ):
        setattr(TypedStorage, _name, _warning(_f))


class _LegacyMeta(type):
    def __instancecheck__(cls, s: object) -> bool:
        return isinstance(s, TypedStorage) and s.dtype is getattr(cls, "_dtype", None)

    @property
    def dtype(cls) -> dt.dtype:
        """The dtype of the elements."""
        warn_of_typed_storage()
        return cls._dtype


class _LegacyStorage(TypedStorage, metaclass=_LegacyMeta):
    """The base of the classes that name a dtype; each makes a TypedStorage."""

    __module__ = "torchish.storage"

    def __new__(
        cls, *args: Any, wrap_storage: Any = None, _internal: bool = False, **other: Any
    ) -> Any:
        if cls is _LegacyStorage:
            raise RuntimeError("Only child classes of _LegacyStorage can be instantiated")
        prefix = f"{cls}.__new__ {_LEGACY_FORMS}"
        for name in ("device", "dtype"):
            if name in other:
                raise RuntimeError(f"{prefix}Keyword argument '{name}' cannot be specified")
        if other:
            raise TypeError(f"{prefix}got an unexpected keyword argument {min(other)!r}")
        _arguments(prefix, args, wrap_storage)
        given = {"wrap_storage": wrap_storage, "dtype": cls._dtype, "_internal": _internal}
        if cls._device != "cpu":
            if not devices.jax_devices(cls._device):
                raise TypeError(f"type {cls} not available. Torch not compiled with CUDA enabled.")
            given["device"] = cls._device if wrap_storage is None else None
        return TypedStorage(*args, **given)


def _refused(*args: Any, **kwargs: Any) -> Any:
    """RuntimeError: a GPU's legacy classes do not have this."""
    raise RuntimeError("Not available for CUDA storage")


_CPU_ONLY = ("from_buffer", "_new_with_weak_ptr", "_new_shared_filename")


def _legacy(name: str, d: dt.dtype, device: str = "cpu") -> type:
    space = {
        "_dtype": d,
        "_device": device,
        "is_cuda": device == "cuda",
        "__doc__": f"Memory in elements of {d}.",
        "__module__": "torch" if device == "cpu" else f"torch.{device}",
        **({} if device == "cpu" else dict.fromkeys(_CPU_ONLY, staticmethod(_refused))),
    }
    return _LegacyMeta(name, (_LegacyStorage,), space)


LEGACY = {n: _legacy(n, d) for d, n in _NAMES.items()}
CUDA_LEGACY = {n: _legacy(n, d, "cuda") for d, n in _NAMES.items() if d not in _KEPT_AS}
CLASSES = {UntypedStorage, TypedStorage, *LEGACY.values(), *CUDA_LEGACY.values()}


@method
def storage(self: Tensor) -> TypedStorage:
    """The memory behind this tensor, in its elements."""
    warn_of_typed_storage()
    return TypedStorage._over(self)


@method
def _typed_storage(self: Tensor) -> TypedStorage:
    """`storage`, which does not warn."""
    return TypedStorage._over(self)


@method
def storage_type(self: Tensor) -> type:
    """The legacy class of this tensor's storage."""
    return LEGACY[_NAMES[self.dtype]]


def is_storage(obj: object) -> bool:
    """Whether `obj` is a storage object."""
    return isinstance(obj, Memory)


enter("is_storage", is_storage, takes="other")
enter("UntypedStorage", UntypedStorage, takes="other")
enter("TypedStorage", TypedStorage, takes="other")
enter("_storage_classes", CLASSES, takes="other")
for _n, _c in LEGACY.items():
    enter(_n, _c, takes="other")
