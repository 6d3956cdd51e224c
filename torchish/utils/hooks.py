"""`torch.utils.hooks`: what registering a hook returns."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from torchish import _absent
from torchish._core.tensor.tape.handles import RemovableHandle

__all__ = ["RemovableHandle", "unserializable_hook", "warn_if_has_hooks"]


def unserializable_hook(f: Callable) -> Callable:
    """Mark a hook that a pickled tensor leaves behind, of which `warn_if_has_hooks` warns."""
    vars(f)["__torch_unserializable__"] = True
    return f


def warn_if_has_hooks(tensor: Any) -> None:
    """Warn for each marked hook of a tensor that is about to be pickled."""
    for hook in (getattr(tensor, "_backward_hooks", None) or {}).values():
        if hasattr(hook, "__torch_unserializable__"):
            warnings.warn(
                f"backward hook {hook!r} on tensor will not be serialized.  If this is expected, "
                "you can decorate the function with @torch.utils.hooks.unserializable_hook to "
                "suppress this warning",
                stacklevel=2,
            )


__getattr__ = _absent.attributes(__name__)
