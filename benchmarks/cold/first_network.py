"""A first network: a Module on flat 28 × 28 images, probabilities, layers one by one, sizes."""

import torch
from torch import nn


class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(28 * 28, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)
        )

    def forward(self, x):
        return self.linear_relu_stack(self.flatten(x))


torch.manual_seed(0)
model = NeuralNetwork()
print(model)
logits = model(torch.rand(1, 28, 28))
print(nn.Softmax(dim=1)(logits), logits.argmax(1))
images = torch.rand(3, 28, 28)
flat = nn.Flatten()(images)
print(flat.size())
hidden = nn.Linear(28 * 28, 20)(flat)
print(hidden)
print(nn.ReLU()(hidden))
for name, param in model.named_parameters():
    print(name, param.size(), param[:2])
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
data, labels = torch.rand(320, 28, 28), torch.randint(0, 10, (320,))
for batch in range(5):
    rows = slice(64 * batch, 64 * batch + 64)
    loss = criterion(model(data[rows]), labels[rows])
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    print(f"loss: {loss.item():>7f}  [{64 * (batch + 1):>5d}/320]")
