"""A generative adversarial network of convolutions: one net draws digits, the other one judges.

    python examples/dcgan.py                               1,797 real digits of the package
    python examples/dcgan.py --epochs 60 --out dcgan.png   and draws samples of what it learnt

A. Radford, L. Metz, S. Chintala, Unsupervised Representation Learning with Deep Convolutional
Generative Adversarial Networks, https://arxiv.org/abs/1511.06434
"""

import argparse

from shared import checked, plot
from tqdm import tqdm

import torchish as torch
import torchish.nn as nn
import torchish.optim as optim
from torchish.utils.data import DataLoader
from torchish.vision import datasets, transforms, utils


def generator(latent, width):
    """From (N, latent, 1, 1) to images (N, 1, 16, 16) in [-1, 1]."""
    return nn.Sequential(
        nn.ConvTranspose2d(latent, 4 * width, 4, bias=False),
        nn.BatchNorm2d(4 * width),
        nn.ReLU(True),
        nn.ConvTranspose2d(4 * width, 2 * width, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(True),
        nn.ConvTranspose2d(2 * width, 1, 4, stride=2, padding=1, bias=False),
        nn.Tanh(),
    )


def discriminator(width):
    """From images (N, 1, 16, 16) to logits (N, 1, 1, 1) of being real."""
    return nn.Sequential(
        nn.Conv2d(1, 2 * width, 4, stride=2, padding=1, bias=False),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(4 * width),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(4 * width, 1, 4, bias=False),
    )


def start(module):
    """The paper's initial weights."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def train_epoch(painter, judge, optimizers, loader, latent, device, title):
    """The losses (of the judge, of the painter) of each step."""
    criterion = nn.BCEWithLogitsLoss()
    of_painter, of_judge = optimizers
    losses = []
    bar = tqdm(loader, desc=title, unit="batch")
    for images, _ in bar:
        real = images.to(device)
        ones = torch.ones(len(real), device=device)
        zeros = torch.zeros(len(real), device=device)
        fake = painter(torch.randn(len(real), latent, 1, 1, device=device))

        # The judge learns to tell them apart ...
        of_judge.zero_grad()
        loss_real = criterion(judge(real).flatten(), ones)
        loss_real.backward()
        loss_fake = criterion(judge(fake.detach()).flatten(), zeros)
        loss_fake.backward()
        of_judge.step()

        # ... and the painter to deceive it.
        of_painter.zero_grad()
        loss = criterion(judge(fake).flatten(), ones)
        loss.backward()
        of_painter.step()

        losses.append(((loss_real + loss_fake).item(), loss.item()))
        bar.set_postfix_str("judge {:.2f}, painter {:.2f}".format(*losses[-1]), refresh=False)
    return losses


def parse(argv):
    parser = argparse.ArgumentParser(description="Train a DCGAN on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--latent", type=int, default=32, help="random numbers for an image")
    parser.add_argument("--width", type=int, default=16, help="channels, in units")
    parser.add_argument("--lr", type=float, default=0.0002, help="learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", metavar="FILE.png", help="draw 64 digits that it made up")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the losses, and 64 digits")
    return checked(parser, argv, torch)


def main(argv=None):
    args = parse(argv)
    torch.manual_seed(args.seed)
    transform = transforms.Compose(
        [transforms.Resize((16, 16)), transforms.ToTensor(), transforms.Normalize(0.5, 0.5)]
    )
    digits = datasets.Digits(train=True, transform=transform)
    loader = DataLoader(digits, batch_size=args.batch_size, shuffle=True, drop_last=True)

    painter = generator(args.latent, args.width).apply(start).to(args.device)
    judge = discriminator(args.width).apply(start).to(args.device)
    print(painter)
    print(judge)
    optimizers = [
        optim.Adam(net.parameters(), lr=args.lr, betas=(0.5, 0.999)) for net in (painter, judge)
    ]
    noise = torch.randn(64, args.latent, 1, 1, device=args.device)
    losses = []
    for epoch in range(1, args.epochs + 1):
        title = f"epoch {epoch}/{args.epochs}"
        losses += train_epoch(painter, judge, optimizers, loader, args.latent, args.device, title)
    print("last losses: judge {:.3f}, painter {:.3f}".format(*losses[-1]))

    if args.out or args.plot:
        painter.eval()
        with torch.no_grad():
            images = painter(noise)
    if args.out:
        utils.save_image(images, args.out, nrow=8, normalize=True, value_range=(-1, 1))
        print("wrote", args.out)
    if args.plot:
        grid = utils.make_grid(images.cpu(), nrow=8, normalize=True, value_range=(-1, 1))[0]
        of_judge, of_painter = zip(*losses)
        plot(args.plot, {"judge": of_judge, "painter": of_painter}, "loss", image=grid.numpy())
        print("wrote", args.plot)
    return losses


if __name__ == "__main__":
    main()
