"""An evaluation loop: accuracy, per-class accuracy and a confusion matrix, last batch smaller."""

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
centers = 2.5 * torch.randn(4, 10)
labels = torch.randint(0, 4, (1050,))
inputs = centers[labels] + torch.randn(1050, 10)
train = DataLoader(TensorDataset(inputs[:550], labels[:550]), batch_size=50, shuffle=True)
test = DataLoader(TensorDataset(inputs[550:], labels[550:]), batch_size=64)

model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()


def evaluate():
    model.eval()
    correct = total = 0
    loss = 0.0
    confusion = torch.zeros(4, 4, dtype=torch.long)
    with torch.no_grad():
        for x, y in test:
            scores = model(x)
            loss += criterion(scores, y).item() * y.size(0)
            _, predicted = torch.max(scores, 1)
            total += y.size(0)
            correct += (predicted == y).sum().item()
            for truth, guess in zip(y, predicted):
                confusion[truth, guess] += 1
    return correct / total, loss / total, confusion


for epoch in range(3):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()
    accuracy, loss, confusion = evaluate()
    print(f"epoch {epoch}: accuracy {accuracy:.2f}, loss {loss:.4f}")
print(confusion.sum(1), (confusion.diag() / confusion.sum(1)).min() > 0.8)
