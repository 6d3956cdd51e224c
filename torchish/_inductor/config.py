"""`torch._inductor.config`: switches of PyTorch's compiler. Any can be set and read again; nothing
here depends on them."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Iterator
from typing import Any

conv_1x1_as_mm = False
coordinate_descent_tuning = False
coordinate_descent_check_all_directions = False
cpp_wrapper = False
debug = False
epilogue_fusion = True
fallback_random = False
force_fuse_int_mm_with_mul = False
freezing = False
fx_graph_cache = True
max_autotune = False
max_autotune_gemm = False
use_mixed_mm = False

cpp = types.SimpleNamespace(threads=-1)
triton = types.SimpleNamespace(cudagraphs=False, cudagraph_trees=True, unique_kernel_names=True)


@contextlib.contextmanager
def patch(arg1: Any = None, arg2: Any = None, **changes: Any) -> Iterator[None]:
    """Other values of switches, for a `with` block or a decorated function."""
    if arg1 is not None:
        changes = dict(arg1) if isinstance(arg1, dict) else {arg1: arg2}
    space = vars(sys.modules[__name__])
    before = {k: space[k] for k in changes if k in space}
    space.update(changes)
    try:
        yield
    finally:
        for name in changes:
            del space[name]
        space.update(before)


def __getattr__(name: str) -> Any:
    raise AttributeError(f"torch._inductor.config.{name} does not exist")
