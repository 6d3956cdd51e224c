"""Image augmentation with tensors: resize, crop, flip, rotate, blur, jitter, cutout, mixup."""

import math

import torch
import torch.nn.functional as F

torch.manual_seed(0)
images = torch.rand(8, 3, 24, 24)
for mode in ("nearest", "bilinear", "bicubic", "area"):
    extra = {} if mode in ("nearest", "area") else {"align_corners": False}
    small = F.interpolate(images, size=(12, 18), mode=mode, **extra)
    large = F.interpolate(images, scale_factor=2, mode=mode, **extra)
    print(mode, tuple(small.shape), small.std(), large.mean())
angle = (torch.rand(8) - 0.5) * math.pi / 3
theta = torch.zeros(8, 2, 3)
theta[:, 0, 0] = theta[:, 1, 1] = angle.cos()
theta[:, 0, 1], theta[:, 1, 0] = -angle.sin(), angle.sin()
grid = F.affine_grid(theta, images.shape, align_corners=False)
turned = F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)
print(turned.mean((0, 2, 3)), turned[0, 0, 12, :4])
flip = torch.rand(8) < 0.5
flipped = torch.where(flip.view(-1, 1, 1, 1), images.flip(-1), images)
padded = F.pad(images, (2, 2, 2, 2), mode="reflect")
crops = []
for image in padded:
    top, left = torch.randint(0, 5, (2,)).tolist()
    crops.append(image[:, top : top + 24, left : left + 24])
crops = torch.stack(crops)
print(flip.tolist(), flipped.sum(), crops.shape, crops.mean())
line = torch.exp(-(torch.arange(-2.0, 3.0) ** 2) / 2)
kernel = torch.outer(line, line)
kernel = (kernel / kernel.sum()).expand(3, 1, 5, 5)
blurred = F.conv2d(images, kernel, padding=2, groups=3)
print(blurred.std())
gray = (images * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
jitter = (gray + (images - gray) * (0.5 + torch.rand(8, 1, 1, 1))).clamp(0, 1)
print(gray.mean(), jitter.std())
for i in range(8):
    y, x = torch.randint(0, 16, (2,)).tolist()
    jitter[i, :, y : y + 8, x : x + 8] = 0
lam = torch.distributions.Beta(0.4, 0.4).sample()
mixed = lam * images + (1 - lam) * images[torch.randperm(8)]
print((jitter == 0).float().mean(), lam, mixed.mean())
mean, std = images.mean((0, 2, 3), keepdim=True), images.std((0, 2, 3), keepdim=True)
print(
    ((images - mean) / std).abs().max(),
    torch.rot90(images, 1, (2, 3)).shape,
    images.roll(3, -1)[0, 0, 0, :3],
)
