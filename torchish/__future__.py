"""`torch.__future__`: whether modules replace their parameters where they convert them.

https://docs.pytorch.org/docs/stable/future_mod.html
"""

from torchish.nn.modules import _conversion

__all__ = [
    "get_overwrite_module_params_on_conversion",
    "get_swap_module_params_on_conversion",
    "set_overwrite_module_params_on_conversion",
    "set_swap_module_params_on_conversion",
]


def set_overwrite_module_params_on_conversion(value: bool) -> None:
    """Whether `module.to`, `float` and the like make new parameters, in place of giving the old
    ones new data."""
    _conversion.state.overwrite = value


def get_overwrite_module_params_on_conversion() -> bool:
    """What `set_overwrite_module_params_on_conversion` set; False before."""
    return _conversion.state.overwrite


def set_swap_module_params_on_conversion(value: bool) -> None:
    """Whether `module.to` and the like, and `load_state_dict`, swap parameters with new ones
    (`torch.utils.swap_tensors`), so that the objects stay and all else is the new one's."""
    _conversion.state.swap = value


def get_swap_module_params_on_conversion() -> bool:
    """What `set_swap_module_params_on_conversion` set; False before."""
    return _conversion.state.swap
