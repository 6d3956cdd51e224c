"""`torch.save` and `torch.load`: PyTorch's `.pt` files, without PyTorch.

https://docs.pytorch.org/docs/stable/notes/serialization.html
"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np

from torchish import _absent
from torchish.base import devices, layouts
from torchish.engine import trace
from torchish.nn.parameter import Parameter
from torchish.sparse import sparse_compressed_tensor, sparse_coo_tensor
from torchish.tensor import factory, serialization
from torchish.tensor.records import SavedStorage, TensorRecord
from torchish.tensor.serialization import (
    add_safe_globals,
    clear_safe_globals,
    get_safe_globals,
    safe_globals,
)
from torchish.tensor.tensor import Tensor, blank, contiguous_strides

__all__ = [
    "add_safe_globals",
    "clear_safe_globals",
    "get_safe_globals",
    "load",
    "safe_globals",
    "save",
]


def _attributes(t: Tensor) -> dict[str, Any]:
    return dict(t.__dict__)


class _Adapter:
    """How a tensor becomes a record of a file, and a record a tensor."""

    names = {"torch.Tensor": Tensor, "torch.nn.parameter.Parameter": Parameter}

    def describe(self, obj: Any) -> TensorRecord | None:
        if not isinstance(obj, Tensor):
            return None
        s = obj._storage.whole
        a = s.aval
        meta = a.device is devices.meta

        def read() -> np.ndarray:
            v = np.asarray(trace.look(s.value))
            if s.strides is not None:
                v = v.transpose(np.argsort([-n for n in s.strides], kind="stable"))
            return np.ascontiguousarray(v).reshape(-1)

        size = int(np.prod(a.shape, dtype=np.int64))
        location = str(a.device) if a.device.type == "cuda" else "cpu"
        parameter = isinstance(obj, Parameter)
        return TensorRecord(
            storage=None
            if meta
            else SavedStorage(
                key=id(s), nbytes=size * a.dtype.itemsize, read=read, location=location
            ),
            dtype=obj.dtype.name,
            offset=obj._offset,
            shape=tuple(obj.shape),
            stride=tuple(obj.stride()),
            requires_grad=obj.requires_grad,
            is_parameter=parameter,
            cls=None if type(obj) in (Tensor, Parameter) else type(obj),
            state=_attributes(obj) or None,
            conj=obj._pending == 1,
            neg=obj._pending == 2,
        )

    def describe_sparse(self, obj: Any) -> tuple | None:
        if not isinstance(obj, Tensor) or not obj._sparse:
            return None
        data = (*[p.detach() for p in obj._parts], obj._values(), obj.shape)
        return obj.layout, (*data, obj.is_coalesced()) if obj.is_sparse else data

    def build_sparse(self, layout, data: tuple) -> Tensor:
        if layout is layouts.sparse_coo:
            indices, values, size, *rest = data
            coalesced = rest[0] if rest else None
            return sparse_coo_tensor(indices, values, size, is_coalesced=coalesced)
        *parts, size = data
        return sparse_compressed_tensor(*parts, size, layout=layout, check_invariants=True)

    def build(self, record: TensorRecord) -> Tensor:
        from_file = record.storage
        if from_file is None:
            t = factory.empty(
                record.shape,
                dtype=getattr(factory.dt, record.dtype, None) or factory.dt.BY_NAME[record.dtype],
                device="meta",
            )
        else:
            if from_file.made is None:
                where = devices.placed(devices.device(from_file.device))
                from_file.made = {}
                from_file.made["device"] = where
            whole = from_file.made.get(record.dtype)
            if whole is None:
                whole = factory.of_array(from_file.elements(record.dtype), from_file.made["device"])
                from_file.made[record.dtype] = whole
            t = blank()
            t._storage, t._aval = whole._storage, whole._aval
            dense = record.offset == 0 and tuple(record.shape) == tuple(whole.shape)
            if not dense or tuple(record.stride) != contiguous_strides(record.shape):
                if (
                    record.offset == 0
                    and whole.numel() == int(np.prod(record.shape, dtype=np.int64))
                    and tuple(record.stride) == contiguous_strides(record.shape)
                ):
                    t = whole.view(record.shape)
                else:
                    t = whole.as_strided(record.shape, record.stride, record.offset)
                t._base = None
        if record.conj or record.neg:
            t = t.conj() if record.conj else t._neg_view()
            t._base = None
        return t.requires_grad_(True) if record.requires_grad else t

    def parameter(self, tensor: Tensor, requires_grad: bool, state: dict) -> Parameter:
        p = Parameter(tensor, requires_grad)
        p.__dict__.update(state)
        return p

    def with_state(self, tensor: Tensor, cls: type, state: dict) -> Tensor:
        t = tensor if cls is Tensor else tensor.as_subclass(cls)
        t.__dict__.update(state)
        return t


ADAPTER = _Adapter()


def save(
    obj: object,
    f,
    pickle_module: Any = pickle,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write an object with tensors to a path (atomically) or a file open for writing; PyTorch
    reads the file.

    https://docs.pytorch.org/docs/stable/generated/torch.save.html
    """
    serialization.save(
        obj,
        f,
        ADAPTER,
        pickle_module=pickle_module,
        pickle_protocol=pickle_protocol,
        _use_new_zipfile_serialization=_use_new_zipfile_serialization,
    )


def load(
    f,
    map_location=None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args,
) -> Any:
    """Read what `save` or PyTorch wrote. By default only tensors and plain containers: nothing in
    the file is executed.

    https://docs.pytorch.org/docs/stable/generated/torch.load.html
    """
    return serialization.load(
        f,
        ADAPTER,
        map_location,
        pickle_module,
        weights_only=weights_only,
        mmap=mmap,
        **pickle_load_args,
    )


__getattr__ = _absent.attributes(__name__)
