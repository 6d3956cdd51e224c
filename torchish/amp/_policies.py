"""Which operators autocast runs in the lower precision, which in float32, which in the widest
dtype of their inputs.

Names are the last part of an operator's name in the table, or of one of its aliases. The lists are
PyTorch's:
https://docs.pytorch.org/docs/stable/amp.html#autocast-op-reference
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from torchish._core.ops.table import TABLE, Op

__all__ = ["Policy", "policy_of"]


class Policy(enum.Enum):
    """What autocast does to the floating-point inputs of an operator."""

    LOWER = "lower precision"
    FLOAT32 = "float32"
    FLOAT32_UNLESS_DTYPE = "float32, unless the call names a dtype"
    WIDEST = "widest input"
    REFUSED = "refused"


_PRODUCTS = """
    conv1d conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d linear matmul
    mm bmm addmm addbmm baddbmm vecdot prelu chain_matmul _chain_matmul multi_dot einsum _einsum
    inner scaled_dot_product_attention _scaled_dot_product_attention _attention_weights
"""
_LOSSES = """
    mse_loss l1_loss smooth_l1_loss huber_loss nll_loss cross_entropy kl_div poisson_nll_loss
    hinge_embedding_loss cosine_embedding_loss margin_ranking_loss soft_margin_loss
    triplet_margin_loss multi_margin_loss multilabel_margin_loss binary_cross_entropy_with_logits
    ctc_loss _ctc_loss cdist
"""
_TRANSFORMS = " ".join(
    f"{i}{k}fft{n}" for i in ("", "i") for k in ("", "r", "h") for n in ("", "2", "n")
)
_LISTS: dict[str, dict[Policy, str]] = {
    "cpu": {
        Policy.LOWER: _PRODUCTS + "tensordot",
        Policy.FLOAT32: _LOSSES + _TRANSFORMS + """
            binary_cross_entropy avg_pool3d max_pool3d max_unpool2d max_unpool3d
            adaptive_avg_pool3d adaptive_max_pool3d _fractional_max_pool fractional_max_pool2d
            fractional_max_pool3d grid_sample polar prod quantile nanquantile stft trace
            view_as_complex cholesky cholesky_inverse cholesky_solve inverse inv lu_solve orgqr
            ormqr pinverse cond matrix_rank solve svdvals eigvals eigvalsh householder_product
            tensorinv tensorsolve geqrf qr svd triangular_solve cholesky_ex eig eigh lstsq inv_ex
        """,
        Policy.WIDEST: "cat concat concatenate stack index_copy",
    },
    "cuda": {
        Policy.LOWER: _PRODUCTS + "mv addmv addr _recurrent _recurrent_cell",
        Policy.FLOAT32: _LOSSES + """
            acos arccos asin arcsin cosh erfinv exp expm1 log log10 log1p log2 reciprocal rsqrt
            sinh tan pow softplus layer_norm group_norm rms_norm nuclear_norm cosine_similarity
            dist pdist pairwise_distance renorm logsumexp normalize local_response_norm lp_pool1d
            lp_pool2d lp_pool3d upsample upsample_nearest upsample_bilinear
        """,
        Policy.FLOAT32_UNLESS_DTYPE: """
            prod sum softmax log_softmax softmin cumprod cumsum norm vector_norm matrix_norm
        """,
        Policy.WIDEST: """
            addcdiv addcmul atan2 arctan2 bilinear cross dot vdot grid_sample index_put tensordot
            scatter_add cat concat concatenate stack
        """,
        Policy.REFUSED: "binary_cross_entropy",
    },
}  # fmt: skip
_NAMES = {
    device: {name: policy for policy, names in lists.items() for name in names.split()}
    for device, lists in _LISTS.items()
}
_LISTS_OF_DEVICE = {"cpu": "cpu"}  # every accelerator goes by the GPU's lists


def _modes(op: Op, device: str) -> Policy | dict[str, Policy] | None:
    """The policy of an operator, or one for each value of its parameter `mode`."""
    if op is TABLE.get("nn.functional.pad"):
        if device != "cpu":
            return None
        return {"reflect": Policy.FLOAT32, "replicate": Policy.FLOAT32}
    if op is TABLE.get("nn.functional.interpolate"):
        modes = ("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear")
        return None if device == "cpu" else dict.fromkeys(modes, Policy.FLOAT32)
    if op is TABLE.get("_recurrent") and device == "cpu":
        # On the CPU, PyTorch runs only the products of the other kinds in lower precision, and
        # their states stay float32.
        return dict.fromkeys(("LSTM", "RNN_TANH", "RNN_RELU"), Policy.LOWER)
    if op is TABLE.get("_recurrent_cell") and device == "cpu":
        return dict.fromkeys(("RNN_TANH", "RNN_RELU"), Policy.LOWER)
    names = _NAMES[device]
    for name in (op.name, *op.aliases):
        policy = names.get(name.rpartition(".")[2])
        if policy is not None:
            return policy
    return None


_found: dict[tuple[str, Op], Policy | dict[str, Policy] | None] = {}


def policy_of(op: Op, device_type: str, args: Sequence) -> Policy | None:
    """What autocast does to a call of `op` on tensors of a device type."""
    device = _LISTS_OF_DEVICE.get(device_type, "cuda")
    try:
        found = _found[(device, op)]
    except KeyError:
        found = _found[(device, op)] = _modes(op, device)
    if found.__class__ is dict:
        at = next(i for i, p in enumerate(op.params) if p.name == "mode")
        return found.get(args[at])
    return found
