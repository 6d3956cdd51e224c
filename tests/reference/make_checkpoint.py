"""Writes checkpoint.pt and checkpoint_legacy.pt as PyTorch does; needs PyTorch: python
make_checkpoint.py"""

from __future__ import annotations

import pathlib

import torch

HERE = pathlib.Path(__file__).parent


def main() -> None:
    net = torch.nn.Linear(2, 2)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[0.5, -1.0], [2.0, 3.0]]))
        net.bias.zero_()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[0.5, -1.0], [2.0, 3.0]]))
    base = torch.arange(6.0)
    state = {
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "base": base,
        "view": base.view(2, 3).t(),
    }
    torch.save(state, HERE / "checkpoint_legacy.pt", _use_new_zipfile_serialization=False)
    state |= {
        "bf16": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "fp8": torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn),
        "u16": torch.tensor([1, 65535], dtype=torch.uint16),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "size": torch.Size([2, 3]),
        "device": torch.device("cuda", 1),
        "dtype": torch.float16,
        "conj": torch.tensor([1 + 2j]).conj(),
    }
    torch.save(state, HERE / "checkpoint.pt")


if __name__ == "__main__":
    main()
