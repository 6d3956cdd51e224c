"""torchish: PyTorch programs on JAX and XLA.

`import torchish as torch`, and eager tensors with views and in-place methods, `loss.backward()`,
modules, optimizers and data loaders behave as PyTorch's. New code runs at once, in NumPy; what
comes back is recorded, and compiled as one XLA program when that pays.
"""

import importlib as _importlib
import math as _math
import sys as _sys
from typing import TYPE_CHECKING as _TYPE_CHECKING

from torchish._collector import paused as _paused

with _paused():
    from torchish import (
        _VF,
        __future__,
        _absent,
        _examples,
        _functions,
        _internals,
        _ops,
        _symbols,
        _utils,
        _vmap_internals,
        accelerator,
        amp,
        autograd,
        backends,
        compiler,
        cpu,
        cuda,
        distributed,
        engine,
        fft,
        func,
        functional,
        jit,
        linalg,
        mps,
        nn,
        optim,
        overrides,
        random,
        return_types,
        serialization,
        sparse,
        special,
        types,
        utils,
        version,
        xpu,
    )
    from torchish._compile import _disable_dynamo
    from torchish._core.base import devices as _devices
    from torchish._core.base import dtypes as _dt
    from torchish._core.base import qschemes as _qschemes
    from torchish._core.base.devices import device
    from torchish._core.base.dtypes import dtype, finfo, get_default_dtype, iinfo
    from torchish._core.base.errors import AcceleratorError, OutOfMemoryError
    from torchish._core.base.layouts import (
        channels_last,
        channels_last_3d,
        contiguous_format,
        jagged,
        layout,
        memory_format,
        preserve_format,
        sparse_bsc,
        sparse_bsr,
        sparse_coo,
        sparse_csc,
        sparse_csr,
        strided,
    )
    from torchish._core.base.qschemes import qscheme
    from torchish._core.tensor import FUNCTIONS as _FUNCTIONS
    from torchish._core.tensor import overrides as _overrides
    from torchish._core.tensor import typed_storages as _storages
    from torchish._core.tensor.api import factory as _factory
    from torchish._core.tensor.api import foreach as _foreach
    from torchish._core.tensor.api import objects as _objects
    from torchish._core.tensor.api import random as _random
    from torchish._core.tensor.api.buffers import asarray, from_dlpack, frombuffer
    from torchish._core.tensor.api.factory import (
        as_tensor,
        empty,
        empty_like,
        empty_strided,
        from_numpy,
        full,
        full_like,
        ones,
        ones_like,
        scalar_tensor,
        tensor,
        zeros,
        zeros_like,
    )
    from torchish._core.tensor.api.ranges import arange, eye
    from torchish._core.tensor.api.ranges import range_ as _range
    from torchish._core.tensor.generator import Generator
    from torchish._core.tensor.public import namespace as _namespace
    from torchish._core.tensor.public import spaces as _spaces
    from torchish._core.tensor.public import that_take as _that_take
    from torchish._core.tensor.repr import set_printoptions
    from torchish._core.tensor.size import Size
    from torchish._core.tensor.tape import modes as _modes
    from torchish._core.tensor.tape.modes import (
        enable_grad,
        inference_mode,
        is_grad_enabled,
        is_inference_mode_enabled,
        no_grad,
        set_grad_enabled,
    )
    from torchish._core.tensor.tensor import Tensor
    from torchish._ops import aten as _aten
    from torchish._streams import Event, Stream, get_device_module
    from torchish.amp import autocast
    from torchish.func import vmap
    from torchish.serialization import load, save
    from torchish.settings import *
    from torchish.version import __version__

if _TYPE_CHECKING:
    from torchish import (
        ao,
        distributions,
        futures,
        fx,
        hub,
        library,
        masked,
        mtia,
        multiprocessing,
        nested,
        onnx,
        profiler,
        quasirandom,
        signal,
        testing,
    )
    from torchish._as_torch import install as install
    from torchish._attached.functions import *
    from torchish._tools.summary import summary as summary

globals().update({_n: _f for _n, _f in _namespace("").items() if not _n.startswith("__")})
globals().update(_dt.BY_NAME | _dt.UNHELD | _dt.ALIASES | _qschemes.BY_NAME)
to_dlpack = utils.dlpack.to_dlpack
is_anomaly_enabled = _modes.is_anomaly_enabled

inf, nan, pi, e = _math.inf, _math.nan, _math.pi, _math.e
newaxis = None
legacy_contiguous_format = contiguous_format
torch = _sys.modules[__name__]  # PyTorch has itself by this name
_overrides.publish("torch", globals(), _that_take("tensors"))
_overrides.publish("torch", globals(), _that_take("sizes"), modes_only=True)
_overrides.name_for_pickle(globals())
_overrides.name_for_pickle(dict(vars(Tensor)), "Tensor.")
for _space in (nn.functional, nn.init, linalg, fft, special):
    _overrides.name_for_pickle(vars(_space), home=_space.__name__)
default_generator = _random.default_generator


_LATE_FUNCTIONS = {
    "install": "_as_torch",
    "summary": "_tools.summary",
    "lobpcg": "_lobpcg",
    "quantize_per_tensor": "_quantized.tensors",
    "quantize_per_channel": "_quantized.tensors",
    "quantize_per_tensor_dynamic": "_quantized.tensors",
    "fake_quantize_per_tensor_affine": "_quantized.fake",
    "fake_quantize_per_channel_affine": "_quantized.fake",
    "fused_moving_avg_obs_fake_quant": "_quantized.fake",
    "_fused_moving_avg_obs_fq_helper": "_quantized.fake",
    "_fake_quantize_per_tensor_affine_cachemask_tensor_qparams": "_quantized.fake",
}
_LATE = {"__config__", "_dynamo", "_inductor", "_refs", "ao", "distributions", "futures", "fx",
         "hub", "library", "masked", "mtia", "multiprocessing", "nested", "onnx", "profiler",
         "quasirandom", "signal", "storage", "testing"}  # fmt: skip


def __getattr__(name: str):
    """Parts that cost time to import, imported when they are first asked for."""
    if name == "Storage":
        return _storages.LEGACY[_storages.dtype_names()[get_default_dtype()]]
    if name in _LATE:
        return _importlib.import_module(f"torchish.{name}")
    if name in _LATE_FUNCTIONS:
        home = _importlib.import_module(f"torchish.{_LATE_FUNCTIONS[name]}")
        found = globals()[name] = getattr(home, name)
        return found
    return _absent_name(name)


def __dir__() -> list[str]:
    # PyTorch imports these three when they are first asked for, too.
    late = _LATE - {"_dynamo", "_inductor", "onnx"}
    return sorted({*globals(), *late, *_LATE_FUNCTIONS, "Storage"})


_examples.join(_spaces(), globals())  # Note [Examples]
_absent.install()
_absent_name = _absent.attributes("torchish")
_aten.install(globals())
ops = _sys.modules[__name__ + ".ops"] = _ops.ops
