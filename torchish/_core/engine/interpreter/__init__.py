"""Operators without a kernel on the host: their JAX form, equation by equation, in NumPy."""
