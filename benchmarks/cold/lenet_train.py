"""LeNet for 50 steps of 32 images of bars and crosses; the running loss, then the accuracy."""

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


def pictures(n):
    """Noise with a bright row or column per class, (n, 1, 28, 28)."""
    labels = torch.randint(0, 10, (n,))
    images = 0.3 * torch.randn(n, 1, 28, 28)
    for i, label in enumerate(labels.tolist()):
        place = 4 + 4 * (label % 5)
        if label < 5:
            images[i, 0, place : place + 3] += 1.0
        else:
            images[i, 0, :, place : place + 3] += 1.0
    return images, labels


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


images, labels = pictures(800)
net = LeNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
running = 0.0
for step in range(50):
    at = (step * 32) % 800
    inputs, targets = images[at : at + 32], labels[at : at + 32]
    optimizer.zero_grad()
    loss = criterion(net(inputs), targets)
    loss.backward()
    optimizer.step()
    running += loss.item()
    if step % 10 == 9:
        print(f"[{step + 1}] loss: {running / 10:.3f}")
        running = 0.0
net.eval()
with torch.no_grad():
    scores = net(images[:100])
    print("first scores", scores[0, :3])
    print("loss", F.cross_entropy(scores, labels[:100]))
