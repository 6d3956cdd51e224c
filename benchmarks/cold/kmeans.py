"""k-means: distances, assignment and new centres until nothing moves; no optimizer."""

import torch

torch.manual_seed(0)
true = torch.tensor([[0.0, 0.0], [5.0, 5.0], [0.0, 6.0], [6.0, 0.0]])
points = torch.cat([c + torch.randn(400, 2) for c in true])
for start in range(4):
    centers = points[torch.randperm(len(points))[:4]].clone()
    for iteration in range(40):
        distances = torch.cdist(points, centers)
        nearest = distances.argmin(dim=1)
        updated = torch.stack([points[nearest == k].mean(dim=0) for k in range(4)])
        shift = (updated - centers).norm().item()
        inertia = distances.min(dim=1).values.pow(2).sum().item()
        if iteration < 3:
            print(f"{iteration} shift {shift:.4f} inertia {inertia:.2f}")
        centers = updated
        if shift < 1e-4:
            break
    print(iteration, centers, torch.bincount(nearest, minlength=4))

# The same without a branch or a look: one-hot assignment, thirty rounds.
centers = points[:4].clone()
for _ in range(30):
    squared = ((points[:, None, :] - centers[None]) ** 2).sum(-1)
    one_hot = torch.nn.functional.one_hot(squared.argmin(1), 4).float()
    centers = (one_hot.t() @ points) / one_hot.sum(0).clamp(min=1).unsqueeze(1)
print(centers)
