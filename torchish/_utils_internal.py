"""`torch._utils_internal`: what PyTorch asks of the place that it runs in. Nothing is logged, and
no switch is kept outside of the process."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from typing import Any

__all__ = [
    "deprecated",
    "get_file_path",
    "get_file_path_2",
    "get_writable_path",
    "is_fb_unit_test",
    "justknobs_check",
    "log_trace_structured_event",
    "prepare_multiprocessing_environment",
    "resolve_library_path",
    "signpost_event",
]

TEST_MASTER_ADDR = "127.0.0.1"
TEST_MASTER_PORT = 29500


def get_file_path(*path_components: str) -> str:
    """A path below the package."""
    return os.path.join(os.path.dirname(__file__), *path_components)


def get_file_path_2(*path_components: str) -> str:
    """The components as one path."""
    return os.path.join(*path_components)


def get_writable_path(path: str) -> str:
    """The path itself where it can be written to, else a new folder for temporary files."""
    return path if os.access(path, os.W_OK) else tempfile.mkdtemp(suffix=os.path.basename(path))


def prepare_multiprocessing_environment(path: str) -> None:
    """Nothing needs to be prepared."""


def resolve_library_path(path: str) -> str:
    """The path without links."""
    return os.path.realpath(path)


def signpost_event(category: str, name: str, parameters: dict[str, Any]) -> None:
    """Nothing is logged."""


def log_trace_structured_event(*args: Any, **kwargs: Any) -> None:
    """Nothing is logged."""


def justknobs_check(name: str, default: bool = True) -> bool:
    """The default: no service sets a switch."""
    return default


def is_fb_unit_test() -> bool:
    """False."""
    return False


def deprecated() -> Callable[[Callable], Callable]:
    """A decorator of a function `_name`, which stays as it is: beside it the module gets `name`,
    the same with a warning. ValueError for other names, RuntimeError where there is `name`."""

    def decorate(f: Callable) -> Callable:
        if not f.__name__.startswith("_"):
            raise ValueError(
                "@deprecate must decorate a function whose name starts with a single leading "
                "underscore (e.g. '_foo') as the api should be considered internal for deprecation."
            )
        public = f.__name__[1:]
        module = sys.modules[f.__module__]
        if hasattr(module, public):
            raise RuntimeError(
                f"Cannot create alias '{public}' -> symbol already exists in {module.__name__}."
            )

        @functools.wraps(f)
        def alias(*args: Any, **kwargs: Any) -> Any:
            warnings.warn(
                f"{public} is DEPRECATED, please consider using an alternative API(s). ",
                stacklevel=2,
            )
            return f(*args, **kwargs)

        where = f.__qualname__.rpartition(".")[0]
        alias.__name__, alias.__qualname__ = public, f"{where}.{public}" if where else public
        setattr(module, public, alias)
        return f

    return decorate
