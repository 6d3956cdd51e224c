"""`torch.storage`: a tensor's memory. https://docs.pytorch.org/docs/stable/storage.html"""

from torchish import _absent
from torchish._core.tensor import typed_storages
from torchish._core.tensor.storages import Memory as _StorageBase
from torchish._core.tensor.storages import UntypedStorage
from torchish._core.tensor.typed_storages import TypedStorage, _LegacyStorage

__all__ = ["TypedStorage", "UntypedStorage", "_LegacyStorage", "_StorageBase"]


def _dtype_to_storage_type_map() -> dict:
    """The name of the legacy class of each dtype that has one."""
    return dict(typed_storages.dtype_names())


def _storage_type_to_dtype_map() -> dict:
    """The dtype of each legacy class, by its name."""
    return {name: d for d, name in typed_storages.dtype_names().items()}


def _reset_warn_typed_storage_removal() -> None:
    """Warn again of the next use of a TypedStorage."""
    typed_storages.forget_warning()


def _get_always_warn_typed_storage_removal() -> bool:
    """Whether every use of a TypedStorage warns, and not only the first."""
    return typed_storages.warnings_of_typed.always


def _set_always_warn_typed_storage_removal(always_warn: bool) -> None:
    """Whether every use of a TypedStorage is to warn, and not only the first."""
    if not isinstance(always_warn, bool):
        raise AssertionError(f"always_warn must be bool, got {type(always_warn)}")
    typed_storages.warnings_of_typed.always = always_warn


__getattr__ = _absent.attributes(__name__)
