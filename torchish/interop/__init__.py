"""torchish beside its neighbours: `interop.jax`, `interop.flax` and `interop.orbax`.

Neither is imported before it is asked for: `import torchish.interop.jax`.
"""
