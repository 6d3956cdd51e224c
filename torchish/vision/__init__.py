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
    """The package that reads images: always "PIL"."""
    return "PIL"


def set_image_backend(backend: str) -> None:
    """Accepts "PIL". NotImplementedError for accimage, ValueError for other packages."""
    if backend == "accimage":
        raise NotImplementedError("set_image_backend('accimage'): images are read by Pillow")
    if backend != "PIL":
        raise ValueError(f"Invalid backend '{backend}'. Options are 'PIL' and 'accimage'")
