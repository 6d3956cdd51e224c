"""Compares a library with PyTorch, operator by operator, on PyTorch's own samples.

PyTorch's wheel has a database (`op_db`) that names every public operator and makes sample inputs
for it. Each sample is given to both libraries, and what comes back is compared. A cell is an
operator variant, a kind and a dtype; it passes when every sample of it passes:

    forward   the values, shapes and dtypes of every output
    grad      the gradients of every differentiable input, for a fixed random cotangent
    method    the same through the method of Tensor, where PyTorch has one
    inplace   the same through the in-place method; the input must then hold the result
    out       the same through `out=`
    error     every invalid input raises the class of exception that PyTorch raises

Rules, beside those for values in `rules.py` and for functions in `bridge.py`:

- **Seeds.** Both libraries are seeded alike before every call, so random operators must give
  PyTorch's numbers. Where a function of the database seeds, it seeds the library.
- **Refused samples.** What PyTorch refuses in a variant is not asked of the library there.
- **What stays at home.** Private ATen entry points, kernels of CUDA, sparse and quantised layouts
  are no part of the exam (EXCLUDED). `aten.slice` is asked as `x[start:end:step]`, its public form.
- **Memory in `error`.** Invalid inputs that share memory, or that have an element of it twice, do
  so in the library too: an output that overlaps an input or itself is refused as by PyTorch.

    python tests/parity/exams/op_parity.py                       all of it
    ... --ops add,nn.functional.conv2d --verbose
    ... --shard 1/4 --json out.json                              a quarter (by a hash of the name)
    ... --kinds forward,grad --dtypes float32 --samples 4
    ... --self                                                   PyTorch against itself: all pass
Exit status: 0 when every selected cell passes, 1 otherwise, 2 when nothing was selected.
Needs torch==2.13.0 and what torch.testing._internal imports: expecttest, hypothesis.
"""

from __future__ import annotations

import argparse
import collections
import importlib
import json
import signal
import sys
import types
import zlib
from typing import Any

import numpy as np
import torch
from bridge import THEIRS, Bridge, differentiable, fresh, leaves, mapped
from rules import GAUGE_FREE, WIDER, compare, widened
from torch.testing._internal.common_methods_invocations import op_db

KINDS = ("forward", "grad", "method", "inplace", "out", "error")
DTYPES = ("float32", "float64", "int64", "bool", "complex64", "bfloat16")
GRAD_DTYPES = ("float64", "complex64")
ONE_DTYPE = ("float32",)  # of the kinds method, inplace and out
EXCLUDED = {
    "jiterator_unary",
    "jiterator_binary",
    "jiterator_4inputs_with_extra_args",
    "jiterator_binary_return_by_ref",
    "jiterator_2inputs_2outputs",
    "torch._scaled_mm",
    "torch._scaled_mm_v2",
    "torch.ops.aten._safe_softmax.default",
    "torch.ops.aten._flash_attention_forward",
    "torch.ops.aten._efficient_attention_forward",
    "_softmax_backward_data",
    "native_group_norm",
    "native_layer_norm",
    "native_batch_norm",
    "_native_batch_norm_legit",
    "_batch_norm_with_update",
    "_upsample_bilinear2d_aa",
    "max_pool2d_with_indices_backward",
    "_unsafe_masked_index",
    "_unsafe_masked_index_put_accumulate",
    "_chunk_cat",
    "native_dropout_backward",
    "grid_sampler_2d",
    "grid_sampler_3d",
    "_segment_reduce",
    "to_sparse",
    "sparse.sampled_addmm",
    "sparse.mm",
    "hash_tensor",
    "empty_permuted",
    "constant_pad_nd",
    "bmm/triton_optimized",
    "chalf",
    "as_strided/partial_views",
    "nn.functional.linear_cross_entropy",
}
SEED = 20


class Timeout(Exception):
    pass


class Missing(AttributeError):
    """The library has no such function."""


def label(op: Any) -> str:
    return op.name + (f"/{op.variant_test_name}" if op.variant_test_name else "")


def seeded(lib: Any, f: Any, *args, **kwargs) -> Any:
    lib.manual_seed(SEED)
    return f(*args, **kwargs)


def take(samples: Any, n: int) -> list:
    """`n` of the samples, spread evenly; all for 0."""
    items = list(samples)
    if n and len(items) > n:
        step = len(items) / n
        items = [items[int(i * step)] for i in range(n)]
    return items


def theirs(f: Any, args: tuple, kwargs: dict) -> tuple[Any, bool]:
    """PyTorch's result, and whether it drew random numbers for it."""
    torch.manual_seed(SEED)
    before = torch.get_rng_state()
    out = f(*args, **kwargs)
    database_seed = torch.Generator().manual_seed(THEIRS_SEED).get_state()
    after = torch.get_rng_state()
    return out, not (torch.equal(before, after) or torch.equal(database_seed, after))


THEIRS_SEED = 42  # the state after wrapper_set_seed, where nothing was drawn


class Sample:
    """One sample of one operator for one kind: run on both sides and compared."""

    def __init__(self, bridge: Bridge, op: Any, sample: Any):
        self.bridge, self.op, self.sample = bridge, op, sample
        self.args, self.kwargs = (sample.input, *sample.args), sample.kwargs
        self.reference = THEIRS.operator(op)

    def ours(self) -> Any:
        f = self.bridge.operator(self.op)
        if f is None:
            raise Missing(f"{self.op.name} does not exist")
        return f

    def variant(self, bridge: Bridge, variant: Any) -> Any:
        found = bridge.function(variant)
        if found is None:
            name = getattr(variant, "__name__", variant)
            raise Missing(f"Tensor.{name} does not exist")
        return found

    def compare(self, got: Any, want: Any, what: str, truth: Any = None) -> None:
        call = (self.sample.input, self.sample.args, self.kwargs)
        compare(self.bridge, got, want, self.op, what, truth, call)

    def truth(self, f: Any, drew: bool) -> Any:
        """A function that runs `f(args, kwargs)` of PyTorch in double precision, or that gives the
        reference of the database where the sample is in double precision already."""
        if drew:
            return None
        tensors = leaves((self.args, self.kwargs), torch.Tensor)

        def run() -> Any:
            try:
                if any(t.dtype in WIDER for t in tensors):
                    return f(widened(self.args), widened(self.kwargs))
                if self.op.ref is None or f != self._forward:
                    return None
                arrays = mapped(lambda t: t.detach().numpy(), (self.args, self.kwargs))
                return torch.as_tensor(np.asarray(self.op.ref(*arrays[0], **arrays[1])))
            except (RuntimeError, TypeError, ValueError, NotImplementedError, IndexError):
                return None  # there is no such computation, so PyTorch's value stands

        return run

    def _forward(self, args: tuple, kwargs: dict) -> Any:
        return seeded(torch, self.reference, *args, **kwargs)

    # The kinds. Each gives False when it does not apply, and raises on a difference.

    def forward(self) -> bool:
        f = self.ours()
        try:
            want, drew = theirs(self.reference, self.args, self.kwargs)
        except Exception:
            return False
        there = self.bridge.there
        got = seeded(self.bridge.lib, f, *there(self.args), **there(self.kwargs))
        self.compare(got, want, "forward", self.truth(self._forward, drew))
        return True

    def method(self) -> bool:
        return self._through(self.op.method_variant, "method")

    def inplace(self) -> bool:
        if self.sample.broadcasts_input:
            return False
        return self._through(self.op.inplace_variant, "inplace")

    def _through(self, variant: Any, kind: str) -> bool:
        s, there = self.sample, self.bridge.there
        if variant is None or not isinstance(s.input, torch.Tensor):
            return False
        f = self.variant(self.bridge, variant)
        reference = self.variant(THEIRS, variant)
        held = s.input.detach().clone()
        try:
            want, drew = theirs(reference, (held, *s.args), s.kwargs)
        except Exception:
            return False  # PyTorch refuses this sample in this variant
        ours = there(s.input.detach())
        got = seeded(self.bridge.lib, f, ours, *there(s.args), **there(s.kwargs))
        truth = self.truth(self._forward, drew)
        self.compare(got, want, kind, truth)
        if kind == "inplace":
            self.compare(ours, held, "input after the in-place call", truth)
        return True

    def out(self) -> bool:
        if not self.op.supports_out:
            return False
        f, there, lib = self.ours(), self.bridge.there, self.bridge.lib
        try:
            want, drew = theirs(self.reference, self.args, self.kwargs)
        except Exception:
            return False
        outs = leaves(want, torch.Tensor)
        if not outs or isinstance(want, list):
            return False
        written = [torch.zeros_like(o, requires_grad=False) for o in outs]
        ours = [there(torch.zeros_like(o, requires_grad=False)) for o in outs]
        single = len(outs) == 1 and isinstance(want, torch.Tensor)
        plain = mapped(lambda t: t.detach(), self.args)
        try:
            out = written[0] if single else tuple(written)
            seeded(torch, self.reference, *plain, **self.kwargs, out=out)
        except Exception:
            return False
        out = ours[0] if single else tuple(ours)
        seeded(lib, f, *there(self.args), **there(self.kwargs), out=out)
        self.compare(ours, written, "out=", self.truth(self._forward, drew))
        return True

    def grad(self) -> bool:
        bridge, lib = self.bridge, self.bridge.lib
        f = self.ours()
        args, kwargs = fresh(self.args), fresh(self.kwargs)
        try:
            found = self._gradients(args, kwargs)
        except RuntimeError:
            return False
        if found is None:
            return False
        want, cotangents, drew = found
        ours, named = bridge.there(args, grad=True), bridge.there(kwargs, grad=True)
        process = bridge.function(self.sample.output_process_fn_grad)
        out = process(seeded(lib, f, *ours, **named))
        outs = [t for t in leaves(out, lib.Tensor) if t.requires_grad]
        ins = [t for t in leaves((ours, named), lib.Tensor) if t.requires_grad]
        count = f"grad: {len(outs)} differentiable outputs instead of {len(cotangents)}"
        assert len(outs) == len(cotangents), count
        got = lib.autograd.grad(outs, ins, bridge.there(cotangents), allow_unused=True)

        true: list = []

        def truth(i: int) -> Any:
            if not true:
                ask = self.truth(lambda a, k: self._gradients(fresh(a), fresh(k), cotangents), drew)
                true.append(ask and ask())
            return true[0] and true[0][0][i]

        for i, (a, b) in enumerate(zip(got, want, strict=True)):
            if b is None:
                none = a is None or not bridge.back(a).abs().sum()
                assert none, f"grad[{i}]: a gradient where PyTorch has none"
            elif a is None:
                assert not b.abs().sum(), f"grad[{i}]: no gradient where PyTorch has one"
            else:
                self.compare_gradient(a, b, i, truth)
        return True

    def compare_gradient(self, a: Any, b: Any, i: int, truth: Any) -> None:
        # The gradient of a sort is no sort: its values are compared as they stand.
        compare(self.bridge, a, b, self.op, f"grad[{i}]", lambda: truth(i))

    def _gradients(self, args: tuple, kwargs: dict, given: list | None = None) -> tuple | None:
        """PyTorch's gradients, the cotangents they are for, and whether random numbers were drawn;
        None when nothing is differentiable."""
        out, drew = theirs(self.reference, args, kwargs)
        outs = differentiable(self.sample.output_process_fn_grad(out))
        ins = [t for t in leaves((args, kwargs), torch.Tensor) if t.requires_grad]
        if not outs or not ins:
            return None
        generator = torch.Generator().manual_seed(1)
        if given is None:
            wide = [torch.randn(o.shape, generator=generator, dtype=torch.float64) for o in outs]
            given = [c.to(o.dtype) for c, o in zip(wide, outs)]
        cotangents = [c.to(o.dtype) for c, o in zip(given, outs, strict=True)]
        return torch.autograd.grad(outs, ins, cotangents, allow_unused=True), cotangents, drew


def run_errors(bridge: Bridge, op: Any) -> bool:
    """Every invalid input of the database. False when it has none that PyTorch refuses."""
    if op.error_inputs_func is None:
        return False
    count = 0
    for entry in op.error_inputs("cpu"):
        s = entry.sample_input
        given = (s.input, *s.args), s.kwargs
        f, carried = bridge.operator(op), True
        try:  # before PyTorch has it, which resizes an `out=` even where it then refuses
            with bridge.shared_memory(given):
                args, kwargs = bridge.there(given)
        except Exception:
            carried = False  # the input itself cannot be expressed in the library
        try:
            op(s.input, *s.args, **s.kwargs)
            continue
        except Exception as error:
            kind = type(error)
        if f is None:
            raise Missing(f"{op.name} does not exist")
        if not carried:
            continue
        count += 1
        said = entry.error_regex[:80]
        try:
            f(*args, **kwargs)
        except kind:
            continue
        except Exception as error:
            got = f"{type(error).__name__} ({str(error)[:80]})"
            raise AssertionError(f"error: {got} instead of {kind.__name__} ({said})") from None
        raise AssertionError(f"error: no exception instead of {kind.__name__} ({said})")
    return count > 0


def cell(bridge: Bridge, op: Any, kind: str, dtype: str, samples: int, seconds: int) -> str:
    """'pass', 'skip', or the first difference found, as text."""

    def expire(*_):
        raise Timeout(f"longer than {seconds} s")

    signal.signal(signal.SIGALRM, expire)
    signal.alarm(seconds)
    try:
        return _cell(bridge, op, kind, dtype, samples)
    except Timeout as error:
        return f"Timeout: {error}"
    except Exception as error:
        return said(error)
    finally:
        signal.alarm(0)


def _cell(bridge: Bridge, op: Any, kind: str, dtype: str, samples: int) -> str:
    if kind == "error":
        return "pass" if run_errors(bridge, op) else "skip"
    dt = getattr(torch, dtype)
    if dt not in op.supported_dtypes("cpu"):
        return "skip"
    grad = kind == "grad"
    if grad and (not op.supports_autograd or op.name in GAUGE_FREE):
        return "skip"
    if grad and dt not in op.supported_backward_dtypes("cpu"):
        return "skip"
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    ran = 0
    for s in take(op.sample_inputs("cpu", dt, requires_grad=grad), samples):
        tensors = leaves((s.input, s.args, s.kwargs), torch.Tensor)
        if any(t.is_sparse or t.layout != torch.strided for t in tensors):
            continue
        try:
            ran += getattr(Sample(bridge, op, s), kind)()
        except Timeout:
            raise
        except Exception as error:
            shapes = [tuple(t.shape) for t in leaves((s.input, s.args), torch.Tensor)]
            return f"{said(error)}  <- shapes {shapes} kwargs {str(s.kwargs)[:120]}"
    return "pass" if ran else "skip"


def said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def library(args: argparse.Namespace) -> types.ModuleType:
    """The library that the options of an exam name."""
    return torch if args.self else importlib.import_module(args.lib)


def selected(ops: str | None, shard: str | None) -> list:
    """The entries of the database that belong to the exam."""
    wanted = set(ops.split(",")) if ops else None
    entries = [o for o in op_db if label(o) not in EXCLUDED and o.name not in EXCLUDED]
    if wanted is not None:
        entries = [o for o in entries if o.name in wanted or label(o) in wanted]
    if shard:
        part, parts = map(int, shard.split("/"))
        entries = [o for o in entries if zlib.crc32(o.name.encode()) % parts == part - 1]
    return entries


def dtypes_of(op: Any, kind: str, dtypes: list[str], one: bool) -> list[str]:
    """The dtypes that a kind is examined in, of those asked for; `one`: the first that `op` has."""
    if kind == "error":
        return ["any"]
    of_kind = {"forward": DTYPES, "grad": GRAD_DTYPES}.get(kind, ONE_DTYPE)
    found = [d for d in dtypes if d in of_kind]
    has = op.supported_backward_dtypes if kind == "grad" else op.supported_dtypes
    return [d for d in found if getattr(torch, d) in has("cpu")][:1] if one else found


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--lib", default="torchish", help="module under test")
    p.add_argument("--self", action="store_true", help="PyTorch against itself")
    p.add_argument("--ops", help="comma-separated operator names (default: all)")
    p.add_argument("--kinds", default=",".join(KINDS))
    p.add_argument("--dtypes", default=",".join(DTYPES))
    p.add_argument("--one-dtype", action="store_true", help="the first that an operator has")
    p.add_argument("--samples", type=int, default=6, help="samples of a cell; 0 for all")
    p.add_argument("--seconds", type=int, default=60, help="time limit of one cell")
    p.add_argument("--shard", help="K/N: the K-th of N parts, 1-based")
    p.add_argument("--json", help="write every cell's result here")
    p.add_argument("--verbose", action="store_true", help="print every failing cell")
    a = p.parse_args()
    bridge = Bridge(library(a))
    kinds, dtypes = a.kinds.split(","), a.dtypes.split(",")
    results = {}
    for op in selected(a.ops, a.shard):
        for kind in kinds:
            for dtype in dtypes_of(op, kind, dtypes, a.one_dtype):
                r = cell(bridge, op, kind, dtype, a.samples, a.seconds)
                if r == "skip":
                    continue
                results[f"{label(op)} {kind} {dtype}"] = r
                if a.verbose and r != "pass":
                    print(f"{label(op)} {kind} {dtype}: {r}", flush=True)
    if a.json:
        with open(a.json, "w") as file:
            json.dump(results, file, indent=0)
    total, passed = collections.Counter(), collections.Counter()
    whole = collections.defaultdict(lambda: True)
    for key, r in results.items():
        name, kind, _ = key.rsplit(" ", 2)
        total[kind] += 1
        passed[kind] += r == "pass"
        whole[name] &= r == "pass"
    for kind in kinds:
        if total[kind]:
            share = 100 * passed[kind] / total[kind]
            print(f"{kind:8} {passed[kind]:5} of {total[kind]:5} cells  {share:5.1f}%")
    if not results:
        print("nothing selected")
        return 2
    ok, share = sum(whole.values()), 100 * sum(whole.values()) / len(whole)
    print(f"operators with every cell passing: {ok} of {len(whole)}  {share:.1f}%")
    return 0 if ok == len(whole) else 1


if __name__ == "__main__":
    sys.exit(main())
