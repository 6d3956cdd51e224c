"""A trained net learns new classes: a torchvision checkpoint, a new head, a folder of images.

    python examples/finetune.py IMAGES                        IMAGES/train/CLASS/*.jpg, IMAGES/val/…
    python examples/finetune.py IMAGES --weights DEFAULT      downloads ResNet-18's weights
    python examples/finetune.py IMAGES --weights resnet18.pth --freeze

https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html
"""

import argparse
import copy
import os

from shared import checked, plot
from tqdm import tqdm

import torchish as torch
import torchish.nn as nn
from torchish.optim import SGD, lr_scheduler
from torchish.utils.data import DataLoader
from torchish.vision import datasets, models, transforms

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet


def load(folder, size):
    """The sets `train` and `val` of a folder of images, a subfolder each class."""
    end = [transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
    steps = {
        "train": [transforms.RandomResizedCrop(size), transforms.RandomHorizontalFlip()],
        "val": [transforms.Resize(size * 8 // 7), transforms.CenterCrop(size)],
    }
    return {
        part: datasets.ImageFolder(
            os.path.join(folder, part), transforms.Compose(steps[part] + end)
        )
        for part in ("train", "val")
    }


def build(args, classes):
    """The net with a new last layer; with --freeze, only that one learns."""
    weights = args.weights
    if weights and os.path.isfile(weights):
        net = models.get_model(args.arch)
        net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    else:
        net = models.get_model(args.arch, weights=weights)
    if args.freeze:
        net.requires_grad_(False)
    if hasattr(net, "fc"):
        net.fc = nn.Linear(net.fc.in_features, classes)
    else:  # a classifier whose last layer is the head
        *_, name = dict(net.classifier.named_children())
        head = getattr(net.classifier, name)
        setattr(net.classifier, name, nn.Linear(head.in_features, classes))
    return net


def run_epoch(net, loader, device, optimizer=None, title=""):
    """Mean loss and accuracy; learns if there is an optimizer."""
    net.train(optimizer is not None)
    criterion = nn.CrossEntropyLoss()
    loss_sum = right = seen = 0
    bar = tqdm(loader, desc=title, unit="batch")
    for images, labels in bar:
        images, labels = images.to(device), labels.to(device)
        with torch.set_grad_enabled(optimizer is not None):
            outputs = net(images)
            loss = criterion(outputs, labels)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss_sum += loss.item() * len(labels)
        right += torch.sum(outputs.argmax(1) == labels).item()
        seen += len(labels)
        bar.set_postfix_str(f"loss {loss_sum / seen:.3f}", refresh=False)
    return loss_sum / seen, right / seen


def parse(argv):
    parser = argparse.ArgumentParser(description="Train a pretrained net on a folder of images.")
    parser.add_argument("folder", help="with train/CLASS/… and val/CLASS/…")
    parser.add_argument("--arch", default="resnet18", help="a name of models.list_models()")
    parser.add_argument("--weights", help="a file, or the name of weights to download")
    parser.add_argument("--freeze", action="store_true", help="train the last layer only")
    parser.add_argument("--size", type=int, default=224, help="of the images")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--lr", type=float, default=0.001, help="learning rate")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--save", metavar="FILE.pt", help="write the best net's state_dict")
    parser.add_argument("--plot", metavar="FILE.png", help="draw losses and accuracies of epochs")
    args = checked(parser, argv, torch)
    if args.arch not in models.list_models(models):
        parser.error(f"--arch: torchvision has no model {args.arch!r} for classification")
    return args


def main(argv=None):
    args = parse(argv)
    torch.manual_seed(args.seed)
    try:
        sets = load(args.folder, args.size)
    except FileNotFoundError as e:
        raise SystemExit(f"{args.folder}: no images in train/CLASS and val/CLASS ({e})") from None
    classes = sets["train"].classes
    loaders = {
        part: DataLoader(s, args.batch_size, shuffle=part == "train", num_workers=args.workers)
        for part, s in sets.items()
    }
    net = build(args, len(classes)).to(args.device)
    learning = [p for p in net.parameters() if p.requires_grad]
    print(
        f"{args.arch}: {sum(p.numel() for p in learning)} parameters learn {len(classes)} classes"
    )
    optimizer = SGD(learning, lr=args.lr, momentum=0.9)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)

    best, best_state = -1.0, {}
    curves = {name: [] for name in ("train loss", "train accuracy", "val loss", "val accuracy")}
    for epoch in range(1, args.epochs + 1):
        title = f"epoch {epoch}/{args.epochs}"
        loss, accuracy = run_epoch(net, loaders["train"], args.device, optimizer, title)
        scheduler.step()
        val_loss, val_accuracy = run_epoch(net, loaders["val"], args.device, None, "val")
        print(
            f"{title}: train loss {loss:.3f}, accuracy {100 * accuracy:.1f} %; "
            f"val loss {val_loss:.3f}, accuracy {100 * val_accuracy:.1f} %"
        )
        for values, value in zip(curves.values(), (loss, accuracy, val_loss, val_accuracy)):
            values.append(value)
        if val_accuracy > best:
            best, best_state = val_accuracy, copy.deepcopy(net.state_dict())
    print(f"best val accuracy: {100 * best:.1f} %")
    if args.save:
        torch.save(best_state, args.save)
        print("wrote", args.save)
    if args.plot:
        plot(args.plot, curves, "loss, share of right answers", xlabel="epoch")
        print("wrote", args.plot)
    return best


if __name__ == "__main__":
    main()
