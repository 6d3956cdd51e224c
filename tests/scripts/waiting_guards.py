"""Importing modules whose tensors have functions of their own leaves those of others unguarded; the
first such tensor is asked nevertheless, by functions that were imported before too."""

import importlib
import sys

import torchish as torch
from torchish import cat, tensor
from torchish._core.tensor import overrides
from torchish.distributed.device_mesh import init_device_mesh
from torchish.distributed.tensor import Shard, distribute_tensor
from torchish.masked import masked_tensor
from torchish.nested import nested_tensor
from torchish.nn.attention.bias import causal_lower_right
from torchish.nn.functional import scaled_dot_product_attention

for module in (
    "ao.quantization",
    *map("distributed.{}".format, ("checkpoint", "fsdp", "pipelining")),
):
    importlib.import_module(f"torchish.{module}")
assert not overrides._armed

which = sys.argv[1]
if which == "dtensor":
    mesh = init_device_mesh("cpu", (1,))
    t = distribute_tensor(tensor([[1.0, 2.0], [3.0, 4.0]]), mesh, [Shard(0)])
    r = cat([t, t])
    assert type(r) is type(t), type(r)
    assert (t + t).full_tensor().tolist() == [[2.0, 4.0], [6.0, 8.0]]
elif which == "nested":
    for layout in (torch.jagged, torch.strided):
        t = nested_tensor([tensor([1.0]), tensor([2.0, 3.0])], layout=layout)
        assert [x.tolist() for x in (t + t).unbind()] == [[2.0], [4.0, 6.0]]
elif which == "masked":
    t = masked_tensor(tensor([1.0, 2.0]), tensor([True, False]))
    assert (t * 3).sum().get_data().item() == 3.0
elif which == "quantized":
    t = torch.quantize_per_tensor(tensor([1.0, 2.0]), 0.5, 0, torch.qint8)
    assert cat([t, t]).dequantize().tolist() == [1.0, 2.0, 1.0, 2.0]
else:
    q = torch.ones(1, 1, 3, 4)
    r = scaled_dot_product_attention(q, q, q, attn_mask=causal_lower_right(3, 3))
    assert torch.equal(r, q)
assert overrides._armed
print("done")
