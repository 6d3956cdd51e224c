"""Compares `nn` modules with PyTorch's, on PyTorch's own inputs (`module_db`), in float64.

A cell is a module class and a kind; it passes when every input of the database passes, in training
and in evaluation where the two differ:

    init      built under one seed with the same arguments: the same state_dict, values included
    repr      the same text
    forward   the same outputs, after loading PyTorch's state_dict
    grad      the same gradients of inputs and parameters, for a fixed random cotangent
    buffers   the same buffers after the forward pass

Rules, beside those of `bridge.py`:

- **Modules as arguments.** Where the database hands over a module (TransformerEncoder takes a
  layer), the library gets its own module of that class, made with the arguments that the database
  made it with and loaded with the same state.
- **Random windows.** FractionalMaxPool draws in its forward pass; both libraries are seeded alike
  before it, so it must draw PyTorch's numbers.

    python tests/parity/exams/module_parity.py [--modules LSTM,Conv2d] [--kinds init,forward]
        [--verbose] [--lib NAME | --self] [--json FILE]
Exit status: 0 when every selected cell passes, 1 otherwise, 2 when nothing was selected.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import sys
from typing import Any

import torch
from bridge import Bridge, differentiable, fresh, leaves, look_up
from op_parity import library, said
from torch.nn.parameter import UninitializedTensorMixin
from torch.testing._internal.common_modules import module_db

KINDS = ("init", "repr", "forward", "grad", "buffers")
RUN = ("forward", "grad", "buffers")  # the kinds that call the module
SEED = 3
EXCLUDED = {"LinearCrossEntropyLoss"}  # new in PyTorch 2.13 and not documented
MADE_BY_THE_DATABASE = (torch.nn.TransformerEncoderLayer,)  # to be other modules' arguments


@contextlib.contextmanager
def noted_arguments():
    """Modules made within keep what they were made with, as `made_with`."""
    originals = [cls.__init__ for cls in MADE_BY_THE_DATABASE]

    def noting(init):
        def __init__(self, *args, **kwargs):
            init(self, *args, **kwargs)
            self.__dict__["made_with"] = (args, kwargs)

        return __init__

    for cls, init in zip(MADE_BY_THE_DATABASE, originals):
        cls.__init__ = noting(init)
    try:
        yield
    finally:
        for cls, init in zip(MADE_BY_THE_DATABASE, originals):
            cls.__init__ = init


def close(a: torch.Tensor, b: torch.Tensor, what: str) -> None:
    assert tuple(a.shape) == tuple(b.shape), f"{what}: shape {a.shape} instead of {b.shape}"
    assert a.dtype == b.dtype, f"{what}: dtype {a.dtype} instead of {b.dtype}"
    torch.testing.assert_close(
        a, b.detach(), rtol=1e-6, atol=1e-7, equal_nan=True, msg=lambda m: f"{what}: {m}"
    )


def same_state(bridge: Bridge, ours: Any, theirs: Any) -> None:
    got, want = ours.state_dict(), theirs.state_dict()
    assert list(got) == list(want), f"init: keys {list(got)} instead of {list(want)}"
    for key, value in want.items():
        if not isinstance(value, UninitializedTensorMixin):
            close(bridge.back(got[key]), value, f"init {key}")


def load(bridge: Bridge, ours: Any, theirs: Any) -> None:
    state = theirs.state_dict()
    if not any(isinstance(value, UninitializedTensorMixin) for value in state.values()):
        ours.load_state_dict({key: bridge.there(value) for key, value in state.items()})


def check(bridge: Bridge, info: Any, entry: Any, training: bool, kind: str) -> None:
    lib, cls = bridge.lib, info.module_cls
    ours_cls = look_up(lib, "nn." + cls.__name__)
    if ours_cls is None:
        raise AttributeError(f"nn.{cls.__name__} does not exist")
    made = entry.constructor_input
    args, kwargs = bridge.there(made.args), bridge.there(made.kwargs)
    torch.manual_seed(SEED)
    theirs = cls(*made.args, **made.kwargs)
    lib.manual_seed(SEED)
    ours = ours_cls(*args, **kwargs)
    if kind == "init":
        same_state(bridge, ours, theirs)
    elif kind == "repr":
        assert repr(ours) == repr(theirs), f"repr: {ours!r} instead of {theirs!r}"
    elif entry.forward_input is not None:
        theirs.double().train(training)
        ours.double().train(training)
        load(bridge, ours, theirs)
        check_call(bridge, ours, theirs, entry.forward_input, kind)


def check_call(bridge: Bridge, ours: Any, theirs: Any, given: Any, kind: str) -> None:
    lib = bridge.lib
    t_args, t_kwargs = fresh(given.args), fresh(given.kwargs)
    args, kwargs = bridge.there(t_args, grad=True), bridge.there(t_kwargs, grad=True)
    torch.manual_seed(SEED)
    want = theirs(*t_args, **t_kwargs)
    lib.manual_seed(SEED)
    got = ours(*args, **kwargs)
    if kind == "forward":
        w, g = leaves(want, torch.Tensor), leaves(got, lib.Tensor)
        assert len(w) == len(g), f"forward: {len(g)} tensors instead of {len(w)}"
        for i, (x, y) in enumerate(zip(g, w)):
            close(bridge.back(x), y, f"forward[{i}]")
        return
    if kind == "buffers":
        pairs = zip(theirs.named_buffers(), ours.named_buffers(), strict=True)
        for (name, y), (ours_name, x) in pairs:
            assert name == ours_name, f"buffer {ours_name} instead of {name}"
            close(bridge.back(x), y, f"buffer {name}")
        return
    outs = differentiable(want)
    ins = wanting((t_args, t_kwargs), theirs, torch.Tensor)
    if not outs or not ins:
        return
    generator = torch.Generator().manual_seed(1)
    wide = [torch.randn(o.shape, generator=generator, dtype=torch.float64) for o in outs]
    cotangents = [c.to(o.dtype) for c, o in zip(wide, outs)]
    want_grads = torch.autograd.grad(outs, ins, cotangents, allow_unused=True)
    ours_outs = [t for t in leaves(got, lib.Tensor) if t.requires_grad]
    ours_ins = wanting((args, kwargs), ours, lib.Tensor)
    grads = lib.autograd.grad(ours_outs, ours_ins, bridge.there(cotangents), allow_unused=True)
    count = f"grad: {len(grads)} gradients instead of {len(want_grads)}"
    assert len(grads) == len(want_grads), count
    for i, (x, y) in enumerate(zip(grads, want_grads)):
        if x is None or y is None:
            rest = [t for t in (y, None if x is None else bridge.back(x)) if t is not None]
            zero = not any(t.abs().sum() for t in rest)
            assert zero, f"grad[{i}]: None on one side only"
        else:
            close(bridge.back(x), y, f"grad[{i}]")


def wanting(given: Any, module: Any, kind: type) -> list:
    """The inputs and parameters that require a gradient."""
    found = [t for t in leaves(given, kind) if t.requires_grad]
    return found + [p for p in module.parameters() if p.requires_grad]


def cell(bridge: Bridge, info: Any, kind: str) -> str:
    """'pass', or the first difference found, as text."""
    modes = (True, False) if info.train_and_eval_differ and kind in RUN else (True,)
    try:
        for training in modes:
            torch.manual_seed(SEED)
            with noted_arguments():
                entries = info.module_inputs_func(
                    info, device="cpu", dtype=torch.float64, requires_grad=True, training=training
                )
            for entry in entries:
                check(bridge, info, entry, training, kind)
    except Exception as error:
        return said(error)
    return "pass"


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--lib", default="torchish", help="module under test")
    p.add_argument("--self", action="store_true", help="PyTorch against itself")
    p.add_argument("--modules", help="comma-separated class names (default: all)")
    p.add_argument("--kinds", default=",".join(KINDS))
    p.add_argument("--verbose", action="store_true", help="print every failing cell")
    p.add_argument("--json", help="write every cell's result here")
    a = p.parse_args()
    bridge = Bridge(library(a))
    wanted = set(a.modules.split(",")) if a.modules else None
    results = {}
    for info in module_db:
        name = info.module_cls.__name__
        if (wanted and name not in wanted) or name in EXCLUDED:
            continue
        for kind in a.kinds.split(","):
            results[f"{name} {kind}"] = r = cell(bridge, info, kind)
            if a.verbose and r != "pass":
                print(f"{name} {kind}: {r}", flush=True)
    if not results:
        print("nothing selected")
        return 2
    if a.json:
        with open(a.json, "w") as file:
            json.dump(results, file, indent=0)
    whole = collections.defaultdict(lambda: True)
    for key, r in results.items():
        whole[key.split()[0]] &= r == "pass"
    for kind in a.kinds.split(","):
        rs = [r for key, r in results.items() if key.endswith(" " + kind)]
        print(f"{kind:8} {sum(r == 'pass' for r in rs):4} of {len(rs):4} modules")
    ok, share = sum(whole.values()), 100 * sum(whole.values()) / len(whole)
    print(f"modules with every cell passing: {ok} of {len(whole)}  {share:.1f}%")
    return 0 if ok == len(whole) else 1


if __name__ == "__main__":
    sys.exit(main())
