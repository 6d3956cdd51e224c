"""Training steps, as programs write them, of which the lowering exam takes the programs.

Each entry of MODELS makes `step()` from the library: one training step that ends with
`optimizer.step()`. The sizes are small; what is lowered is the same as for large ones but for its
shapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MODELS: dict[str, Callable[[Any], Callable[[], None]]] = {}


def _enter(f: Callable) -> Callable:
    MODELS[f.__name__.strip("_")] = f
    return f


def _stepping(torch: Any, model: Any, make: Callable, optimizer: Any = None, clip: bool = False):
    """`make(model)` gives the loss of a batch."""
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        optimizer.zero_grad()
        make(model).backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    step.optimizer = optimizer
    return step


def _classifier(torch: Any, model: Any, *shape: int, optimizer: str = "SGD"):
    x, y = torch.randn(2, *shape), torch.tensor([1, 3])
    loss = torch.nn.CrossEntropyLoss()
    kind = getattr(torch.optim, optimizer)
    options = {"momentum": 0.9} if optimizer == "SGD" else {}
    return _stepping(
        torch, model, lambda m: loss(m(x), y), kind(model.parameters(), lr=1e-3, **options)
    )


@_enter
def mlp(torch):
    nn = torch.nn
    net = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 10))
    return _classifier(torch, net, 20)


@_enter
def lenet(torch):
    nn = torch.nn
    net = nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 10)),
    )
    return _classifier(torch, net, 1, 32, 32, optimizer="Adam")


@_enter
def vae(torch):
    nn, F = torch.nn, torch.nn.functional
    encode, decode = nn.Linear(64, 8), nn.Linear(4, 64)
    model, x = nn.ModuleList([encode, decode]), torch.rand(8, 64)

    def loss(_):
        mean, log = encode(x).chunk(2, dim=1)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log)
        fit = F.binary_cross_entropy_with_logits(decode(z), x, reduction="sum")
        return fit - 0.5 * torch.sum(1 + log - mean.pow(2) - log.exp())

    return _stepping(torch, model, loss, torch.optim.Adam(model.parameters()))


def _recurrent(torch, kind: str):
    nn = torch.nn
    layers, head = getattr(nn, kind)(8, 16, 2, batch_first=True), nn.Linear(16, 12)
    table = nn.Embedding(12, 8)
    model, x = nn.ModuleList([table, layers, head]), torch.randint(0, 12, (3, 9))
    loss = nn.CrossEntropyLoss()
    return _stepping(
        torch,
        model,
        lambda _: loss(head(layers(table(x[:, :-1]))[0]).flatten(0, 1), x[:, 1:].flatten()),
        torch.optim.RMSprop(model.parameters()),
        clip=True,
    )


MODELS["lstm"] = lambda torch: _recurrent(torch, "LSTM")
MODELS["gru"] = lambda torch: _recurrent(torch, "GRU")


@_enter
def rnn_cell(torch):
    nn = torch.nn
    cell, head = nn.RNNCell(4, 8), nn.Linear(8, 4)
    model, x = nn.ModuleList([cell, head]), torch.randn(6, 2, 4)

    def loss(_):
        h = torch.zeros(2, 8)
        for row in x:
            h = cell(row, h)
        return head(h).square().mean()

    return _stepping(torch, model, loss)


def _gpt(torch, half: bool):
    nn, F = torch.nn, torch.nn.functional

    class Block(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.mlp = nn.Sequential(nn.Linear(width, 64), nn.GELU(), nn.Linear(64, width))

        def forward(self, x):
            b, t, c = x.shape
            q, k, v = [
                y.view(b, t, 2, c // 2).transpose(1, 2) for y in self.qkv(self.ln1(x)).chunk(3, -1)
            ]
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.out(y.transpose(1, 2).reshape(b, t, c))
            return x + self.mlp(self.ln2(x))

    table, head = nn.Embedding(20, 128), nn.Linear(128, 20)
    model = nn.Sequential(table, Block(128), Block(128), nn.LayerNorm(128), head)
    x = torch.randint(0, 20, (2, 9))

    def loss(m):
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            y = m(x[:, :-1])
            return F.cross_entropy(y.flatten(0, 1).float(), x[:, 1:].flatten())

    return _stepping(torch, model, loss, torch.optim.AdamW(model.parameters()), clip=True)


MODELS["gpt"] = lambda torch: _gpt(torch, half=False)
MODELS["gpt_bfloat16"] = lambda torch: _gpt(torch, half=True)


@_enter
def transformer(torch):
    nn = torch.nn
    model = nn.Transformer(16, 2, 1, 1, 32, batch_first=True)
    source, target = torch.randn(2, 5, 16), torch.randn(2, 4, 16)
    mask = nn.Transformer.generate_square_subsequent_mask(4)
    return _stepping(torch, model, lambda m: m(source, target, tgt_mask=mask).square().mean())


@_enter
def bag_of_words(torch):
    nn = torch.nn
    bag, head = nn.EmbeddingBag(30, 8, mode="mean"), nn.Linear(8, 5)
    words, starts = torch.randint(0, 30, (11,)), torch.tensor([0, 4])
    loss, model = nn.CrossEntropyLoss(), nn.ModuleList([bag, head])
    return _stepping(
        torch,
        model,
        lambda _: loss(head(bag(words, starts)), torch.tensor([1, 2])),
        torch.optim.Adagrad(model.parameters()),
    )


@_enter
def generator(torch):
    nn, F = torch.nn, torch.nn.functional
    net = nn.Sequential(
        nn.ConvTranspose2d(8, 16, 4, 1, 0, bias=False),
        *(nn.BatchNorm2d(16), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh()),
    )
    judge = nn.Sequential(
        nn.Conv2d(1, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(64, 1)
    )
    z = torch.randn(2, 8, 1, 1)

    def loss(m):
        y = judge(m(z))
        return F.binary_cross_entropy_with_logits(y, torch.ones_like(y))

    return _stepping(torch, net, loss, torch.optim.Adam(net.parameters(), betas=(0.5, 0.999)))


@_enter
def unet(torch):
    nn, F = torch.nn, torch.nn.functional
    down, middle = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
    up, out = nn.Conv2d(12, 4, 3, padding=1), nn.Conv2d(4, 2, 1)
    model, x = nn.ModuleList([down, middle, up, out]), torch.randn(2, 1, 8, 8)
    y = torch.randint(0, 2, (2, 8, 8))

    def loss(_):
        a = F.silu(down(x))
        b = F.silu(middle(F.avg_pool2d(a, 2)))
        b = F.interpolate(b, scale_factor=2, mode="bilinear", align_corners=False)
        return F.cross_entropy(out(F.silu(up(torch.cat([a, b], 1)))), y)

    return _stepping(torch, model, loss)


@_enter
def audio(torch):
    nn = torch.nn
    net = nn.Sequential(
        *(nn.Conv1d(1, 8, 9, stride=2), nn.GroupNorm(2, 8), nn.GELU(), nn.MaxPool1d(2)),
        *(nn.Conv1d(8, 8, 3, groups=4, dilation=2), nn.ELU(), nn.AdaptiveAvgPool1d(1)),
        *(nn.Flatten(), nn.Linear(8, 5)),
    )
    return _classifier(torch, net, 1, 64, optimizer="NAdam")


@_enter
def video(torch):
    nn = torch.nn
    net = nn.Sequential(
        *(nn.Conv3d(1, 4, 3, padding=1), nn.BatchNorm3d(4), nn.ReLU(), nn.MaxPool3d(2)),
        *(nn.Flatten(), nn.Linear(4 * 2 * 4 * 4, 5)),
    )
    return _classifier(torch, net, 1, 4, 8, 8)


@_enter
def speech(torch):
    nn = torch.nn
    net, x = nn.LSTM(6, 7, bidirectional=True), torch.randn(10, 2, 6)
    targets, lengths = torch.randint(1, 14, (2, 4)), torch.tensor([10, 9])
    loss = nn.CTCLoss()
    return _stepping(
        torch,
        net,
        lambda m: loss(m(x)[0].log_softmax(-1), targets, lengths, torch.tensor([4, 3])),
        torch.optim.Adadelta(net.parameters()),
    )


def _vision(name: str, size: int, **options) -> Callable:
    def make(torch):
        model = getattr(torch.vision.models, name)(num_classes=10, **options)
        return _classifier(torch, model, 3, size, size)

    return make


for _name, _size in {
    "resnet18": 32,
    "resnext50_32x4d": 32,
    "mobilenet_v3_small": 32,
    "shufflenet_v2_x0_5": 32,
    "squeezenet1_1": 48,
    "efficientnet_b0": 32,
    "regnet_y_400mf": 32,
    "convnext_tiny": 32,
    "densenet121": 32,
    "swin_t": 32,
    "vgg11_bn": 32,
}.items():
    MODELS[_name] = _vision(_name, _size)


@_enter
def vit(torch):
    model = torch.vision.models.VisionTransformer(
        image_size=32, patch_size=8, num_layers=2, num_heads=2, hidden_dim=32, mlp_dim=64,
        num_classes=10,
    )  # fmt: skip
    return _classifier(torch, model, 3, 32, 32, optimizer="AdamW")
