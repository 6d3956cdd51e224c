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


LSTM = {"vocabulary": 64, "context": 64, "width": 128}


def lstm(torch):
    nn = torch.nn

    class CharLSTM(nn.Module):
        def __init__(self):
            super().__init__()
            width = LSTM["width"]
            self.embedding = nn.Embedding(LSTM["vocabulary"], width)
            self.lstm = nn.LSTM(width, width, 2, batch_first=True)
            self.head = nn.Linear(width, LSTM["vocabulary"])

        def forward(self, x):
            y, _ = self.lstm(self.embedding(x))
            return self.head(y).flatten(0, 1)

    return CharLSTM()


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
            if self.build in (gpt, lstm):
                sizes = GPT if self.build is gpt else LSTM
                text = draw.integers(0, sizes["vocabulary"], (self.batch, sizes["context"] + 1))
                out.append((text[:, :-1].copy(), text[:, 1:].reshape(-1).copy()))
                continue
            shape = {
                lenet: (1, 32, 32),
                mlp: (784,),
                resnet: (3, 32, 32),
                resnet18: (3, 64, 64),
            }[self.build]
            x = draw.standard_normal((self.batch, *shape), dtype=np.float32)
            out.append((x, draw.integers(0, 10, self.batch)))
        return out


CASES = {
    "lenet-4": Case(lenet, 4, "sgd"),
    "lenet-64": Case(lenet, 64, "sgd"),
    "lenet-256": Case(lenet, 256, "sgd"),
    "mlp-128": Case(mlp, 128, "sgd"),
    "resnet-32": Case(resnet, 32, "sgd"),
    "resnet18-16": Case(resnet18, 16, "sgd"),
    "lstm-32": Case(lstm, 32, "adamw"),
    "gpt-8": Case(gpt, 8, "adamw"),
}
SGD = {"lr": 0.01, "momentum": 0.9}
ADAMW = {"lr": 3e-4, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}


def training(torch, case: Case, batches) -> tuple[Any, Callable[[int], Any]]:
    """The model, and the loop of a PyTorch user: `run(steps)` returns the last loss, a tensor."""
    torch.manual_seed(0)
    model = case.build(torch)
    criterion = torch.nn.CrossEntropyLoss()
    if case.optimizer == "sgd":
        optimizer = torch.optim.SGD(model.parameters(), **SGD)
    else:
        optimizer = torch.optim.AdamW(model.parameters(), **ADAMW)
    loader = [(torch.tensor(x), torch.tensor(y)) for x, y in batches]

    def run(steps):
        for i in range(steps):
            inputs, targets = loader[i % len(loader)]
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
        return loss

    return model, run
