"""The models that the benchmarks train, as a PyTorch user writes them.

Every function takes the library (PyTorch or torchish) as `torch` and uses nothing else, so that
both run the same text.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


def lenet(torch):
    nn, F = torch.nn, torch.nn.functional

    class LeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5)
            self.conv2 = nn.Conv2d(6, 16, 5)
            self.fc1 = nn.Linear(16 * 5 * 5, 120)
            self.fc2 = nn.Linear(120, 84)
            self.fc3 = nn.Linear(84, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = torch.flatten(x, 1)
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(x))
            return self.fc3(x)

    return LeNet()


def mlp(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)
    )


def residual_block(torch):
    """The class of two 3 × 3 convolutions beside a shortcut."""
    nn, F = torch.nn, torch.nn.functional

    class Block(nn.Module):
        def __init__(self, before, channels, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(before, channels, 3, stride=stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(channels)
            self.shortcut = nn.Sequential()
            if stride != 1 or before != channels:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(before, channels, 1, stride=stride, bias=False),
                    nn.BatchNorm2d(channels),
                )

        def forward(self, x):
            y = F.relu(self.bn1(self.conv1(x)))
            y = self.bn2(self.conv2(y))
            return F.relu(y + self.shortcut(x))

    return Block


def resnet(torch):
    """Eight weight layers for 3 × 32 × 32 images: a stem and three residual blocks."""
    nn, F = torch.nn, torch.nn.functional
    Block = residual_block(torch)

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 16, 3, padding=1, bias=False)
            self.bn = nn.BatchNorm2d(16)
            self.blocks = nn.Sequential(Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2))
            self.fc = nn.Linear(64, 10)

        def forward(self, x):
            x = F.relu(self.bn(self.conv(x)))
            x = self.blocks(x)
            return self.fc(x.mean(dim=(2, 3)))

    return ResNet()


RESNET50 = [(c, 2 if c > 64 and i == 0 else 1) for c, n in ((64, 3), (128, 4), (256, 6), (512, 3))
            for i in range(n)]  # fmt: skip
RESNET18 = (64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)


def resnet18(torch):
    """ResNet-18 of https://arxiv.org/abs/1512.03385, for 3 × 64 × 64 images."""
    nn, F = torch.nn, torch.nn.functional
    Block = residual_block(torch)

    class ResNet18(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
            self.bn = nn.BatchNorm2d(64)
            befores = [64, *[channels for channels, _ in RESNET18]]
            self.blocks = nn.Sequential(
                *[Block(b, c, s) for b, (c, s) in zip(befores, RESNET18, strict=False)]
            )
            self.fc = nn.Linear(512, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.bn(self.conv(x))), 3, stride=2, padding=1)
            return self.fc(self.blocks(x).mean(dim=(2, 3)))

    return ResNet18()


def resnet50(torch):
    """ResNet-50 of https://arxiv.org/abs/1512.03385, for ten classes."""
    nn, F = torch.nn, torch.nn.functional

    class Bottleneck(nn.Module):
        def __init__(self, before, channels, stride):
            super().__init__()
            out = 4 * channels
            self.conv1 = nn.Conv2d(before, channels, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(channels)
            self.conv3 = nn.Conv2d(channels, out, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(out)
            nn.init.zeros_(self.bn3.weight)  # else the first steps magnify every rounding
            self.shortcut = nn.Sequential()
            if before != out:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(before, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out)
                )

        def forward(self, x):
            y = F.relu(self.bn1(self.conv1(x)))
            y = F.relu(self.bn2(self.conv2(y)))
            return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))

    class ResNet50(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
            self.bn = nn.BatchNorm2d(64)
            befores = [64, *[4 * channels for channels, _ in RESNET50]]
            self.blocks = nn.Sequential(
                *[Bottleneck(b, c, s) for b, (c, s) in zip(befores, RESNET50, strict=False)]
            )
            self.fc = nn.Linear(2048, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.bn(self.conv(x))), 3, stride=2, padding=1)
            return self.fc(self.blocks(x).mean(dim=(2, 3)))

    return ResNet50()


# kernel, wide, out, whether squeezed, h-swish instead of ReLU, stride
MOBILENET = [
    (3, 16, 16, True, False, 2),
    (3, 72, 24, False, False, 2),
    (3, 88, 24, False, False, 1),
    (5, 96, 40, True, True, 2),
    (5, 240, 40, True, True, 1),
    (5, 240, 40, True, True, 1),
    (5, 120, 48, True, True, 1),
    (5, 144, 48, True, True, 1),
    (5, 288, 96, True, True, 2),
    (5, 576, 96, True, True, 1),
    (5, 576, 96, True, True, 1),
]


def mobilenet(torch):
    """MobileNetV3 small (https://arxiv.org/abs/1905.02244), for ten classes."""
    nn = torch.nn

    def conv(before, after, kernel, stride=1, groups=1, activation=None):
        pad = kernel // 2
        layers = [
            nn.Conv2d(before, after, kernel, stride, pad, groups=groups, bias=False),
            nn.BatchNorm2d(after, eps=0.001, momentum=0.01),
        ]
        return layers if activation is None else [*layers, activation()]

    class Squeeze(nn.Module):
        def __init__(self, channels):
            super().__init__()
            fewer = max(8, (channels // 4 + 4) // 8 * 8)
            self.inner = nn.Sequential(
                nn.AdaptiveAvgPool2d(1),
                nn.Conv2d(channels, fewer, 1),
                nn.ReLU(),
                nn.Conv2d(fewer, channels, 1),
                nn.Hardsigmoid(),
            )

        def forward(self, x):
            return x * self.inner(x)

    class Block(nn.Module):
        def __init__(self, before, kernel, wide, out, squeezed, swish, stride):
            super().__init__()
            activation = nn.Hardswish if swish else nn.ReLU
            layers = [] if wide == before else conv(before, wide, 1, activation=activation)
            layers += conv(wide, wide, kernel, stride, wide, activation)
            if squeezed:
                layers.append(Squeeze(wide))
            self.inner = nn.Sequential(*layers, *conv(wide, out, 1))
            self.beside = stride == 1 and before == out

        def forward(self, x):
            return x + self.inner(x) if self.beside else self.inner(x)

    befores = [16, *[row[2] for row in MOBILENET]]
    return nn.Sequential(
        *conv(3, 16, 3, 2, activation=nn.Hardswish),
        *[Block(b, *row) for b, row in zip(befores, MOBILENET, strict=False)],
        *conv(96, 576, 1, activation=nn.Hardswish),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(576, 1024),
        nn.Hardswish(),
        nn.Linear(1024, 10),
    )


VIT = {"patch": 8, "layers": 6, "heads": 3, "width": 192}


def vit(torch):
    """A ViT of the width of ViT-tiny (https://arxiv.org/abs/2010.11929), for 3 x 64 x 64 images."""
    nn, F = torch.nn, torch.nn.functional
    width, heads = VIT["width"], VIT["heads"]

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x):
            B, T, C = x.shape
            qkv = self.qkv(self.ln1(x)).view(B, T, 3, heads, C // heads)
            q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
            y = F.scaled_dot_product_attention(q, k, v)
            x = x + self.out(y.transpose(1, 2).reshape(B, T, C))
            return x + self.down(F.gelu(self.up(self.ln2(x))))

    class ViT(nn.Module):
        def __init__(self):
            super().__init__()
            patch, places = VIT["patch"], (64 // VIT["patch"]) ** 2
            self.patches = nn.Conv2d(3, width, patch, stride=patch)
            self.first = nn.Parameter(0.02 * torch.randn(1, 1, width))
            self.places = nn.Parameter(0.02 * torch.randn(1, places + 1, width))
            self.blocks = nn.ModuleList(Block() for _ in range(VIT["layers"]))
            self.ln = nn.LayerNorm(width)
            self.head = nn.Linear(width, 10)

        def forward(self, x):
            x = self.patches(x).flatten(2).transpose(1, 2)
            x = torch.cat([self.first.expand(x.shape[0], -1, -1), x], dim=1) + self.places
            for block in self.blocks:
                x = block(x)
            return self.head(self.ln(x)[:, 0])

    return ViT()


def vae(torch):
    """An auto-encoder that draws (https://arxiv.org/abs/1312.6114); gives the loss itself."""
    nn, F = torch.nn, torch.nn.functional

    class VAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(784, 400)
            self.mean, self.log_variance = nn.Linear(400, 20), nn.Linear(400, 20)
            self.decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784))

        def loss(self, x):
            h = F.relu(self.inner(x))
            mean, log_variance = self.mean(h), self.log_variance(h)
            z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
            seen = F.binary_cross_entropy_with_logits(
                self.decoder(z), torch.sigmoid(x), reduction="sum"
            )
            apart = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
            return (seen + apart) / len(x)

    return VAE()


def unet(torch):
    """A U-Net (https://arxiv.org/abs/1505.04597) of three levels, a class for each pixel."""
    nn, F = torch.nn, torch.nn.functional

    def double(before, after):
        return nn.Sequential(
            nn.Conv2d(before, after, 3, padding=1),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        )

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.ModuleList([double(3, 16), double(16, 32), double(32, 64)])
            self.up = nn.ModuleList([double(64 + 32, 32), double(32 + 16, 16)])
            self.head = nn.Conv2d(16, 4, 1)

        def forward(self, x):
            beside = []
            for i, block in enumerate(self.down):
                x = block(x if i == 0 else F.max_pool2d(x, 2))
                beside.append(x)
            for block, other in zip(self.up, beside[-2::-1], strict=True):
                x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
                x = block(torch.cat([x, other], dim=1))
            return self.head(x)

    return UNet()


def dcgan(torch):
    """A pair of nets that draw (https://arxiv.org/abs/1511.06434); 3 x 32 x 32 images."""
    nn = torch.nn

    class Pair(nn.Module):
        def __init__(self):
            super().__init__()
            self.draws = nn.Sequential(
                nn.ConvTranspose2d(64, 128, 4, bias=False),
                nn.BatchNorm2d(128),
                nn.ReLU(True),
                nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
                nn.BatchNorm2d(64),
                nn.ReLU(True),
                nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False),
                nn.BatchNorm2d(32),
                nn.ReLU(True),
                nn.ConvTranspose2d(32, 3, 4, 2, 1, bias=False),
                nn.Tanh(),
            )
            self.judges = nn.Sequential(
                nn.Conv2d(3, 32, 4, 2, 1, bias=False),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Conv2d(32, 64, 4, 2, 1, bias=False),
                nn.BatchNorm2d(64),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Conv2d(64, 128, 4, 2, 1, bias=False),
                nn.BatchNorm2d(128),
                nn.LeakyReLU(0.2, inplace=True),
                nn.Conv2d(128, 1, 4, bias=False),
                nn.Flatten(0),
            )

    return Pair()


def gru(torch):
    return lstm(torch, "GRU")


LSTM = {"vocabulary": 64, "context": 64, "width": 128}


def lstm(torch, kind="LSTM"):
    nn = torch.nn

    class CharacterModel(nn.Module):
        def __init__(self):
            super().__init__()
            width = LSTM["width"]
            self.embedding = nn.Embedding(LSTM["vocabulary"], width)
            self.lstm = getattr(nn, kind)(width, width, 2, batch_first=True)
            self.head = nn.Linear(width, LSTM["vocabulary"])

        def forward(self, x):
            y, _ = self.lstm(self.embedding(x))
            return self.head(y).flatten(0, 1)

    return CharacterModel()


GPT = {"vocabulary": 256, "context": 64, "layers": 4, "heads": 4, "width": 128}


def gpt(torch):
    nn, F = torch.nn, torch.nn.functional
    width, heads, context = GPT["width"], GPT["heads"], GPT["context"]

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv = nn.Linear(width, 3 * width)
            self.out = nn.Linear(width, width)
            mask = torch.ones(context, context, dtype=torch.bool).tril()
            self.register_buffer("mask", mask)

        def forward(self, x):
            B, T, C = x.shape
            q, k, v = self.qkv(x).split(C, dim=2)
            q = q.view(B, T, heads, C // heads).transpose(1, 2)
            k = k.view(B, T, heads, C // heads).transpose(1, 2)
            v = v.view(B, T, heads, C // heads).transpose(1, 2)
            scores = (q @ k.transpose(-2, -1)) / math.sqrt(C // heads)
            scores = scores.masked_fill(~self.mask[:T, :T], float("-inf"))
            y = F.softmax(scores, dim=-1) @ v
            return self.out(y.transpose(1, 2).contiguous().view(B, T, C))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.attention = Attention()
            self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x):
            x = x + self.attention(self.ln1(x))
            return x + self.down(F.gelu(self.up(self.ln2(x))))

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = nn.Embedding(GPT["vocabulary"], width)
            self.places = nn.Embedding(context, width)
            self.blocks = nn.ModuleList(Block() for _ in range(GPT["layers"]))
            self.ln = nn.LayerNorm(width)
            self.head = nn.Linear(width, GPT["vocabulary"], bias=False)

        def forward(self, tokens):
            B, T = tokens.shape
            x = self.tokens(tokens) + self.places(torch.arange(T))
            for block in self.blocks:
                x = block(x)
            return self.head(self.ln(x)).view(B * T, -1)

    return Transformer()


class Case(NamedTuple):
    """A model to time: how to build it, a batch of its data, and its optimizer."""

    build: Callable[[Any], Any]
    batch: int
    optimizer: str

    def data(self, n: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """n batches of inputs and targets, always the same."""
        draw = np.random.default_rng(0)
        out = []
        for _ in range(n):
            if self.build in (gpt, lstm, gru):
                sizes = GPT if self.build is gpt else LSTM
                text = draw.integers(0, sizes["vocabulary"], (self.batch, sizes["context"] + 1))
                out.append((text[:, :-1].copy(), text[:, 1:].reshape(-1).copy()))
                continue
            shape = {
                lenet: (1, 32, 32),
                mlp: (784,),
                resnet: (3, 32, 32),
                resnet18: (3, 64, 64),
                resnet50: (3, 96, 96),
                mobilenet: (3, 96, 96),
                vit: (3, 64, 64),
                vae: (784,),
                dcgan: (3, 32, 32),
                unet: (3, 64, 64),
            }[self.build]
            x = draw.standard_normal((self.batch, *shape), dtype=np.float32)
            if self.build is unet:
                out.append((x, draw.integers(0, 4, (self.batch, *shape[1:]))))
            else:
                out.append((x, draw.integers(0, 10, self.batch)))
        return out


CASES = {
    "lenet-4": Case(lenet, 4, "sgd"),
    "lenet-64": Case(lenet, 64, "sgd"),
    "lenet-256": Case(lenet, 256, "sgd"),
    "mlp-128": Case(mlp, 128, "sgd"),
    "resnet-32": Case(resnet, 32, "sgd"),
    "resnet18-16": Case(resnet18, 16, "sgd"),
    "resnet50-8": Case(resnet50, 8, "sgd"),
    "mobilenet-16": Case(mobilenet, 16, "sgd"),
    "vit-16": Case(vit, 16, "adamw"),
    "lstm-32": Case(lstm, 32, "adamw"),
    "gru-32": Case(gru, 32, "adamw"),
    "gpt-8": Case(gpt, 8, "adamw"),
    "vae-128": Case(vae, 128, "adamw"),
    "dcgan-32": Case(dcgan, 32, "adamw"),
    "unet-8": Case(unet, 8, "sgd"),
}
SGD = {"lr": 0.01, "momentum": 0.9}
ADAMW = {"lr": 3e-4, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}


def training(torch, case: Case, batches) -> tuple[Any, Callable[[int], Any]]:
    """The model, and the loop of a PyTorch user: `run(steps)` returns the last loss, a tensor."""
    torch.manual_seed(0)
    model = case.build(torch)
    if case.build is dcgan:
        return model, adversarial(torch, model, batches)
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = optimizer_of(torch, case, model.parameters())
    loader = [(torch.tensor(x), torch.tensor(y)) for x, y in batches]

    def run(steps):
        for i in range(steps):
            inputs, targets = loader[i % len(loader)]
            optimizer.zero_grad()
            if case.build is vae:
                loss = model.loss(inputs)
            else:
                loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
        return loss

    return model, run


def optimizer_of(torch, case: Case, parameters):
    if case.optimizer == "sgd":
        return torch.optim.SGD(parameters, **SGD)
    return torch.optim.AdamW(parameters, **ADAMW)


def adversarial(torch, model, batches) -> Callable[[int], Any]:
    """The two steps of a pair of nets for each batch, as in PyTorch's tutorial."""
    criterion = torch.nn.BCEWithLogitsLoss()
    judging = optimizer_of(torch, CASES["dcgan-32"], model.judges.parameters())
    drawing = optimizer_of(torch, CASES["dcgan-32"], model.draws.parameters())
    loader = [torch.tensor(x) for x, _ in batches]
    true, false = torch.ones(len(loader[0])), torch.zeros(len(loader[0]))

    def run(steps):
        for i in range(steps):
            drawn = model.draws(torch.randn(len(true), 64, 1, 1))
            judging.zero_grad()
            seen = criterion(model.judges(loader[i % len(loader)]), true)
            made = criterion(model.judges(drawn.detach()), false)
            (seen + made).backward()
            judging.step()
            drawing.zero_grad()
            loss = criterion(model.judges(drawn), true)
            loss.backward()
            drawing.step()
        return loss

    return run
