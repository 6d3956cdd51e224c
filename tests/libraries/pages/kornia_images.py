"""kornia: filters, geometry, colours, losses and augmentations of images, with gradients."""

import kornia
import torch
from harness import show

torch.manual_seed(0)
x = torch.rand(2, 3, 16, 16, requires_grad=True)
blurred = kornia.filters.gaussian_blur2d(x, (5, 5), (1.5, 1.5))
show("blur", blurred[0, 0, :3, :3])
blurred.square().mean().backward()
show("gradient", x.grad[0, 0, :3, :3])
x = x.detach()
show("sobel", kornia.filters.sobel(x)[0, 0, :3, :3])
show("median", kornia.filters.median_blur(x, (3, 3))[0, 0, :3, :3])
show("gray", kornia.color.rgb_to_grayscale(x)[0, 0, :3, :3])
show("hsv", kornia.color.rgb_to_hsv(x)[0, :, :2, :2])
show("lab", kornia.color.rgb_to_lab(x)[0, :, :2, :2])
angle = torch.tensor([30.0, -45.0])
show("rotated", kornia.geometry.transform.rotate(x, angle)[0, 0, 5:8, 5:8])
points = torch.tensor([[[0.0, 0], [15, 0], [15, 15], [0, 15]]])
moved = points + torch.rand(1, 4, 2)
m = kornia.geometry.transform.get_perspective_transform(points, moved)
show("homography", m)
show("warp", kornia.geometry.transform.warp_perspective(x[:1], m, (16, 16))[0, 0, 6:9, 6:9])
show("ssim", kornia.losses.ssim_loss(x, blurred.detach(), 5))
show("tv", kornia.losses.total_variation(x))
show("harris", kornia.feature.harris_response(x)[0, 0, :3, :3])
show("canny", kornia.filters.canny(x)[1].sum())
torch.manual_seed(1)
augment = kornia.augmentation.AugmentationSequential(
    kornia.augmentation.RandomHorizontalFlip(p=0.5),
    kornia.augmentation.ColorJitter(0.1, 0.1, 0.1, 0.1, p=1.0),
    kornia.augmentation.RandomAffine(15.0, p=1.0),
)
show("augmented", augment(x)[0, 0, 6:9, 6:9])
q = kornia.geometry.quaternion.Quaternion(torch.tensor([[0.5, 0.5, 0.5, 0.5]]))
show("quaternion", q.matrix())
