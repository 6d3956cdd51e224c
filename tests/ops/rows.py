"""Rows of samples.jsonl: one call of an operator each, and what PyTorch gives for it.

A row says which function is called (`call`, a public name), on which arguments, and holds the
results (`forward`), the gradients of the arguments that require them (`grad`, for the cotangents
that `cotangent` makes) and what the in-place form leaves in the first argument (`inplace`, under
the method's name, or under `inplace=True`). Everything is JSON; `encode` and `decode` are the ways
there and back, for any library with PyTorch's interface.
"""

from __future__ import annotations

import json
import math
import pathlib
from typing import Any

import ml_dtypes
import numpy as np

PATH = pathlib.Path(__file__).with_name("samples.jsonl")
SEED = 20
DIGITS = {"float16": 5, "bfloat16": 4}  # enough to tell the numbers of a short dtype apart
TOLERANCES = {
    "float64": (1e-7, 1e-8),
    "complex128": (1e-7, 1e-8),
    "float32": (1e-4, 1e-5),
    "complex64": (1e-4, 1e-5),
    "float16": (5e-3, 5e-3),
    "bfloat16": (2e-2, 2e-2),
}
# What the tag of a value that JSON lacks is turned into, given the library and the value's data.
TAGS = {
    "tuple": lambda lib, data: tuple(decode(lib, x) for x in data),
    "size": lambda lib, data: lib.Size(data),
    "complex": lambda lib, data: complex(*data),
    "dtype": getattr,
    "layout": getattr,
    "format": getattr,
    "device": lambda lib, data: lib.device(data),
    "slice": lambda lib, data: slice(*(decode(lib, x) for x in data)),
    "ellipsis": lambda lib, data: ...,
    "dict": lambda lib, data: {k: decode(lib, v) for k, v in data.items()},
}


def load() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PATH.read_text().splitlines()]


def title(row: dict[str, Any]) -> str:
    """What a row is called: the operator with its variant, the dtype, and a number if need be."""
    return " ".join([row["op"], row["dtype"], *([str(row["number"])] if row["number"] else [])])


def dtype_name(x: Any) -> str:
    return str(x.dtype).rpartition(".")[2]


def numpy_dtype(name: str) -> np.dtype:
    return np.dtype(getattr(ml_dtypes, name) if name == "bfloat16" else name)


def to_array(tensor: Any) -> np.ndarray:
    """A tensor of either library as NumPy's array, read without another operator."""
    tensor = tensor.detach()
    if getattr(tensor, "_is_zerotensor", bool)():
        tensor = tensor.clone()  # PyTorch has zeros without memory
    values = np.array(tensor.tolist(), object)
    return values.astype(numpy_dtype(dtype_name(tensor))).reshape(tuple(tensor.shape))


def numbers(array: np.ndarray, dtype: str) -> list:
    """The elements in order, complex ones as two numbers each, in the fewest digits."""
    flat = np.ascontiguousarray(array).reshape(-1)
    if dtype in DIGITS:
        return [float(f"{float(x):.{DIGITS[dtype]}g}") for x in flat]
    if flat.dtype.kind == "c":
        flat = flat.view(flat.real.dtype)
    if flat.dtype.kind != "f":
        return flat.astype(int).tolist() if flat.dtype.kind == "b" else flat.tolist()
    return [float(str(x)) for x in flat]


def encode(value: Any) -> Any:
    """A value of PyTorch as JSON. Raises TypeError for what has no place in a row."""
    kind = type(value).__module__.partition(".")[0] + "." + type(value).__name__
    if hasattr(value, "untyped_storage"):
        dtype = dtype_name(value)
        if dtype == "complex32":
            raise TypeError("NumPy has no complex32")
        row = {"t": dtype, "shape": list(value.shape), "v": numbers(to_array(value), dtype)}
        return {**row, "grad": True} if value.requires_grad and value.is_leaf else row
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if value is ...:
        return {"ellipsis": True}
    if isinstance(value, slice):
        return {"slice": [encode(x) for x in (value.start, value.stop, value.step)]}
    if kind == "torch.Size":
        return {"size": list(value)}
    if kind in ("torch.dtype", "torch.layout", "torch.memory_format"):
        return {kind[6:].removeprefix("memory_"): str(value).removeprefix("torch.")}
    if kind == "torch.device":
        return {"device": str(value)}
    if isinstance(value, tuple):
        return {"tuple": [encode(x) for x in value]}
    if isinstance(value, list):
        return [encode(x) for x in value]
    if isinstance(value, dict):
        return {"dict": {k: encode(v) for k, v in value.items()}}
    raise TypeError(f"{kind} can not be stored")


def array_of(data: dict[str, Any]) -> np.ndarray:
    """The numbers of an encoded tensor."""
    dtype = numpy_dtype(data["t"])
    if dtype.kind == "c":
        parts = np.array(data["v"], np.float64).astype(np.empty(0, dtype).real.dtype)
        return parts.view(dtype).reshape(data["shape"])
    values = np.array(data["v"], None if dtype.kind in "iu" else np.float64)
    return values.astype(dtype).reshape(data["shape"])


def decode(lib: Any, data: Any) -> Any:
    """An encoded value as one of a library."""
    if isinstance(data, list):
        return [decode(lib, x) for x in data]
    if not isinstance(data, dict):
        return data
    if "t" not in data:
        ((tag, content),) = data.items()
        return TAGS[tag](lib, content)
    array = array_of(data)
    if data["t"] == "bfloat16":
        tensor = lib.from_numpy(array.astype(np.float32)).to(lib.bfloat16)
    else:
        tensor = lib.from_numpy(array)
    return tensor.requires_grad_() if data.get("grad") else tensor


def leaves(value: Any, lib: Any) -> list[Any]:
    """The tensors in a nested value, in order."""
    if isinstance(value, lib.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in leaves(part, lib)]
    return []


def function(lib: Any, name: str) -> Any:
    """The function of a public name; `Tensor.T.__get__` and the like read an attribute."""
    found = lib
    if name.endswith(".__get__"):
        attribute = name.split(".")[-2]
        return lambda tensor: getattr(tensor, attribute)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def cotangent(lib: Any, output: Any) -> Any:
    """What the gradient of an output is taken for: numbers without a pattern, always the same."""
    count = math.prod(output.shape)
    values = np.cos(1.7 * np.arange(count) + 0.3)
    if output.is_complex():
        values = values + 1j * np.sin(2.3 * np.arange(count))
    return lib.from_numpy(values.reshape(tuple(output.shape))).to(output.dtype)


def arguments(lib: Any, row: dict[str, Any], grad: bool = False) -> tuple[list, dict]:
    args, kwargs = decode(lib, row["args"]), decode(lib, {"dict": row["kwargs"]})
    if not grad:
        for tensor in leaves((args, kwargs), lib):
            tensor.requires_grad_(False)
    return args, kwargs


def results(lib: Any, row: dict[str, Any], grad: bool, seed: int = SEED) -> tuple[Any, list]:
    """What a call gives, and the gradient of each argument that requires one (None: none comes)."""
    args, kwargs = arguments(lib, row, grad)
    lib.manual_seed(seed)
    forward = function(lib, row["call"])(*args, **kwargs)
    if not grad:
        return forward, []
    outputs = [x for x in leaves(forward, lib) if x.requires_grad]
    inputs = [x for x in leaves((args, kwargs), lib) if x.requires_grad]
    if not inputs or not outputs:
        return forward, []
    given = [cotangent(lib, x) for x in outputs]
    return forward, list(lib.autograd.grad(outputs, inputs, given, allow_unused=True))


def inplace(lib: Any, row: dict[str, Any], form: str) -> Any:
    """What the in-place form leaves in the first argument."""
    args, kwargs = arguments(lib, row)
    lib.manual_seed(SEED)
    if form == "inplace=True":
        result = function(lib, row["call"])(*args, **kwargs, inplace=True)
    else:
        result = getattr(lib.Tensor, form)(*args, **kwargs)
    if result is not args[0]:
        raise AssertionError(f"{form} does not return its input")
    return args[0]


def differences(lib: Any, got: Any, want: Any, where: str) -> list[str]:
    """What differs between a library's result and an encoded one, in words.

    Where a tensor's values are nobody's promise none are stored: shape and dtype are compared.
    """
    tensor = isinstance(want, dict) and "t" in want
    if isinstance(want, list) or (isinstance(want, dict) and "tuple" in want):
        parts = want if isinstance(want, list) else want["tuple"]
        if not isinstance(got, (list, tuple)) or len(got) != len(parts):
            return [f"{where}: {got!r} instead of {len(parts)} results"]
        pairs = enumerate(zip(got, parts, strict=True))
        return [d for i, (g, w) in pairs for d in differences(lib, g, w, f"{where}[{i}]")]
    if not tensor:
        value = decode(lib, want)
        near = isinstance(value, (float, complex)) and _close(got, value, (1e-5, 1e-6))
        same = type(got) is type(value) and (got == value or near)
        return [] if same else [f"{where}: {got!r} instead of {value!r}"]
    if not isinstance(got, lib.Tensor):
        return [f"{where}: {got!r} instead of a tensor"]
    if (dtype_name(got), list(got.shape)) != (want["t"], want["shape"]):
        return [f"{where}: {got.dtype}, {list(got.shape)} instead of {want['t']}, {want['shape']}"]
    array = array_of(want) if "v" in want else None
    if array is None or _close(to_array(got), array, TOLERANCES.get(want["t"], (0, 0))):
        return []
    return [f"{where}: {to_array(got).tolist()} instead of {array.tolist()}"]


def _close(got: Any, want: Any, tolerance: tuple[float, float]) -> bool:
    got, want = np.asarray(got), np.asarray(want)
    if want.dtype.kind in "biuSU":
        return bool(np.array_equal(got, want))
    wide = np.complex128 if want.dtype.kind == "c" else np.float64
    relative, absolute = tolerance
    return bool(
        np.allclose(got.astype(wide), want.astype(wide), relative, absolute, equal_nan=True)
    )


def start(lib: Any, row: dict[str, Any]) -> tuple[Any, list[Any], Any]:
    """Call what a row calls: the result, the gradients, what is left in place. Looks at nothing."""
    forward, grad = results(lib, row, "grad" in row)
    return forward, grad, inplace(lib, row, row["inplace"][0]) if "inplace" in row else None


def check(lib: Any, row: dict[str, Any], started: tuple | None = None) -> list[str]:
    """Every difference between a library and a row."""
    forward, grad, written = started or start(lib, row)
    found = differences(lib, forward, row["forward"], "forward")
    for i, (got, want) in enumerate(zip(grad, row.get("grad", []), strict=True)):
        if want is None:
            if got is not None and got.abs().sum().item():
                found.append(f"grad[{i}] where PyTorch has none")
            continue
        if got is None:
            got = lib.zeros(want["shape"], dtype=getattr(lib, want["t"]))
        found += differences(lib, got, want, f"grad[{i}]")
    if "inplace" in row:
        found += differences(lib, written, row["inplace"][1], row["inplace"][0])
    return found
