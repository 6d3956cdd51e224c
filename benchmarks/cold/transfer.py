"""Transfer learning: a small network is trained, frozen, and given a new head."""

import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler


class Backbone(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )  # fmt: skip
        self.fc = nn.Linear(16, classes)

    def forward(self, x):
        return self.fc(self.features(x).flatten(1))


torch.manual_seed(0)
labels = torch.randint(0, 4, (96,))
images = torch.randn(96, 3, 16, 16) + labels.view(-1, 1, 1, 1) * torch.tensor(
    [0.5, -0.5, 0.2]
).view(1, 3, 1, 1)
model = Backbone(4)
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(3):
    for x, y in zip(images.split(16), labels.split(16)):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    print(epoch, f"{loss.item():.4f}")

for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 2)
halves = (labels >= 2).long()
optimizer = optim.SGD(model.fc.parameters(), lr=0.05, momentum=0.9)
scheduler = lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
for epoch in range(4):
    for phase in ("train", "val"):
        model.train(phase == "train")
        part = slice(0, 64) if phase == "train" else slice(64, 96)
        running, correct = 0.0, 0
        for x, y in zip(images[part].split(16), halves[part].split(16)):
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == "train"):
                outputs = model(x)
                _, preds = torch.max(outputs, 1)
                loss = criterion(outputs, y)
                if phase == "train":
                    loss.backward()
                    optimizer.step()
            running += loss.item() * x.size(0)
            correct += torch.sum(preds == y.data)
        if phase == "train":
            scheduler.step()
        print(epoch, phase, f"{running / len(halves[part]):.4f}", correct.item() > 0)
print([n for n, p in model.named_parameters() if p.requires_grad])
