"""A first hour with PyTorch, from tensors to a trained network, line by line.

    python examples/walkthrough.py

Everything here is PyTorch's own interface; each line that it prints is the line PyTorch prints.
"""

import numpy as np

import torchish as torch
import torchish.nn as nn
import torchish.nn.functional as F
import torchish.optim as optim
from torchish.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)


def title(text):
    print(f"\n--- {text}")


title("tensors")
x = torch.tensor([[1, 2, 3], [4, 5, 6]])
print(x)
print(x.size(), x.shape, x.dim(), x.numel(), x.dtype, x.device)
print(x.size(0), x.size()[1], tuple(x.shape), len(x))
print(torch.zeros(2, 3))
print(torch.ones(2, dtype=torch.float64), torch.full((2,), 7), torch.eye(2))
print(torch.arange(0, 10, 2), torch.linspace(0, 1, 5))
print(torch.rand(2, 3))
print(torch.randn(2, 3))
print(torch.randint(0, 10, (5,)), torch.randperm(6))
print(x + 1, x * x, x.float() / 2, x @ x.t())
print(x.sum(), x.float().mean(), x.max(), x.argmax(dim=1), x.max(dim=1))
print(torch.cat([x, x]), torch.stack([x, x]).shape)

title("views share memory")
y = x.view(3, 2)
y[0, 0] = 100
print(x)
print(x[:, 1], x[-1], x[:, ::2], x[x > 4])
row = x[1]
row += 10
print(x, x.t().stride(), x.t().is_contiguous())

title("tensors and NumPy share memory")
a = np.ones(4)
b = torch.from_numpy(a)
np.add(a, 1, out=a)
print(a, b)
b.mul_(10)
print(a, b)
c = torch.ones(3)
d = c.numpy()
c.add_(1)
d[0] = 50
print(c, d)
e = torch.tensor(a)
a[0] = -1
print(b[0], e[0])

title("scalars")
s = torch.tensor(3.5)
print(s, s.item(), s.dim(), s.size(), float(s), int(s))
print(x.sum().item(), x.tolist(), f"{s:.3f}")
print(bool(s > 3), torch.tensor([[2.0]]).item())

title("in place and out of place")
t = torch.ones(3)
print(t.add(1), t)
print(t.add_(1), t)
u = t
u *= 5
print(t is u, t)
print(torch.add(t, 1, out=torch.empty(3)), t.zero_())

title("clone and detach")
p = torch.ones(2, requires_grad=True)
q = p.clone()
r = p.detach()
print(q, r, r.requires_grad, q.is_leaf)
with torch.no_grad():
    r[0] = 9
print(p, q)

title("devices")
device = torch.device("cpu")
print(device, device.type, torch.ones(2).to(device).device, torch.ones(2, device="cpu").cpu())
print(torch.device("cuda:1"), torch.device("cuda", 1) == torch.device("cuda:1"))
print(torch.ones(2).to(torch.float64), torch.ones(2).to(torch.int32).dtype)

title("gradients")
x = torch.ones(2, 2, requires_grad=True)
y = x + 2
z = y * y * 3
out = z.mean()
print(x)
print(y)
print(z, out)
print(y.requires_grad, y.is_leaf, y.grad_fn is not None, x.grad_fn)
out.backward()
print(x.grad)

title("gradients accumulate")
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
(x**2).sum().backward()
print(x.grad)
(x**2).sum().backward()
print(x.grad)
x.grad.data.zero_()
(3 * x).sum().backward()
print(x.grad)
x.grad = None
with torch.no_grad():
    print((x * 2).requires_grad)
try:
    (x * 2).backward()
except RuntimeError as error:
    print(error)
v = x * 2
while v.data.norm() < 1000:
    v = v * 2
v.backward(torch.tensor([0.1, 1.0, 0.0001]))
print(v)
print(x.grad)

title("a module")


class Net(nn.Module):
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
        x = x.view(-1, self.num_flat_features(x))
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)

    def num_flat_features(self, x):
        features = 1
        for extent in x.size()[1:]:
            features *= extent
        return features


net = Net()
print(net)
params = list(net.parameters())
print(len(params), params[0].size())
for name, parameter in net.named_parameters():
    print(name, parameter.size(), parameter.requires_grad)
print(net.conv1.bias)
print(net.fc3.weight[:2, :4])
print([name for name, _ in net.named_children()], list(net.state_dict())[:2])

title("forward and loss")
image = torch.randn(1, 1, 32, 32)
out = net(image)
print(out)
net.zero_grad()
out.backward(torch.randn(1, 10), retain_graph=True)
output = net(image)
target = torch.arange(0, 10).view(1, 10).float()
criterion = nn.MSELoss()
loss = criterion(output, target)
print(target)
print(loss)
print(loss.grad_fn.name(), loss.grad_fn.next_functions[0][0].name())

title("backward")
net.zero_grad()
print("conv1.bias.grad before backward")
print(net.conv1.bias.grad)
loss.backward()
print("conv1.bias.grad after backward")
print(net.conv1.bias.grad)

title("one step by hand, then with an optimizer")
learning_rate = 0.01
for f in net.parameters():
    f.data.sub_(f.grad.data * learning_rate)
print(net.conv1.bias)
optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
for _step in range(3):
    optimizer.zero_grad()
    loss = criterion(net(image), target)
    loss.backward()
    optimizer.step()
    print(f"{loss.item():.4f}")
print(optimizer)

title("data loading")
features = torch.arange(10).float().unsqueeze(1)
pairs = TensorDataset(features, features.squeeze(1) ** 2)
print(len(pairs), pairs[3])
for inputs, squares in DataLoader(pairs, batch_size=4, shuffle=True):
    print(inputs.squeeze(1), squares)
first, second = random_split(pairs, [7, 3])
print(len(first), len(second), [int(f) for f, _ in second])

title("train and test")


def make_images(n):
    """Noisy images with a bright bar at one of ten places: the class is the place."""
    labels = torch.randint(0, 10, (n,))
    images = torch.randn(n, 1, 32, 32) * 0.3
    for i, label in enumerate(labels):
        images[i, 0, :, 3 * label : 3 * label + 3] += 2
    return TensorDataset(images, labels)


train_set, test_set = make_images(256), make_images(64)
train_loader = DataLoader(train_set, batch_size=16, shuffle=True)
test_loader = DataLoader(test_set, batch_size=32)
net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
for epoch in range(3):
    net.train()
    running_loss = 0.0
    for i, (inputs, labels) in enumerate(train_loader):
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 8 == 7:
            print(f"[{epoch + 1}, {i + 1:3d}] loss: {running_loss / 8:.3f}")
            running_loss = 0.0

net.eval()
correct = total = 0
class_correct = torch.zeros(10, dtype=torch.int64)
with torch.no_grad():
    for inputs, labels in test_loader:
        _, predicted = torch.max(net(inputs), 1)
        total += labels.size(0)
        correct += (predicted == labels).sum().item()
        for label, guess in zip(labels, predicted):
            class_correct[label] += (guess == label).item()
print(f"accuracy on {total} test images: {100 * correct / total:.1f} %")
print(class_correct)
