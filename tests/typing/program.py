"""A program whose types are checked, never run: what an editor must know of torchish."""

from __future__ import annotations

from typing import assert_type

import torchish as torch
from torchish import Tensor, nn, optim
from torchish.nn import functional as F
from torchish.utils.data import DataLoader, Dataset, TensorDataset, random_split


class Net(nn.Module):
    def __init__(self, hidden: int = 16):
        super().__init__()
        self.first = nn.Linear(4, hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.layers = nn.Sequential(nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, 3))
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.first(x)).relu_()
        return self.layers(x) * self.scale


class Squares(Dataset):
    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return torch.full((4,), float(index)), index % 3


def tensors() -> None:
    x = torch.randn(3, 4, device="cpu", requires_grad=True)
    assert_type(x, Tensor)
    assert_type(x + 1, Tensor)
    assert_type(2 * x, Tensor)
    assert_type(x @ x.T, Tensor)
    assert_type(-x, Tensor)
    assert_type(x > 0, Tensor)
    assert_type(x == 0, Tensor)
    assert_type(x[0, 1:], Tensor)
    assert_type(x.sum(), Tensor)
    assert_type(x.mean(dim=1, keepdim=True), Tensor)
    assert_type(x.view(-1), Tensor)
    assert_type(x.reshape(2, 6), Tensor)
    assert_type(x.max(), Tensor)
    values, indices = x.max(dim=1)
    assert_type(values, Tensor)
    assert_type(x.max(1).indices, Tensor)
    assert_type(torch.sort(x).values, Tensor)
    assert_type(x.topk(2).indices, Tensor)
    assert_type(torch.cat([x, indices]), Tensor)
    assert_type(x.add_(1), Tensor)
    assert_type(x.to("cpu"), Tensor)
    assert_type(x.to(torch.float64), Tensor)
    assert_type(x.float(), Tensor)
    assert_type(x.detach().cpu(), Tensor)
    assert_type(x.shape[0], int)
    assert_type(x.size(0), int)
    assert_type(x.size(), torch.Size)
    assert_type(x.dtype, torch.dtype)
    assert_type(x.device, torch.device)
    assert_type(x.requires_grad, bool)
    assert_type(x.grad, Tensor | None)
    assert_type(x.ndim, int)
    assert_type(x.numel(), int)
    assert_type(len(x), int)
    assert_type(torch.linalg.norm(x), Tensor)
    assert_type(torch.fft.rfft(x), Tensor)
    assert_type(torch.special.erf(x), Tensor)
    assert_type(F.softmax(x, dim=-1), Tensor)
    assert_type(F.cross_entropy(x, indices), Tensor)
    assert_type(F.dropout(x, 0.1), Tensor)
    assert_type(F.fractional_max_pool2d(x, 2, 1), Tensor)
    assert_type(F.fractional_max_pool2d(x, 2, 1, return_indices=True), tuple[Tensor, Tensor])
    assert_type(torch.signal.windows.hann(4), Tensor)
    assert_type(torch.sparse_coo_tensor([[0, 1]], [1.0, 2.0], (2,), device="cpu"), Tensor)
    assert_type(nn.init.xavier_uniform_(x), Tensor)
    for row in x:
        assert_type(row, Tensor)
    x[0] = 1
    x[x > 0] = 0
    x += 1


def train(model: nn.Module, device: torch.device) -> float:
    pairs = TensorDataset(torch.randn(8, 4), torch.randint(0, 3, (8,)))
    some, _ = random_split(pairs, [6, 2])
    loader = DataLoader(some, batch_size=2, shuffle=True)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    loss_function = nn.CrossEntropyLoss()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        total += loss.item()
    scheduler.step()
    return total / len(loader)


@torch.no_grad()
def evaluate(model: Net, data: DataLoader) -> float:
    model.eval()
    right = 0
    for x, y in data:
        right += int((model(x).argmax(1) == y).sum().item())
    return right / len(data)


def everything() -> None:
    torch.manual_seed(0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = Net().to(device)
    assert_type(model, Net)
    train(model, device)
    evaluate(model, DataLoader(Squares(), batch_size=4))
    with torch.no_grad():
        for p in model.parameters():
            assert_type(p, nn.Parameter)
            p.add_(torch.randn_like(p) * 0.1)
            p.grad = None
    with torch.autocast("cpu", dtype=torch.bfloat16), torch.enable_grad():
        model(torch.zeros(2, 4))
    torch.save(model.state_dict(), "model.pt")
    model.load_state_dict(torch.load("model.pt", map_location="cpu"))
