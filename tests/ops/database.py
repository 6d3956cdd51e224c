"""Writes samples.jsonl from PyTorch's own database of operators; needs PyTorch.

Of each operator and kind of dtype the smallest sample with something to compute is taken, cut down
where it is large; for float32 every variant has its own, and a second one with the most arguments.
A sample whose result PyTorch itself gets right in double precision only is passed over. `MORE` has
calls of operators that the database lacks.
"""

from __future__ import annotations

import collections
import itertools
import json
import os
import types
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from tests.ops import rows

# float32 and complex64 stand for their kinds; half precision is bfloat16 where both are supported.
KINDS = (("float32",), ("complex64",), ("int64",), ("bool",), ("bfloat16", "float16"))
LARGE, LARGEST = 60, 700  # elements of all arguments: what is cut down, what is not taken
TRIED = 40  # samples
# Private entry points, kernels of other devices, sparse and quantised operators.
EXCLUDED = {
    "_batch_norm_with_update", "_chunk_cat", "_native_batch_norm_legit", "_segment_reduce",
    "_softmax_backward_data", "_unsafe_masked_index", "_unsafe_masked_index_put_accumulate",
    "_upsample_bilinear2d_aa", "chalf", "empty_permuted", "grid_sampler_2d", "grid_sampler_3d",
    "hash_tensor", "jiterator_2inputs_2outputs", "jiterator_4inputs_with_extra_args",
    "jiterator_binary", "jiterator_binary_return_by_ref", "jiterator_unary",
    "max_pool2d_with_indices_backward", "native_batch_norm", "native_dropout_backward",
    "native_group_norm", "native_layer_norm", "nn.functional.linear_cross_entropy", "slice",
    "sparse.mm",
    "sparse.sampled_addmm", "to_sparse", "torch._scaled_mm", "torch._scaled_mm_v2",
    "torch.ops.aten._efficient_attention_forward", "torch.ops.aten._flash_attention_forward",
    "torch.ops.aten._safe_softmax.default",
}  # fmt: skip
# Values that are not said, or only up to sign, phase, order or basis; and outputs that are said.
UNSAID = {
    "empty", "empty_like", "new_empty", "new_empty_strided", "empty_strided", "resize_",
    "resize_as_", "geqrf", "linalg.eig", "linalg.eigh", "linalg.eigvals", "linalg.ldl_factor",
    "linalg.ldl_factor_ex", "linalg.qr", "linalg.svd", "pca_lowrank", "qr", "svd", "svd_lowrank",
}  # fmt: skip
# Which of equal elements comes first is not said: indices are compared for floats only.
TIES = {"argsort": 0, "sort": 1, "topk": 1}
SAID = {"linalg.eigh": 0, "linalg.svd": 1, "svd": 1}
# PyTorch gives a gradient to elements that are overwritten.
WRONG_GRADIENTS = {"as_strided_scatter"}
# Calls of what the database lacks, as functions of the library: (name, arguments, options).
MORE = (
    ("nn.functional.fold", lambda t: ((ramp(t, 1, 8, 4),), {"output_size": 3, "kernel_size": 2})),
    ("nn.functional.unfold", lambda t: ((ramp(t, 1, 2, 3, 3), 2), {"padding": 1, "stride": 2})),
    ("nn.functional.softmax", lambda t: ((ramp(t, 2, 3),), {"dim": 1})),
    ("nn.functional.log_softmax", lambda t: ((ramp(t, 2, 3),), {"dim": 0})),
    ("nn.functional.affine_grid", lambda t: ((ramp(t, 1, 2, 3), [1, 1, 2, 3], False), {})),
    ("nn.functional.lp_pool1d", lambda t: ((ramp(t, 1, 2, 6), 2.0, 3), {})),
    ("nn.functional.lp_pool2d", lambda t: ((ramp(t, 1, 2, 4, 4), 3.0, 2), {"stride": 1})),
    ("nn.functional.lp_pool3d", lambda t: ((ramp(t, 1, 1, 4, 4, 4), 2.0, 2), {})),
    ("conv_tbc", lambda t: ((ramp(t, 4, 2, 3), ramp(t, 2, 3, 2), ramp(t, 2), 1), {})),
    ("nn.functional.upsample", lambda t: ((ramp(t, 1, 2, 3),), {"scale_factor": 2})),
    ("nn.functional.ctc_loss", lambda t: (
        (ramp(t, 4, 2, 3).log_softmax(2).detach().requires_grad_(), t.tensor([[1, 2], [2, 2]]),
         t.tensor([4, 3]), t.tensor([2, 1])), {})),
    ("vander", lambda t: ((ramp(t, 4),), {"N": 3})),
    ("slogdet", lambda t: ((ramp(t, 3, 3),), {})),
    ("chain_matmul", lambda t: ((ramp(t, 2, 3), ramp(t, 3, 2), ramp(t, 2, 4)), {})),
    ("fft.fftfreq", lambda t: ((5,), {"d": 0.5})),
    ("fft.rfftfreq", lambda t: ((6,), {})),
    ("hann_window", lambda t: ((6,), {})),
    ("hamming_window", lambda t: ((6,), {"periodic": False, "alpha": 0.6})),
    ("blackman_window", lambda t: ((6,), {})),
    ("bartlett_window", lambda t: ((6,), {})),
    ("kaiser_window", lambda t: ((6, True, 5.0), {})),
    ("Tensor.__getitem__", lambda t: ((ramp(t, 3, 4), t.tensor([2, 0, 2])), {})),
    ("native_channel_shuffle", lambda t: ((ramp(t, 1, 4, 2, 1), 2), {})),
    ("nn.functional.embedding_bag", lambda t: (
        (t.tensor([0, 2, 1, 1]), ramp(t, 3, 2), t.tensor([0, 1])), {"mode": "max"})),
    ("nn.functional.adaptive_max_pool1d", lambda t: ((ramp(t, 1, 2, 5), 3), {})),
    ("nn.functional.max_pool1d", lambda t: ((ramp(t, 1, 2, 6), 2), {"return_indices": True})),
)  # fmt: skip


def ramp(torch: Any, *shape: int) -> Any:
    """Numbers without a pattern, which require a gradient."""
    places = np.arange(int(np.prod(shape)))
    values = np.sin(1.3 * places**2 + 0.7).astype(np.float32).reshape(shape)
    return torch.from_numpy(values).requires_grad_()


def called(torch: Any, f: Any, args: tuple, kwargs: dict) -> tuple[str, tuple, dict] | None:
    """The one function that a wrapper of the database calls, by its public name."""
    seen: list[tuple[str, tuple, dict]] = []

    ours = {id(t) for t in rows.leaves((args, kwargs), torch)}

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            given = {id(t) for t in rows.leaves((args, kwargs or {}), torch)}
            if given & ours or not ours:  # not what saves and sets the state of the generator
                seen.append((torch.overrides.resolve_name(func), args, kwargs or {}))
            return func(*args, **(kwargs or {}))

    with Watch():
        f(*args, **kwargs)
    if len(seen) != 1 or not seen[0][0]:
        return None
    name, *given = seen[0]
    return name.removeprefix("torch.").replace("_C._nn.", "nn.functional."), *given


def make(torch: Any, op: str, name: str, args: Any, kwargs: dict, dtype: str) -> dict[str, Any]:
    """A row without gradient and in-place form. Raises TypeError for what can not be stored."""
    row: dict[str, Any] = {"op": op, "dtype": dtype, "number": 0, "call": name}
    row |= {"args": rows.encode(list(args)), "kwargs": rows.encode(dict(kwargs))["dict"]}
    row["forward"] = rows.encode(rows.results(torch, row, False)[0])
    return row


def wide(x: Any) -> Any:
    """An encoded value in double precision."""
    if isinstance(x, list):
        return [wide(part) for part in x]
    if not isinstance(x, dict):
        return x
    double = {"float32": "float64", "complex64": "complex128"}
    if isinstance(x.get("dtype"), str) and x["dtype"] in double:
        return {"dtype": double[x["dtype"]]}
    if "t" in x:
        return {**x, "t": double.get(x["t"], x["t"])}
    return {key: wide(part) for key, part in x.items()}


def conditioned(torch: Any, row: dict) -> bool:
    """Whether PyTorch's results stay what they are in double precision."""
    if row["op"].partition("/")[0] in UNSAID or row["dtype"] not in ("float32", "complex64"):
        return not has_nan(row["forward"]) or row["dtype"] not in ("bfloat16", "float16")
    want = [row["forward"], row.get("grad", [])]
    other_seed = rows.results(torch, row, "grad" in row, rows.SEED + 1)
    if not near(rows.encode(list(other_seed)), want):
        return True  # random numbers are others in double precision
    kept = {"args": wide(row["args"]), "kwargs": wide(row["kwargs"])}
    double = rows.results(torch, {**row, **kept}, "grad" in row)
    return near(rows.encode(list(double)), want)


def near(got: Any, want: Any) -> bool:
    """Whether encoded values agree to the tolerance of the wanted ones, whatever the dtype."""
    if isinstance(want, dict) and "t" in want:
        if "v" not in want:
            return True
        tolerance = rows.TOLERANCES.get(want["t"], (0, 0))
        a, b = np.array(got["v"], float), np.array(want["v"], float)
        return a.shape == b.shape and np.allclose(a, b, *tolerance, equal_nan=True)
    if isinstance(want, dict):
        want, got = list(want.values()), list(got.values())
    if isinstance(want, list):
        return len(got) == len(want) and all(map(near, got, want))
    return True


def has_nan(x: Any) -> bool:
    if isinstance(x, (dict, list)):
        return any(map(has_nan, x.values() if isinstance(x, dict) else x))
    return isinstance(x, float) and not np.isfinite(x)


def forget(row: dict) -> None:
    """Take values out of an encoded result that PyTorch does not promise."""
    base = row["op"].partition("/")[0]
    if base not in TIES and base not in UNSAID:
        return
    for i, part in enumerate(row["forward"].get("tuple", [row["forward"]])):
        tie = TIES.get(base) == i and row["dtype"] != "float32"
        if tie or (base in UNSAID and i != SAID.get(base, -1)):
            part.pop("v")


def complete(torch: Any, row: dict, op: Any, grad: bool) -> dict:
    """Add gradient and in-place form, where PyTorch has them."""
    unsaid = row["op"].partition("/")[0] in UNSAID
    if grad and not unsaid and row["op"] not in WRONG_GRADIENTS:
        try:
            found = rows.results(torch, row, True)[1]
        except RuntimeError:
            found = []  # PyTorch has none for this sample
        if any(g is not None for g in found):
            row["grad"] = [rows.encode(g) for g in found]
    if op is not None and not unsaid and op.inplace_variant is not None:
        form = getattr(op.inplace_variant, "__name__", "")
        if isinstance(op.inplace_variant, types.FunctionType) and form == "<lambda>":
            form = "inplace=True"
        try:
            row["inplace"] = [form, rows.encode(rows.inplace(torch, row, form))]
        except (RuntimeError, TypeError, AttributeError, ValueError, AssertionError):
            pass  # PyTorch has no such form for this sample: another dtype, or a larger result
    return row


def counts(row: dict) -> tuple[int, int]:
    """The elements of a row's arguments, and of the smallest tensor that it holds."""
    found = []

    def walk(x):
        if isinstance(x, dict) and "t" in x:
            found.append(int(np.prod(x["shape"])))
        elif isinstance(x, (dict, list)):
            for part in x.values() if isinstance(x, dict) else x:
                walk(part)

    walk([row["args"], row["kwargs"]])
    given = sum(found)
    walk(row["forward"])
    return given, min(found, default=1)


def cut(x: Any, length: int) -> Any:
    """A nested value whose tensors have at most so many elements in each dimension."""
    if hasattr(x, "untyped_storage"):
        part = x.detach()[(slice(length),) * x.dim()].clone()
        return part.requires_grad_(x.requires_grad)
    if type(x) in (list, tuple):
        return type(x)(cut(part, length) for part in x)
    return {k: cut(v, length) for k, v in x.items()} if isinstance(x, dict) else x


class Sample(NamedTuple):
    args: tuple
    kwargs: dict
    broadcasts: bool  # the result is larger than the input: there is no in-place form
    size: int  # elements

    @property
    def arity(self) -> int:
        return len(self.args) + len(self.kwargs)


def samples(torch: Any, op: Any, dtype: str, grad: bool) -> list[Sample]:
    """The database's first samples of an operator, the smallest that compute something first."""
    torch.manual_seed(rows.SEED)
    np.random.seed(rows.SEED)
    found = []
    generated = op.sample_inputs("cpu", getattr(torch, dtype), requires_grad=grad)
    for sample in itertools.islice(generated, TRIED):
        args, kwargs = (sample.input, *sample.args), sample.kwargs
        tensors = rows.leaves((args, kwargs), torch)
        if all(t.layout == torch.strided for t in tensors):
            size = sum(t.numel() for t in tensors)
            found.append(Sample(args, kwargs, sample.broadcasts_input, size))
    return sorted(found, key=lambda s: (s.size <= 3, min(s.size, LARGE), s.size))


def row_of(torch: Any, op: Any, name: str, dtype: str, sample: Sample, grad: bool) -> dict | None:
    """A sample as a row; None when it computes nothing, or something that can not be stored."""
    own = isinstance(op.op, types.FunctionType) and op.op.__module__.startswith("torch.testing")
    call = op.name.removeprefix("torch.")
    call = call if public(torch, call) else f"Tensor.{op.name}"
    for length in (3, 5, None) if sample.size > LARGE else (None,):
        given = sample.args, sample.kwargs
        args, kwargs = given if length is None else cut(given, length)
        try:
            if own:
                watched = called(torch, op.op, args, kwargs)
                if watched is None:
                    return None
                same = watched[0].rpartition(".")[2] == op.name.rpartition(".")[2]
                call = call if same and public(torch, call) else watched[0]
                args, kwargs = watched[1:]
            row = make(torch, name, call, args, kwargs, dtype)
        except (RuntimeError, TypeError, ValueError, IndexError, NotImplementedError):
            continue  # PyTorch refuses the sample, or the part of it
        given, smallest = counts(row)
        if not smallest or given > LARGEST:
            continue
        row = complete(torch, row, None if sample.broadcasts else op, grad)
        if conditioned(torch, row):
            forget(row)
            return row
    return None


def public(lib: Any, path: str) -> bool:
    for part in path.split("."):
        if not hasattr(lib, part):
            return False
        lib = getattr(lib, part)
    return True


def of_operator(torch: Any, op: Any, kinds: tuple) -> Iterator[dict]:
    """The rows of an operator, or of a variant of it."""
    name = op.name + (f"/{op.variant_test_name}" if op.variant_test_name else "")
    for kind in kinds:
        dtype = next((k for k in kind if getattr(torch, k) in op.supported_dtypes("cpu")), None)
        if dtype is None:
            continue
        grad = dtype in ("float32", "complex64") and op.supports_autograd
        grad = grad and getattr(torch, dtype) in op.supported_backward_dtypes("cpu")
        first, found = None, samples(torch, op, dtype, grad)
        for sample in found:
            if row := row_of(torch, op, name, dtype, sample, grad):
                first = sample
                yield row
                break
        if first is None or dtype != "float32":
            continue
        more = [s for s in found if s.arity > first.arity]
        for sample in sorted(more, key=lambda s: -s.arity)[:3]:
            if row := row_of(torch, op, name, dtype, sample, grad):
                yield {**row, "number": 1}
                break


def write(torch: Any, only: str | None = None) -> str:
    """Write all rows anew, or those of one operator; a summary."""
    os.environ.setdefault("PYTORCH_TESTING_DEVICE_ONLY_FOR", "cpu")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db

        found, seen = [], set()
        for name, arguments in MORE:
            if only in (None, name):
                row = make(torch, name, name, *arguments(torch), "float32")
                found.append(complete(torch, row, None, True))
        for op in op_db:
            if op.name not in EXCLUDED and only in (None, op.name):
                kinds = KINDS[:1] if op.name in seen else KINDS
                new = list(of_operator(torch, op, kinds))
                seen.update(row["op"].partition("/")[0] for row in new)
                found += new
        wrong = [(rows.title(row), d) for row in found for d in rows.check(torch, row)]
    if wrong:
        raise AssertionError(f"PyTorch does not give its own rows again: {wrong}")
    if only is not None:
        found += [r for r in rows.load() if r["op"].partition("/")[0] != only]
    order = collections.Counter()
    found.sort(key=lambda r: (r["op"], r["dtype"], r["number"]))
    for row in found:
        row["number"] = order[row["op"], row["dtype"]]
        order[row["op"], row["dtype"]] += 1
    lines = [json.dumps(row, separators=(",", ":")) for row in found]
    rows.PATH.write_text("\n".join(lines) + "\n")
    return f"{len(found)} rows of {len({r['op'] for r in found})} operators"
