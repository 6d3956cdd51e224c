"""Trains a torchvision model on ImageNet, or on any folder of images in its form.

    python examples/imagenet.py IMAGENET -a resnet18       IMAGENET/train/CLASS/*, IMAGENET/val/…
    python examples/imagenet.py IMAGENET -a resnet50 --evaluate --pretrained
    python examples/imagenet.py --dummy -a resnet18 -b 16  noise, to see it run

The options and what is printed are those of https://github.com/pytorch/examples/tree/main/imagenet
for one device.
"""

import argparse
import os
import shutil
import time

from shared import checked

import torchish as torch
import torchish.nn as nn
import torchish.optim as optim
from torchish.optim.lr_scheduler import StepLR
from torchish.utils.data import DataLoader, Subset
from torchish.vision import datasets, models, transforms

NORMALIZE = transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])


class Meter:
    """A number's last value and its mean."""

    def __init__(self, name, form):
        self.name, self.form = name, form
        self.value = self.sum = self.count = 0

    def update(self, value, n=1):
        self.value = value
        self.sum += value * n
        self.count += n

    @property
    def mean(self):
        return self.sum / max(self.count, 1)

    def __str__(self):
        return f"{self.name} {self.value:{self.form}} ({self.mean:{self.form}})"


def accuracy(output, target, counts=(1, 5)):
    """Per cent of the images whose class is among the k likeliest, for each k."""
    with torch.no_grad():
        counts = [min(k, output.size(1)) for k in counts]
        guesses = output.topk(max(counts), 1, True, True).indices.t()
        right = guesses.eq(target.view(1, -1).expand_as(guesses))
        return [100 * right[:k].reshape(-1).float().sum(0).item() / len(target) for k in counts]


def run(loader, model, criterion, args, optimizer=None, epoch=0):
    """One pass over the images: top-1 accuracy; learns if there is an optimizer."""
    training = optimizer is not None
    model.train(training)
    title = f"Epoch: [{epoch}]" if training else "Test: "
    meters = [Meter(n, f) for n, f in (("Time", "6.3f"), ("Data", "6.3f"), ("Loss", ".4e"))]
    meters += [Meter("Acc@1", "6.2f"), Meter("Acc@5", "6.2f")]
    took, waited, losses, top1, top5 = meters
    end = time.perf_counter()
    for i, (images, target) in enumerate(loader):
        waited.update(time.perf_counter() - end)
        images, target = images.to(args.device), target.to(args.device)
        with torch.set_grad_enabled(training):
            output = model(images)
            loss = criterion(output, target)
        if training:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        first, fifth = accuracy(output, target)
        losses.update(loss.item(), len(images))
        top1.update(first, len(images))
        top5.update(fifth, len(images))
        took.update(time.perf_counter() - end)
        end = time.perf_counter()
        if i % args.print_freq == 0:
            print("\t".join([f"{title}[{i}/{len(loader)}]", *map(str, meters)]), flush=True)
    if not training:
        print(f" *   Acc@1 {top1.mean:.3f} Acc@5 {top5.mean:.3f}")
    return top1.mean


def load(args):
    crop = [transforms.RandomResizedCrop(args.size), transforms.RandomHorizontalFlip()]
    center = [transforms.Resize(args.size * 8 // 7), transforms.CenterCrop(args.size)]
    end = [transforms.ToTensor(), NORMALIZE]
    if args.dummy:
        print("=> Dummy data is used!")
        fake = datasets.FakeData(64, (3, args.size, args.size), args.classes, transforms.ToTensor())
        return Subset(fake, range(48)), Subset(fake, range(48, 64))
    try:
        return (
            datasets.ImageFolder(os.path.join(args.data, "train"), transforms.Compose(crop + end)),
            datasets.ImageFolder(os.path.join(args.data, "val"), transforms.Compose(center + end)),
        )
    except FileNotFoundError as e:
        raise SystemExit(f"{args.data}: no images in train/CLASS and val/CLASS ({e})") from None


def parse(argv):
    parser = argparse.ArgumentParser(description="Train a model on ImageNet.")
    parser.add_argument("data", nargs="?", default="imagenet", help="folder with train/ and val/")
    parser.add_argument("-a", "--arch", default="resnet18", choices=models.list_models(models))
    parser.add_argument("-j", "--workers", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=90)
    parser.add_argument("--start-epoch", type=int, default=0)
    parser.add_argument("-b", "--batch-size", type=int, default=256)
    parser.add_argument("--lr", "--learning-rate", type=float, default=0.1)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--wd", "--weight-decay", type=float, default=1e-4, dest="weight_decay")
    parser.add_argument("-p", "--print-freq", type=int, default=10)
    parser.add_argument("--resume", metavar="FILE", help="go on from this checkpoint")
    parser.add_argument("-e", "--evaluate", action="store_true", help="only test it")
    parser.add_argument("--pretrained", action="store_true", help="begin with trained weights")
    parser.add_argument("--size", type=int, default=224, help="of the images")
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--dummy", action="store_true", help="noise instead of images")
    args = checked(parser, argv, torch)
    if args.pretrained and args.classes != 1000:
        parser.error("--pretrained weights are for 1000 classes")
    return args


def save(state, best, name="checkpoint.pth.tar"):
    torch.save(state, name)
    if best:
        shutil.copyfile(name, "model_best.pth.tar")


def main(argv=None):
    args = parse(argv)
    if args.seed is not None:
        torch.manual_seed(args.seed)
    if args.pretrained:
        print(f"=> using pre-trained model '{args.arch}'")
        model = models.get_model(args.arch, weights="DEFAULT")
    else:
        print(f"=> creating model '{args.arch}'")
        model = models.get_model(args.arch, num_classes=args.classes)
    model = model.to(args.device)

    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(
        model.parameters(), args.lr, momentum=args.momentum, weight_decay=args.weight_decay
    )
    scheduler = StepLR(optimizer, step_size=30, gamma=0.1)
    best = 0.0
    if args.resume:
        print(f"=> loading checkpoint '{args.resume}'")
        saved = torch.load(args.resume, map_location=args.device, weights_only=True)
        args.start_epoch, best = saved["epoch"], saved["best_acc1"]
        model.load_state_dict(saved["state_dict"])
        optimizer.load_state_dict(saved["optimizer"])
        scheduler.load_state_dict(saved["scheduler"])
        print(f"=> loaded checkpoint '{args.resume}' (epoch {saved['epoch']})")

    train_set, val_set = load(args)
    options = {"batch_size": args.batch_size, "num_workers": args.workers}
    train_loader = DataLoader(train_set, shuffle=True, **options)
    val_loader = DataLoader(val_set, **options)
    if args.evaluate:
        return run(val_loader, model, criterion, args)
    for epoch in range(args.start_epoch, args.epochs):
        run(train_loader, model, criterion, args, optimizer, epoch)
        acc1 = run(val_loader, model, criterion, args)
        scheduler.step()
        is_best, best = acc1 > best, max(acc1, best)
        state = {
            "epoch": epoch + 1,
            "arch": args.arch,
            "state_dict": model.state_dict(),
            "best_acc1": best,
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
        }
        save(state, is_best)
    return best


if __name__ == "__main__":
    main()
