"""Functions of the `torch` namespace that are written with public ones, so that they stand above
the core: those below the layers, and those that PyTorch documents late or keeps to itself.
"""

from torchish._functions import layers, others, products, removed

__all__ = ["layers", "others", "products", "removed"]
