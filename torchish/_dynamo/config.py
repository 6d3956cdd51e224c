"""`torch._dynamo.config`: switches of PyTorch's tracer. They can be read and set; nothing here
depends on them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

accumulated_cache_size_limit = accumulated_recompile_limit = 256
allow_unspec_int_on_nn_module = False
assume_static_by_default = True
automatic_dynamic_shapes = True
compiled_autograd = False
cache_size_limit = recompile_limit = 8
capture_dynamic_output_shape_ops = False
capture_scalar_outputs = False
disable = False
dynamic_shapes = True
error_on_recompile = False
fail_on_recompile_limit_hit = False
force_parameter_static_shapes = True
force_unspec_int_unbacked_size_like_on_torchrec_kjt = False
inline_inbuilt_nn_modules = True
issue_3_13_0_warning = True
log_compilation_metrics = True
log_level = None
optimize_ddp = True
suppress_errors = False
verbose = False


@contextlib.contextmanager
def patch(arg1: Any = None, arg2: Any = None, **changes: Any) -> Iterator[None]:
    """Other values of switches, for a `with` block or a decorated function."""
    if arg1 is not None:
        changes = dict(arg1) if isinstance(arg1, dict) else {arg1: arg2}
    space = vars(sys.modules[__name__])
    before = {k: space[k] for k in changes}
    space.update(changes)
    try:
        yield
    finally:
        space.update(before)
