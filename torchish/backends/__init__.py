"""`torch.backends`: what PyTorch programs ask of, and set on, a backend.

Settings that XLA has no counterpart for are kept, so that a program reads what it wrote.
https://docs.pytorch.org/docs/stable/backends.html
"""

from torchish.backends import (
    cpu,
    cuda,
    cudnn,
    mkl,
    mkldnn,
    mps,
    nnpack,
    openmp,
    opt_einsum,
    quantized,
)

__all__ = [
    "cpu",
    "cuda",
    "cudnn",
    "mkl",
    "mkldnn",
    "mps",
    "nnpack",
    "openmp",
    "opt_einsum",
    "quantized",
]
