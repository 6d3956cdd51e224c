"""Operators: pure functions on JAX arrays, one entry each. No Tensor is known here."""
