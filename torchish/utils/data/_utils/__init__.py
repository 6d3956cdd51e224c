"""What the loader is made of: fetching, collating, worker processes and what travels from them."""

from torchish.utils.data._utils import collate, fetch, worker

__all__ = ["collate", "fetch", "worker"]
