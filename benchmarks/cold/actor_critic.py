"""One-step actor and critic with a shared layer, on a 4 × 4 grid world."""

from collections import namedtuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

Saved = namedtuple("Saved", ["log_prob", "value"])
MOVES = [(0, 1), (0, -1), (1, 0), (-1, 0)]


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.shared = nn.Linear(16, 48)
        self.actor = nn.Linear(48, 4)
        self.critic = nn.Linear(48, 1)

    def forward(self, x):
        x = F.relu(self.shared(x))
        return F.softmax(self.actor(x), dim=-1), self.critic(x)


torch.manual_seed(11)
model = ActorCritic()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
running = 0.0
for episode in range(10):
    row, column, saved, rewards = 0, 0, [], []
    for _ in range(25):
        state = torch.zeros(16)
        state[4 * row + column] = 1.0
        probs, value = model(state)
        m = Categorical(probs)
        action = m.sample()
        saved.append(Saved(m.log_prob(action), value))
        dr, dc = MOVES[action.item()]
        row, column = min(max(row + dr, 0), 3), min(max(column + dc, 0), 3)
        done = (row, column) == (3, 3)
        rewards.append(10.0 if done else -0.1)
        if done:
            break
    total, returns = 0.0, []
    for r in reversed(rewards):
        total = r + 0.97 * total
        returns.insert(0, total)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + 1e-6)
    policy_losses, value_losses = [], []
    for (log_prob, value), r in zip(saved, returns):
        policy_losses.append(-log_prob * (r - value.item()))
        value_losses.append(F.smooth_l1_loss(value, torch.tensor([r])))
    optimizer.zero_grad()
    loss = torch.stack(policy_losses).sum() + torch.stack(value_losses).sum()
    loss.backward()
    optimizer.step()
    running = 0.9 * running + 0.1 * sum(rewards)
    print(f"episode {episode} steps {len(rewards)} running {running:.3f}")
