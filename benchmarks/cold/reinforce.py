"""REINFORCE with torch.distributions.Categorical on a small balancing task."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class Pole:
    """A pole that tips away from the middle; two actions push it left or right."""

    def reset(self):
        self.angle, self.speed, self.t = 0.05, 0.0, 0
        return [self.angle, self.speed]

    def step(self, action):
        push = 0.6 if action == 1 else -0.6
        self.speed += 0.1 * (4.0 * math.sin(self.angle) + push)
        self.angle += 0.1 * self.speed
        self.t += 1
        return [self.angle, self.speed], 1.0, abs(self.angle) > 0.5 or self.t >= 40


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(2, 32)
        self.dropout = nn.Dropout(p=0.2)
        self.affine2 = nn.Linear(32, 2)

    def forward(self, x):
        x = F.relu(self.dropout(self.affine1(x)))
        return F.softmax(self.affine2(x), dim=1)


torch.manual_seed(543)
policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
env = Pole()
for episode in range(12):
    state, log_probs, rewards = env.reset(), [], []
    for _ in range(100):
        probs = policy(torch.tensor(state).unsqueeze(0))
        m = Categorical(probs)
        action = m.sample()
        log_probs.append(m.log_prob(action))
        state, reward, done = env.step(action.item())
        rewards.append(reward)
        if done:
            break
    total, returns = 0.0, []
    for r in rewards[::-1]:
        total = r + 0.99 * total
        returns.insert(0, total)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + 1e-6)
    loss = torch.cat([-lp * r for lp, r in zip(log_probs, returns)]).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"episode {episode} length {len(rewards)} p0 {probs[0, 0].item():.4f}")
