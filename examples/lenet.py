"""LeNet, the first network of PyTorch's own introduction, trained on handwritten digits.

    python examples/lenet.py                      1,797 real digits that come with the package
    python examples/lenet.py --data mnist         downloads to ./data, or reads --root
    python examples/lenet.py --data tfds:mnist    what tensorflow-datasets has prepared
    python examples/lenet.py --save lenet.pt --plot lenet.png

https://docs.pytorch.org/tutorials/beginner/blitz/neural_networks_tutorial.html
"""

import argparse
import sys
import time

from shared import checked
from tqdm import tqdm

import torchish as torch
import torchish.nn as nn
import torchish.nn.functional as F
import torchish.optim as optim
from torchish.utils.data import DataLoader
from torchish.vision import datasets, transforms


class LeNet(nn.Module):
    def __init__(self, channels=1, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def load(name, root):
    """Train and test set, of images as 32 × 32 tensors in [-1, 1] with integer labels."""
    steps = [transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]
    resized = transforms.Compose([transforms.Resize((32, 32)), *steps])
    padded = transforms.Compose([transforms.Pad(2), *steps])
    if name == "digits":
        return [datasets.Digits(root, train, transform=resized) for train in (True, False)]
    try:
        if name.startswith("tfds:"):
            from torchish.vision.datasets.tfds import TFDS

            name = name.removeprefix("tfds:")
            return [TFDS(name, part, root=root, transform=resized) for part in ("train", "test")]
        source, transform = {
            "mnist": (datasets.MNIST, padded),
            "cifar10": (datasets.CIFAR10, resized),
        }[name]
        root = root or "data"
        return [source(root, train, transform, download=True) for train in (True, False)]
    except (OSError, RuntimeError, ValueError) as error:
        sys.exit(f"lenet.py: cannot get {name}: {error}")


def train_epoch(net, loader, criterion, optimizer, device, title):
    net.train()
    losses = []
    start, seen = time.perf_counter(), 0
    bar = tqdm(loader, desc=title, unit="batch")
    for images, labels in bar:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(net(images), labels)
        loss.backward()
        optimizer.step()

        losses.append(loss.item())
        seen += len(labels)
        speed = seen / (time.perf_counter() - start)
        bar.set_postfix_str(f"loss {losses[-1]:.3f}, {speed:.0f} images/s", refresh=False)
    return losses


@torch.no_grad()
def test(net, loader, device):
    """The share of images that the net gets right."""
    net.eval()
    right = total = 0
    for images, labels in loader:
        guesses = net(images.to(device)).argmax(dim=1)
        right += (guesses == labels.to(device)).sum().item()
        total += len(labels)
    return right / total


@torch.no_grad()
def plot(path, losses, accuracies, net, test_set, device):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 8), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=(2, 3))
    left, right = top.subplots(1, 2)
    left.plot(losses, linewidth=0.7)
    left.set(title="training loss", xlabel="step", yscale="log")
    right.plot(range(1, len(accuracies) + 1), [100 * a for a in accuracies], marker="o")
    right.set(title="test accuracy (%)", xlabel="epoch")

    images, labels = next(iter(DataLoader(test_set, batch_size=24, shuffle=True)))
    guesses = net(images.to(device)).argmax(dim=1)
    names = test_set.classes or range(10)
    cells = bottom.subplots(3, 8).flat
    for axes, image, label, guess in zip(cells, images, labels.tolist(), guesses.tolist()):
        axes.imshow((image / 2 + 0.5).permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=1)
        axes.set_title(names[guess], color="green" if guess == label else "red", fontsize=9)
        axes.axis("off")
    figure.savefig(path, dpi=100)


def parse():
    parser = argparse.ArgumentParser(
        description="Train LeNet on handwritten digits, or on another set of small images."
    )
    parser.add_argument(
        "--data", default="digits", help="digits (built in), mnist, cifar10 or tfds:NAME"
    )
    parser.add_argument("--root", help="folder of the data (default: data, or the one of tfds)")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--lr", type=float, default=0.01, help="learning rate")
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--save", metavar="FILE.pt", help="write the net's state_dict")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the curves and some predictions")
    args = checked(parser, None, torch)
    if args.data not in ("digits", "mnist", "cifar10") and not args.data.startswith("tfds:"):
        parser.error(f"--data is digits, mnist, cifar10 or tfds:NAME, not {args.data!r}")
    return args


def main():
    args = parse()
    torch.manual_seed(args.seed)
    device = torch.device(args.device)
    train_set, test_set = load(args.data, args.root)
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=256)

    channels = train_set[0][0].size(0)
    classes = len(train_set.classes) or 10
    net = LeNet(channels, classes).to(device)
    print(net)
    print(sum(p.numel() for p in net.parameters()), "parameters")
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=args.lr, momentum=args.momentum)

    losses, accuracies = [], []
    for epoch in range(1, args.epochs + 1):
        title = f"epoch {epoch}/{args.epochs}"
        losses += train_epoch(net, train_loader, criterion, optimizer, device, title)
        accuracies.append(test(net, test_loader, device))
    print(f"test accuracy: {100 * accuracies[-1]:.2f} % of {len(test_set)} images")

    if args.save:
        torch.save(net.state_dict(), args.save)
        print("wrote", args.save)
    if args.plot:
        plot(args.plot, losses, accuracies, net, test_set, device)
        print("wrote", args.plot)


if __name__ == "__main__":
    main()
