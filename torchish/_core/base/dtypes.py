"""Dtype objects, their JAX counterparts, `finfo`/`iinfo` and the default dtype.

https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.dtype

Note [Dtypes without arrays]
Element types of quantized and packed tensors have names here and no array of JAX that could hold
them. Whatever makes or reads elements asks for `np` first, so such a dtype is refused by name
wherever it is used.
"""

from __future__ import annotations

import jax
import ml_dtypes
import numpy as np

jax.config.update("jax_enable_x64", True)

# Categories, in the order in which promotion climbs them.
BOOL, INT, FLOAT, COMPLEX = 0, 1, 2, 3


_ABBREVIATED = {
    "bool": "b8",
    "bits8": "b8x1",
    "bits16": "b16x1",
    "bits1x8": "b1x8",
    "bits2x4": "b2x4",
    "bits4x2": "b4x2",
}
_LETTERS = {"uint": "u", "int": "i", "float": "f", "bfloat": "bf", "complex": "c"}


class dtype:
    """An element type. There is one object per type, compared by identity."""

    __module__ = "torchish"

    __slots__ = (
        "category",
        "is_complex",
        "is_floating_point",
        "is_signed",
        "itemsize",
        "name",
        "np",
    )

    def __init__(self, name: str, np_type, category: int, itemsize: int = 0):
        self.name = name
        if np_type is not None:
            self.np = np.dtype(np_type)
        self.category = category
        self.itemsize = itemsize or self.np.itemsize
        self.is_floating_point = category == FLOAT
        self.is_complex = category == COMPLEX
        if name[0] == "q" or name.startswith("bits"):
            return  # `__getattr__` refuses to tell
        signed = category >= FLOAT or (category == INT and not name.startswith("uint"))
        self.is_signed = signed and not name.endswith("fnu")

    def __getattr__(self, name: str):
        # See Note [Dtypes without arrays].
        if name == "np":
            raise NotImplementedError(f"{self} tensors: no array of JAX has this element type")
        if name == "is_signed":
            raise RuntimeError(
                "isSignedType not supported for quantized types"
                if self.name[0] == "q"
                else "Bits types are undefined"
            )
        raise AttributeError(f"'torch.dtype' object has no attribute {name!r}")

    def __repr__(self):
        return f"torch.{self.name}"

    def __reduce__(self):
        return self.name  # found in the package

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    @property
    def abbr(self) -> str:
        """The short name that logs use, `f32`."""
        if self.name in _ABBREVIATED:
            return _ABBREVIATED[self.name]
        if self.name.startswith(("float8", "float4")):
            return "f" + self.name[5:].replace("_", "")
        kind = self.name.rstrip("0123456789")
        width = self.name[len(kind) :]
        return (
            self.name
            if kind not in _LETTERS or (len(width) < 2 and width != "8")
            else (_LETTERS[kind] + width)
        )

    def to_complex(self) -> dtype:
        """The complex type whose parts have this precision."""
        if self.is_complex:
            return self
        return {float16: complex32, float64: complex128}.get(self, complex64)

    def to_real(self) -> dtype:
        """The floating type of this complex type's parts; itself when it is real."""
        return {complex32: float16, complex64: float32, complex128: float64}.get(self, self)


uint8 = dtype("uint8", np.uint8, INT)
int8 = dtype("int8", np.int8, INT)
int16 = dtype("int16", np.int16, INT)
int32 = dtype("int32", np.int32, INT)
int64 = dtype("int64", np.int64, INT)
uint16 = dtype("uint16", np.uint16, INT)
uint32 = dtype("uint32", np.uint32, INT)
uint64 = dtype("uint64", np.uint64, INT)
float16 = dtype("float16", np.float16, FLOAT)
bfloat16 = dtype("bfloat16", ml_dtypes.bfloat16, FLOAT)
float32 = dtype("float32", np.float32, FLOAT)
float64 = dtype("float64", np.float64, FLOAT)
float8_e4m3fn = dtype("float8_e4m3fn", ml_dtypes.float8_e4m3fn, FLOAT)
float8_e5m2 = dtype("float8_e5m2", ml_dtypes.float8_e5m2, FLOAT)
float8_e4m3fnuz = dtype("float8_e4m3fnuz", ml_dtypes.float8_e4m3fnuz, FLOAT)
float8_e5m2fnuz = dtype("float8_e5m2fnuz", ml_dtypes.float8_e5m2fnuz, FLOAT)
complex32 = dtype("complex32", None, COMPLEX, 4)
complex64 = dtype("complex64", np.complex64, COMPLEX)
complex128 = dtype("complex128", np.complex128, COMPLEX)
bool_ = dtype("bool", np.bool_, BOOL)

ALL = (
    uint8,
    int8,
    int16,
    int32,
    int64,
    uint16,
    uint32,
    uint64,
    float16,
    bfloat16,
    float32,
    float64,
    float8_e4m3fn,
    float8_e5m2,
    float8_e4m3fnuz,
    float8_e5m2fnuz,
    complex32,
    complex64,
    complex128,
    bool_,
)
BY_NAME = {d.name: d for d in ALL}
FLOAT8 = tuple(d for d in ALL if d.is_floating_point and d.itemsize == 1)
# Element types of quantized and packed tensors, by name: `dtype.__getattr__` refuses their values.
UNHELD = {
    name: dtype(name, None, category, itemsize)
    for names, category, itemsize in (
        ("quint8 qint8 quint4x2 quint2x4 bits8 bits1x8 bits2x4 bits4x2", INT, 1),
        ("bits16", INT, 2),
        ("qint32", INT, 4),
        (" ".join(f"int{n} uint{n}" for n in range(1, 8)), INT, 1),
        ("float4_e2m1fn_x2 float8_e8m0fnu", FLOAT, 1),
    )
    for name in names.split()
}
ALIASES = {
    "half": float16,
    "float": float32,
    "double": float64,
    "short": int16,
    "int": int32,
    "long": int64,
    "cfloat": complex64,
    "cdouble": complex128,
    "chalf": complex32,
}
FROM_NP: dict[np.dtype, dtype] = {d.np: d for d in ALL if d is not complex32}
LEGACY_NAMES = {
    "Byte": uint8,
    "Char": int8,
    "Short": int16,
    "Int": int32,
    "Long": int64,
    "Half": float16,
    "BFloat16": bfloat16,
    "Float": float32,
    "Double": float64,
    "Bool": bool_,
    "ComplexFloat": complex64,
    "ComplexDouble": complex128,
}
# What ATen calls a type in its error messages ("result type Float can't be cast to ...").
SCALAR_NAMES = (
    {d: n for n, d in LEGACY_NAMES.items()}
    | {
        uint16: "UInt16",
        uint32: "UInt32",
        uint64: "UInt64",
        complex32: "ComplexHalf",
    }
    | {d: d.name.capitalize() for d in FLOAT8}
)


def from_np(np_dtype) -> dtype:
    """The dtype object of a NumPy or JAX dtype; TypeError when PyTorch has none."""
    try:
        return FROM_NP[np.dtype(np_dtype)]
    except KeyError:
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{np.dtype(np_dtype).type.__name__}. The only "
            "supported types are: "
            "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, "
            "uint32, uint16, uint8, and bool."
        ) from None


class _Settings:
    default: dtype = float32


def get_default_dtype() -> dtype:
    """The floating dtype of new tensors made from Python floats (`float32` unless changed)."""
    return _Settings.default


def set_default(d: dtype) -> None:
    """Change the default dtype; the public function also resets what was derived from it."""
    if not isinstance(d, dtype):
        raise TypeError(
            "invalid dtype object: only floating-point types are supported as the default type"
        )
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _Settings.default = d


class finfo:
    """Limits of a floating dtype, as `torch.finfo`; of the default dtype without an argument."""

    __module__ = "torchish"

    def __init__(self, type: dtype | None = None):
        d = type or get_default_dtype()
        if not isinstance(d, dtype):
            raise TypeError(
                "finfo(): argument 'type' (position 1) must be torch.dtype, not "
                f"{d.__class__.__name__}"
            )
        if d.category < FLOAT:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle "
                f"'{d.name}'"
            )
        i = ml_dtypes.finfo(d.to_real().np)
        self.dtype = d.to_real().name
        self.bits = i.bits
        # PyTorch has this eps for e5m2fnuz, though the next number after 1 is 1.25.
        eps = 0.125 if d is float8_e5m2fnuz else i.eps
        self.eps, self.max, self.min = float(eps), float(i.max), float(i.min)
        self.tiny = self.smallest_normal = float(i.smallest_normal)
        self.resolution = (
            10.0 ** -{16: 3, 32: 6, 64: 15}.get(i.bits, 0) if d is not bfloat16 else 0.01
        )

    def __repr__(self):
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, "
            f"eps={self.eps:g}, smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, "
            f"dtype={self.dtype})"
        )


class iinfo:
    """Limits of an integer dtype, as `torch.iinfo`."""

    __module__ = "torchish"

    def __init__(self, type: dtype):
        if not isinstance(type, dtype):
            raise TypeError(
                "iinfo(): argument 'type' (position 1) must be torch.dtype, not "
                f"{type.__class__.__name__}"
            )
        if type.category >= FLOAT:
            raise TypeError(
                "torch.iinfo() requires an integer input type. Use torch.finfo to handle "
                f"'{type.name}'"
            )
        if type is bool_:
            raise TypeError('"bool" type is not supported by torch.iinfo')
        i = np.iinfo(type.np)
        self.dtype, self.bits, self.min, self.max = type.name, i.bits, int(i.min), int(i.max)

    def __repr__(self):
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"
