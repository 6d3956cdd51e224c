"""A variational auto-encoder of handwritten digits: learns to draw new ones.

    python examples/vae.py                                1,797 real digits of the package
    python examples/vae.py --epochs 60 --out vae.png      and draws samples of what it learnt
    python examples/vae.py --plot curve.png               the losses with the samples beside them

D. P. Kingma, M. Welling, Auto-Encoding Variational Bayes, https://arxiv.org/abs/1312.6114
"""

import argparse

from shared import checked, plot
from tqdm import tqdm

import torchish as torch
import torchish.nn as nn
import torchish.nn.functional as F
import torchish.optim as optim
from torchish.utils.data import DataLoader
from torchish.vision import datasets, transforms, utils

SIZE = 16  # images are SIZE × SIZE


class VAE(nn.Module):
    def __init__(self, hidden=256, latent=8):
        super().__init__()
        self.latent = latent
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(SIZE * SIZE, hidden), nn.ReLU())
        self.mean = nn.Linear(hidden, latent)
        self.log_variance = nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, SIZE * SIZE)
        )

    def decode(self, z):
        """Images (N, 1, SIZE, SIZE) as logits."""
        return self.decoder(z).view(-1, 1, SIZE, SIZE)

    def forward(self, x):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return self.decode(z), mean, log_variance


def loss_of(x, logits, mean, log_variance):
    """The negative evidence lower bound of an image, in nats: reconstruction and divergence from
    the standard normal distribution."""
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    divergence = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
    return (reconstruction + divergence) / len(x)


def train_epoch(net, loader, optimizer, device, title):
    net.train()
    losses = []
    bar = tqdm(loader, desc=title, unit="batch")
    for images, _ in bar:
        images = images.to(device)
        optimizer.zero_grad()
        loss = loss_of(images, *net(images))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        bar.set_postfix_str(f"loss {losses[-1]:.1f}", refresh=False)
    return losses


@torch.no_grad()
def test(net, loader, device):
    """The mean loss of the images that it has not seen."""
    net.eval()
    total = count = 0
    for images, _ in loader:
        images = images.to(device)
        total += loss_of(images, *net(images)).item() * len(images)
        count += len(images)
    return total / count


def parse(argv):
    parser = argparse.ArgumentParser(description="Train a variational auto-encoder on digits.")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--latent", type=int, default=8, help="numbers that describe an image")
    parser.add_argument("--lr", type=float, default=1e-3, help="learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", metavar="FILE.png", help="draw 64 digits that it made up")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the losses, and 64 digits")
    return checked(parser, argv, torch)


def main(argv=None):
    args = parse(argv)
    torch.manual_seed(args.seed)
    transform = transforms.Compose([transforms.Resize((SIZE, SIZE)), transforms.ToTensor()])
    train_set = datasets.Digits(train=True, transform=transform)
    test_set = datasets.Digits(train=False, transform=transform)
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=256)

    net = VAE(latent=args.latent).to(args.device)
    print(net)
    optimizer = optim.Adam(net.parameters(), lr=args.lr)
    losses = []
    for epoch in range(1, args.epochs + 1):
        title = f"epoch {epoch}/{args.epochs}"
        losses += train_epoch(net, train_loader, optimizer, args.device, title)
    print(f"test loss: {test(net, test_loader, args.device):.1f} nats an image")

    if args.out or args.plot:
        with torch.no_grad():
            images = net.decode(torch.randn(64, args.latent, device=args.device)).sigmoid()
    if args.out:
        utils.save_image(images, args.out, nrow=8)
        print("wrote", args.out)
    if args.plot:
        grid = utils.make_grid(images.cpu(), nrow=8)[0]
        plot(args.plot, {"loss": losses}, "loss, nats an image", image=grid.numpy())
        print("wrote", args.plot)
    return losses


if __name__ == "__main__":
    main()
