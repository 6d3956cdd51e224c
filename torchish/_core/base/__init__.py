"""The bottom layer: dtypes, promotion, devices, errors. Imports JAX and NumPy only."""
