"""Exported programs on disk: one zip file, without any code in it.

Note [Exported files]
`program.json` has the graph, its signature and its shapes; `state.safetensors` and
`constants.safetensors` the tensors; `program.stablehlo` what `jax.export.serialize` writes, for
programs that have it. Reading builds the graph of operators of `torch.ops` only, so a file from
elsewhere can not run anything but those.
"""

from __future__ import annotations

import io
import json
import math
import operator
import os
import struct
import zipfile
from typing import Any

import jax
import numpy as np

from torchish._core.base import devices, layouts, ptfile
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import array_of, from_array
from torchish._ops.registry import ops
from torchish.export import graph_signature as sig
from torchish.export._stablehlo import exported
from torchish.export._symbolic import Expr, FakeTensor, SymInt, ValueRanges, int_oo
from torchish.export.exported_program import ExportedProgram
from torchish.fx.graph import Graph
from torchish.fx.node import Node
from torchish.nn.parameter import Parameter
from torchish.utils import _pytree as pytree

__all__ = ["FORMAT", "load", "save"]

FORMAT = "torchish exported program 1"
_OPERATORS = {
    f.__name__: f for f in (operator.getitem, operator.add, operator.mul, operator.floordiv)
}
_REFUSED = {"from_file"}
_NAMES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64",
    "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool", "U16": "uint16",
    "U32": "uint32", "U64": "uint64", "C64": "complex64",
}  # fmt: skip
_CODES = {v: k for k, v in _NAMES.items()}


# --- tensors, in the format of safetensors


def _write_tensors(tensors: dict[str, Any]) -> bytes:
    header: dict[str, Any] = {}
    parts, at = [], 0
    for name, t in tensors.items():
        a = np.ascontiguousarray(np.asarray(array_of(t)))
        code = _CODES.get(a.dtype.name)
        if code is None:
            raise NotImplementedError(f"torch.export.save: {name} of dtype {t.dtype}")
        data = a.tobytes()
        header[name] = {"dtype": code, "shape": list(a.shape), "data_offsets": [at, at + len(data)]}
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def _read_tensors(data: bytes) -> dict[str, Tensor]:
    (n,) = struct.unpack("<Q", data[:8])
    header, body, out = json.loads(data[8 : 8 + n]), memoryview(data)[8 + n :], {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        kind = dt.BY_NAME[_NAMES[entry["dtype"]]].np
        array = np.frombuffer(body[start:end], dtype=kind).reshape(entry["shape"])
        out[name] = from_array(array.copy(), devices.cpu)
    return out


# --- the graph


def _encoded(x: Any) -> Any:
    if isinstance(x, Node):
        return {"node": x.name}
    if isinstance(x, tuple):
        return {"tuple": [_encoded(y) for y in x]}
    if isinstance(x, list):
        return [_encoded(y) for y in x]
    if isinstance(x, float) and not math.isfinite(x):
        return {"float": str(x)}
    if x is None or isinstance(x, (bool, int, float, str)):
        return x
    for kind in (dt.dtype, layouts.layout, layouts.memory_format, devices.device):
        if isinstance(x, kind):
            return {kind.__name__: str(x).removeprefix("torch.")}
    raise NotImplementedError(f"torch.export.save: an argument of type {type(x).__name__}")


def _decoded(x: Any, nodes: dict[str, Node]) -> Any:
    if isinstance(x, list):
        return [_decoded(y, nodes) for y in x]
    if not isinstance(x, dict):
        return x
    ((kind, value),) = x.items()
    if kind == "node":
        return nodes[value]
    if kind == "tuple":
        return tuple(_decoded(y, nodes) for y in value)
    if kind == "float":
        return float(value)
    if kind == "dtype":
        return dt.BY_NAME[value]
    if kind == "device":
        return devices.device(value)
    if kind in ("layout", "memory_format") and hasattr(layouts, value):
        return getattr(layouts, value)
    raise ValueError(f"no argument of an exported program: {kind}")


def _shown(v: Any) -> Any:
    """What a node's value is like."""
    if isinstance(v, FakeTensor):
        shape = [d.node.expr.encoded() if isinstance(d, SymInt) else d for d in v.shape]
        stride = [d.node.expr.encoded() if isinstance(d, SymInt) else d for d in v.stride()]
        return {"tensor": [shape, str(v.dtype).removeprefix("torch."), stride, v.requires_grad]}
    if isinstance(v, SymInt):
        return {"size": v.node.expr.encoded()}
    if isinstance(v, (list, tuple)):
        return {"tuple": [_shown(y) for y in v]}
    return _encoded(v)


def _unshown(x: Any, hints: dict[str, int]) -> Any:
    def size(d: Any) -> Any:
        if isinstance(d, int):
            return d
        e = Expr.decoded(d)
        return SymInt(e, e.value(hints))

    if isinstance(x, dict) and "tensor" in x:
        shape, name, stride, grad = x["tensor"]
        shape, stride = [size(d) for d in shape], [size(d) for d in stride]
        return FakeTensor(shape, dt.BY_NAME[name], devices.cpu, stride, grad)
    if isinstance(x, dict) and "size" in x:
        return size(x["size"])
    if isinstance(x, dict) and "tuple" in x:
        return tuple(_unshown(y, hints) for y in x["tuple"])
    return _decoded(x, {})


def _target(f: Any) -> str:
    if f in _OPERATORS.values():
        return f"operator.{f.__name__}"
    return f"{f.namespace}.{f._opname}.{f._overloadname or 'default'}"


def _operator(text: str) -> Any:
    namespace, _, rest = text.partition(".")
    if namespace == "operator":
        return _OPERATORS[rest]
    name, _, overload = rest.rpartition(".")
    if name in _REFUSED or name.startswith("__"):
        raise ValueError(f"{text} is no operator of an exported program")
    return getattr(getattr(getattr(ops, namespace), name), overload)


def _spec(s: Any) -> dict[str, Any]:
    arg = s.arg
    kept = {"kind": s.kind.name, "name": arg.name, "target": s.target, "type": type(arg).__name__}
    if isinstance(arg, sig.ConstantArgument):
        kept["value"] = _encoded(arg.value)
    if isinstance(s, sig.InputSpec):
        kept["persistent"] = s.persistent
    return kept


def _argument(x: dict[str, Any]) -> Any:
    if x["type"] == "ConstantArgument":
        return sig.ConstantArgument(x["name"], _decoded(x["value"], {}))
    kinds = {"TensorArgument": sig.TensorArgument, "SymIntArgument": sig.SymIntArgument}
    return kinds[x["type"]](x["name"])


def _program(ep: ExportedProgram) -> dict[str, Any]:
    nodes = []
    for n in ep.graph.nodes:
        entry: dict[str, Any] = {"op": n.op, "name": n.name}
        if n.op == "call_function":
            entry |= {
                "target": _target(n.target),
                "kwargs": {k: _encoded(v) for k, v in n.kwargs.items()},
            }
        if n.op != "placeholder":
            entry["args"] = [_encoded(a) for a in n.args]
        if "val" in n.meta:
            entry["val"] = _shown(n.meta["val"])
        if "stack_trace" in n.meta:
            entry["stack_trace"] = n.meta["stack_trace"]
        nodes.append(entry)
    s = ep.graph_signature
    ranges = {
        k: [v.lower, None if v.upper == int_oo else v.upper]
        for k, v in ep.range_constraints.items()
    }
    return {
        "format": FORMAT,
        "nodes": nodes,
        "inputs": [_spec(x) for x in s.input_specs],
        "outputs": [_spec(x) for x in s.output_specs],
        "ranges": ranges,
        "hints": ep._hints,
        "names": ep._names,
        "in_spec": pytree.treespec_dumps(ep._in_spec),
        "out_spec": pytree.treespec_dumps(ep._out_spec),
        "parameters": [n for n, t in ep.state_dict.items() if isinstance(t, Parameter)],
    }


def save(
    ep: ExportedProgram,
    f: Any,
    *,
    extra_files: dict[str, Any] | None = None,
    opset_version: dict[str, int] | None = None,
    pickle_protocol: int = 2,
) -> None:
    """Write an exported program to a path or a file. A path has the old file or the whole new one,
    never a part. ValueError for what is no exported program."""
    if not isinstance(ep, ExportedProgram):
        raise TypeError(
            "The 'ep' parameter must be an instance of 'ExportedProgram', got "
            f"'{type(ep).__name__}' instead."
        )
    if opset_version is not None:
        raise NotImplementedError("torch.export.save: opset_version")
    made = {"program.json": json.dumps(_program(ep)).encode()}
    state = {n: t for n, t in ep.state_dict.items() if isinstance(t, Tensor)}
    made["state.safetensors"] = _write_tensors(state)
    made["constants.safetensors"] = _write_tensors(ep.constants)
    try:
        made["program.stablehlo"] = bytes(exported(ep).serialize())
    except (ImportError, NotImplementedError, RuntimeError, jax.errors.JAXTypeError) as e:
        # JAX writes through flatbuffers, which it does not ask for itself.
        made["no_stablehlo.txt"] = f"{type(e).__name__}: {e}".encode()
    for name, text in (extra_files or {}).items():
        made[f"extra/{name}"] = text.encode() if isinstance(text, str) else bytes(text)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in made.items():
            file.writestr(name, data)
    if hasattr(f, "write"):
        f.write(buffer.getvalue())
        return
    with ptfile.atomic_file(os.fspath(f)) as out:
        out.write(buffer.getvalue())


def load(
    f: Any,
    *,
    extra_files: dict[str, Any] | None = None,
    expected_opset_version: dict[str, int] | None = None,
) -> ExportedProgram:
    """The exported program that `save` wrote. RuntimeError for a file of another format, PyTorch's
    own among them; nothing in a file is run."""
    if expected_opset_version is not None:
        raise NotImplementedError("torch.export.load: expected_opset_version")
    source = f if hasattr(f, "read") else os.fspath(f)
    if not zipfile.is_zipfile(source):
        raise RuntimeError(f"{f!r} is no exported program: it is not a zip file")
    with zipfile.ZipFile(source) as file:
        names = set(file.namelist())
        if "program.json" not in names:
            what = "another zip file"
            if any(
                n.endswith(("/constants.pkl", "/code/__torch__.py")) or "/code/" in n for n in names
            ):
                what = "TorchScript of PyTorch's"
            elif any(
                n.endswith(("archive_format", "serialized_exported_program.json")) for n in names
            ):
                what = "PyTorch's own pt2 archive"
            elif any(n.endswith("/data.pkl") for n in names):
                what = "what torch.save writes: read it by torch.load"
            raise RuntimeError(f"{f!r} is no exported program that torchish wrote, but {what}")
        data = json.loads(file.read("program.json"))
        state = _read_tensors(file.read("state.safetensors"))
        constants = _read_tensors(file.read("constants.safetensors"))
        for name in extra_files or {}:
            extra_files[name] = file.read(f"extra/{name}").decode()
    if data.get("format") != FORMAT:
        raise RuntimeError(f"{f!r} is of the format {data.get('format')!r}, not {FORMAT!r}")
    return _rebuilt(data, state, constants)


def _rebuilt(data: dict, state: dict[str, Tensor], constants: dict[str, Tensor]) -> ExportedProgram:
    graph, nodes = Graph(), {}
    hints = data["hints"]
    for entry in data["nodes"]:
        args = tuple(_decoded(a, nodes) for a in entry.get("args", ()))
        if entry["op"] == "placeholder":
            node = graph.create_node("placeholder", entry["name"], name=entry["name"])
        elif entry["op"] == "output":
            node = graph.output(args[0])
        elif entry["op"] == "call_function":
            kwargs = {k: _decoded(v, nodes) for k, v in entry["kwargs"].items()}
            target = _operator(entry["target"])
            node = graph.create_node("call_function", target, args, kwargs, entry["name"])
        else:
            raise ValueError(f"no node of an exported program: {entry['op']}")
        nodes[entry["name"]] = node
        if "val" in entry:
            node.meta["val"] = _unshown(entry["val"], hints)
        if "stack_trace" in entry:
            node.meta["stack_trace"] = entry["stack_trace"]
    inputs = [
        sig.InputSpec(sig.InputKind[x["kind"]], _argument(x), x["target"], x["persistent"])
        for x in data["inputs"]
    ]
    outputs = [
        sig.OutputSpec(sig.OutputKind[x["kind"]], _argument(x), x["target"])
        for x in data["outputs"]
    ]
    learned = set(data["parameters"])
    held = {
        n: Parameter(t, requires_grad=t.is_floating_point()) if n in learned else t
        for n, t in state.items()
    }
    ranges = {k: ValueRanges(a, int_oo if b is None else b) for k, (a, b) in data["ranges"].items()}
    ep = ExportedProgram(
        None, graph, sig.ExportGraphSignature(inputs, outputs), held, ranges,
        pytree.treespec_loads(data["in_spec"]), pytree.treespec_loads(data["out_spec"]), None,
        constants,
    )  # fmt: skip
    ep._names, ep._hints = data["names"], hints
    return ep
