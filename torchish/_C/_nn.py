"""`torch._C._nn`: where some functions of `torch.nn.functional` say that they come from, as in
pickled modules."""

from torchish.tensor.attach import namespace as _namespace

_NAMES = (
    "avg_pool2d",
    "avg_pool3d",
    "gelu",
    "linear",
    "one_hot",
    "pad",
    "scaled_dot_product_attention",
    "silu",
    "softplus",
    "softshrink",
)
globals().update({n: f for n, f in _namespace("nn.functional").items() if n in _NAMES})
