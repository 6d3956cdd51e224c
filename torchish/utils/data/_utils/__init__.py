"""What the loader is made of: fetching, collating, worker processes and what travels from them."""

from torchish.utils.data._utils import collate, fetch, worker

__all__ = ["collate", "fetch", "worker"]

HAS_NUMPY = True
MP_STATUS_CHECK_INTERVAL = 5.0  # seconds between two looks at whether the other process lives
python_exit_status = False
