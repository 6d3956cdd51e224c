"""Tensors of integers that stand for floats. See Note [Quantized tensors] in tensors.py."""
