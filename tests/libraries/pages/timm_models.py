"""Models of timm: a step of training for a family each, features, and the graph of one."""

import timm
import torch
from harness import show
from timm.data import create_transform, resolve_model_data_config
from timm.optim import create_optimizer_v2

NAMES = """resnet10t mobilenetv3_small_050 repvgg_a0 regnetx_002 vit_tiny_patch16_224
convnext_atto mixer_s32_224 ghostnet_050 levit_128s"""

for name in NAMES.split():
    torch.manual_seed(0)
    model = timm.create_model(name, num_classes=10).train()
    for module in model.modules():
        if hasattr(module, "drop_prob"):
            module.drop_prob = 0.0
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    sized = any(word in name for word in ("vit", "mixer"))
    size = model.default_cfg["input_size"][-1] if sized else 64
    images, labels = torch.randn(2, 3, size, size), torch.tensor([1, 2])
    optimizer = create_optimizer_v2(model, opt="sgd", lr=1e-4, momentum=0.9)
    losses = []
    for _ in range(2):
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    show(f"{name} losses", losses)

torch.manual_seed(0)
features = timm.create_model("resnet10t", features_only=True, out_indices=(1, 2, 3)).eval()
with torch.no_grad():
    found = features(torch.randn(1, 3, 64, 64))
show("features", [[list(f.shape), f.mean().item()] for f in found])
show("channels", features.feature_info.channels())
traced = torch.fx.symbolic_trace(timm.create_model("resnet10t", num_classes=3).eval())
show("graph", [node.op for node in traced.graph.nodes][:12])
show("traced", traced(torch.ones(1, 3, 64, 64)).shape)
transform = create_transform(**resolve_model_data_config(features))
show("transform", [type(t).__name__ for t in transform.transforms])
