"""Element types in DLPack capsules that NumPy has no name for.

https://dmlc.github.io/dlpack/latest/c_api.html
"""

from __future__ import annotations

import ctypes
import enum
from typing import Any


class DLDeviceType(enum.IntEnum):
    """The kinds of device that capsules name."""

    kDLCPU = 1
    kDLCUDA = 2
    kDLCUDAHost = 3
    kDLOpenCL = 4
    kDLVulkan = 7
    kDLMetal = 8
    kDLVPI = 9
    kDLROCM = 10
    kDLROCMHost = 11
    kDLExtDev = 12
    kDLCUDAManaged = 13
    kDLOneAPI = 14
    kDLWebGPU = 15
    kDLHexagon = 16
    kDLMAIA = 17


# The kinds that a tensor can be on.
KINDS_READ = frozenset(
    (DLDeviceType.kDLCPU, DLDeviceType.kDLCUDA, DLDeviceType.kDLCUDAHost, DLDeviceType.kDLROCM)
)

_BITS, _BFLOAT = 1, 4  # codes of unsigned integers, which stand for bits alone, and of bfloat16


class _Header(ctypes.Structure):
    """The beginning of a DLPack tensor."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
    )


_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)


_VERSIONED_FRONT = 32  # bytes before the tensor in a capsule with a version


def _header(capsule: Any) -> _Header | None:
    """The header in a capsule that nobody has read yet."""
    name = repr(capsule)
    if '"dltensor_versioned"' in name:
        return _Header.from_address(_pointer(capsule, b"dltensor_versioned") + _VERSIONED_FRONT)
    if '"dltensor"' in name:
        return _Header.from_address(_pointer(capsule, b"dltensor"))
    return None


def call_bfloat16(capsule: Any) -> Any:
    """The same capsule, of 16-bit integers, with these called bfloat16."""
    header = _header(capsule)
    if header is None or (header.code, header.bits) != (_BITS, 16):
        raise BufferError("a DLPack capsule of other elements than 16-bit integers")
    header.code = _BFLOAT
    return capsule


def on_host(capsule: Any) -> bool:
    """Whether the memory of a capsule is the host's."""
    header = _header(capsule)
    return header is None or header.device_type == DLDeviceType.kDLCPU


def call_bits(capsule: Any) -> bool:
    """Whether a capsule was of bfloat16; now it is one of 16-bit integers."""
    header = _header(capsule)
    if header is None or (header.code, header.bits) != (_BFLOAT, 16):
        return False
    header.code = _BITS
    return True
