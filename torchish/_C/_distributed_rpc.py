"""`torch._C._distributed_rpc`: calls between processes are not here."""

from torchish import _absent


def _is_current_rpc_agent_set() -> bool:
    """False: no process takes calls."""
    return False


__getattr__ = _absent.attributes(__name__)
