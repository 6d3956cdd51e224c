"""Programs of quantization in eager mode, of a library that is handed in; each gives numbers."""

from __future__ import annotations

from typing import Any


def flat(t: Any) -> list[float]:
    return [round(v, 5) for v in t.detach().flatten().tolist()]


def dynamic(torch: Any) -> list[float]:
    """A linear layer, an LSTM and a GRU with integer weights."""
    nn, Q = torch.nn, torch.ao.quantization
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    out = flat(Q.quantize_dynamic(net, {nn.Linear}, dtype=torch.qint8)(torch.randn(5, 3)))
    lstm = nn.Sequential(nn.LSTM(3, 4, num_layers=2, bidirectional=True))
    made = Q.quantize_dynamic(lstm, {nn.LSTM}, dtype=torch.qint8)
    out += flat(made(torch.randn(5, 2, 3))[0])
    gru = Q.quantize_dynamic(nn.Sequential(nn.GRU(3, 4)), {nn.GRU})
    out += flat(gru(torch.randn(5, 2, 3))[0])
    out += flat(Q.quantize_dynamic(net, dtype=torch.float16)(torch.randn(2, 3)))
    config = {nn.Linear: Q.per_channel_dynamic_qconfig}
    out += flat(Q.quantize_dynamic(net, config)(torch.randn(2, 3)))
    return out + flat(torch.rand(2))


def net_of(torch: Any) -> Any:
    nn, Q = torch.nn, torch.ao.quantization

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.quant, self.dequant = Q.QuantStub(), Q.DeQuantStub()
            self.conv, self.bn, self.relu = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU()
            self.second = nn.Conv2d(4, 4, 3, padding=1, groups=2, bias=False)
            self.sum = torch.ao.nn.quantized.FloatFunctional()
            self.pool, self.fc = nn.MaxPool2d(2), nn.Linear(36, 5)

        def forward(self, x):
            x = self.relu(self.bn(self.conv(self.quant(x))))
            x = self.pool(self.sum.add(x, self.second(x)))
            return self.dequant(self.fc(x.flatten(1)))

    return Net()


def static(torch: Any) -> list[float]:
    """A convolutional net, observed and converted."""
    Q = torch.ao.quantization
    torch.manual_seed(1)
    out = []
    for config in (Q.default_qconfig, Q.get_default_qconfig("x86")):
        net = net_of(torch).eval()
        net.qconfig = config
        ready = Q.prepare(Q.fuse_modules(net, [["conv", "bn", "relu"]]))
        x = torch.randn(8, 1, 8, 8)
        ready(x)
        out += flat(Q.convert(ready)(x))
    return out


def trained(torch: Any) -> list[float]:
    """The same net, trained with rounded weights."""
    Q = torch.ao.quantization
    out = []
    for version in (0, 1):
        torch.manual_seed(2)
        net = net_of(torch).train()
        net.qconfig = Q.get_default_qat_qconfig("x86", version=version)
        ready = Q.prepare_qat(Q.fuse_modules_qat(net, [["conv", "bn", "relu"]]))
        sgd = torch.optim.SGD(ready.parameters(), lr=0.05)
        x = torch.randn(8, 1, 8, 8)
        for _ in range(3):
            loss = ready(x).square().mean()
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            out.append(round(loss.item(), 4))
        out.append(round(Q.convert(ready.eval())(x).square().mean().item(), 3))
    return out


def observers(torch: Any) -> list[float]:
    """Scale and zero point of each observer after three batches."""
    Q = torch.ao.quantization
    symmetric = {"dtype": torch.qint8, "qscheme": torch.per_tensor_symmetric}
    out: list[float] = []
    for make in (
        Q.MinMaxObserver,
        Q.MovingAverageMinMaxObserver,
        Q.PerChannelMinMaxObserver,
        Q.HistogramObserver,
        Q.default_weight_observer,
        Q.default_per_channel_weight_observer,
        Q.default_float_qparams_observer,
        Q.default_fake_quant,
        Q.default_fused_per_channel_wt_fake_quant,
        lambda: Q.MinMaxObserver(reduce_range=True, **symmetric),
        lambda: Q.FixedQParamsObserver(0.1, 3),
    ):
        torch.manual_seed(5)
        observer = make()
        for k in range(3):
            observer(torch.randn(4, 5) * (k + 1))
        scale, zero = observer.calculate_qparams()
        out += flat(scale) + flat(zero)
    return out


def embeddings(torch: Any) -> list[float]:
    """Tables of integers."""
    nn, Q = torch.nn, torch.ao.quantization
    torch.manual_seed(4)
    net = nn.Sequential(nn.EmbeddingBag(10, 4, mode="sum"), nn.Linear(4, 2))
    config = {
        nn.EmbeddingBag: Q.float_qparams_weight_only_qconfig,
        nn.Linear: Q.default_dynamic_qconfig,
    }
    return flat(Q.quantize_dynamic(net, config)(torch.tensor([[1, 2], [3, 4]])))


PROGRAMS = {
    "dynamic": dynamic,
    "static": static,
    "trained": trained,
    "observers": observers,
    "embeddings": embeddings,
}
