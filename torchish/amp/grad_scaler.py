"""GradScaler: scales a loss so that small gradients survive in float16, and adapts the scale.

https://docs.pytorch.org/docs/stable/amp.html#gradient-scaling
"""

from __future__ import annotations

import enum
import inspect
import math
import warnings
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import jax.numpy as jnp
import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.ops.table import with_host
from torchish._core.tensor import full, record_fused
from torchish._core.tensor.tape.modes import no_grad
from torchish._core.tensor.tensor import Tensor

if TYPE_CHECKING:
    from torchish.optim.optimizer import Optimizer

__all__ = ["GradScaler", "OptState"]

Outputs = TypeVar("Outputs", Tensor, list, tuple, Iterable)


class OptState(enum.Enum):
    """What was done for an optimizer since the last update."""

    READY = 0
    UNSCALED = 1
    STEPPED = 2


def _refresh_per_optimizer_state() -> dict[str, Any]:
    """What is known of an optimizer after an update."""
    return {"stage": OptState.READY, "found_inf_per_device": {}}


_fresh = _refresh_per_optimizer_state


def _unscale_on_host(*arrays):
    *grads, inverse = arrays
    out = []
    for g in grads:
        wide = g if g.dtype.itemsize >= 4 else g.astype(np.float32)
        out.append((wide * inverse.astype(wide.dtype)).astype(g.dtype, copy=False))
    return (*out, *_flag_on_host(*grads))


def _flag_on_host(*grads):
    return (np.float32(not all(np.isfinite(g).all() for g in grads)),)


@with_host(_unscale_on_host)
def _unscale(*arrays):
    """Gradients times the inverse scale, and 1.0 where one of them holds inf or NaN."""
    *grads, inverse = arrays
    bad = jnp.zeros((), bool)
    out = []
    for g in grads:
        bad = bad | ~jnp.all(jnp.isfinite(g))
        out.append((g.astype(jnp.promote_types(g.dtype, jnp.float32)) * inverse).astype(g.dtype))
    return (*out, bad.astype(jnp.float32))


@with_host(_flag_on_host)
def _flag(*grads):
    """1.0 where a gradient holds inf or NaN."""
    bad = jnp.zeros((), bool)
    for g in grads:
        bad = bad | ~jnp.all(jnp.isfinite(g))
    return (bad.astype(jnp.float32),)


def unscale_all(grads: list[Tensor], found_inf: Tensor, inverse: Tensor) -> None:
    """Multiply gradients by a number, and set `found_inf` to 1 where one of them is inf or NaN."""
    if not grads:
        return
    *new, flag = record_fused(_unscale, "unscale", [*grads, inverse.reshape(())])
    for g, n in zip(grads, new, strict=True):
        g._write(n)
    found_inf.copy_(found_inf.maximum(flag))


class GradScaler:
    """Multiplies losses by a factor, divides gradients by it, and skips steps whose gradients
    overflowed.

    device           where the factor lives: "cuda", "cpu", ...
    init_scale       the first factor
    growth_factor    what it is multiplied with after `growth_interval` steps without overflow
    backoff_factor   what it is multiplied with after an overflow
    enabled          False: scale, step and update do what a program without a scaler does
    https://docs.pytorch.org/docs/stable/amp.html#torch.amp.GradScaler

    >>> scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    >>> scaler.scale(torch.tensor(3.0))
    tensor(12.)
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ):
        self._device = device
        self._enabled = enabled
        if enabled and device == "cuda" and not devices.jax_devices("cuda"):
            warnings.warn(
                "torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.",
                stacklevel=2,
            )
            self._enabled = False
        if not self._enabled:
            return
        if growth_factor <= 1.0:
            raise AssertionError("The growth factor must be > 1.0.")
        if backoff_factor >= 1.0:
            raise AssertionError("The backoff factor must be < 1.0.")
        self._init_scale = init_scale
        self._scale: Tensor | None = None  # made at the first scale(), where the loss is
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._growth_interval = growth_interval
        self._init_growth_tracker = 0
        self._growth_tracker: Tensor | None = None
        self._per_optimizer_states: dict[int, dict[str, Any]] = defaultdict(_fresh)

    def _begin(self, device) -> Tensor:
        """The factor, made when first asked for."""
        if self._scale is None:
            if self._growth_tracker is not None:
                raise AssertionError("_growth_tracker initialized before _scale")
            self._scale = full((), self._init_scale, dtype=dt.float32, device=device)
            self._growth_tracker = full(
                (), self._init_growth_tracker, dtype=dt.int32, device=device
            )
        return self._scale

    def _begun(self, what: str) -> tuple[Tensor, Tensor]:
        fix = (
            "This may indicate your script did not use scaler.scale(loss or outputs) earlier in "
            "the iteration."
        )
        if self._scale is None:
            raise AssertionError(f"Attempted {what} but _scale is None.  " + fix)
        if self._growth_tracker is None:
            raise AssertionError(f"Attempted {what} but _growth_tracker is None.  " + fix)
        return self._scale, self._growth_tracker

    def scale(self, outputs: Outputs) -> Outputs:
        """A tensor, or (nested) iterables of tensors, times the factor."""
        if not self._enabled:
            return outputs
        if isinstance(outputs, Tensor):
            return outputs * self._begin(outputs.device).to(outputs.device)

        def apply(value):
            if isinstance(value, Tensor):
                return value * self._begin(value.device).to(value.device)
            if isinstance(value, Iterable):
                scaled = map(apply, value)
                return type(value)(scaled) if isinstance(value, (list, tuple)) else scaled
            raise ValueError("outputs must be a Tensor or an iterable of Tensors")

        return apply(outputs)

    # --- unscaling ------------------------------------------------------------------------------

    def _grads(self, optimizer, allow_fp16: bool) -> dict[devices.device, list[Tensor]]:
        """The gradients of an optimizer's parameters, by device."""
        found: dict[devices.device, list[Tensor]] = defaultdict(list)
        for group in optimizer.param_groups:
            for p in group["params"]:
                g = p.grad
                if g is None:
                    continue
                if not allow_fp16 and g.dtype is dt.float16:
                    raise ValueError("Attempting to unscale FP16 gradients.")
                if g._sparse and g.dtype is dt.float16 and not g.is_coalesced():
                    p.grad = g = g.coalesce()  # sums of what lies at one place may overflow
                found[g.device].append(g._vals if g._sparse else g)
        return found

    def _unscale_grads_(
        self, optimizer: Optimizer, inv_scale: Tensor, found_inf: Tensor, allow_fp16: bool
    ) -> dict[devices.device, Tensor]:
        """Multiply an optimizer's gradients by `inv_scale`; for each device 1.0 where one of them
        was inf or NaN, else the number in `found_inf`."""
        flags = {}
        with no_grad():
            for device, grads in self._grads(optimizer, allow_fp16).items():
                flags[device] = found_inf.to(device, copy=True)
                unscale_all(grads, flags[device], inv_scale.to(device))
        return flags

    def unscale_(self, optimizer: Optimizer) -> None:
        """Divide the gradients of an optimizer's parameters by the factor, in place.

        Call it before `step` to look at, or clip, true gradients; at most once each update.
        """
        if not self._enabled:
            return
        scale, _ = self._begun("unscale_")
        state = self._per_optimizer_states[id(optimizer)]
        if state["stage"] is OptState.UNSCALED:
            raise RuntimeError(
                "unscale_() has already been called on this optimizer since the last update()."
            )
        if state["stage"] is OptState.STEPPED:
            raise RuntimeError("unscale_() is being called after step().")
        inverse = scale.double().reciprocal().float()
        flags = {}
        with no_grad():
            for device, grads in self._grads(optimizer, allow_fp16=False).items():
                *new, flag = record_fused(_unscale, "unscale", [*grads, inverse.to(device)])
                for g, n in zip(grads, new, strict=True):
                    g._write(n)
                flags[device] = flag
        state["found_inf_per_device"] = flags
        state["stage"] = OptState.UNSCALED

    def step(self, optimizer: Optimizer, *args: Any, **kwargs: Any) -> Any:
        """`optimizer.step(*args)` on unscaled gradients; skipped where one is inf or NaN.

        Looks at the gradients, so it waits for them.
        """
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if "closure" in kwargs:
            raise RuntimeError("Closure use is not currently supported if GradScaler is enabled.")
        self._begun("step")
        state = self._per_optimizer_states[id(optimizer)]
        if state["stage"] is OptState.STEPPED:
            raise RuntimeError("step() has already been called since the last update().")
        if getattr(optimizer, "_step_supports_amp_scaling", False):
            returned = self._step_itself(optimizer, state, args, kwargs)
            state["stage"] = OptState.STEPPED
            return returned
        if state["stage"] is OptState.READY:
            self.unscale_(optimizer)
        if not state["found_inf_per_device"]:
            raise AssertionError("No inf checks were recorded for this optimizer.")
        returned = None
        if not any(f.item() for f in state["found_inf_per_device"].values()):
            returned = optimizer.step(*args, **kwargs)
        state["stage"] = OptState.STEPPED
        return returned

    def _step_itself(self, optimizer, state: dict, args, kwargs):
        """The step of an optimizer that says it handles scaled gradients itself: it is given
        `grad_scaler`, or the attributes `grad_scale` and `found_inf`."""
        extra = dict(kwargs)
        if "grad_scaler" in inspect.signature(optimizer.step).parameters:
            warnings.warn(
                "GradScaler is going to stop passing itself as a keyword argument to the passed "
                "optimizer. In the near future GradScaler registers `grad_scale: Tensor` and "
                "`found_inf: Tensor` to the passed optimizer and let the optimizer use them "
                "directly.",
                FutureWarning,
                stacklevel=3,
            )
            extra["grad_scaler"] = self
            return optimizer.step(*args, **extra)
        if state["stage"] is OptState.READY:
            self._check_inf_per_device(optimizer)
        scale = self._begin(devices.device(self._device))
        total = sum(f.to(scale.device) for f in state["found_inf_per_device"].values())
        unscaled = state["stage"] is OptState.UNSCALED
        optimizer.grad_scale = None if unscaled else scale * getattr(optimizer, "grad_scale", 1)
        optimizer.found_inf = total
        try:
            return optimizer.step(*args, **extra)
        finally:
            del optimizer.grad_scale, optimizer.found_inf

    def _check_inf_per_device(self, optimizer) -> dict:
        self._begun("_check_inf_per_device")
        grads = self._grads(optimizer, allow_fp16=True)
        flags = {d: record_fused(_flag, "found_inf", gs)[0] for d, gs in grads.items()}
        self._per_optimizer_states[id(optimizer)]["found_inf_per_device"] = flags
        return flags

    def _found_inf_per_device(self, optimizer) -> dict:
        return self._per_optimizer_states[id(optimizer)]["found_inf_per_device"]

    # --- the factor -----------------------------------------------------------------------------

    def update(self, new_scale: float | Tensor | None = None) -> None:
        """Adapt the factor to whether the steps since the last update overflowed, or set it."""
        if not self._enabled:
            return
        scale, tracker = self._begun("update")
        if new_scale is not None:
            if isinstance(new_scale, float):
                scale.fill_(new_scale)
            else:
                if new_scale.device.type != self._device or new_scale.numel() != 1:
                    raise AssertionError(
                        "new_scale should be a float or a 1-element torch.cuda.FloatTensor or "
                        "torch.FloatTensor with requires_grad=False."
                    )
                if new_scale.requires_grad:
                    raise AssertionError(
                        "new_scale should be a float or a 1-element torch.cuda.FloatTensor or "
                        "torch.FloatTensor with requires_grad=False."
                    )
                scale.copy_(new_scale)
        else:
            flags = [
                f
                for state in self._per_optimizer_states.values()
                for f in state["found_inf_per_device"].values()
            ]
            if not flags:
                raise AssertionError("No inf checks were recorded prior to update.")
            self._adapt(scale, tracker, any(f.item() for f in flags))
        self._per_optimizer_states = defaultdict(_fresh)

    def _adapt(self, scale: Tensor, tracker: Tensor, overflowed: bool) -> None:
        if overflowed:
            scale.fill_(float(np.float32(scale.item() * self._backoff_factor)))
            tracker.fill_(0)
            return
        good = tracker.item() + 1
        if good == self._growth_interval:
            with np.errstate(over="ignore"):
                new = float(np.float32(scale.item() * self._growth_factor))
            if math.isfinite(new):
                scale.fill_(new)
            good = 0
        tracker.fill_(good)

    def _get_scale_async(self) -> Tensor | None:
        return self._scale

    def get_scale(self) -> float:
        """The factor as a number; 1.0 when disabled."""
        if not self._enabled:
            return 1.0
        return self._init_scale if self._scale is None else self._scale.item()

    def get_growth_factor(self) -> float:
        return self._growth_factor

    def set_growth_factor(self, new_factor: float) -> None:
        self._growth_factor = new_factor

    def get_backoff_factor(self) -> float:
        return self._backoff_factor

    def set_backoff_factor(self, new_factor: float) -> None:
        self._backoff_factor = new_factor

    def get_growth_interval(self) -> int:
        return self._growth_interval

    def set_growth_interval(self, new_interval: int) -> None:
        self._growth_interval = new_interval

    def _get_growth_tracker(self) -> int:
        if not self._enabled:
            return 0
        if self._growth_tracker is None:
            return self._init_growth_tracker
        return self._growth_tracker.item()

    def is_enabled(self) -> bool:
        """Whether the scaler scales."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """The factor and its rule; empty when disabled."""
        if not self._enabled:
            return {}
        return {
            "scale": self.get_scale(),
            "growth_factor": self._growth_factor,
            "backoff_factor": self._backoff_factor,
            "growth_interval": self._growth_interval,
            "_growth_tracker": self._get_growth_tracker(),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on as a stored scaler would; does nothing when disabled."""
        if not self._enabled:
            return
        if len(state_dict) == 0:
            raise RuntimeError(
                "The source state dict is empty, possibly because it was saved from a disabled "
                "instance of GradScaler."
            )
        self._init_scale = state_dict["scale"]
        if self._scale is not None:
            self._scale.fill_(state_dict["scale"])
        self._growth_factor = state_dict["growth_factor"]
        self._backoff_factor = state_dict["backoff_factor"]
        self._growth_interval = state_dict["growth_interval"]
        self._init_growth_tracker = state_dict["_growth_tracker"]
        if self._growth_tracker is not None:
            self._growth_tracker.fill_(state_dict["_growth_tracker"])

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        if self._enabled:
            if len(self._per_optimizer_states) != 0:
                raise AssertionError(
                    "A GradScaler instance may only be pickled at the beginning of an iteration, "
                    "or at the end after scaler.update()."
                )
            state["_init_scale"] = self.get_scale()
            state["_init_growth_tracker"] = self._get_growth_tracker()
            state["_scale"] = None
            state["_growth_tracker"] = None
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
