"""`torchvision`: data sets, transforms, models, images, operators, drawing.

https://docs.pytorch.org/vision/stable/index.html
"""

from torchish.vision import datasets, io, models, ops, transforms, tv_tensors, utils

__version__ = "0.28.0"  # the torchvision whose behaviour this follows

__all__ = [
    "datasets",
    "get_image_backend",
    "io",
    "models",
    "ops",
    "set_image_backend",
    "transforms",
    "tv_tensors",
    "utils",
]


def get_image_backend() -> str:
    """The library that reads images: "PIL"."""
    return "PIL"


def set_image_backend(backend: str) -> None:
    """Choose the library that reads images: "PIL". ValueError for unknown ones.

    https://docs.pytorch.org/vision/stable/generated/torchvision.set_image_backend.html
    """
    if backend == "accimage":
        raise NotImplementedError("set_image_backend: accimage")
    if backend != "PIL":
        raise ValueError(f"Invalid backend '{backend}'. Options are 'PIL' and 'accimage'")
