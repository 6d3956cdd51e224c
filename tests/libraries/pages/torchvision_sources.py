"""torchvision's own sources: models, a feature extractor, boxes, transforms, a data set."""

import torch
from harness import show
from own_torchvision import torchvision
from torch.utils.data import DataLoader
from torchvision import datasets, models, ops, tv_tensors, utils
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.transforms import v2

show("version", torchvision.__version__)
torch.manual_seed(0)
images, labels = torch.randn(2, 3, 64, 64), torch.tensor([1, 2])
for name in ("resnet18", "mobilenet_v3_small", "shufflenet_v2_x0_5", "squeezenet1_1"):
    torch.manual_seed(0)
    model = models.get_model(name, weights=None, num_classes=5)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(2):
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    show(name, losses)
sizes = {}
for name in ("efficientnet_b0", "convnext_tiny", "swin_t", "vit_b_32", "maxvit_t", "densenet121"):
    with torch.device("meta"):
        sizes[name] = sum(p.numel() for p in models.get_model(name, weights=None).parameters())
show("sizes", sizes)

torch.manual_seed(0)
trunk = models.resnet18(weights=None).eval()
features = create_feature_extractor(trunk, {"layer1": "low", "layer3.1.relu": "high"})
show("features", {k: [list(f.shape), f.mean()] for k, f in features(images).items()})

boxes = torch.tensor([[1.0, 1, 9, 9], [2, 2, 10, 10], [20, 20, 40, 50], [21, 19, 41, 48]])
show("areas", ops.box_area(boxes))
show("iou", ops.generalized_box_iou(boxes, boxes))
show("focal loss", ops.sigmoid_focal_loss(images, (images > 0).float(), reduction="mean"))

torch.manual_seed(1)
transform = v2.Compose(
    [
        v2.RandomResizedCrop(24, antialias=True),
        v2.RandomHorizontalFlip(),
        v2.ColorJitter(0.2, 0.2, 0.2),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize([0.5] * 3, [0.25] * 3),
    ]
)
picture = tv_tensors.Image(torch.arange(3 * 32 * 32).reshape(3, 32, 32).remainder(256).byte())
around = tv_tensors.BoundingBoxes([[4, 4, 20, 20]], format="XYXY", canvas_size=(32, 32))
out, moved = transform(picture, around)
show("transformed", [type(out).__name__, list(out.shape), out.mean(), moved])
mixed = v2.MixUp(num_classes=5)(images, labels)
show("mixed", [mixed[0].mean(), mixed[1]])
data = datasets.FakeData(6, (3, 8, 8), 4, transform=v2.ToTensor())
for batch, targets in DataLoader(data, batch_size=3):
    show(f"batch {targets.tolist()}", batch.mean())
show("grid", list(utils.make_grid(images, nrow=2, normalize=True).shape))
drawn = utils.draw_bounding_boxes(picture, around, colors="red")
show("drawn", drawn.float().mean())
