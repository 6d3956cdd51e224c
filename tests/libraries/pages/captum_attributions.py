"""Attributions of captum on a small net."""

import torch
from captum.attr import (
    DeepLift,
    FeatureAblation,
    GuidedBackprop,
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    Saliency,
)
from harness import show

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
x = torch.randn(2, 4)
show("integrated", IntegratedGradients(net).attribute(x, target=1, n_steps=10))
result, delta = IntegratedGradients(net).attribute(
    x, target=1, n_steps=10, return_convergence_delta=True
)
show("delta", delta)
for kind in (Saliency, DeepLift, InputXGradient, GuidedBackprop, FeatureAblation):
    show(kind.__name__, kind(net).attribute(x, target=0))

images = torch.randn(2, 1, 8, 8)
convolutional = torch.nn.Sequential(
    torch.nn.Conv2d(1, 3, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(108, 2)
)
show("grad cam", LayerGradCam(convolutional, convolutional[0]).attribute(images, target=1))
