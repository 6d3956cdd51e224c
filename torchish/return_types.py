"""`torch.return_types`: the named tuples that operators with several results give."""

from torchish import _absent
from torchish._core.ops.table import TABLE as _TABLE
from torchish._core.tensor.api.results import return_type as _return_type

globals().update(
    {o.return_type.replace(".", "_"): _return_type(o) for o in set(_TABLE.values()) if o.returns}
)

__getattr__ = _absent.attributes(__name__)
