"""einops's functions and layers, and files of safetensors."""

import tempfile

import torch
from einops import einsum, pack, rearrange, reduce, repeat, unpack
from einops.layers.torch import EinMix, Rearrange, Reduce
from harness import show
from safetensors import safe_open
from safetensors.torch import load_file, load_model, save_file, save_model

torch.manual_seed(0)
x = torch.randn(2, 3, 4, 4, requires_grad=True)
show("rearrange", rearrange(x, "b c (h k) w -> b (h w) (k c)", k=2).sum((0, 1)))
show("reduce", reduce(x, "b c h w -> b c", "max"))
show("repeat", repeat(x[0, 0], "h w -> (h 2) w"))
show("einsum", einsum(x, x, "b c h w, b d h w -> c d"))
packed, shapes = pack([x[:, :, 0], x[:, :, 1, 1:]], "b c *")
show("pack", [list(packed.shape), [list(t.shape) for t in unpack(packed, shapes, "b c *")]])
net = torch.nn.Sequential(
    torch.nn.Conv2d(3, 4, 3),
    Reduce("b c (h 2) (w 2) -> b c h w", "mean"),
    Rearrange("b c h w -> b (c h w)"),
    EinMix("b i -> b o", weight_shape="i o", bias_shape="o", i=4, o=2),
)
net(x).square().sum().backward()
show("gradient", x.grad.abs().sum())

with tempfile.TemporaryDirectory() as folder:
    kinds = {"f": torch.randn(3, 2), "h": torch.randn(3).half(), "b": torch.randn(3).bfloat16()}
    kinds |= {"i": torch.arange(5), "m": torch.tensor([True, False])}
    save_file(kinds, f"{folder}/a.safetensors", metadata={"made": "here"})
    again = load_file(f"{folder}/a.safetensors")
    show("same", all(torch.equal(kinds[k], again[k]) for k in kinds))
    show("dtypes", {k: str(again[k].dtype) for k in sorted(again)})
    with safe_open(f"{folder}/a.safetensors", framework="pt") as file:
        show("slice", bool(torch.equal(file.get_slice("f")[1:], kinds["f"][1:])))
        show("metadata", file.metadata())
    save_model(net, f"{folder}/net.safetensors")
    show("missing", list(load_model(net, f"{folder}/net.safetensors")))
