"""`torch.return_types`: the named tuples that operators with several results give."""

from torchish import _absent
from torchish._core.ops.table import TABLE as _TABLE
from torchish._core.tensor.api.results import made_return_types as _made
from torchish._core.tensor.api.results import make_return_type as _make
from torchish._core.tensor.api.results import return_type as _return_type

globals().update(
    {o.return_type.replace(".", "_"): _return_type(o) for o in set(_TABLE.values()) if o.returns}
)
_make("_unpack_dual", ("primal", "tangent"))
for _name in (
    "_fused_moving_avg_obs_fq_helper",
    "_fake_quantize_per_tensor_affine_cachemask_tensor_qparams",
):
    _make(_name, ("output", "mask"))
globals().update(_made())

# The results of a call with `out=` have classes of their own there.
_FUNCTIONAL = {"histogramdd", "_unpack_dual", "_lu_with_info"}
for _name, _class in list(_made().items()):
    if _name not in _FUNCTIONAL and not _name.endswith(("_out", "_helper", "_qparams")):
        globals()[_name + "_out"] = _make(_name + "_out", _class._fields)
del _name, _class
__all__ = [_n for _n, _c in globals().items() if hasattr(_c, "n_fields")]

__getattr__ = _absent.attributes(__name__)
