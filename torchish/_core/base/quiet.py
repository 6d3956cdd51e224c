"""What JAX says of itself to programs that log, and below the errors that they make.

A PyTorch program sets the root logger's level to see its own lines, at INFO or DEBUG, and PyTorch
adds none to them. JAX would add which backends it found and what it compiles. So its loggers start
at warnings, unless the program or its environment has chosen a level for them; afterwards
`logging.getLogger("jax").setLevel(logging.DEBUG)` or `jax.config.update("jax_logging_level", …)`
brings everything back."""

from __future__ import annotations

import logging

import jax

__all__ = ["drop_remark", "keep_quiet"]


def keep_quiet() -> None:
    """Let JAX log warnings and errors alone, unless a level was chosen for it."""
    chosen = jax.config.jax_logging_level not in (None, "NOTSET") or jax.config.jax_log_compiles
    logger = logging.getLogger("jax")
    if logger.level == logging.NOTSET and not chosen and not jax.config.jax_debug_log_modules:
        logger.setLevel(logging.WARNING)


def drop_remark(error: BaseException) -> None:
    """Take JAX's remark about frames of its own from below a program's mistake."""
    notes = getattr(error, "__notes__", [])
    notes[:] = [n for n in notes if "JAX has removed its internal frames" not in n]
