"""The rules, a file for each family of functions (Note [Rules of DTensors])."""

from torchish.distributed.tensor._ops import layers, pointwise, products, reductions, views

__all__ = ["load"]


def load() -> tuple:
    """The families, whose rules are entered when they are imported."""
    return layers, pointwise, products, reductions, views
