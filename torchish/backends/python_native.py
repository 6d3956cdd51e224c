"""`torch.backends.python_native`: kernels in Python's dialects for GPUs; there are none."""

available_dsls: list[str] = []
all_dsls: list[str] = []


def get_dsl_operations(name: str) -> list[str]:
    """ValueError: there is no dialect."""
    raise ValueError(f"Unknown DSL {name!r}: there are none")
