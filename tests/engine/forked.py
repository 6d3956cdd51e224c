"""A program that runs XLA, forks in every way, and prints what its children say as JSON.

`forked.py CASE`; see test_forks.py.
"""

from __future__ import annotations

import concurrent.futures
import json
import multiprocessing
import os
import signal
import sys
import threading
import warnings

import torchish as torch
from torchish._core.base import jax_internals

# Python itself warns of forks in processes with threads from 3.12 on.
warnings.filterwarnings("ignore", "This process", DeprecationWarning)
F = torch.nn.functional
FORK = multiprocessing.get_context("fork")

torch.manual_seed(0)
X, Y = torch.randn(64, 20), torch.randint(0, 3, (64,))


def network():
    """A network, and a step of its training."""
    net = torch.nn.Sequential(torch.nn.Linear(20, 30), torch.nn.Tanh(), torch.nn.Linear(30, 3))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(net(X), Y)
        loss.backward()
        optimizer.step()
        return loss

    return net, step


net, step = network()


def in_child(f, leave=os._exit):
    """What `f()` gives in a forked process, or what it raises; its exit status."""
    r, w = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        signal.alarm(30)
        try:
            said = f()
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        os.write(w, json.dumps(said).encode())
        os.close(w)
        leave(3)
    os.close(w)
    with open(r, "rb") as pipe:
        data = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return json.loads(data) if data else None, status


def values():
    pending = step()
    return [
        in_child(lambda: [pending.item(), net[0].weight.sum().item()]),
        [[pending.item(), net[0].weight.sum().item()], 3],
    ]


def training():
    there, status = in_child(lambda: [step().item() for _ in range(4)])
    return [[there, status], [[step().item() for _ in range(4)], 3]]


OPERATORS = {
    "arithmetic": lambda: (torch.arange(5.0) * 2 + 1).tolist(),
    "view": lambda: X.t()[3, ::7].tolist(),
    "in place": lambda: torch.zeros(4).index_add_(0, torch.tensor([1, 1]), torch.ones(2)).tolist(),
    "conv2d": lambda: F.conv2d(torch.ones(1, 1, 5, 5), torch.ones(1, 1, 3, 3)).sum().item(),
    "large conv2d": lambda: (
        F.conv2d(torch.ones(8, 16, 40, 40), torch.ones(8, 16, 3, 3)).mean().item()
    ),
    "lstm": lambda: list(torch.nn.LSTM(4, 5)(torch.ones(3, 2, 4))[0].shape),
    "sort": lambda: torch.tensor([3, 1, 2]).sort()[1].tolist(),
    "solve": lambda: torch.linalg.solve(2 * torch.eye(3), torch.ones(3)).tolist(),
    "fft": lambda: torch.fft.fft(torch.ones(4)).real.tolist(),
    "zeta": lambda: round(torch.special.zeta(torch.tensor(2.0), torch.tensor(1.0)).item(), 4),
    "bfloat16": lambda: (torch.ones(3, dtype=torch.bfloat16) * 3).tolist(),
    "unique": lambda: torch.unique(torch.tensor([2, 1, 2])).tolist(),
    "vmap": lambda: torch.func.vmap(lambda x: x * 2)(torch.ones(2, 2)).tolist(),
    "gradient": lambda: torch.func.grad(lambda x: (x**3).sum())(torch.ones(2)).tolist(),
    "eig": lambda: torch.linalg.eig(torch.eye(3))[0].real.tolist(),
    "igamma": lambda: round(torch.igamma(torch.ones(1), torch.ones(1)).item(), 4),
    "random": lambda: torch.rand(3, generator=torch.Generator().manual_seed(1)).tolist(),
}
WITHOUT_FORM = {
    "complex": lambda: torch.rms_norm(torch.ones(3, dtype=torch.complex64), (3,)).real.tolist(),
    "jax": lambda: jax_internals.jax.numpy.cos(3.0).tolist(),
    "device": lambda: jax_internals.jax.device_put(X.numpy()).shape[0],
}


def operators():
    return [
        {k: in_child(f) for k, f in OPERATORS.items()},
        {k: [f(), 3] for k, f in OPERATORS.items()},
    ]


def refusals():
    return {k: in_child(f) for k, f in WITHOUT_FORM.items()}


def work(i):
    return torch.full((3,), float(i)).sum().item(), step().item() > 0


def pools():
    expected = [(0.0, True), (3.0, True), (6.0, True)]
    with FORK.Pool(2) as pool:
        found = [pool.map(work, range(3))]
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=FORK) as executor:
        found.append(list(executor.map(work, range(3))))
    queue = FORK.SimpleQueue()
    process = FORK.Process(target=lambda: queue.put([work(i) for i in range(3)]))
    process.start()
    found.append(queue.get())
    process.join()
    return [found, [expected] * 3]


def leaving():
    """Children that end as programs do, their interpreter finalized."""
    return [[in_child(lambda: step().item() > 0, leave=sys.exit)], [[True, 3]]]


def threads():
    """Forks while other threads record and run."""
    stop = threading.Event()
    mine = torch.zeros(())

    def busy():
        step = network()[1]
        while not stop.is_set():
            step().item()

    workers = [threading.Thread(target=busy) for _ in range(2)]
    for t in workers:
        t.start()
    found = []
    for _ in range(20):
        mine = mine + 1
        found.append(in_child(lambda x=mine: [(x * 2).item(), torch.rand(2).shape[0]]))
    stop.set()
    for t in workers:
        t.join()
    return [found, [[[2.0 * i, 2], 3] for i in range(1, 21)]]


def grandchildren():
    return [in_child(lambda: in_child(lambda: step().item() > 0)), [[True, 3], 3]]


if __name__ == "__main__":
    if sys.argv[1] != "fresh":
        for _ in range(300):
            step()
            if torch.engine.stats()["hits"] > 2:
                break
        step().item()
        # A program on XLA, whatever the cost model says of this small network.
        jax_internals.jax.numpy.ones(3).block_until_ready()
        assert jax_internals.started()
        json.dump(globals()[sys.argv[1]](), sys.stdout)
    else:
        assert not jax_internals.started()
        # Nothing has started: the child may compile.
        json.dump([in_child(WITHOUT_FORM["complex"]), [WITHOUT_FORM["complex"](), 3]], sys.stdout)
