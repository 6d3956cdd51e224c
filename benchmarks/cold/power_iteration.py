"""Power iteration with deflation, then the QR iteration, against torch.linalg.eigvalsh."""

import torch

torch.manual_seed(0)
q, _ = torch.linalg.qr(torch.randn(40, 40, dtype=torch.float64))
values = torch.cat([torch.tensor([9.0, 6.0, 4.0, 2.5]), torch.linspace(1, 0.1, 36)]).double()
A = q @ torch.diag(values) @ q.T
B = A.clone()
for k in range(3):
    v = torch.ones(40, dtype=torch.float64)
    for _ in range(100):
        v = B @ v
        v = v / v.norm()
    eigenvalue = v @ B @ v
    print(k, f"{eigenvalue.item():.6f}")
    B = B - eigenvalue * torch.outer(v, v)
M = A[:8, :8].clone()
for _ in range(30):
    Q, R = torch.linalg.qr(M)
    M = R @ Q
print(M.diagonal().sum(), torch.linalg.eigvalsh(A)[-4:], torch.trace(A))
