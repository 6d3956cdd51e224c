"""torchish beside its neighbours: `interop.jax` and `interop.flax`.

Neither is imported before it is asked for: `import torchish.interop.jax`.
"""
