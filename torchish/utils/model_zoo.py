"""`torch.utils.model_zoo`, the older name of `torch.hub`'s downloads."""

from typing import Any

from torchish.hub import load_state_dict_from_url

__all__ = ["load_url"]

load_url = load_state_dict_from_url


def __getattr__(name: str) -> Any:
    """`tqdm`, which programs take from here, when it is asked for."""
    if name == "tqdm":
        from tqdm import tqdm

        return tqdm
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
