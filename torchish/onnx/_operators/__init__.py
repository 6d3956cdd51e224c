"""How each operator of ATen is written in ONNX: one function for each, by families.

Note [Translations]
A translation takes the graph that is written, and the operator's arguments as its schema lists
them, defaults filled in: tensors are `Value`, sizes that are not known `Size`, all else as Python
has it. It gives what the operator gives. `graph.out` says what the results are like. Operators
that write in place are not here: `functional` in torchish/export/_functional.py has replaced them.
"""

from torchish.onnx._operators import (
    activations,
    elementwise,
    factories,
    indexing,
    layers,
    products,
    recurrent,
    reductions,
    resampling,
    shapes,
)
from torchish.onnx._operators.table import TABLE

__all__ = [
    "TABLE",
    "activations",
    "elementwise",
    "factories",
    "indexing",
    "layers",
    "products",
    "recurrent",
    "reductions",
    "resampling",
    "shapes",
]
