"""Imported once by the process that workers are forked from, so that each starts ready.

Importing JAX starts no backend and no threads; the CPU is all that a worker may use of it.
"""

import jax

from torchish.utils.data._utils import worker

jax.config.update("jax_platforms", "cpu")

__all__ = ["worker"]
