"""segmentation-models-pytorch: architectures and losses, a training step each."""

import segmentation_models_pytorch as smp
import torch
from harness import show

torch.manual_seed(0)
x, mask = torch.randn(2, 3, 64, 64), torch.randint(0, 2, (2, 1, 64, 64)).float()
for name in ("Unet", "FPN", "Linknet"):
    torch.manual_seed(1)
    model = getattr(smp, name)("resnet18", encoder_weights=None, classes=1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    out = model(x)
    loss = smp.losses.DiceLoss("binary")(out, mask)
    loss.backward()
    optimizer.step()
    show(name, [loss.item(), out[0, 0, :2, :2]])
scores = torch.randn(2, 1, 8, 8)
truth = torch.randint(0, 2, (2, 1, 8, 8))
for name in ("DiceLoss", "JaccardLoss", "LovaszLoss", "FocalLoss", "TverskyLoss"):
    show(name, getattr(smp.losses, name)("binary")(scores, truth.float()))
counts = smp.metrics.get_stats(scores.sigmoid(), truth, mode="binary", threshold=0.5)
show("iou", smp.metrics.iou_score(*counts, reduction="micro"))
