"""A residual net on CIFAR-10: augmentation, a cosine schedule, mixed precision, checkpoints.

    python examples/cifar10.py                        downloads 170 MB to ./data
    python examples/cifar10.py --data fake --epochs 1 no download: noise, to see it run
    python examples/cifar10.py --amp --workers 2
    python examples/cifar10.py --resume checkpoint.pt

Checkpoints are PyTorch's: a run may go on in either library.
"""

import argparse

from shared import checked, plot
from tqdm import tqdm

import torchish as torch
import torchish.nn as nn
import torchish.nn.functional as F
from torchish.utils.data import DataLoader
from torchish.vision import datasets, transforms

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


class Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, before, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride != 1 or before != channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    """6 n + 2 layers, https://arxiv.org/abs/1512.03385, section 4.2."""

    def __init__(self, n=3, width=16, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        blocks, before = [], width
        for channels, stride in ((width, 1), (2 * width, 2), (4 * width, 2)):
            for i in range(n):
                blocks.append(Block(before, channels, stride if i == 0 else 1))
                before = channels
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(before, classes)

    def forward(self, x):
        x = self.blocks(F.relu(self.bn(self.conv(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def load(args):
    """Train and test set."""
    steps = [transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    augmented, plain = transforms.Compose(augment + steps), transforms.Compose(steps)
    if args.data == "fake":
        size = (3, 32, 32)
        return (
            datasets.FakeData(512, size, 10, augmented),
            datasets.FakeData(128, size, 10, plain, random_offset=512),
        )
    try:
        return (
            datasets.CIFAR10(args.root, True, augmented, download=True),
            datasets.CIFAR10(args.root, False, plain, download=True),
        )
    except (OSError, RuntimeError) as error:
        raise SystemExit(f"cifar10.py: cannot get CIFAR-10: {error}") from None


def train_epoch(net, loader, optimizer, scaler, args, title):
    """The mean loss of an epoch."""
    net.train()
    criterion = nn.CrossEntropyLoss(label_smoothing=args.smoothing)
    kind = torch.device(args.device).type
    total = seen = 0
    bar = tqdm(loader, desc=title, unit="batch")
    for images, labels in bar:
        images, labels = images.to(args.device), labels.to(args.device)
        optimizer.zero_grad()
        with torch.autocast(kind, enabled=args.amp):
            loss = criterion(net(images), labels)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        total += loss.item() * len(labels)
        seen += len(labels)
        bar.set_postfix_str(f"loss {total / seen:.3f}", refresh=False)
    return total / seen


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


def parse(argv):
    parser = argparse.ArgumentParser(description="Train a residual net on CIFAR-10.")
    parser.add_argument("--data", choices=("cifar10", "fake"), default="cifar10")
    parser.add_argument("--root", default="data", help="folder of the data")
    parser.add_argument("--layers", type=int, default=3, help="n of the 6 n + 2 layers")
    parser.add_argument("--width", type=int, default=16, help="channels of the first layer")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--lr", type=float, default=0.1, help="highest learning rate")
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--smoothing", type=float, default=0.0, help="of the labels")
    parser.add_argument("--amp", action="store_true", help="mixed precision")
    parser.add_argument("--workers", type=int, default=0, help="processes that load images")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--save", metavar="FILE.pt", default="checkpoint.pt")
    parser.add_argument("--resume", metavar="FILE.pt", help="go on from this checkpoint")
    parser.add_argument("--plot", metavar="FILE.png", help="draw losses and accuracies of epochs")
    return checked(parser, argv, torch)


def main(argv=None):
    args = parse(argv)
    torch.manual_seed(args.seed)
    train_set, test_set = load(args)
    options = {"num_workers": args.workers, "persistent_workers": args.workers > 0}
    train_loader = DataLoader(train_set, args.batch_size, shuffle=True, **options)
    test_loader = DataLoader(test_set, 256, **options)

    net = ResNet(args.layers, args.width).to(args.device)
    optimizer = torch.optim.SGD(
        net.parameters(), args.lr, momentum=0.9, weight_decay=args.weight_decay, nesterov=True
    )
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs)
    # Gradients of half-precision numbers are scaled; bfloat16 needs no scale.
    scaler = torch.amp.GradScaler(enabled=args.amp and args.device.startswith("cuda"))
    parts = {"net": net, "optimizer": optimizer, "scheduler": scheduler, "scaler": scaler}
    first = 0
    if args.resume:
        saved = torch.load(args.resume, map_location=args.device)
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        first = saved["epoch"]
        print(f"going on after epoch {first}")

    accuracy, losses, accuracies = 0.0, [], []
    for epoch in range(first, args.epochs):
        title = f"epoch {epoch + 1}/{args.epochs}"
        loss = train_epoch(net, train_loader, optimizer, scaler, args, title)
        scheduler.step()
        accuracy = test(net, test_loader, args.device)
        print(f"{title}: loss {loss:.3f}, test accuracy {100 * accuracy:.2f} %")
        losses.append(loss)
        accuracies.append(accuracy)
        states = {name: part.state_dict() for name, part in parts.items()}
        torch.save({**states, "epoch": epoch + 1}, args.save)
    if args.plot and losses:
        curves = {"training loss": losses, "test accuracy": accuracies}
        plot(args.plot, curves, "loss, share of right answers", xlabel="epoch")
        print("wrote", args.plot)
    return accuracy


if __name__ == "__main__":
    main()
