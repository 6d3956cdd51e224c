"""Deep Q-learning on a walk along a line: replay memory, target network, epsilon-greedy."""

import random
from collections import deque, namedtuple

import torch
import torch.nn as nn
import torch.nn.functional as F

Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))


class Line:
    """Start at 0; +1 for reaching 5, -1 for reaching -5, an episode ends after 30 moves."""

    def reset(self):
        self.x, self.t = 0, 0
        return self.observe()

    def observe(self):
        return [self.x / 5, 1.0, abs(self.x) / 5]

    def step(self, action):
        self.x += 1 if action == 1 else -1
        self.t += 1
        done = abs(self.x) >= 5 or self.t >= 30
        reward = 1.0 if self.x >= 5 else -1.0 if self.x <= -5 else -0.02
        return self.observe(), reward, done


class DQN(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(3, 32)
        self.layer2 = nn.Linear(32, 32)
        self.layer3 = nn.Linear(32, 2)

    def forward(self, x):
        x = F.relu(self.layer1(x))
        x = F.relu(self.layer2(x))
        return self.layer3(x)


random.seed(0)
torch.manual_seed(0)
policy, target = DQN(), DQN()
target.load_state_dict(policy.state_dict())
optimizer = torch.optim.AdamW(policy.parameters(), lr=1e-3, amsgrad=True)
memory = deque(maxlen=1000)
steps = 0


def select_action(state):
    if random.random() > max(0.1, 1 - steps / 150):
        with torch.no_grad():
            return policy(state).max(1).indices.view(1, 1)
    return torch.tensor([[random.randrange(2)]], dtype=torch.long)


def optimize():
    if len(memory) < 32:
        return None
    batch = Transition(*zip(*random.sample(memory, 32)))
    alive = torch.tensor([s is not None for s in batch.next_state], dtype=torch.bool)
    following = torch.cat([s for s in batch.next_state if s is not None])
    value = policy(torch.cat(batch.state)).gather(1, torch.cat(batch.action))
    next_values = torch.zeros(32)
    with torch.no_grad():
        next_values[alive] = target(following).max(1).values
    expected = next_values * 0.95 + torch.cat(batch.reward)
    loss = nn.SmoothL1Loss()(value, expected.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy.parameters(), 100)
    optimizer.step()
    return loss


env = Line()
for episode in range(12):
    state = torch.tensor(env.reset(), dtype=torch.float32).unsqueeze(0)
    total, loss = 0.0, None
    while True:
        action = select_action(state)
        steps += 1
        observation, reward, done = env.step(action.item())
        total += reward
        following = None if done else torch.tensor(observation).unsqueeze(0)
        memory.append(Transition(state, action, following, torch.tensor([reward])))
        state = following
        loss = optimize()
        kept = policy.state_dict()
        moved = target.state_dict()
        for key in kept:
            moved[key] = kept[key] * 0.005 + moved[key] * 0.995
        target.load_state_dict(moved)
        if done:
            break
    text = "-" if loss is None else f"{loss.item():.4f}"
    print(f"episode {episode} reward {total:.2f} loss {text}")
