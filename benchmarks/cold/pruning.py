"""Pruning a LeNet: random, by norm, structured, iterated, removed, global."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import prune


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, int(x.nelement() / x.shape[0]))
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


torch.manual_seed(0)
model = LeNet()
module = model.conv1
prune.random_unstructured(module, name="weight", amount=0.3)
print([name for name, _ in module.named_parameters()], list(dict(module.named_buffers())))
print(module.weight[0], len(module._forward_pre_hooks))
prune.l1_unstructured(module, name="bias", amount=3)
print(module.bias)
prune.ln_structured(module, name="weight", amount=0.5, n=2, dim=0)
print(module.weight.abs().sum((1, 2, 3)))
prune.remove(module, "weight")
print(list(model.state_dict())[:3])
model = LeNet()
for _, m in model.named_modules():
    if isinstance(m, nn.Conv2d):
        prune.l1_unstructured(m, name="weight", amount=0.2)
    elif isinstance(m, nn.Linear):
        prune.l1_unstructured(m, name="weight", amount=0.4)
layers = (model.conv1, model.conv2, model.fc1, model.fc2, model.fc3)
prune.global_unstructured(
    [(layer, "weight") for layer in layers], pruning_method=prune.L1Unstructured, amount=0.2
)
for layer in layers:
    zeros = float(torch.sum(layer.weight == 0))
    print(f"{100.0 * zeros / float(layer.weight.nelement()):.2f}%")
print(model(torch.randn(2, 1, 32, 32)))
