"""Stable-Baselines3: PPO and DQN on CartPole, saved and loaded."""

import tempfile

import torch
from harness import show
from stable_baselines3 import DQN, PPO

ppo = PPO("MlpPolicy", "CartPole-v1", seed=0, n_steps=64, batch_size=32, n_epochs=3, device="cpu")
ppo.learn(192)
dqn = DQN("MlpPolicy", "CartPole-v1", seed=0, learning_starts=50, batch_size=16, device="cpu")
dqn.learn(150)
state = [[0.01, 0.02, -0.03, 0.04]]
for name, agent in {"PPO": ppo, "DQN": dqn}.items():
    first = next(iter(agent.policy.parameters()))
    show(f"{name} weights", first.detach()[:2])
    show(f"{name} sum", sum(p.detach().abs().sum().item() for p in agent.policy.parameters()))
    show(f"{name} action", agent.predict(state, deterministic=True)[0])
    with tempfile.TemporaryDirectory() as folder:
        agent.save(f"{folder}/agent")
        again = type(agent).load(f"{folder}/agent", device="cpu")
        same = zip(agent.policy.parameters(), again.policy.parameters(), strict=True)
        show(f"{name} loaded", all(torch.equal(a, b) for a, b in same))
