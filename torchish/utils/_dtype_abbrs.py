"""The short names of dtypes that logs use."""

from torchish._core.base import dtypes

__all__ = ["dtype_abbrs"]

dtype_abbrs = {d: d.abbr for d in (*dtypes.ALL, *dtypes.UNHELD.values()) if d.abbr != d.name}
