"""`torch._inductor.config`: switches of PyTorch's compiler. Any can be set and read again; nothing
here depends on them."""

from __future__ import annotations

import types
from typing import Any

conv_1x1_as_mm = False
coordinate_descent_tuning = False
coordinate_descent_check_all_directions = False
cpp_wrapper = False
debug = False
epilogue_fusion = True
force_fuse_int_mm_with_mul = False
freezing = False
fx_graph_cache = True
max_autotune = False
max_autotune_gemm = False
use_mixed_mm = False

cpp = types.SimpleNamespace(threads=-1)
triton = types.SimpleNamespace(cudagraphs=False, cudagraph_trees=True, unique_kernel_names=True)


def __getattr__(name: str) -> Any:
    raise AttributeError(f"torch._inductor.config.{name} does not exist")
