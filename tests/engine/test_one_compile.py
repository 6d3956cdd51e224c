"""A training loop compiles one program for its step, whatever stands around it.

The price of a compilation is lowered, so that loops need not run for seconds; what is too small for
a program stays on the host, as always.
"""

import functools
import itertools
from collections import Counter

import pytest

import torchish as torch
from torchish import engine, nn
from torchish._core.engine import policy, run
from torchish.nn import functional as F
from torchish.vision.models import resnet18

STEPS = 14
PASSES = 3.5  # what the host may lose on a program, in runs of it
LARGE = 15  # operators from which on a program counts as a step


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    price = policy.price

    def lowered(facts):
        worth, why = price(facts)
        return worth if worth == policy.NEVER else PASSES * (facts.host - facts.program), why

    monkeypatch.setattr(policy, "price", lowered)
    torch.manual_seed(0)


@pytest.fixture
def programs(monkeypatch):
    """Operators of each program that was compiled, apart from small ones."""
    sizes: list[int] = []
    compile_ = run._compile

    def counted(*arguments):
        made = compile_(*arguments)
        sizes.append(made.program.ops)
        return made

    monkeypatch.setattr(run, "_compile", counted)
    engine.barrier()
    return lambda: [n for n in sizes if n >= LARGE]


def apart(test):
    """The runner calls a test inside a `try`, where a failed check has to raise at once and cuts
    the program; so its loop stands some calls away from that."""

    @functools.wraps(test)
    def outer(**given):
        def inner():
            return innermost()

        def innermost():
            return test(**given)

        return inner()

    return outer


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def digits(n=16):
    return torch.randn(n, 1, 28, 28), torch.randint(0, 10, (n,))


def mlp(*sizes):
    layers = []
    for a, b in itertools.pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, 1e-3),
    "adamw": lambda p: torch.optim.AdamW(p, 1e-3),
    "rmsprop": lambda p: torch.optim.RMSprop(p, 1e-3),
    "adagrad": lambda p: torch.optim.Adagrad(p, 1e-3),
    "nadam": lambda p: torch.optim.NAdam(p, 1e-3),
    "adamax": lambda p: torch.optim.Adamax(p, 1e-3),
    "adadelta": lambda p: torch.optim.Adadelta(p),
    "radam": lambda p: torch.optim.RAdam(p, 1e-3),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
@apart
def test_lenet_with_each_optimizer(programs, name):
    net = lenet()
    optimizer = OPTIMIZERS[name](net.parameters())
    for _ in range(STEPS):
        x, y = digits()
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()
    assert len(programs()) == 1


@apart
def test_lenet_whose_losses_are_kept_and_printed_now_and_then(programs, capsys):
    net = lenet()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    losses, kept = [], []
    for i in range(STEPS * 2):
        x, y = digits()
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        kept.append(loss)
        if i % 10 == 9:
            print(loss.item(), torch.stack(losses).mean().item())
    assert len(programs()) == 1


@apart
def test_scheduler_clipping_and_a_moving_average(programs):
    net, average = lenet(), lenet()
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=STEPS + 1)
    for _ in range(STEPS):
        x, y = digits()
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        with torch.no_grad():
            for a, p in zip(average.parameters(), net.parameters(), strict=True):
                a.mul_(0.9).add_(p, alpha=0.1)
    assert len(programs()) == 1


@apart
def test_accumulated_gradients(programs):
    net = lenet()
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    for i in range(STEPS * 4):
        x, y = digits(8)
        (F.cross_entropy(net(x), y) / 4).backward()
        if i % 4 == 3:
            optimizer.step()
            optimizer.zero_grad()
    assert len(programs()) == 1


@apart
def test_a_scaler(programs):
    net = lenet()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    scaler = torch.amp.GradScaler("cpu")
    for _ in range(STEPS):
        x, y = digits()
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.cross_entropy(net(x), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    assert len(programs()) == 1


@apart
def test_epochs_with_a_smaller_last_batch_and_evaluation(programs):
    net = lenet()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    data = torch.utils.data.TensorDataset(*digits(72))
    loader = torch.utils.data.DataLoader(data, batch_size=16, shuffle=True)
    for _ in range(4):
        net.train()
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        net.eval()
        with torch.no_grad():
            right = sum((net(x).argmax(1) == y).sum().item() for x, y in loader)
        assert 0 <= right <= 72
    # A step, and evaluation of both sizes; the smaller step came too rarely.
    assert len(programs()) <= 3


@apart
def test_resnet18(programs):
    net = resnet18(num_classes=10)
    optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, weight_decay=1e-4)
    for _ in range(5):
        x, y = torch.randn(2, 3, 32, 32), torch.randint(0, 10, (2,))
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()
    assert len(programs()) == 1


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.heads = heads

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (
            z.view(b, t, self.heads, c // self.heads).transpose(1, 2)
            for z in self.qkv(self.first(x)).split(c, 2)
        )
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).contiguous().view(b, t, c))
        return x + self.mlp(self.second(x))


class GPT(nn.Module):
    def __init__(self, vocabulary=40, width=32, length=16):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(length, width)
        self.blocks = nn.ModuleList([Block(width, 4) for _ in range(3)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)

    def forward(self, i):
        x = self.tokens(i) + self.places(torch.arange(i.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@apart
def test_gpt_and_its_generation_by_a_growing_context(programs):
    net = GPT()
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3)
    for _ in range(STEPS):
        i = torch.randint(0, 40, (4, 17))
        loss = F.cross_entropy(net(i[:, :-1]).reshape(-1, 40), i[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
    assert len(programs()) == 1
    context = torch.zeros(1, 1, dtype=torch.long)
    with torch.no_grad():
        for _ in range(15):
            chances = F.softmax(net(context)[:, -1], -1)
            context = torch.cat([context, torch.multinomial(chances, 1)], 1)
    assert len(programs()) == 1  # a length that comes once is not compiled


@apart
def test_lstm(programs):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.lstm = nn.Embedding(20, 16), nn.LSTM(16, 24, batch_first=True)
            self.head = nn.Linear(24, 20)

        def forward(self, i, state=None):
            y, state = self.lstm(self.embedding(i), state)
            return self.head(y), state

    net = Model()
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    state = None
    for _ in range(STEPS):
        i = torch.randint(0, 20, (4, 13))
        y, state = net(i[:, :-1], state)
        state = tuple(s.detach() for s in state)
        loss = F.cross_entropy(y.reshape(-1, 20), i[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert len(programs()) == 1


@apart
def test_gan_with_two_optimizers(programs):
    generator, critic = mlp(8, 64, 64, 16), mlp(16, 64, 64, 1)
    ours = torch.optim.Adam(generator.parameters(), 2e-4, betas=(0.5, 0.999))
    theirs = torch.optim.Adam(critic.parameters(), 2e-4, betas=(0.5, 0.999))
    ones, zeros = torch.ones(32, 1), torch.zeros(32, 1)
    for _ in range(STEPS):
        real = torch.randn(32, 16)
        fake = generator(torch.randn(32, 8))
        theirs.zero_grad()
        loss = F.binary_cross_entropy_with_logits(critic(real), ones)
        loss = loss + F.binary_cross_entropy_with_logits(critic(fake.detach()), zeros)
        loss.backward()
        theirs.step()
        ours.zero_grad()
        F.binary_cross_entropy_with_logits(critic(fake), ones).backward()
        ours.step()
    assert len(programs()) == 2  # one a step of each optimizer


@apart
def test_vae(programs):
    encoder, decoder = mlp(64, 48, 2 * 8), mlp(8, 48, 64)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 1e-3)
    total = 0.0
    for _ in range(STEPS):
        x = torch.rand(32, 64)
        mean, log_variance = encoder(x).chunk(2, 1)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        y = torch.sigmoid(decoder(z))
        kl = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum()
        loss = F.binary_cross_entropy(y, x, reduction="sum") + kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    assert len(programs()) == 1


@apart
def test_dqn(programs):
    policy_net, target = mlp(4, 64, 64, 2), mlp(4, 64, 64, 2)
    target.load_state_dict(policy_net.state_dict())
    optimizer = torch.optim.AdamW(policy_net.parameters(), 1e-3, amsgrad=True)
    for _ in range(STEPS):
        state, after = torch.randn(64, 4), torch.randn(64, 4)
        action, reward = torch.randint(0, 2, (64, 1)), torch.randn(64)
        values = policy_net(state).gather(1, action)
        with torch.no_grad():
            best = target(after).max(1).values
        loss = F.smooth_l1_loss(values, (best * 0.99 + reward).unsqueeze(1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(policy_net.parameters(), 100)
        optimizer.step()
        kept = target.state_dict()
        for name, p in policy_net.state_dict().items():
            kept[name] = p * 0.005 + kept[name] * 0.995
        target.load_state_dict(kept)
    assert len(programs()) == 1


@apart
def test_actor_critic_with_episodes_of_any_length(programs):
    body, actor, critic = mlp(4, 32), nn.Linear(32, 2), nn.Linear(32, 1)
    parameters = [*body.parameters(), *actor.parameters(), *critic.parameters()]
    optimizer = torch.optim.Adam(parameters, 3e-3)
    lengths = Counter()
    for episode in range(12):
        logs, values, rewards = [], [], []
        length = 5 + (episode * 7) % 11
        lengths[length] += 1
        for _ in range(length):
            h = F.relu(body(torch.randn(4)))
            choice = torch.distributions.Categorical(F.softmax(actor(h), -1))
            action = choice.sample()
            logs.append(choice.log_prob(action))
            values.append(critic(h))
            rewards.append(1.0 + action.item())
        returns = torch.tensor(list(itertools.accumulate(reversed(rewards)))[::-1])
        advantage = returns - torch.cat(values)
        loss = (-torch.stack(logs) * advantage.detach()).sum()
        loss = loss + F.smooth_l1_loss(torch.cat(values), returns)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    # A step of an episode looks at its action: the first step's program and the others'. The end of
    # an episode, which has a length of its own, is not compiled.
    assert max(lengths.values()) < PASSES
    assert len(programs()) <= 2
